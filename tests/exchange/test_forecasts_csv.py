"""The table of forecasts: one row each, safe to open in a spreadsheet."""

import csv
import io

import pytest

from tracker.exchange import forecasts_csv
from tracker.exchange.predictions import read

TEXT = """\
version: 1
articles:
  - {id: a, authors: [Ada Fabricated], outlet: The Invented Gazette, published_on: 2025-07}
questions:
  - id: q
    text: Will it?
    criteria: The log.
    deadline: {from: 2026-01-01, to: 2026-12-31}
    topics: [sea, trade]
    forecasts:
      - {author: Ada Fabricated, article: a, quote: "not, likely", phrase: likely, negated: true}
      - {author: me, source: reader, made_on: 2025-08-01, range: [0.000001, 0.2]}
      - {author: Market, source: crowd, made_on: 2025-08-01, probability: 0}
    resolution: {outcome: yes, evidence: x, happened_on: 2026-02-03}
"""


def rows(text: str) -> list[dict[str, str]]:
    table = forecasts_csv.write(read(text, name="f.yaml"))
    return list(csv.DictReader(io.StringIO(table, newline="")))


def test_every_forecast_is_a_row_under_the_documented_header() -> None:
    table = rows(TEXT)
    assert [row["author"] for row in table] == ["Ada Fabricated", "me", "Market"]
    assert tuple(table[0]) == forecasts_csv.COLUMNS
    assert {row["closes_on"] for row in table} == {"2026-12-31"}
    assert {row["outcome"] for row in table} == {"yes"}


def test_a_reading_stands_in_its_own_columns() -> None:
    names = ("phrase", "probability", "low", "high", "negated")
    assert [tuple(row[name] for name in names) for row in rows(TEXT)] == [
        ("likely", "", "", "", "yes"),
        ("", "", "0.000001", "0.2", "no"),
        ("", "0", "", "", "no"),
    ]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_a_quote_that_looks_like_a_formula_stays_a_text(start: str) -> None:
    [first, *_] = rows(TEXT.replace('"not, likely"', f'"{start}"'))
    assert first["quote"] == f"'{start}"


def test_every_row_says_from_which_state_of_the_ledger_it_was_taken() -> None:
    """A row that is copied into another table still bears witness."""
    table = forecasts_csv.write(read(TEXT, name="f.yaml"), ledger="42:0123456789abcdef")
    found = csv.DictReader(io.StringIO(table, newline=""))
    assert {row["ledger"] for row in found} == {"42:0123456789abcdef"}


def test_a_book_without_forecasts_is_a_header() -> None:
    assert forecasts_csv.write(read("version: 1\n", name="f")).splitlines() == [
        ",".join(forecasts_csv.COLUMNS)
    ]
