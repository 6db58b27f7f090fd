"""Dates as people know them: to the day, the month or the year. No clock is read here."""

import calendar
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Self

from tracker.errors import Invalid

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from pydantic import GetCoreSchemaHandler
    from pydantic_core.core_schema import CoreSchema

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_SPAN = re.compile(r"(\d{1,5})\s*(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_LONGEST = 100 * 365


class Textual(ABC):
    """A value that pydantic reads from its text with `parse`, and writes with `str`."""

    __slots__ = ()

    @classmethod
    @abstractmethod
    def parse(cls, text: str) -> Self:
        """Read it, or raise Invalid."""

    @classmethod
    def read(cls, value: object) -> Self:
        """Read it from whatever a file or a program gave."""
        return cls.parse(str(value))

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[Any], handler: "GetCoreSchemaHandler"
    ) -> "CoreSchema":
        # Reading an op-ed makes no record, and does not pay for what records need.
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )

    @classmethod
    def _validate(cls, value: object) -> Self:
        if isinstance(value, cls):
            return value
        try:
            return cls.read(value)
        except Invalid as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True, slots=True, order=True)
class ApproxDate(Textual):
    """A date known to the day, the month or the year: 2025-07-14, 2025-07 or 2025.

    Attributes:
        year: four digits.
        month: 1 to 12, or 0 where only the year is known.
        day: 1 to 31, or 0 where only the month is known.
    """

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2025-07-14", "2025-07" or "2025".

        Raises:
            Invalid: if it is none of these, or no such day exists.
        """
        match = _SHAPE.fullmatch(text.strip())
        if match is None:
            raise Invalid(f"{text!r} is not a date; write 2025-07-14, 2025-07 or 2025")
        year, month, day = (int(part or 0) for part in match.groups())
        try:
            date(year, month if match[2] else 1, day if match[3] else 1)
        except ValueError:
            raise Invalid(f"{text!r} is not a date: there is no such day") from None
        return cls(year, month, day)

    @classmethod
    def read(cls, value: object) -> Self:
        """Read a text, or take a day as it is."""
        return cls.of(value) if isinstance(value, date) else cls.parse(str(value))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the date known to the day."""
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> date:
        """The earliest day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can be."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", f"{self.month:02d}", f"{self.day:02d}"]
        return "-".join(parts[: 1 + bool(self.month) + bool(self.day)])

    @property
    def words(self) -> str:
        """The date as one says it: "14 July 2025", "July 2025" or "2025"."""
        if self.day:
            return day_words(self.first)
        return f"{calendar.month_name[self.month]} {self.year}" if self.month else str(self.year)


def parse_day(text: str) -> date:
    """Read a date that must be known to the day, "2025-09-02".

    Raises:
        Invalid: if it is not such a date.
    """
    if _SHAPE.fullmatch(text.strip()) is None:
        raise Invalid(f"{text!r} is not a date; write it as 2025-09-02")
    approx = ApproxDate.parse(text)
    if not approx.day:
        raise Invalid(f"{text!r} must be known to the day; write it as 2025-09-02")
    return approx.first


def day_words(day: date) -> str:
    """Say a day: "2 September 2025"."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def distance_words(day: date, today: date) -> str:
    """Say how far a day is from today: "12 days ago", "yesterday", "today", "in 3 days"."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    return f"{-days:,} days ago" if days < 0 else f"in {days:,} days"


def add_months(day: date, months: int) -> date:
    """Move a day by whole months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Span(Textual):
    """A length of time as people write it: "50 days", "3 months".

    Attributes:
        count: how many, at least 1.
        unit: day, week, month or year.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "50 days", "1 week", "3 months" or "2 years".

        Raises:
            Invalid: if it is none of these.
        """
        match = _SPAN.fullmatch(text.strip().lower())
        if match is None or int(match[1]) == 0:
            raise Invalid(f"{text!r} is not a length of time; write it as '50 days' or '3 months'")
        count, unit = int(match[1]), match[2]
        if count * _DAYS[unit] > _LONGEST:
            raise Invalid(f"{text!r} is longer than a hundred years")
        return cls(count, unit)

    def after(self, day: date) -> date:
        """Return the day this long after `day`, which counts as day 0."""
        if self.unit in ("day", "week"):
            return day + timedelta(days=self.count * _DAYS[self.unit])
        return add_months(day, self.count * (12 if self.unit == "year" else 1))

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def start_of_day(day: date, zone: "ZoneInfo") -> datetime:
    """Return the instant (UTC) at which a local day begins.

    A midnight that a clock change skips, or a whole day that a zone never had (Samoa's
    30 December 2011), gives the instant of the change itself: `fold=0` takes the offset before it.
    """
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def local_instant(day: date, at: time, zone: "ZoneInfo") -> datetime:
    """Return the instant (UTC) of a local time; one that is skipped moves past the gap."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def next_morning(instant: datetime, at: time, zone: "ZoneInfo") -> tuple[date, datetime]:
    """Return the first local day and instant at which it is `at` o'clock, not before `instant`."""
    day = instant.astimezone(zone).date()
    while (morning := local_instant(day, at, zone)) < instant:
        day += timedelta(days=1)
    return day, morning
