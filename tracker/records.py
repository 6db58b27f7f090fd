"""The nouns: frozen records of what a person writes down, and their pure verbs.

A record holds what was said; when and by whom it was recorded is added by the machine that
records it and never comes from input.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, InstanceOf, model_validator

from tracker import lexicon
from tracker.dates import ApproxDate
from tracker.deadlines import Checkpoint, Day, Deadline
from tracker.errors import Invalid
from tracker.fields import (
    ClockTime,
    Days,
    Filled,
    Instant,
    Line,
    Link,
    OutcomeName,
    Probability,
    Prose,
    Record,
    Slug,
    Zone,
    unique,
)
from tracker.outcomes import OUTCOMES

Missing = Literal["event", "threshold", "deadline", "likelihood"]
Chosen = Literal["all", "sample", "tip"]
Source = Literal["writer", "reader", "crowd"]
Stage = Literal["lead", "due", "overdue", "escalate", "checkpoint", "review"]


class Article(Record):
    """The source: an op-ed.

    Attributes:
        id: a slug, the same in every file and database.
        authors: who signed it, at least one.
        outlet: where it appeared.
        published_on: when, to the day, month or year as far as it is known.
        title: its headline, if it is known.
        url: where it can be read; http or https.
        chosen: how it came to be read: all of an author's, a sample, or a tip.
    """

    id: Slug
    authors: Annotated[tuple[Line, ...], Field(min_length=1), AfterValidator(unique)]
    outlet: Line
    published_on: ApproxDate
    title: Line | None = None
    url: Link | None = None
    chosen: Chosen = "tip"


class VagueClaim(Record):
    """A predictive sentence that cannot be scored.

    Attributes:
        article: the article's id.
        quote: verbatim.
        missing: which parts are missing, at least one.
    """

    article: Slug
    quote: Prose
    missing: Annotated[tuple[Missing, ...], Field(min_length=1), AfterValidator(unique)]

    @property
    def id(self) -> str:
        """Article and quote, by which it is known."""
        return f"{self.article}: {self.quote}"


class Reading(Record):
    """What the words say: exactly one of a phrase, a probability or a range.

    Attributes:
        phrase: the words of probability, as written.
        probability: a number from 0 to 1.
        range: two probabilities, the lower first.
        negated: whether the words are about the event NOT happening.
    """

    phrase: Line | None = None
    probability: Probability | None = None
    range: tuple[Probability, Probability] | None = None
    negated: bool = False

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [self.phrase, self.probability, self.range]
        if sum(value is not None for value in given) != 1:
            raise ValueError("a reading is exactly one of phrase, probability or range")
        if self.range is not None and self.range[0] > self.range[1]:
            raise ValueError(f"the range begins ({self.range[0]}) above its end ({self.range[1]})")
        return self

    @property
    def words(self) -> str:
        """The reading as one says it: “unlikely”, 7 %, 5–20 %."""
        return f"not: {self._positive}" if self.negated else self._positive

    @property
    def _positive(self) -> str:
        if self.phrase is not None:
            return f"“{self.phrase}”"
        if self.probability is not None:
            return f"{_percent(self.probability)} %"
        assert self.range is not None  # noqa: S101 - `_exactly_one` holds it; this tells mypy
        return f"{_percent(self.range[0])}–{_percent(self.range[1])} %"


def _percent(probability: Decimal) -> str:
    return format((probability * 100).normalize(), "f")


class Forecast(Record):
    """One author's statement about one question at one time.

    Attributes:
        question: the question's id.
        author: who said it; "me" or any name for a reader's own, a site's name for a crowd's.
        article: the article's id; a writer's forecast has one.
        quote: verbatim; a writer's forecast has one.
        reading: what the words say.
        made_on: when, where it is not the article's date.
        source: writer, reader or crowd.
        label: sets two forecasts apart that one author makes on one question in one article.
    """

    question: Slug
    author: Line
    article: Slug | None = None
    quote: Prose | None = None
    reading: Reading
    made_on: ApproxDate | None = None
    source: Source = "writer"
    label: Slug | None = None

    @model_validator(mode="after")
    def _has_its_source(self) -> Self:
        if self.source == "writer" and (self.article is None or self.quote is None):
            raise ValueError("a writer's forecast needs its article and its quote")
        if self.article is None and self.made_on is None:
            raise ValueError("a forecast without an article needs made_on, the date it was made")
        return self

    @property
    def id(self) -> str:
        """Question, author and article (or date): the same wherever it is recorded."""
        parts = [self.question, slugify(self.author), self.article or str(self.made_on)]
        return "/".join([*parts, self.label] if self.label else parts)


class ReminderPolicy(Record):
    """When and whom to remind; what is None is left to the policy it is laid over.

    Attributes:
        lead_days: how many days before the deadline.
        overdue_days: how many days after the first reminder it is repeated, then monthly.
        escalate_days: how many days after the first reminder somebody else is asked.
        escalate_to: whom, once.
        to: the recipients' addresses.
        at: the time of day, in the recipient's zone.
    """

    lead_days: tuple[Days, ...] | None = None
    overdue_days: tuple[Days, ...] | None = None
    escalate_days: Days | None = None
    escalate_to: Line | None = None
    to: tuple[Line, ...] | None = None
    at: ClockTime | None = None

    def over(self, other: "ReminderPolicy") -> "ReminderPolicy":
        """Return `other` with whatever this one sets."""
        return other.model_copy(update={name: value for name, value in self if value is not None})


class Question(Record):
    """Something that will turn out yes or no.

    Attributes:
        id: a slug.
        text: the question, ending with a question mark.
        criteria: how two strangers would settle it alike.
        deadline: when it must be settled.
        zone: in which its dates are meant.
        topics: slugs.
        condition: what must come true first, for a conditional forecast.
        checkpoints: named days on the way.
        reminders: where it differs from the general policy.
        base_rate: how often such things happen, frozen when it was recorded.
        status_quo: how it turns out if nothing changes.
    """

    id: Slug
    text: Filled
    criteria: Filled
    deadline: Deadline
    zone: Zone = "UTC"
    topics: Annotated[tuple[Slug, ...], AfterValidator(unique)] = ()
    condition: Prose | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    reminders: ReminderPolicy | None = None
    base_rate: Probability | None = None
    status_quo: Literal["yes", "no"] | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if not self.text.endswith("?"):
            raise ValueError("the text must ask: end it with a question mark")
        names = [checkpoint.name for checkpoint in self.checkpoints]
        if len(set(names)) != len(names):
            raise ValueError("two checkpoints have the same name")
        for checkpoint in self.checkpoints:
            if checkpoint.on > self.deadline.closes_on:
                raise ValueError(f"checkpoint {checkpoint.name!r} lies after the deadline")
        return self

    @property
    def closes_at(self) -> datetime:
        """The instant (UTC) at which the last day of the deadline is over."""
        return self.deadline.closes_at(ZoneInfo(self.zone))


class Resolution(Record):
    """How a question turned out.

    Attributes:
        question: the question's id.
        outcome: one of the outcomes.
        evidence: what shows it, best a link.
        happened_on: when the event happened, for "yes".
        note: anything a later reader should know.
        by: who says so, where it is not who records it.
    """

    question: Slug
    outcome: OutcomeName
    evidence: Prose
    happened_on: Day | None = None
    note: Prose | None = None
    by: Line | None = None

    @property
    def happened(self) -> int | None:
        """1, 0, or None where it is not scored."""
        return OUTCOMES[self.outcome].happened


class Snooze(Record):
    """Silence about a question until a day, with its reason.

    Attributes:
        question: the question's id.
        until: the day on which it comes back.
        reason: why.
    """

    question: Slug
    until: Day
    reason: Prose


class Recipient(Record):
    """Somebody who is reminded.

    Attributes:
        address: where the channel delivers, for e-mail an address.
        zone: in which it is nine in the morning.
        channel: the channel's name.
    """

    address: Line
    zone: Zone = "UTC"
    channel: Line = "email"


class Reminder(Record):
    """One planned notice for one question, stage and recipient; unique on all but the last three.

    Attributes:
        question: the question's id.
        revision: which revision of the question it is about, from 1.
        stage: lead, due, overdue, escalate, checkpoint or review.
        occasion: which of the stage, told by the day it is about: "2025-09-02, day 3".
        recipient: the address.
        channel: the channel's name.
        local_date: the day on which it is said, in the recipient's zone.
        zone: the recipient's zone.
        fire_at: the instant from which it is due.
    """

    question: Slug
    revision: Annotated[int, Field(ge=1)]
    stage: Stage
    occasion: str = ""
    recipient: Line
    channel: Line
    local_date: Day
    zone: Zone
    fire_at: Instant


class Message(Record):
    """What is actually sent: final bytes for one recipient, carrying one or more reminders.

    Attributes:
        key: the same for the same reminders, so that they are queued once.
        message_id: the Message-ID, derived from the key and stable for ever.
        recipient: the address.
        channel: the channel's name.
        subject: for people and logs.
        raw: the bytes to hand over.
    """

    key: str
    message_id: str
    recipient: Line
    channel: Line
    subject: str
    raw: bytes


class Statement(Record):
    """A forecast with its article, as it stands in the database.

    Attributes:
        forecast: what was said.
        article: where, or None.
        recorded_at: when the tracker was told.
        recorded_by: who told it.
        retrospective: whether the question's deadline had passed by then.
    """

    forecast: InstanceOf[Forecast]
    article: InstanceOf[Article] | None
    recorded_at: Instant
    recorded_by: str
    retrospective: bool


class Dossier(Record):
    """Everything that is recorded about one question.

    Attributes:
        question: as it stands after every amendment.
        revision: 1 when first recorded, one more for every amendment.
        recorded_at: when this revision was recorded.
        recorded_by: by whom.
        statements: its forecasts, in the order in which they were recorded.
        resolution: how it turned out, or None while it is open.
        resolved_at: when that was recorded.
        resolved_by: by whom.
        snooze: the latest snooze of this revision, or None.
    """

    question: InstanceOf[Question]
    revision: int
    recorded_at: Instant
    recorded_by: str
    statements: tuple[InstanceOf[Statement], ...] = ()
    resolution: Resolution | None = None
    resolved_at: Instant | None = None
    resolved_by: str | None = None
    snooze: Snooze | None = None


def slugify(text: str) -> str:
    """Make a slug of a name: "Emma Ashford" gives "emma-ashford".

    A name with no Latin letter or digit at all gives its code points in hexadecimal, so that two
    such names never share a slug.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug or "-".join(f"{ord(char):x}" for char in text if not char.isspace())


def check_forecast(question: Question, forecast: Forecast, article: Article | None) -> None:
    """Hold a new forecast against its question and article.

    Raises:
        Invalid: if no lexicon knows the phrase, or the deadline lies before it was said.
    """
    phrase = forecast.reading.phrase
    if phrase is not None and not lexicon.knows(phrase):
        near = " or ".join(repr(words) for words in lexicon.nearest(phrase))
        raise Invalid(
            f"no lexicon knows the phrase {phrase!r}",
            hint=f"nearest: {near}" if near else "give a probability or a range instead",
        )
    said = forecast.made_on or (article.published_on if article else None)
    if said is not None and question.deadline.closes_on < said.first:
        raise Invalid(
            f"the deadline of {question.id} ({question.deadline.closes_on}) "
            f"lies before it was said ({said})",
            hint="correct the deadline or the article's date",
        )


def check_resolution(question: Question, resolution: Resolution, now: datetime) -> None:
    """Hold a resolution against its question.

    Raises:
        Invalid: if the outcome cannot be said yet, or the event lies outside the deadline.
    """
    section = OUTCOMES[resolution.outcome]
    if not section.early and now < question.closes_at:
        kind = "its horizon" if question.deadline.open_ended else "its deadline"
        raise Invalid(
            f"{question.id} cannot be resolved {section.name!r} before {kind}, "
            f"{question.deadline.closes_on}, has passed",
            hint=f"wait, or `tracker snooze {question.id} --until DATE --reason …`",
        )
    if resolution.happened_on is not None:
        _check_happened_on(question, resolution.happened_on, section.happened, now)


def _check_happened_on(question: Question, day: date, happened: int | None, now: datetime) -> None:
    if happened != 1:
        raise Invalid("a day on which it happened goes with the outcome 'yes' only")
    if day > now.astimezone(ZoneInfo(question.zone)).date():
        raise Invalid(f"it cannot have happened on {day}: that day has not come")
    opens = question.deadline.opens_on
    if day > question.deadline.closes_on or (opens is not None and day < opens):
        raise Invalid(
            f"{day} lies outside the deadline ({question.deadline.words})",
            hint="what happens outside it does not count: resolve it 'no'",
        )
