"""What commands print: tables for people, JSON and CSV for programs.

JSON is one object with "schema": 1 and is documented in docs/json.md; CSV has the table's columns
under their JSON names. Nothing is coloured unless it goes to a terminal.
"""

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from click.formatting import wrap_text

from tracker.dates import distance_words
from tracker.errors import Invalid
from tracker.records import Dossier, Statement

SCHEMA = 1
_WIDEST = 96


def emit_json(name: str, value: object) -> None:
    """Print one JSON object that holds a value under its name."""
    click.echo(json_text(name, value))


def json_text(name: str, value: object, **more: object) -> str:
    """Return one JSON object that holds a value under its name, and what else is given.

    Raises:
        ValueError: if it holds a number that JSON has no word for.
    """
    plain = {"schema": SCHEMA, name: value, **more}
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)


def fold(text: str, *, indent: int = 0) -> str:
    """Fold a paragraph to the terminal; a number and its percent sign stay together."""
    space = " " * indent
    width = min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)
    whole = text.replace(" %", "\u00a0%")
    folded = wrap_text(whole, width=width, initial_indent=space, subsequent_indent=space)
    return folded.replace("\u00a0%", " %")


def deliver(text: str, file: Path | None) -> None:
    """Print a text, or write it to a file and say so on stderr.

    Raises:
        Invalid: if the file cannot be written.
    """
    if file is None:
        click.echo(text)
        return
    try:
        # The bytes as they are: CSV ends its lines in its own way.
        file.write_bytes(f"{text}\n".encode())
    except OSError as error:
        raise Invalid(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"Written: {file}", err=True)


def emit_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as CSV (RFC 4180) with a header."""
    click.echo(csv_text(rows, columns), nl=False)


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Return rows as CSV (RFC 4180) with a header; ends with a line's end."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def emit_table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """Print rows as a table: folded to a terminal, or a line each where it is piped.

    Args:
        rows: what to print.
        columns: key in the row to heading, in order.
    """
    cells = [[_cell(row[key]) for key in columns] for row in rows]
    if sys.stdout.isatty():
        _print_folded(cells, list(columns.values()))
    else:
        _print_plain(cells, list(columns.values()))


def _print_plain(cells: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    lines = [headings, *cells]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    for line in lines:
        padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())


def _print_folded(cells: Sequence[Sequence[str]], headings: Sequence[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for line in cells:
        table.add_row(*(Text(cell, style="bold" if cell in _BOLD else "") for cell in line))
    Console(file=sys.stdout, highlight=False).print(table)


_BOLD = ("overdue", "yes", "no", "dead")


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def emit(
    form: str, name: str, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], empty: str
) -> None:
    """Print rows in the form asked for.

    Args:
        form: table, json or csv.
        name: the JSON object's key for them.
        rows: what to print.
        columns: the table's and CSV's columns, key to heading.
        empty: what a person is told when there are none.
    """
    if form == "json":
        emit_json(name, [dict(row) for row in rows])
    elif form == "csv":
        emit_csv([{key: _cell(row[key]) for key in columns} for row in rows], list(columns))
    elif rows:
        emit_table(rows, columns)
    else:
        click.echo(empty)


def state_of(dossier: Dossier, now: datetime) -> str:
    """Return open, overdue, or how it turned out."""
    if dossier.resolution is not None:
        return dossier.resolution.outcome
    return "overdue" if dossier.question.closes_at <= now else "open"


def question_json(dossier: Dossier, now: datetime, zone: str) -> dict[str, Any]:
    """Return a question as `list`, `due` and `show` print it in JSON.

    Args:
        dossier: the question.
        now: the clock.
        zone: the reader's, in which it is today.
    """
    question = dossier.question
    today = now.astimezone(ZoneInfo(zone)).date()
    return {
        **question.model_dump(mode="json", by_alias=True),
        "state": state_of(dossier, now),
        "revision": dossier.revision,
        "closes_on": str(question.deadline.closes_on),
        "closes_at": question.closes_at.isoformat(),
        "deadline_words": question.deadline.words,
        "distance": distance_words(question.deadline.closes_on, today),
        "recorded_at": dossier.recorded_at.isoformat(),
        "recorded_by": dossier.recorded_by,
        "snoozed_until": str(dossier.snooze.until) if dossier.snooze else None,
        "forecasts": [statement_json(statement) for statement in dossier.statements],
        "resolution": _resolution_json(dossier),
    }


def statement_json(statement: Statement) -> dict[str, Any]:
    """Return a forecast with its article, as JSON."""
    forecast = statement.forecast
    article = statement.article
    return {
        "id": forecast.id,
        **forecast.model_dump(mode="json", exclude={"article"}),
        "words": forecast.reading.words,
        "retrospective": statement.retrospective,
        "recorded_at": statement.recorded_at.isoformat(),
        "recorded_by": statement.recorded_by,
        "article": article.model_dump(mode="json") if article else None,
    }


def _resolution_json(dossier: Dossier) -> dict[str, Any] | None:
    if dossier.resolution is None:
        return None
    return {
        **dossier.resolution.model_dump(mode="json", exclude={"question"}),
        "recorded_at": dossier.resolved_at.isoformat() if dossier.resolved_at else None,
        "recorded_by": dossier.resolved_by,
    }


def question_row(dossier: Dossier, now: datetime, zone: str) -> dict[str, Any]:
    """Return a question's line in a table."""
    plain = question_json(dossier, now, zone)
    said = [f"{each.forecast.author} {each.forecast.reading.words}" for each in dossier.statements]
    return {**plain, "said": said, "when": f"{plain['deadline_words']} ({plain['distance']})"}
