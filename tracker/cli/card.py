"""The scorecard as text, for a terminal or a mail: three shapes by how much there is to say."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tracker.actions.compare import Beside, Standings
from tracker.actions.score import SMALL, Listed, Report
from tracker.cli import card_words as words
from tracker.cli.card_numbers import points
from tracker.cli.card_record import record_rows
from tracker.cli.render import fold
from tracker.scoring.figures import Scorecard
from tracker.scoring.picture import curve_in_text

_LABEL = 22


def in_text(report: Report, now: datetime, besides: Sequence[Beside] = ()) -> str:
    """Lay a scorecard out for people.

    Args:
        report: the card and its forecasts.
        now: when it is printed.
        besides: whose forecasts on the same questions stand beside it.
    """
    card = report.card
    parts = [
        _head(card, now),
        _claims(report),
        _phrases(card),
        curve_in_text(card),
        _rows(words.score_rows(card)),
        _rows(record_rows(card)),
        *(_beside(each) for each in besides),
        _foot(card),
    ]
    return "\n\n".join(part for part in parts if part)


def standings_in_text(found: Standings, by: str) -> str:
    """Lay a table of many out for people."""
    cells = [
        (
            row.name,
            f"{row.scored:,}",
            f"{row.articles:,}",
            "" if row.brier is None else points(row.brier),
            words.rank_words(row),
        )
        for row in found.rows
    ]
    table = _table((by, "scored", "articles", "Brier", "rank"), cells)
    note = (
        "Ranked by pairs on questions both forecast, tips left out; whoever shares too little with "
        "anybody has no rank. A Brier score is over one's own questions and no ground for a rank."
    )
    return f"{table}\n\n{fold(note)}\nLedger {found.head}"


def _beside(beside: Beside) -> str:
    lines = [fold(f"Beside {beside.pair.other}: {words.pair_words(beside.pair)}")]
    for both in beside.questions:
        line = both.one.line
        happened = words.outcome_words(line.outcome, line.state)
        lines.append(fold(f"{line.text} ({happened})", indent=2))
        cells = [
            (each.line.author, words.line_words(each), words.penalty_words(each))
            for each in (both.one, both.other)
        ]
        lines += [f"    {row}" for row in _aligned(cells)]
    return "\n".join(lines)


def _head(card: Scorecard, now: datetime) -> str:
    about = f"{now:%-d %B %Y} · words as the lexicon “{card.lexicon}” reads them"
    lines = [fold(words.title(card)), about, "", fold(words.short(card))]
    return "\n".join([*lines, "", fold(words.ledger_line(card))])


def _claims(report: Report) -> str:
    scored = [each for each in report.forecasts if each.penalty is not None]
    if report.card.shape not in SMALL or not scored:
        return ""
    heads = _aligned([_claim(each) for each in scored])
    lines = [
        f"{head}\n{fold(each.line.text, indent=4)}"
        for head, each in zip(heads, scored, strict=True)
    ]
    scale = "Penalty: 0 is perfect, 1 is worst; 50 % costs 0.25 either way."
    return "\n".join([*lines, scale])


def _claim(each: Listed) -> tuple[str, str, str]:
    happened = words.outcome_words(each.line.outcome, each.line.state)
    return words.line_words(each), happened, f"penalty {words.penalty_words(each)}"


def _phrases(card: Scorecard) -> str:
    if not card.phrases:
        return ""
    cells = [words.phrase_words(row) for row in card.phrases]
    table = _table(("said", "what happened (95 % interval)", words.hearer(card)), cells)
    note = words.independence_words(card)
    return f"{table}\n{fold(note)}" if note else table


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(_aligned([heads, *rows]))


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _rows(rows: Iterable[words.Row]) -> str:
    return "\n".join(
        f"{row.label:<{_LABEL}} {fold(row.words, indent=_LABEL + 1).lstrip()}" for row in rows
    )


def _foot(card: Scorecard) -> str:
    gate = words.gate_words(card)
    few = "Too few to score yet: " if card.shape == "list" else "Next: "
    told = [f"{few}{gate}"] if gate else []
    told.append(f"`tracker explain FIGURE` says what a figure means. Ledger {card.head}")
    return "\n".join(fold(line) for line in told)
