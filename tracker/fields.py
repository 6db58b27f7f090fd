"""Field types: what a line, an id, a probability or a link may be, and what is said when it is not.

`Record` is the base of every noun: frozen, no unknown field, and broken rules told as sentences.
"""

import re
from collections.abc import Callable
from datetime import UTC, time
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
)

from tracker.errors import Invalid
from tracker.outcomes import outcome

_SLUG = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
_MICRO = Decimal("0.000001")
_LONGEST_ZONE = 64
# Cc: control, Cs: lone surrogate; U+2028 and U+2029 end lines in some readers.
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


class Record(BaseModel):
    """What every noun has in common: frozen, and no field that is not in the design."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    def parse(cls, data: object, *, subject: str = "") -> Self:
        """Build the record from plain data.

        Args:
            data: a mapping, as read from YAML or JSON.
            subject: what the messages call it, such as "question sanctions-ever".

        Raises:
            Invalid: with one sentence per broken rule in `problems`.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise _invalid(error, subject or cls.__name__.lower()) from None

    def data(self) -> dict[str, Any]:
        """Return the record as plain JSON data, without what was left at its default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _printable(text: str, *, allowed: str = "") -> str:
    for char in _NOT_TEXT.findall(text):
        if char not in allowed:
            raise ValueError(f"it contains the character U+{ord(char):04X}, which is not text")
    return text


def _one_line(text: str) -> str:
    return _printable(text.strip())


def _prose(text: str) -> str:
    return _printable(text.strip().replace("\r\n", "\n"), allowed="\n\t")


GAP = "[FILL IN"
"""Begins a gap in a draft: "[FILL IN: which source]"; nothing is recorded that still has one."""


def _filled(text: str) -> str:
    if GAP in text:
        gap = text[text.index(GAP) :].partition("]")[0]
        raise ValueError(f"it still has a gap: {gap}]; write what belongs there")
    return text


def _slug(text: str) -> str:
    if not _SLUG.fullmatch(text):
        raise ValueError(f"{text!r} is not an id; use small letters, digits and hyphens: day-50")
    return text


def _zone(name: str) -> str:
    try:
        # The longest name there is has 32 letters; thousands of slashes exhaust Python's importer.
        ZoneInfo(name if len(name) <= _LONGEST_ZONE else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write one like Europe/Berlin") from None
    return name


def _link(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@\\<>\"'`]+(?:[/?#][^\s\\<>\"`]*)?", url):
        raise ValueError(f"{url!r} is not a link that starts with http:// or https://")
    return url


def _probability(value: object) -> Decimal:
    text = str(value).strip()
    percent = text.endswith("%")
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a probability; write a number from 0 to 1") from None
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError(f"{text!r} is not a probability; write a number from 0 to 1")
    if not 0 <= number <= (100 if percent else 1):
        hint = "" if percent else _percentage_hint(number)
        raise ValueError(f"{text} is not between 0 and 1{hint}")
    number = number / 100 if percent else number
    kept = number.quantize(_MICRO)
    if kept != number:
        raise ValueError(f"{text} has more than six decimals")
    return kept.normalize() if kept else Decimal(0)


def _percentage_hint(number: Decimal) -> str:
    if 1 < number <= 100:  # noqa: PLR2004 - a percentage
        return f"; if {number} % is meant, write {format((number / 100).normalize(), 'f')}"
    return ""


def _decimal_words(number: Decimal) -> str:
    return format(number, "f")


def _known_outcome(name: str) -> str:
    try:
        return outcome(name).name
    except Invalid as error:
        raise ValueError(str(error)) from None


def unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse a tuple that names something twice."""
    if len(set(items)) != len(items):
        raise ValueError("it names something twice")
    return items


def _clock_time(value: object) -> time:
    # Bare 09:00 is the number 540 to YAML 1.1, which counts it in sixties: hence the quotes.
    wrong = f"{str(value)!r} is not a time of day; write it in quotes, as '09:00'"
    try:
        at = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        raise ValueError(wrong) from None
    if at.tzinfo is not None or at != at.replace(second=0, microsecond=0):
        raise ValueError(wrong)
    return at


def _no_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"must be a whole number, not {value}")  # noqa: TRY004 - pydantic hears it
    return value


Slug = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_slug)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_one_line), Field(min_length=1)]
Prose = Annotated[str, Field(max_length=5000), AfterValidator(_prose), Field(min_length=1)]
Filled = Annotated[Prose, AfterValidator(_filled)]
"""Prose without a gap that somebody still has to fill in."""
Link = Annotated[str, Field(max_length=2000), AfterValidator(_one_line), AfterValidator(_link)]
Zone = Annotated[str, AfterValidator(_zone)]
Probability = Annotated[
    Decimal, BeforeValidator(_probability), PlainSerializer(_decimal_words, return_type=str)
]
"""A number from 0 to 1, both allowed, kept to six decimals; "7%" is read as 0.07."""
ClockTime = Annotated[
    time,
    BeforeValidator(_clock_time),
    PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str),
]
Days = Annotated[int, BeforeValidator(_no_boolean), Field(ge=1, le=366)]
"""A number of days, at most a leap year's."""
OutcomeName = Annotated[str, AfterValidator(_known_outcome)]


Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""A moment, kept in UTC; a naive datetime is refused."""


class Problem(NamedTuple):
    """One broken rule.

    Attributes:
        path: the fields and list positions that lead to it, as the user wrote them.
        message: what is wrong there.
        field_first: whether the message goes on from the field's name: "quote is missing".
    """

    path: tuple[str | int, ...]
    message: str
    field_first: bool

    def sentence(self, subject: str) -> str:
        """Say it: "question sanctions-ever: deadline.by: '2025' must be known to the day"."""
        names = (f" item {part + 1}" if isinstance(part, int) else f".{part}" for part in self.path)
        where = "".join(names).lstrip(". ")
        joint = " " if self.field_first else ": "
        return f"{subject}: {where}{joint if where else ''}{self.message}"


def told(error: ValidationError) -> tuple[Problem, ...]:
    """Return what pydantic found, in the words of this tracker."""
    details = error.errors(include_url=False)
    # A list whose only item is wrong is also called too short: that is not a fault of its own.
    inside = {detail["loc"][:-1] for detail in details if detail["loc"]}
    return tuple(
        _problem(dict(detail))
        for detail in details
        if not (detail["type"] == "too_short" and detail["loc"] in inside)
    )


def _literal(detail: dict[str, Any]) -> str:
    if detail["ctx"]["expected"] == "True":
        return "must be true"
    expected = detail["ctx"]["expected"].replace(" or ", ", ")
    words = [word.strip("'") for word in expected.split(", ")]
    near = get_close_matches(str(detail["input"])[:80], words, n=1)
    return f"must be one of {expected}{f'; did you mean {near[0]!r}?' if near else ''}"


_WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "extra_forbidden": lambda _: "is not a field here",
    "string_type": lambda _: "must be text",
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda detail: f"is longer than {detail['ctx']['max_length']} characters",
    "tuple_type": lambda _: "must be a list",
    "too_short": lambda _: "must not be empty",
    "literal_error": _literal,
    "bool_type": lambda _: "must be true or false",
    "bool_parsing": lambda _: "must be true or false",
    "int_parsing": lambda _: "must be a whole number",
    "int_type": lambda _: "must be a whole number",
    "int_from_float": lambda _: "must be a whole number",
    "int_parsing_size": lambda _: "must be a whole number of fewer digits",
    "finite_number": lambda _: "must be a whole number",
    "greater_than_equal": lambda detail: f"must be at least {detail['ctx']['ge']}",
    "less_than_equal": lambda detail: f"must be at most {detail['ctx']['le']}",
    "string_unicode": lambda _: "contains half a character, which is not text",
    "too_long": lambda detail: f"must be a list of {detail['ctx']['max_length']}",
    "timezone_aware": lambda _: "must say its time zone: 2025-09-02T09:00:00Z",
    "datetime_type": lambda _: "must be an instant: 2025-09-02T09:00:00Z",
    "datetime_parsing": lambda _: "must be an instant: 2025-09-02T09:00:00Z",
    "datetime_object_invalid": lambda _: "must be an instant: 2025-09-02T09:00:00Z",
    "datetime_from_date_parsing": lambda _: "must be an instant: 2025-09-02T09:00:00Z",
    "model_type": lambda _: "must be a group of fields",
    "model_attributes_type": lambda _: "must be a group of fields",
}


def _invalid(error: ValidationError, subject: str) -> Invalid:
    problems = tuple(problem.sentence(subject) for problem in told(error))
    return Invalid("; ".join(problems), problems=problems)


def _problem(detail: dict[str, Any]) -> Problem:
    # The tag of a deadline's kind is in the path but not in what the user wrote.
    path = [part for part in detail["loc"] if part not in ("by", "window", "within", "ever")]
    if detail["loc"] and detail["loc"][-1] in ("by", "within", "ever"):
        path.append(detail["loc"][-1])
    words = _WORDS.get(detail["type"])
    if words is not None:
        return Problem(tuple(path), words(detail), field_first=True)
    return Problem(tuple(path), str(detail["msg"]).removeprefix("Value error, "), field_first=False)
