"""`tracker log` tells who did what, when and why, and leaves nothing out."""

# ruff: noqa: ISC004 - sentences longer than a line

import json
import re
from collections.abc import Callable

import pytest
from desk import Clock, Terminal
from examples import ALL, ARTICLE, FORECAST, QUESTION, VAGUE, forecast, question, resolution
from sqlalchemy import Engine, text
from tampering import guards_off

from tracker.actions.arm import Act
from tracker.actions.history import history
from tracker.actions.record import amend, record
from tracker.actions.resolve import reopen, resolve, snooze
from tracker.errors import NotFound
from tracker.records import Snooze, VagueClaim
from tracker.store.engine import open_engine, transaction
from tracker.store.store import Store


def _told(store: Store, subject: str | None = None) -> list[str]:
    return [f"{line.entry.actor} {line.words}" for line in history(store, subject)]


def test_a_questions_history_is_told_in_words(
    store: Store, act: Callable[..., Act], clock: Clock
) -> None:
    record(store, [*ALL, question(id="bridge-by-june-2")], act())
    late = {"deadline": {"by": "2026-07-01"}, "topics": ["bridges", "roads"]}
    amend(store, QUESTION.id, late, act(reason="the city moved it", actor="Ben"))
    amend(store, QUESTION.id, {"base_rate": "0.1"}, act(reason="now known"))
    asleep = {"question": QUESTION.id, "until": "2026-05-01", "reason": "nothing before May"}
    snooze(store, Snooze.parse(asleep), act())
    resolve(store, resolution(happened_on="2026-03-02"), act(actor="Ben"))
    reopen(store, QUESTION.id, act(reason="it was the footbridge"))
    clock.set("2026-07-02T12:00")
    resolve(store, resolution("no", by="Cy", note="still closed"), act())
    record(store, [forecast(label="afterwards")], act())
    evidence = "https://city.example/register"
    assert _told(store, QUESTION.id) == [
        "Ada recorded the question bridge-by-june: Will the Imaginary Bridge open by 1 June 2026? "
        "Deadline: 1 June 2026",
        "Ada recorded Ada Fabricated's forecast on bridge-by-june: “unlikely”",
        "Ben amended the question bridge-by-june (revision 2): "
        'deadline {"by": "2026-06-01"} → {"by": "2026-07-01"}; '
        'topics ["bridges"] → ["bridges", "roads"]. Reason: the city moved it',
        "Ada amended the question bridge-by-june (revision 3): "
        "base_rate nothing → “0.1”. Reason: now known",
        "Ada snoozed bridge-by-june until 1 May 2026. Reason: nothing before May",
        f"Ben resolved bridge-by-june yes (happened on 2026-03-02): {evidence}",
        "Ada reopened bridge-by-june. Reason: it was the footbridge",
        f"Ada resolved bridge-by-june no, said by Cy: {evidence}. Note: still closed",
        "Ada recorded Ada Fabricated's forecast on bridge-by-june: “unlikely”; "
        "retrospective: its deadline had passed",
    ]


def test_an_articles_history_holds_its_vague_claims(store: Store, act: Callable[..., Act]) -> None:
    """Two claims of one article share its id; an amendment is held against its own claim."""
    other = VagueClaim.parse({**VAGUE.data(), "quote": "nobody knows", "missing": ["event"]})
    record(store, [ALL[0], VAGUE, other], act())
    sharper = VagueClaim.parse({**VAGUE.data(), "missing": ["event", "likelihood"]})
    record(store, [sharper], act(reason="a date is given"))
    assert _told(store, ALL[0].id) == [
        "Ada recorded the article fabricated-gazette-2026-03: "
        "Ada Fabricated, The Invented Gazette, 2026-03-01",
        "Ada recorded a vague claim in fabricated-gazette-2026-03: “the river could yet surprise "
        "us” (missing: event, deadline)",
        "Ada recorded a vague claim in fabricated-gazette-2026-03: “nobody knows” (missing: event)",
        "Ada amended the vague-claim fabricated-gazette-2026-03: "
        'missing ["event", "deadline"] → ["event", "likelihood"]. Reason: a date is given',
    ]


def test_readings_and_the_places_of_quotes_are_told_in_words(filled: Engine) -> None:
    """They stood there as bare names of events."""
    store = Store(filled.url.render_as_string(hide_password=False))
    told = _told(store, ARTICLE.id)
    store.close()
    (read,) = (line for line in told if " read " in line)
    assert re.fullmatch(rf"Ada read {ARTICLE.id} \(text \w+…\): 2 sentences proposed, 0 kept", read)
    placed = [line for line in told if " found a recorded quote in the text of " in line]
    assert len(placed) == 2
    assert placed[0].endswith(f"characters 0 to {len(FORECAST.quote or '')}")


@pytest.mark.parametrize("payload", ["no JSON", "[]", "{}", '{"quote": 7}'])
def test_an_event_that_somebody_broke_is_told_as_that_and_the_others_as_ever(
    sqlite_store: Store, sqlite_url: str, act: Callable[..., Act], payload: str
) -> None:
    """Whoever looks into a tampered ledger must be able to read the rest of it."""
    record(sqlite_store, ALL, act())
    engine = open_engine(sqlite_url)
    with transaction(engine) as conn:
        guards_off(conn)
        conn.execute(text("UPDATE ledger SET payload = :new WHERE seq = 2"), {"new": payload})
    engine.dispose()
    told = _told(sqlite_store)
    assert len(told) == 4
    assert "cannot be read (`tracker verify`)" in told[1]
    assert "recorded the question" in told[2]


def test_an_unknown_id_is_told_with_the_nearest(store: Store, act: Callable[..., Act]) -> None:
    record(store, ALL, act())
    with pytest.raises(NotFound) as caught:
        _told(store, "bridge-by-jun")
    assert "bridge-by-june" in str(caught.value.hint)


def test_the_command_prints_a_line_per_event_and_json_for_programs(terminal: Terminal) -> None:
    terminal("init")
    app = terminal.open()
    record(app.store, ALL, app.act())
    lines = terminal("log").stdout.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("    1  2026-03-02 12:00 UTC  Ada recorded the article")
    assert terminal("log", "--last", "1").stdout.splitlines() == lines[3:]
    assert len(terminal("log", QUESTION.id).stdout.splitlines()) == 2
    events = json.loads(terminal("log", "--format", "json").stdout)["events"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4]
    assert events[3]["payload"]["reading"] == {"phrase": "unlikely", "negated": False}
    assert terminal("log", "--format", "csv").stdout.startswith("seq,at,actor,words\n")
    assert "no question 'nothing'" in terminal.refused("log", "nothing", code=3)
