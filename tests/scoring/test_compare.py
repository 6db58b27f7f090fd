"""Nobody is ranked by a mean over questions of his own choosing."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring.invented import READERS, claim, column, number

from tracker.scoring.compare import Shared, compare, groups, ranked, shared
from tracker.scoring.evidence import Claim
from tracker.scoring.field import Answer, Field, standings


def answers(author: str, said: list[float], happened: list[int], **change: str) -> list[Claim]:
    """One article per question, question by question."""
    rows = zip(said, happened, strict=True)
    return [
        claim(at, number(p), y, author=author, article_id=f"{author}-{at}", **change)
        for at, (p, y) in enumerate(rows)
    ]


HAPPENED = [1, 0, 1, 0, 1, 0, 1, 0]


def confident(author: str, count: int, **change: str) -> list[Claim]:
    return answers(
        author, [0.9 if y else 0.1 for y in HAPPENED[:count]], HAPPENED[:count], **change
    )


def wrong(author: str, count: int) -> list[Claim]:
    return answers(author, [0.2 if y else 0.8 for y in HAPPENED[:count]], HAPPENED[:count])


def test_below_six_shared_articles_there_is_no_difference_and_no_p() -> None:
    rows = shared(confident("Ada", 5), wrong("Ben", 5), READERS)
    pair = compare("Ada", "Ben", rows)
    assert (pair.articles, pair.verdict, pair.difference, pair.p) == (
        5,
        "too few to say",
        None,
        None,
    )


def test_from_six_shared_articles_the_better_one_is_named() -> None:
    pair = compare("Ada", "Ben", shared(confident("Ada", 6), wrong("Ben", 6), READERS))
    assert pair.verdict == "better"
    assert pair.difference == pytest.approx(0.01 - 0.64)
    assert pair.p == 2 / 64


def test_six_questions_in_one_article_are_one_observation() -> None:
    one = [replace(row, article_id="column") for row in confident("Ada", 6)]
    pair = compare("Ada", "Ben", shared(one, wrong("Ben", 6), READERS))
    assert (pair.questions, pair.articles, pair.verdict) == (6, 1, "too few to say")


def test_questions_are_joined_through_articles_of_either_side() -> None:
    rows = [
        Shared("q1", "a", "x", 0.1),
        Shared("q2", "b", "x", 0.1),
        Shared("q3", "b", "y", 0.1),
        Shared("q4", "c", "z", 0.1),
        Shared("q5", "x", "a", 0.1),
    ]
    assert sorted(len(group) for group in groups(rows)) == [1, 1, 3]


def test_tips_never_enter_a_comparison() -> None:
    tips = confident("Ada", 8, chosen="tip")
    assert shared(tips, wrong("Ben", 8), READERS) == ()


def test_the_first_forecast_at_publication_counts_and_not_the_revision() -> None:
    first = claim(1, number(0.2), 1, made_on="2024-01")
    later = claim(1, number(0.99), 1, made_on="2024-09", forecast_id="forecast-1b")
    (row,) = shared([later, first], [claim(1, number(0.5), 1, author="me")], READERS)
    assert row.difference == pytest.approx(0.64 - 0.25)


def test_the_reader_and_a_crowd_are_forecasters_like_any_other() -> None:
    table = standings({"Ada": wrong("Ada", 8), "me": confident("me", 8)}, READERS)
    assert [(row.name, row.best_rank, row.worst_rank, row.ranked) for row in table] == [
        ("me", 1, 1, 2),
        ("Ada", 2, 2, 2),
    ]


def test_authors_without_shared_ground_have_no_rank_however_good_their_score() -> None:
    # Easy questions of one's own choosing would win every table sorted by the mean.
    easy = [replace(row, question_id=f"easy-{at}") for at, row in enumerate(confident("Ada", 8))]
    table = standings({"Ada": easy, "Ben": wrong("Ben", 8)}, READERS)
    assert [(row.name, row.best_rank, row.says) for row in table] == [
        ("Ada", None, "too few to say"),
        ("Ben", None, "too few to say"),
    ]


def test_indistinguishable_authors_share_the_whole_range_of_ranks() -> None:
    rows = {name: answers(name, [0.6] * 8, HAPPENED) for name in ("Ada", "Ben", "Cy")}
    assert {(row.best_rank, row.worst_rank) for row in standings(rows, READERS)} == {(1, 3)}


def test_many_comparisons_at_once_need_stronger_evidence() -> None:
    # p = 2/64 each: enough for one pair, not for three looked at together (Holm).
    rows = {
        "Ada": confident("Ada", 6),
        "Ben": wrong("Ben", 6),
        "Cy": answers("Cy", [0.5] * 6, HAPPENED[:6]),
    }
    table = standings(rows, READERS)
    assert {(row.best_rank, row.worst_rank) for row in table} == {(1, 3)}


def test_below_five_scored_claims_the_table_shows_no_score() -> None:
    (row,) = standings({"Ada": confident("Ada", 4)}, READERS)
    assert (row.scored, row.brier, row.says) == (4, None, "too few to say")


@settings(max_examples=30)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=4), st.integers(1, 4))
def test_ranks_are_sets_that_never_contradict_the_gates(sizes: list[int], per_article: int) -> None:
    rows = {
        f"author {at}": [
            replace(row, article_id=f"{at}-{row.article_id}")
            for row in column(size, seed=at, per_article=per_article)
        ]
        for at, size in enumerate(sizes)
    }
    for row in standings(rows, READERS):
        if row.scored < 5 or row.articles < 6:
            assert (row.best_rank, row.worst_rank, row.ranked) == (None, None, 0)
        if row.best_rank is not None:
            assert row.worst_rank is not None
            assert 1 <= row.best_rank <= row.worst_rank <= row.ranked


def test_the_table_is_ordered_by_rank_and_name_and_never_by_the_mean_score() -> None:
    summaries = {"Zed": (50, 20, 0.01), "Ada": (50, 20, 0.4)}
    assert [row.name for row in ranked(summaries, [])] == ["Ada", "Zed"]


def test_two_topics_are_not_ranked_by_the_forecasts_they_share() -> None:
    """A question of two topics has the same forecasts on both sides: that would be a rank of 1."""
    field = Field()
    for at in range(9):
        field.add([Answer(("bridges", "rivers"), f"article-{at}", 0.1, tip=False)])
    assert {row.says for row in field.standings()} == {"too few to say"}
    same = confident("Ada", 8)
    assert shared(same, same, READERS) == ()


@settings(max_examples=30)
@given(st.integers(2, 5), st.integers(1, 14), st.integers(1, 3), st.randoms())
def test_the_table_is_that_of_every_pair_compared_one_by_one(
    names: int, size: int, per_article: int, random: Random
) -> None:
    """Pairs are looked for question by question; none may be lost, and none be made up."""
    rows = {
        f"author {at}": [
            replace(row, question_id=f"question-{random.randrange(20)}", author=f"author {at}")
            for row in column(size, seed=at, per_article=per_article)
        ]
        for at in range(names)
    }
    pairs = [
        compare(one, other, shared(rows[one], rows[other], READERS))
        for one, other in combinations(sorted(rows), 2)
    ]
    summaries = {
        row.name: (row.scored, row.articles, row.brier) for row in standings(rows, READERS)
    }
    assert standings(rows, READERS) == ranked(summaries, pairs)
