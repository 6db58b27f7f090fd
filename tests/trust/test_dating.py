"""Nothing can be dated back: what was recorded when is the machine's word, never the input's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Clock, Terminal
from examples import ALL, ARTICLE, FORECAST, QUESTION, VAGUE, forecast, question, resolution

from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.record import amend, record
from tracker.actions.resolve import reopen, resolve
from tracker.errors import Conflict, Invalid
from tracker.fields import Record
from tracker.records import Article, Forecast, Question, Resolution, VagueClaim
from tracker.store.store import Store

_KINDS: list[tuple[type[Record], Record]] = [
    (Article, ARTICLE),
    (VagueClaim, VAGUE),
    (Question, QUESTION),
    (Forecast, FORECAST),
    (Resolution, resolution()),
]


@pytest.mark.parametrize(("kind", "example"), _KINDS)
@pytest.mark.parametrize("field", ["recorded_at", "recorded_by", "retrospective", "revision"])
def test_no_record_takes_from_input_what_the_machine_says(
    kind: type[Record], example: Record, field: str
) -> None:
    with pytest.raises(Invalid, match="is not a field here"):
        kind.parse({**example.data(), field: "2020-01-01"})


def test_a_file_that_says_when_it_was_recorded_is_refused(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "predictions.yaml"
    file.write_text(
        "version: 1\nquestions:\n  - id: q\n    text: Will it?\n    criteria: It does.\n"
        "    deadline: {by: 2026-06-01}\n    recorded_at: 2020-01-01\n"
    )
    assert "recorded_at" in terminal("import", str(file), code=5).stderr


@pytest.mark.slow
def test_when_comes_from_the_clock(store: Store, act: Callable[..., Act], clock: Clock) -> None:
    record(store, ALL, act())
    clock.forward(hours=5)
    resolve(store, resolution(), act())
    with store.reading() as tx:
        times = [entry.at for entry in tx.ledger.entries()]
        dossier = tx.recorded.dossier(QUESTION.id)
    assert times == ["2026-03-02T12:00:00.000000Z"] * 4 + ["2026-03-02T17:00:00.000000Z"]
    assert dossier.statements[0].recorded_at.isoformat() == "2026-03-02T12:00:00+00:00"
    assert dossier.resolved_at == clock()


def test_a_forecast_recorded_after_its_deadline_is_retrospective_for_ever(
    store: Store, act: Callable[..., Act], clock: Clock
) -> None:
    """Not even an earlier made_on, a reason or a second import makes it a forecast in time."""
    record(store, [ARTICLE, QUESTION, FORECAST], act())
    clock.set("2026-06-02T00:00")
    late = forecast(label="late", made_on="2026-03-01")
    record(store, [late], act())
    record(store, [late], act(reason="again"))
    edited = forecast(label="late", made_on="2026-03-01", quote="it was always clear")
    with pytest.raises(Conflict, match="its deadline has passed"):
        record(store, [edited], act(reason="a better quote"))
    with store.reading() as tx:
        statements = tx.recorded.dossier(QUESTION.id).statements
    assert [each.retrospective for each in statements] == [False, True]
    assert trust.verify(store).findings.count == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"deadline": {"by": "2027-01-01"}},
        {"text": "Will it not?"},
        {"criteria": "Anything."},
        {"zone": "Pacific/Kiritimati"},
        {"base_rate": "0.5"},
    ],
)
def test_an_amendment_after_the_deadline_is_refused(
    store: Store, act: Callable[..., Act], clock: Clock, changes: dict[str, object]
) -> None:
    record(store, ALL, act())
    clock.set("2026-06-02T00:00")
    with pytest.raises(Conflict, match="its deadline has passed"):
        amend(store, QUESTION.id, changes, act(reason="hindsight"))
    with pytest.raises(Conflict, match="its deadline has passed"):
        record(store, [question(**changes)], act(reason="hindsight"))


def test_the_last_moment_before_the_deadline_still_counts(
    store: Store, act: Callable[..., Act], clock: Clock
) -> None:
    record(store, ALL, act())
    clock.set("2026-06-01T23:59:59")
    amended = amend(store, QUESTION.id, {"base_rate": "0.5"}, act(reason="counted"))
    assert amended.revision == 2


def test_a_resolution_is_corrected_only_by_reopening_and_both_stay(
    store: Store, act: Callable[..., Act]
) -> None:
    record(store, ALL, act())
    resolve(store, resolution("yes"), act())
    other = resolution("annulled", evidence="https://city.example/correction")
    with pytest.raises(Conflict, match="already resolved"):
        resolve(store, other, act(reason="I was wrong"))
    with pytest.raises(Conflict, match="already resolved"):
        record(store, [other], act(reason="I was wrong"))
    with pytest.raises(Invalid, match="a reason is needed"):
        reopen(store, QUESTION.id, act())
    reopen(store, QUESTION.id, act(reason="the register was misread"))
    resolve(store, other, act())
    with store.reading() as tx:
        actions = [entry.action for entry in tx.ledger.entries(QUESTION.id)]
    assert actions[2:] == ["question.resolved", "question.reopened", "question.resolved"]
    assert trust.verify(store).findings.count == 0
