"""Two people at one desk, in any order: what they see is what a simple model says."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from desk import EDITOR
from examples import ARTICLE, forecast, question, resolution
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tracker.actions.arm import Act, Audience
from tracker.actions.record import amend, record
from tracker.actions.remind import Post, sweep
from tracker.actions.resolve import reopen, resolve, snooze
from tracker.errors import Conflict, Invalid, NotFound
from tracker.notify.channel import ChannelSettings, build
from tracker.outcomes import OUTCOMES
from tracker.records import ReminderPolicy, Snooze
from tracker.store.store import Store

_DEADLINE = datetime(2026, 6, 2, tzinfo=UTC)
_AUDIENCE = Audience((EDITOR,), ReminderPolicy())
ids = st.sampled_from(["first", "second", "third"])
people = st.sampled_from([0, 1])
outcomes = st.sampled_from(["yes", "no", "annulled", "ambiguous"])


@dataclass
class Model:
    """What one question should be."""

    condition: str | None = None
    revision: int = 1
    outcome: str | None = None
    forecasts: dict[str, bool] = field(default_factory=dict)


class Desk(RuleBasedStateMachine):
    """Two connections to one database, and the model beside it."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        url = self.url or f"sqlite:///{self.folder / 'tracker.db'}"
        self.stores = (Store(url), Store(url))
        self.stores[0].create()
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.model: dict[str, Model] = {}
        self.seen: dict[tuple[int, str], int] = {}
        # A server's database serves every run: each has ids of its own.
        self.run = f"r{uuid4().hex}"
        record(self.stores[0], [ARTICLE], self.act(0))
        with self.stores[0].reading() as tx:
            self.events = tx.ledger.head().seq

    def act(self, person: int, reason: str | None = None) -> Act:
        return Act(("Ada", "Ben")[person], self.now, _AUDIENCE, reason)

    def id(self, name: str) -> str:
        return f"{self.run}-{name}"

    def did(self, person: int, records: list[Any]) -> None:
        record(self.stores[person], records, self.act(person))
        self.events += len(records)

    def tried(self, do: Callable[[], object]) -> bool:
        """Whether it was done; a refusal is always one of the tracker's own."""
        try:
            do()
        except (Conflict, Invalid, NotFound):
            return False
        self.events += 1
        return True

    @property
    def closed(self) -> bool:
        return self.now >= _DEADLINE

    @rule(person=people, name=ids)
    def add(self, person: int, name: str) -> None:
        """The same question again is unchanged, an amended one a conflict."""
        standing = self.model.get(name)
        asked = question(id=self.id(name))
        if standing is None:
            self.did(person, [asked])
            self.model[name] = Model()
        elif standing.condition is None:
            (verdict,) = record(self.stores[person], [asked], self.act(person))
            assert verdict.status == "unchanged"
        else:
            with pytest.raises(Conflict):
                record(self.stores[person], [asked], self.act(person))

    @rule(person=people, name=ids, label=st.sampled_from(["a", "b"]))
    def forecast(self, person: int, name: str, label: str) -> None:
        said = forecast(question=self.id(name), label=label)
        if name not in self.model:
            with pytest.raises((NotFound, Invalid)):
                record(self.stores[person], [said], self.act(person))
        elif label not in self.model[name].forecasts:
            self.did(person, [said])
            self.model[name].forecasts[label] = self.closed

    @rule(person=people, name=ids)
    def look(self, person: int, name: str) -> None:
        """What somebody saw is what they later believe to stand."""
        if name in self.model:
            self.seen[person, name] = self.model[name].revision

    @rule(person=people, name=ids, words=st.sampled_from(["if it rains", "if it snows"]))
    def amend(self, person: int, name: str, words: str) -> None:
        """Whoever amends what somebody else amended meanwhile is told; nothing is overwritten."""
        standing = self.model.get(name)
        seen = self.seen.get((person, name))
        if standing is None or seen is None:
            return
        fine = seen == standing.revision and not self.closed and standing.condition != words
        act = self.act(person, "it depends")
        change = {"condition": words}
        assert fine == self.tried(
            lambda: amend(self.stores[person], self.id(name), change, act, expected_revision=seen)
        )
        if fine:
            standing.condition, standing.revision = words, seen + 1

    @rule(person=people, name=ids, outcome=outcomes)
    def resolve(self, person: int, name: str, outcome: str) -> None:
        standing = self.model.get(name)
        said = resolution(outcome, question=self.id(name))
        done = self.tried(lambda: resolve(self.stores[person], said, self.act(person)))
        if standing is None or standing.outcome is not None:
            assert not done
        else:
            assert done == (self.closed or OUTCOMES[outcome].early)
            standing.outcome = outcome if done else None

    @rule(person=people, name=ids)
    def reopen(self, person: int, name: str) -> None:
        standing = self.model.get(name)
        act = self.act(person, "a mistake")
        done = self.tried(lambda: reopen(self.stores[person], self.id(name), act))
        assert done == (standing is not None and standing.outcome is not None)
        if standing is not None:
            standing.outcome = None

    @rule(person=people, name=ids, days=st.integers(1, 60))
    def snooze(self, person: int, name: str, days: int) -> None:
        standing = self.model.get(name)
        until = str((self.now + timedelta(days)).date())
        asleep = Snooze.parse({"question": self.id(name), "until": until, "reason": "later"})
        done = self.tried(lambda: snooze(self.stores[person], asleep, self.act(person)))
        assert done == (standing is not None and standing.outcome is None)

    @rule(person=people)
    def sweep(self, person: int) -> None:
        """Reminding records nothing."""
        mail = ChannelSettings(sender="tracker@localhost", maildir=self.folder / "mail")
        post = Post(lambda name: build(name, mail), "tracker@localhost", "localhost")
        sweep(self.stores[person], post, _AUDIENCE, lambda: self.now)

    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days)

    @invariant()
    def both_see_what_the_model_says(self) -> None:
        for store in self.stores:
            with store.reading() as tx:
                assert tx.ledger.head().seq == self.events
                assert tx.recorded.question_ids(self.run) == sorted(map(self.id, self.model))
                for name, model in self.model.items():
                    dossier = tx.recorded.dossier(self.id(name))
                    assert dossier.revision == model.revision
                    assert dossier.question.condition == model.condition
                    said = dossier.resolution.outcome if dossier.resolution else None
                    assert said == model.outcome
                    late = {each.forecast.label: each.retrospective for each in dossier.statements}
                    assert late == model.forecasts

    def teardown(self) -> None:
        with self.stores[1].reading() as tx:
            assert tx.verify().findings.kept == []
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)


@pytest.mark.slow
def test_two_people_on_one_file() -> None:
    run_state_machine_as_test(
        Desk, settings=settings(max_examples=15, stateful_step_count=25, deadline=None)
    )


@pytest.mark.slow
def test_two_people_on_one_server(postgres_url: str) -> None:

    class ServerDesk(Desk):
        url = postgres_url

    run_state_machine_as_test(
        ServerDesk, settings=settings(max_examples=10, stateful_step_count=25, deadline=None)
    )
