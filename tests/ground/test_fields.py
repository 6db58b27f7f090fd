"""What a line, an id, a probability or a link may be, and the sentence said when it is not."""

import math
from datetime import UTC, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.fields import (
    ClockTime,
    Days,
    Instant,
    Line,
    Link,
    OutcomeName,
    Probability,
    Prose,
    Record,
    Slug,
    Zone,
)


class Sample(Record):
    """One field of each type, to be filled one at a time."""

    slug: Slug = "day-50"
    line: Line = "Ada Fabricated"
    prose: Prose = "The Invented Gazette prints it."
    link: Link = "https://gazette.example/"
    zone: Zone = "UTC"
    probability: Probability = Decimal(0)
    at: ClockTime = time(9)
    days: Days = 7
    outcome: OutcomeName = "no"
    moment: Instant = datetime(2025, 9, 2, tzinfo=UTC)


def read(field: str, value: object) -> Any:
    return getattr(Sample.parse({field: value}), field)


def refusal(field: str, value: object) -> str:
    with pytest.raises(Invalid) as caught:
        Sample.parse({field: value}, subject="sample 1")
    [problem] = caught.value.problems
    return problem.removeprefix("sample 1: ")


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("slug", "sanctions-by-ultimatum-day-50", "sanctions-by-ultimatum-day-50"),
        ("slug", "v1.5", "v1.5"),
        ("line", "  Ada Fabricated ", "Ada Fabricated"),
        ("line", "Žofie “Quill” Fabricated", "Žofie “Quill” Fabricated"),
        ("prose", "two\r\nlines\tand a tab ", "two\nlines\tand a tab"),
        ("link", "http://gazette.example/a?b=c#d", "http://gazette.example/a?b=c#d"),
        ("zone", "Pacific/Kiritimati", "Pacific/Kiritimati"),
        ("outcome", "YES", "yes"),
        ("at", "18:30", time(18, 30)),
        ("days", 366, 366),
        # A forecast of 0 is a forecast: it was once taken for a missing one.
        ("probability", 0, Decimal(0)),
        ("probability", "0", Decimal(0)),
        ("probability", 0.0, Decimal(0)),
        ("probability", 1, Decimal(1)),
        ("probability", 0.07, Decimal("0.07")),
        ("probability", "7%", Decimal("0.07")),
        ("probability", "7.5 %", Decimal("0.075")),
        ("probability", "100%", Decimal(1)),
        ("probability", "1e-3", Decimal("0.001")),
        ("probability", "0.000001", Decimal("0.000001")),
        ("moment", "2025-09-02T09:00:00+02:00", datetime(2025, 9, 2, 7, tzinfo=UTC)),
    ],
)
def test_a_good_value_is_kept_in_its_plainest_form(field: str, value: object, kept: object) -> None:
    found = read(field, value)
    assert found == kept
    assert type(found) is type(kept)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("slug", "", "slug must not be empty"),
        ("slug", "Day 50", "slug: 'Day 50' is not an id; use small letters, digits and hyphens"),
        ("slug", "-day", "slug: '-day' is not an id"),
        ("slug", "day\n", "slug: 'day\\n' is not an id"),
        ("slug", "x" * 81, "slug is longer than 80 characters"),
        ("slug", 50, "slug must be text"),
        ("line", " ", "line must not be empty"),
        ("line", "a\nBcc: b", "line: it contains the character U+000A, which is not text"),
        ("line", "a\u2028b", "line: it contains the character U+2028, which is not text"),
        ("line", "a\x00b", "line: it contains the character U+0000, which is not text"),
        ("line", "half\ud800", "line contains half a character, which is not text"),
        ("line", "x" * 301, "line is longer than 300 characters"),
        ("line", None, "line must be text"),
        ("prose", "a\x1bb", "prose: it contains the character U+001B, which is not text"),
        ("prose", "x" * 5001, "prose is longer than 5000 characters"),
        ("link", "gazette.example", "link: 'gazette.example' is not a link that starts with http"),
        ("link", "javascript:alert(1)", "link: 'javascript:alert(1)' is not a link"),
        ("link", "https://a@evil.example/", "link: 'https://a@evil.example/' is not a link"),
        ("link", 'https://a.example/"onx', "link: 'https://a.example/\"onx' is not a link"),
        ("zone", "Mars/Base", "zone: 'Mars/Base' is not a time zone; write one like Europe/Berlin"),
        ("zone", "../etc/passwd", "zone: '../etc/passwd' is not a time zone"),
        ("zone", "", "zone: '' is not a time zone"),
        ("probability", 1.2, "probability: 1.2 is not between 0 and 1; if 1.2 % is meant, write"),
        ("probability", 100, "probability: 100 is not between 0 and 1; if 100 % is meant, write 1"),
        ("probability", 7, "probability: 7 is not between 0 and 1; if 7 % is meant, write 0.07"),
        ("probability", 101, "probability: 101 is not between 0 and 1"),
        ("probability", -0.1, "probability: -0.1 is not between 0 and 1"),
        ("probability", "120%", "probability: 120% is not between 0 and 1"),
        ("probability", "0.1234567", "probability: 0.1234567 has more than six decimals"),
        ("probability", "likely", "probability: 'likely' is not a probability; write a number"),
        ("probability", "", "probability: '' is not a probability"),
        ("probability", True, "probability: 'True' is not a probability"),
        ("probability", float("nan"), "probability: 'nan' is not a probability"),
        ("probability", "inf", "probability: 'inf' is not a probability"),
        ("probability", "1e9999999%", "probability: 1e9999999% is not between 0 and 1"),
        (
            "at",
            "9 o'clock",
            "at: \"9 o'clock\" is not a time of day; write it in quotes, as '09:00'",
        ),
        ("at", "25:00", "at: '25:00' is not a time of day"),
        # YAML 1.1 reads a bare 09:00 as 540.
        ("at", 540, "at: '540' is not a time of day; write it in quotes, as '09:00'"),
        ("at", "09:00:30", "at: '09:00:30' is not a time of day"),
        ("at", "09:00+02:00", "at: '09:00+02:00' is not a time of day"),
        ("days", 0, "days must be at least 1"),
        ("days", 367, "days must be at most 366"),
        ("days", 1.5, "days must be a whole number"),
        ("days", "soon", "days must be a whole number"),
        ("days", True, "days: must be a whole number, not True"),
        ("days", None, "days must be a whole number"),
        ("outcome", "mabye", "outcome: unknown outcome 'mabye'. Choose one of: yes, no, ambiguous"),
        # A naive instant was once taken for local time and shifted by nine hours.
        ("moment", "2025-09-02T09:00:00", "moment must say its time zone: 2025-09-02T09:00:00Z"),
        ("moment", "yesterday", "moment must be an instant: 2025-09-02T09:00:00Z"),
        ("moment", None, "moment must be an instant: 2025-09-02T09:00:00Z"),
        ("colour", "red", "colour is not a field here"),
    ],
)
def test_a_bad_value_is_told_in_one_sentence_that_names_its_field(
    field: str, value: object, message: str
) -> None:
    assert refusal(field, value).startswith(message)


def test_a_percentage_above_a_hundred_is_not_explained_as_another_percentage() -> None:
    assert refusal("probability", "120%") == "probability: 120% is not between 0 and 1"


def test_several_broken_rules_are_all_told() -> None:
    with pytest.raises(Invalid) as caught:
        Sample.parse({"slug": "", "zone": "Mars", "days": 0}, subject="sample 1")
    assert len(caught.value.problems) == 3
    assert str(caught.value) == "; ".join(caught.value.problems)
    assert all(problem.startswith("sample 1: ") for problem in caught.value.problems)


@pytest.mark.parametrize("data", [None, 5, "x", [], [{}]])
def test_what_is_no_group_of_fields_is_told_so(data: object) -> None:
    with pytest.raises(Invalid, match=r"^sample: must be a group of fields$"):
        Sample.parse(data)


def test_a_record_cannot_be_changed() -> None:
    sample: Any = Sample()
    with pytest.raises(ValueError, match="frozen"):
        sample.slug = "other"


def test_plain_data_leaves_out_what_was_left_at_its_default() -> None:
    assert Sample().data() == {}
    assert Sample.parse({"probability": "7%", "at": "18:30"}).data() == {
        "probability": "0.07",
        "at": "18:30",
    }


@given(st.integers(0, 1_000_000))
def test_a_probability_of_six_decimals_comes_back_exactly(millionths: int) -> None:
    number = Decimal(millionths) / 1_000_000
    sample = Sample.parse({"probability": str(number)})
    assert sample.probability == number
    assert Sample.parse(sample.data()) == sample
    assert Sample.parse({"probability": f"{number * 100:f}%"}) == sample


@given(st.floats(0, 1).map(lambda number: round(number, 6)))
def test_a_number_from_yaml_is_taken_as_it_was_written(number: float) -> None:
    # Through binary, 0.07 would become 0.070000000000000006661.
    assert read("probability", number) == Decimal(str(number))


@given(st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0, fold=0)))
def test_a_time_of_day_comes_back_from_its_text(at: time) -> None:
    sample = Sample(at=at)
    assert Sample.parse(sample.data()) == sample


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2999, 1, 1)),  # noqa: DTZ001 - given a zone below
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_is_kept_in_utc_and_comes_back(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    sample = Sample(moment=moment)
    assert sample.moment == moment
    assert sample.moment.utcoffset() == timedelta(0)
    assert Sample.parse(sample.data()) == sample


@given(st.text(max_size=60))
def test_whatever_is_accepted_as_a_line_is_one_line(text: str) -> None:
    try:
        line = read("line", text)
    except Invalid:
        return
    assert len(line.splitlines()) == 1
    assert line == line.strip()


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@given(field=st.sampled_from(sorted(Sample.model_fields)), value=JUNK)
@example(field="days", value=math.inf)
@example(field="days", value=math.nan)
@example(field="days", value="9" * 5000)
@example(field="moment", value=math.inf)
def test_no_value_whatever_is_answered_with_a_crash_or_with_jargon(
    field: str, value: object
) -> None:
    try:
        Sample.parse({field: value}, subject="sample 1")
    except Invalid as error:
        for problem in error.problems:
            assert problem.startswith(f"sample 1: {field}")
            jargon = ("Input should", "validation", "parsing", "tuple", "str ", "pydantic")
            assert not any(word in problem.removesuffix(repr(value)) for word in jargon), problem
