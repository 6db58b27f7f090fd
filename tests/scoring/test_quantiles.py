"""The beta quantile in plain Python against scipy's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from tracker.scoring.quantiles import beta_cdf, beta_quantile, normal_tail, t_quantile, t_tail

shapes = st.floats(-0.3, 5).map(lambda power: 10**power)


@given(st.floats(1e-9, 0.999), shapes, shapes)
def test_the_beta_quantile_is_scipys_to_ten_digits(probability: float, a: float, b: float) -> None:
    assert beta_quantile(probability, a, b) == pytest.approx(
        special.betaincinv(a, b, probability), abs=1e-10
    )


@given(st.floats(0, 1), shapes, shapes)
def test_the_beta_distribution_is_scipys(x: float, a: float, b: float) -> None:
    assert beta_cdf(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-10)


@pytest.mark.parametrize(("probability", "quantile"), [(0, 0), (1, 1), (-1, 0), (2, 1)])
def test_the_ends_are_the_ends(probability: float, quantile: float) -> None:
    assert beta_quantile(probability, 3, 4) == quantile


@given(st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99]), st.floats(1, 1e5))
def test_the_t_quantile_is_scipys(level: float, df: float) -> None:
    assert t_quantile(level, df) == pytest.approx(stats.t.ppf((1 + level) / 2, df), rel=1e-9)


@given(st.floats(-30, 30), st.floats(1, 1e5))
def test_the_t_tail_is_scipys(t: float, df: float) -> None:
    # Next to 0 the oracle loses t² beside df: at t = 1e-9 it says 1, which is 6e-10 too much.
    near = 2e-8 if abs(t) < 1e-6 else 1e-10
    assert t_tail(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), abs=near)


def test_an_infinite_statistic_has_no_tail() -> None:
    assert normal_tail(math.inf) == 0
