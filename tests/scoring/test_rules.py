"""The rules' laws: proper, order-blind, and silent about nothing."""

import math
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.scoring.rules import (
    Heard,
    Level,
    Paired,
    Ranged,
    Revision,
    brier,
    by_day,
    daily_brier,
    levels_of,
    logarithmic,
    metaculus_baseline,
    metaculus_peer,
    peer_over_time,
    pool,
    reader_expectation,
    reading_bounds,
    skill,
    time_weighted,
)

percent = st.integers(1, 99).map(lambda value: value / 100)
outcomes = st.integers(0, 1)
pairs = st.lists(st.tuples(st.integers(0, 20).map(lambda v: v / 20), outcomes), min_size=1)

COSTS: dict[str, Callable[[float, int], float]] = {
    "brier": lambda p, y: brier([Level(p, 1, y)]),
    "logarithmic": lambda p, y: logarithmic([Level(p, 1, y)]).score,
    "daily Brier": lambda p, y: daily_brier([p], y),
    "metaculus baseline": lambda p, y: -metaculus_baseline(p, y),
    "metaculus peer": lambda p, y: -metaculus_peer([p, 0.4, 0.7], y)[0],
    "e over readers": lambda p, y: reader_expectation([Heard(p, 0.1, 1, y)]),
    "skill": lambda p, y: skill([Paired(p, 0.3, 1, y)]),
}


@pytest.mark.parametrize("name", COSTS)
@given(belief=percent, said=percent)
def test_nobody_gains_by_saying_what_he_does_not_believe(
    name: str, belief: float, said: float
) -> None:
    # An improper rule pays for exaggeration: the expected cost must be least at one's belief.
    cost = COSTS[name]

    def expected(p: float) -> float:
        return belief * cost(p, 1) + (1 - belief) * cost(p, 0)

    assert expected(belief) <= expected(said) + 1e-9
    if abs(said - belief) > 0.005:
        assert expected(belief) < expected(said)


@given(pairs, st.randoms())
def test_the_order_of_rows_never_matters(rows: list[tuple[float, int]], random: Random) -> None:
    shuffled = random.sample(rows, len(rows))
    assert levels_of(*zip(*rows, strict=True)) == levels_of(*zip(*shuffled, strict=True))


@given(pairs)
def test_a_score_over_levels_is_the_mean_over_the_forecasts(
    rows: list[tuple[float, int]],
) -> None:
    direct = math.fsum((p - y) ** 2 for p, y in rows) / len(rows)
    assert brier(levels_of(*zip(*rows, strict=True))) == pytest.approx(direct, abs=1e-15)


def test_zero_and_minus_zero_are_one_level() -> None:
    assert pool([Level(0.0, 1, 0), Level(-0.0, 2, 1)]) == (Level(0.0, 3, 1),)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (Level(1.2, 1, 0), "not a probability"),
        (Level(math.nan, 1, 0), "not a probability"),
        (Level(0.5, 1, 2), "cannot have happened"),
        (Level(0.5, 1, -1), "cannot have happened"),
    ],
)
def test_impossible_counts_are_refused(level: Level, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        pool([level])


def test_a_certain_and_wrong_forecast_is_counted_and_not_clipped() -> None:
    # Clipping at 0.001 would turn an infinite penalty into 6.9 and tell nobody.
    score = logarithmic([Level(1.0, 3, 2), Level(0.0, 2, 1), Level(0.5, 4, 2)])
    assert score.score == math.inf
    assert score.certain_and_wrong == 2
    assert score.finite == pytest.approx(4 * math.log(2) / 7)


def test_all_certain_and_wrong_leaves_no_finite_mean() -> None:
    score = logarithmic([Level(1.0, 2, 0)])
    assert score.certain_and_wrong == 2
    assert math.isnan(score.finite)


def test_certain_and_right_costs_nothing() -> None:
    assert logarithmic([Level(1.0, 2, 2), Level(0.0, 3, 0)]).score == 0


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30), st.integers(0, 30), st.floats(0, 1))
def test_reading_bounds_hold_every_single_value_of_the_range(
    one: float, other: float, count: int, hits: int, at: float
) -> None:
    low, high = sorted((one, other))
    hits = min(hits, count)
    least, most = reading_bounds([Ranged(low, high, count, hits)])
    value = min(max(low + at * (high - low), low), high)
    assert least - 1e-12 <= brier([Level(value, count, hits)]) <= most + 1e-12


def test_reading_bounds_do_not_read_one_phrase_two_ways() -> None:
    # With hindsight "likely" could be 80 % where it happened and 67 % where it did not.
    least, _ = reading_bounds([Ranged(0.67, 0.8, 2, 1)])
    assert least == pytest.approx(brier([Level(0.67, 2, 1)]))


@given(percent, outcomes)
def test_readers_who_agree_give_the_plain_score(said: float, happened: int) -> None:
    assert reader_expectation([Heard(said, 0.0, 1, happened)]) == pytest.approx(
        brier([Level(said, 1, happened)])
    )


def test_readers_who_disagree_cost_their_variance() -> None:
    plain, spread = Heard(0.7, 0.0, 3, 2), Heard(0.7, 0.2, 3, 2)
    assert reader_expectation([spread]) - reader_expectation([plain]) == pytest.approx(0.04)


def test_skill_is_the_difference_of_two_brier_scores_on_the_same_questions() -> None:
    rows = [Paired(0.9, 0.5, 4, 3), Paired(0.2, 0.4, 5, 1)]
    own = brier([Level(row.probability, row.count, row.hits) for row in rows])
    other = brier([Level(row.baseline, row.count, row.hits) for row in rows])
    assert skill(rows) == pytest.approx(own - other)


@given(st.lists(percent, min_size=2, max_size=8), outcomes)
def test_peer_scores_add_up_to_nothing(said: list[float], happened: int) -> None:
    assert math.fsum(metaculus_peer(said, happened)) == pytest.approx(0, abs=1e-9)


def test_alone_there_is_no_peer_score() -> None:
    assert metaculus_peer([0.9], 1) == (0.0,)


def test_a_revision_counts_only_for_the_time_it_stood() -> None:
    revisions = [Revision(6, 0.8), Revision(0, 0.4)]
    timed = time_weighted(revisions, 0, 10, lambda p: p)
    assert timed.score == pytest.approx(0.6 * 0.4 + 0.4 * 0.8)
    assert timed.coverage == 1


def test_a_forecast_before_the_question_opened_counts_from_its_opening() -> None:
    assert time_weighted([Revision(-5, 0.4)], 0, 10, lambda p: p).coverage == 1


def test_a_forecast_after_the_close_does_not_count() -> None:
    # A score that rewarded lateness would let people forecast what they have read in the news.
    timed = time_weighted([Revision(2, 0.4), Revision(11, 1.0)], 0, 10, lambda p: p)
    assert timed.score == pytest.approx(0.8 * 0.4)


def test_a_question_that_closes_before_it_opens_is_refused() -> None:
    with pytest.raises(Invalid, match="close after it opens"):
        time_weighted([Revision(0, 0.5)], 3, 3, lambda p: p)


def test_peers_are_compared_only_while_both_have_spoken() -> None:
    peers = {"Ada": [Revision(0, 0.9)], "Ben": [Revision(5, 0.1)]}
    timed = peer_over_time(peers, 0, 10, 1)
    whole = metaculus_peer([0.9, 0.1], 1)
    assert timed["Ada"].score == pytest.approx(whole[0] / 2)
    assert timed["Ben"].score == pytest.approx(whole[1] / 2)
    assert (timed["Ada"].coverage, timed["Ben"].coverage) == (1, 0.5)


def test_a_day_keeps_the_last_forecast_made_by_its_end() -> None:
    revisions = [Revision(3.2, 0.6), Revision(1.1, 0.4), Revision(3.9, 0.7)]
    assert by_day(revisions, 0, 4) == (0.4, 0.4, 0.7, 0.7)


def test_a_daily_score_without_a_day_is_refused() -> None:
    with pytest.raises(Invalid, match="at least one day"):
        daily_brier([], 1)


def test_nothing_scored_has_no_score() -> None:
    # 0 would be a perfect score.
    assert math.isnan(brier([]))
