"""Files in and out: import, export, calendar."""

import sys
from collections import Counter
from pathlib import Path

import click

from tracker.actions import record as verbs
from tracker.actions.exchange import Gathered, gather
from tracker.cli import render
from tracker.cli.common import app_of, example, given
from tracker.errors import Invalid, StoreError
from tracker.store.recorded import Filter

_FEW = 60


@click.command(
    name="import",
    epilog=example(
        "tracker import predictions.yaml --dry-run",
        "tracker import predictions.yaml",
        "tracker import predictions.yaml --reason 'criteria made sharper'",
    ),
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would be recorded; write nothing.")
@click.option("--reason", help="Why recorded questions change; without it a difference is refused.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def import_(ctx: click.Context, file: Path, form: str, reason: str | None, dry_run: bool) -> None:
    """Read a predictions.yaml: all of it is recorded, or nothing.

    Importing again records what is new and leaves what is unchanged alone.
    """
    from tracker.exchange.predictions import read

    _progress(f"reading {file} …")
    book = read(_bytes(file), name="standard input" if str(file) == "-" else str(file))
    app = app_of(ctx, create=not dry_run)
    records = book.records()
    _progress(f"holding {len(records):,} records against the database …")
    act = app.act(reason=given(reason, "reason"))
    if dry_run:
        verdicts = verbs.examine(app.store, records, act)
    else:
        verdicts = verbs.record(app.store, records, act)
    _report(verdicts, form, dry_run=dry_run)
    if any(each.status == "refused" for each in verdicts):
        raise Invalid("some records would be refused, so nothing would be written")


def _report(verdicts: list[verbs.Verdict], form: str, *, dry_run: bool) -> None:
    rows = [
        {"status": each.status, "noun": each.noun, "id": each.id, "note": each.note}
        for each in verdicts
    ]
    if form == "json":
        render.emit_json("records", rows)
        return
    shown = rows if len(rows) <= _FEW else [row for row in rows if row["status"] == "refused"]
    for row in shown:
        note = f"  ({row['note']})" if row["note"] else ""
        click.echo(f"{row['status']:<10} {row['noun']:<12} {row['id']}{note}")
    counts = Counter(row["status"] for row in rows)
    total = ", ".join(f"{counts[name]:,} {name}" for name in counts)
    click.echo(f"{'Would be: ' if dry_run else ''}{total or 'nothing in the file'}.")


@click.command(
    epilog=example(
        "tracker export predictions.yaml",
        "tracker export - | less",
        "tracker export forecasts.csv --format csv",
    )
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["yaml", "csv"]),
    default="yaml",
    show_default=True,
    help="Everything, or a line per forecast.",
)
@click.pass_context
def export(ctx: click.Context, file: Path, form: str) -> None:
    """Write a predictions.yaml; an existing file keeps its comments and order.

    The head of the ledger stands in it, so that whoever keeps the file can hold the record to it:
    `tracker verify --head`.
    """
    app = app_of(ctx)
    found = gather(app.store)
    to_stdout = str(file) == "-"
    text = _csv(found) if form == "csv" else _yaml(found, None if to_stdout else file)
    if to_stdout:
        click.echo(text, nl=False)
        return
    _replace(file, text.encode())
    count = len(found.book.questions)
    click.echo(f"{count:,} question{'' if count == 1 else 's'} written to {file}", err=True)


def _csv(found: Gathered) -> str:
    from tracker.exchange import forecasts_csv

    return forecasts_csv.write(found.book, ledger=found.head)


def _yaml(found: Gathered, file: Path | None) -> str:
    from tracker.exchange.predictions import merge, stamped, write

    if file is None or not file.exists():
        return stamped(write(found.book), found.head)
    # Newlines are left alone, so that a file with CRLF keeps them.
    with file.open(encoding="utf-8", newline="") as existing:
        text = existing.read()
    merged = merge(text, found.book, name=str(file), taken_back=found.taken_back)
    return stamped(merged, found.head)


def _bytes(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from None


@click.command(epilog=example("tracker calendar deadlines.ics", "tracker calendar - | less"))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.pass_context
def calendar(ctx: click.Context, file: Path) -> None:
    """Write all deadlines as iCalendar, for a calendar program to import or subscribe to.

    Every question is one all-day event on its last day. Written again, an amended one moves and
    a resolved one is cancelled.
    """
    from tracker.notify import calendar as calendars

    app = app_of(ctx)
    with app.store.reading() as tx:
        dossiers, reopened = tx.recorded.dossiers(Filter()), tx.recorded.reopened()
        head = str(tx.ledger.head())
    octets = calendars.calendar(
        dossiers,
        now=app.clock(),
        reopened=reopened,
        domain=app.settings.mail_domain,
        ledger=head,
    )
    if str(file) == "-":
        click.echo(octets, nl=False)
        return
    _replace(file, octets)
    count = sum(dossier.resolution is None for dossier in dossiers)
    click.echo(f"{count:,} open deadline{'' if count == 1 else 's'} written to {file}", err=True)


def _replace(file: Path, octets: bytes) -> None:
    """Write the whole file beside the old one, then put it in its place."""
    beside = file.with_name(f".{file.name}.new")
    try:
        beside.write_bytes(octets)
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StoreError(f"{file} cannot be written: {error.strerror}") from None


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)
