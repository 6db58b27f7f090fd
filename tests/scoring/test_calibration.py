"""CORP, its null and its band: against scikit-learn and model-diagnostics, and by their laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_diagnostics.scoring import LogLoss, SquaredError
from model_diagnostics.scoring import decompose as oracle
from scipy.special import betaincinv
from sklearn.isotonic import IsotonicRegression

from tracker.errors import Invalid
from tracker.scoring import calibration
from tracker.scoring.calibration import (
    Pooled,
    Rule,
    confidence_band,
    decompose,
    null_miscalibration,
    null_p_values,
    pooled,
    pooled_pairs,
    recalibrated,
)
from tracker.scoring.inference import Cluster, cluster_mean
from tracker.scoring.rules import Level, levels_of

pairs = st.lists(
    st.tuples(st.integers(1, 19).map(lambda v: v / 20), st.integers(0, 1)), min_size=2, max_size=60
)


def drawn(size: int, distinct: int, seed: int) -> Pooled:
    """Forecasts whose outcomes are less extreme than what was said."""
    rng = np.random.default_rng(seed)
    said = np.round(rng.random(size) * distinct) / distinct
    return pooled_pairs(said, rng.random(size) < 0.1 + 0.8 * said)


@given(pairs)
def test_the_two_ways_of_pooling_agree(rows: list[tuple[float, int]]) -> None:
    said, happened = zip(*rows, strict=True)
    one, other = pooled(levels_of(said, happened)), pooled_pairs(said, happened)
    assert np.array_equal(one.probability, other.probability)
    assert np.array_equal(one.count, other.count)
    assert np.array_equal(one.hits, other.hits)


@given(pairs)
def test_recalibration_is_scikit_learns_isotonic_regression(rows: list[tuple[float, int]]) -> None:
    data = pooled_pairs(*zip(*rows, strict=True))
    fit = IsotonicRegression().fit(
        data.probability, data.hits / data.count, sample_weight=data.count
    )
    assert recalibrated(data) == pytest.approx(fit.predict(data.probability), abs=1e-12)


@given(pairs)
def test_a_tie_is_pooled_whatever_its_order(rows: list[tuple[float, int]]) -> None:
    # Some calibration code gives other figures when tied rows are sorted otherwise.
    shuffled = sorted(rows, key=lambda row: (row[0], -row[1]))
    one = decompose(pooled_pairs(*zip(*rows, strict=True)))
    assert one == decompose(pooled_pairs(*zip(*shuffled, strict=True)))


@given(pairs, st.sampled_from(["brier", "log"]))
def test_the_three_parts_add_up_and_none_is_negative(
    rows: list[tuple[float, int]], rule: Rule
) -> None:
    parts = decompose(pooled_pairs(*zip(*rows, strict=True)), rule)
    total = parts.miscalibration - parts.discrimination + parts.uncertainty
    assert total == pytest.approx(parts.score, abs=1e-12)
    assert min(parts.miscalibration, parts.discrimination, parts.uncertainty) >= 0


@pytest.mark.parametrize(("rule", "score"), [("brier", SquaredError()), ("log", LogLoss())])
def test_the_decomposition_is_model_diagnostics_on_a_thousand_pairs(
    rule: Rule, score: SquaredError | LogLoss
) -> None:
    rng = np.random.default_rng(1)
    said = rng.integers(1, 40, 1000) / 40
    happened = (rng.random(1000) < 0.2 + 0.6 * said).astype(float)
    parts = decompose(pooled_pairs(said, happened), rule)
    table = oracle(happened, said, scoring_function=score)
    for name in ("score", "miscalibration", "discrimination", "uncertainty"):
        assert getattr(parts, name) == pytest.approx(float(table[name][0]), abs=1e-12), name


def test_long_rows_finished_by_the_stack_are_recalibrated_alike() -> None:
    # Outcomes that rise and then all fail: every pass shortens the row by one block only.
    happened = np.repeat([0, 1, 0], [4000, 4000, 20])
    said = np.arange(happened.size) / happened.size
    data = pooled_pairs(said, happened)
    fit = IsotonicRegression().fit(said, happened)
    assert recalibrated(data) == pytest.approx(fit.predict(said), abs=1e-12)


def test_a_certain_and_wrong_forecast_makes_the_log_miscalibration_infinite() -> None:
    parts = decompose(pooled([Level(1.0, 4, 3), Level(0.3, 5, 1)]), "log")
    assert parts.score == parts.miscalibration == math.inf
    assert math.isfinite(parts.discrimination)


def test_perfectly_calibrated_levels_have_no_miscalibration() -> None:
    data = pooled([Level(0.2, 10, 2), Level(0.5, 10, 5), Level(0.9, 10, 9)])
    assert decompose(data).miscalibration == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("of", [decompose, confidence_band])
def test_nothing_scored_is_refused_with_a_sentence(of: object) -> None:
    assert callable(of)
    with pytest.raises(Invalid, match="nothing is scored yet"):
        of(pooled([]))


def test_zero_and_minus_zero_are_pooled_and_nothing_pools_to_nothing() -> None:
    assert pooled_pairs([0.0, -0.0, 1.0], [0, 1, 1]).count.tolist() == [2, 1]
    assert pooled_pairs([], []).total == 0


@pytest.mark.parametrize("said", [[-0.1, 0.5], [0.5, 1.01], [math.nan, 0.5]])
def test_an_array_of_impossible_probabilities_is_refused(said: list[float]) -> None:
    with pytest.raises(Invalid, match="from 0 to 1"):
        pooled_pairs(said, [0, 1])


def test_the_null_is_that_of_a_slow_simulation() -> None:
    data = drawn(200, 10, seed=4)
    rng = np.random.default_rng(8)
    slow = [
        decompose(Pooled(data.probability, data.count, rng.binomial(data.count, data.probability)))
        for _ in range(1500)
    ]
    parts = [row.miscalibration for row in slow]
    null = null_miscalibration(data, seed=1)
    assert null.mean == pytest.approx(np.mean(parts), rel=0.05)
    assert null.q95 == pytest.approx(np.quantile(parts, 0.95), rel=0.1)


def test_the_null_repeats_with_its_seed() -> None:
    data = drawn(100, 10, seed=4)
    assert null_miscalibration(data, seed=1) == null_miscalibration(data, seed=1)


def test_nulls_simulated_together_are_those_simulated_alone() -> None:
    """Of other numbers of levels, too: what fills a shorter one up must not count."""
    rows = [
        (drawn(size, kinds, size), 1 + size / 500) for size, kinds in ((200, 19), (60, 3), (90, 40))
    ]
    together = null_p_values(rows, seed=5, most=199)
    alone = [
        null_miscalibration(data, 5, design_effect=effect, most=199).p for data, effect in rows
    ]
    assert list(together) == pytest.approx(alone)


@pytest.mark.slow
def test_the_null_rejects_calibrated_forecasters_one_time_in_twenty() -> None:
    rng = np.random.default_rng(12)
    said, count = np.arange(1, 10) / 10, np.full(9, 12)
    rejected = sum(
        null_miscalibration(Pooled(said, count, rng.binomial(count, said)), seed, most=199).p < 0.05
        for seed in range(600)
    )
    assert 0.025 <= rejected / 600 <= 0.075


def clustered_draw(articles: int, rng: np.random.Generator) -> tuple[Pooled, float]:
    """Calibrated claims, four to an article that come true or fail together, and their effect."""
    said = rng.integers(1, 10, (articles, 4)) / 10
    happened = rng.random((articles, 1)) < said
    excess = np.where(said == 0.5, 0, ((said > 0.5) == happened) - np.maximum(said, 1 - said))
    mean = cluster_mean([Cluster(4, float(total)) for total in excess.sum(axis=1)])
    plain = float(excess.std()) / np.sqrt(excess.size)
    return pooled_pairs(said.ravel(), happened.ravel()), max(
        1.0, (mean.standard_error / plain) ** 2
    )


@pytest.mark.slow
def test_claims_that_stand_and_fall_together_are_not_taken_for_miscalibration() -> None:
    rng = np.random.default_rng(31)
    plain = allowed = 0
    for seed in range(300):
        data, effect = clustered_draw(40, rng)
        plain += null_miscalibration(data, seed, most=199).p < 0.05
        allowed += null_miscalibration(data, seed, design_effect=effect, most=199).p < 0.05
    assert allowed / 300 <= 0.08 < plain / 300


def test_with_very_many_levels_the_null_draws_less_and_pools_neighbours() -> None:
    data = drawn(30_000, 10**9, seed=3)
    assert data.count.size > calibration.NULL_LEVELS
    null = null_miscalibration(data, seed=1)
    assert null.draws == calibration.NULL_CELLS // calibration.NULL_LEVELS
    assert null.p == 1 / (1 + null.draws)


def slow_band(data: Pooled, error: float) -> tuple[list[float], list[float]]:
    """The band by its definition: every run of levels, scipy's quantile, no shortcut."""
    size = data.count.size
    tail = error / (size * (size + 1))
    low, high = [0.0] * size, [1.0] * size
    for j in range(size):
        for k in range(j, size):
            hits, count = int(data.hits[j : k + 1].sum()), int(data.count[j : k + 1].sum())
            below = betaincinv(hits, count - hits + 1, tail) if hits else 0.0
            above = 1 - betaincinv(count - hits, hits + 1, tail) if hits < count else 1.0
            low[k:] = [max(value, below) for value in low[k:]]
            high[: j + 1] = [min(value, above) for value in high[: j + 1]]
    return low, high


@pytest.mark.parametrize(("size", "distinct"), [(60, 7), (400, 20), (3000, 40), (500, 60)])
def test_the_band_is_the_one_of_the_paper(size: int, distinct: int) -> None:
    data = drawn(size, distinct, seed=size)
    band = confidence_band(data)
    low, high = slow_band(data, 0.05)
    assert band.low == pytest.approx(low, abs=1e-10)
    assert band.high == pytest.approx(high, abs=1e-10)


def test_where_nothing_ever_happened_the_band_begins_at_zero() -> None:
    band = confidence_band(pooled([Level(0.1, 30, 0), Level(0.2, 30, 0)]))
    assert band.low == pytest.approx([0, 0])


def test_between_levels_the_band_holds_the_nearest_bounds_that_are_valid() -> None:
    band = confidence_band(pooled([Level(0.2, 50, 10), Level(0.8, 50, 40)]))
    low, high = band.at([0.0, 0.2, 0.5, 0.8, 1.0])
    assert low == pytest.approx([0, band.low[0], band.low[0], band.low[1], band.low[1]])
    assert high == pytest.approx([band.high[0], band.high[0], band.high[1], band.high[1], 1])


def test_many_distinct_probabilities_widen_the_band_and_never_break_it() -> None:
    data = drawn(2000, 10**9, seed=6)
    band = confidence_band(data)
    assert band.probability.size <= 2 * calibration.BAND_GRID
    assert np.all(np.diff(band.low) >= 0)
    assert np.all(np.diff(band.high) >= 0)
    low, high = band.at(data.probability)
    assert np.all(low <= recalibrated(data) + 1e-12)
    assert np.all(recalibrated(data) <= high + 1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("distinct", [8, 10**9])
def test_the_band_holds_the_whole_curve_at_its_level(distinct: int) -> None:
    rng = np.random.default_rng(21)
    held = 0
    for _ in range(60):
        said = np.round(rng.random(120) * distinct) / distinct
        truth = 0.25 + 0.5 * said**2
        data = pooled_pairs(said, rng.random(120) < truth)
        curve = 0.25 + 0.5 * data.probability**2
        low, high = confidence_band(data).at(data.probability)
        held += bool(np.all((low <= curve) & (curve <= high)))
    assert held / 60 >= 0.95


def test_a_level_far_from_what_happened_is_outside() -> None:
    band = confidence_band(pooled([Level(0.05, 60, 18), Level(0.9, 60, 54)]))
    assert band.outside.tolist() == [True, False]
