"""The reminder policy, pure: which reminders should stand for a question, as of now.

The policy decides and the store keeps. The rows that the store keeps are only a pulse: a sweep
asks `plan` afresh for every question that has a row whose time has come, says what `pick` says,
and keeps the rest in the place of the question's rows.

The rules, each for one recipient on one channel:

- Reminders that repeat each other are a *series*: the leads; due and overdue; the reviews. Of a
  series only the latest missed one and the next one stand, so whatever was missed is said once.
- An occasion names the day it is about ("2025-09-02, day 3"). It is therefore the same in every
  revision that leaves that day alone, and such an amendment repeats nothing; a moved deadline has
  other occasions and starts anew.
- A snooze absorbs all that falls before nine o'clock on its day into one reminder at that moment:
  overdue if the question is due by then, else a lead (a review where the question is open-ended).
- What had passed before a question was recorded is not news, except that its deadline has: a
  question recorded late is due at once, and its repeats count from that day.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from tracker.dates import Span, local_instant, next_morning
from tracker.deadlines import Ever
from tracker.records import Dossier, Question, Recipient, Reminder, ReminderPolicy, Stage

DEFAULT_POLICY = ReminderPolicy(
    lead_days=(7,), overdue_days=(3, 7, 14, 30), escalate_days=14, at=time(9)
)
"""Quiet for a single user: nobody is escalated to until somebody is named."""

_LONGEST_UNIT = {"day": 1, "week": 7, "month": 31, "year": 366}
_MONTHLY = Span(1, "month")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Moment:
    """A reminder before it is addressed."""

    stage: Stage
    occasion: str
    fire_at: datetime


@dataclass(frozen=True, slots=True)
class _View:
    """One question as one recipient meets it on one channel.

    Attributes:
        dossier: what is recorded about the question.
        policy: with every field but `to` and `escalate_to` set.
        recipient: who.
        told: what this recipient has already been told about this question, on this channel.
        now: the instant of asking.
    """

    dossier: Dossier
    policy: ReminderPolicy
    recipient: Recipient
    told: tuple[Reminder, ...]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.recipient.zone)

    @property
    def at(self) -> time:
        return self.policy.at or time(9)

    @property
    def question(self) -> Question:
        return self.dossier.question

    @property
    def closes_on(self) -> date:
        return self.question.deadline.closes_on

    def morning(self, day: date) -> datetime:
        """Return nine o'clock (or whatever the policy says) of a day where the recipient is."""
        return local_instant(day, self.at, self.zone)

    def local_day(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    @property
    def returns_at(self) -> datetime | None:
        """When the question comes back from its snooze."""
        snooze = self.dossier.snooze
        return self.morning(snooze.until) if snooze else None

    @property
    def due_at(self) -> datetime:
        """The first morning after the deadline has closed, or when it was recorded if later.

        Only a first revision can be recorded late: amendments end with the deadline, so a later
        one (of the reminders alone) must not make the question due once more.
        """
        morning = next_morning(self.question.closes_at, self.at, self.zone)[1]
        late = self.dossier.revision == 1 and self.dossier.recorded_at > morning
        return self.dossier.recorded_at if late else morning

    @property
    def due_day(self) -> date:
        """The day from which repeats count: the one on which the recipient was told, if so."""
        said = [r.local_date for r in self.told if r.stage == "due" and self._is_due(r.occasion)]
        return min(said, default=self.local_day(self.due_at))

    def _is_due(self, occasion: str) -> bool:
        return occasion == str(self.closes_on)

    @property
    def reach(self) -> datetime:
        """Up to where an endless series is followed: a clock that was set back comes before it."""
        return max([self.now, *(one.fire_at for one in self.told)])

    def has_heard(self, moment: _Moment) -> bool:
        return any((r.stage, r.occasion) == (moment.stage, moment.occasion) for r in self.told)

    def silenced(self, moment: _Moment) -> bool:
        """Whether a snooze absorbs it."""
        return self.returns_at is not None and moment.fire_at <= self.returns_at


def plan(
    dossier: Dossier,
    *,
    policy: ReminderPolicy,
    recipients: Sequence[Recipient],
    heard: Collection[Reminder],
    now: datetime,
) -> tuple[Reminder, ...]:
    """Return every reminder that should stand for the question now, the earliest first.

    Those with `fire_at <= now` are to be said (see `pick`); the others wait. There are none for a
    resolved question.

    Args:
        dossier: the question, its revision and its snooze.
        policy: the general policy, over which the question's own is laid; what neither sets is
            taken from `DEFAULT_POLICY`. An empty `lead_days`, `overdue_days` or `to` means none.
        recipients: who is reminded where the policy's `to` names nobody. An address in `to` or
            `escalate_to` that is not among them is reached by e-mail in the question's zone.
        heard: the reminders of this question, of whatever revision, that were queued or sent.
        now: aware.
    """
    if dossier.resolution is not None:
        return ()
    effective = policy.over(DEFAULT_POLICY)
    if dossier.question.reminders is not None:
        effective = dossier.question.reminders.over(effective)
    asked = _addressed(dossier.question, effective.to, recipients)
    standing = []
    for recipient in asked:
        view = _View(dossier, effective, recipient, _told(heard, recipient), now)
        standing += [_reminder(view, moment) for moment in _moments(view)]
    for recipient in _second(dossier.question, effective, recipients, asked):
        view = _View(dossier, effective, recipient, _told(heard, recipient), now)
        standing += [_reminder(view, moment) for moment in _escalation(view)]
    return tuple(sorted(standing, key=_order))


def pick(
    standing: Iterable[Reminder], *, now: datetime
) -> tuple[tuple[Reminder, ...], tuple[Reminder, ...]]:
    """Split a plan into what a sweep says now and what it keeps scheduled."""
    ordered = sorted(standing, key=_order)
    said = tuple(reminder for reminder in ordered if reminder.fire_at <= now)
    return said, tuple(ordered[len(said) :])


def _order(reminder: Reminder) -> tuple[datetime, str, str, str, str]:
    kind = (reminder.stage, reminder.occasion)
    return (reminder.fire_at, reminder.recipient, reminder.channel, *kind)


def unreachable(policy: ReminderPolicy, recipients: Sequence[Recipient]) -> list[str]:
    """Return the names in a policy that are no e-mail address and nobody's in the settings.

    Args:
        policy: a question's own.
        recipients: those of the settings, on any channel.
    """
    named = [*(policy.to or ()), *filter(None, [policy.escalate_to])]
    return [
        name
        for name in named
        if "@" not in name and not any(_same(one.address, name) for one in recipients)
    ]


def _addressed(
    question: Question, to: Sequence[str] | None, recipients: Sequence[Recipient]
) -> tuple[Recipient, ...]:
    if to is None:
        return _each_once(recipients)
    return _each_once(one for address in to for one in _known(question, address, recipients))


def _known(
    question: Question, address: str, recipients: Sequence[Recipient]
) -> tuple[Recipient, ...]:
    known = _each_once(one for one in recipients if _same(one.address, address))
    return known or (Recipient(address=address, zone=question.zone),)


def _each_once(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Leave out whoever stands there again, be it in another zone: the first one counts."""
    found: dict[tuple[str, str], Recipient] = {}
    for one in recipients:
        found.setdefault((one.address.casefold(), one.channel), one)
    return tuple(found.values())


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _second(
    question: Question,
    policy: ReminderPolicy,
    recipients: Sequence[Recipient],
    asked: Sequence[Recipient],
) -> tuple[Recipient, ...]:
    """Return whom it is escalated to: nobody who is asked anyway."""
    address = policy.escalate_to
    if address is None or any(_same(recipient.address, address) for recipient in asked):
        return ()
    return _known(question, address, recipients)


def _told(heard: Collection[Reminder], recipient: Recipient) -> tuple[Reminder, ...]:
    return tuple(
        one
        for one in heard
        if _same(one.recipient, recipient.address) and one.channel == recipient.channel
    )


def _reminder(view: _View, moment: _Moment) -> Reminder:
    return Reminder(
        question=view.question.id,
        revision=view.dossier.revision,
        stage=moment.stage,
        occasion=moment.occasion,
        recipient=view.recipient.address,
        channel=view.recipient.channel,
        # Not the day that was aimed at: a zone may never have had it.
        local_date=view.local_day(moment.fire_at),
        zone=view.recipient.zone,
        fire_at=moment.fire_at,
    )


def _moments(view: _View) -> Iterator[_Moment]:
    yield from _checkpoints(view)
    if view.now < view.question.closes_at:
        yield from _latest_and_next(view, _leads(view))
        yield from _latest_and_next(view, _reviews(view))
    yield from _latest_and_next(view, _asking(view))


def _latest_and_next(view: _View, series: Iterable[_Moment]) -> Iterator[_Moment]:
    """Leave of a series what comes after the last one heard: the latest missed and the next."""
    ordered = sorted(series, key=lambda moment: moment.fire_at)
    heard = [index for index, moment in enumerate(ordered) if view.has_heard(moment)]
    fresh = ordered[max(heard, default=-1) + 1 :]
    yield from [moment for moment in fresh if moment.fire_at <= view.now][-1:]
    yield from [moment for moment in fresh if moment.fire_at > view.now][:1]


def _checkpoints(view: _View) -> Iterator[_Moment]:
    for checkpoint in view.question.checkpoints:
        moment = _Moment("checkpoint", checkpoint.occasion, view.morning(checkpoint.on))
        passed = moment.fire_at < view.dossier.recorded_at
        if not passed and not view.silenced(moment) and not view.has_heard(moment):
            yield moment


def _leads(view: _View) -> Iterator[_Moment]:
    for days in view.policy.lead_days or ():
        occasion = f"{view.closes_on}, {Span(days, 'day')} before"
        fire_at = view.morning(view.closes_on - timedelta(days=days))
        moment = _Moment("lead", occasion, fire_at)
        # A later revision is given its lead even late: the one before it may have missed its own.
        known = view.dossier.revision == 1 and fire_at < view.dossier.recorded_at
        if fire_at < view.question.closes_at and not known and not view.silenced(moment):
            yield moment
    if not view.question.deadline.open_ended:
        yield from _return_before_the_deadline(view, "lead")


def _return_before_the_deadline(view: _View, stage: Stage) -> Iterator[_Moment]:
    snooze, returns_at = view.dossier.snooze, view.returns_at
    if snooze and returns_at and returns_at < view.question.closes_at:
        yield _Moment(stage, f"{view.closes_on}, snoozed until {snooze.until}", returns_at)


def _reviews(view: _View) -> Iterator[_Moment]:
    deadline = view.question.deadline
    if not isinstance(deadline, Ever):
        return
    start = view.dossier.recorded_at.astimezone(ZoneInfo(view.question.zone)).date()
    for _, day in _repeats(start, deadline.review_every, view.local_day(view.reach)):
        moment = _Moment("review", str(day), view.morning(day))
        if moment.fire_at < view.question.closes_at and not view.silenced(moment):
            yield moment
    yield from _return_before_the_deadline(view, "review")


def _asking(view: _View) -> Iterator[_Moment]:
    """Yield due and overdue, as far as they come after the last of them that was said.

    Comparing instants as well as occasions keeps a changed policy, or a snooze that an amendment
    ended, from asking about days before the last question.
    """
    asked = [one.fire_at for one in view.told if one.stage in ("due", "overdue")]
    last = max(asked, default=view.question.closes_at - _ONE_DAY)
    due = _Moment("due", str(view.closes_on), view.due_at)
    moments = [due, *_overdue(view)]
    returned = _return_when_due(view)
    if returned is not None:
        # A repeat on the day after the return would only annoy: it keeps the first one's distance.
        room = returned.fire_at + timedelta(days=_first_repeat(view))
        moments = [returned, *(moment for moment in moments if moment.fire_at >= room)]
    yield from (moment for moment in moments if moment.fire_at > last)


def _first_repeat(view: _View) -> int:
    return min(view.policy.overdue_days or (1,))


def _return_when_due(view: _View) -> _Moment | None:
    snooze, returns_at = view.dossier.snooze, view.returns_at
    if snooze is None or returns_at is None or returns_at < view.due_at:
        return None
    return _Moment("overdue", f"{view.closes_on}, snoozed until {snooze.until}", returns_at)


def _overdue(view: _View) -> Iterator[_Moment]:
    """Yield the repeats, of the monthly ones those around now."""
    days = sorted(view.policy.overdue_days or ())
    for number in days:
        day = view.due_day + timedelta(days=number)
        yield _Moment("overdue", f"{view.closes_on}, day {number}", view.morning(day))
    if not days:
        return
    last = view.due_day + timedelta(days=days[-1])
    until = view.local_day(view.reach) + timedelta(days=days[0])
    for number, day in _repeats(last, _MONTHLY, until):
        # Named by what it is counted from: under other days the sixth month is another day.
        occasion = f"{view.closes_on}, day {days[-1]} and {Span(number, 'month')}"
        yield _Moment("overdue", occasion, view.morning(day))


def _repeats(start: date, every: Span, until: date) -> Iterator[tuple[int, date]]:
    """Yield number and day of the repeats, from shortly before `until` to two days past it.

    Each is counted from the start, so that a 31st comes back after a shorter month. Those long
    past are jumped over: a daily review of ten years would be counted at every sweep.
    """
    jumped = (until - start).days // (every.count * _LONGEST_UNIT[every.unit]) - 1
    for number in count(max(1, jumped)):
        day = Span(every.count * number, every.unit).after(start)
        yield number, day
        if day > until + _ONE_DAY:
            return


def _escalation(view: _View) -> Iterator[_Moment]:
    natural = view.morning(view.due_day + timedelta(days=view.policy.escalate_days or 0))
    fire_at = max(natural, view.returns_at or natural)
    moment = _Moment("escalate", str(view.closes_on), fire_at)
    if not view.has_heard(moment):
        yield moment
