"""The dialogue of `tracker read`: one proposal at a time, kept, edited, called vague or skipped."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import click

from tracker.actions.by_hand import by_hand
from tracker.actions.draft import Draft, draft, quote_of
from tracker.actions.similar import Lookalike, lookalikes
from tracker.articles.sentences import Sentence, split
from tracker.articles.snapshots import locate_nearly
from tracker.articles.spot import Proposal
from tracker.cli import asking, showing
from tracker.cli import proposals as screen
from tracker.cli.decisions import Decision, Notebook, key_of
from tracker.cli.editing import Sheet, edited
from tracker.cli.keys import Later, ToArticle, ask_key
from tracker.errors import Invalid
from tracker.records import (
    Article,
    Dossier,
    Forecast,
    Missing,
    Question,
    VagueClaim,
    check_forecast,
)

_KEYS = {
    "k": "keep it as a forecast",
    "e": "edit it first: question, criteria, deadline, quote, phrase",
    "v": "keep it as a vague claim: it cannot be scored",
    "s": "skip it: it is no forecast",
    "a": "add a forecast that is not proposed: you copy its words",
    "b": "back to the one before; from the first, to who wrote it, where and when",
    "q": "quit and come back later; what is decided so far is kept",
    "?": "this list",
}
_MISSING = (
    "  event: it does not say what would happen. threshold: not how much of it, or what counts.\n"
    "  deadline: not by when. likelihood: not how likely."
)
_BAR = "[k]eep  [e]dit  [v]ague  [s]kip  [a]dd  [b]ack  [q]uit  [?]"


@dataclass(slots=True)
class Dialogue:
    """One op-ed's proposals, put to a person one by one.

    Attributes:
        article: what it is recorded as.
        text: its text.
        proposals: in the order in which they are put; those a person points at come in.
        notebook: where each decision is written at once.
        standing: what is recorded already, for look-alikes.
        zone: of new questions.
    """

    article: Article
    text: str
    proposals: list[Proposal]
    notebook: Notebook
    standing: Sequence[Dossier]
    zone: str
    _sentences: tuple[Sentence, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._sentences = split(self.text)
        day = self.article.published_on
        self.proposals += [by_hand(self.text, place, day) for place in self.notebook.added]

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """What was decided, by proposal."""
        return self.notebook.decisions

    def run(self) -> list[Decision]:
        """Put every proposal; return what was decided once the person says that all is right.

        Raises:
            Later: if the person quits.
            ToArticle: if the person goes back before the first.
        """
        here = self._first_open()
        while True:
            if here < len(self.proposals):
                here = self._put(here)
                continue
            key = self._is_right()
            if key == "y":
                return list(self._decided())
            here = self._add(here) if key == "a" else _before(here)

    def _decided(self) -> Iterator[Decision]:
        for proposal in self.proposals:
            yield self.decisions[key_of(proposal)]

    def _first_open(self) -> int:
        for place, proposal in enumerate(self.proposals):
            if key_of(proposal) not in self.decisions:
                return place
        return len(self.proposals)

    def _put(self, here: int) -> int:
        """Put one proposal; return the place of the next to put."""
        proposal = self.proposals[here]
        self._show(here, proposal)
        while (key := ask_key(_BAR, "kevsabq?")) == "?":
            click.echo("\n".join(f"  {each}  {words}" for each, words in _KEYS.items()))
        if key == "q":
            raise Later
        if key == "b":
            return _before(here)
        if key == "a":
            return self._add(here)
        decision = self._decide(key, proposal)
        if decision is None:
            return here
        self.notebook.decisions[key_of(proposal)] = decision
        self.notebook.save()
        _echo(showing.decided(decision))
        return here + 1

    def _add(self, here: int) -> int:
        """Ask for words that the rules did not see; return the place of what is to be put next."""
        place = _pointed_at(self.text)
        if place is None:
            return here
        added = by_hand(self.text, place, self.article.published_on)
        known = [key_of(each) for each in self.proposals]
        if key_of(added) in known:
            return known.index(key_of(added))
        self.proposals.insert(here, added)
        self.notebook.added.append(place)
        self.notebook.save()
        return here

    def _decide(self, key: str, proposal: Proposal) -> Decision | None:
        if key == "s":
            return Decision("skipped")
        if key == "v":
            return self._vague(proposal)
        drafted = self._draft(proposal)
        if key == "e":
            return self._edited(drafted, proposal)
        return self._kept(drafted, proposal)

    def _show(self, here: int, proposal: Proposal) -> None:
        done = self.decisions.get(key_of(proposal))
        place = (here + 1, len(self.proposals))
        _echo(showing.proposal(place, proposal, self._sentences, done))

    # What each key does.

    def _draft(self, proposal: Proposal) -> Draft:
        authors = self.article.authors
        return draft(
            proposal,
            self.text,
            article=self.article.id,
            author=authors[0] if len(authors) == 1 else None,
            zone=self.zone,
            taken={question.id for question, _ in self._known()},
        )

    def _known(self) -> list[tuple[Question, tuple[str, ...]]]:
        """Return every question that a forecast may share, with the quotes on it."""
        known = [
            (each.question, tuple(said.forecast.quote or "" for said in each.statements))
            for each in self.standing
        ]
        new = [
            (each.question, (each.forecast.quote or "",))
            for each in self.decisions.values()
            if each.question is not None and each.forecast is not None
        ]
        return [*known, *new]

    def _kept(self, drafted: Draft, proposal: Proposal) -> Decision | None:
        found = self._lookalikes(drafted, proposal)
        if found:
            _echo(showing.lookalikes(found))
            digits = "".join(str(n + 1) for n in range(len(found)))
            key = ask_key(
                "Its number: the same question.  [n]one: a new one.  [b]ack", f"{digits}nb"
            )
            if key == "b":
                return None
            if key != "n":
                return self._shared(found[int(key) - 1].question, drafted, proposal)
        return self._edited(drafted, proposal)

    def _lookalikes(self, drafted: Draft, proposal: Proposal) -> list[Lookalike]:
        known = [
            (question, quotes)
            for question, quotes in self._known()
            if question.deadline.closes_on >= self.article.published_on.first
        ]
        deadline = proposal.deadline and proposal.deadline.deadline
        return lookalikes(
            drafted.question["text"],
            deadline.closes_on if deadline else None,
            [question for question, _ in known],
            [quotes for _, quotes in known],
        )

    def _shared(self, question: Question, drafted: Draft, proposal: Proposal) -> Decision | None:
        """Make a forecast on a question that exists."""
        fields = {**drafted.forecast, "question": question.id}
        fields["author"] = fields["author"] or click.prompt(
            "Author", type=click.Choice(self.article.authors)
        )
        reading = {name: fields.pop(name, None) for name in ("phrase", "probability", "negated")}
        if drafted.notes:
            reading = _asked_reading(drafted.notes)
        while True:
            forecast = self._labelled(
                Forecast.parse({**fields, "reading": _given(reading)}), proposal
            )
            _echo(showing.said(forecast, question.text))
            bar = "[y]es  [n]o: turn it around  [b]ack"
            key = ask_key(f"Right?  {bar}", "ynb")
            if key == "b":
                return None
            if key == "y":
                break
            reading = {**reading, "negated": not reading.get("negated")}
        try:
            check_forecast(question, forecast, self.article)
        except Invalid as error:
            screen.tell(error)
            return None
        return Decision("kept", forecast=forecast)

    def _labelled(self, forecast: Forecast, proposal: Proposal) -> Forecast:
        """Set it apart from another forecast of the same author on the same question here."""
        taken = {
            each.forecast.id
            for key, each in self.decisions.items()
            if each.forecast is not None and key != key_of(proposal)
        }
        if forecast.id not in taken:
            return forecast
        return forecast.model_copy(update={"label": f"at-{proposal.start}"})

    def _edited(self, drafted: Draft, proposal: Proposal) -> Decision | None:
        sheet = Sheet(self.article, self.text, proposal, drafted)
        known = {question.id: question for question, _ in self._known()}
        mine = self.decisions.get(key_of(proposal))
        if mine is not None and mine.question is not None:
            known.pop(mine.question.id, None)
        found = edited(sheet, known)
        if found is None:
            return None
        question, forecast = found
        new = None if known.get(question.id) == question else question
        return Decision("kept", question=new, forecast=self._labelled(forecast, proposal))

    def _vague(self, proposal: Proposal) -> Decision | None:
        names: tuple[Missing, ...] = get_args(Missing)
        missing = {name for name, holds in _lacks(proposal).items() if holds}
        while True:
            marks = "  ".join(f"[{'x' if name in missing else ' '}] {name}" for name in names)
            click.echo(f"What is missing?  {marks}")
            key = ask_key(
                "[e]vent  [t]hreshold  [d]eadline  [l]ikelihood  [y]: that is right  [b]ack  [?]",
                "etdlyb?",
            )
            if key == "?":
                click.echo(_MISSING)
                continue
            if key == "b":
                return None
            if key == "y" and missing:
                break
            missing ^= {name for name in names if name.startswith(key)}
        quote = quote_of(proposal, self.text)
        ordered = tuple(name for name in names if name in missing)
        claim = VagueClaim(article=self.article.id, quote=quote, missing=ordered)
        return Decision("vague", claim=claim)

    def _is_right(self) -> str:
        """Show what would be recorded and ask; return "y", "b" for back or "a" to add.

        Raises:
            Later: if the person quits.
        """
        _echo(showing.summary(self.article, list(self._decided())))
        key = ask_key("Record it?  [y]es  [b]ack  [a]dd  [q]uit and come back later", "ybaq")
        if key == "q":
            raise Later
        return key


def _before(here: int) -> int:
    if here == 0:
        raise ToArticle
    return here - 1


def _echo(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _pointed_at(text: str) -> tuple[int, int] | None:
    """Ask for words of the article until they stand there; return their place, or None."""
    while True:
        said = click.prompt(
            "The words that forecast, copied from the text (nothing: back)",
            default="",
            show_default=False,
        )
        words = " ".join(said.split()).strip()
        place = locate_nearly(words, text)
        if place is not None or not words:
            return place
        click.secho("  These words do not stand in the text.", fg="red")


def _asked_reading(notes: Sequence[str]) -> dict[str, object]:
    for note in notes:
        click.echo(f"  {note}")
    words = "  Words a lexicon knows, or a number from 0 to 1"
    return dict(asking.reading_of(asking.asked(words, asking.reading)))


def _given(reading: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in reading.items() if value}


def _lacks(proposal: Proposal) -> dict[Missing, bool]:
    return {
        "event": False,
        "threshold": False,
        "deadline": proposal.deadline_date is None,
        "likelihood": proposal.phrase is None,
    }
