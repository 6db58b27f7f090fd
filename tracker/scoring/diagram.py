"""The CORP reliability diagram: to a file with matplotlib, or in plain text for a terminal.

Drawn in greys and black with shapes that differ, so that it survives a photocopier, and in letters
that can be read from the back of a room. matplotlib is imported inside, because it is slow to load
and an extra.
"""

from __future__ import annotations

from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from tracker.errors import ConfigError, Invalid

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tracker.scoring.evidence import Said
    from tracker.scoring.figures import Curve, LevelFigure, PhraseFigure, Scorecard

FORMATS = ("svg", "png", "pdf")
MOST_PHRASES = 14
_STYLE: dict[Any, Any] = {
    "font.size": 14,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "prediction-tracker",
    "svg.fonttype": "path",
    # A name may hold a dollar sign; it is no formula.
    "text.parse_math": False,
}
_TICKS = (0, 0.25, 0.5, 0.75, 1)
_TICK_NAMES = ("0 %", "25 %", "50 %", "75 %", "100 %")


def draw(card: Scorecard, path: Path) -> None:
    """Write the diagram to a file; its ending chooses the format.

    From 100 claims it holds the curve with its band and the histogram of what was said; what each
    phrase means and what happened is drawn from 5 claims.

    Args:
        card: a scorecard.
        path: ends in .svg, .png or .pdf.

    Raises:
        Invalid: if the ending is another, or the card has too few claims for a picture.
        ConfigError: if matplotlib is not installed.
    """
    ending = path.suffix.removeprefix(".").lower()
    if ending not in FORMATS:
        raise Invalid(f"cannot draw {path.name!r}; its name must end in .svg, .png or .pdf")
    path.write_bytes(_rendered(card, ending))


def svg(card: Scorecard) -> str:
    """Return the diagram as one SVG element to put into a page.

    Raises:
        Invalid: if the card has too few claims for a picture.
        ConfigError: if matplotlib is not installed.
    """
    text = _rendered(card, "svg").decode("utf-8")
    return text[text.index("<svg") :]


def can_draw(card: Scorecard) -> bool:
    """Whether there is enough for any picture."""
    return card.curve is not None or bool(_phrases(card))


def _rendered(card: Scorecard, ending: str) -> bytes:
    phrases = _phrases(card)
    if not can_draw(card):
        raise Invalid(
            "there is too little to draw: phrases take 5 scored claims, "
            "the curve 100 from 10 articles"
        )
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine
    except ImportError:
        raise ConfigError(
            "drawing needs matplotlib, which is not installed",
            hint="pip install 'prediction-tracker[plot]'",
        ) from None
    with rc_context(_STYLE):
        both = bool(card.curve and phrases)
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
        figure = Figure(figsize=(13.3 if both else 7.5, 7.5), layout=layout)
        _compose(figure, card, phrases)
        if card.curve:
            # Below the panels: inside, it would lie on the curve or on its band.
            figure.legend(
                loc="outside lower center", ncols=5 if both else 2, frameon=False, fontsize=12
            )
        figure.suptitle(_title(card, 78 if both else 44), fontsize=18, fontweight="bold")
        target = BytesIO()
        undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}[ending]
        figure.savefig(target, format=ending, dpi=150, metadata=undated)
    return target.getvalue()


def _phrases(card: Scorecard) -> list[PhraseFigure]:
    spoken = [row for row in card.phrases if row.said.phrase is not None]
    most = sorted(spoken, key=lambda row: -row.count)[:MOST_PHRASES]
    return [row for row in spoken if row in most]


def _compose(figure: Figure, card: Scorecard, phrases: list[PhraseFigure]) -> None:
    columns = 2 if card.curve and phrases else 1
    panels = figure.add_gridspec(2, columns, height_ratios=[5, 1])
    if card.curve:
        main = figure.add_subplot(panels[0, 0])
        _draw_curve(main, card, card.curve)
        _draw_said(figure.add_subplot(panels[1, 0], sharex=main), card)
    if phrases:
        _draw_phrases(figure.add_subplot(panels[:, -1]), card, phrases)


def _title(card: Scorecard, width: int) -> str:
    name = wrap(card.subject.name or "All forecasts", width)
    return "\n".join([*name, f"{card.scored:,} scored claims from {card.articles:,} articles"])


def _draw_curve(axes: Axes, card: Scorecard, drawn: Curve) -> None:
    grid = [step / 1000 for step in range(1001)]
    low, high = drawn.band.at(grid)
    label = f"{100 * drawn.band.confidence:.0f} % band for the whole curve"
    axes.fill_between(grid, low, high, color="0.85", linewidth=0, label=label)
    axes.plot([0, 1], [0, 1], color="0.35", linestyle=(0, (4, 4)), label="as often as said")
    said = [level.probability for level in card.levels]
    happened = [level.recalibrated for level in card.levels]
    axes.plot(said, happened, color="black", linewidth=2.5, label="recalibrated (CORP)")
    _draw_levels(axes, card.levels)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel="happened")
    axes.set_yticks(_TICKS, _TICK_NAMES)
    axes.tick_params(labelbottom=False)


def _draw_levels(axes: Axes, levels: tuple[LevelFigure, ...]) -> None:
    kinds = (
        ([row for row in levels if not row.outside], "o", "black", "a probability that was said"),
        ([row for row in levels if row.outside], "s", "white", "one outside the band"),
    )
    for rows, marker, fill, label in kinds:
        if rows:
            axes.scatter(
                [row.probability for row in rows],
                [row.recalibrated for row in rows],
                s=80,
                marker=marker,
                facecolor=fill,
                edgecolor="black",
                linewidth=2,
                zorder=3,
                label=label,
            )


def _draw_said(axes: Axes, card: Scorecard) -> None:
    said = [level.probability for level in card.levels]
    axes.bar(said, [level.count for level in card.levels], width=0.018, color="0.35")
    axes.set(ylabel="claims", xlabel="said")
    axes.set_xticks(_TICKS, _TICK_NAMES)
    axes.locator_params(axis="y", nbins=3)


def _draw_phrases(axes: Axes, card: Scorecard, phrases: list[PhraseFigure]) -> None:
    for y, row in enumerate(phrases):
        reading, share = row.reading, row.happened / row.count
        axes.barh(y, reading.high - reading.low, left=reading.low, height=0.62, color="0.8")
        axes.plot([reading.best] * 2, [y - 0.31, y + 0.31], color="0.35", linewidth=3)
        axes.plot(row.interval, [y, y], color="black", linewidth=1.5)
        fill = "white" if row.outside else "black"
        marker = "s" if row.outside else "o"
        axes.plot(share, y, marker, markersize=9, color="black", markerfacecolor=fill, mew=2)
        axes.annotate(
            f"{row.happened} of {row.count}",
            (1.04, y),
            va="center",
            fontsize=12,
            annotation_clip=False,
        )
    axes.set_yticks(range(len(phrases)), [_label(row.said) for row in phrases], fontsize=13)
    axes.set_xticks(_TICKS, _TICK_NAMES)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.6, len(phrases) - 0.4))
    spoken = sum(row.said.phrase is not None for row in card.phrases)
    title = "What each phrase means, and what happened"
    if spoken > len(phrases):
        title = f"The {len(phrases)} most used of {spoken} phrases"
    axes.set_title(title, fontsize=14)
    axes.set_xlabel(
        f"grey: lexicon “{card.lexicon}” · black: share that happened, 95 % if independent",
        fontsize=12,
    )


def _label(said: Said) -> str:
    return f"not: “{said.phrase}”" if said.negated else f"“{said.phrase}”"
