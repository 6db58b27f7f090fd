"""Looking: list, show, due."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click
from click.formatting import wrap_text

from tracker.app import App
from tracker.cli import render
from tracker.cli.common import app_of, example, format_option, question_argument
from tracker.dates import day_words, distance_words
from tracker.outcomes import OUTCOMES
from tracker.records import Dossier
from tracker.store.recorded import Filter

_COLUMNS = {"id": "question", "state": "state", "when": "deadline", "said": "who said what"}


@click.command(
    name="list",
    epilog=example("tracker list --state overdue", "tracker list --author 'Emma Ashford'"),
)
@click.option(
    "--state",
    type=click.Choice(["open", "overdue", "resolved", "all"]),
    default="all",
    show_default=True,
    help="Which questions.",
)
@click.option("--author", help="Only questions on which this author made a forecast.")
@click.option("--outlet", help="Only questions forecast in this outlet.")
@click.option("--topic", help="Only questions on this topic.")
@format_option
@click.pass_context
def list_(
    ctx: click.Context,
    form: str,
    state: str,
    author: str | None,
    outlet: str | None,
    topic: str | None,
) -> None:
    """List the questions, the earliest deadline first."""
    app = app_of(ctx)
    now = app.clock()
    settled = {"open": True, "overdue": True, "resolved": False, "all": None}[state]
    before = now if state == "overdue" else None
    with app.store.reading() as tx:
        found = tx.recorded.dossiers(
            Filter(open=settled, closes_before=before, author=author, outlet=outlet, topic=topic)
        )
    _emit(app, form, found, now, "Nothing is recorded yet. `tracker add` records a forecast.")


@click.command(epilog=example("tracker due", "tracker due --within 30 --format json"))
@click.option(
    "--within",
    type=click.IntRange(0, 3660),
    default=7,
    show_default=True,
    metavar="DAYS",
    help="Also what comes due in so many days.",
)
@format_option
@click.pass_context
def due(ctx: click.Context, form: str, within: int) -> None:
    """List what is due for somebody to settle, and what soon will be."""
    app = app_of(ctx)
    now = app.clock()
    with app.store.reading() as tx:
        found = tx.recorded.dossiers(Filter(open=True, closes_before=now + timedelta(days=within)))
    _emit(app, form, found, now, f"Nothing is due now or in the next {within} days.")
    if form == "table" and any(render.state_of(each, now) == "overdue" for each in found):
        click.echo("\nTo settle one: tracker resolve QUESTION yes|no --evidence LINK")


def _emit(app: App, form: str, found: Sequence[Dossier], now: datetime, empty: str) -> None:
    as_row = render.question_json if form == "json" else render.question_row
    rows = [as_row(each, now, app.settings.zone) for each in found]
    render.emit(form, "questions", rows, _COLUMNS, empty)


@click.command(epilog=example("tracker show sanctions-ever"))
@question_argument
@format_option
@click.pass_context
def show(ctx: click.Context, question: str, form: str) -> None:
    """Show one question with its forecasts."""
    app = app_of(ctx)
    now = app.clock()
    with app.store.reading() as tx:
        dossier = tx.recorded.dossier(question)
    if form == "json":
        render.emit_json("question", render.question_json(dossier, now, app.settings.zone))
    elif form == "csv":
        render.emit_csv(
            _csv_rows(render.question_json(dossier, now, app.settings.zone)), _CSV_COLUMNS
        )
    else:
        _print(dossier, now, app.settings.zone)


_CSV_COLUMNS = ("question", "state", "closes_on", "author", "words", "quote", "outlet", "outcome")


def _csv_rows(plain: Mapping[str, Any]) -> list[dict[str, Any]]:
    shared = {
        "question": plain["id"],
        "state": plain["state"],
        "closes_on": plain["closes_on"],
        "outcome": (plain["resolution"] or {}).get("outcome"),
    }
    return [
        {**shared, **each, "question": plain["id"], "outlet": (each["article"] or {}).get("outlet")}
        for each in plain["forecasts"]
    ] or [shared]


def _print(dossier: Dossier, now: datetime, zone: str) -> None:
    question = dossier.question
    today = now.astimezone(ZoneInfo(zone)).date()
    click.echo(click.style(question.text, bold=True))
    _field("Question", f"{question.id} ({render.state_of(dossier, now)})")
    away = distance_words(question.deadline.closes_on, today)
    _field("Deadline", f"{question.deadline.words}, {away} ({question.zone})")
    if question.deadline.verbatim:
        _field("", f"in the writer's words: “{question.deadline.verbatim}”")
    _field("Condition", question.condition)
    _field("Criteria", question.criteria)
    for checkpoint in question.checkpoints:
        _field("Checkpoint", f"{checkpoint.name}, {day_words(checkpoint.on)}")
    _field("Topics", ", ".join(question.topics))
    if dossier.snooze is not None and dossier.snooze.until > today:
        _field("Snoozed", f"until {day_words(dossier.snooze.until)}: {dossier.snooze.reason}")
    _print_statements(dossier)
    _print_resolution(dossier, now)


def _print_statements(dossier: Dossier) -> None:
    for statement in dossier.statements:
        forecast = statement.forecast
        where = ""
        if statement.article is not None:
            where = f", {statement.article.outlet}, {statement.article.published_on.words}"
        elif forecast.made_on is not None:
            where = f", {forecast.made_on.words}"
        click.echo()
        _field("Forecast", f"{forecast.author}{where}: {forecast.reading.words}")
        _field("", f"“{forecast.quote}”" if forecast.quote else None)
        _field("", statement.article.url if statement.article else None)
        late = "retrospective: recorded after the deadline, " if statement.retrospective else ""
        when = f"{statement.recorded_at:%Y-%m-%d}"
        _field("", f"({late}recorded {when} by {statement.recorded_by})")


def _print_resolution(dossier: Dossier, now: datetime) -> None:
    resolution = dossier.resolution
    click.echo()
    if resolution is None:
        closed = now >= dossier.question.closes_at
        can = [
            each.name
            for each in OUTCOMES.values()
            if (each.early or closed) and (dossier.question.condition or not each.conditional)
        ]
        _field("Resolve", f"tracker resolve {dossier.question.id} {'|'.join(can)} --evidence …")
        return
    happened = OUTCOMES[resolution.outcome].words
    on = f", {day_words(resolution.happened_on)}" if resolution.happened_on else ""
    _field("Outcome", f"{resolution.outcome}: {happened}{on}")
    _field("Evidence", resolution.evidence)
    _field("Note", resolution.note)
    who = resolution.by or dossier.resolved_by
    _field("", f"(resolved {dossier.resolved_at:%Y-%m-%d} by {who})")


def _field(name: str, value: str | None) -> None:
    """Print a named paragraph, folded to the terminal; nothing where there is no value."""
    if value is None or not value.strip():
        return
    label = f"{name:<11}"
    width = min(96, shutil.get_terminal_size((96, 24)).columns)
    text = wrap_text(
        value,
        width=width,
        initial_indent=" " * 11,
        subsequent_indent=" " * 11,
        preserve_paragraphs=True,
    )
    click.echo(click.style(label, dim=True) + text[11:])
