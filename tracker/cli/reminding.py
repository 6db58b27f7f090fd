"""Reminding: one sweep, or one after the other."""

import logging
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from threading import Event
from zoneinfo import ZoneInfo

import click

from tracker.actions import remind as verbs
from tracker.app import App
from tracker.cli import render
from tracker.cli.common import DAY, app_of, example
from tracker.dates import distance_words, start_of_day
from tracker.notify.messages import Notice

_MONITOR_SECONDS = 30


@click.command(
    epilog=example(
        "tracker remind --dry-run",
        "tracker remind --dry-run --as-of 2026-12-31",
        "*/10 * * * *  tracker remind      # in a crontab",
    )
)
@click.option("--dry-run", is_flag=True, help="Say what would be sent; send and write nothing.")
@click.option("--as-of", type=DAY, help="As if it were the evening of that day.")
@click.option("--retry", is_flag=True, help="Try now what was given up or waits after a failure.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def remind(ctx: click.Context, form: str, as_of: date | None, dry_run: bool, retry: bool) -> None:
    """Send the reminders that are due, once.

    Everything due for one person goes into one message. Call it from cron, or let `tracker run`
    do it; any number of both may work on one database.
    """
    app = app_of(ctx)
    clock = app.clock
    if as_of is not None:
        evening = start_of_day(as_of + timedelta(days=1), ZoneInfo(app.settings.zone))
        clock = lambda: evening - timedelta(seconds=1)  # noqa: E731 - a clock that stands still
    if dry_run:
        _preview(app, verbs.preview(app.store, app.audience, clock()), form)
        return
    if retry:
        count = verbs.revive(app.store, app.audience, clock())
        click.echo(
            f"{count:,} had failed: tried again." if count else "Nothing had failed.", err=True
        )
    swept = _sweep(replace(app, clock=clock))
    if form == "json":
        render.emit_json("swept", {name: getattr(swept, name) for name in swept.__slots__})
    else:
        click.echo(f"{swept}.")
        if swept.sent:
            click.echo(f"Mail: {app.channel('email').describe()}")
        _say_what_waits(app)


def _say_what_waits(app: App) -> None:
    waiting = verbs.waiting(app.store)
    if waiting:
        wait = "1 message waits" if waiting == 1 else f"{waiting:,} messages wait"
        click.echo(
            f"{wait} for the next try: `tracker status` says why and until when, "
            "`tracker remind --retry` tries at once."
        )


def _sweep(app: App) -> verbs.Swept:
    from tracker.daemon import Monitor, stopped_by_signals, sweep_once

    stop, monitor = Event(), Monitor(app)
    with stopped_by_signals(stop):
        swept = sweep_once(app, stop)
        if not stop.is_set():
            monitor.tell()
            monitor.wait(_MONITOR_SECONDS)
    return swept


def _preview(app: App, notices: list[Notice], form: str) -> None:
    if form == "json":
        render.emit_json("reminders", [_notice_json(each) for each in notices])
        return
    if not notices:
        click.echo("Nothing would be said.")
    for recipient, group in groupby(notices, key=lambda each: each.reminder.recipient):
        click.echo(f"{recipient} would hear of:")
        for each in group:
            about = _about(each)
            click.echo(f"  {each.reminder.stage:<10} {each.dossier.question.id}: {about}")
    waiting = verbs.waiting(app.store)
    if waiting:
        click.echo(f"{waiting} rendered messages wait to be sent as well.")


def _about(notice: Notice) -> str:
    """Say what a reminder is about: the checkpoint on its day, else the deadline."""
    day, reminder = notice.reminder.local_date, notice.reminder
    if reminder.stage == "checkpoint":
        return reminder.occasion.partition(", ")[2]
    deadline = notice.dossier.question.deadline
    return f"{deadline.words}, {distance_words(deadline.closes_on, day)}"


def _notice_json(notice: Notice) -> dict[str, object]:
    plain: dict[str, object] = notice.reminder.model_dump(mode="json")
    return plain


@click.command(epilog=example("tracker run", "TRACKER_SWEEP_SECONDS=10 tracker run"))
@click.pass_context
def run(ctx: click.Context) -> None:
    """Keep sending reminders until stopped (SIGTERM or Ctrl-C).

    Logs a line per sweep to stderr; docs/how-to.md has a systemd unit.
    """
    from tracker.daemon import Daemon

    app = app_of(ctx)
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s"
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    Daemon(app).run()


@click.command(epilog=example("tracker inbox", "tracker inbox --last 5"))
@click.option("--last", type=click.IntRange(1), default=1, show_default=True, help="How many.")
@click.pass_context
def inbox(ctx: click.Context, last: int) -> None:
    """Read the reminders that were delivered into the Maildir, the newest at the end.

    For desks without a mail server: with one, they are in your mailbox.
    """
    from tracker.notify.inbox import letters

    app: App = ctx.obj()
    found = letters(app.settings.maildir, last=last)
    if not found:
        click.echo(f"Nothing has been delivered into {app.settings.maildir}.")
    for each in found:
        click.echo(f"To:      {each.to}\nDate:    {each.date}")
        click.echo(f"Subject: {click.style(each.subject, bold=True)}\n\n{each.text}")
