"""Looking back: the scorecard."""

from pathlib import Path
from typing import get_args

import click

from tracker import lexicon as lexicons
from tracker.actions import score as verbs
from tracker.cli import card, card_json, render
from tracker.cli.common import app_of, example
from tracker.scoring.evidence import Subject, SubjectKind

_FORMATS = ("table", "json")


@click.command(
    epilog=example(
        "tracker score --author 'Emma Ashford'",
        "tracker score --topic russia --lexicon icd203",
    )
)
@click.option("--author", help="Whose forecasts; the whole name, in any case.")
@click.option("--outlet", help="Where they appeared.")
@click.option("--topic", help="On which topic.")
@click.option("--phrase", help="Which words of probability they use.")
@click.option(
    "--lexicon",
    default=lexicons.DEFAULT,
    show_default=True,
    metavar="NAME",
    help="What the words are read with.",
)
@click.option("--format", "form", type=click.Choice(_FORMATS), default="table", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to a file.")
@click.pass_context
def score(
    ctx: click.Context,
    author: str | None,
    outlet: str | None,
    topic: str | None,
    phrase: str | None,
    lexicon: str,
    form: str,
    output: Path | None,
) -> None:
    """Print a scorecard: what was said, what happened, and how much of it could be luck.

    Without a choice it is about everything that is recorded.
    """
    subject = _subject(author=author, outlet=outlet, topic=topic, phrase=phrase)
    app = app_of(ctx)
    now = app.clock()
    found = verbs.report(app.store, subject, lexicon, now)
    if form == "json":
        text = render.json_text("scorecard", card_json.report_json(found, now))
    else:
        text = card.in_text(found, now)
    render.deliver(text, output)


def _subject(**chosen: str | None) -> Subject:
    given = {kind: name for kind, name in chosen.items() if name is not None}
    if len(given) > 1:
        raise click.UsageError(f"choose one of {', '.join('--' + kind for kind in given)}")
    for kind in get_args(SubjectKind):
        if kind in given:
            return Subject(kind, given[kind])
    return Subject("all")
