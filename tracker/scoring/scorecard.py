"""The scorecard: which figures the numbers allow, and no others.

Fewer than 5 scored claims are listed; from 5 there are counts; from 20 claims in 10 articles and
on 10 questions intervals, miscalibration and verdicts; from 100 claims the curve with its band.
Nothing here ranks anybody: that is `compare.py`, on shared ground only.
"""

from collections.abc import Sequence
from dataclasses import replace

from tracker import lexicon as lexicons
from tracker.errors import Invalid
from tracker.scoring.evalues import e_calibration, e_skill
from tracker.scoring.evidence import (
    BASELINES,
    Claim,
    Evidence,
    LedgerLine,
    Tally,
    against_coin,
    brier_of,
    heard,
    heard_levels,
    levels,
    ranges,
    read,
    rebooked,
)
from tracker.scoring.figures import (
    BaselineFigure,
    BrierFigure,
    ConfidenceFigure,
    Gate,
    LexiconFigure,
    ListedClaim,
    LogFigure,
    OverdueFigure,
    PhraseFigure,
    Scorecard,
    Shape,
    VagueFigure,
)
from tracker.scoring.inference import (
    ClusterMean,
    Interval,
    clopper_pearson,
    overdue_bounds,
    spiegelhalter,
)
from tracker.scoring.rules import (
    Ranged,
    brier,
    logarithmic,
    reader_expectation,
    reading_bounds,
)
from tracker.scoring.sensitivity import (
    COIN_BRIER,
    INTERVALS_FROM,
    Others,
    View,
    confidence_verdict,
    depends_on,
    design_effect,
    flipped,
    lead_verdict,
    view,
)
from tracker.scoring.sides import RightSide, right_side

COUNTS_FROM = 5
ARTICLES_FROM = 10
CURVE_FROM = 100
OVERDUE_SHOWN = 0.05
SEED = 1950
"""The year of Brier's paper: a fixed seed prints the same card twice."""


def shape_of(scored: int, apart: int) -> Shape:
    """Return which shape so many claims allow.

    Args:
        scored: claims.
        apart: articles they stand in, or questions they are about where these are fewer: thirty
            columnists on one question have seen one outcome.
    """
    if scored < COUNTS_FROM:
        return "list"
    if scored < INTERVALS_FROM or apart < ARTICLES_FROM:
        return "counts"
    return "intervals" if scored < CURVE_FROM else "curve"


def next_gate(scored: int, articles: int, questions: int) -> Gate:
    """Return what is missing for the next shape, nothing at the last."""
    shape = shape_of(scored, min(articles, questions))
    if shape == "list":
        return Gate(COUNTS_FROM - scored, 0, 0)
    if shape == "counts":
        claims = max(0, INTERVALS_FROM - scored)
        return Gate(claims, *(max(0, ARTICLES_FROM - each) for each in (articles, questions)))
    return Gate(max(0, CURVE_FROM - scored), 0, 0)


def build(evidence: Evidence, lexicon: str = lexicons.DEFAULT, seed: int = SEED) -> Scorecard:
    """Compute every figure the evidence allows under a lexicon.

    Args:
        evidence: what was said, what happened, and what became of the rest; its sums by article
            are those of the same lexicon.
        lexicon: the name of the lexicon the words are read with.
        seed: for the simulations.

    Raises:
        NotFound: if there is no such lexicon.
        Invalid: if the counts contradict each other.
    """
    seen = view(evidence, lexicons.load(lexicon))
    ledger = _ledger(evidence, seen)
    shape = shape_of(seen.count, min(evidence.articles, evidence.questions))
    card = Scorecard(
        subject=evidence.subject,
        shape=shape,
        lexicon=lexicon,
        ledger=ledger,
        scored=seen.count,
        articles=evidence.articles,
        questions=evidence.questions,
        next_gate=next_gate(seen.count, evidence.articles, evidence.questions),
        right_side=_sides(seen),
        vague=_vague(ledger, evidence),
        overdue=_overdue(ledger, seen, evidence.overdue),
        retrospective_share=ledger.retrospective / ledger.scored if ledger.scored else 0.0,
        chosen=evidence.chosen,
        head=evidence.head,
    )
    if shape == "list":
        return replace(card, listed=_listed(evidence.claims, seen))
    card = _with_counts(card, evidence, seen)
    if shape in ("intervals", "curve"):
        card = _with_intervals(card, evidence, seen, seed)
    return _with_lexicons(card, evidence, seen, seed)


def _ledger(evidence: Evidence, seen: View) -> LedgerLine:
    ledger = evidence.ledger
    if seen.count == ledger.scored:
        return ledger
    if seen.count + seen.silent != ledger.scored:
        raise Invalid(
            f"the ledger line says {ledger.scored} are scored, but "
            f"{seen.count + seen.silent} forecasts were counted"
        )
    return rebooked(ledger, seen.silent, min(ledger.retrospective, seen.count))


def _sides(seen: View) -> RightSide | None:
    sides = right_side(seen.levels)
    return sides if sides.count else None


def _vague(ledger: LedgerLine, evidence: Evidence) -> VagueFigure:
    rate = ledger.vague / ledger.recorded if ledger.recorded else 0.0
    return VagueFigure(rate, evidence.missing)


def _overdue(ledger: LedgerLine, seen: View, overdue: Sequence[Tally]) -> OverdueFigure:
    due = ledger.scored + ledger.overdue
    share = ledger.overdue / due if due else 0.0
    shown = share > OVERDUE_SHOWN and seen.count >= COUNTS_FROM
    bounds = overdue_bounds(seen.levels, levels(overdue, seen.lexicon)) if shown else None
    return OverdueFigure(share, bounds)


def _listed(claims: Sequence[Claim], seen: View) -> tuple[ListedClaim, ...]:
    rows = []
    for claim in claims:
        if (reading := read(claim.said, seen.lexicon)) is None:
            continue
        penalty = brier_of(reading.best, claim.happened)
        alone = Ranged(reading.low, reading.high, 1, claim.happened)
        rows.append(ListedClaim(claim, reading, penalty, Interval(*reading_bounds([alone]))))
    return tuple(rows)


def _with_counts(card: Scorecard, evidence: Evidence, seen: View) -> Scorecard:
    log = logarithmic(seen.levels)
    revised = evidence.over_time.revised if evidence.over_time else 0
    firsts = levels(evidence.firsts, seen.lexicon)
    return replace(
        card,
        phrases=_phrases(seen),
        brier=BrierFigure(
            brier(seen.levels),
            None,
            Interval(*reading_bounds(ranges(seen.tallies, seen.lexicon))),
            reader_expectation(heard(seen.tallies, seen.lexicon)),
        ),
        log=LogFigure(log.finite, log.certain_and_wrong),
        e_calibration=e_calibration(heard_levels(evidence.firsts, seen.lexicon))
        if firsts
        else None,
        e_skill=e_skill(against_coin(firsts)) if firsts else None,
        revised=revised,
        over_time=evidence.over_time if revised >= COUNTS_FROM else None,
    )


def _phrases(seen: View) -> tuple[PhraseFigure, ...]:
    rows = []
    for tally in seen.tallies:
        if (reading := read(tally.said, seen.lexicon)) is None:
            continue
        interval = clopper_pearson(tally.hits, tally.count)
        outside = reading.high < interval.low or interval.high < reading.low
        rows.append(PhraseFigure(tally.said, reading, tally.count, tally.hits, interval, outside))
    return tuple(sorted(rows, key=lambda row: (row.reading.best, str(row.said))))


def _with_intervals(card: Scorecard, evidence: Evidence, seen: View, seed: int) -> Scorecard:
    from tracker.scoring import curves

    missing = {"brier", "excess", "spread"} - set(seen.means)
    if missing:
        raise Invalid(f"the sums by article lack {', '.join(sorted(missing))}")
    mean = seen.means["brier"]
    drawn = curves.curve(seen.levels) if card.shape == "curve" else None
    return replace(
        card,
        brier=card.brier and replace(card.brier, interval=Interval(mean.low, mean.high)),
        baselines=_baselines(seen),
        confidence=_confidence(seen),
        miscalibration=curves.miscalibration(seen.levels, seed, design_effect(seen)),
        spiegelhalter=spiegelhalter(seen.levels, seed, evidence.clusters["spread"]),
        levels=curves.level_figures(drawn) if drawn else (),
        curve=drawn,
    )


def _baselines(seen: View) -> tuple[BaselineFigure, ...]:
    coin = _baseline("coin", seen.means["brier"], COIN_BRIER)
    recorded = (_baseline(name, seen.means[name]) for name in BASELINES if name in seen.means)
    return coin, *recorded


def _baseline(name: str, mean: ClusterMean, shift: float = 0.0) -> BaselineFigure:
    interval = Interval(mean.low - shift, mean.high - shift)
    verdict = lead_verdict(mean, shift)
    return BaselineFigure(name, mean.mean - shift, interval, mean.count, verdict)


def _confidence(seen: View) -> ConfidenceFigure:
    sides, excess = right_side(seen.levels), seen.means["excess"]
    verdict = confidence_verdict(sides, excess)
    return ConfidenceFigure(verdict, sides.p, excess.p, depends_on(seen))


def _with_lexicons(card: Scorecard, evidence: Evidence, seen: View, seed: int) -> Scorecard:
    others = Others(evidence, seen)
    names = [name for name in lexicons.names() if name != card.lexicon]
    pairs = [others.views(lexicons.load(name)) for name in names]
    own, *said = _verdicts(card, [seen, *(view for pair in pairs for view in pair)], seed)
    rows = [LexiconFigure(card.lexicon, brier(seen.levels), 0, own, own)]
    for at, (name, (theirs, _)) in enumerate(zip(names, pairs, strict=True)):
        score = brier(theirs.levels) if theirs.levels else None
        rows.append(LexiconFigure(name, score, theirs.silent, *said[2 * at : 2 * at + 2]))
    return replace(card, lexicons=tuple(rows), flips=flipped(rows))


def _verdicts(card: Scorecard, views: Sequence[View], seed: int) -> list[dict[str, str]]:
    """Give every verdict on each view, none where it has too few claims."""
    answers: list[dict[str, str]] = [{} for _ in views]
    asked = []
    for at, seen in enumerate(views):
        apart = seen.means["brier"].clusters if "brier" in seen.means else 0
        if shape_of(seen.count, apart) not in ("intervals", "curve"):
            continue
        answers[at].update((row.baseline, row.verdict) for row in _baselines(seen))
        sides = right_side(seen.levels)
        answers[at]["confidence"] = confidence_verdict(sides, seen.means["excess"])
        if seen is views[0] and card.miscalibration:
            answers[at]["miscalibration"] = card.miscalibration.verdict
        else:
            asked.append(at)
    if asked:
        from tracker.scoring import curves

        given = [(views[at].levels, design_effect(views[at])) for at in asked]
        for at, verdict in zip(asked, curves.quick_verdicts(given, seed), strict=True):
            answers[at]["miscalibration"] = verdict
    return answers
