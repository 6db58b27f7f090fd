"""No figure without its meaning."""

from dataclasses import fields

import pytest

from tracker.errors import NotFound
from tracker.scoring import calibration, compare, figures, inference, sides, timed
from tracker.scoring.explain import EXPLANATIONS, explanation
from tracker.scoring.legend import FIGURES

SHOWN = (
    figures.Scorecard,
    figures.Gate,
    figures.ListedClaim,
    figures.BrierFigure,
    figures.LogFigure,
    figures.BaselineFigure,
    figures.ConfidenceFigure,
    figures.DependsOn,
    figures.MiscalibrationFigure,
    figures.PhraseFigure,
    figures.LevelFigure,
    figures.LexiconFigure,
    figures.OverdueFigure,
    figures.VagueFigure,
    figures.Curve,
    calibration.Decomposition,
    calibration.Null,
    inference.Spiegelhalter,
    sides.RightSide,
    timed.OverTime,
    compare.PairFigure,
    compare.Standing,
)
NAMES_OF_THINGS = {"subject", "claim", "said", "lexicon", "name", "other"}


@pytest.mark.parametrize("figure", SHOWN, ids=lambda figure: figure.__name__)
def test_every_figure_the_card_can_show_is_explained(figure: type) -> None:
    legend = FIGURES[figure.__name__]
    names = {field.name for field in fields(figure)}
    assert names - NAMES_OF_THINGS <= legend.keys()
    assert legend.keys() <= names
    assert set(legend.values()) <= EXPLANATIONS.keys()


def test_every_dataclass_of_figures_is_in_the_list_above() -> None:
    found = {
        name for name, value in vars(figures).items() if hasattr(value, "__dataclass_fields__")
    }
    assert found <= {figure.__name__ for figure in SHOWN}
    assert FIGURES.keys() == {figure.__name__ for figure in SHOWN}


@pytest.mark.parametrize("row", EXPLANATIONS.values(), ids=EXPLANATIONS.keys())
def test_an_explanation_is_a_paragraph_a_formula_and_a_source(row: object) -> None:
    parts = [getattr(row, name) for name in ("words", "formula", "source")]
    assert all(isinstance(part, str) and part.strip() == part != "" for part in parts)
    assert 60 <= len(parts[0]) <= 400


@pytest.mark.parametrize("typed", ["over_readers", "Over readers", "OVER-READERS"])
def test_a_figure_is_found_however_its_name_is_typed(typed: str) -> None:
    assert explanation(typed).name == "over-readers"


def test_an_unknown_figure_suggests_the_nearest() -> None:
    with pytest.raises(NotFound, match="did you mean miscalibration"):
        explanation("miscalibraton")
