"""Recording: add, amend."""

import re
from collections.abc import Mapping
from typing import Any

import click

from tracker import lexicon
from tracker.actions import record as verbs
from tracker.app import App
from tracker.cli import asking
from tracker.cli.common import (
    app_of,
    complete_question,
    example,
    given,
    is_asking,
    question_argument,
)
from tracker.cli.question_options import question_fields, question_options
from tracker.errors import Invalid, NotFound
from tracker.records import Article, Dossier, Forecast, Question, slugify


@click.command(
    epilog=example(
        "tracker add                      # asks for everything",
        "tracker add --question rates-by-june --author me --source reader \\",
        "    --probability 0.3 --made-on 2026-03-02",
        "tracker add --author 'Ada Fabricated' --outlet 'The Invented Gazette' \\",
        "    --published 2026-03-01 --quote 'the bridge is unlikely to open' \\",
        "    --phrase unlikely --question bridge-by-june --by 2026-06-01 \\",
        "    --text 'Will the bridge open by 1 June 2026?' \\",
        "    --criteria 'The city register lists it as open to traffic.'",
    )
)
@click.option(
    "--question",
    shell_complete=complete_question,
    help="The question's id: a recorded one, or a new one.",
)
@question_options
@click.option("--author", help="Who said it.")
@click.option("--article", help="The article's id: a recorded one, or a new one.")
@click.option("--outlet", help="Where it appeared.")
@click.option("--published", metavar="DATE", help="When: 2026-03-01, 2026-03 or 2026.")
@click.option("--title", help="The article's headline.")
@click.option("--url", help="Where it can be read.")
@click.option(
    "--chosen", type=click.Choice(["all", "sample", "tip"]), help="How the article was chosen."
)
@click.option("--quote", help="The words, letter for letter.")
@click.option("--phrase", help="The words of probability, as written.")
@click.option("--probability", metavar="P", help="A number from 0 to 1, or 7%.")
@click.option("--range", "range_", nargs=2, metavar="LOW HIGH", help="Two such numbers.")
@click.option("--negated", is_flag=True, help="The words are about its NOT happening.")
@click.option("--made-on", metavar="DATE", help="When it was said, if not the article's date.")
@click.option(
    "--source",
    type=click.Choice(["writer", "reader", "crowd"]),
    default="writer",
    show_default=True,
    help="Whose forecast it is.",
)
@click.option("--label", help="Tells two of one author on one question in one article apart.")
@click.option("--ask/--no-ask", default=None, help="Ask for what is not given.")
@click.option("--yes", is_flag=True, help="Record without asking whether it is right.")
@click.pass_context
def add(ctx: click.Context, /, ask: bool | None, yes: bool, **options: Any) -> None:  # noqa: ANN401 - two dozen options
    """Record a forecast, with its article and its question where they are new.

    Asks for what was not given and shows the record before it writes.
    """
    app = app_of(ctx, create=True)
    sits_there = is_asking(ask)
    form = _Form(options, asking=sits_there)
    standing = _standing(app, form.need_question())
    if standing is None:
        question = _new_question(form, app.settings.zone)
    else:
        if sits_there:
            click.echo(f"Recorded already: {standing.question.text}", err=True)
        question = _held_against(standing.question, options)
    article = _article(app, form)
    forecast = _forecast(form, article)
    _show(article, question, forecast)
    if sits_there and not yes:
        click.confirm("Record this?", default=True, abort=True)
    new = [each for each in (article, question, forecast) if each is not None]
    for verdict in verbs.record(app.store, new, app.act()):
        note = f" ({verdict.note})" if verdict.note else ""
        click.echo(f"{verdict.status} {verdict.noun} {verdict.id}{note}")


_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class _Form:
    """What was given as options, and what is still to be asked for.

    Attributes:
        options: the command's options.
        asking: whether a person sits there.
        missing: options that nobody gave and nobody could be asked for.
    """

    def __init__(self, options: Mapping[str, Any], *, asking: bool) -> None:
        self.options, self.asking = dict(options), asking
        self.missing: list[str] = []

    def get(self, name: str) -> Any:  # noqa: ANN401 - an option's value
        """Return what was given, or None."""
        return self.options[name] or None

    def need(self, name: str, prompt: str, check: asking.Check) -> str:
        """Return what was given, or ask for it, or note that it is missing."""
        if not self.get(name):
            if not self.asking:
                self.missing.append(f"--{name}")
                return ""
            self.options[name] = asking.asked(prompt, check)
        return str(self.options[name])

    def need_question(self) -> str:
        """Return a question's id; one who is asked may write the question in words instead."""
        said = self.need("question", "The question in words, or its id where it is recorded", str)
        if self.asking and said and not _ID.fullmatch(said):
            self.options["text"] = said
            self.options["question"] = slugify(said.removeprefix("Will "))[:60].strip("-")
            click.echo(f"Its id: {self.options['question']}", err=True)
        return str(self.options["question"] or "")

    def refuse_missing(self) -> None:
        """Name everything that is missing, at once.

        Raises:
            Invalid: if anything is.
        """
        if self.missing:
            raise Invalid(f"still missing: {', '.join(self.missing)}", hint="or let it ask: --ask")


def _standing(app: App, question: str) -> Dossier | None:
    if not question:
        return None
    with app.store.reading() as tx:
        try:
            return tx.recorded.dossier(question)
        except NotFound:
            return None


def _held_against(recorded: Question, options: Mapping[str, Any]) -> Question:
    """Return a recorded question with what the options say of it: they must say the same."""
    return Question.parse(
        {**recorded.data(), **question_fields(options)}, subject=f"question {recorded.id}"
    )


def _new_question(form: _Form, zone: str) -> Question:
    name = form.options["question"]
    criteria = asking.field(Question, "criteria")
    form.need("text", "The question (ends with a question mark)", asking.question)
    form.need("criteria", "Criteria (how would two strangers settle it alike?)", criteria)
    fields = question_fields(form.options)
    if "deadline" not in fields:
        fields["deadline"] = _ask_deadline(form)
    if form.asking and not form.get("topics"):
        topics = click.prompt("Topics (separated by spaces, may be empty)", default="")
        fields["topics"] = [slugify(topic) for topic in topics.split()]
    form.refuse_missing()
    data = {"zone": zone, **fields, "id": name}
    return Question.parse(data, subject=f"question {name}")


_DEADLINES: dict[str, tuple[tuple[str, str, asking.Check], ...]] = {
    "by": (("by", "By the end of which day (2026-06-01)", asking.day),),
    "within": (
        ("within", "Within how long ('50 days')", asking.span),
        ("starting", "Counted from which day, day 0", asking.day),
    ),
    "window": (
        ("from", "First day that counts", asking.day),
        ("to", "Last day that counts", asking.day),
    ),
    "ever": (("horizon", "When does never count as no (its horizon)", asking.day),),
}


def _ask_deadline(form: _Form) -> dict[str, Any]:
    if not form.asking:
        form.missing.append("--by (or --within, --from, --ever)")
        return {}
    kind = click.prompt("Deadline", type=click.Choice(list(_DEADLINES)), default="by")
    said: dict[str, Any] = {
        name: asking.asked(words, check) for name, words, check in _DEADLINES[kind]
    }
    return {"ever": True, **said} if kind == "ever" else said


def _article(app: App, form: _Form) -> Article | None:
    """Return a new or recorded article, or None for a forecast without one."""
    name = form.get("article")
    recorded = _recorded_article(app, name) if name else None
    author = form.need("author", "Author", asking.field(Forecast, "author"))
    if recorded is not None and not form.get("outlet"):
        return recorded
    if form.get("source") != "writer" and not (name or form.get("outlet")):
        return None
    outlet = form.need("outlet", "Outlet", asking.field(Article, "outlet"))
    published = form.need("published", "Published (2026-03-01, 2026-03 or 2026)", asking.published)
    chosen = form.get("chosen")
    if chosen is None and form.asking:
        chosen = asking.chosen()
    form.refuse_missing()
    fields = {
        "id": name or slugify(f"{author} {outlet} {published}")[:80].strip("-"),
        "authors": [author],
        "outlet": outlet,
        "published_on": published,
        "title": form.get("title"),
        "url": form.get("url"),
        "chosen": chosen or "tip",
    }
    return Article.parse(fields, subject=f"article {fields['id']}")


def _recorded_article(app: App, article: str) -> Article | None:
    with app.store.reading() as tx:
        try:
            return tx.recorded.article(article)
        except NotFound:
            return None


def _forecast(form: _Form, article: Article | None) -> Forecast:
    if form.get("source") == "writer":
        quote = asking.field(Forecast, "quote")
        form.need("quote", "Quote (the words, letter for letter)", quote)
    reading = {
        "phrase": form.get("phrase"),
        "probability": form.get("probability"),
        "range": form.get("range_"),
        "negated": form.options["negated"],
    }
    if not any((reading["phrase"], reading["probability"], reading["range"])):
        reading.update(_ask_reading(form))
    form.refuse_missing()
    fields = {
        "question": form.options["question"],
        "author": form.options["author"],
        "article": article.id if article else None,
        "quote": given(form.get("quote"), "quote"),
        "reading": reading,
        "made_on": form.get("made_on"),
        "source": form.options["source"],
        "label": form.get("label"),
    }
    return Forecast.parse(fields, subject="forecast")


def _ask_reading(form: _Form) -> dict[str, str]:
    if not form.asking:
        form.missing.append("--phrase (or --probability, --range)")
        return {"phrase": "?"}
    click.echo(f"Phrases that lexicons know: {', '.join(lexicon.known_phrases())}", err=True)
    words = "Words of probability as written, or a number from 0 to 1"
    return asking.reading_of(asking.asked(words, asking.reading))


def _show(article: Article | None, question: Question, forecast: Forecast) -> None:
    """Print the records as predictions.yaml would have them."""
    from tracker.exchange.predictions import Book, write

    articles = (article,) if article else ()
    click.echo(
        write(Book(articles=articles, questions=(question,), forecasts=(forecast,))), nl=False
    )


@click.command(
    epilog=example(
        "tracker amend bridge-by-june --by 2026-07-01 --reason 'the city moved the date'",
        "tracker amend bridge-by-june --remind-to ben@desk.example --reason 'Ben has it now'",
    )
)
@question_argument
@question_options
@click.option("--reason", required=True, help="Why; kept in the ledger.")
@click.option("--revision", type=int, help="Refuse if the question is at another revision.")
@click.pass_context
def amend(
    ctx: click.Context,
    /,
    question: str,
    reason: str,
    revision: int | None,
    **options: Any,  # noqa: ANN401 - two dozen options
) -> None:
    """Change an open question, with a reason; its reminders are planned anew.

    Refused once the deadline has passed: then resolve it, or annul it.
    """
    app = app_of(ctx)
    act = app.act(reason=given(reason, "reason"))
    after = verbs.amend(
        app.store, question, question_fields(options), act, expected_revision=revision
    )
    deadline = after.question.deadline.words
    click.echo(f"{question} is at revision {after.revision}; its deadline is {deadline}.")
