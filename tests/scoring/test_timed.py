"""Revised forecasts over time: the platforms' own figures, and what they must never reward."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scoring.rules import Revision, by_day, daily_brier, metaculus_baseline
from tracker.scoring.timed import Course, OverTime, over_time

DAILY = json.loads(Path(__file__).with_name("reference.json").read_text("utf-8"))["daily_brier"]
probabilities = st.integers(1, 99).map(lambda p: p / 100)
lines = st.lists(
    st.tuples(st.integers(0, 30), probabilities).map(lambda row: Revision(*row)),
    min_size=2,
    max_size=5,
    unique_by=lambda said: said.at,
)


def one(course: Course) -> OverTime:
    found = over_time([course])
    assert found is not None
    return found


def test_the_daily_brier_score_of_a_revised_forecast_is_the_published_one() -> None:
    daily = DAILY["daily"]
    changes = [Revision(day, p) for day, p in enumerate(daily) if day == 0 or daily[day - 1] != p]
    found = one(Course({"ada": changes}, ["ada"], len(daily), DAILY["happened"]))
    assert found.daily_brier == pytest.approx(DAILY["exact"], abs=1e-15)
    assert round(found.daily_brier, 4) == DAILY["printed"]
    assert found.coverage == 1


def test_a_forecast_from_day_three_of_ten_counts_seven_tenths() -> None:
    """Elsewhere whoever came late had the easier question and the better score."""
    late = [Revision(3, 0.9), Revision(6, 0.9)]
    found = one(Course({"ada": late, "ben": [Revision(0, 0.5)]}, ["ada"], 10, 1))
    assert found.coverage == pytest.approx(0.7)
    assert found.baseline == pytest.approx(0.7 * metaculus_baseline(0.9, 1))


def test_what_was_said_after_it_happened_counts_for_nothing() -> None:
    said = [Revision(0, 0.3), Revision(4, 0.4)]
    early = one(Course({"ada": [*said, Revision(9, 1.0)]}, ["ada"], 8, 1))
    assert early == one(Course({"ada": said}, ["ada"], 8, 1))


def test_alone_on_a_question_there_is_no_peer_score() -> None:
    said = [Revision(0, 0.3), Revision(4, 0.4)]
    alone = Course({"ada": said}, ["ada"], 8, 1)
    met = Course({"ada": said, "crowd": [Revision(0, 0.6)]}, ["ada"], 8, 1)
    assert (one(alone).peer, one(alone).peered) == (None, 0)
    both = over_time([alone, met])
    assert both is not None
    assert (both.revised, both.peered) == (2, 1)
    assert both.peer is not None
    assert both.peer == one(met).peer
    assert both.peer < 0


def test_nothing_revised_has_no_score_over_time() -> None:
    assert over_time([]) is None
    late = [Revision(9, 0.3), Revision(10, 0.4)]
    assert over_time([Course({"ada": late}, ["ada"], 9, 1)]) is None


@given(lines, lines, st.integers(31, 60), st.integers(0, 1))
def test_scores_over_time_obey_their_laws(
    ada: list[Revision], ben: list[Revision], closed: int, happened: int
) -> None:
    found = over_time([Course({"ada": ada, "ben": ben}, ["ada", "ben"], closed, happened)])
    assert found is not None
    # Over all peers, those who share a question, the peer scores add up to nothing.
    assert found.peer == pytest.approx(0, abs=1e-9)
    daily = by_day(ada, int(min(said.at for said in ada)), closed - 1)
    mine = one(Course({"ada": ada}, ["ada"], closed, happened))
    assert mine.daily_brier == pytest.approx(daily_brier(daily, happened))
    turned = one(Course({"ada": ada[::-1]}, ["ada"], closed, happened))
    assert turned == mine


@pytest.mark.slow
@given(probabilities, st.lists(probabilities, min_size=1, max_size=6), st.integers(1, 9))
def test_nobody_gains_over_time_by_saying_what_he_does_not_believe(
    belief: float, others: list[float], change: int
) -> None:
    """Both platforms' scores stay proper: expected over the outcome, the belief itself is best."""

    def expected(says: float, pick: str) -> float:
        peers = {str(at): [Revision(0, p)] for at, p in enumerate(others)}
        line = [Revision(0, 0.5), Revision(change, says)]
        scores = [
            getattr(one(Course({**peers, "ada": line}, ["ada"], 10, y)), pick) for y in (0, 1)
        ]
        return float((1 - belief) * scores[0] + belief * scores[1])

    for says in (0.02, 0.3, 0.5, 0.8, 0.97):
        assert expected(belief, "baseline") >= expected(says, "baseline") - 1e-9
        assert expected(belief, "peer") >= expected(says, "peer") - 1e-9
        assert expected(belief, "daily_brier") <= expected(says, "daily_brier") + 1e-12
