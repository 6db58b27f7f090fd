"""Looking back: the scorecard."""

from datetime import datetime
from pathlib import Path
from typing import get_args

import click

from tracker import lexicon as lexicons
from tracker.actions import compare
from tracker.actions import score as verbs
from tracker.app import App
from tracker.cli import card, card_json, card_words, render
from tracker.cli.common import app_of, example, progress_line
from tracker.errors import Invalid
from tracker.scoring.evidence import Subject, SubjectKind
from tracker.store.courses import By

_FORMATS = ("table", "json", "csv", "html")


def _complete_lexicon(
    _ctx: click.Context, _param: click.Parameter, typed: str
) -> list[click.shell_completion.CompletionItem]:
    found = [name for name in lexicons.names() if name.startswith(typed)]
    return [click.shell_completion.CompletionItem(name) for name in found]


@click.command(
    epilog=example(
        "tracker score --author 'Emma Ashford'",
        "tracker score --topic russia --by author --lexicon icd203",
        "tracker score --author 'Emma Ashford' --beside me --format html --output card.html",
    )
)
@click.option("--author", help="Whose forecasts; the whole name, in any case.")
@click.option("--outlet", help="Where they appeared.")
@click.option("--topic", help="On which topic.")
@click.option("--phrase", help="Which words of probability they use.")
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    help="A table of many, ranked only where two forecast the same questions.",
)
@click.option(
    "--lexicon",
    metavar="NAME",
    shell_complete=_complete_lexicon,
    help="What the words are read with; as configured, else readers.",
)
@click.option(
    "--beside",
    multiple=True,
    metavar="NAME",
    help="Also whose forecasts on the same questions: 'me', a crowd's name. Repeatable.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="table",
    show_default=True,
    help="For people, for programs, or a page to share.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to a file instead of printing.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.svg|png|pdf",
    help="Also draw the reliability diagram.",
)
@click.pass_context
def score(
    ctx: click.Context,
    author: str | None,
    outlet: str | None,
    topic: str | None,
    phrase: str | None,
    by: By | None,
    lexicon: str | None,
    beside: tuple[str, ...],
    form: str,
    output: Path | None,
    plot: Path | None,
) -> None:
    """Print a scorecard: what was said, what happened, and how much of it could be luck.

    Without a choice it is about everything that writers said. `tracker explain FIGURE` says what
    a figure means.
    """
    subject = _subject(author=author, outlet=outlet, topic=topic, phrase=phrase)
    if by is not None and (beside or plot or form == "html"):
        raise click.UsageError("--by is a table: it goes with --format table, json or csv alone")
    if beside and form == "csv":
        raise click.UsageError("--beside goes with --format table, json or html")
    app = app_of(ctx)
    now = app.clock()
    lexicon = lexicon or app.settings.lexicon
    if by is not None:
        text = _table(app, subject, by, lexicon, form, now)
    else:
        text = _card(app, subject, lexicon, beside, form, plot, now)
    render.deliver(text, output)


def _subject(**chosen: str | None) -> Subject:
    given = {kind: name for kind, name in chosen.items() if name is not None}
    if len(given) > 1:
        raise click.UsageError(f"choose one of {', '.join('--' + kind for kind in given)}")
    for kind in get_args(SubjectKind):
        if kind in given:
            return Subject(kind, given[kind])
    return Subject("all")


def _table(app: App, subject: Subject, by: By, lexicon: str, form: str, now: datetime) -> str:
    found = compare.standings(app.store, subject, by, lexicon, now, progress=progress_line())
    plain = [card_json.plain(row) for row in found.rows]
    if form == "json":
        return render.json_text("standings", plain, ledger=found.head)
    if form == "csv":
        witnessed = [{**row, "ledger": found.head} for row in plain]
        return render.csv_text(witnessed, card_json.STANDING_COLUMNS).rstrip("\r\n")
    return card.standings_in_text(found, by) if found.rows else "Nothing is scored yet."


def _card(
    app: App,
    subject: Subject,
    lexicon: str,
    others: tuple[str, ...],
    form: str,
    plot: Path | None,
    now: datetime,
) -> str:
    limit = {"csv": None, "table": 0}.get(form, verbs.LISTED)
    found = verbs.report(app.store, subject, lexicon, now, limit=limit, progress=progress_line())
    besides = [compare.beside(app.store, subject, name, lexicon, now) for name in others]
    if plot is not None:
        _draw(found, plot)
    if form == "json":
        return render.json_text("scorecard", card_json.report_json(found, now, besides))
    if form == "csv":
        rows = (card_json.forecast_row(each, found.card.head) for each in found.forecasts)
        return render.csv_text(rows, card_json.CSV_COLUMNS).rstrip("\r\n")
    if form == "html":
        from tracker.cli import card_html

        return card_html.page(found, now, besides)
    return card.in_text(found, now, besides)


def _draw(found: verbs.Report, plot: Path) -> None:
    from tracker.scoring.diagram import draw

    try:
        draw(found.card, plot)
    except OSError as error:
        raise Invalid(f"{plot} cannot be written: {error.strerror}") from None
    click.echo(f"Drawn: {plot} ({card_words.title(found.card)})", err=True)
