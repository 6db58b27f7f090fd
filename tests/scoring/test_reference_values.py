"""Figures other people published, reproduced to the last digit they give."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tracker.scoring.calibration import Rule, decompose, pooled
from tracker.scoring.inference import clopper_pearson
from tracker.scoring.rules import (
    Level,
    Revision,
    brier,
    daily_brier,
    geometric_mean,
    levels_of,
    logarithmic,
    metaculus_baseline,
    metaculus_peer,
    time_weighted,
)
from tracker.scoring.sides import right_side

PRINTED: dict[str, Any] = json.loads(
    Path(__file__).with_name("reference.json").read_text("utf-8"), parse_float=Decimal
)


def as_printed(value: float, printed: Decimal | int) -> Decimal | int:
    """Round to as many digits as the source gives."""
    if isinstance(printed, int):
        return Decimal(value).quantize(Decimal("1.000000"))
    return Decimal(repr(value)).quantize(printed)


def floats(values: list[Decimal]) -> list[float]:
    return [float(value) for value in values]


@pytest.mark.parametrize("row", PRINTED["brier"], ids=lambda row: row["source"])
def test_the_brier_score_is_the_published_one(row: dict[str, Any]) -> None:
    score = brier(levels_of(floats(row["said"]), row["happened"]))
    assert as_printed(score, row["score"]) == row["score"]


@pytest.mark.parametrize("row", PRINTED["log"], ids=lambda row: row["source"])
def test_the_logarithmic_score_is_the_published_one(row: dict[str, Any]) -> None:
    score = logarithmic(levels_of(floats(row["said"]), row["happened"])).score
    assert score == pytest.approx(float(row["score"]), rel=1e-15)


@pytest.mark.parametrize("rule", ["brier", "log"])
def test_the_corp_decomposition_is_that_of_reliabilitydiag(rule: Rule) -> None:
    row = PRINTED["corp"]
    parts = decompose(pooled(levels_of(floats(row["said"]), row["happened"])), rule)
    for name, printed in row[rule].items():
        assert as_printed(getattr(parts, name), printed) == printed, name


def test_the_part_of_uncertainty_that_is_explained_is_the_published_one() -> None:
    row = PRINTED["corp"]
    parts = decompose(pooled(levels_of(floats(row["said"]), row["happened"])))
    explained = 1 - parts.score / parts.uncertainty
    assert as_printed(explained, row["d2_brier"]) == row["d2_brier"]
    gain = parts.discrimination - parts.miscalibration
    assert explained == pytest.approx(gain / parts.uncertainty, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("score", "brier"),
        ("miscalibration", "reliability"),
        ("discrimination", "resolution"),
        ("uncertainty", "uncertainty"),
    ],
)
def test_murphys_table_is_split_exactly(name: str, figure: str) -> None:
    row = PRINTED["murphy"]
    levels = [Level(float(p), n, x) for p, n, x in row["rows"]]
    above, below = row[figure]
    assert getattr(decompose(pooled(levels)), name) == pytest.approx(above / below, rel=1e-14)


@pytest.mark.parametrize(
    ("name", "right", "wrong", "hedged", "printed"),
    PRINTED["hamilton"]["rows"],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hamiltons_scores_follow_from_the_count_of_right_sides(
    name: str, right: int, wrong: int, hedged: int, printed: Decimal
) -> None:
    said = [Level(0.9, right + wrong, right), Level(0.5, hedged, 0)]
    sides = right_side(said)
    score = 10 * (2 * sides.right - sides.count) / (sides.count + hedged)
    assert as_printed(score, printed) == printed, name


@pytest.mark.parametrize(("said", "happened", "printed"), PRINTED["metaculus"]["baseline"])
def test_the_metaculus_baseline_is_the_platforms(
    said: Decimal, happened: int, printed: Decimal | int
) -> None:
    score = metaculus_baseline(float(said), happened)
    assert as_printed(score, printed) == printed


def test_the_metaculus_geometric_means_are_the_platforms() -> None:
    row = PRINTED["metaculus"]["geometric_mean"]
    for value, printed in zip(geometric_mean(floats(row["of"])), row["yes_no"], strict=True):
        assert as_printed(value, printed) == printed


def test_the_metaculus_peer_scores_are_the_platforms() -> None:
    row = PRINTED["metaculus"]["peer"]
    scores = metaculus_peer(floats(row["of"]), 1)
    assert [as_printed(*pair) for pair in zip(scores, row["scores"], strict=True)] == row["scores"]


def test_a_forecast_from_day_three_of_ten_covers_seven_tenths() -> None:
    row = PRINTED["metaculus"]["coverage"]
    timed = time_weighted([Revision(row["from"], 0.9)], row["opened"], row["closed"], lambda _: 100)
    assert timed.coverage == pytest.approx(float(row["covered"]))
    assert timed.score == pytest.approx(100 * float(row["covered"]))


def test_the_daily_brier_score_is_the_published_one() -> None:
    row = PRINTED["daily_brier"]
    score = daily_brier(floats(row["daily"]), row["happened"])
    assert score == pytest.approx(float(row["exact"]), rel=1e-15)
    assert as_printed(score, row["printed"]) == row["printed"]


@pytest.mark.parametrize(("hits", "count", "low", "high"), PRINTED["clopper_pearson"]["rows"])
def test_clopper_pearson_is_that_of_scipy(
    hits: int, count: int, low: Decimal | int, high: Decimal | int
) -> None:
    interval = clopper_pearson(hits, count)
    assert as_printed(interval.low, low) == low
    assert as_printed(interval.high, high) == high
