"""Dates known to the day, month or year; and what clocks do to days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import (
    ApproxDate,
    add_months,
    day_words,
    distance_words,
    local_instant,
    next_morning,
    parse_day,
    start_of_day,
)
from tracker.errors import Invalid

DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
APPROX = st.one_of(
    DAYS.map(ApproxDate.of),
    DAYS.map(lambda day: ApproxDate(day.year, day.month)),
    DAYS.map(lambda day: ApproxDate(day.year)),
)
ZONES = st.sampled_from(
    [
        *("UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Africa/Cairo"),
        *("Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"),
        *("Pacific/Kiritimati", "Etc/GMT+12", "America/St_Johns"),
    ]
).map(ZoneInfo)


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2025-07-14", "2025-07-14", "2025-07-14", "14 July 2025"),
        ("2025-07", "2025-07-01", "2025-07-31", "July 2025"),
        ("2024-02", "2024-02-01", "2024-02-29", "February 2024"),
        ("2023-02", "2023-02-01", "2023-02-28", "February 2023"),
        ("2025", "2025-01-01", "2025-12-31", "2025"),
        (" 2025-07 ", "2025-07-01", "2025-07-31", "July 2025"),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(text: str, first: str, last: str, words: str) -> None:
    found = ApproxDate.parse(text)
    assert (str(found.first), str(found.last), found.words) == (first, last, words)
    assert str(found) == text.strip()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("July 2025", "'July 2025' is not a date; write 2025-07-14, 2025-07 or 2025"),
        ("14.07.2025", "'14.07.2025' is not a date; write 2025-07-14, 2025-07 or 2025"),
        ("2025-7-14", "'2025-7-14' is not a date; write 2025-07-14, 2025-07 or 2025"),
        ("", "'' is not a date; write 2025-07-14, 2025-07 or 2025"),
        ("2025-13", "'2025-13' is not a date: there is no such day"),
        ("2025-00", "'2025-00' is not a date: there is no such day"),
        ("2025-02-29", "'2025-02-29' is not a date: there is no such day"),
        ("2025-07-00", "'2025-07-00' is not a date: there is no such day"),
        ("0000", "'0000' is not a date: there is no such day"),
    ],
)
def test_what_is_no_date_is_told_with_how_to_write_one(text: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        ApproxDate.parse(text)
    assert str(caught.value) == message


@given(APPROX)
def test_a_date_comes_back_from_its_text(found: ApproxDate) -> None:
    assert ApproxDate.parse(str(found)) == found


@given(APPROX)
def test_the_earliest_day_is_not_after_the_latest_and_both_lie_within(found: ApproxDate) -> None:
    assert found.first <= found.last
    assert found.first.year == found.last.year == found.year
    assert str(found.first).startswith(str(found))
    assert str(found.last).startswith(str(found))
    assert (found.first == found.last) == bool(found.day)


@given(APPROX, APPROX)
def test_dates_are_ordered_as_their_earliest_days_are(one: ApproxDate, other: ApproxDate) -> None:
    if one.first < other.first:
        assert one < other
    if one < other:
        assert one.first <= other.first


@given(APPROX)
def test_the_day_before_and_the_day_after_lie_outside(found: ApproxDate) -> None:
    before, after = found.first - timedelta(days=1), found.last + timedelta(days=1)
    assert not str(before).startswith(str(found))
    assert not str(after).startswith(str(found))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2025-09", "'2025-09' must be known to the day; write it as 2025-09-02"),
        ("2025", "'2025' must be known to the day; write it as 2025-09-02"),
        # A month would not be enough here, so it is not offered.
        ("soon", "'soon' is not a date; write it as 2025-09-02"),
        ("2025-09-31", "'2025-09-31' is not a date: there is no such day"),
    ],
)
def test_a_day_must_be_known_to_the_day(text: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_day(text)
    assert str(caught.value) == message


@given(DAYS)
def test_a_day_comes_back_from_its_text(day: date) -> None:
    assert parse_day(str(day)) == day
    assert ApproxDate.of(day).words == day_words(day)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1234, "1,234 days ago"),
        (-12, "12 days ago"),
        (-1, "yesterday"),
        (0, "today"),
        (1, "tomorrow"),
        (2, "in 2 days"),
        (1000, "in 1,000 days"),
    ],
)
def test_a_distance_is_said_as_people_say_it(days: int, words: str) -> None:
    today = date(2025, 9, 2)
    assert distance_words(today + timedelta(days=days), today) == words


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2025-01-15", 1, "2025-02-15"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-10-31", 4, "2026-02-28"),
        ("2025-12-01", 1, "2026-01-01"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-01-01", -1, "2024-12-01"),
        ("2025-06-30", 0, "2025-06-30"),
    ],
)
def test_months_are_added_and_the_31st_becomes_a_shorter_month_s_last(
    start: str, months: int, end: str
) -> None:
    assert str(add_months(date.fromisoformat(start), months)) == end


@given(DAYS, st.integers(-1000, 1000))
def test_adding_months_lands_in_the_month_that_many_further(day: date, months: int) -> None:
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day <= day.day


@given(DAYS, DAYS, st.integers(0, 500))
def test_adding_months_keeps_the_order_of_days(one: date, other: date, months: int) -> None:
    early, late = sorted((one, other))
    assert add_months(early, months) <= add_months(late, months)


@pytest.mark.parametrize(
    ("day", "zone", "instant"),
    [
        ("2025-09-03", "UTC", "2025-09-03T00:00"),
        ("2025-09-03", "Europe/Berlin", "2025-09-02T22:00"),
        ("2025-12-03", "Europe/Berlin", "2025-12-02T23:00"),
        ("2025-09-03", "Pacific/Kiritimati", "2025-09-02T10:00"),
        ("2025-09-03", "Etc/GMT+12", "2025-09-03T12:00"),
        # No midnight that day: it begins where the clocks jump.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00"),
        ("2022-03-27", "Asia/Beirut", "2022-03-26T22:00"),
        ("2023-04-28", "Africa/Cairo", "2023-04-27T22:00"),
        # Clocks go back from midnight into the evening before, which is an hour longer.
        ("2018-02-18", "America/Sao_Paulo", "2018-02-18T03:00"),
        ("2022-10-30", "Asia/Beirut", "2022-10-29T22:00"),
        # A minute past midnight they went back: of two midnights the first counts.
        ("2010-11-07", "America/St_Johns", "2010-11-07T02:30"),
        # Samoa had no 30 December 2011.
        ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00"),
        ("2011-12-31", "Pacific/Apia", "2011-12-30T10:00"),
    ],
)
def test_a_day_begins_at_its_local_midnight_or_where_the_clocks_jump_it(
    day: str, zone: str, instant: str
) -> None:
    found = start_of_day(date.fromisoformat(day), ZoneInfo(zone))
    assert found.isoformat() == f"{instant}:00+00:00"


SOME_DAYS = st.dates(date(1970, 1, 2), date(2037, 12, 1))


@given(SOME_DAYS, ZONES)
def test_days_begin_one_after_the_other_at_most_twenty_five_hours_apart(
    day: date, zone: ZoneInfo
) -> None:
    length = start_of_day(day + timedelta(days=1), zone) - start_of_day(day, zone)
    assert timedelta(0) <= length <= timedelta(hours=25)


@given(SOME_DAYS, ZONES, st.sampled_from([time(0), time(2, 30), time(9), time(23, 59)]))
def test_a_morning_is_the_first_that_is_not_before_the_instant(
    day: date, zone: ZoneInfo, at: time
) -> None:
    instant = datetime.combine(day, time(12), tzinfo=UTC)
    found_day, morning = next_morning(instant, at, zone)
    assert morning == local_instant(found_day, at, zone)
    assert instant <= morning <= instant + timedelta(hours=25)
    eve = local_instant(found_day - timedelta(days=1), at, zone)
    # Samoa's missing day shares its mornings with the day that came instead.
    assert eve < instant or eve == morning


def test_an_instant_that_is_itself_the_morning_is_its_own_next_morning() -> None:
    nine = datetime(2025, 9, 3, 7, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    assert next_morning(nine, time(9), berlin) == (date(2025, 9, 3), nine)
    later = nine + timedelta(microseconds=1)
    assert next_morning(later, time(9), berlin)[0] == date(2025, 9, 4)
