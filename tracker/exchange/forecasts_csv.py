"""Forecasts as a table: one row each, for spreadsheets and statistics programs.

One way only: a table has no room for what predictions.yaml holds. To read it again, export YAML.
"""

import csv
import io

from tracker.exchange.book import Book
from tracker.records import Article, Forecast, Question, Resolution

COLUMNS = (
    *("question", "text", "opens_on", "closes_on", "zone", "topics", "condition"),
    *("author", "source", "article", "outlet", "published_on", "made_on", "label", "quote"),
    *("phrase", "probability", "low", "high", "negated", "outcome", "happened_on"),
    "ledger",
)
"""The header; empty cells are what is not known. Dates and decimals as in predictions.yaml."""


def write(book: Book, *, ledger: str = "") -> str:
    """Spell a book's forecasts as CSV (RFC 4180, UTF-8, one header row), by question.

    Args:
        book: the records.
        ledger: the head of the ledger they were taken from; it stands in every row, so that it
            stays with a row that is copied elsewhere.
    """
    articles = {article.id: article for article in book.articles}
    questions = {question.id: question for question in book.questions}
    resolutions = {resolution.question: resolution for resolution in book.resolutions}
    file = io.StringIO(newline="")
    table = csv.DictWriter(file, COLUMNS)
    table.writeheader()
    for item in book.forecasts:
        where = articles.get(item.article or "")
        row = _row(item, questions[item.question], where, resolutions.get(item.question))
        table.writerow({name: _cell(value) for name, value in {**row, "ledger": ledger}.items()})
    return file.getvalue()


def _row(
    item: Forecast, question: Question, where: Article | None, end: Resolution | None
) -> dict[str, object]:
    reading = item.reading
    low, high = reading.range or (None, None)
    return {
        "question": question.id,
        "text": question.text,
        "opens_on": question.deadline.opens_on,
        "closes_on": question.deadline.closes_on,
        "zone": question.zone,
        "topics": " ".join(question.topics),
        "condition": question.condition,
        **{name: getattr(item, name) for name in ("author", "source", "article", "made_on")},
        "label": item.label,
        "quote": item.quote,
        "outlet": where and where.outlet,
        "published_on": where and where.published_on,
        "phrase": reading.phrase,
        "probability": None if reading.probability is None else format(reading.probability, "f"),
        "low": None if low is None else format(low, "f"),
        "high": None if high is None else format(high, "f"),
        "negated": "yes" if reading.negated else "no",
        "outcome": end and end.outcome,
        "happened_on": end and end.happened_on,
    }


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # A spreadsheet would run a quote that begins like a formula; the apostrophe makes it text
    # (OWASP, "CSV Injection").
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
