"""Keeping the schedule in step with what is recorded."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.errors import Invalid
from tracker.records import Dossier, Question, Recipient, Reminder, ReminderPolicy
from tracker.reminders import DEFAULT_POLICY, plan, unreachable
from tracker.store.recorded import Filter
from tracker.store.store import Store, Tx

FINGERPRINT = "audience"
# Questions planned in one transaction: others are to get their turn.
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is reminded, and when in general.

    Attributes:
        recipients: everybody who is reminded of every question.
        policy: laid over the default policy.
    """

    recipients: tuple[Recipient, ...]
    policy: ReminderPolicy

    @property
    def fingerprint(self) -> str:
        """The same as long as the schedule needs no new plan on its account."""
        text = repr((self.recipients, self.policy.over(DEFAULT_POLICY)))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Act:
    """By whom, when, for whom and why something is recorded.

    Attributes:
        actor: who does it, one line.
        now: the recording machine's clock, never from input.
        audience: who will be reminded.
        reason: why, where something recorded changes.
    """

    actor: str
    now: datetime
    audience: Audience
    reason: str | None = None


def arm(tx: Tx, dossiers: Sequence[Dossier], audience: Audience, now: datetime) -> None:
    """Plan these questions' reminders anew."""
    planned = planned_for(tx, dossiers, audience, now)
    names = [dossier.question.id for dossier in dossiers]
    tx.schedule.replace(names, [each for plan in planned for each in plan])


def planned_for(
    tx: Tx, dossiers: Sequence[Dossier], audience: Audience, now: datetime
) -> list[tuple[Reminder, ...]]:
    """Return the reminders that should stand for each of these questions, in their order."""
    policy = audience.policy.over(DEFAULT_POLICY)
    heard = tx.schedule.heard([dossier.question.id for dossier in dossiers])
    return [
        plan(
            dossier,
            policy=policy,
            recipients=audience.recipients,
            heard=heard[dossier.question.id],
            now=now,
        )
        for dossier in dossiers
    ]


def arm_ids(tx: Tx, questions: Iterable[str], audience: Audience, now: datetime) -> None:
    """Plan the reminders of the questions with these ids anew."""
    names = sorted(set(questions))
    for start in range(0, len(names), _AT_ONCE):
        some = Filter(ids=tuple(names[start : start + _AT_ONCE]))
        arm(tx, tx.recorded.dossiers(some), audience, now)


def arm_new(tx: Tx, questions: Sequence[Question], act: Act) -> None:
    """Plan the reminders of questions that this transaction records: nothing was said of them."""
    policy = act.audience.policy.over(DEFAULT_POLICY)
    recorded = {"revision": 1, "recorded_at": act.now, "recorded_by": act.actor}
    for start in range(0, len(questions), _AT_ONCE):
        planned = [
            plan(
                Dossier(question=question, **recorded),
                policy=policy,
                recipients=act.audience.recipients,
                heard=(),
                now=act.now,
            )
            for question in questions[start : start + _AT_ONCE]
        ]
        tx.schedule.add(each for plan in planned for each in plan)


def arm_after_change(tx: Tx, question: str, act: Act) -> None:
    """Take back unsent messages that ask about a changed question, and plan anew.

    A message that a server may already have stays: a new one would be a second.
    """
    touched = {question}
    for message in tx.outbox.withdrawable(question):
        if tx.outbox.withdraw(message):
            touched.update(tx.schedule.release(message))
    arm_ids(tx, touched, act.audience, act.now)


def follow_audience(store: Store, audience: Audience, clock: Callable[[], datetime]) -> None:
    """Plan everything open anew, because the recipients or the general policy have changed.

    In transactions of a bounded size, so that nobody waits long and the memory stays small. One
    that is broken off begins again at the next sweep.
    """
    with store.reading() as tx:
        questions = tx.recorded.question_ids()
    for start in range(0, len(questions), _AT_ONCE):
        with store.begin() as tx:
            wanted = Filter(ids=tuple(questions[start : start + _AT_ONCE]), open=True)
            arm(tx, tx.recorded.dossiers(wanted), audience, clock())
    with store.begin() as tx:
        tx.put(FINGERPRINT, audience.fingerprint)


def check_reachable(question: Question, audience: Audience) -> None:
    """Make sure that whoever a question names can be reminded of it.

    Found only when it is due, a slip of the pen would have cost the reminder.

    Raises:
        Invalid: if a name is no e-mail address, and nobody's in the settings.
    """
    nobody = unreachable(question.reminders or ReminderPolicy(), audience.recipients)
    if nobody:
        raise Invalid(
            f"reminders would go to {nobody[0]!r}: no e-mail address, and none of the recipients",
            hint="write an address, or the name of a recipient in the settings (`tracker doctor`)",
        )
