"""What a message says about each question, as plain values; the layouts only arrange them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker import lexicon
from tracker.dates import day_words, distance_words
from tracker.deadlines import Checkpoint
from tracker.errors import NotifyError
from tracker.notify.headers import plain, shorten
from tracker.notify.letter import Notice
from tracker.outcomes import OUTCOMES, Outcome
from tracker.records import Article, Dossier, Question, Reading, Reminder, Statement

_ID = re.compile(r"[a-z0-9.-]{1,80}")
_LINK = re.compile(r"https?://[^\s<>\"'`\\]{1,2000}")
_HOST = re.compile(r"https?://([^\s/?#@:\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d+)?(?:[/?#].*)?")
_SNOOZE_DAYS = 14


@dataclass(frozen=True, slots=True)
class StageWords:
    """How a stage is spoken of.

    Attributes:
        label: the first words of a subject and of a question's heading.
        many: the same of several questions, with {n} for how many.
        count: the same in a list: "2 overdue".
    """

    label: str
    many: str
    count: str


STAGES = {
    "overdue": StageWords("Overdue", "{n} questions are overdue", "overdue"),
    "escalate": StageWords(
        "Still unsettled", "{n} questions are still unsettled", "still unsettled"
    ),
    "due": StageWords("Due", "{n} questions are due", "due"),
    "checkpoint": StageWords(
        "Checkpoint", "{n} questions have reached a checkpoint", "at a checkpoint"
    ),
    "review": StageWords("Review", "{n} questions are up for review", "up for review"),
    "lead": StageWords("Coming up", "{n} questions are coming up", "coming up"),
}
"""The stages, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that may be followed: http or https, and the host it leads to."""

    url: str
    host: str


@dataclass(frozen=True, slots=True)
class Said:
    """One forecast.

    Attributes:
        author: who said it.
        where: headline, outlet and date: "The Invented Gazette, 14 July 2025"; may be empty.
        quote: verbatim, or None.
        reading: what was given: it “unlikely”, it 7 %, its not happening 5–20 %.
        meaning: how sure readers take the words to be, or None where a number was given.
        link: where it can be read, or None.
        retrospective: whether it was recorded after the deadline.
    """

    author: str
    where: str
    quote: str | None
    reading: str
    meaning: str | None
    link: Link | None
    retrospective: bool

    @property
    def sureness(self) -> str:
        """How sure the words are, as a sentence."""
        words = self.meaning or f"gave {self.reading}"
        return f"{words[0].upper()}{words[1:]}."


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to settle a question now: its outcome, what it means, and the command."""

    outcome: str
    meaning: str
    command: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question, ready to be laid out.

    Attributes:
        id: the question's id.
        stages: why it is in this message, the most urgent first.
        when: for each stage, its occasion in words: "ultimatum day 50, 2 September 2025, today".
        day: the first occasion as short as it can be said: "ultimatum day 50".
        text: the question.
        condition: what must come true first, or None.
        criteria: what counts.
        deadline: in words, with how far away it is.
        said: its forecasts.
        answers: how it can be settled now; never empty, since yes can always be said.
        waiting: a sentence on why "no" cannot be said yet, or None.
        show: the command that shows everything.
        snooze: the command that buys time.
    """

    id: str
    stages: tuple[str, ...]
    when: tuple[str, ...]
    day: str
    text: str
    condition: str | None
    criteria: str
    deadline: str
    said: tuple[Said, ...]
    answers: tuple[Answer, ...]
    waiting: str | None
    show: str
    snooze: str

    @property
    def title(self) -> str:
        """The question in one line."""
        return _title(self.text)

    @property
    def headings(self) -> tuple[str, ...]:
        """Why it is in this message, in words: "Due: ultimatum day 50, 2 September 2025, today"."""
        words = [
            f"{STAGES[stage].label}: {when}"
            for stage, when in zip(self.stages, self.when, strict=True)
        ]
        if set(self.stages) == {"checkpoint"}:
            words.append(f"Deadline: {self.deadline}")
        return tuple(dict.fromkeys(words))

    @property
    def ask(self) -> str:
        """The line above the commands that settle it."""
        if self.waiting:
            return "Has it happened already? Say so, and what shows it:"
        return "Did it happen? Say so, and what shows it:"

    @property
    def others(self) -> tuple[Answer, ...]:
        """The answers beside yes and no."""
        return tuple(answer for answer in self.answers if answer.outcome not in ("yes", "no"))

    @property
    def main(self) -> tuple[Answer, ...]:
        """Yes, and no where it can be said."""
        return tuple(answer for answer in self.answers if answer.outcome in ("yes", "no"))

    @property
    def label(self) -> str:
        """The most urgent stage in a word."""
        return STAGES[self.stages[0]].label


def items(notices: Sequence[Notice], *, today: date, now: datetime) -> tuple[Item, ...]:
    """Gather what is said about each question, the most urgent first.

    Raises:
        NotifyError: permanent, if an id is none and could not be typed into a shell.
    """
    rank = {stage: place for place, stage in enumerate(STAGES)}
    groups: dict[str, list[Notice]] = {}
    for notice in sorted(notices, key=lambda notice: rank[notice.reminder.stage]):
        groups.setdefault(notice.dossier.question.id, []).append(notice)
    ordered = sorted(
        groups.values(),
        key=lambda group: (
            rank[group[0].reminder.stage],
            group[0].dossier.question.deadline.closes_on,
            group[0].dossier.question.id,
        ),
    )
    return tuple(_item(group, today, now) for group in ordered)


def _item(group: Sequence[Notice], today: date, now: datetime) -> Item:
    dossier = group[0].dossier
    question = dossier.question
    if not _ID.fullmatch(question.id):
        raise NotifyError(f"{question.id[:80]!a} is not a question's id", permanent=True)
    until = max(today, question.deadline.closes_on) if _only_lead(group) else today
    return Item(
        id=question.id,
        stages=tuple(notice.reminder.stage for notice in group),
        when=tuple(_occasion(notice.reminder, question, today) for notice in group),
        day=_day(group[0].reminder, question),
        text=plain(question.text),
        condition=plain(question.condition) if question.condition else None,
        criteria=plain(question.criteria),
        deadline=_deadline(question, today),
        said=tuple(_said(statement) for statement in dossier.statements),
        answers=tuple(_answers(dossier, now)),
        waiting=_waiting(question, now),
        show=f"tracker show {question.id}",
        snooze=f"tracker snooze {question.id} "
        f'--until {until + timedelta(days=_SNOOZE_DAYS)} --reason "…"',
    )


def _only_lead(group: Iterable[Notice]) -> bool:
    return all(notice.reminder.stage == "lead" for notice in group)


def _deadline(question: Question, today: date) -> str:
    deadline = question.deadline
    return f"{_title(deadline.words)}, {distance_words(deadline.closes_on, today)}"


def _checkpoint(reminder: Reminder, question: Question) -> Checkpoint | None:
    if reminder.stage != "checkpoint":
        return None
    for one in question.checkpoints:
        # The policy writes its occasions as "2025-09-01, half way".
        if reminder.occasion in (one.name, f"{one.on}, {one.name}"):
            return one
    return None


def _occasion(reminder: Reminder, question: Question, today: date) -> str:
    checkpoint = _checkpoint(reminder, question)
    if checkpoint is None:
        return _deadline(question, today)
    day = f"{day_words(checkpoint.on)}, {distance_words(checkpoint.on, today)}"
    return f"{_title(checkpoint.name)}, {day}"


def _day(reminder: Reminder, question: Question) -> str:
    checkpoint = _checkpoint(reminder, question)
    if checkpoint is not None:
        return _title(checkpoint.name)
    deadline = question.deadline
    # "ultimatum day 50, 2 September 2025" names the day twice.
    return _title(deadline.words).removesuffix(f", {day_words(deadline.closes_on)}")


def _title(text: str) -> str:
    return " ".join(plain(text).split())


def _answers(dossier: Dossier, now: datetime) -> Iterable[Answer]:
    for outcome in OUTCOMES.values():
        if _can_be_said(outcome, dossier.question, now):
            command = f'tracker resolve {dossier.question.id} {outcome.name} --evidence "…"'
            yield Answer(outcome.name, outcome.meaning, command)


def _can_be_said(outcome: Outcome, question: Question, now: datetime) -> bool:
    if outcome.name == "condition-not-met" and question.condition is None:
        return False
    return outcome.early or now >= question.closes_at


def _waiting(question: Question, now: datetime) -> str | None:
    if now >= question.closes_at:
        return None
    last = day_words(question.deadline.closes_on)
    what = "its horizon" if question.deadline.open_ended else "its deadline"
    return f"“No” can be said once {what}, {last}, has passed."


def _said(statement: Statement) -> Said:
    forecast, article = statement.forecast, statement.article
    return Said(
        author=plain(forecast.author),
        where=_where(statement, article),
        quote=plain(forecast.quote) if forecast.quote else None,
        reading=_given(forecast.reading),
        meaning=meaning(forecast.reading),
        link=link(article.url) if article and article.url else None,
        retrospective=statement.retrospective,
    )


def link(url: str) -> Link | None:
    """Take a link for what it shows, or leave it out: no other scheme, no user, no odd host."""
    match = _HOST.fullmatch(url) if _LINK.fullmatch(url) else None
    return Link(url, match[1]) if match and plain(url) == url else None


def _where(statement: Statement, article: Article | None) -> str:
    said_on = statement.forecast.made_on or (article.published_on if article else None)
    parts = [f"“{plain(article.title)}”"] if article and article.title else []
    parts += [plain(article.outlet)] if article else []
    return ", ".join([*parts, said_on.words] if said_on else parts)


def _given(reading: Reading) -> str:
    words = plain(reading.model_copy(update={"negated": False}).words)
    return f"its not happening {words}" if reading.negated else f"it {words}"


def meaning(reading: Reading) -> str | None:
    """Say how sure the words are: "readers take “unlikely” to mean 20 % (10–25)".

    The default lexicon is asked first, then the others. None for a number, which says it itself,
    and for a phrase that no lexicon has.
    """
    for name in lexicon.names() if reading.phrase else ():
        book = lexicon.load(name)
        entry = book.read(reading.phrase or "")
        if entry is not None:
            source = "" if name == lexicon.DEFAULT else f"; source: {book.title}"
            said = _takes(plain(reading.phrase or ""), entry, source)
            return f"{said}, said here of its not happening" if reading.negated else said
    return None


def _takes(phrase: str, entry: lexicon.Entry, source: str) -> str:
    span = f"{_figure(entry.low)}–{_figure(entry.high)}{source}"
    who = f"“{phrase}” means" if source else f"readers take “{phrase}” to mean"
    return f"{who} {_figure(entry.best)} % ({span})"


def _figure(probability: float) -> str:
    return f"{probability * 100:.4g}"


def subject(found: Sequence[Item], *, again: bool) -> str:
    """Say what is due in one line.

    Args:
        found: the questions, the most urgent first.
        again: whether the message repeats an earlier one. It then goes under the subject of that
            one, since some mail programs thread by References and subject together.
    """
    first = found[0]
    if len(found) > 1:
        counted = summary(found)
        return counted if ": " in counted else f"{counted}: {shorten(first.title, 90)}"
    repeats = again and first.stages[0] in ("overdue", "escalate")
    label = f"Re: {STAGES['due'].label}" if repeats else first.label
    return f"{label}: {shorten(first.day, 50)} — {shorten(first.title, 90)}"


def summary(found: Sequence[Item]) -> str:
    """Count what is due: "4 questions are due", "3 questions: 1 overdue and 2 due"."""
    stages = [item.stages[0] for item in found]
    if len(set(stages)) == 1:
        return STAGES[stages[0]].many.format(n=f"{len(found):,}")
    counts = [
        f"{stages.count(stage):,} {words.count}"
        for stage, words in STAGES.items()
        if stage in stages
    ]
    return f"{len(found):,} questions: {', '.join(counts[:-1])} and {counts[-1]}"
