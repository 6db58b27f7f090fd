"""Whatever happens: no open question past its deadline is forgotten, and nobody is told twice.

A small world keeps the rows as the store does: replanned on every change; swept by asking the
plan afresh for a question of which some row's time has come. The rows themselves are never said.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tracker.dates import local_instant, next_morning
from tracker.deadlines import Deadline
from tracker.records import Dossier, Question, Recipient, Reminder, ReminderPolicy, Snooze
from tracker.reminders import DEFAULT_POLICY, pick, plan

START = datetime(2011, 10, 1, 12, tzinfo=UTC)  # ahead lie two clock changes and Samoa's lost day
ZONES = ("UTC", "Europe/Berlin", "Pacific/Apia", "Pacific/Kiritimati", "Etc/GMT+12")
PEOPLE = tuple(
    Recipient(address=f"{name}@fabricated.example", zone=zone, channel=channel)
    for name, zone, channel in (
        ("ada", "Europe/Berlin", "email"),
        ("ada", "Europe/Berlin", "ntfy"),
        ("bea", "Pacific/Apia", "email"),
        ("cem", "Etc/GMT+12", "email"),
    )
)
POLICIES = (
    None,
    ReminderPolicy.parse({"overdue_days": [5]}),
    ReminderPolicy.parse({"overdue_days": [1, 2, 28], "lead_days": [1, 30]}),
    ReminderPolicy.parse({"escalate_to": "dee@fabricated.example", "escalate_days": 4}),
    ReminderPolicy.parse({"at": "02:30", "escalate_to": "bea@fabricated.example"}),
)


@dataclass
class World:
    dossier: Dossier
    recipients: tuple[Recipient, ...] = PEOPLE[:1]
    now: datetime = START
    open: bool = True
    scheduled: tuple[Reminder, ...] = ()
    planned_at: datetime = START
    said: list[Reminder] = field(default_factory=list)

    def plan(self, now: datetime) -> tuple[Reminder, ...]:
        if not self.open:
            return ()
        return plan(
            self.dossier,
            policy=DEFAULT_POLICY,
            recipients=self.recipients,
            heard=self.said,
            now=now,
        )

    def rearm(self) -> None:
        self.scheduled, self.planned_at = self.plan(self.now), self.now
        keys = [key(one) for one in self.scheduled]
        assert len(set(keys)) == len(keys), "the store would refuse two rows with one key"

    def sweep(self) -> tuple[Reminder, ...]:
        if not any(row.fire_at <= self.now for row in self.scheduled):
            return ()
        said, self.scheduled = pick(self.plan(self.now), now=self.now)
        self.planned_at = self.now
        self.said += said
        return said

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def amend(self, **changes: object) -> None:
        question = self.dossier.question.model_copy(update=changes)
        self.dossier = self.dossier.model_copy(
            update={
                "question": question,
                "revision": self.dossier.revision + 1,
                "recorded_at": self.now,
                "snooze": None,
            }
        )

    def amend_deadline(self, days: int) -> None:
        if self.now < self.dossier.question.closes_at:  # refused afterwards
            self.amend(deadline=by(self.now.date() + timedelta(days=days)), checkpoints=())

    def snooze(self, days: int) -> None:
        until = self.now.date() + timedelta(days=days)
        snooze = Snooze(question="tariffs", until=until, reason="the decree is promised")
        self.dossier = self.dossier.model_copy(update={"snooze": snooze})


def by(day: date) -> Deadline:
    return Question.parse({**QUESTION, "deadline": {"by": str(day)}}).deadline


def key(one: Reminder) -> tuple[object, ...]:
    return (one.question, one.revision, *key_of_any_revision(one))


def key_of_any_revision(one: Reminder) -> tuple[object, ...]:
    return (one.stage, one.occasion, one.recipient, one.channel)


QUESTION = {
    "id": "tariffs",
    "text": "Will the invented tariffs take effect?",
    "criteria": "The Invented Gazette prints the decree.",
}
DEADLINES = st.one_of(
    st.integers(-40, 60).map(lambda n: {"by": str(START.date() + timedelta(days=n))}),
    st.builds(
        lambda n, every: {
            "ever": True,
            "horizon": str(START.date() + timedelta(days=n)),
            "review_every": every,
        },
        st.integers(20, 300),
        st.sampled_from(["1 day", "10 days", "1 month"]),
    ),
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    question = Question.parse(
        {**QUESTION, "deadline": draw(DEADLINES), "zone": draw(st.sampled_from(ZONES))}
    )
    closes_on = question.deadline.closes_on
    marks = draw(st.lists(st.integers(0, 30), max_size=2, unique=True))
    checkpoints = [{"name": f"mark {n}", "on": str(closes_on - timedelta(days=n))} for n in marks]
    question = Question.parse({**question.data(), "checkpoints": checkpoints})
    about = Dossier(question=question, revision=1, recorded_at=START, recorded_by="tester")
    world = World(about)
    world.rearm()
    return world


ACTIONS = st.one_of(
    st.just(("nothing", 0)),
    st.tuples(st.just("snooze"), st.integers(-2, 60)),
    st.tuples(st.just("amend text"), st.just(0)),
    st.tuples(st.just("amend deadline"), st.integers(-10, 90)),
    st.tuples(st.just("amend reminders"), st.integers(0, len(POLICIES) - 1)),
    st.tuples(st.just("recipients"), st.integers(0, len(PEOPLE))),
    st.tuples(st.just("resolve or reopen"), st.just(0)),
)
# Hours; below zero the clock is set back.
WAITS = st.one_of(
    st.floats(0.1, 40), st.sampled_from([24, 72, 24 * 7, 24 * 45, 24 * 200]), st.floats(-30, 0)
)
STEPS = st.tuples(WAITS, ACTIONS, st.sampled_from(["swept", "swept", "down"]))


def take(world: World, action: str, number: int) -> None:
    match action:
        case "nothing":
            return
        case "snooze":
            world.snooze(number)
        case "amend text":
            if world.now < world.dossier.question.closes_at:
                world.amend(criteria="Two invented papers print the decree.")
        case "amend deadline":
            world.amend_deadline(number)
        case "amend reminders":
            world.amend(reminders=POLICIES[number])
        case "recipients":
            world.recipients = PEOPLE[:number]
        case _:
            world.open = not world.open
    world.rearm()


def check_nobody_is_told_twice(world: World, said: tuple[Reminder, ...]) -> None:
    keys = [key_of_any_revision(one) for one in world.said]
    assert len(set(keys)) == len(keys), "two messages for one stage"
    for stages in (("lead",), ("due", "overdue"), ("review",), ("escalate",)):
        series = [(one.recipient, one.channel) for one in said if one.stage in stages]
        assert len(set(series)) == len(series), f"{stages} said twice in one sweep"


def check_silence(world: World, said: tuple[Reminder, ...]) -> None:
    assert world.open or not said, "a resolved question is not asked about"
    snooze = world.dossier.snooze
    for one in said:
        assert one.fire_at <= world.now
        if one.stage in ("lead", "review"):
            assert world.now < world.dossier.question.closes_at
        if snooze is not None:
            assert returns_at(world, one.zone) <= world.now, "said during a snooze"


def returns_at(world: World, zone: str) -> datetime:
    snooze, own = world.dossier.snooze, world.dossier.question.reminders
    assert snooze is not None
    at = (own.at if own else None) or DEFAULT_POLICY.at
    assert at is not None
    return local_instant(snooze.until, at, ZoneInfo(zone))


def check_nothing_is_forgotten(world: World) -> None:
    """Hold, right after a sweep, that everybody has heard of what is open and due, and lately."""
    # A clock set back behind what it has recorded or planned reaches it again by running on.
    if not world.open or world.now < max(START, world.planned_at):
        return
    closes_at = world.dossier.question.closes_at
    for person in world.recipients:
        zone = ZoneInfo(person.zone)
        if world.now < closes_at + timedelta(hours=25):
            continue
        if world.dossier.snooze and world.now < returns_at(world, person.zone):
            continue
        asked = [
            one.fire_at
            for one in world.said
            if (one.recipient, one.channel) == (person.address, person.channel)
            and one.stage in ("due", "overdue")
            and one.fire_at >= closes_at
        ]
        assert asked, f"{person.address} has not heard that it is due ({zone})"
        # The longest distance is a month and the three days that a return keeps free.
        assert world.now - max(asked) < timedelta(days=36), "it fell silent"


def check_the_rows_are_pulse_enough(world: World, later: datetime) -> None:
    """Hold that a row will have fired by whenever the plan has something to say."""
    due = [one for one in world.plan(later) if one.fire_at <= later]
    assert not due or any(row.fire_at <= later for row in world.scheduled)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    world=worlds(),
    steps=st.lists(STEPS, min_size=1, max_size=20),
    ahead=st.integers(0, 24 * 100),
)
def test_whatever_happens_an_open_question_is_heard_of_and_nobody_is_told_twice(
    world: World, steps: list[tuple[float, tuple[str, int], str]], ahead: int
) -> None:
    for hours, (action, number), daemon in steps:
        world.wait(hours)
        take(world, action, number)
        check_the_rows_are_pulse_enough(world, world.planned_at + timedelta(hours=ahead))
        if daemon == "down":
            continue
        said = world.sweep()
        check_nobody_is_told_twice(world, said)
        check_silence(world, said)
        check_nothing_is_forgotten(world)
        assert world.sweep() == (), "a second sweep at the same instant has nothing to say"
    event(f"said: {min(len(world.said), 10)}")


@given(world=worlds(), hours=st.integers(0, 24 * 400))
def test_what_waits_does_not_depend_on_whether_what_is_due_was_said(
    world: World, hours: int
) -> None:
    # The sweep plans once, before it says: the second plan it spares would have been the same.
    now = world.now + timedelta(hours=hours)
    said, later = pick(world.plan(now), now=now)
    world.said += said
    assert world.plan(now) == later


@given(world=worlds(), hours=st.integers(0, 24 * 400))
def test_planning_again_changes_nothing(world: World, hours: int) -> None:
    now = world.now + timedelta(hours=hours)
    assert world.plan(now) == world.plan(now)


@settings(max_examples=50, deadline=None)
@given(world=worlds(), hours=st.lists(st.floats(0.01, 24), min_size=1, max_size=60))
def test_sweeps_more_often_than_daily_say_everything_within_a_day_of_its_time(
    world: World, hours: list[float]
) -> None:
    # Nothing is skipped while the daemon is up: lateness is at most the distance of two sweeps.
    for step in hours:
        world.wait(step)
        for one in world.sweep():
            recorded_late = one.fire_at < START
            assert recorded_late or world.now - one.fire_at <= timedelta(hours=24)
    for person in world.recipients:
        closes_at = world.dossier.question.closes_at
        morning = next_morning(closes_at, DEFAULT_POLICY.at or START.time(), ZoneInfo(person.zone))
        if morning[1] <= world.now:
            stages = [one.stage for one in world.said if one.recipient == person.address]
            assert "due" in stages
