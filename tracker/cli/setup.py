"""Looking after the tracker: init, status, doctor, db upgrade, completion."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime

import click

from tracker import config
from tracker.actions import trust
from tracker.actions.status import Status
from tracker.actions.status import status as look
from tracker.app import App
from tracker.cli import render
from tracker.cli.common import app_of, example, format_option
from tracker.dates import distance_words
from tracker.errors import TrackerError


@click.command(epilog=example("tracker init"))
@click.pass_context
def init(ctx: click.Context) -> None:
    """Make the database, or bring it up to date; what is recorded stays."""
    app: App = ctx.obj()
    ctx.call_on_close(app.store.close)
    before, after = app.store.create()
    if before == after:
        click.echo(f"{app.store.place} is there already, at revision {after}.")
        return
    done = "made" if before is None else f"upgraded from {before}"
    click.echo(f"{app.store.place} {done}, at revision {after}.")
    click.echo("Next: tracker add, or tracker import predictions.yaml")


@click.group()
def db() -> None:
    """Look after the database."""


@db.command(epilog=example("tracker db upgrade"))
@click.pass_context
def upgrade(ctx: click.Context) -> None:
    """Bring a shared database to this program's revision."""
    app: App = ctx.obj()
    ctx.call_on_close(app.store.close)
    before, after = app.store.create()
    was = "empty" if before is None else f"at {before}"
    click.echo(f"{app.store.place} was {was} and is at {after}.")


@db.command(epilog=example("tracker db recount"))
@click.pass_context
def recount(ctx: click.Context) -> None:
    """Count again what scorecards count, where `tracker verify` names counters.

    Nothing that is recorded changes: the counters follow from it.
    """
    app = app_of(ctx)
    counted = trust.recount(app.store, app.clock())
    click.echo(f"{_counted(counted, 'forecasts')} counted again.")


@click.command(epilog=example("tracker status", "tracker status --format json"))
@format_option
@click.pass_context
def status(ctx: click.Context, form: str) -> None:
    """Say what waits, what failed, and when the last sweep ran."""
    app = app_of(ctx)
    now = app.clock()
    found = look(app.store, now)
    failed = [
        {**asdict(each), "not_before": each.not_before.isoformat() if each.not_before else None}
        for each in found.failed
    ]
    if form == "json":
        render.emit_json("status", {**_plain(found), "failed": failed})
    elif form == "csv":
        render.emit_csv(failed, ("id", "state", "recipient", "subject", "attempts", "last_error"))
    else:
        _print_status(found, app, now)


def _plain(found: Status) -> dict[str, object]:
    text: dict[str, object] = json.loads(
        json.dumps(asdict(found), default=lambda value: value.isoformat())
    )
    return text


def _print_status(found: Status, app: App, now: datetime) -> None:
    _line("Recorded", ", ".join(_counted(count, name) for name, count in found.recorded.items()))
    wait = "waits for somebody to settle it" if found.open_overdue == 1 else "wait to be settled"
    _line("Overdue", f"{_counted(found.open_overdue, 'questions')} {wait}")
    if found.last_sweep is None:
        _line("Last sweep", "never: start `tracker run`, or call `tracker remind` from cron")
    else:
        _line("Last sweep", f"{_ago(found.last_sweep, now)}: {found.last_did}")
    _line("Last sent", _ago(found.last_sent, now) if found.last_sent else "nothing yet")
    due = f", the next {_ago(found.next_due, now)}" if found.next_due else ""
    _line("Scheduled", f"{_counted(found.scheduled, 'reminders')}{due}")
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(found.messages.items()))
    _line("Messages", states or "none")
    for each in found.failed:
        again = f"; next try {_clock(each.not_before, now)}" if each.not_before else ""
        what = f"{each.subject} → {each.recipient}{again}"
        _line("Failed", f"{each.state} after {each.attempts}: {what}")
        _line("", each.last_error)
    if found.failed:
        _line("", "`tracker remind --retry` tries them all now")
    _line("Mail", _told(lambda: app.channel("email").describe()))
    _line("Ledger", found.head)


def _counted(count: int, plural: str) -> str:
    return f"{count:,} {plural.removesuffix('s') if count == 1 else plural}"


def _ago(at: datetime, now: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC ({distance_words(at.date(), now.date())})"


def _clock(at: datetime, now: datetime) -> str:
    return "in the next sweep" if at <= now else f"at {at:%Y-%m-%d %H:%M} UTC"


def _line(name: str, text: str) -> None:
    click.echo(f"{click.style(f'{name:<12}', dim=True)}{text}")


@click.command(epilog=example("tracker doctor"))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check configuration, database and mail server; change nothing."""
    app: App = ctx.obj()
    ctx.call_on_close(app.store.close)
    sound = True
    for name, check in _checks(app):
        try:
            click.echo(f"{click.style('ok', bold=True)}       {name}: {check()}")
        except TrackerError as error:
            sound = False
            hint = f" — {error.hint}" if error.hint else ""
            click.echo(f"{click.style('wrong', bold=True)}    {name}: {error}{hint}")
    if not sound:
        ctx.exit(1)


def _checks(app: App) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "configuration", lambda: _configuration(app)
    yield "database", lambda: _database(app)
    yield "mail", lambda: app.channel("email").check()
    if app.settings.apprise_urls:
        yield "chats", lambda: app.channel("apprise").check()


def _configuration(app: App) -> str:
    path = config.config_file(os.environ)
    source = str(path) if path.exists() else f"no file {path}, defaults and environment"
    names = ", ".join(f"{each.address} ({each.zone})" for each in app.settings.recipients)
    return f"{source}; reminders go to {names}; recorded by {app.settings.actor}"


def _database(app: App) -> str:
    app.store.look()
    version, sound = app.store.version()
    warning = "" if sound else " (has the WAL-reset bug: install pysqlite3 0.6.1 or later)"
    return f"{app.store.place}, revision {app.store.revision()}, {version}{warning}"


def _told(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except TrackerError as error:
        return f"nowhere: {error}"


@click.command(
    epilog=example(
        "tracker completion bash >> ~/.bashrc",
        "tracker completion zsh >> ~/.zshrc",
        "tracker completion fish > ~/.config/fish/completions/tracker.fish",
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print shell completion, question ids included."""
    from click.shell_completion import get_completion_class

    chosen = get_completion_class(shell)
    assert chosen is not None  # noqa: S101 - the three shells are click's own; this tells mypy
    root = ctx.find_root().command
    click.echo(chosen(root, {}, "tracker", "_TRACKER_COMPLETE").source())
