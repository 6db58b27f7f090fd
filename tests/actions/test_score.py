"""From the recorded state to a scorecard, on both databases."""

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import examples
import pytest
from desk import Clock
from invented import RECORDED, SETTLED, Author

from tracker.actions.arm import Act
from tracker.actions.compare import TOLD_EVERY, beside, standings
from tracker.actions.record import record
from tracker.actions.resolve import reopen, resolve
from tracker.actions.score import evidence, report, said_of, score
from tracker.errors import NotFound
from tracker.fields import Record
from tracker.lexicon import load
from tracker.records import Article, Forecast, Resolution, VagueClaim
from tracker.scoring.evidence import Evidence, Subject, read
from tracker.scoring.inference import Clusters, Moments, moments
from tracker.store.added import Worth
from tracker.store.rows import FORECAST, forecast_row
from tracker.store.scope import Scope
from tracker.store.store import Store

ALL = Subject("all")
ADA = Subject("author", "Ada Fabricated")
NOW = datetime(2026, 7, 3, tzinfo=UTC)


def _fill(store: Store, clock: Clock, act: Callable[..., Act], *authors: Author) -> None:
    clock.set(RECORDED)
    record(store, [each for author in authors for each in author.records()], act())
    clock.set(SETTLED)
    record(store, [each for author in authors for each in author.outcomes()], act())


def _crowd(question: str, made_on: str, reading: dict[str, Any]) -> Forecast:
    return Forecast.parse(
        {
            "question": question,
            "author": "Invented Market",
            "made_on": made_on,
            "source": "crowd",
            "reading": reading,
        }
    )


def _summed(found: Evidence) -> dict[str, Any]:
    """Evidence as sums, whichever way it was gathered."""
    return {
        "ledger": found.ledger,
        "tallies": set(found.tallies),
        "articles": found.articles,
        "questions": found.questions,
        "firsts": set(found.firsts),
        "overdue": set(found.overdue),
        "missing": found.missing,
        "chosen": found.chosen,
        "head": found.head,
        "clusters": {
            name: [_rounded(rows) for rows in (ways.articles, ways.questions, ways.singles)]
            for name, ways in found.clusters.items()
        },
    }


def _rounded(rows: Clusters | None) -> list[float] | None:
    # A database adds in another order.
    if rows is None:
        return None
    sums = rows if isinstance(rows, Moments) else moments(rows)
    return [round(number, 9) for number in astuple(sums)]


def _echoes(ada: Author, ben: Author) -> list[Forecast]:
    """Questions of the one that the other takes up as well, and some that Ada returns to."""
    rows = [each for each in ada.records() if isinstance(each, Forecast)]
    others = [
        Forecast.parse({**each.data(), "author": ben.name, "article": f"{ben.slug}-{at % 9}"})
        for at, each in enumerate(rows[:40:2])
    ]
    again = [
        Forecast.parse({**each.data(), "article": f"{ada.slug}-{at % 5 + 12}"})
        for at, each in enumerate(rows[:30:3])
    ]
    return [*others, *again]


SUBJECTS = (
    ALL,
    ADA,
    Subject("outlet", "the invented gazette"),
    Subject("topic", "bridges"),
    Subject("phrase", "unlikely"),
)


@pytest.mark.slow
def test_sums_by_the_database_are_those_of_the_claims_one_by_one(
    store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """A million forecasts are never looked at one by one, so the two ways must not differ."""
    ada = Author("Ada Fabricated", 60, pending=3, overdue=4, vague=5)
    ben = Author("Ben Invented", 50, pending=2, overdue=1, vague=3, seed=11)
    _fill(store, clock, act, ada, ben)
    clock.set(RECORDED)
    crowds = [
        _crowd("ada-fabricated-question-2", "2025-12-30", {"probability": "0.8"}),
        _crowd("ada-fabricated-question-2", "2025-11", {"probability": "0.1"}),
        _crowd("ada-fabricated-question-2", "2026-01-02", {"probability": "0.99"}),
        _crowd("ada-fabricated-question-5", "2025-12", {"phrase": "likely"}),
        _crowd("ben-invented-question-5", "2026-01", {"phrase": "likely"}),
        _crowd("ben-invented-question-7", "2026-01-01", {"range": ["0.1", "0.3"]}),
    ]
    record(store, [*crowds, *_echoes(ada, ben)], act())
    clock.set(SETTLED)
    reopen(store, "ada-fabricated-question-1", act(reason="the register was misread"))
    with store.reading() as tx:
        for subject, lexicon in product(SUBJECTS, (load("readers"), load("nato"))):
            one_by_one = evidence(tx, subject, lexicon, NOW)
            added_up = evidence(tx, subject, lexicon, NOW, list_up_to=0)
            assert len(one_by_one.claims) > 10
            assert added_up.claims == ()
            assert "crowd" in added_up.clusters or subject.kind == "phrase"
            assert _summed(added_up) == _summed(one_by_one), (subject, lexicon.name)


def _at(store: Store, clock: Clock, act: Callable[..., Act], *extra: Record) -> None:
    clock.set(RECORDED)
    record(store, [*examples.ALL, *extra], act())


def test_a_score_does_not_survive_the_reopening_of_its_question(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Elsewhere the points stayed when a resolution was taken back."""
    _at(sqlite_store, clock, act)
    clock.set(SETTLED)
    resolve(sqlite_store, examples.resolution("no"), act())
    assert score(sqlite_store, ADA, "readers", NOW).scored == 1
    reopen(sqlite_store, "bridge-by-june", act(reason="the register was misread"))
    card = score(sqlite_store, ADA, "readers", NOW)
    assert (card.scored, card.ledger.overdue, card.listed) == (0, 1, ())


def test_an_event_that_happens_early_counts_from_its_deadline_only(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Counted at once, what happens early is scored and what fails is not yet: it would flatter."""
    _at(sqlite_store, clock, act)
    clock.set("2026-04-01T12:00")
    resolve(sqlite_store, examples.resolution("yes"), act())
    early = score(sqlite_store, ADA, "readers", clock())
    assert (early.scored, early.ledger.pending) == (0, 1)
    assert score(sqlite_store, ADA, "readers", NOW).scored == 1


@pytest.mark.parametrize(
    ("outcome", "part"),
    [
        ("ambiguous", "ambiguous"),
        ("annulled", "annulled"),
        ("condition-not-met", "condition_not_met"),
    ],
)
def test_what_is_not_known_is_not_counted_as_wrong(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act], outcome: str, part: str
) -> None:
    """Elsewhere "unknown" was scored as a failure."""
    _at(sqlite_store, clock, act)
    clock.set(SETTLED)
    resolve(sqlite_store, examples.resolution(outcome), act())
    card = score(sqlite_store, ADA, "readers", NOW)
    assert (card.scored, getattr(card.ledger, part), card.ledger.overdue) == (0, 1, 0)


def test_a_forecast_of_zero_is_a_forecast(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Elsewhere a probability of 0 was taken for a missing one."""
    never = examples.forecast(reading={"probability": "0"})
    clock.set(RECORDED)
    record(sqlite_store, [examples.ARTICLE, examples.QUESTION, never], act())
    clock.set(SETTLED)
    resolve(sqlite_store, examples.resolution("no"), act())
    (listed,) = report(sqlite_store, ADA, "readers", NOW).forecasts
    assert (listed.line.words.low, listed.penalty) == (0.0, 0.0)


@pytest.mark.slow
def test_the_card_does_not_depend_on_the_order_of_recording(
    tmp_path: Path, clock: Clock, act: Callable[..., Act]
) -> None:
    """Elsewhere calibration changed with the order of tied rows."""
    author = Author("Ada Fabricated", 110, per_article=5)
    cards = []
    for name, turn in (("there", 1), ("back", -1)):
        store = Store(f"sqlite:///{tmp_path / name}.db")
        store.create()
        clock.set(RECORDED)
        record(store, author.records()[::turn], act())
        clock.set(SETTLED)
        record(store, author.outcomes()[::turn], act())
        cards.append(replace(score(store, ADA, "readers", NOW), head="", curve=None))
        store.close()
    assert cards[0] == cards[1]


def test_a_name_is_found_in_any_case_with_all_its_spellings(
    store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Two desks write one name in two ways; half of its forecasts would be missing."""
    other = examples.forecast(author="ada FABRICATED", label="again")
    accented = examples.forecast(author="Émilie Inventée")
    _at(store, clock, act, other, accented)
    found = score(store, Subject("author", "ADA fabricated"), "readers", NOW)
    assert found.ledger.overdue == 2
    french = score(store, Subject("author", "émilie inventée"), "readers", NOW)
    assert french.ledger.overdue == 1


def test_a_name_that_is_part_of_another_is_another(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    _at(sqlite_store, clock, act)
    with pytest.raises(NotFound) as told:
        score(sqlite_store, Subject("author", "Ada"), "readers", NOW)
    assert told.value.hint == "did you mean 'Ada Fabricated'?"


def test_a_vague_claim_counts_for_everybody_who_signed_the_article(
    store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    joint = Article.parse(
        {
            **examples.ARTICLE.data(),
            "id": "joint",
            "authors": ["Ben Invented", 'Ada "the pen" Fabricated', "Ada Fabricated"],
        }
    )
    vague = VagueClaim.parse({**examples.VAGUE.data(), "article": "joint"})
    _at(store, clock, act, joint, vague)
    counted = {
        name: score(store, Subject("author", name), "readers", NOW).ledger.vague
        for name in ("Ada Fabricated", "Ben Invented", 'ada "the pen" fabricated')
    }
    assert counted == {"Ada Fabricated": 2, "Ben Invented": 1, 'ada "the pen" fabricated': 1}


def test_readers_and_crowds_are_authors_but_not_writers(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """A desk's own guesses must not pass for what a newspaper printed."""
    mine = _crowd("bridge-by-june", "2026-03-01", {"probability": "0.3"})
    mine = Forecast.parse({**mine.data(), "author": "me", "source": "reader"})
    _at(sqlite_store, clock, act, mine)
    clock.set(SETTLED)
    resolve(sqlite_store, examples.resolution("no"), act())
    assert score(sqlite_store, ALL, "readers", NOW).scored == 1
    assert score(sqlite_store, Subject("author", "Me"), "readers", NOW).scored == 1


@pytest.mark.parametrize(
    ("published", "said_on", "stands"),
    [
        ("2026-03-01", "2026-03-01", True),
        ("2026-03-01", "2026-02", True),
        ("2026-03-01", "2026-03-02", False),
        ("2026-03-01", "2026-03", False),
        ("2026-03", "2026-03-01", False),
        ("2026-03", "2026-02-28", True),
    ],
)
def test_a_crowd_is_a_baseline_only_if_it_stood_at_publication_for_certain(
    sqlite_store: Store,
    clock: Clock,
    act: Callable[..., Act],
    published: str,
    said_on: str,
    *,
    stands: bool,
) -> None:
    """A crowd that has read the next day's news is no yardstick for yesterday's article."""
    article = Article.parse({**examples.ARTICLE.data(), "published_on": published})
    crowd = _crowd("bridge-by-june", said_on, {"probability": "0.3"})
    clock.set(RECORDED)
    record(sqlite_store, [article, examples.QUESTION, examples.FORECAST, crowd], act())
    (listed,) = report(sqlite_store, ADA, "readers", NOW).forecasts
    assert (listed.line.crowd is not None) is stands


def test_what_a_lexicon_cannot_read_is_said_and_not_guessed(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    _fill(sqlite_store, clock, act, Author("Ada Fabricated", 30))
    card = score(sqlite_store, ADA, "nato", NOW)
    assert card.ledger.unread > 0
    assert card.scored + card.ledger.unread == 30


def test_nobody_is_ranked_on_questions_that_others_did_not_forecast(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """A mean over one's own questions says as much about the questions as about the author."""
    ada, ben = Author("Ada Fabricated", 30), Author("Ben Invented", 30, seed=11)
    _fill(sqlite_store, clock, act, ada, ben)
    rows = standings(sqlite_store, ALL, "author", "readers", NOW).rows
    assert [row.name for row in rows] == ["Ada Fabricated", "Ben Invented"]
    assert {row.says for row in rows} == {"too few to say"}


def test_who_forecasts_the_same_questions_better_is_ranked_first(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    ada = Author("Ada Fabricated", 40, per_article=1)
    _fill(sqlite_store, clock, act, ada)
    clock.set(RECORDED)
    sages = [
        Forecast.parse(
            {
                "question": each.question,
                "author": "me",
                "made_on": "2026-01-01",
                "source": "reader",
                "reading": {"probability": "0.97" if each.outcome == "yes" else "0.03"},
            }
        )
        for each in ada.outcomes()
        if isinstance(each, Resolution)
    ]
    record(sqlite_store, sages, act())
    rows = standings(sqlite_store, Subject("topic", "bridges"), "author", "readers", NOW).rows
    assert [row.name for row in rows] == ["Ada Fabricated"]
    rows = standings(sqlite_store, ALL, "author", "readers", NOW).rows
    assert [(row.name, row.best_rank, row.worst_rank) for row in rows] == [
        ("me", 1, 1),
        ("Ada Fabricated", 2, 2),
    ]
    both = beside(sqlite_store, ADA, "ME", "readers", NOW)
    assert both.pair.verdict == "worse"
    assert len(both.questions) == 40


def _returns(store: Store, clock: Clock, act: Callable[..., Act], ada: Author) -> None:
    """Ada comes back to six questions a week later, on one of them in a month not known closer."""
    again = [
        Article.parse({**each.data(), "id": f"later-{each.id}", "published_on": day})
        for each, day in zip(
            (each for each in ada.records() if isinstance(each, Article)),
            ("2026-01-11", "2026-02"),
            strict=False,
        )
    ]
    said = [each for each in ada.records() if isinstance(each, Forecast)]
    later = [
        Forecast.parse(
            {
                **each.data(),
                "article": again[at // 5].id,
                "reading": {"probability": "0.2"},
                "quote": f"on balance I now give it 20 percent, number {at}",
            }
        )
        for at, each in enumerate(said[:6])
    ]
    clock.set(RECORDED)
    record(store, [*again, *later], act())


def test_forecasts_that_were_revised_are_scored_over_the_time_they_stood(
    store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """By hand: ten days at the first word, then 20 % until the deadline, or until it happened."""
    ada = Author("Ada Fabricated", 30)
    _fill(store, clock, act, ada)
    _returns(store, clock, act, ada)
    clock.set(RECORDED)
    record(
        store, [_crowd("ada-fabricated-question-0", "2025-12-28", {"probability": "0.5"})], act()
    )
    clock.set(SETTLED)
    with store.reading() as tx:
        for subject in (ALL, Subject("outlet", "the invented gazette"), ADA):
            listed = evidence(tx, subject, load(), NOW).over_time
            summed = evidence(tx, subject, load(), NOW, list_up_to=0).over_time
            assert listed == summed
            assert listed is not None
            assert (listed.revised, listed.peered) == (6, 1)
        lines = [each for each in tx.tallies.lines(Scope("all"), NOW) if each.author == ADA.name]
    expected = []
    for number in range(6):
        mine = [each for each in lines if each.question == f"ada-fabricated-question-{number}"]
        happened = int(mine[0].outcome == "yes")
        first = next(each for each in mine if each.made_on == "2026-01-01")
        reading = read(said_of(first.words), load())
        assert reading is not None
        costs = [2 * (p - happened) ** 2 for p in (reading.best, 0.2)]
        days = (first.due_on - date(2026, 1, 1)).days + 1
        # Known to be of February only, the sixth certainly stood from the last of it.
        before = (date(2026, 1, 11) if number < 5 else date(2026, 2, 28)) - date(2026, 1, 1)
        expected.append((before.days * costs[0] + (days - before.days) * costs[1]) / days)
    assert listed is not None
    assert listed.daily_brier == pytest.approx(sum(expected) / 6)
    # A crowd spoke four days earlier on the one that closes on 1 June, 156 days after.
    assert listed.coverage == pytest.approx((5 + 152 / 156) / 6)
    assert score(store, ADA, "readers", NOW).over_time == listed


def test_a_question_that_came_true_early_stops_the_clock_of_its_forecasts(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """A word after the event would be paid for what everybody knew."""
    again = Article.parse({**examples.ARTICLE.data(), "id": "later", "published_on": "2026-03-11"})
    sure = examples.forecast(article="later", reading={"probability": "0.9"})
    _at(sqlite_store, clock, act, again, sure)
    clock.set(SETTLED)
    told = {**examples.resolution("yes").data(), "happened_on": "2026-03-20"}
    resolve(sqlite_store, Resolution.parse(told), act())
    with sqlite_store.reading() as tx:
        found = evidence(tx, ADA, load(), NOW).over_time
    assert found is not None
    days = [0.2] * 10 + [0.9] * 10
    assert found.daily_brier == pytest.approx(sum(2 * (p - 1) ** 2 for p in days) / 20)


def test_what_is_added_up_says_each_step(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    _fill(sqlite_store, clock, act, Author("Ada Fabricated", 6))
    steps: list[tuple[str, int]] = []
    zero = {"brier": 0.0, "excess": 0.0, "spread": 0.0}
    with sqlite_store.reading() as tx, tx.tallies.many(NOW) as many:
        counts = many.counts(Scope("all"))
        worth = {each.words: Worth(zero, zero) for each in counts}
        many.added(Scope("all"), worth, lambda _: None, lambda *step: steps.append(step))
    assert steps == [("by article", 0), ("by article", 1), ("by question", 0), ("by question", 1)]


@pytest.mark.slow
def test_a_table_over_very_many_forecasts_says_how_far_it_is(
    sqlite_store: Store, clock: Clock, act: Callable[..., Act]
) -> None:
    """Who waits for minutes without a word ends the command."""
    record(sqlite_store, examples.ALL, act())
    said = [examples.forecast(label=f"said-{number}") for number in range(TOLD_EVERY)]
    with sqlite_store.begin() as tx:
        rows = [forecast_row(each) for each in said]
        tx.recorded.insert(FORECAST, rows, actor="Ada", now=clock())
    clock.set("2026-06-02T12:00")
    resolve(sqlite_store, examples.resolution(), act())
    told: list[tuple[str, int, int]] = []
    standings(sqlite_store, ALL, "author", "readers", NOW, progress=lambda *step: told.append(step))
    count = TOLD_EVERY + 1
    assert told == [("forecasts read", TOLD_EVERY, 0), ("forecasts read", count, count)]
