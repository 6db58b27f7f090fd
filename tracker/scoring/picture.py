"""The calibration curve and the phrases in plain text, for people who never leave the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.scoring.evidence import Said
    from tracker.scoring.figures import Curve, PhraseFigure, Scorecard

_BARS = " ▁▂▃▄▅▆▇█"


def curve_in_text(card: Scorecard, width: int = 61, height: int = 21) -> str:
    """Return the calibration curve as lines of characters, empty below 100 claims.

    `o` is a probability that was said, `X` one outside the band; dots are the diagonal, shade is
    the band; the row below shows how often each probability was said.

    Args:
        card: a scorecard.
        width: of the picture in characters, without its axis.
        height: in lines.
    """
    if card.curve is None:
        return ""
    grid = [[_ground(card.curve, x, y, width, height) for x in range(width)] for y in range(height)]
    for level in card.levels:
        x, y = round(level.probability * (width - 1)), round(level.recalibrated * (height - 1))
        grid[y][x] = "X" if level.outside else "o"
    rows = [f"{_axis(y, height):>5} │{''.join(row)}" for y, row in enumerate(grid)]
    return "\n".join(["happened", *reversed(rows), *_foot(card, width)])


def phrases_in_text(card: Scorecard, width: int = 41) -> str:
    """Return what each phrase means and what happened, one line each; empty without phrases.

    Shade is the lexicon's range and `┃` its best value, the line the exact 95 % interval of the
    share that happened, `o` that share, `X` where the two have nothing in common.

    Args:
        card: a scorecard.
        width: of the scale in characters.
    """
    rows = [row for row in card.phrases if row.said.phrase is not None]
    if not rows:
        return ""
    widest = max(len(_label(row.said)) for row in rows)
    lines = [
        f"{_label(row.said):>{widest}} │{_strip(row, width)}│ {row.happened} of {row.count}"
        for row in reversed(rows)
    ]
    scale = "0 %" + "happened".center(width - 8) + "100 %"
    return "\n".join([*lines, f"{'':{widest}}  {scale}"])


def _label(said: Said) -> str:
    return f"not: “{said.phrase}”" if said.negated else f"“{said.phrase}”"


def _strip(row: PhraseFigure, width: int) -> str:
    def at(share: float) -> int:
        return round(share * (width - 1))

    cells = [" "] * width
    for x in range(at(row.reading.low), at(row.reading.high) + 1):
        cells[x] = "░"
    for x in range(at(row.interval.low), at(row.interval.high) + 1):
        cells[x] = "─"
    cells[at(row.reading.best)] = "┃"
    cells[at(row.happened / row.count)] = "X" if row.outside else "o"
    return "".join(cells)


def _ground(drawn: Curve, x: int, y: int, width: int, height: int) -> str:
    said, happened = x / (width - 1), y / (height - 1)
    if round(said * (height - 1)) == y and x % 2 == 0:
        return "·"
    low, high = (float(end) for end in drawn.band.at(said))
    return "░" if low <= happened <= high else " "


def _axis(y: int, height: int) -> str:
    return f"{100 * y // (height - 1)} %" if y % ((height - 1) // 4) == 0 else ""


def _foot(card: Scorecard, width: int) -> list[str]:
    counts = [0] * width
    for level in card.levels:
        counts[round(level.probability * (width - 1))] += level.count
    steps = len(_BARS) - 1
    bars = "".join(_BARS[-(-count * steps // max(counts))] for count in counts)
    ends = "0 %" + "said".center(width - 8) + "100 %"
    marks = "· as often as said, o happened, X said outside the ░ 95 % band"
    return [f"{'':5} └{'─' * width}", *(f"{'':7}{row}" for row in (bars, ends, marks))]
