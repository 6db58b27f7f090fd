"""Invented writers, outlets and questions for the tests."""

from typing import Any

from tracker.records import Article, Forecast, Question, Resolution, VagueClaim

ARTICLE = Article.parse(
    {
        "id": "fabricated-gazette-2026-03",
        "authors": ["Ada Fabricated"],
        "outlet": "The Invented Gazette",
        "published_on": "2026-03-01",
        "url": "https://gazette.example/op-ed",
        "chosen": "all",
    }
)
QUESTION = Question.parse(
    {
        "id": "bridge-by-june",
        "text": "Will the Imaginary Bridge open by 1 June 2026?",
        "criteria": "The city's register lists the bridge as open to traffic.",
        "deadline": {"by": "2026-06-01"},
        "topics": ["bridges"],
    }
)
FORECAST = Forecast.parse(
    {
        "question": "bridge-by-june",
        "author": "Ada Fabricated",
        "article": "fabricated-gazette-2026-03",
        "quote": "the bridge is unlikely to open this spring",
        "reading": {"phrase": "unlikely"},
    }
)
VAGUE = VagueClaim.parse(
    {
        "article": "fabricated-gazette-2026-03",
        "quote": "the river could yet surprise us",
        "missing": ["event", "deadline"],
    }
)
ALL = (ARTICLE, VAGUE, QUESTION, FORECAST)


def question(**changes: Any) -> Question:
    """The example question with other fields."""
    return Question.parse({**QUESTION.data(), **changes})


def forecast(**changes: Any) -> Forecast:
    """The example forecast with other fields."""
    return Forecast.parse({**FORECAST.data(), **changes})


def resolution(outcome: str = "yes", **more: Any) -> Resolution:
    """A resolution of the example question."""
    fields = {
        "question": QUESTION.id,
        "outcome": outcome,
        "evidence": "https://city.example/register",
    }
    return Resolution.parse({**fields, **more})
