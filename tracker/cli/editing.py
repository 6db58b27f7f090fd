"""A draft in the person's own editor, read back until it is right or given up."""

from collections.abc import Mapping
from dataclasses import dataclass

import click

from tracker.actions.draft import Draft
from tracker.actions.quotes import standing
from tracker.articles.snapshots import require
from tracker.articles.spot import Proposal
from tracker.cli import proposals as screen
from tracker.cli.keys import ask_key
from tracker.errors import Invalid
from tracker.exchange.fragment import Item, article_lines, form
from tracker.exchange.predictions import read
from tracker.records import Article, Forecast, Question

_HOW = (
    "Fill in what is marked FILL IN, then save and close. Leave the file as it is, or empty it, to "
    "keep nothing. Lines that begin with # are notes."
)
_DEADLINES = (
    "deadline: {by: 2026-06-01}, {from: 2026-06-01, to: 2026-06-30}, {within: 50 days, of: what, "
    "starting: 2026-06-01} or {ever: true, horizon: 2030-01-01}"
)
_NAME = "draft"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is laid before the person.

    Attributes:
        article: the op-ed.
        text: its text, in which the quote must stand.
        proposal: the sentence.
        drafted: what was made of it.
    """

    article: Article
    text: str
    proposal: Proposal
    drafted: Draft

    def page(self) -> str:
        """Return the file that is opened."""
        comments = (
            _HOW,
            self.proposal.sentence,
            screen.worked_out(self.proposal),
            *self.drafted.notes,
            _DEADLINES,
        )
        return form(Item(self.drafted.question, self.drafted.forecast, comments))

    def parse(self, page: str, known: Mapping[str, Question]) -> tuple[Question, Forecast]:
        """Read what came back.

        Args:
            page: the file as it was saved.
            known: the questions that exist, by id.

        Raises:
            Invalid: if it is not one question with one forecast, both right.
        """
        data = self.article.model_dump(mode="python", exclude_none=True)
        below = "\n".join(article_lines({**data, "authors": list(self.article.authors)}))
        book = read(f"{page.rstrip()}\n{below}\n", name=_NAME)
        if len(book.questions) != 1 or len(book.forecasts) != 1:
            raise Invalid("there must be one question with one forecast", hint="edit it again")
        question, forecast = book.questions[0], book.forecasts[0]
        if forecast.article != self.article.id:
            raise Invalid(f"the forecast's article is {self.article.id}", hint="leave it so")
        if standing(forecast.quote or "", self.text) is None:
            require(forecast.quote or "", self.text)
        if known.get(question.id, question) != question:
            raise Invalid(
                f"a question {question.id} exists, and asks otherwise", hint="give it another id"
            )
        return question, forecast


def edited(sheet: Sheet, known: Mapping[str, Question]) -> tuple[Question, Forecast] | None:
    """Open the editor until the draft is right; None where the person gives it up."""
    page = sheet.page()
    while True:
        before, page = page, _opened(page)
        if not page.strip():
            return None
        try:
            return sheet.parse(page, known)
        except Invalid as error:
            if page == before:
                click.echo("  The draft came back as it was: nothing is kept of it.")
                return None
            screen.tell(error)
            if ask_key("[e]dit it again  [b]ack: give it up", "eb") == "b":
                return None


def _opened(page: str) -> str:
    """Open the editor ($VISUAL, $EDITOR) on a page; return it as it was saved.

    Raises:
        Invalid: if there is no editor.
    """
    try:
        return click.edit(page, extension=".yaml", require_save=False) or ""
    except click.ClickException as error:
        raise Invalid(
            f"the editor cannot be opened: {error.message}",
            hint="set EDITOR to the command that opens yours; what is decided so far is kept",
        ) from None
