"""The scorecard as text, for a terminal or a mail: three shapes by how much there is to say."""

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from click.formatting import wrap_text

from tracker.actions.score import Listed, Report
from tracker.cli import card_words as words
from tracker.scoring.figures import Scorecard

_WIDEST = 96
_LABEL = 20


def in_text(report: Report, now: datetime) -> str:
    """Lay a scorecard out for people.

    Args:
        report: the card and its forecasts.
        now: when it is printed.
    """
    card, width = report.card, min(_WIDEST, shutil.get_terminal_size((80, 24)).columns)
    parts = [
        _head(card, now, width),
        _claims(report, width),
        _phrases(card),
        _rows(words.score_rows(card), width),
        _rows(words.record_rows(card), width),
        _foot(card, width),
    ]
    return "\n\n".join(part for part in parts if part)


def _head(card: Scorecard, now: datetime, width: int) -> str:
    about = f"{now:%-d %B %Y} · words as the lexicon “{card.lexicon}” reads them"
    lines = [words.title(card), about, "", _folded(words.ledger_line(card), width)]
    return "\n".join(lines)


def _claims(report: Report, width: int) -> str:
    scored = [each for each in report.forecasts if each.penalty is not None]
    if report.card.shape not in ("list", "counts") or not scored:
        return ""
    lines = [line for each in scored for line in _claim(each, width)]
    scale = "Penalty: 0 is perfect, 1 is worst, 50 % costs 0.25 either way."
    return "\n".join([*lines, scale])


def _claim(each: Listed, width: int) -> Iterator[str]:
    line = each.line
    happened = words.outcome_words(line.outcome, line.state)
    assert each.penalty is not None  # noqa: S101 - only scored ones come here; this tells mypy
    assert each.penalty_bounds is not None  # noqa: S101 - as above
    low, high = each.penalty_bounds
    penalty = f"{each.penalty:.2f}" + (f" ({low:.2f}–{high:.2f})" if low != high else "")
    yield f"{words.line_words(each):<44} {happened:<14} penalty {penalty}"
    yield _folded(line.text, width, indent=4)


def _phrases(card: Scorecard) -> str:
    if not card.phrases:
        return ""
    cells = [words.phrase_words(row) for row in card.phrases]
    return _table(("said", "what happened (95 % interval)", "what readers hear"), cells)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _rows(rows: Iterable[words.Row], width: int) -> str:
    return "\n".join(f"{row.label}\n{_folded(row.words, width, indent=4)}" for row in rows)


def _foot(card: Scorecard, width: int) -> str:
    gate = words.gate_words(card)
    few = "Too few to score yet: " if card.shape == "list" else "Next: "
    told = [f"{few}{gate}"] if gate else []
    told.append(f"`tracker explain FIGURE` says what a figure means. Ledger {card.head}")
    return "\n".join(_folded(line, width) for line in told)


def _folded(text: str, width: int, *, indent: int = 0) -> str:
    space = " " * indent
    return wrap_text(text, width=width, initial_indent=space, subsequent_indent=space)
