"""Settling: resolve, reopen, snooze."""

from datetime import date

import click

from tracker.actions import resolve as verbs
from tracker.cli import asking
from tracker.cli.common import DAY, app_of, example, given, is_asking, question_argument
from tracker.dates import day_words
from tracker.errors import Invalid
from tracker.outcomes import OUTCOMES
from tracker.records import Resolution, Snooze


def _complete_outcome(
    _ctx: click.Context, _param: click.Parameter, typed: str
) -> list[click.shell_completion.CompletionItem]:
    return [
        click.shell_completion.CompletionItem(name, help=each.meaning)
        for name, each in OUTCOMES.items()
        if name.startswith(typed)
    ]


@click.command(
    epilog=example(
        "tracker resolve rates-by-june no --evidence https://bank.example/minutes",
        "tracker resolve rates-by-june yes --on 2026-05-12 --evidence 'Minutes of 12 May'",
    )
)
@question_argument
@click.argument("outcome", metavar="OUTCOME", shell_complete=_complete_outcome)
@click.option("--evidence", help="What shows it, best a link.")
@click.option("--on", "happened_on", type=DAY, help="The day it happened, for yes.")
@click.option("--note", help="Anything a later reader should know.")
@click.option("--by", help="Who says so, where it is not you.")
@click.option("--ask/--no-ask", default=None, help="Ask for what is not given.")
@click.pass_context
def resolve(
    ctx: click.Context,
    question: str,
    outcome: str,
    evidence: str | None,
    happened_on: date | None,
    ask: bool | None,
    note: str | None,
    by: str | None,
) -> None:
    """Say how a question turned out: yes, no, ambiguous, annulled or condition-not-met."""
    app = app_of(ctx)
    with app.store.reading() as tx:
        dossier = tx.recorded.dossier(question)
    # Before anything is asked: who mistyped it would answer for nothing.
    asking.field(Resolution, "outcome")(outcome)
    if evidence is None and is_asking(ask):
        click.echo(dossier.question.text)
        evidence = click.prompt("What shows it (best a link)")
    if evidence is None:
        raise Invalid("evidence is needed", hint="add --evidence LINK")
    resolution = Resolution.parse(
        {
            "question": question,
            "outcome": outcome,
            "evidence": given(evidence, "evidence"),
            "happened_on": happened_on,
            "note": note,
            "by": by,
        },
        subject="resolution",
    )
    after = verbs.resolve(app.store, resolution, app.act())
    click.echo(f"{question}: {outcome}. {OUTCOMES[resolution.outcome].meaning.capitalize()}.")
    authors = sorted({each.forecast.author for each in after.statements})
    for author in authors:
        click.echo(f"  tracker score --author {author!r}")


@click.command(epilog=example("tracker reopen rates-by-june --reason 'the minutes were revised'"))
@question_argument
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.pass_context
def reopen(ctx: click.Context, question: str, reason: str) -> None:
    """Take a resolution back, with a reason; both stay in the ledger."""
    app = app_of(ctx)
    verbs.reopen(app.store, question, app.act(reason=given(reason, "reason")))
    click.echo(f"{question} is open again.")


@click.command(
    epilog=example("tracker snooze rates-by-june --until 2026-07-01 --reason 'minutes come then'")
)
@question_argument
@click.option("--until", type=DAY, required=True, help="The day on which it comes back.")
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.pass_context
def snooze(ctx: click.Context, question: str, until: date, reason: str) -> None:
    """Be silent about a question until a day; then it comes back."""
    app = app_of(ctx)
    record = Snooze.parse(
        {"question": question, "until": until, "reason": given(reason, "reason")}, subject="snooze"
    )
    verbs.snooze(app.store, record, app.act())
    click.echo(f"{question} is silent until {day_words(until)}.")
