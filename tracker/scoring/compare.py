"""Comparing forecasters: in pairs, on questions both answered, or not at all.

A mean score over one's own questions says as much about the questions as about the forecaster, so
nobody is ranked by it. Ranks are sets: what the significant pairs leave open stays open.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.lexicon import Lexicon
from tracker.scoring.evidence import Claim, brier_of, read
from tracker.scoring.figures import PairVerdict
from tracker.scoring.flips import sign_flip
from tracker.scoring.scorecard import COUNTS_FROM, SEED

SHARED_FROM = 6
"""Shared articles below which a pair is not compared: 2/2⁶ is the first p below 5 %."""
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Shared:
    """One question that two forecasters answered.

    Attributes:
        question_id: which.
        article: where the first one's forecast stands.
        other_article: where the second one's stands.
        difference: the first one's Brier score less the second one's; below 0 the first is better.
    """

    question_id: str
    article: str
    other_article: str
    difference: float


@dataclass(frozen=True, slots=True)
class PairFigure:
    """Two forecasters on shared ground.

    Attributes:
        name: the first.
        other: the second.
        questions: that both answered.
        articles: independent groups of them: questions joined by an article of either count once.
        difference: mean Brier difference; below 0 the first is better. None below six articles.
        p: two-sided, sign-flip by group; None below six articles.
        verdict: about the first one.
    """

    name: str
    other: str
    questions: int
    articles: int
    difference: float | None
    p: float | None
    verdict: PairVerdict


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a table of many.

    Attributes:
        name: the forecaster, outlet or topic.
        scored: scored forecasts.
        articles: they stand in.
        brier: over one's own questions, so no ground for a rank; None below five.
        best_rank: one more than how many are shown to be better; None where it says nothing.
        worst_rank: how many are not shown to be worse; None likewise.
        ranked: among how many; 0 where it says nothing.
        says: "too few to say" instead of a rank, or empty.
    """

    name: str
    scored: int
    articles: int
    brier: float | None
    best_rank: int | None
    worst_rank: int | None
    ranked: int
    says: str


def shared(
    claims: Iterable[Claim], others: Iterable[Claim], lexicon: Lexicon
) -> tuple[Shared, ...]:
    """Match two forecasters' claims by question.

    The first forecast at publication counts; tips are left out, because somebody chose them for
    how they turned out; so is what the lexicon cannot read, and a forecast beside itself.
    """
    left, right = _firsts(claims, lexicon), _firsts(others, lexicon)
    both = sorted(left.keys() & right.keys())
    return tuple(
        Shared(
            question,
            left[question][0].article_id,
            right[question][0].article_id,
            left[question][1] - right[question][1],
        )
        for question in both
        if _who(left[question][0]) != _who(right[question][0])
    )


def compare(name: str, other: str, rows: Sequence[Shared], seed: int = SEED) -> PairFigure:
    """Compare two forecasters by the sign-flip test over independent groups of questions.

    Args:
        name: the first.
        other: the second.
        rows: the questions both answered.
        seed: for the draws where there are more than 30 groups.
    """
    totals = [math.fsum(row.difference for row in group) for group in groups(rows)]
    if len(totals) < SHARED_FROM:
        return PairFigure(name, other, len(rows), len(totals), None, None, "too few to say")
    flips = sign_flip(totals, seed)
    mean = math.fsum(totals) / len(rows)
    verdict = verdict_of(mean, flips.p)
    return PairFigure(name, other, len(rows), len(totals), mean, flips.p, verdict)


def verdict_of(difference: float, p: float) -> PairVerdict:
    """Say better or worse where p is below 5 %."""
    if p >= SIGNIFICANT:
        return "no conclusion"
    return "better" if difference < 0 else "worse"


def groups(rows: Iterable[Shared]) -> tuple[tuple[Shared, ...], ...]:
    """Join questions that share an article on either side, directly or through others."""
    parents: dict[tuple[int, str], tuple[int, str]] = {}
    rows = tuple(rows)
    for row in rows:
        parents[_root(parents, (1, row.article))] = _root(parents, (2, row.other_article))
    joined: defaultdict[tuple[int, str], list[Shared]] = defaultdict(list)
    for row in rows:
        joined[_root(parents, (1, row.article))].append(row)
    return tuple(tuple(members) for members in joined.values())


def _root(parents: dict[tuple[int, str], tuple[int, str]], end: tuple[int, str]) -> tuple[int, str]:
    while (parent := parents.setdefault(end, end)) != end:
        parents[end] = parents.setdefault(parent, parent)
        end = parent
    return end


def ranked(
    summaries: Mapping[str, tuple[int, int, float | None]], pairs: Iterable[PairFigure]
) -> tuple[Standing, ...]:
    """Return the table from (scored, articles, mean Brier) by name and the pairs' comparisons.

    Ranks are confidence sets: with all pairs tested at a joint 5 % (Holm 1979, Scandinavian
    Journal of Statistics 6), a rank lies from 1 + how many are significantly better to the number
    of ranked less how many are significantly worse (Mogstad, Romano, Shaikh and Wilhelm 2024,
    Review of Economic Studies 91). Whoever shares too little with everybody has none.
    """
    tested = [pair for pair in pairs if pair.p is not None]
    shown = _holm(tested)
    among = {name for pair in tested for name in (pair.name, pair.other)}
    above = {name: sum(pair.other == name for pair in shown) for name in summaries}
    below = {name: sum(pair.name == name for pair in shown) for name in summaries}
    rows = [
        _standing(name, summary, above[name], below[name], len(among) if name in among else 0)
        for name, summary in summaries.items()
    ]
    return tuple(sorted(rows, key=_order))


def _who(claim: Claim) -> tuple[str, str]:
    return claim.author, claim.forecast_id


def _firsts(claims: Iterable[Claim], lexicon: Lexicon) -> dict[str, tuple[Claim, float]]:
    found: dict[str, tuple[Claim, float]] = {}
    for claim in sorted(claims, key=lambda claim: (claim.made_on, claim.forecast_id)):
        reading = read(claim.said, lexicon)
        if reading is not None and claim.chosen != "tip":
            score = brier_of(reading.best, claim.happened)
            found.setdefault(claim.question_id, (claim, score))
    return found


def _holm(pairs: Sequence[PairFigure]) -> list[PairFigure]:
    """Return the pairs that stay significant, each turned so that the first is the better one."""
    shown = []
    for step, pair in enumerate(sorted(pairs, key=lambda pair: pair.p or 0.0)):
        if (pair.p or 0.0) * (len(pairs) - step) >= SIGNIFICANT:
            break
        shown.append(pair if (pair.difference or 0.0) < 0 else _turned(pair))
    return shown


def _turned(pair: PairFigure) -> PairFigure:
    difference = -(pair.difference or 0.0)
    verdict = verdict_of(difference, pair.p or 0.0)
    return PairFigure(
        pair.other, pair.name, pair.questions, pair.articles, difference, pair.p, verdict
    )


def _standing(
    name: str, summary: tuple[int, int, float | None], above: int, below: int, among: int
) -> Standing:
    scored, articles, mean = summary
    shown = mean if scored >= COUNTS_FROM else None
    if not among or scored < COUNTS_FROM:
        return Standing(name, scored, articles, shown, None, None, 0, "too few to say")
    return Standing(name, scored, articles, shown, 1 + above, among - below, among, "")


def _order(row: Standing) -> tuple[bool, int, int, str]:
    # By name within a rank: a table sorted by the mean score would be a ranking by it.
    return row.best_rank is None, row.best_rank or 0, row.worst_rank or 0, row.name
