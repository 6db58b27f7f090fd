"""Hypothesis strategies that invent any record the tracker accepts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tracker.fields import Record
from tracker.outcomes import OUTCOMES
from tracker.records import Article, Forecast, Question, Resolution, Snooze, VagueClaim

_LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
slugs = st.from_regex(r"[a-z0-9]{1,6}([-.][a-z0-9]{1,6}){0,2}", fullmatch=True)
lines = st.text(_LETTERS, min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
_addresses = lines.map(lambda line: f"{line}@gazette.example")
prose = st.text(_LETTERS | st.sampled_from("\n\t"), min_size=1, max_size=80).filter(
    lambda text: bool(text.strip())
)
days = st.dates(date(1950, 1, 1), date(2200, 12, 31))
probabilities = st.integers(0, 1_000_000).map(lambda millionths: Decimal(millionths) / 1_000_000)
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati"])
phrases = st.sampled_from(["unlikely", "highly likely", "almost certainly", "a good chance"])
approximate = days.flatmap(
    lambda day: st.sampled_from([str(day), f"{day:%Y-%m}", f"{day.year:04}"])
)


def _fields(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(required, optional=optional)


_words: dict[str, Any] = {"verbatim": lines}
deadlines: st.SearchStrategy[dict[str, Any]] = st.one_of(
    _fields({"by": days}, _words),
    _fields(
        {
            "within": st.builds(
                "{} {}s".format, st.integers(1, 90), st.sampled_from(["day", "week", "month"])
            ),
            "starting": days,
        },
        {**_words, "of": lines},
    ),
    st.tuples(days, st.integers(0, 900), _fields({}, _words)).map(
        lambda parts: {"from": parts[0], "to": parts[0] + timedelta(parts[1]), **parts[2]}
    ),
    _fields(
        {"ever": st.just(value=True), "horizon": days, "review_every": st.just("90 days")}, _words
    ),
)

articles = _fields(
    {
        "id": slugs,
        "authors": st.lists(lines.map(str.strip), min_size=1, max_size=3, unique=True),
        "outlet": lines,
        "published_on": approximate,
    },
    {
        "title": lines,
        "url": st.just("https://gazette.example/op-ed?a=1#b"),
        "chosen": st.sampled_from(["all", "sample", "tip"]),
    },
).map(Article.parse)

vague_claims = _fields(
    {
        "article": slugs,
        "quote": prose,
        "missing": st.lists(
            st.sampled_from(["event", "threshold", "deadline", "likelihood"]),
            min_size=1,
            unique=True,
        ),
    },
    {},
).map(VagueClaim.parse)

policies = _fields(
    {},
    {
        "lead_days": st.lists(st.integers(1, 366), max_size=3),
        "overdue_days": st.lists(st.integers(1, 366), max_size=3),
        "escalate_days": st.integers(1, 366),
        "escalate_to": _addresses,
        "to": st.lists(_addresses, max_size=2),
        "at": st.just("07:30"),
    },
)

questions = _fields(
    {"id": slugs, "text": prose.map("{}?".format), "criteria": prose, "deadline": deadlines},
    {
        "zone": zones,
        "topics": st.lists(slugs, max_size=3, unique=True),
        "condition": prose,
        "reminders": policies,
        "base_rate": probabilities,
        "status_quo": st.sampled_from(["yes", "no"]),
    },
).map(Question.parse)

readings = st.one_of(
    _fields({"phrase": phrases}, {"negated": st.booleans()}),
    _fields({"probability": probabilities}, {"negated": st.booleans()}),
    st.tuples(probabilities, probabilities).map(lambda pair: {"range": sorted(pair)}),
)

forecasts = _fields(
    {"question": slugs, "author": lines, "article": slugs, "quote": prose, "reading": readings},
    {
        "made_on": approximate,
        "label": slugs,
        "source": st.sampled_from(["writer", "reader", "crowd"]),
    },
).map(Forecast.parse)

resolutions = _fields(
    {"question": slugs, "outcome": st.sampled_from(sorted(OUTCOMES)), "evidence": prose},
    {"happened_on": days, "note": prose, "by": lines},
).map(Resolution.parse)

snoozes = _fields({"question": slugs, "until": days, "reason": prose}, {}).map(Snooze.parse)

RECORDS: dict[type[Record], st.SearchStrategy[Any]] = {
    Article: articles,
    VagueClaim: vague_claims,
    Question: questions,
    Forecast: forecasts,
    Resolution: resolutions,
    Snooze: snoozes,
}
