"""Make a database whose ledger has as many events as asked for, through the tracker's own store.

python bench/big_ledger.py tracker.db 1000000
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tracker.fields import Record
from tracker.records import Article, Forecast, Question, Resolution
from tracker.store.ledger import Event
from tracker.store.rows import KINDS, Kind, Row, payload
from tracker.store.store import Store, Tx
from tracker.store.types import instant_text

_BATCH = 20_000
_START = datetime(2026, 3, 2, 12, tzinfo=UTC)


def records() -> Iterator[Record]:
    """Invent articles, each with two questions, three forecasts and a resolution."""
    number = 0
    while True:
        number += 1
        name = f"invented-{number:07}"
        yield Article.parse(
            {
                "id": name,
                "authors": [f"Ada Fabricated {number % 500}"],
                "outlet": f"The Invented Gazette {number % 20}",
                "published_on": "2026-03-01",
                "url": f"https://gazette.example/{number}",
            }
        )
        for part in ("first", "second"):
            yield Question.parse(
                {
                    "id": f"{name}-{part}",
                    "text": f"Will the Imaginary Bridge number {number} open by June 2026?",
                    "criteria": "The city's register lists the bridge as open to traffic.",
                    "deadline": {"within": "90 days", "of": "speech", "starting": "2026-03-01"},
                    "topics": ["bridges", f"topic-{number % 30}"],
                }
            )
        for part, phrase in (("first", "unlikely"), ("second", "likely"), ("second", None)):
            reading = {"phrase": phrase} if phrase else {"range": ["0.1", "0.35"]}
            yield Forecast.parse(
                {
                    "question": f"{name}-{part}",
                    "author": f"Ada Fabricated {number % 500}",
                    "article": name,
                    "quote": "the bridge is most unlikely to open this spring, whatever they say",
                    "reading": reading,
                    "label": "words" if phrase else "number",
                }
            )
        yield Resolution.parse(
            {
                "question": f"{name}-first",
                "outcome": "yes",
                "evidence": f"https://city.example/register/{number}",
            }
        )


def fill(store: Store, events: int) -> None:
    """Write so many records and events, twenty thousand to a transaction.

    Past the actions, since what they check and plan is not what is measured.
    """
    invented = islice(records(), events)
    now = _START
    while batch := list(islice(invented, _BATCH)):
        now += timedelta(minutes=1)
        with store.begin() as tx:
            _write(tx, batch, now)
        print(".", end="", flush=True)
    print()


def _write(tx: Tx, batch: list[Record], now: datetime) -> None:
    rows: dict[Kind, list[Row]] = {kind: [] for kind in KINDS.values()}
    events = []
    resolved = []
    first = tx.ledger.head().seq + 1
    for seq, each in enumerate(batch, first):
        data = payload(each)
        if isinstance(each, Resolution):
            resolved.append((seq, each))
            events.append(Event("question.resolved", each.question, data))
            continue
        kind = KINDS[type(each)]
        row = kind.to_row(each)
        rows[kind].append(row)
        if isinstance(each, Question):
            data["closes_at"] = instant_text(each.closes_at)
        events.append(Event(f"{kind.noun}.recorded", row["id"], data))
    for kind, new in rows.items():
        if new:
            tx.recorded.insert(kind, new, actor="Ada", now=now)
    for seq, each in resolved:
        tx.recorded.resolve(each, event=seq, actor="Ada", now=now)
    tx.ledger.append(events, actor="Ada", now=now)


def main() -> None:
    """Make it."""
    path, events = Path(sys.argv[1]), int(sys.argv[2])
    store = Store(f"sqlite:///{path}")
    store.create()
    fill(store, events)
    store.close()
    print(f"{path}: {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
