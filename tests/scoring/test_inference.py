"""Intervals and tests: against scipy where it has them, by their own laws, and by simulation."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tracker.errors import Invalid
from tracker.scoring.evalues import e_calibration, e_skill
from tracker.scoring.flips import sign_flip
from tracker.scoring.inference import (
    Cluster,
    Ways,
    clopper_pearson,
    cluster_mean,
    jeffreys,
    moments,
    overdue_bounds,
    spiegelhalter,
)
from tracker.scoring.rules import Level, Paired, brier
from tracker.scoring.sides import p_with, right_side

counts = st.tuples(st.integers(1, 300), st.floats(0, 1)).map(lambda t: (round(t[0] * t[1]), t[0]))
differences = st.lists(st.integers(-9, 9).map(lambda d: d / 10), min_size=1, max_size=9)


@given(counts)
def test_clopper_pearson_inverts_the_two_binomial_tests(pair: tuple[int, int]) -> None:
    hits, count = pair
    expected = stats.binomtest(hits, count).proportion_ci(0.95, method="exact")
    interval = clopper_pearson(hits, count)
    assert interval == pytest.approx((expected.low, expected.high), abs=1e-10)


@given(counts)
def test_jeffreys_lies_inside_clopper_pearson(pair: tuple[int, int]) -> None:
    exact, short = clopper_pearson(*pair), jeffreys(*pair)
    assert exact.low <= short.low + 1e-12
    assert short.high <= exact.high + 1e-12


def test_jeffreys_reaches_the_ends_at_none_and_all() -> None:
    assert jeffreys(0, 7).low == 0
    assert jeffreys(7, 7).high == 1
    expected = stats.beta.ppf(0.975, 0.5, 7.5)
    assert jeffreys(0, 7).high == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("rate", [0.02, 0.2, 0.5, 0.97])
def test_clopper_pearson_covers_at_least_at_its_level(rate: float) -> None:
    count = 23
    law = stats.binom.pmf(range(count + 1), count, rate)
    inside = [low <= rate <= high for low, high in (clopper_pearson(k, count) for k in range(24))]
    assert float(law @ np.array(inside)) >= 0.95


@pytest.mark.parametrize(("hits", "count"), [(3, 2), (-1, 2), (0, 0)])
def test_an_impossible_proportion_is_refused(hits: int, count: int) -> None:
    with pytest.raises(Invalid, match="not a proportion"):
        clopper_pearson(hits, count)


def test_with_one_claim_per_article_the_interval_is_students() -> None:
    values = [0.1, 0.4, 0.3, 0.9, 0.2, 0.6]
    mean = cluster_mean([Cluster(1, value) for value in values])
    expected = stats.t.interval(0.95, 5, np.mean(values), stats.sem(values))
    assert (mean.low, mean.high) == pytest.approx(expected)
    assert mean.p == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_claims_repeated_within_an_article_add_no_confidence() -> None:
    # Counting updates as independent is how intervals become too short.
    once = cluster_mean([Cluster(1, value) for value in (0.1, 0.4, 0.9)])
    tenfold = cluster_mean([Cluster(10, 10 * value) for value in (0.1, 0.4, 0.9)])
    assert (tenfold.low, tenfold.high) == pytest.approx((once.low, once.high))


def test_a_single_article_gives_no_interval() -> None:
    mean = cluster_mean([Cluster(40, 10.0)])
    assert mean.mean == 0.25
    assert math.isnan(mean.low)
    assert math.isnan(mean.high)


def test_added_up_by_the_database_a_large_interval_is_the_same() -> None:
    rng = np.random.default_rng(11)
    rows = [
        Cluster(int(n), float(n * s))
        for n, s in zip(rng.integers(1, 4, 3000), rng.random(3000), strict=True)
    ]
    one, other = cluster_mean(rows), cluster_mean(moments(rows))
    assert one.mean == pytest.approx(other.mean)
    assert one.standard_error == pytest.approx(other.standard_error, rel=1e-3)


def simulated_coverage(articles: int, shared: float, seed: int) -> float:
    """Share of 95 % intervals that hold the true mean Brier score, with outcomes that cluster."""
    rng = np.random.default_rng(seed)
    said = np.array([0.05, 0.2, 0.5, 0.7, 0.75, 0.9])
    rate = 0.5 + (said - 0.5) * 0.6
    truth = float(np.mean(rate * (1 - said) ** 2 + (1 - rate) * said**2))
    covered = 0
    for _ in range(600):
        rows = []
        for size in rng.choice([1, 1, 2, 3, 6], articles):
            at = rng.integers(0, said.size, size)
            drawn = np.where(rng.random(size) < shared, rng.random(), rng.random(size))
            rows.append(Cluster(int(size), float(np.sum((said[at] - (drawn < rate[at])) ** 2))))
        mean = cluster_mean(rows)
        covered += mean.low <= truth <= mean.high
    return covered / 600


def two_ways(values: list[float], articles: list[int], questions: list[int]) -> Ways:
    def by(groups: list[int]) -> list[Cluster]:
        kinds = sorted(set(groups))
        rows = [[v for v, g in zip(values, groups, strict=True) if g == kind] for kind in kinds]
        return [Cluster(len(row), sum(row)) for row in rows]

    return Ways(by(articles), by(questions), [Cluster(1, value) for value in values])


crossed = st.lists(
    st.tuples(st.integers(0, 20).map(lambda v: v / 20), st.integers(0, 5), st.integers(0, 5)),
    min_size=2,
    max_size=20,
).filter(lambda rows: all(len({row[at] for row in rows}) > 1 for at in (1, 2)))


@pytest.mark.slow
@given(crossed)
def test_two_ways_of_hanging_together_never_give_less_than_one(
    rows: list[tuple[float, int, int]],
) -> None:
    ways = two_ways(*(list(column) for column in zip(*rows, strict=True)))
    assert ways.questions is not None
    both = cluster_mean(ways)
    one, other = cluster_mean(ways.articles), cluster_mean(ways.questions)
    assert both.standard_error >= max(one.standard_error, other.standard_error) - 1e-12
    assert both.high - both.low >= max(one.high - one.low, other.high - other.low) - 1e-9


def test_where_no_question_is_shared_the_interval_is_that_of_the_articles() -> None:
    values = [0.1, 0.4, 0.3, 0.9, 0.2, 0.6, 0.5]
    articles = [0, 0, 1, 1, 2, 3, 3]
    ways = two_ways(values, articles, list(range(7)))
    assert cluster_mean(ways).standard_error >= cluster_mean(ways.articles).standard_error
    assert cluster_mean(Ways(ways.articles)) == cluster_mean(ways.articles)


@pytest.mark.slow
def test_the_two_way_variance_is_that_of_cameron_gelbach_and_miller() -> None:
    """Σ e_i e_j over all pairs that share an article or a question, said by brute force."""
    rng = np.random.default_rng(3)
    n = 4000
    articles, questions = rng.integers(0, 700, n), rng.integers(0, 900, n)
    values = rng.random(700)[articles] + rng.random(900)[questions] + rng.random(n)
    ways = two_ways(values.tolist(), articles.tolist(), questions.tolist())
    errors = values - values.mean()
    share = (articles[:, None] == articles) | (questions[:, None] == questions)
    expected = math.sqrt(errors @ share @ errors) / n
    assert cluster_mean(ways).standard_error == pytest.approx(expected, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize(("articles", "questions"), [(200, 25), (40, 40), (15, 60), (25, 12)])
def test_an_interval_covers_at_its_level_where_articles_share_questions(
    articles: int, questions: int
) -> None:
    """Counting articles alone, the first of these held the truth in 35 of 100 cases."""
    rng = np.random.default_rng(articles)
    truth, covered, alone = 0.25 + (0.1**2 + 0.3**2) / 2, 0, 0
    for _ in range(500):
        n = 3 * max(articles, questions)
        at, on = rng.integers(0, articles, n), rng.integers(0, questions, n)
        happened = rng.random(questions) < 0.5
        leaning = rng.choice([0.1, 0.3], articles)
        values = (0.5 + leaning[at] - happened[on]) ** 2
        ways = two_ways(values.tolist(), at.tolist(), on.tolist())
        both, one = cluster_mean(ways), cluster_mean(ways.articles)
        covered += both.low <= truth <= both.high
        alone += one.low <= truth <= one.high
    assert covered / 500 >= 0.93
    assert covered >= alone


@pytest.mark.slow
@pytest.mark.parametrize(("articles", "shared"), [(10, 0.0), (13, 0.6), (60, 0.0), (60, 0.9)])
def test_the_clustered_interval_covers_at_its_level(articles: int, shared: float) -> None:
    # At shared = 0.9 the same interval over single forecasts covers 89 %.
    assert 0.92 <= simulated_coverage(articles, shared, seed=7) <= 0.985


@given(differences)
def test_sign_flip_by_halves_counts_every_pattern(rows: list[float]) -> None:
    total = abs(math.fsum(rows))
    patterns = list(product((-1, 1), repeat=len(rows)))
    reached = sum(
        abs(math.fsum(s * d for s, d in zip(signs, rows, strict=True))) >= total - 1e-9
        for signs in patterns
    )
    assert sign_flip(rows, seed=1).p == pytest.approx(reached / len(patterns))


def test_five_pairs_can_never_be_significant_and_six_can() -> None:
    assert sign_flip([0.3] * 5, seed=1).p == 2 / 32
    assert sign_flip([0.3] * 6, seed=1).p == 2 / 64


def test_beyond_thirty_pairs_the_drawn_p_is_near_the_normal_one_and_repeats() -> None:
    rng = np.random.default_rng(3)
    rows = list(rng.normal(0.15, 1, 120))
    flips = sign_flip(rows, seed=5)
    assert not flips.exact
    assert flips == sign_flip(rows, seed=5)
    assert flips.p == pytest.approx(stats.ttest_1samp(rows, 0).pvalue, abs=0.02)


def test_no_difference_at_all_is_no_evidence() -> None:
    assert sign_flip([0.0, 0.0], seed=1).p == 1


@given(
    st.lists(st.tuples(st.integers(1, 19), st.integers(1, 4)), min_size=1, max_size=5), st.data()
)
def test_the_law_of_right_sides_is_the_poisson_binomial(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    levels = [Level(p / 20, n, data.draw(st.integers(0, n))) for p, n in rows if p != 10]
    sides = right_side(levels)
    law = np.ones(1)
    for level in levels:
        p = max(level.probability, 1 - level.probability)
        law = np.convolve(law, stats.binom.pmf(range(level.count + 1), level.count, p))
    assert sides.p_low == pytest.approx(law[: sides.right + 1].sum())
    assert sides.p_high == pytest.approx(law[sides.right :].sum())


spoken = st.tuples(
    st.sampled_from([0.0, 0.05, 0.2, 0.5, 0.6, 0.97, 1.0]), st.integers(1, 30), st.floats(0, 1)
).map(lambda row: Level(row[0], row[1], round(row[1] * row[2])))


@given(st.lists(spoken, min_size=1, max_size=7), st.integers(0, 6), st.none() | spoken)
def test_a_law_with_one_level_changed_is_the_law_of_the_changed_levels(
    levels: list[Level], at: int, new: Level | None
) -> None:
    """Sixty phrases are left out in turn; all laws at once must be the laws one by one."""
    at %= len(levels)
    new = new and Level(new.probability, levels[at].count, min(new.hits, levels[at].count))
    changed = [*levels[:at], *([new] if new else []), *levels[at + 1 :]]
    (p,) = p_with(levels, [(at, new)])
    assert p == pytest.approx(right_side(changed).p, abs=1e-9)


def test_one_half_leans_nowhere() -> None:
    sides = right_side([Level(0.5, 7, 3), Level(0.8, 2, 1)])
    assert (sides.right, sides.count) == (1, 2)


def test_the_three_ways_to_the_law_agree() -> None:
    exact = right_side([Level(0.9, 700, 600), Level(0.2, 1200, 260)])
    assert exact.p_low == pytest.approx(
        np.convolve(stats.binom.pmf(range(701), 700, 0.9), stats.binom.pmf(range(1201), 1200, 0.8))[
            : exact.right + 1
        ].sum()
    )
    more = right_side([Level(0.9, 7000, 6260), Level(0.2, 12000, 2400)])
    tail = np.convolve(
        stats.binom.pmf(range(7001), 7000, 0.9), stats.binom.pmf(range(12001), 12000, 0.8)
    )[: more.right + 1].sum()
    assert more.p_low == pytest.approx(tail, abs=1e-4)
    small = right_side([Level(0.9, 20, 15)])
    assert small.p_low == pytest.approx(stats.binom.cdf(15, 20, 0.9))


def test_spiegelhalters_z_is_normal_under_calibration() -> None:
    rng = np.random.default_rng(2)
    said, count = np.array([0.1, 0.3, 0.6, 0.9]), np.array([50, 60, 40, 80])
    drawn = [
        spiegelhalter(
            [Level(*row) for row in zip(said, count, rng.binomial(count, said), strict=True)],
            seed=1,
        ).z
        for _ in range(2000)
    ]
    assert stats.kstest(drawn, "norm").pvalue > 0.01


def test_below_thirty_claims_the_p_of_z_is_simulated_and_near_the_exact_one() -> None:
    count, p, hits = 12, 0.9, 8
    levels = [Level(p, count, hits)]
    law = stats.binom.pmf(range(count + 1), count, p)
    reach = abs(hits - count * p)
    exact = sum(law[k] for k in range(count + 1) if abs(k - count * p) >= reach - 1e-9)
    tested = spiegelhalter(levels, seed=4)
    assert tested.simulated
    assert tested.p == pytest.approx(exact, abs=0.01)


def test_a_certain_and_wrong_forecast_refutes_calibration_outright() -> None:
    tested = spiegelhalter([Level(1.0, 3, 2), Level(0.4, 9, 4)], seed=1)
    assert tested.z == math.inf
    assert tested.p == 0


def test_clustered_z_is_the_t_of_the_sums_by_article() -> None:
    rows = [Cluster(1, 0.2), Cluster(1, -0.1), Cluster(1, 0.4), Cluster(1, 0.1)]
    tested = spiegelhalter([Level(0.3, 4, 2)], seed=1, clusters=rows)
    expected = stats.ttest_1samp([0.2, -0.1, 0.4, 0.1], 0)
    assert (tested.clustered_t, tested.clustered_p) == pytest.approx(tuple(expected))


def test_the_e_value_of_every_single_outcome_is_fair() -> None:
    # E(e) = 1 under calibration, or repeated looking would find something in the end.
    for p in (0.02, 0.3, 0.5, 0.9, 1.0):
        happened = p * e_calibration([Level(p, 1, 1)]) if p else 0.0
        missed = (1 - p) * e_calibration([Level(p, 1, 0)]) if p < 1 else 0.0
        assert happened + missed <= 1 + 1e-12


@pytest.mark.slow
def test_looking_after_every_resolution_seldom_reaches_twenty_by_luck() -> None:
    # A p-value looked at 150 times falls below 5 % for about every third calibrated forecaster.
    rng = np.random.default_rng(9)
    reached = 0
    for _ in range(150):
        said = rng.choice([0.1, 0.3, 0.7, 0.9], 150)
        happened = rng.random(150) < said
        cells = {p: [0, 0] for p in (0.1, 0.3, 0.7, 0.9)}
        for p, y in zip(said, happened, strict=True):
            cells[p][0] += 1
            cells[p][1] += int(y)
            if e_calibration([Level(q, n, x) for q, (n, x) in cells.items()]) >= 20:
                reached += 1
                break
    assert reached / 150 <= 0.05


def test_the_e_value_finds_overconfidence() -> None:
    assert e_calibration([Level(0.95, 100, 70), Level(0.05, 100, 30)]) > 1000


def test_the_skill_bet_wins_against_a_coin_and_loses_to_itself() -> None:
    assert e_skill([Paired(0.9, 0.5, 100, 90)]) > 20
    assert e_skill([Paired(0.5, 0.5, 60, 30)]) == 1
    assert e_skill([Paired(0.9, 0.5, 60, 30)]) < 0.5


def test_evidence_beyond_any_float_is_infinite_and_not_an_error() -> None:
    assert e_calibration([Level(0.99, 100_000, 50_000)]) == math.inf


@given(st.integers(0, 6))
def test_overdue_bounds_hold_whatever_the_overdue_turn_out(happened: int) -> None:
    scored, overdue = [Level(0.8, 10, 7)], [Level(0.7, 6, 0)]
    bounds = overdue_bounds(scored, overdue)
    settled = brier([*scored, Level(0.7, 6, happened)])
    assert bounds.low - 1e-12 <= settled <= bounds.high + 1e-12


def test_overdue_bounds_are_reached() -> None:
    bounds = overdue_bounds([Level(0.8, 10, 7)], [Level(0.7, 6, 0), Level(0.2, 2, 0)])
    assert bounds.low == pytest.approx(
        brier([Level(0.8, 10, 7), Level(0.7, 6, 6), Level(0.2, 2, 0)])
    )
    assert bounds.high == pytest.approx(
        brier([Level(0.8, 10, 7), Level(0.7, 6, 0), Level(0.2, 2, 2)])
    )
