"""Invented writers whose words come true at a known rate."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tracker.lexicon import load
from tracker.scoring.claims import from_claims
from tracker.scoring.evidence import (
    Claim,
    Evidence,
    LedgerLine,
    Said,
    Subject,
    read,
)

READERS = load("readers")
PHRASES = ("likely", "unlikely", "highly likely", "highly unlikely", "about even", "probable")
SPOKEN = tuple(Said(phrase=phrase) for phrase in PHRASES)


def words(phrase: str, **change: Any) -> Said:
    return replace(Said(phrase=phrase), **change)


def number(probability: float) -> Said:
    return Said(low=probability, high=probability)


def claim(at: int, said: Said, happened: int, **change: Any) -> Claim:
    plain = Claim(
        forecast_id=f"forecast-{at}",
        question_id=f"question-{at}",
        article_id=f"article-{at}",
        author="Ada Fabricated",
        text=f"Will the invented thing {at} happen?",
        said=said,
        happened=happened,
        made_on="2024-05",
        due_on=date(2024, 6, 1) + timedelta(days=at),
    )
    return replace(plain, **change)


def column(
    size: int,
    *,
    per_article: int = 2,
    slope: float = 1.0,
    seed: int = 1,
    said: Sequence[Said] = SPOKEN,
) -> list[Claim]:
    """Claims whose event happens with probability ½ + slope · (what was said − ½)."""
    random, rows = Random(seed), []  # noqa: S311 - invented figures, no secrets
    for at in range(size):
        chosen = random.choice(said)
        reading = read(chosen, READERS)
        assert reading is not None
        happened = int(random.random() < 0.5 + slope * (reading.best - 0.5))
        rows.append(claim(at, chosen, happened, article_id=f"article-{at // per_article}"))
    return rows


def evidence(claims: Sequence[Claim], **parts: Any) -> Evidence:
    """Evidence of one author, with other parts of the ledger line by name."""
    more = {name: parts.pop(name) for name in ("overdue", "missing") if name in parts}
    overdue = sum(tally.count for tally in more.get("overdue", ()))
    line = LedgerLine(
        recorded=len(claims) + overdue + sum(parts.values()),
        scored=len(claims),
        overdue=overdue,
        retrospective=sum(row.retrospective for row in claims),
        **parts,
    )
    return from_claims(Subject("author", "Ada Fabricated"), line, claims, READERS, **more)
