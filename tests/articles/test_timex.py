"""Deadline words and their days."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles import calendars, timex
from tracker.dates import ApproxDate
from tracker.deadlines import By, Ever, Window, Within
from tracker.errors import ConfigError

PUBLISHED = ApproxDate.parse("2025-07-16")
US = "The White House and Congress disagree; the president fumes."

DATED = {
    "in the next 50 days": "2025-09-04",
    "within 90 days": "2025-10-14",
    "within 48 hours": "2025-07-18",
    "over the next two years": "2027-07-16",
    "over the next year": "2026-07-16",
    "next year": "2026-12-31",
    "in two to three years": "2028-07-16",
    "in a year or two": "2027-07-16",
    "within a decade": "2035-07-16",
    "in ten years' time": "2035-07-16",
    "a decade from now": "2035-07-16",
    "in the next quarter-century": "2050-07-16",
    "by this time next year": "2026-07-16",
    "for another two years": "2027-07-16",
    "for at least the next two years": "2027-07-16",
    "by year's end": "2025-12-31",
    "this year": "2025-12-31",
    "before the year is out": "2025-12-31",
    "before the end of 2026": "2026-12-31",
    "this year or next": "2026-12-31",
    "by the middle of next year": "2026-06-30",
    "by mid-2026": "2026-06-30",
    "by mid-November": "2025-11-15",
    "in the first half of 2027": "2027-06-30",
    "by the second quarter of 2026": "2026-06-30",
    "by 2030": "2030-12-31",
    "before 2030": "2029-12-31",
    "this side of 2030": "2029-12-31",
    "until at least 2027": "2027-12-31",
    "in 2027 or 2028": "2028-12-31",
    "this decade": "2029-12-31",
    "by the end of the decade": "2029-12-31",
    "by the mid-2030s": "2035-12-31",
    "in the 2040s": "2049-12-31",
    "by mid-century": "2050-12-31",
    "by the end of the century": "2100-12-31",
    "in November": "2025-11-30",
    "by June": "2026-06-30",
    "next spring": "2026-05-31",
    "this winter": "2026-02-28",
    "by summer's end": "2025-08-31",
    "as early as next summer": "2026-08-31",
    "on Tuesday": "2025-07-22",
    "tomorrow": "2025-07-17",
    "this week": "2025-07-20",
    "on Nov. 4": "2025-11-04",
    "by March 31": "2026-03-31",
    "by 1 March 2026": "2026-03-01",
    "by September 2nd": "2025-09-02",
    "by Christmas": "2025-12-25",
    "before Christmas": "2025-12-24",
    "by Easter": "2026-04-05",
    "by Labor Day": "2025-09-01",
    "before Thanksgiving": "2025-11-26",
    "by Memorial Day": "2026-05-25",
    "before the midterms": "2026-11-02",
    "on Election Day": "2026-11-03",
    "until he leaves office": "2029-01-20",
    "by the end of his term": "2029-01-20",
    "in next year's midterms": "2026-11-03",
    "before the election": "2026-11-02",
    "this side of the American election": "2026-11-02",
    "at some point in the next decade": "2035-07-16",
    "sometime next year": "2026-12-31",
    "by next year": "2026-12-31",
    "by next month": "2025-08-31",
    "over the course of the next year": "2026-07-16",
    "in two years, perhaps three": "2028-07-16",
    "in a year, two at most": "2027-07-16",
    "in a year, or in five": "2030-07-16",
    "within the space of a year": "2026-07-16",
    "inside of two years": "2027-07-16",
    "if not this autumn then in the winter": "2026-02-28",
    "on a Thursday in June": "2026-06-30",
    "by the middle of the next decade": "2035-12-31",
    "by the new year": "2025-12-31",
    "before winter sets in": "2025-11-30",
    "in the winter months": "2026-02-28",
    "at the May meeting": "2026-05-31",
    "by the June 30 deadline": "2026-06-30",
    "by the time of the party conference in October": "2025-10-31",
    "when Congress returns in September": "2025-09-30",
    "when his term expires in 2027": "2027-12-31",
    "for as long as he's in the White House": "2029-01-20",
    "by the 2032 election": "2032-11-02",
    "ever": "never-ending",
    "never": "never-ending",
    "forever": "never-ending",
}


@pytest.mark.parametrize(("words", "day"), DATED.items())
def test_words_of_time_come_to_their_day(words: str, day: str) -> None:
    found = timex.resolve(words, PUBLISHED, article=US)
    assert found is not None
    assert (found.words, found.label) == (words, day)


VAGUE = [
    "within weeks",
    "soon",
    "sooner or later",
    "in the coming months",
    "for years to come",
    "in a few years",
    "early next year",
    "by the early 2030s",
    "in about two years",
    "by around 2030",
    "before the rains",
    "by the time the ink is dry",
    "in the near future",
    "at any moment",
    "well into next year",
    "in the next two election cycles",
    "before the next general election",
    "in the new year",
    "within eighteen months of the crash",
    "by the spring thaw",
    "before the spring thaw",
    "by the June meeting",
    "at its next meeting",
    "until after Labor Day",
    "in the closing weeks",
    "into the new year",
    "until they're over",
    "until voters demand it",
    "until one party or the other decides that it has had enough",
    "while Mahmoud Abbas is alive",
    "in my lifetime or in my daughter's",
    "before the year is half over",
    "by the time of the handover",
]


@pytest.mark.parametrize("words", VAGUE)
def test_vague_words_are_kept_and_get_no_date(words: str) -> None:
    # The fault: "soon" settled on some day that nobody wrote.
    found = timex.resolve(words, PUBLISHED)
    assert found is not None
    assert (found.words, found.date, found.label) == (words, None, None)


NONE = [
    "since 2019",
    "after the election",
    "from next year",
    "no sooner than 2028",
    "in 2019",
    "by 40 percent",
    "the first time in ten years",
    "ever since",
    "hardly ever",
    "more than ever",
    "it may march on",
    "a decade will pass before anyone tries it again",
]


@pytest.mark.parametrize("words", NONE)
def test_what_only_looks_like_a_deadline_is_none(words: str) -> None:
    assert timex.find(words, PUBLISHED) == ()


FRAMES = {
    "The bill will pass {}.": "behind the verb",
    "{}, the bill will pass.": "before the clause",
    "Nobody thinks, I am told, that, {}, the bill will pass.": "inside the clause",
}


@pytest.mark.parametrize("frame", FRAMES, ids=FRAMES.values())
@pytest.mark.parametrize("words", [*(one for one in DATED if one != "ever"), *VAGUE])
def test_a_sentence_keeps_the_words_whole_wherever_they_stand(frame: str, words: str) -> None:
    # The fault: "by the spring" of "by the spring thaw", "in a year" of "in a year, or in five".
    at = frame.index("{}")
    opening = words[0].upper() + words[1:] if at == 0 else words
    text = f"{US} {frame.format(opening)}"
    found = [one.words for one in timex.find(text, PUBLISHED, within=(len(US) + 1, len(text)))]
    assert found == [opening]


OBJECTS = {
    "It will not survive the decade.": ("the decade", "2029-12-31"),
    "It won't last another year.": ("another year", "2026-07-16"),
    "It may not make it to Christmas.": ("to Christmas", "2025-12-25"),
    "It won't outlast the summer.": ("the summer", "2025-08-31"),
}


@pytest.mark.parametrize(("text", "found"), OBJECTS.items())
def test_a_time_that_is_outlived_is_a_deadline(text: str, found: tuple[str, str]) -> None:
    assert [(one.words, one.label) for one in timex.find(text, PUBLISHED)] == [found]


def test_the_election_of_another_country_has_no_date() -> None:
    # The fault: a vote in Canada dated by the American calendar.
    found = timex.resolve("before the election", PUBLISHED, article=f"{US} Ottawa waits.")
    assert found is not None
    assert found.label is None


@pytest.mark.parametrize("words", ["in the next 50 days", "on Tuesday", "tomorrow", "in two years"])
def test_a_count_of_days_from_an_article_known_to_its_month_has_no_date(words: str) -> None:
    found = timex.resolve(words, ApproxDate.parse("2025-07"))
    assert found is not None
    assert found.date is None


@pytest.mark.parametrize(
    ("words", "day"),
    [("by year's end", "2025-12-31"), ("next month", "2025-08-31"), ("in November", "2025-11-30")],
)
def test_an_article_known_to_its_month_gives_dates_that_need_no_day(words: str, day: str) -> None:
    found = timex.resolve(words, ApproxDate.parse("2025-07"))
    assert found is not None
    assert found.label == day


@pytest.mark.parametrize("words", [one for one, day in DATED.items() if "20" not in one])
def test_without_a_publication_date_nothing_relative_is_dated(words: str) -> None:
    found = timex.resolve(words, None, article=US)
    assert found is None or found.date is None


def test_the_kinds_are_those_of_the_design() -> None:
    kinds = {
        "in the next 50 days": Within,
        "by 2030": By,
        "in 2027": Window,
    }
    for words, kind in kinds.items():
        found = timex.resolve(words, PUBLISHED)
        assert found is not None
        assert isinstance(found.deadline, kind)
        assert found.deadline.verbatim == words


def test_a_window_opens_with_its_first_day() -> None:
    found = timex.resolve("in November", PUBLISHED)
    assert found is not None
    assert found.deadline == Window(
        from_=date(2025, 11, 1), to=date(2025, 11, 30), verbatim="in November"
    )


def test_never_ending_words_become_a_deadline_once_a_horizon_is_chosen() -> None:
    found = timex.resolve("ever", PUBLISHED)
    assert found is not None
    assert found.deadline is None
    assert found.ever(date(2029, 1, 20)) == Ever(
        ever=True, horizon=date(2029, 1, 20), verbatim="ever"
    )


def test_an_election_is_a_country_s_own() -> None:
    # The fault: Argentina's midterms dated by the American calendar.
    found = timex.resolve("by the midterms", PUBLISHED, article="President Milei of Argentina.")
    assert found is not None
    assert found.label == "2025-10-26"


@pytest.mark.parametrize(
    ("article", "day"),
    [
        ("Congress waits.", "2026-07-04"),
        ("Modi speaks in Delhi.", "2025-08-15"),
        ("The Bundesbank and Poland wait; Germans fret.", None),
        ("Germany waits.", None),
    ],
)
def test_a_feast_is_the_country_s_own(article: str, day: str | None) -> None:
    # The fault: India's Independence Day dated by the American one.
    found = timex.resolve("by Independence Day", PUBLISHED, article=article)
    assert found is not None
    assert found.label == day


def test_a_term_of_office_needs_a_holder_who_was_named() -> None:
    words = "until he leaves office"
    nobody = timex.resolve(words, PUBLISHED, article="The mayor of Wexcombe is tired.")
    macron = timex.resolve(words, PUBLISHED, article="Trump met Macron.")
    assert nobody is not None
    assert nobody.date is None
    assert macron is not None
    assert macron.label == "2027-05-13"


def test_a_desk_adds_its_own_calendar(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[event]]\nnames = ["party conference"]\ndays = ["2025-09-28..2025-10-01"]\n')
    known = calendars.load(own)
    before = timex.resolve("before the party conference", PUBLISHED, known=known)
    by = timex.resolve("by the party conference", PUBLISHED, known=known)
    assert before is not None
    assert by is not None
    assert (before.label, by.label) == ("2025-09-27", "2025-09-28")


@pytest.mark.parametrize(
    "text", ['[[event]]\nnames = ["x"]\n', "[[event", '[[feast]]\nnames = ["x"]\non = "9 blue 4"\n']
)
def test_a_broken_calendar_is_refused_with_one_sentence(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text)
    with pytest.raises(ConfigError, match="calendar"):
        calendars.load(own)


def test_offsets_point_at_the_words_in_the_article() -> None:
    text = "It’s over.\nThey will leave by year’s end, or never."
    found = timex.find(text, PUBLISHED)
    assert [one.words for one in found] == ["by year’s end", "never"]
    assert all(text[one.start : one.end] == one.words for one in found)


@given(
    st.sampled_from(sorted(DATED)),
    st.dates(min_value=date(2015, 1, 1), max_value=date(2040, 12, 31)),
)
def test_no_deadline_lies_before_publication(words: str, day: date) -> None:
    # The fault: "in March", written in April, settled a month before the article.
    found = timex.resolve(words, ApproxDate.of(day), article=US)
    assert found is None or found.date is None or found.date >= day


def test_words_that_run_over_a_line_end_are_kept_on_one_line_in_the_deadline() -> None:
    """A text file that is wrapped ended the program with a traceback."""
    [found] = timex.find("Within a\nyear the queue will be gone.", ApproxDate.parse("2025-07-14"))
    assert found.words == "Within a\nyear"
    assert found.deadline is not None
    assert found.deadline.verbatim == "Within a year"


@pytest.mark.parametrize(
    "words", ["in 900 centuries", "within a hundred centuries of the midterms"]
)
def test_a_time_beyond_all_calendars_has_no_date(words: str) -> None:
    # The fault: the year 90,000 ended the program with a traceback.
    found = timex.resolve(words, PUBLISHED, article=US)
    assert found is not None
    assert found.date is None
