"""Invented authors with as many forecasts as a test wants; the same every time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tracker.fields import Record
from tracker.records import Article, Forecast, Question, Resolution, VagueClaim

RECORDED = "2026-01-02T12:00"
SETTLED = "2026-07-02T12:00"
PHRASES = {
    "highly unlikely": 0.2,
    "Unlikely": 0.35,
    "likely": 0.6,
    "probable": 0.7,
    "almost certain": 0.8,
}
NUMBERS = ("0", "0.05", "0.3", "0.5", "0.9")


@dataclass
class Author:
    """An invented author's record.

    Attributes:
        name: of somebody who does not exist.
        scored: forecasts whose question is settled and closed.
        pending: not yet due.
        overdue: due, and nobody has said.
        vague: claims that cannot be scored.
        per_article: forecasts that share an article.
        seed: for what is said and what happens.
    """

    name: str
    scored: int
    pending: int = 0
    overdue: int = 0
    vague: int = 0
    per_article: int = 3
    seed: int = 7

    @property
    def slug(self) -> str:
        return "-".join(re.findall("[a-z0-9]+", self.name.lower()))

    def records(self) -> list[Record]:
        """What is recorded before the deadlines."""
        rng = Random(self.seed)  # noqa: S311 - invented data, no secret
        total = self.scored + self.overdue + self.pending
        found: list[Record] = [
            self._article(number, rng) for number in range(-(-total // self.per_article) or 1)
        ]
        for number in range(total):
            found += self._forecast(number, rng, due=number < self.scored + self.overdue)
        found += [
            VagueClaim.parse(
                {
                    "article": f"{self.slug}-0",
                    "quote": f"the river could yet surprise us, part {number}",
                    "missing": ["deadline"] if number % 2 else ["event", "threshold"],
                }
            )
            for number in range(self.vague)
        ]
        return found

    def _article(self, number: int, rng: Random) -> Article:
        return Article.parse(
            {
                "id": f"{self.slug}-{number}",
                "authors": [self.name],
                "outlet": "The Invented Gazette",
                "published_on": "2026-01-01",
                "url": f"https://gazette.example/{self.slug}/{number}",
                "chosen": rng.choice(["all", "all", "sample", "tip"]),
            }
        )

    def _forecast(self, number: int, rng: Random, *, due: bool) -> Iterator[Record]:
        reading = _reading(rng)
        question: dict[str, Any] = {
            "id": f"{self.slug}-question-{number}",
            "text": f"Will the {number}th Imaginary Bridge open by 1 June 2026?",
            "criteria": "The city's register lists it as open to traffic.",
            "deadline": {"by": f"2026-06-{1 + number % 9:02}" if due else "2026-12-01"},
            "topics": ["bridges"],
        }
        if number % 3 == 0:
            question["base_rate"] = "0.4"
        if number % 4 == 0:
            question["status_quo"] = "no"
        yield Question.parse(question)
        said = reading.get("phrase") or "as good as told in numbers"
        yield Forecast.parse(
            {
                "question": question["id"],
                "author": self.name,
                "article": f"{self.slug}-{number // self.per_article}",
                "quote": f"it is {said} that the {number}th bridge will open",
                "reading": reading,
            }
        )

    def outcomes(self) -> list[Record]:
        """How the scored ones turned out."""
        rng = Random(self.seed + 1)  # noqa: S311 - as above
        said = [each for each in self.records() if isinstance(each, Forecast)][: self.scored]
        return [
            Resolution.parse(
                {
                    "question": each.question,
                    "outcome": "yes" if rng.random() < _truth(each) else "no",
                    "evidence": "https://city.example/register",
                }
            )
            for each in said
        ]


def _reading(rng: Random) -> dict[str, Any]:
    if rng.random() < 0.75:
        return {"phrase": rng.choice(sorted(PHRASES)), "negated": rng.random() < 0.1}
    if rng.random() < 0.2:
        return {"range": ["0.1", "0.4"], "negated": rng.random() < 0.5}
    return {"probability": rng.choice(NUMBERS)}


def _truth(forecast: Forecast) -> float:
    reading = forecast.reading
    if reading.phrase is not None:
        share = PHRASES[reading.phrase]
    else:
        share = 0.2 + 0.6 * float(reading.probability or 0)
    return 1 - share if reading.negated else share
