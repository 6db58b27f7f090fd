"""What every figure means: one paragraph, its formula, its source; for `tracker explain`."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

from tracker.errors import NotFound


@dataclass(frozen=True, slots=True)
class Explanation:
    """One figure explained.

    Attributes:
        name: as typed after `tracker explain`.
        words: a short paragraph.
        formula: how it is computed.
        source: where that stands.
    """

    name: str
    words: str
    formula: str
    source: str


def explanation(name: str) -> Explanation:
    """Look a figure up by its name or by what a card calls it, however that is written.

    Raises:
        NotFound: if there is none of that name; the nearest are suggested.
    """
    key = "-".join(re.findall(r"\w+", name.casefold().replace("_", " ")))
    found = EXPLANATIONS.get(_CARD.get(key, key))
    if found is None:
        near = get_close_matches(key, EXPLANATIONS, n=3, cutoff=0.4)
        guess = f"did you mean {' or '.join(near)}? " if near else ""
        raise NotFound(f"no figure is called {name!r}; {guess}There are: {', '.join(EXPLANATIONS)}")
    return found


_ROWS = (
    Explanation(
        "ledger-line",
        "Where everything recorded went: scored, pending, overdue, ambiguous, annulled, condition "
        "not met, vague, unread. The parts always add up, so nothing can drop out quietly. Only "
        "questions whose deadline has passed are scored: a claim about a deadline can come true "
        "early but can fail only at the end, so counting early ones would flatter.",
        "recorded = scored + pending + overdue + ambiguous + annulled + condition not met + vague "
        "+ unread",
        "this tracker's own rule",
    ),
    Explanation(
        "gates",
        "How much is shown depends on how much there is. Below 5 scored claims they are listed "
        "without a score; from 5 there are counts and a Brier score; from 20 claims in 10 articles "
        "on 10 questions intervals, miscalibration, verdicts; from 100 claims the curve and band.",
        "list < 5 ≤ counts < 20 claims, 10 articles or 10 questions ≤ intervals < 100 ≤ curve",
        "this tracker's own rule",
    ),
    Explanation(
        "article",
        "Claims in one article stand or fall together, so intervals count articles, not claims.",
        "G = number of distinct articles among the scored claims",
        "Cameron and Miller (2015), A practitioner's guide to cluster-robust inference, Journal of "
        "Human Resources 50",
    ),
    Explanation(
        "question",
        "Forecasts on one question share its outcome, whoever made them and wherever they are. So "
        "intervals count questions as well as articles, and thirty columnists on one question have "
        "seen one outcome.",
        "V = max(V_A, V_Q, V_A + V_Q − V_S): over articles, questions and single forecasts",
        "Cameron, Gelbach and Miller (2011), Robust inference with multiway clustering, Journal of "
        "Business & Economic Statistics 29; MacKinnon, Nielsen and Webb (2024), arXiv 2406.08880",
    ),
    Explanation(
        "brier",
        "The mean squared distance between what was said and what happened, on the 0–1 scale: 0 is "
        "perfect, 1 is worst, always saying 50 % earns 0.25. Some sites print twice this. It "
        "depends on how hard the questions were, so compare it only on the same questions.",
        "BS = (1/n) Σ (p − y)²",
        "Brier (1950), Verification of forecasts expressed in terms of probability, Monthly "
        "Weather Review 78",
    ),
    Explanation(
        "penalty",
        "One claim's Brier score, with its least and greatest value over what the words can mean.",
        "(p − y)², for p from low to high",
        "Brier (1950), Monthly Weather Review 78",
    ),
    Explanation(
        "interval",
        "Made so that 95 of 100 such intervals hold the true mean. Claims of one article count "
        "together, as do forecasts on one question; one long article does not pass for many.",
        "mean ± t(G* − 1) · √V, V_A = (G − 1)/G Σ e_g²/(N − n_g)² over articles (if shared, also "
        "over questions), e_g = s_g − mean · n_g, G* = N²/Σ n_g²",
        "MacKinnon, Nielsen and Webb (2023), Journal of Econometrics 232; Carter, Schnepel and "
        "Steigerwald (2017), Review of Economics and Statistics 99",
    ),
    Explanation(
        "reading-bounds",
        "Words are ranges. These are the best and the worst score over every reading that gives "
        "each phrase one value within its range in the lexicon.",
        "Σ h(1 − v)² + (n − h)v² at v = h/n moved into [low, high], and at the worse end",
        "Manski (2003), Partial identification of probability distributions",
    ),
    Explanation(
        "over-readers",
        "The score readers would give on average: readers do not hear the same number, and the "
        "spread between them costs an author who writes in words.",
        "E(P − y)² = (μ − y)² + Var P",
        "bias–variance identity; readers' means and deviations from the lexicon named on the card",
    ),
    Explanation(
        "log-score",
        "The mean surprise in nats. It punishes near-certainty that fails far harder than the "
        "Brier score does. Nothing is clipped: claims that were certain and wrong are counted "
        "beside it.",
        "LS = −(1/n) Σ [y ln p + (1 − y) ln(1 − p)]",
        "Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14",
    ),
    Explanation(
        "certain-and-wrong",
        "Claims at 0 % that happened or at 100 % that did not. Under the logarithmic score one of "
        "them costs infinitely much; it is counted rather than hidden by a limit.",
        "#{p = 0, y = 1} + #{p = 1, y = 0}",
        "this tracker's own rule; the score: Good (1952)",
    ),
    Explanation(
        "right-side",
        "How often the words leaned the way things went: above 50 % and it happened, below and it "
        "did not. The interval is exact if forecasts are independent; those of one article or "
        "question are not quite. It ignores how far they leaned.",
        "Clopper–Pearson: B(α/2; x, n − x + 1) to B(1 − α/2; x + 1, n − x)",
        "Clopper and Pearson (1934), Biometrika 26",
    ),
    Explanation(
        "implied",
        "How many claims the words themselves promised to have on the right side: 90 % promises "
        "nine in ten.",
        "Σ max(p, 1 − p)",
        "expectation of the Poisson-binomial law; Hong (2013), Computational Statistics & Data "
        "Analysis 59",
    ),
    Explanation(
        "confidence",
        "Overconfident: fewer on the right side than the words implied. Said only where two tests "
        "agree at 5 %: the exact law of the count, as if claims were independent, and the same "
        "shortfall clustered by article and question.",
        "p = 2 min(P(R ≤ r), P(R ≥ r)), R Poisson-binomial with max(pᵢ, 1 − pᵢ)",
        "Hong (2013), Computational Statistics & Data Analysis 59",
    ),
    Explanation(
        "depends-on",
        "A verdict may hang on one word: read 'will' as 100 % and one failure proves it wrong. "
        "Phrases at whose readers' mean, or without which, the verdict changes are named.",
        "the count test again with the phrase at its mean, and without its claims",
        "leave-one-out sensitivity; this tracker's own rule",
    ),
    Explanation(
        "phrase-calibration",
        "Of the claims made with this phrase, how many happened, with an exact interval, beside "
        "what readers hear. Nothing is imputed. The interval takes forecasts as independent; where "
        "they share articles or questions luck allows more. 'Outside' means that the interval and "
        "the whole range readers hear have nothing in common.",
        "x of n happened; Clopper–Pearson interval of x/n against [low, high]",
        "Clopper and Pearson (1934), Biometrika 26; the lexicon named on the card",
    ),
    Explanation(
        "skill",
        "The difference to a baseline's Brier score on the same questions, below 0 is better. A "
        "verdict only where the interval leaves 0 out. A difference, not a ratio: "
        "ratios can be gamed.",
        "Δ = (1/n) Σ [(p − y)² − (b − y)²]",
        "Murphy (1973), Hedging and skill scores for probability forecasts, Journal of Applied "
        "Meteorology 12",
    ),
    Explanation(
        "baseline",
        "Coin: always 50 %. Base rate: how often such things happen, frozen when the claim was "
        "published. Status quo: nothing changes. Crowd: a recorded crowd's probability at "
        "publication. A claim without a recorded baseline is left out of that comparison.",
        "b = ½; the recorded rate; 0 or 1; the recorded probability",
        "this tracker's own choice",
    ),
    Explanation(
        "miscalibration",
        "What recalibrating would save: how far what was said lies from how often it happened. "
        "The recalibrated forecast is the isotonic regression, so there are no bins to choose. "
        "0 is best, but luck alone makes it positive: compare it with its null.",
        "MCB = S(p) − S(p̂), p̂ by pooling adjacent violators on distinct probabilities",
        "Dimitriadis, Gneiting and Jordan (2021), Stable reliability diagrams for probabilistic "
        "classifiers, Proceedings of the National Academy of Sciences 118",
    ),
    Explanation(
        "discrimination",
        "What the claims know about which questions end yes, once recalibrated. Murphy called it "
        "resolution; that word means something else here.",
        "DSC = S(r) − S(p̂), r the base rate of these questions",
        "Dimitriadis, Gneiting and Jordan (2021); Murphy (1973), Journal of Applied Meteorology 12",
    ),
    Explanation(
        "uncertainty",
        "How hard the questions were: the score of always saying their base rate. It belongs to "
        "the questions, not to the author.",
        "UNC = S(r); for the Brier score r(1 − r)",
        "Murphy (1973), Journal of Applied Meteorology 12",
    ),
    Explanation(
        "null",
        "The miscalibration of a perfect forecaster who said the same things, simulated: its mean, "
        "the value it stays below 95 times in 100, and how often it reaches the observed one. "
        "Claims of one article or question hang together, as the design effect allows for.",
        "p = (1 + #{deff · MCB* ≥ MCB})/(1 + draws)",
        "Bröcker and Smith (2007), Weather and Forecasting 22; Dimitriadis, Gneiting and Jordan "
        "(2021); Rao and Scott (1981), Journal of the American Statistical Association 76",
    ),
    Explanation(
        "spiegelhalter",
        "Is the Brier score what calibrated claims would have earned? Below 30 claims p is "
        "simulated. The second p takes the variance between articles and questions instead.",
        "z = Σ (y − p)(1 − 2p)/√Σ (1 − 2p)² p(1 − p)",
        "Spiegelhalter (1986), Probabilistic prediction in patient management, Statistics in "
        "Medicine 5",
    ),
    Explanation(
        "e-calibration",
        "A bet against the words meaning what readers hear on average, one claim per article and "
        "question, the first to fall due. If they do mean it, the stake reaches 20 at most once in "
        "20 times, however often one looks; so it may be watched, which a p-value may not.",
        "e = mean over alternatives q of Π (q/p)^y ((1 − q)/(1 − p))^(1 − y)",
        "Henzi and Ziegel (2022), Biometrika 109; Ramdas, Grünwald, Vovk and Shafer (2023), "
        "Statistical Science 38",
    ),
    Explanation(
        "e-skill",
        "A bet that the author beats a coin, one claim per article and question. 20 is strong "
        "evidence, below 1 is none, and looking often does not spoil it.",
        "e = mean over λ of Π (1 + λ[(½ − y)² − (p − y)²])",
        "Choe and Ramdas (2024), Comparing sequential forecasters, Operations Research 72",
    ),
    Explanation(
        "recalibrated",
        "How often it happened at this level, smoothed only as far as needed for the curve to "
        "rise.",
        "isotonic regression of hits/count on probability, weighted by count",
        "Ayer, Brunk, Ewing, Reid and Silverman (1955), Annals of Mathematical Statistics 26",
    ),
    Explanation(
        "band",
        "It holds the whole true curve at once with 95 % confidence, at any number of claims, if "
        "claims are independent and the curve rises. A level outside it is shown to be "
        "miscalibrated.",
        "greatest lower and least upper Clopper–Pearson bound over runs of levels at error "
        "α/(m(m + 1))",
        "Dimitriadis, Dümbgen, Henzi, Puke and Ziegel (2023), Honest calibration assessment for "
        "binary outcome predictions, Biometrika 110",
    ),
    Explanation(
        "lexicons",
        "The same claims read with every lexicon: the score, and how many forecasts the lexicon is "
        "silent on because it does not know the phrase.",
        "BS with p from each lexicon",
        "the citation of each lexicon",
    ),
    Explanation(
        "flips",
        "Verdicts that another lexicon contradicts on the same forecasts. A verdict that hangs on "
        "whose dictionary one opens is flagged, not hidden.",
        "verdict under the card's lexicon ≠ verdict under the other, on the forecasts both read",
        "this tracker's own rule",
    ),
    Explanation(
        "vagueness-rate",
        "The share of what was recorded that cannot be scored, and which part is missing: event, "
        "threshold, deadline or likelihood.",
        "vague/recorded",
        "this tracker's own rule",
    ),
    Explanation(
        "overdue-share",
        "Questions past their deadline that nobody has settled, among those that could be scored.",
        "overdue/(scored + overdue)",
        "this tracker's own rule",
    ),
    Explanation(
        "overdue-bounds",
        "The score if every overdue question went the author's way, and if every one went the "
        "other. Shown above 5 % overdue: people settle what they like to remember.",
        "(Σ scored + Σ overdue min or max of p², (1 − p)²)/(n + m)",
        "Manski (2003), Partial identification of probability distributions",
    ),
    Explanation(
        "retrospective",
        "The share of scored forecasts that were recorded after their deadline, when the answer "
        "could be known. Hindsight chooses, so it is always said.",
        "recorded after the deadline/scored",
        "this tracker's own rule",
    ),
    Explanation(
        "chosen",
        "How the articles came to be read: all of an author's, a sample drawn beforehand, or tips. "
        "Tips are sent in because of how things turned out, so they never enter rankings.",
        "scored forecasts by all · sample · tip",
        "this tracker's own rule",
    ),
    Explanation(
        "rank",
        "Authors are compared in pairs, on questions both answered, never by scores on questions "
        "of their own choosing. A rank is a set: from one more than those shown to be better to "
        "all those not shown to be worse.",
        "1 + #better to ranked − #worse, pairs at a joint 5 % (Holm)",
        "Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91; Holm (1979), "
        "Scandinavian Journal of Statistics 6",
    ),
    Explanation(
        "pair",
        "Two forecasters on shared ground. Below six independent groups of shared questions no "
        "test can reach 5 %, so nothing is said.",
        "p = share of the 2ⁿ sign patterns with |Σ ± dᵢ| ≥ |Σ dᵢ|",
        "Fisher (1935), The design of experiments, section 21",
    ),
    Explanation(
        "head",
        "The hash of the ledger's last event when the card was made: who keeps the card can later "
        "show that the record was not changed behind it.",
        "SHA-256 chain",
        "this tracker's own rule",
    ),
    Explanation(
        "revised",
        "Forecasts that their author came back to on another day. The card's headline is what was "
        "said each time, as printed; the time-weighted scores take the probability that stood on "
        "each day until the deadline, or the day it happened. Shown from five revised forecasts.",
        "one forecaster on one question, said on two days or more; Brier score of the first word",
        "this tracker's own rule",
    ),
    Explanation(
        "metaculus-baseline",
        "A logarithmic score against saying 50 %: 0 for that, +99.9 at best, −896.6 at worst; "
        "averaged over each question's life, of which days without a forecast count 0.",
        "100 · (1 + log₂ p), p kept in 0.001–0.999",
        "Metaculus, scores FAQ and scoring/score_math.py",
    ),
    Explanation(
        "metaculus-peer",
        "How much better than all others recorded on the same question, a crowd among them, in "
        "logarithmic points; all peers add up to 0.",
        "100 · N/(N − 1) · (ln p − ln geometric mean)",
        "Metaculus, scores FAQ and scoring/score_math.py",
    ),
    Explanation(
        "coverage",
        "The share of a question's life during which a forecast stood. Its life begins with the "
        "first forecast that anybody recorded on it. Time without one scores 0.",
        "time with a forecast/(closed − opened)",
        "Metaculus, scores FAQ",
    ),
    Explanation(
        "daily-brier",
        "The mean over days of the two-class Brier score, 0 to 2, of the probability that stood; "
        "days before the first word are left out.",
        "(1/D) Σ 2(p − y)²",
        "Good Judgment Open / Cultivate Labs, What are net Brier points",
    ),
)

EXPLANATIONS = {row.name: row for row in _ROWS}
"""Every figure's explanation by its name."""

_CARD = {
    "right-side-of-50": "right-side",
    "brier-score": "brier",
    "read-otherwise": "reading-bounds",
    "as-readers-hear-it": "over-readers",
    "logarithmic-score": "log-score",
    **dict.fromkeys(
        ("against-a-coin", "against-the-base-rate", "against-no-change", "against-the-crowd"),
        "skill",
    ),
    "too-sure-or-not": "confidence",
    "where-it-comes-from": "discrimination",
    "outside-the-band": "band",
    "however-often-seen": "e-skill",
    "day-by-day": "daily-brier",
    "as-metaculus-scores": "metaculus-baseline",
    "in-each-lexicon": "lexicons",
    "hangs-on-the-lexicon": "flips",
    "too-vague-to-score": "vagueness-rate",
    "nobody-has-said": "overdue-share",
    "recorded-afterwards": "retrospective",
    "how-chosen": "chosen",
    "recorded": "ledger-line",
    "scored": "ledger-line",
    "articles": "article",
    "questions": "question",
    "ledger": "head",
}
"""What a card or a table calls a figure, to its name."""
