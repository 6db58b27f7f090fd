"""The nouns: what each must have, what is said when it has not, and that plain data comes back."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.dates import ApproxDate
from tracker.errors import Invalid
from tracker.fields import Record
from tracker.records import (
    Article,
    Forecast,
    Question,
    Reading,
    Recipient,
    Reminder,
    ReminderPolicy,
    Resolution,
    Snooze,
    VagueClaim,
    slugify,
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
VAGUE = {"article": "invented-2025-07", "quote": "it could thaw", "missing": ["threshold"]}
REMINDER = {
    "question": "tariffs",
    "revision": 1,
    "stage": "due",
    "occasion": "2025-09-02",
    "recipient": "ada@fabricated.example",
    "channel": "email",
    "local_date": "2025-09-03",
    "zone": "UTC",
    "fire_at": "2025-09-03T09:00:00Z",
}
READING = {"probability": "0.07"}
POLICY: dict[str, Any] = {}
KINDS: dict[type[Record], dict[str, Any]] = {
    Article: ARTICLE,
    Question: QUESTION,
    Forecast: FORECAST,
    Reading: READING,
    Resolution: RESOLUTION,
    VagueClaim: VAGUE,
    ReminderPolicy: POLICY,
    Reminder: REMINDER,
    Snooze: {"question": "tariffs", "until": "2026-01-05", "reason": "the decree is promised"},
    Recipient: {"address": "ada@fabricated.example"},
}
GONE = object()


def changed(kind: type[Record], changes: dict[str, Any]) -> dict[str, Any]:
    merged = {**KINDS[kind], **changes}
    return {name: value for name, value in merged.items() if value is not GONE}


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_smallest_record_of_each_kind_comes_back_from_its_plain_data(
    kind: type[Record],
) -> None:
    record = kind.parse(KINDS[kind])
    assert kind.parse(record.data()) == record


@pytest.mark.parametrize(
    ("kind", "changes", "sentence"),
    [
        (Article, {"authors": []}, "authors must not be empty"),
        (Article, {"authors": "Ada"}, "authors must be a list"),
        (Article, {"authors": ["Ada", "Ada"]}, "authors: it names something twice"),
        (Article, {"authors": [""]}, "authors item 1 must not be empty"),
        (Article, {"outlet": GONE}, "outlet is missing"),
        (Article, {"published_on": "July"}, "published_on: 'July' is not a date; write 2025-07-14"),
        (
            Article,
            {"published_on": "2025-02-30"},
            "published_on: '2025-02-30' is not a date: there",
        ),
        (Article, {"url": "gazette"}, "url: 'gazette' is not a link that starts with http://"),
        (Article, {"chosen": "tipp"}, "chosen must be one of 'all', 'sample', 'tip'; did you mean"),
        (VagueClaim, {"missing": []}, "missing must not be empty"),
        (VagueClaim, {"missing": ["date"]}, "missing item 1 must be one of 'event', 'threshold'"),
        (Reading, {"phrase": "likely"}, "a reading is exactly one of phrase, probability or range"),
        (
            Reading,
            {"probability": GONE},
            "a reading is exactly one of phrase, probability or range",
        ),
        (Reading, {"probability": 100}, "probability: 100 is not between 0 and 1; if 100 % is"),
        (Reading, {"negated": "perhaps"}, "negated must be true or false"),
        (Reading, {"range": [0.1, 0.2, 0.3]}, "range must be a list of 2"),
        (Reading, {"range": [0.1]}, "range item 2 is missing"),
        (
            Reading,
            {"probability": GONE, "range": [0.2, 0.1]},
            "the range begins (0.2) above its end (0.1)",
        ),
        (Forecast, {"quote": GONE}, "a writer's forecast needs its article and its quote"),
        (Forecast, {"article": GONE}, "a writer's forecast needs its article and its quote"),
        (
            Forecast,
            {"article": GONE, "source": "reader"},
            "a forecast without an article needs made_on, the date it was made",
        ),
        (Forecast, {"reading": "likely"}, "reading must be a group of fields"),
        (Forecast, {"source": "robot"}, "source must be one of 'writer', 'reader', 'crowd'"),
        (Question, {"text": "It will."}, "the text must ask: end it with a question mark"),
        (Question, {"criteria": "  "}, "criteria must not be empty"),
        (Question, {"deadline": GONE}, "deadline is missing"),
        (Question, {"deadline": "soon"}, "deadline: a deadline is {by: DATE}, {within: 50 days"),
        (Question, {"deadline": {}}, "deadline: a deadline is {by: DATE}, {within: 50 days"),
        (
            Question,
            {"deadline": {"by": "2025-09"}},
            "deadline.by: '2025-09' must be known to the day; write it as 2025-09-02",
        ),
        (Question, {"deadline": {"by": "soon"}}, "deadline.by: 'soon' is not a date; write it as"),
        (
            Question,
            {"deadline": {"within": "50", "starting": "2025-07-14"}},
            "deadline.within: '50' is not a length of time; write it as '50 days' or '3 months'",
        ),
        (Question, {"deadline": {"within": "50 days"}}, "deadline.starting is missing"),
        (
            Question,
            {"deadline": {"from": "2026-02-01", "to": "2026-01-01"}},
            "deadline: the window ends (2026-01-01) before it begins (2026-02-01)",
        ),
        (Question, {"deadline": {"ever": True}}, "deadline.horizon is missing"),
        (
            Question,
            {"deadline": {"ever": False, "horizon": "2029-01-20"}},
            "deadline.ever must be true",
        ),
        (
            Question,
            {"deadline": {"by": "2025-09-02", "to": "x"}},
            "deadline.to is not a field here",
        ),
        (
            Question,
            {"zone": "Mars"},
            "zone: 'Mars' is not a time zone; write one like Europe/Berlin",
        ),
        (Question, {"topics": "trade"}, "topics must be a list"),
        (Question, {"topics": ["Trade war"]}, "topics item 1: 'Trade war' is not an id; use small"),
        (Question, {"base_rate": "7"}, "base_rate: 7 is not between 0 and 1; if 7 % is meant"),
        (
            Question,
            {"checkpoints": [{"name": "day 51", "on": "2025-09-03"}]},
            "checkpoint 'day 51' lies after the deadline",
        ),
        (
            Question,
            {"checkpoints": [{"name": "a", "on": "2025-08-01"}, {"name": "a", "on": "2025-08-02"}]},
            "two checkpoints have the same name",
        ),
        (Question, {"checkpoints": [{"name": "a"}]}, "checkpoints item 1.on is missing"),
        (Question, {"reminders": {"lead_days": 7}}, "reminders.lead_days must be a list"),
        (
            Question,
            {"reminders": {"lead_days": [0]}},
            "reminders.lead_days item 1 must be at least 1",
        ),
        (Question, {"reminders": {"leads": [7]}}, "reminders.leads is not a field here"),
        (Question, {"colour": "red"}, "colour is not a field here"),
        (Resolution, {"outcome": "yse"}, "outcome: unknown outcome 'yse'; did you mean 'yes'?"),
        (Resolution, {"evidence": ""}, "evidence must not be empty"),
        (Resolution, {"happened_on": "2025"}, "happened_on: '2025' must be known to the day"),
        (Snooze, {"until": "tomorrow"}, "until: 'tomorrow' is not a date; write it as 2025-09-02"),
        (Recipient, {"address": ""}, "address must not be empty"),
        (Reminder, {"revision": 0}, "revision must be at least 1"),
        (Reminder, {"stage": "never"}, "stage must be one of 'lead', 'due', 'overdue'"),
        (Reminder, {"fire_at": "2025-09-03T09:00:00"}, "fire_at must say its time zone"),
    ],
)
def test_a_broken_rule_is_one_sentence_that_names_the_record_and_the_field(
    kind: type[Record], changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid) as caught:
        kind.parse(changed(kind, changes), subject="record 1")
    [problem] = caught.value.problems
    assert problem.startswith(f"record 1: {sentence}")


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 5),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.none() | st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.sampled_from(["by", "to", "name", "x"]), st.integers(), max_size=2),
)
FIELDS = [(kind, field) for kind in KINDS for field in kind.model_fields]


@given(place=st.sampled_from(FIELDS), junk=JUNK)
def test_junk_in_any_field_of_any_record_is_told_without_jargon(
    place: tuple[type[Record], str], junk: object
) -> None:
    kind, field = place
    try:
        kind.parse(changed(kind, {field: junk}), subject="record 1")
    except Invalid as error:
        for problem in error.problems:
            assert problem.startswith("record 1: ")
            for jargon in ("Input should", "validation", "parsing", "Tuple", "valid string"):
                assert jargon not in problem


TEXT = st.text(
    st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=30
).filter(lambda text: bool(text.strip()))
SLUGS = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)
DAYS = st.dates(date(1950, 1, 1), date(2900, 1, 1))
APPROX = DAYS.flatmap(
    lambda day: st.sampled_from(
        [ApproxDate.of(day), ApproxDate(day.year, day.month), ApproxDate(day.year)]
    )
)
PROBABILITIES = st.integers(0, 1_000_000).map(lambda number: Decimal(number) / 1_000_000)
READINGS = st.one_of(
    st.builds(Reading, phrase=TEXT, negated=st.booleans()),
    st.builds(Reading, probability=PROBABILITIES, negated=st.booleans()),
    st.builds(Reading, range=st.tuples(PROBABILITIES, PROBABILITIES).map(sorted).map(tuple)),
)
FORECASTS = st.builds(
    Forecast,
    question=SLUGS,
    author=TEXT,
    article=SLUGS,
    quote=TEXT,
    reading=READINGS,
    made_on=st.none() | APPROX,
    source=st.sampled_from(["writer", "reader", "crowd"]),
    label=st.none() | SLUGS,
)
COUNTS = st.lists(st.integers(1, 366), max_size=3).map(tuple)
POLICIES = st.builds(
    ReminderPolicy,
    lead_days=st.none() | COUNTS,
    overdue_days=st.none() | COUNTS,
    escalate_days=st.none() | st.integers(1, 366),
    escalate_to=st.none() | TEXT,
    to=st.none() | st.lists(TEXT, max_size=2).map(tuple),
    at=st.none() | st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    closes_on = draw(DAYS)
    marks = draw(st.lists(st.integers(0, 300), max_size=3, unique=True))
    return Question.parse(
        {
            "id": draw(SLUGS),
            "text": draw(TEXT) + "?",
            "criteria": draw(TEXT),
            "deadline": {"by": str(closes_on)},
            "zone": draw(st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"])),
            "topics": draw(st.lists(SLUGS, max_size=3, unique=True)),
            "condition": draw(st.none() | TEXT),
            "checkpoints": [
                {"name": f"mark {n}", "on": str(closes_on - timedelta(days=n))} for n in marks
            ],
            "reminders": draw(st.none() | POLICIES),
            "base_rate": draw(st.none() | PROBABILITIES),
            "status_quo": draw(st.sampled_from([None, "yes", "no"])),
        }
    )


@given(st.one_of(READINGS, FORECASTS, POLICIES, questions()))
def test_every_record_comes_back_from_its_plain_data(record: Record) -> None:
    assert type(record).parse(record.data()) == record


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({"phrase": "highly unlikely"}, "“highly unlikely”"),
        ({"phrase": "likely", "negated": True}, "not: “likely”"),
        ({"probability": "0.07"}, "7 %"),
        ({"probability": "7.5%"}, "7.5 %"),
        ({"probability": 0}, "0 %"),
        ({"probability": 1}, "100 %"),
        ({"range": ["5%", "20%"]}, "5–20 %"),
        ({"range": [0.3, 0.3]}, "30–30 %"),
    ],
)
def test_a_reading_is_said_as_it_was_meant(reading: dict[str, Any], words: str) -> None:
    assert Reading.parse(reading).words == words


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, "tariffs/ada-fabricated/invented-2025-07"),
        ({"label": "second"}, "tariffs/ada-fabricated/invented-2025-07/second"),
        (
            {"article": GONE, "source": "reader", "author": "me", "made_on": "2025-08"},
            "tariffs/me/2025-08",
        ),
    ],
)
def test_a_forecast_is_known_by_question_author_and_article_or_date(
    changes: dict[str, Any], found: str
) -> None:
    assert Forecast.parse(changed(Forecast, changes)).id == found


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ada Fabricated", "ada-fabricated"),
        ("Žofie  d'Invention-Smith", "zofie-d-invention-smith"),
        ("A. B. C.", "a-b-c"),
        ("虚構", "865a-69cb"),
    ],
)
def test_a_name_becomes_an_id(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(TEXT)
def test_every_name_becomes_an_id_that_is_one(name: str) -> None:
    slug = slugify(name)
    assert Forecast.parse(changed(Forecast, {"label": slug[:80].strip("-")})).label


@given(POLICIES, POLICIES)
def test_a_policy_laid_over_another_wins_where_it_says_something(
    upper: ReminderPolicy, lower: ReminderPolicy
) -> None:
    laid = upper.over(lower)
    for name in ReminderPolicy.model_fields:
        said = getattr(upper, name)
        assert getattr(laid, name) == (said if said is not None else getattr(lower, name))
