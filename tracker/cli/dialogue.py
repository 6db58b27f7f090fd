"""The dialogue of `tracker read`: one proposal at a time, kept, edited, called vague or skipped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

import click

from tracker.actions.draft import Draft, draft, quote_of
from tracker.actions.similar import Lookalike, lookalikes
from tracker.articles.sentences import Sentence, split
from tracker.articles.spot import Proposal
from tracker.cli import proposals as screen
from tracker.cli.decisions import Decision, Notebook, key_of
from tracker.cli.editing import Sheet, edited
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
    "b": "back to the one before",
    "q": "quit and come back later; what is decided so far is kept",
    "?": "this list",
}
_BAR = "[k]eep  [e]dit  [v]ague  [s]kip  [b]ack  [q]uit  [?]"
_SAID = {"kept": "kept", "vague": "kept as vague", "skipped": "skipped"}


class Later(Exception):  # noqa: N818 - it is no error: the person comes back
    """The person quits and comes back later."""


@dataclass(slots=True)
class Dialogue:
    """One op-ed's proposals, put to a person one by one.

    Attributes:
        article: what it is recorded as.
        text: its text.
        proposals: in the order in which they are put.
        notebook: where each decision is written at once.
        standing: what is recorded already, for look-alikes.
        zone: of new questions.
    """

    article: Article
    text: str
    proposals: Sequence[Proposal]
    notebook: Notebook
    standing: Sequence[Dossier]
    zone: str
    _sentences: tuple[Sentence, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._sentences = split(self.text)

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """What was decided, by proposal."""
        return self.notebook.decisions

    def run(self) -> list[Decision]:
        """Put every proposal; return what was decided once the person says that all is right.

        Raises:
            Later: if the person quits.
        """
        here = self._first_open()
        while True:
            if here >= len(self.proposals):
                if self._is_right():
                    return list(self._decided())
                here = max(0, len(self.proposals) - 1)
                if not self.proposals:
                    raise Later
            here = self._put(here)

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
        while True:
            key = ask_key(_BAR, "kevsbq?")
            if key == "q":
                raise Later
            if key == "b":
                return max(0, here - 1)
            if key == "?":
                click.echo("\n".join(f"  {each}  {words}" for each, words in _KEYS.items()))
                continue
            decision = self._decide(key, proposal)
            if decision is None:
                self._show(here, proposal)
                continue
            self.notebook.decisions[key_of(proposal)] = decision
            self.notebook.save()
            return here + 1

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
        head = f"── {here + 1} of {len(self.proposals)} "
        tail = f" {_SAID[done.kind]} ──" if done else "──"
        click.echo()
        click.secho(head + "─" * (screen.WIDTH - len(head) - len(tail)) + tail, bold=True)
        for line in self._in_context(proposal):
            click.echo(line)
        click.echo()
        for line in screen.wrapped(screen.worked_out(proposal), first="  ", indent=2):
            click.echo(line)
        for reason in proposal.reasons:
            for line in screen.wrapped(reason, first="  - ", indent=4):
                click.secho(line, dim=True)
        click.echo()

    def _in_context(self, proposal: Proposal) -> Iterator[str]:
        """Yield the sentence between its neighbours, its phrase highlighted."""
        place = next(
            (
                n
                for n, each in enumerate(self._sentences)
                if each.start <= proposal.start < each.end
            ),
            0,
        )
        before = self._sentences[place - 1 : place] if place else ()
        for sentence in before:
            yield from _dim(f"… {sentence.text}")
        marked = screen.marked(proposal, proposal.sentence, proposal.start)
        yield from screen.wrapped(marked, first="  ▌ ", indent=4)
        for sentence in self._sentences[place + 1 : place + 2]:
            yield from _dim(f"{sentence.text} …")

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
            _show_lookalikes(found)
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
            click.echo(f"  {forecast.author} {forecast.reading.words}: {question.text}")
            bar = "[y]es  [n]ot: the words are about its NOT happening  [b]ack"
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
                "[e]vent  [t]hreshold  [d]eadline  [l]ikelihood  [y]: that is right  [b]ack",
                "etdlyb",
            )
            if key == "b":
                return None
            if key == "y" and missing:
                break
            missing ^= {name for name in names if name.startswith(key)}
        quote = quote_of(proposal, self.text)
        ordered = tuple(name for name in names if name in missing)
        claim = VagueClaim(article=self.article.id, quote=quote, missing=ordered)
        return Decision("vague", claim=claim)

    def _is_right(self) -> bool:
        """Show what would be recorded and ask; whether the person says yes.

        Raises:
            Later: if the person quits.
        """
        decided = list(self._decided())
        click.echo()
        click.secho(
            "── Nothing is recorded yet. This would be: ".ljust(screen.WIDTH, "─"), bold=True
        )
        for line in summary(self.article, decided):
            click.echo(line)
        key = ask_key("Record it?  [y]es  [b]ack  [q]uit and come back later", "ybq")
        if key == "q":
            raise Later
        return key == "y"


def summary(article: Article, decided: Sequence[Decision]) -> Iterator[str]:
    """Yield the lines that say what would be recorded."""
    who = f"{', '.join(article.authors)}, {article.outlet}, {article.published_on.words}"
    yield from screen.wrapped(f"{article.id}: {who}", first="  article   ", indent=12)
    for each in decided:
        if each.forecast is not None:
            about = "a new question" if each.question else "a question that exists"
            words = f"{each.forecast.reading.words} on {each.forecast.question} ({about})"
            yield from screen.wrapped(words, first="  forecast  ", indent=12)
        if each.claim is not None:
            words = f"missing {', '.join(each.claim.missing)}: {each.claim.quote}"
            yield from screen.wrapped(words, first="  vague     ", indent=12)
    skipped = sum(each.kind == "skipped" for each in decided)
    if skipped == len(decided):
        yield "  The op-ed is recorded as read, and found to hold no forecast."
    elif skipped:
        yield f"  {skipped} of {len(decided)} proposals are skipped."


def ask_key(bar: str, keys: str) -> str:
    """Ask for one of these keys; no Enter is needed.

    Raises:
        Later: on the end of the input.
    """
    click.echo(f"{bar} ", nl=False)
    while True:
        try:
            key = click.getchar().lower()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            raise Later from None
        if key in ("", "\x03", "\x04"):
            click.echo()
            raise Later
        if len(key) == 1 and key in keys:
            click.echo(key)
            return key


def _dim(text: str) -> Iterator[str]:
    for line in screen.wrapped(text, first="    ", indent=4):
        yield click.style(line, dim=True)


def _show_lookalikes(found: Sequence[Lookalike]) -> None:
    click.echo("These are asked already. Does one of them ask the same?")
    for number, each in enumerate(found, 1):
        words = f"{each.question.text} ({each.question.deadline.words}; {each.question.id})"
        for line in screen.wrapped(words, first=f"  {number}  ", indent=5):
            click.echo(line)


def _asked_reading(notes: Sequence[str]) -> dict[str, object]:
    for note in notes:
        click.echo(f"  {note}")
    said = click.prompt("  Words a lexicon knows, or a number from 0 to 1")
    return {"probability" if said[:1].isdigit() else "phrase": said}


def _given(reading: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in reading.items() if value}


def _lacks(proposal: Proposal) -> dict[Missing, bool]:
    return {
        "event": False,
        "threshold": False,
        "deadline": proposal.deadline_date is None,
        "likelihood": proposal.phrase is None,
    }
