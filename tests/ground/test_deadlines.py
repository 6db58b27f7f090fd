"""Deadlines: four kinds, how days are counted, and the instant at which one closes."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from tracker.dates import Span
from tracker.deadlines import By, Checkpoint, Deadline, Ever, Window, Within
from tracker.errors import Invalid

DEADLINE: TypeAdapter[By | Within | Window | Ever] = TypeAdapter(Deadline)
DAYS = st.dates(date(1900, 1, 1), date(2899, 12, 31))
SPANS = st.one_of(
    st.builds(Span, st.integers(1, 36500), st.just("day")),
    st.builds(Span, st.integers(1, 5000), st.just("week")),
    st.builds(Span, st.integers(1, 1200), st.just("month")),
    st.builds(Span, st.integers(1, 100), st.just("year")),
)
WORDS = st.none() | st.just("in the next 50 days")
DEADLINES = st.one_of(
    st.builds(By, by=DAYS, verbatim=WORDS),
    st.builds(Within, within=SPANS, starting=DAYS, of=st.none() | st.just("ultimatum")),
    st.tuples(DAYS, DAYS).map(sorted).map(lambda ends: Window(**{"from": ends[0], "to": ends[1]})),
    st.builds(lambda day, span: Ever(ever=True, horizon=day, review_every=span), DAYS, SPANS),
)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "Etc/GMT+12"]).map(ZoneInfo)


@pytest.mark.parametrize(
    ("data", "closes_on", "words"),
    [
        ({"by": "2025-09-02"}, "2025-09-02", "2 September 2025"),
        (
            {"within": "50 days", "of": "ultimatum", "starting": "2025-07-14"},
            "2025-09-02",
            "ultimatum day 50, 2 September 2025",
        ),
        ({"within": "50 days", "starting": "2025-07-14"}, "2025-09-02", "2 September 2025"),
        (
            {"within": "3 months", "of": "ultimatum", "starting": "2025-11-30"},
            "2026-02-28",
            "3 months after the ultimatum, 28 February 2026",
        ),
        (
            {"from": "2026-01-01", "to": "2026-12-31"},
            "2026-12-31",
            "1 January 2026 to 31 December 2026",
        ),
        (
            {"ever": True, "horizon": "2029-01-20", "review_every": "90 days"},
            "2029-01-20",
            "ever, horizon 20 January 2029",
        ),
    ],
)
def test_a_deadline_closes_on_its_last_day_and_is_said_in_words(
    data: dict[str, Any], closes_on: str, words: str
) -> None:
    found = DEADLINE.validate_python(data)
    assert (str(found.closes_on), found.words) == (closes_on, words)


def test_day_0_is_the_starting_date() -> None:
    # Counting the starting date as day 1 ends an ultimatum a day early.
    within = Within(within=Span(1, "day"), starting=date(2025, 7, 14))
    assert within.closes_on == date(2025, 7, 15)


@pytest.mark.parametrize(
    ("data", "opens_on", "open_ended"),
    [
        ({"by": "2025-09-02"}, None, False),
        ({"within": "50 days", "starting": "2025-07-14"}, None, False),
        ({"from": "2026-01-01", "to": "2026-12-31"}, date(2026, 1, 1), False),
        ({"ever": True, "horizon": "2029-01-20"}, None, True),
    ],
)
def test_only_a_window_opens_and_only_ever_is_open_ended(
    data: dict[str, Any], opens_on: date | None, *, open_ended: bool
) -> None:
    found = DEADLINE.validate_python(data)
    assert (found.opens_on, found.open_ended) == (opens_on, open_ended)


def test_an_open_ended_question_is_reviewed_every_90_days_unless_it_says_otherwise() -> None:
    assert Ever(ever=True, horizon=date(2029, 1, 20)).review_every == Span(90, "day")


def test_a_window_of_one_day_is_a_window() -> None:
    one = Window(**{"from": date(2026, 1, 1), "to": date(2026, 1, 1)})
    assert one.opens_on == one.closes_on


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"on": "2025-09-02"},
        "2025-09-02",
        None,
        5,
        {"by": "2025-09"},
        {"by": "1825-09-02"},
        {"by": "2025-09-02", "within": "3 days"},
        {"within": "50 days"},
        {"within": "0 days", "starting": "2025-07-14"},
        {"from": "2026-02-01", "to": "2026-01-01"},
        {"from": "2026-02-01"},
        {"to": "2026-02-01"},
        {"ever": False, "horizon": "2029-01-20"},
        {"ever": True},
        {"by": "2025-09-02", "verbatim": "x" * 201},
        {"by": "2025-09-02", "verbatim": "in the\nnext days"},
    ],
)
def test_what_is_no_deadline_is_refused(data: object) -> None:
    with pytest.raises(ValidationError):
        DEADLINE.validate_python(data)


@given(DEADLINES)
def test_a_deadline_comes_back_from_its_plain_form(found: By | Within | Window | Ever) -> None:
    plain = DEADLINE.dump_python(found, mode="json", by_alias=True, exclude_defaults=True)
    assert DEADLINE.validate_python(plain) == found


@given(DEADLINES, DEADLINES, ZONES)
def test_a_later_day_closes_at_a_later_instant(
    one: By | Within | Window | Ever, other: By | Within | Window | Ever, zone: ZoneInfo
) -> None:
    early, late = sorted((one, other), key=lambda each: each.closes_on)
    assert early.closes_at(zone) <= late.closes_at(zone)


@given(DEADLINES, ZONES)
def test_it_closes_when_the_last_day_is_over_and_not_before(
    found: By | Within | Window | Ever, zone: ZoneInfo
) -> None:
    closing = found.closes_at(zone)
    # One microsecond earlier, on the clock of the zone, its last day is still running.
    eve = (closing - timedelta(microseconds=1)).astimezone(zone).date()
    assert closing.astimezone(zone).date() > found.closes_on
    missing = zone.key == "Pacific/Apia" and found.closes_on == date(2011, 12, 30)
    assert eve == found.closes_on or missing


@pytest.mark.parametrize(
    ("text", "span", "again"),
    [
        ("50 days", Span(50, "day"), "50 days"),
        ("1 day", Span(1, "day"), "1 day"),
        ("1 days", Span(1, "day"), "1 day"),
        ("2 Weeks", Span(2, "week"), "2 weeks"),
        (" 3months ", Span(3, "month"), "3 months"),
        ("100 years", Span(100, "year"), "100 years"),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(text: str, span: Span, again: str) -> None:
    assert Span.parse(text) == span
    assert str(span) == again


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("50", "is not a length of time; write it as '50 days' or '3 months'"),
        ("days", "is not a length of time"),
        ("0 days", "is not a length of time"),
        ("-3 days", "is not a length of time"),
        ("1.5 years", "is not a length of time"),
        ("3 decades", "is not a length of time"),
        ("a while", "is not a length of time"),
        ("101 years", "is longer than a hundred years"),
        ("99999 days", "is longer than a hundred years"),
        ("999999 days", "is not a length of time"),
    ],
)
def test_what_is_no_length_of_time_is_told_by_its_own_words(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        Span.parse(text)
    assert str(caught.value).startswith(f"{text!r} {reason}")


@given(SPANS)
def test_a_length_of_time_comes_back_from_its_text(span: Span) -> None:
    assert Span.parse(str(span)) == span


@given(SPANS, DAYS)
def test_after_a_length_of_time_it_is_later(span: Span, day: date) -> None:
    assert span.after(day) > day


@given(st.sampled_from(["day", "week", "month", "year"]), st.integers(1, 99), DAYS)
def test_a_longer_time_ends_later(unit: str, count: int, day: date) -> None:
    assert Span(count, unit).after(day) < Span(count + 1, unit).after(day)


@given(SPANS, DAYS, DAYS)
def test_starting_later_never_ends_earlier(span: Span, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert span.after(early) <= span.after(late)


@given(st.integers(1, 100), DAYS)
def test_a_week_is_seven_days_and_a_year_twelve_months(count: int, day: date) -> None:
    assert Span(count, "week").after(day) == Span(7 * count, "day").after(day)
    assert Span(count, "year").after(day) == Span(12 * count, "month").after(day)


def test_a_checkpoint_moved_to_another_day_is_another_occasion() -> None:
    day = Checkpoint(name="ultimatum day 25", on=date(2025, 8, 8))
    assert day.occasion == "2025-08-08, ultimatum day 25"
    assert day.model_copy(update={"on": date(2025, 8, 9)}).occasion != day.occasion
