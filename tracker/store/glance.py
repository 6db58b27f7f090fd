"""One look at whether a sweep has anything to do: a single query that only touches indexes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, ScalarSelect, exists, func, or_, select

from tracker.store.attempts import MOST_BACKOFF
from tracker.store.outbox import PENDING, SENDING
from tracker.store.schedule import SCHEDULED
from tracker.store.tables import meta, outbox, reminders


@dataclass(frozen=True, slots=True)
class Glance:
    """What a sweep finds before it does anything.

    Attributes:
        remembered: the values of the keys that were asked for, where there are any.
        next_fire: when the next reminder is due.
        messages: whether a message can be sent, or is being sent.
    """

    remembered: dict[str, str]
    next_fire: datetime | None
    messages: bool


def glance(conn: Connection, now: datetime, keys: tuple[str, ...]) -> Glance:
    """Look.

    Args:
        conn: of a transaction.
        now: the clock.
        keys: what should be remembered.
    """
    pending = [
        outbox.c.not_before.is_(None),
        outbox.c.not_before <= now,
        outbox.c.not_before > now + MOST_BACKOFF,
    ]
    query = select(
        select(func.min(reminders.c.fire_at)).where(SCHEDULED).scalar_subquery(),
        or_(
            *(exists().where(PENDING, each) for each in pending),
            exists().where(SENDING),
        ),
        *(_value(key) for key in keys),
    )
    next_fire, messages, *values = conn.execute(query).one()
    known = {key: value for key, value in zip(keys, values, strict=True) if value is not None}
    return Glance(known, next_fire, bool(messages))


def _value(key: str) -> ScalarSelect[str]:
    return select(meta.c.value).where(meta.c.key == key).scalar_subquery()
