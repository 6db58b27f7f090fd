"""Trusting the record: log, verify, witness, backup, restore."""

from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from tracker.actions import trust as verbs
from tracker.actions.history import Line, history
from tracker.app import App
from tracker.cli import render
from tracker.cli.common import app_of, complete_question, example, format_option, progress_line
from tracker.store.verify import Verified, Witnessed

FILE = click.Path(path_type=Path, dir_okay=False)
_COLUMNS = {"seq": "event", "at": "when", "actor": "who", "words": "what"}


@click.command(
    epilog=example(
        "tracker log rates-by-june", "tracker log --last 20", "tracker log --format json"
    )
)
@click.argument("name", metavar="[ID]", required=False, shell_complete=complete_question)
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last so many events.")
@format_option
@click.pass_context
def log(ctx: click.Context, name: str | None, last: int | None, form: str) -> None:
    """Tell the history of a question, an article or everything: who did what, when and why."""
    app = app_of(ctx)
    lines: Iterable[Line] = history(app.store, name)
    if last is not None:
        lines = deque(lines, maxlen=last)
    if form != "table":
        render.emit(form, "events", [_plain(line) for line in lines], _COLUMNS, "")
        return
    for line in lines:
        when = f"{line.entry.at[:10]} {line.entry.at[11:16]} UTC"
        click.echo(f"{click.style(f'{line.entry.seq:>5}  {when}', dim=True)}  ", nl=False)
        click.echo(f"{click.style(line.entry.actor, bold=True)} {line.words}")


def _plain(line: Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "words": line.words,
        "payload": line.data,
        "hash": entry.hash,
    }


@click.command(epilog=example("tracker verify", "tracker verify --head 42:0123456789abcdef"))
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="HASH",
    help="A head printed earlier, in a message or scorecard; may be repeated.",
)
@click.option("--witness", "file", type=FILE, help="Every head in a file of `tracker witness`.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def verify(ctx: click.Context, heads: tuple[str, ...], file: Path | None, form: str) -> None:
    """Check that nothing recorded was changed behind the tracker's back.

    Recomputes the ledger's chain of hashes, rebuilds every record from it and compares with the
    tables. Each difference is named; the exit code is then 14.
    """
    app = app_of(ctx)
    witnessed = [Witnessed.parse(each) for each in heads]
    if file is not None:
        witnessed += verbs.read_witnesses(file)
    found = verbs.verify(app.store, heads=witnessed, progress=progress_line(" events"))
    if form == "json":
        render.emit_json("verified", _report(found))
    error = verbs.tampering(found)
    if error is not None:
        raise error
    if form == "table":
        _say(found, len(witnessed))


def _report(found: Verified) -> dict[str, object]:
    return {
        "sound": found.findings.count == 0,
        "head": str(found.head),
        "hash": found.head.hash,
        "events": found.head.seq,
        "differences": found.findings.count,
        "findings": [
            {name: getattr(each, name) for name in each.__slots__} for each in found.findings.kept
        ],
        "notes": found.findings.notes,
    }


def _say(found: Verified, witnessed: int) -> None:
    for note in found.findings.notes:
        click.echo(f"Note: {note}")
    click.echo(f"{found.head.seq:,} events, and every record is as they tell it.")
    if witnessed:
        click.echo(
            f"{witnessed:,} witnessed {'head lies' if witnessed == 1 else 'heads lie'} on it."
        )
    click.echo(f"Head {found.head}")


@click.command(
    epilog=example("tracker witness witnesses.txt && git commit -m Witness -- witnesses.txt")
)
@click.argument("file", type=FILE)
@click.pass_context
def witness(ctx: click.Context, file: Path) -> None:
    """Add the ledger's head to a file, to be kept where nobody who owns the database can reach.

    The witnesses that the file holds already are checked first. docs/security.md says what this
    proves, and what it cannot.
    """
    app = app_of(ctx)
    head = verbs.witness(app.store, file, app.clock())
    click.echo(f"{head} stands in {file}.")


@click.command(epilog=example("tracker backup ~/backups/tracker-2026-03-02.db"))
@click.argument("file", type=FILE)
@click.pass_context
def backup(ctx: click.Context, file: Path) -> None:
    """Write a verified copy of the database, while others go on writing.

    `tracker run` does this every night into the folder `backup_dir`. Never copy the database file
    itself: what was recorded last is not in it yet.
    """
    from tracker.actions import backup as backups

    app = app_of(ctx)
    head = backups.backup(app.store, file)
    click.echo(f"{file}: {head.seq:,} events, verified. Head {head}")


@click.command(epilog=example("tracker restore ~/backups/tracker-2026-03-02.db"))
@click.argument("file", type=FILE)
@click.option(
    "--discard",
    is_flag=True,
    help="Even if the database holds more than the backup; it is kept beside the new one.",
)
@click.pass_context
def restore(ctx: click.Context, file: Path, discard: bool) -> None:
    """Bring a backup back; the database must not be in use.

    The backup is verified first. A database that holds anything that the backup does not is left
    alone unless --discard is given.
    """
    from tracker.actions import backup as backups

    app: App = ctx.obj()
    ctx.call_on_close(app.store.close)
    head = backups.restore(app.store, file, app.clock(), discard=discard)
    click.echo(f"{app.store.place} is as {file} was: {head.seq:,} events. Head {head}")
