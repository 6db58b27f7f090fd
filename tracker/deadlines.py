"""Deadlines: four kinds, counting of days, and the instant at which one closes.

A date is a date in the question's zone, not an instant; the closing instant is the start of the
next day there. To add a kind, add a class and name it in `Deadline`.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    TypeAdapter,
    model_validator,
)

from tracker.dates import Span, day_words, parse_day, start_of_day
from tracker.errors import Invalid

_YEARS = range(1900, 3000)


def _day(value: object) -> date:
    try:
        day = value if type(value) is date else parse_day(str(value))
    except Invalid as error:
        raise ValueError(str(error)) from None
    if day.year not in _YEARS:
        raise ValueError(f"{day} is outside the years {_YEARS.start} to {_YEARS.stop - 1}")
    return day


Day = Annotated[date, BeforeValidator(_day), PlainSerializer(str, return_type=str)]
"""A date known to the day, written 2025-09-02."""


def _one_line(text: str) -> str:
    for char in text.strip():
        # Control characters, lone surrogates, and what ends lines in some readers.
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            raise ValueError(f"it contains the character U+{ord(char):04X}, which is not text")
    return text.strip()


_Words = Annotated[str, AfterValidator(_one_line)]


class _Kind(BaseModel, ABC):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)

    verbatim: _Words | None = Field(default=None, max_length=200)

    @property
    @abstractmethod
    def closes_on(self) -> date:
        """The last day that counts, in the question's zone."""

    @property
    def opens_on(self) -> date | None:
        """The first day that counts, where the deadline has one."""
        return None

    @property
    def open_ended(self) -> bool:
        """Whether it says "ever": "no" is then said only at the horizon."""
        return False

    @property
    def words(self) -> str:
        """The deadline as one says it, without how far away it is."""
        return day_words(self.closes_on)

    def closes_at(self, zone: ZoneInfo) -> datetime:
        """Return the instant (UTC) at which the last day is over in `zone`."""
        return start_of_day(self.closes_on + timedelta(days=1), zone)


class By(_Kind):
    """By a date: `{by: 2025-09-02}` closes at the end of that day."""

    by: Day

    @property
    def closes_on(self) -> date:
        """The date itself."""
        return self.by


class Within(_Kind):
    """Relative: `{within: 50 days, of: ultimatum, starting: 2025-07-14}`; day 0 is the start."""

    within: Span
    of: _Words | None = Field(default=None, max_length=120)
    starting: Day

    @property
    def closes_on(self) -> date:
        """The start plus the span."""
        return self.within.after(self.starting)

    @property
    def words(self) -> str:
        """Name the day by what it is counted from: "ultimatum day 50, 2 September 2025"."""
        day = day_words(self.closes_on)
        if self.of is None:
            return day
        if self.within.unit == "day":
            return f"{self.of} day {self.within.count}, {day}"
        return f"{self.within} after the {self.of}, {day}"


class Window(_Kind):
    """A window: `{from: 2026-01-01, to: 2026-12-31}`; only what happens inside it counts."""

    from_: Day = Field(alias="from")
    to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError(f"the window ends ({self.to}) before it begins ({self.from_})")
        return self

    @property
    def opens_on(self) -> date:
        """The window's first day."""
        return self.from_

    @property
    def closes_on(self) -> date:
        """The window's last day."""
        return self.to

    @property
    def words(self) -> str:
        """Both ends: "1 January 2026 to 31 December 2026"."""
        return f"{day_words(self.from_)} to {day_words(self.to)}"


class Ever(_Kind):
    """Open-ended: `{ever: true, horizon: 2029-01-20, review_every: 90 days}`."""

    ever: Literal[True]
    horizon: Day
    review_every: Span = Span(90, "day")

    @property
    def open_ended(self) -> bool:
        """Yes."""
        return True

    @property
    def closes_on(self) -> date:
        """The horizon that was set when the question was recorded."""
        return self.horizon

    @property
    def words(self) -> str:
        """The horizon: "ever, horizon 20 January 2029"."""
        return f"ever, horizon {day_words(self.horizon)}"


_KEYS = {"by": "by", "within": "within", "from": "window", "from_": "window", "ever": "ever"}


def _kind(value: object) -> str | None:
    if isinstance(value, Mapping):
        return next((kind for key, kind in _KEYS.items() if key in value), None)
    return _NAMES.get(type(value))


_NAMES: dict[type, str] = {By: "by", Within: "within", Window: "window", Ever: "ever"}

Deadline = Annotated[
    Annotated[By, Tag("by")]
    | Annotated[Within, Tag("within")]
    | Annotated[Window, Tag("window")]
    | Annotated[Ever, Tag("ever")],
    Discriminator(
        _kind,
        custom_error_type="deadline_kind",
        custom_error_message="a deadline is {by: DATE}, {within: 50 days, starting: DATE}, "
        "{from: DATE, to: DATE} or {ever: true, horizon: DATE}",
    ),
]
"""Any of the four kinds, told apart by the key that names it."""


DEADLINE: TypeAdapter[By | Within | Window | Ever] = TypeAdapter(
    Deadline, config=ConfigDict(defer_build=True)
)
"""Reads a deadline that stands alone, as in a table's column."""


class Checkpoint(BaseModel):
    """A named day on the way, "ultimatum day 50": it reminds, it does not settle.

    Attributes:
        name: what the day is called.
        on: the day, in the question's zone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: _Words = Field(min_length=1, max_length=120)
    on: Day

    @property
    def occasion(self) -> str:
        """What a reminder of it is told apart by: moved to another day it is another occasion."""
        return f"{self.on}, {self.name}"
