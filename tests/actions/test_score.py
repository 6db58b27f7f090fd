"""From the recorded state to a scorecard, on both databases."""

from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime
from itertools import product
from typing import Any

from desk import Clock
from invented import RECORDED, SETTLED, Author

from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.actions.resolve import reopen
from tracker.actions.score import evidence
from tracker.lexicon import load
from tracker.records import Forecast
from tracker.scoring.evidence import Evidence, Subject
from tracker.scoring.inference import Moments, moments
from tracker.store.store import Store

ALL = Subject("all")
ADA = Subject("author", "Ada Fabricated")
NOW = datetime(2026, 7, 3, tzinfo=UTC)


def _fill(store: Store, clock: Clock, act: Callable[..., Act], *authors: Author) -> None:
    clock.set(RECORDED)
    record(store, [each for author in authors for each in author.records()], act())
    clock.set(SETTLED)
    record(store, [each for author in authors for each in author.outcomes()], act())


def _crowd(question: str, made_on: str, reading: dict[str, Any]) -> Forecast:
    return Forecast.parse(
        {
            "question": question,
            "author": "Invented Market",
            "made_on": made_on,
            "source": "crowd",
            "reading": reading,
        }
    )


def _summed(found: Evidence) -> dict[str, Any]:
    """Evidence as sums, whichever way it was gathered."""
    clusters = {
        name: rows if isinstance(rows, Moments) else moments(rows)
        for name, rows in found.clusters.items()
    }
    return {
        "ledger": found.ledger,
        "tallies": set(found.tallies),
        "articles": found.articles,
        "firsts": set(found.firsts),
        "overdue": set(found.overdue),
        "missing": found.missing,
        "chosen": found.chosen,
        "head": found.head,
        # Rounded, because a database adds in another order.
        "clusters": {
            name: [round(number, 9) for number in astuple(row)] for name, row in clusters.items()
        },
    }


SUBJECTS = (
    ALL,
    ADA,
    Subject("outlet", "the invented gazette"),
    Subject("topic", "bridges"),
    Subject("phrase", "unlikely"),
)


def test_sums_by_the_database_are_those_of_the_claims_one_by_one(
    store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """A million forecasts are never looked at one by one, so the two ways must not differ."""
    ada = Author("Ada Fabricated", 60, pending=3, overdue=4, vague=5)
    ben = Author("Ben Invented", 50, pending=2, overdue=1, vague=3, seed=11)
    _fill(store, clock, act, ada, ben)
    clock.set(RECORDED)
    crowds = [
        _crowd("ada-fabricated-question-2", "2025-12-30", {"probability": "0.8"}),
        _crowd("ada-fabricated-question-2", "2025-11", {"probability": "0.1"}),
        _crowd("ada-fabricated-question-2", "2026-01-02", {"probability": "0.99"}),
        _crowd("ada-fabricated-question-5", "2025-12", {"phrase": "likely"}),
        _crowd("ben-invented-question-5", "2026-01", {"phrase": "likely"}),
        _crowd("ben-invented-question-7", "2026-01-01", {"range": ["0.1", "0.3"]}),
    ]
    record(store, crowds, act())
    clock.set(SETTLED)
    reopen(store, "ada-fabricated-question-1", act(reason="the register was misread"))
    with store.reading() as tx:
        for subject, lexicon in product(SUBJECTS, (load("readers"), load("nato"))):
            one_by_one = evidence(tx, subject, lexicon, NOW)
            added_up = evidence(tx, subject, lexicon, NOW, list_up_to=0)
            assert len(one_by_one.claims) > 10
            assert added_up.claims == ()
            assert "crowd" in added_up.clusters or subject.kind == "phrase"
            assert _summed(added_up) == _summed(one_by_one), (subject, lexicon.name)
