"""The records' verbs: what may be forecast of a question, and what may be said of its end, when."""

from datetime import UTC, datetime

import pytest

from tracker.errors import Invalid
from tracker.records import (
    Article,
    Forecast,
    Question,
    Resolution,
    check_forecast,
    check_resolution,
)

ARTICLE = {
    "id": "invented-2025-07",
    "authors": ["Ada Fabricated"],
    "outlet": "The Invented Gazette",
    "published_on": "2025-07",
}
QUESTION = {
    "id": "tariffs",
    "text": "Will the invented tariffs take effect?",
    "criteria": "The Invented Gazette prints the decree.",
    "deadline": {"by": "2025-09-02"},
}
FORECAST = {
    "question": "tariffs",
    "author": "Ada Fabricated",
    "article": "invented-2025-07",
    "quote": "the tariffs are unlikely to take effect",
    "reading": {"phrase": "unlikely"},
}
RESOLUTION = {"question": "tariffs", "outcome": "no", "evidence": "https://gazette.example/"}
question = Question.parse(QUESTION)
article = Article.parse(ARTICLE)


def test_a_forecast_that_fits_its_question_is_accepted() -> None:
    check_forecast(question, Forecast.parse(FORECAST), article)


def test_a_phrase_no_lexicon_knows_is_refused_and_the_nearest_named() -> None:
    odd = Forecast.parse({**FORECAST, "reading": {"phrase": "unlikley"}})
    with pytest.raises(Invalid, match="no lexicon knows the phrase 'unlikley'") as caught:
        check_forecast(question, odd, article)
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("nearest: 'unlikely'")


def test_for_a_phrase_like_no_other_a_number_is_asked_for() -> None:
    odd = Forecast.parse({**FORECAST, "reading": {"phrase": "zzzzqqqq"}})
    with pytest.raises(Invalid) as caught:
        check_forecast(question, odd, article)
    assert caught.value.hint == "give a probability or a range instead"


@pytest.mark.parametrize(
    ("published_on", "made_on", "fits"),
    [
        ("2025-07", None, True),
        # Known to the month only: it may have been written on the first.
        ("2025-09", None, True),
        ("2025-09-02", None, True),
        ("2025-09-03", None, False),
        ("2025-10", None, False),
        ("2025-10", "2025-08", True),
        ("2025-07", "2025-09-03", False),
    ],
)
def test_a_deadline_that_lies_before_it_was_said_is_refused(
    published_on: str, made_on: str | None, *, fits: bool
) -> None:
    source = Article.parse({**ARTICLE, "published_on": published_on})
    forecast = Forecast.parse({**FORECAST, "made_on": made_on} if made_on else FORECAST)
    if fits:
        check_forecast(question, forecast, source)
        return
    with pytest.raises(Invalid, match=r"\(2025-09-02\) lies before it was said"):
        check_forecast(question, forecast, source)


BEFORE = datetime(2025, 9, 2, 23, 59, 59, tzinfo=UTC)
CLOSED = datetime(2025, 9, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("outcome", "early"),
    [
        ("yes", True),
        ("no", False),
        ("ambiguous", False),
        ("annulled", True),
        ("condition-not-met", True),
    ],
)
def test_no_and_ambiguous_are_said_only_when_the_deadline_has_closed(
    outcome: str, *, early: bool
) -> None:
    said = Resolution.parse({**RESOLUTION, "outcome": outcome})
    check_resolution(question, said, CLOSED)
    if early:
        check_resolution(question, said, BEFORE)
        return
    with pytest.raises(Invalid, match="before its deadline, 2025-09-02, has passed"):
        check_resolution(question, said, BEFORE)


def test_an_open_ended_question_is_not_resolved_no_before_its_horizon() -> None:
    ever = Question.parse({**QUESTION, "deadline": {"ever": True, "horizon": "2029-01-20"}})
    with pytest.raises(Invalid, match="before its horizon, 2029-01-20, has passed"):
        check_resolution(ever, Resolution.parse(RESOLUTION), CLOSED)


WINDOW = {"from": "2025-08-01", "to": "2025-09-02"}


@pytest.mark.parametrize(
    ("outcome", "day", "now", "message"),
    [
        ("yes", "2025-08-01", CLOSED, None),
        ("yes", "2025-09-02", CLOSED, None),
        ("yes", "2025-07-31", CLOSED, "2025-07-31 lies outside the deadline"),
        ("yes", "2025-09-03", CLOSED, "2025-09-03 lies outside the deadline"),
        ("yes", "2025-09-03", BEFORE, "it cannot have happened on 2025-09-03: that day has not"),
        ("no", "2025-08-15", CLOSED, "goes with the outcome 'yes' only"),
    ],
)
def test_the_day_it_happened_lies_in_the_window_and_has_come(
    outcome: str, day: str, now: datetime, message: str | None
) -> None:
    window = Question.parse({**QUESTION, "deadline": WINDOW})
    said = Resolution.parse({**RESOLUTION, "outcome": outcome, "happened_on": day})
    if message is None:
        check_resolution(window, said, now)
        return
    with pytest.raises(Invalid, match=message):
        check_resolution(window, said, now)


def test_what_has_come_is_judged_in_the_question_s_own_zone() -> None:
    # At 23:30 UTC it is already the next day in Kiritimati, where this question is meant.
    there = Question.parse({**QUESTION, "zone": "Pacific/Kiritimati"})
    said = Resolution.parse({**RESOLUTION, "outcome": "yes", "happened_on": "2025-08-02"})
    check_resolution(there, said, datetime(2025, 8, 1, 23, 30, tzinfo=UTC))
    with pytest.raises(Invalid, match="that day has not come"):
        check_resolution(question, said, datetime(2025, 8, 1, 23, 30, tzinfo=UTC))
