"""What a scorecard says, in sentences for a reader without statistics; every face words it alike.

Never "was the author right": a forecast of 70 % is not wrong when the event fails to happen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker import lexicon as lexicons
from tracker.actions.score import Listed, said_of
from tracker.cli.card_numbers import (
    chance,
    percent,
    plural,
    points,
    scores,
    signed,
    spread,
    stake,
    times,
)
from tracker.outcomes import OUTCOMES
from tracker.scoring.compare import SHARED_FROM, PairFigure, Standing
from tracker.scoring.evidence import Said
from tracker.scoring.figures import (
    BaselineFigure,
    ConfidenceFigure,
    DependsOn,
    LexiconFigure,
    PhraseFigure,
    Scorecard,
)

_STATES = ("scored", "pending", "overdue", "ambiguous", "annulled", "condition_not_met", "vague")
_MOST_LEVELS = 8
_UNREAD = "in words the lexicon does not know"
_NEXT = {"list": "a score", "counts": "intervals", "intervals": "a calibration curve"}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing a card says.

    Attributes:
        explain: the name under which `tracker explain` knows the figure.
        label: what it is called.
        words: the sentence.
    """

    explain: str
    label: str
    words: str


def said_words(said: Said) -> str:
    """Write what was said, as recorded."""
    if said.phrase is not None:
        text = f"“{said.phrase}”"
    elif said.low is None or said.high is None:
        text = "?"
    elif said.low == said.high:
        text = f"{100 * said.low:.6g} %"
    else:
        text = f"{100 * said.low:.6g}–{100 * said.high:.6g} %"
    return f"not: {text}" if said.negated else text


def line_words(each: Listed) -> str:
    """Say a forecast's words and how they are read: “likely” (75 %, 67–80)."""
    said = said_words(said_of(each.line.words))
    reading = each.reading
    if reading is None:
        return f"{said} (the lexicon does not know it)"
    if reading.low == reading.high:
        return said
    best, low, high = (percent(value) for value in (reading.best, reading.low, reading.high))
    return f"{said} ({best} %, {low}–{high})"


def penalty_words(each: Listed) -> str:
    """Write a forecast's penalty with its bounds; empty where it is not scored."""
    if each.penalty is None or each.penalty_bounds is None:
        return ""
    low, high = each.penalty_bounds
    return f"{each.penalty:.2f}" + (f" ({low:.2f}–{high:.2f})" if low != high else "")


def outcome_words(outcome: str | None, state: str) -> str:
    """Say what happened, or why that is not known."""
    if state == "pending":
        return "happened; counts from its deadline" if outcome else "not due yet"
    return OUTCOMES[outcome].words if outcome else "nobody has said"


def title(card: Scorecard) -> str:
    """Say whom the card is about."""
    name = card.subject.name
    return {
        "author": f"Scorecard of {name}",
        "outlet": f"Scorecard of what {name} printed",
        "topic": f"Scorecard of forecasts on {name}",
        "phrase": f"Scorecard of forecasts that say “{name}”",
        "all": "Scorecard of everything recorded",
    }[card.subject.kind]


def short(card: Scorecard) -> str:
    """Say the whole card in a sentence."""
    if card.shape == "list" and not card.scored:
        return "Nothing has come due and been settled yet."
    if card.shape == "list":
        return "Too few forecasts have come due to say anything; here they are."
    if not card.baselines:
        return "Enough to count, too few for a verdict."
    leads = "; ".join(_shown(card.baselines))
    sure = {
        "overconfident": "the words promised more than happened",
        "underconfident": "the words promised less than happened",
    }.get(card.confidence.verdict if card.confidence else "", "")
    hangs = "some of this hangs on the lexicon" if card.flips else ""
    told = "; ".join(part for part in (leads, sure, hangs) if part)
    return f"{told[:1].upper()}{told[1:]}."


def _shown(rows: Sequence[BaselineFigure]) -> Iterator[str]:
    for verdict, told in (
        ("better", "shown to do better than"),
        ("worse", "shown to do worse than"),
        ("no conclusion", "not shown to do better or worse than"),
    ):
        names = [_AGAINST[row.baseline] for row in rows if row.verdict == verdict]
        if names:
            *most, last = names
            yield f"{told} {', '.join(most)}{' or ' if most else ''}{last}"


_AGAINST = {
    "coin": "a coin",
    "base rate": "the base rate",
    "status quo": "no change",
    "crowd": "the crowd",
}


def ledger_parts(card: Scorecard) -> list[tuple[str, int]]:
    """Name the parts of the ledger line, and count them."""
    ledger = card.ledger
    parts = [(state.replace("_", " "), getattr(ledger, state)) for state in _STATES]
    return [*parts, (_UNREAD, ledger.unread)] if ledger.unread else parts


def ledger_line(card: Scorecard) -> str:
    """Say where everything recorded went; the parts add up."""
    parts = " + ".join(f"{count:,} {name}" for name, count in ledger_parts(card))
    return f"{card.ledger.recorded:,} recorded = {parts}"


def score_rows(card: Scorecard) -> Iterator[Row]:
    """Say how the forecasts did, as far as their number allows."""
    if card.right_side is not None:
        yield _right_side(card)
    if card.brier is not None:
        yield from _brier(card)
    yield from (_baseline(row) for row in card.baselines)
    if card.confidence is not None:
        yield _confidence(card, card.confidence)
    if card.miscalibration is not None:
        yield from _miscalibration(card)
    if any(level.outside for level in card.levels):
        yield _off(card)
    if card.e_skill is not None and card.e_calibration is not None and card.baselines:
        yield _watching(card.e_skill, card.e_calibration)
    if card.revised:
        yield from _over_time(card)
    if len(card.lexicons) > 1:
        yield from _lexicons(card)


def independence_words(card: Scorecard) -> str:
    """Say what exact intervals leave out where forecasts hang together; empty where none do."""
    if not card.phrases or not _hang_together(card):
        return ""
    what = "These intervals and the band take" if card.curve else "These intervals take"
    return (
        f"{what} each of the {card.scored:,} forecasts as independent. They stand in "
        f"{card.articles:,} {plural('article', card.articles)} on {card.questions:,} "
        f"{plural('question', card.questions)}: as far as those of one hang together, luck allows "
        "more."
    )


def _hang_together(card: Scorecard) -> bool:
    return min(card.articles, card.questions) < card.scored


def _right_side(card: Scorecard) -> Row:
    sides = card.right_side
    assert sides is not None  # noqa: S101 - the caller looked; this tells mypy
    apart = ", were each independent of the others" if _hang_together(card) else ""
    return Row(
        "right-side",
        "Right side of 50 %",
        f"{sides.right:,} of {sides.count:,} ({percent(sides.right / sides.count)} %) leaned the "
        f"way it went; allowing for luck, anything from {spread(sides.interval)}{apart}. The "
        f"words themselves promised {sides.implied:,.1f}.",
    )


def _brier(card: Scorecard) -> Iterator[Row]:
    figure = card.brier
    assert figure is not None  # noqa: S101 - as above
    sure = (
        f"95 % interval {scores(figure.interval)}, by article and question"
        if figure.interval
        else "too few for an interval or a rank"
    )
    yield Row(
        "brier",
        "Brier score",
        f"{points(figure.score)} on a scale of 0–1, where 0 is perfect and always saying 50 % "
        f"costs 0.25; {sure}.",
    )
    yield Row(
        "reading-bounds",
        "Read otherwise",
        f"{scores(figure.reading_bounds)} within the range of each phrase; "
        f"{points(figure.over_readers)} as readers hear it on average.",
    )
    if card.log is not None and card.miscalibration is not None:
        wrong = card.log.certain_and_wrong
        never = "Never" if not wrong else times(wrong).capitalize()
        left = "" if not wrong else ": that costs infinitely much and is left out of this score"
        yield Row(
            "log-score",
            "Logarithmic score",
            f"{points(card.log.log_score)} nats, where 0 is perfect and always saying 50 % costs "
            f"0.693. {never} certain and wrong{left}.",
        )


def _baseline(row: BaselineFigure) -> Row:
    name = _AGAINST[row.baseline]
    verdict = {"better": f"better than {name}", "worse": f"worse than {name}"}.get(
        row.verdict, "no conclusion"
    )
    on = f" on {row.questions:,} forecasts that have one" if row.baseline != "coin" else ""
    return Row(
        "skill",
        f"Against {name}",
        f"{_lead(row.difference)}{on}; 95 % interval from {_lead(row.interval.low)} to "
        f"{_lead(row.interval.high)}: {verdict}.",
    )


def _lead(difference: float) -> str:
    word = "better" if difference < 0 else "worse"
    return f"{points(abs(difference))} {word}"


def _confidence(card: Scorecard, figure: ConfidenceFigure) -> Row:
    sides = card.right_side
    counted = ""
    if sides is not None:
        counted = (
            f"the words promised {sides.implied:,.1f} of {sides.count:,} on the right side, "
            f"it was {sides.right:,}"
        )
    verdict = {
        "overconfident": "Overconfident: ",
        "underconfident": "Less confident than they could be: ",
    }.get(figure.verdict, "No conclusion: ")
    hangs = "".join(f" It depends on {_depends(each)}." for each in figure.depends_on)
    return Row(
        "confidence",
        "Too sure, or not?",
        f"{verdict}{counted} ({chance(figure.p)}; by article and "
        f"question {chance(figure.clustered_p)})."
        f"{hangs}",
    )


def _depends(each: DependsOn) -> str:
    return (
        f"{said_words(each.said)}: at the lexicon's value {chance(each.p_best)}, at its readers' "
        f"mean {chance(each.p_mean)}, left out {chance(each.p_without)}"
    )


def _miscalibration(card: Scorecard) -> Iterator[Row]:
    figure = card.miscalibration
    assert figure is not None  # noqa: S101 - as above
    null, parts = figure.null, figure.brier
    verdict = {"miscalibrated": "more than chance explains"}.get(
        figure.verdict, "no more than chance explains"
    )
    yield Row(
        "miscalibration",
        "Miscalibration",
        f"{points(parts.miscalibration)}; somebody perfectly calibrated would show "
        f"{points(null.mean)} with these forecasts by chance, and less than {points(null.q95)} in "
        f"95 of 100 cases: {verdict} ({chance(null.p)}).",
    )
    yield Row(
        "discrimination",
        "Where it comes from",
        f"{points(parts.score)} = miscalibration {points(parts.miscalibration)} − discrimination "
        f"{points(parts.discrimination)} + uncertainty "
        f"{points(parts.uncertainty)}.",
    )


def _off(card: Scorecard) -> Row:
    off = [level for level in card.levels if level.outside]
    told = "; ".join(
        f"{percent(level.probability)} % said {times(level.count)}, "
        f"{percent(level.share)} % happened ({spread(level.band)})"
        for level in sorted(off, key=lambda level: -level.count)[:_MOST_LEVELS]
    )
    more = f"; and {len(off) - _MOST_LEVELS} more" if len(off) > _MOST_LEVELS else ""
    return Row("band", "Outside the band", f"{told}{more}.")


def _watching(skill: float, calibration: float) -> Row:
    return Row(
        "e-skill",
        "However often seen",
        f"1 staked on this beating a coin would have become {stake(skill)}; 1 staked on the words "
        f"not meaning what readers hear, {stake(calibration)}. 20 is strong evidence, 1 or less is "
        "none, and looking often does not spoil it.",
    )


def _over_time(card: Scorecard) -> Iterator[Row]:
    count = f"{card.revised:,} {plural('forecast', card.revised)} revised on a later day"
    figure = card.over_time
    if figure is None:
        yield Row("revised", "Revised", f"{count}; too few for scores over time (from 5).")
        return
    yield Row(
        "daily-brier",
        "Day by day",
        f"{count}: the Brier score of what stood on each day is {points(figure.daily_brier)} on a "
        f"scale of 0–2; of what was said first {points(figure.first_brier)} on 0–1.",
    )
    peers = (
        f"; against others on the same question, of {figure.peered:,}, {signed(figure.peer)} (peer)"
        if figure.peer is not None
        else ""
    )
    yield Row(
        "metaculus-baseline",
        "As Metaculus scores",
        f"{signed(figure.baseline)} over time, where 50 % is 0 and the best +99.9 (baseline){peers}"
        f". A forecast stood for {percent(figure.coverage)} % of the time.",
    )


def _lexicons(card: Scorecard) -> Iterator[Row]:
    told = " · ".join(_lexicon(row) for row in card.lexicons)
    yield Row("lexicons", "In each lexicon", f"{told}.")
    if not card.baselines:
        return
    if card.flips:
        names = ", ".join(
            _QUESTIONS.get(name) or f"against {_AGAINST[name]}" for name in card.flips
        )
        words = f"Another lexicon answers otherwise: {names}. Take that as open."
    else:
        words = "None: every lexicon answers every question alike on the forecasts it can read."
    yield Row("flips", "Hangs on the lexicon", words)


_QUESTIONS = {
    "confidence": "too sure, or not",
    "miscalibration": "miscalibration",
}


def _lexicon(row: LexiconFigure) -> str:
    if row.score is None:
        return f"{row.lexicon} knows none of the words"
    silent = f" (silent on {row.silent:,})" if row.silent else ""
    return f"{row.lexicon} {points(row.score)}{silent}"


def hearer(card: Scorecard) -> str:
    """Say who reads the words so."""
    if card.lexicon == lexicons.DEFAULT:
        return "readers hear"
    return f"{card.lexicon} says"


def phrase_words(row: PhraseFigure) -> tuple[str, str, str]:
    """Say of a phrase what was said, what happened, and what is heard."""
    happened = f"{row.happened:,} of {row.count:,} happened ({spread(row.interval)})"
    return said_words(row.said), happened, _heard(row)


def _heard(row: PhraseFigure) -> str:
    # Of a plain number there is nothing to hear but itself.
    if row.said.phrase is None and not row.said.negated:
        return ""
    reading = row.reading
    best = percent(reading.best)
    if reading.low == reading.high:
        return f"{best} %"
    return f"{best} % ({percent(reading.low)}–{percent(reading.high)})"


def pair_words(pair: PairFigure) -> str:
    """Say how one did beside another on the questions both forecast."""
    met = (
        f"{pair.questions:,} {plural('question', pair.questions)} that both forecast "
        f"{'has' if pair.questions == 1 else 'have'} come due, in {pair.articles:,} independent "
        f"{plural('group', pair.articles)}"
    )
    if pair.difference is None or pair.p is None:
        return f"{met}; too few to say who does better (from {SHARED_FROM} groups)."
    ahead = {"better": pair.name, "worse": pair.other}.get(pair.verdict)
    verdict = f"{ahead} does better" if ahead else "no conclusion"
    return f"{met}; {pair.name} {_lead(pair.difference)} ({chance(pair.p)}): {verdict}."


def rank_words(row: Standing) -> str:
    """Write a rank as the set that it is, or why there is none."""
    if row.best_rank is None or row.worst_rank is None:
        return row.says
    if row.best_rank == row.worst_rank:
        return f"{row.best_rank} of {row.ranked}"
    return f"{row.best_rank}–{row.worst_rank} of {row.ranked}"


def gate_words(card: Scorecard) -> str:
    """Say what is missing for the card to say more; empty where nothing is."""
    gate = card.next_gate
    wanted = [
        f"{count} more {plural(word, count)}"
        for word, count in (
            ("scored claim", gate.claims),
            ("article", gate.articles),
            ("question", gate.questions),
        )
        if count
    ]
    if not wanted:
        return ""
    *most, last = wanted
    told = f"{', '.join(most)} and {last}" if most else last
    return f"{told} until {_NEXT[card.shape]}."
