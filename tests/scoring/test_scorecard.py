"""The card: what the numbers allow and no more, under every lexicon, with nothing left out."""

import subprocess
import sys
from dataclasses import astuple, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.invented import PHRASES, READERS, claim, column, evidence, number, words

from tracker.errors import Invalid, NotFound
from tracker.lexicon import names
from tracker.scoring.claims import from_claims, summed
from tracker.scoring.evidence import Columns, Evidence, LedgerLine, Subject, Tally, read
from tracker.scoring.figures import Gate, Scorecard, Shape
from tracker.scoring.inference import Clusters, Moments, Ways, cluster_mean, moments
from tracker.scoring.regroup import Regrouped
from tracker.scoring.scorecard import build, next_gate, shape_of


@pytest.mark.parametrize(
    ("scored", "articles", "questions", "shape", "missing"),
    [
        (0, 0, 0, "list", (5, 0, 0)),
        (4, 4, 4, "list", (1, 0, 0)),
        (5, 1, 5, "counts", (15, 9, 5)),
        (19, 19, 19, "counts", (1, 0, 0)),
        (20, 9, 20, "counts", (0, 1, 0)),
        (500, 9, 500, "counts", (0, 1, 0)),
        (500, 500, 9, "counts", (0, 0, 1)),
        (20, 10, 10, "intervals", (80, 0, 0)),
        (99, 50, 99, "intervals", (1, 0, 0)),
        (100, 10, 10, "curve", (0, 0, 0)),
    ],
)
def test_the_gates_stand_where_the_design_says(
    scored: int, articles: int, questions: int, shape: Shape, missing: tuple[int, int, int]
) -> None:
    assert shape_of(scored, min(articles, questions)) == shape
    assert next_gate(scored, articles, questions) == Gate(*missing)


def shown(card: Scorecard) -> set[str]:
    """Which parts of a card are not empty."""
    parts = (
        "listed phrases brier log baselines confidence miscalibration spiegelhalter "
        "e_calibration levels lexicons curve"
    )
    return {name for name in parts.split() if getattr(card, name)}


COUNTS = {"phrases", "brier", "log", "e_calibration", "lexicons"}
INTERVALS = COUNTS | {"baselines", "confidence", "miscalibration", "spiegelhalter"}


@pytest.mark.parametrize(
    ("size", "parts"),
    [
        (4, {"listed"}),
        (5, COUNTS),
        (19, COUNTS),
        (20, INTERVALS),
        (99, INTERVALS),
        (100, INTERVALS | {"levels", "curve"}),
    ],
)
def test_a_card_shows_what_its_gate_allows_and_nothing_else(size: int, parts: set[str]) -> None:
    assert shown(build(evidence(column(size)))) == parts


def test_many_claims_in_few_articles_stay_counts() -> None:
    # Three hundred claims in three articles are three observations, not three hundred.
    card = build(evidence(column(300, per_article=100)))
    assert card.shape == "counts"
    assert card.brier is not None
    assert card.brier.interval is None


@settings(max_examples=25)
@given(st.integers(0, 130), st.integers(1, 15))
def test_no_shape_ever_leaks_a_rank(size: int, per_article: int) -> None:
    card = build(evidence(column(size, per_article=per_article)))
    assert "rank" not in repr(card)
    if size < 20 or card.articles < 10:
        assert card.brier is None or card.brier.interval is None
        assert card.flips == ()
        assert all(row.verdicts == {} for row in card.lexicons)


def test_a_short_list_gives_each_claim_its_penalty_and_what_the_words_leave_open() -> None:
    rows = [claim(1, words("likely"), 1), claim(2, words("unlikely"), 1)]
    card = build(evidence(rows))
    assert [row.penalty for row in card.listed] == pytest.approx([0.0625, 0.64])
    assert card.listed[0].penalty_bounds == pytest.approx((0.04, 0.1089))
    assert card.listed[1].penalty_bounds == pytest.approx((0.5625, 0.81))
    assert card.right_side is not None
    assert (card.right_side.right, card.right_side.count) == (1, 2)
    assert card.right_side.interval == pytest.approx((0.0126, 0.9874), abs=5e-5)


def test_nothing_scored_makes_an_empty_card_and_no_error() -> None:
    card = build(evidence([], pending=3, vague=2))
    assert (card.shape, card.listed, card.right_side) == ("list", (), None)
    assert card.vague.vagueness_rate == 2 / 5


def test_a_claim_at_one_half_is_listed_but_leans_nowhere() -> None:
    card = build(evidence([claim(1, number(0.5), 1)]))
    assert len(card.listed) == 1
    assert card.right_side is None


def test_a_probability_of_zero_is_a_forecast_and_not_a_gap() -> None:
    # Elsewhere forecast=0 is rejected as "missing".
    card = build(evidence([claim(1, number(0.0), 0)]))
    assert card.listed[0].penalty == 0


def test_a_negated_phrase_is_about_the_event_not_happening() -> None:
    said = read(words("likely", negated=True), READERS)
    assert said is not None
    assert (said.low, said.best, said.high) == (0.2, 0.25, 0.33)
    number_said = read(replace(number(0.9), negated=True), READERS)
    assert number_said is not None
    assert number_said.best == pytest.approx(0.1)


def test_a_phrase_counts_once_however_it_is_capitalised() -> None:
    rows = [claim(at, words(text), 1) for at, text in enumerate(["Likely", "likely", "likely "])]
    rows += [claim(at, number(0.3), 0) for at in (8, 9)]
    card = build(evidence(rows))
    assert [(row.said.phrase, row.count) for row in card.phrases] == [(None, 2), ("likely", 3)]


def test_phrase_calibration_says_what_happened_beside_what_readers_hear() -> None:
    rows = [claim(at, words("likely"), int(at < 3)) for at in range(5)]
    (row,) = build(evidence(rows)).phrases
    assert (row.happened, row.count) == (3, 5)
    assert row.interval == pytest.approx((0.1466, 0.9473), abs=5e-5)
    assert (row.reading.low, row.reading.best, row.reading.high) == (0.67, 0.75, 0.8)
    assert not row.outside


def test_a_phrase_is_outside_only_when_no_reading_of_it_can_be_right() -> None:
    rows = [claim(at, words("highly likely"), 0) for at in range(6)]
    assert build(evidence(rows)).phrases[0].outside


def test_an_author_who_means_what_he_says_gets_no_verdict_and_a_braggart_gets_one() -> None:
    honest, braggart = (build(evidence(column(300, slope=slope))) for slope in (1.0, 0.3))
    assert honest.confidence is not None
    assert braggart.confidence is not None
    assert honest.confidence.verdict == "no conclusion"
    assert braggart.confidence.verdict == "overconfident"
    assert braggart.miscalibration is not None
    assert braggart.miscalibration.verdict == "miscalibrated"
    assert honest.baselines[0].verdict == "better"


def test_a_timid_author_is_underconfident() -> None:
    rows = [claim(at, number(0.6 if at % 2 else 0.4), at % 2) for at in range(60)]
    card = build(evidence(rows))
    assert card.confidence is not None
    assert card.confidence.verdict == "underconfident"


def test_a_verdict_that_hangs_on_one_word_names_it() -> None:
    # Read "will" as 100 % and its failures decide the whole card.
    rows = column(40, said=[number(p) for p in (0.3, 0.7, 0.8)], seed=5)
    rows += [claim(90 + at, words("will"), int(at > 7)) for at in range(16)]
    card = build(evidence(rows))
    assert card.confidence is not None
    (hanging,) = card.confidence.depends_on
    assert hanging.said.phrase == "will"
    assert hanging.p_best < 0.05 < hanging.p_without


def test_baselines_are_paired_differences_on_the_questions_that_have_one() -> None:
    rows = column(40)
    rows = [replace(row, base_rate=0.4) if at < 30 else row for at, row in enumerate(rows)]
    card = build(evidence(rows))
    coin, rate = card.baselines
    assert (coin.baseline, coin.questions, rate.baseline, rate.questions) == (
        "coin",
        40,
        "base rate",
        30,
    )
    assert card.brier is not None
    assert coin.difference == pytest.approx(card.brier.score - 0.25)
    scores = []
    for row in rows[:30]:
        reading = read(row.said, READERS)
        assert reading is not None
        scores.append((reading.best - row.happened) ** 2 - (0.4 - row.happened) ** 2)
    assert rate.difference == pytest.approx(sum(scores) / 30)


def test_status_quo_and_crowd_are_baselines_like_any_other() -> None:
    rows = [replace(row, status_quo=0.0, crowd=0.5) for row in column(30)]
    card = build(evidence(rows))
    assert [row.baseline for row in card.baselines] == ["coin", "status quo", "crowd"]
    assert card.baselines[2].difference == pytest.approx(card.baselines[0].difference)


def test_every_lexicon_reads_the_same_claims_and_says_on_how_many_it_is_silent() -> None:
    card = build(evidence(column(60)))
    assert {row.lexicon for row in card.lexicons} == set(names())
    assert card.lexicons[0].lexicon == "readers"
    known = {row.lexicon: 60 - row.silent for row in card.lexicons}
    assert known["readers"] == 60
    assert all(0 <= count <= 60 for count in known.values())


def test_a_silent_lexicon_does_not_make_a_verdict_flip() -> None:
    # On fewer claims any verdict may fade; a flip must come from the words, not from the gap.
    rows = column(200, slope=0.3, said=[words("about even"), *map(number, (0.05, 0.95))])
    card = build(evidence(rows))
    assert any(row.silent for row in card.lexicons)
    assert card.flips == ()


def test_a_verdict_that_another_lexicon_contradicts_is_flagged() -> None:
    # "Highly likely" is 90 % to readers, and lower elsewhere; between the two lies the verdict.
    flips = set()
    for slope in (0.5, 0.6, 0.7, 0.8, 0.9):
        flips |= set(build(evidence(column(160, slope=slope))).flips)
    assert flips & {"confidence", "miscalibration", "coin"}


def test_numbers_read_the_same_under_every_lexicon() -> None:
    card = build(evidence(column(150, slope=0.5, said=[number(0.1), number(0.8)])))
    assert len({row.score for row in card.lexicons}) == 1
    assert card.flips == ()


def test_claims_the_lexicon_cannot_read_become_unread_and_the_line_still_adds_up() -> None:
    rows = [*column(6), claim(99, words("slam dunk"), 1)]
    card = build(evidence(rows))
    assert (card.ledger.scored, card.ledger.unread, card.scored) == (6, 1, 6)


def test_a_ledger_line_that_does_not_add_up_cannot_be_made() -> None:
    # Overdue questions must not drop out of the count.
    with pytest.raises(Invalid, match="does not add up: 9 accounted for, 10 recorded"):
        LedgerLine(recorded=10, scored=5, pending=4)
    with pytest.raises(Invalid, match="does not add up"):
        LedgerLine(recorded=4, scored=5, pending=-1)
    with pytest.raises(Invalid, match="retrospective"):
        LedgerLine(recorded=5, scored=5, retrospective=6)


def test_a_ledger_that_counts_otherwise_than_the_tallies_is_refused() -> None:
    whole = evidence(column(30))
    with pytest.raises(Invalid, match="31 are scored, but 30 forecasts were counted"):
        build(replace(whole, ledger=LedgerLine(recorded=31, scored=31)))


def test_up_to_five_percent_overdue_is_a_share_and_above_it_has_bounds() -> None:
    few = build(evidence(column(60), overdue=[Tally(number(0.7), 3)]))
    many = build(evidence(column(60), overdue=[Tally(number(0.7), 4)]))
    assert few.overdue.overdue_bounds is None
    assert many.overdue.overdue_share == 4 / 64
    assert many.overdue.overdue_bounds is not None
    assert many.brier is not None
    assert many.overdue.overdue_bounds.low < many.brier.score < many.overdue.overdue_bounds.high


def test_retrospective_vague_and_chosen_are_always_said() -> None:
    rows = [replace(row, retrospective=at < 3, chosen="tip") for at, row in enumerate(column(12))]
    card = build(evidence(rows, vague=8, missing={"deadline": 5, "threshold": 6}))
    assert card.retrospective_share == 0.25
    assert card.vague.vagueness_rate == 8 / 20
    assert card.vague.missing == {"deadline": 5, "threshold": 6}
    assert card.chosen == {"tip": 12}


def test_the_same_evidence_prints_the_same_card_in_any_order() -> None:
    rows = column(150)
    one, other = build(evidence(rows)), build(evidence(rows[::-1]))
    # The curve is arrays, and said again by the levels.
    assert replace(one, curve=None) == replace(other, curve=None)


def test_an_unknown_lexicon_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="readers"):
        build(evidence(column(5)), lexicon="oracle")


def added_up(whole: Evidence) -> dict[str, Ways]:
    def total(rows: Clusters | None) -> Moments | None:
        return rows if rows is None or isinstance(rows, Moments) else moments(rows)

    return {
        name: Ways(total(ways.articles) or moments(()), total(ways.questions), total(ways.singles))
        for name, ways in whole.clusters.items()
    }


def aggregated(whole: Evidence) -> Evidence:
    """The same evidence as a database would hand it over: counts and moments, no claims."""
    return replace(whole, claims=(), columns=None, clusters=added_up(whole))


def test_a_card_from_sums_is_the_card_from_claims() -> None:
    whole = evidence([replace(row, base_rate=0.4) for row in column(900)])
    one, other = build(whole), build(aggregated(whole))
    assert one.brier is not None
    assert other.brier is not None
    assert one.brier.interval is not None
    assert other.brier.interval == pytest.approx(one.brier.interval, abs=2e-4)
    assert other.miscalibration == one.miscalibration
    assert other.levels == one.levels
    assert [row.verdict for row in other.baselines] == [row.verdict for row in one.baselines]
    assert [row.score for row in other.lexicons] == [row.score for row in one.lexicons]


def test_from_sums_other_lexicons_borrow_the_design_effect() -> None:
    whole = evidence(column(900, slope=0.4))
    one, other = build(whole), build(aggregated(whole))
    for left, right in zip(one.lexicons, other.lexicons, strict=True):
        assert right.verdicts.get("confidence") == left.verdicts.get("confidence"), left.lexicon


def test_sums_by_article_that_lack_a_measure_are_refused() -> None:
    whole = evidence(column(40))
    with pytest.raises(Invalid, match="lack brier, spread"):
        build(replace(whole, clusters={"excess": whole.clusters["excess"]}))


def test_as_many_claims_as_the_ledger_says_must_be_given() -> None:
    whole = evidence(column(5))
    with pytest.raises(Invalid, match="5 forecasts are scored, but 4 claims were given"):
        from_claims(Subject("all"), whole.ledger, whole.claims[:4], READERS)


def test_the_e_value_bets_on_one_claim_per_article_the_first_to_fall_due() -> None:
    rows = column(30, per_article=3)
    firsts = evidence(rows).firsts
    assert sum(tally.count for tally in firsts) == 10
    expected = [row.happened for row in rows[::3]]
    assert sum(tally.hits for tally in firsts) == sum(expected)


def test_the_e_value_never_bets_twice_on_one_outcome() -> None:
    # Ten articles that ask the same question learn its outcome once: a bet repeated on it would
    # make an e-value of 9 out of one of 1.25, and 20 would be luck.
    rows = [replace(row, question_id=f"question-{at % 4}") for at, row in enumerate(column(40))]
    rows = [replace(row, due_on=date(2024, 6, 1 + at % 4)) for at, row in enumerate(rows)]
    alone = [replace(row, article_id=f"article-{at}") for at, row in enumerate(rows)]
    assert sum(tally.count for tally in evidence(alone).firsts) == 4
    assert sum(tally.count for tally in evidence(rows).firsts) == 2


claims_in_columns = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 1),
        st.integers(0, 6),
        st.integers(0, 6),
        st.none() | st.integers(0, 4).map(lambda v: v / 4),
    ),
    min_size=20,
    max_size=40,
)


@pytest.mark.slow
@given(claims_in_columns, st.lists(st.none() | st.floats(0, 1), min_size=4, max_size=4))
def test_sums_made_again_for_another_lexicon_are_those_of_the_first_way(
    rows: list[tuple[int, int, int, int, float | None]], best: list[float | None]
) -> None:
    """What the card's own lexicon is judged on and what the others are must be one and the same."""
    said, happened, article, question, error = zip(*rows, strict=True)
    columns = Columns(said, happened, article, question, {"crowd": error})
    again = Regrouped(columns).means(best)
    first = {name: cluster_mean(ways) for name, ways in summed(columns, best).items()}
    assert again.keys() == first.keys() - {"spread"}
    for name, mean in again.items():
        assert astuple(mean) == pytest.approx(astuple(first[name]), nan_ok=True, abs=1e-9)


def test_columnists_who_share_a_question_do_not_make_it_many() -> None:
    """Thirty articles on one question have seen one outcome, and no interval can be drawn."""
    shared = [
        replace(row, question_id="question-0", happened=1) for row in column(30, per_article=1)
    ]
    card = build(evidence(shared))
    assert (card.shape, card.articles, card.questions) == ("counts", 30, 1)
    assert card.next_gate == Gate(0, 0, 9)
    tenfold = [
        replace(row, article_id=f"{row.article_id}-{copy}", forecast_id=f"{row.forecast_id}-{copy}")
        for row in column(30, per_article=1)
        for copy in range(10)
    ]
    once, often = build(evidence(column(30, per_article=1))), build(evidence(tenfold))
    assert once.brier
    assert often.brier
    assert once.brier.interval
    assert often.brier.interval == pytest.approx(once.brier.interval)
    assert often.shape == "curve"
    assert often.miscalibration
    assert often.miscalibration.null.design_effect > 5


def test_a_small_card_does_not_wait_for_numpy() -> None:
    program = (
        "import sys; from tracker.scoring.evidence import *; "
        "from tracker.scoring.scorecard import build; "
        "build(Evidence(subject=Subject('all'), ledger=LedgerLine(recorded=9, scored=9), "
        "tallies=(Tally(Said(phrase='likely'), 9, 6),), articles=4, questions=9)); "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_million_forecasts_are_as_many_rows_as_there_are_phrases() -> None:
    rows = tuple(Tally(words(phrase), 200_000, 90_000) for phrase in PHRASES)
    whole = evidence(column(120))
    sums = {}
    for name, ways in added_up(whole).items():
        assert isinstance(ways.articles, Moments)
        sums[name] = Ways(replace(ways.articles, count=1_200_000))
    card = build(
        Evidence(
            subject=Subject("all"),
            ledger=LedgerLine(recorded=1_200_000, scored=1_200_000),
            tallies=rows,
            articles=60,
            questions=120,
            clusters=sums,
        )
    )
    assert card.shape == "curve"
    assert len(card.levels) <= len(PHRASES)
