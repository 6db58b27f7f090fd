"""Pictures: drawn for those who may have one, readable without colour, the same every time."""

import builtins
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from scoring.invented import column, evidence, number

from tracker.errors import ConfigError, Invalid
from tracker.scoring.diagram import can_draw, draw, svg
from tracker.scoring.figures import Scorecard
from tracker.scoring.picture import curve_in_text, phrases_in_text
from tracker.scoring.scorecard import build


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return build(evidence(column(300, slope=0.3)))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ending", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_the_ending_chooses_the_format(
    card: Scorecard, tmp_path: Path, ending: str, begins: bytes
) -> None:
    path = tmp_path / f"card.{ending}"
    draw(card, path)
    assert path.read_bytes().startswith(begins)


def test_another_ending_is_refused_and_nothing_is_written(card: Scorecard, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"must end in \.svg, \.png or \.pdf"):
        draw(card, tmp_path / "card.gif")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_svg_is_one_element_without_scripts_and_the_same_every_time(card: Scorecard) -> None:
    # It goes into a page that people share: nothing from elsewhere, no date, no random ids.
    drawn = svg(card)
    assert ET.fromstring(drawn).tag.endswith("svg")  # noqa: S314 - our own output
    assert "<script" not in drawn
    assert drawn == svg(card)


@pytest.mark.slow
def test_the_picture_has_no_colour(card: Scorecard) -> None:
    drawn = svg(card)
    shades = {part[:6] for part in drawn.split("#")[1:] if set(part[:6]) <= set("0123456789abcdef")}
    assert shades
    assert all(shade[:2] == shade[2:4] == shade[4:] for shade in shades), shades


@pytest.mark.parametrize(("size", "drawable"), [(4, False), (5, True), (99, True), (100, True)])
def test_a_picture_takes_five_claims_and_a_curve_a_hundred(size: int, drawable: bool) -> None:  # noqa: FBT001
    card = build(evidence(column(size)))
    assert can_draw(card) is drawable
    assert bool(phrases_in_text(card)) is drawable
    assert bool(curve_in_text(card)) is (size >= 100)


def test_too_little_to_draw_says_what_it_takes() -> None:
    card = build(evidence(column(50, said=[number(0.7)])))
    with pytest.raises(Invalid, match="the curve 100 from 10 articles"):
        svg(card)


def test_numbers_alone_are_drawn_without_the_phrases() -> None:
    card = build(evidence(column(150, said=[number(0.1), number(0.7)])))
    assert phrases_in_text(card) == ""
    assert svg(card).startswith("<svg")


def test_a_name_with_dollar_signs_is_no_formula(card: Scorecard) -> None:
    odd = replace(card, subject=replace(card.subject, name=r"$\frac{1}{$ <b>& Sons"))
    assert svg(odd).startswith("<svg")


def test_without_matplotlib_one_is_told_what_to_install(
    card: Scorecard, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A mock, because taking matplotlib out of the environment would take it from the other tests.
    plain = builtins.__import__

    def without(name: str, *args: Any) -> object:
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return plain(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="matplotlib") as error:
        svg(card)
    assert error.value.hint == "pip install 'prediction-tracker[plot]'"


def test_the_curve_in_text_marks_levels_inside_and_outside_the_band(card: Scorecard) -> None:
    text = curve_in_text(card)
    marks = "".join(text.splitlines()[1:22])
    assert marks.count("o") + marks.count("X") == len(card.levels)
    assert marks.count("X") == sum(level.outside for level in card.levels) > 0
    assert max(len(line) for line in text.splitlines()) <= 80


def test_the_phrases_in_text_show_range_interval_and_count(card: Scorecard) -> None:
    lines = phrases_in_text(card).splitlines()
    row = next(line for line in lines if "“likely”" in line)
    figure = next(row for row in card.phrases if row.said.phrase == "likely")
    assert f"{figure.happened} of {figure.count}" in row
    assert "┃" in row or "o" in row
    assert max(len(line) for line in lines) <= 80
