"""Recording: new records, and amendments of recorded ones, one transaction for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.actions.arm import Act, arm_after_change, arm_new, check_reachable
from tracker.actions.quotes import Quotes, place_events
from tracker.errors import Conflict, Invalid, NotFound, TrackerError
from tracker.fields import Record
from tracker.records import (
    Article,
    Dossier,
    Forecast,
    Question,
    Resolution,
    VagueClaim,
    check_forecast,
    check_resolution,
)
from tracker.store.ledger import Event
from tracker.store.recorded import Filter
from tracker.store.rows import ARTICLE, FORECAST, KINDS, QUESTION, VAGUE_CLAIM, Kind, Row, payload
from tracker.store.snapshots import Place
from tracker.store.store import Store, Tx
from tracker.store.types import instant_text

# So much of a vague claim's quote tells it from the others.
_CLIP = 40
_ORDER = (ARTICLE, VAGUE_CLAIM, QUESTION, FORECAST)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one record.

    Attributes:
        status: new, changed, unchanged or refused.
        noun: article, vague-claim, question, forecast or resolution.
        id: its id.
        note: anything worth saying, such as "retrospective" or why it was refused.
    """

    status: str
    noun: str
    id: str
    note: str = ""


@dataclass(slots=True)
class _Sorted:
    """Records held against what stands: what is to be written, and what must not be."""

    verdicts: list[Verdict] = field(default_factory=list)
    new: dict[Kind, list[tuple[Record, Row]]] = field(default_factory=lambda: defaultdict(list))
    changed: list[tuple[Record, Row]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    resolutions: list[Resolution] = field(default_factory=list)
    refusals: list[TrackerError] = field(default_factory=list)

    def refuse(self, noun: str, name: str, error: TrackerError) -> None:
        self.refusals.append(error)
        self.verdicts.append(Verdict("refused", noun, name, str(error)))


def record(store: Store, records: Sequence[Record], act: Act) -> list[Verdict]:
    """Record what is new and amend what has changed: all of it or, on any refusal, none.

    Args:
        store: where.
        records: articles, vague claims, questions, forecasts and resolutions, in any order.
        act: by whom and when; without its reason a difference is a conflict.

    Returns:
        What became of each.

    Raises:
        Conflict: if an id is recorded with other content, and nothing worse is wrong.
        Invalid: if a record breaks a rule or refers to nowhere; `problems` holds one per record.
    """
    with store.begin() as tx:
        return record_in(tx, records, act)


def record_in(tx: Tx, records: Sequence[Record], act: Act) -> list[Verdict]:
    """Do what `record` does in a transaction that does more than that."""
    found = _sort(tx, records, act)
    _raise_refusals(found)
    _write(tx, found, act)
    return found.verdicts


def examine(store: Store, records: Sequence[Record], act: Act) -> list[Verdict]:
    """Say what `record` would do, refusals included; writes nothing."""
    with store.reading() as tx:
        return _sort(tx, records, act).verdicts


def amend(
    store: Store,
    question: str,
    changes: Mapping[str, Any],
    act: Act,
    *,
    expected_revision: int | None = None,
) -> Dossier:
    """Change a question's fields, with a reason.

    Args:
        store: where.
        question: its id.
        changes: field to new value; None takes an optional field away.
        act: by whom, when and why.
        expected_revision: the revision that the person saw, if one was shown.

    Raises:
        NotFound: if there is no such question.
        Conflict: if somebody amended it in the meantime, or its deadline has passed.
        Invalid: if the result breaks a rule, or nothing changes.
    """
    with store.begin() as tx:
        tx.recorded.lock(question)
        before = tx.recorded.dossier(question)
        if expected_revision not in (None, before.revision):
            raise Conflict(
                f"{question} was amended in the meantime (revision {before.revision})",
                hint=f"look at it again: `tracker show {question}`",
            )
        fields = _laid_over(before.question, changes)
        kept = {name: value for name, value in fields.items() if value is not None}
        after = Question.parse(kept, subject=f"question {question}")
        if after == before.question:
            raise Invalid(f"nothing would change in {question}")
        found = _sort(tx, [after], act)
        _raise_refusals(found)
        _write(tx, found, act)
        return tx.recorded.dossier(question)


_KINDS_OF_DEADLINE = {"by", "within", "from", "ever"}


def _laid_over(question: Question, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question's fields with changes; parts of a group leave its other parts alone."""
    fields = {**question.data(), **changes}
    deadline = changes.get("deadline")
    if deadline and not _KINDS_OF_DEADLINE & deadline.keys():
        fields["deadline"] = {**question.data()["deadline"], **deadline}
    if changes.get("reminders") and question.reminders is not None:
        fields["reminders"] = {**question.reminders.data(), **changes["reminders"]}
    return fields


def _raise_refusals(found: _Sorted) -> None:
    if not found.refusals:
        return
    first = found.refusals[0]
    if len(found.refusals) == 1:
        raise first
    kind = Conflict if all(isinstance(error, Conflict) for error in found.refusals) else Invalid
    problems = tuple(
        f"{error} ({error.hint})" if error.hint else str(error) for error in found.refusals
    )
    raise kind(f"{len(problems)} records were refused and nothing was written", problems=problems)


def _sort(tx: Tx, records: Sequence[Record], act: Act) -> _Sorted:
    found = _Sorted()
    by_kind: dict[Kind, list[Record]] = defaultdict(list)
    for each in records:
        if not isinstance(each, Resolution):
            by_kind[KINDS[type(each)]].append(each)
    known = _References(tx, by_kind)
    for kind in _ORDER:
        _sort_kind(tx, kind, by_kind[kind], found, known, act)
    resolutions = [each for each in records if isinstance(each, Resolution)]
    _sort_resolutions(tx, resolutions, found, known, act.now)
    return found


def _sort_kind(
    tx: Tx,
    kind: Kind,
    records: Sequence[Record],
    found: _Sorted,
    known: "_References",
    act: Act,
) -> None:
    rows = [kind.to_row(each) for each in records]
    stored = tx.recorded.existing(kind, rows)
    for each, row in zip(records, rows, strict=True):
        name = str(row.get("id") or f"{row['article']}: {_clip(row['quote'])}")
        old = stored.get(kind.key_of(row))
        try:
            known.check(each)
            if old is None:
                found.places.extend(_held(each, known, act))
                found.new[kind].append((each, row))
                late = isinstance(each, Forecast) and known.closed(each, act.now)
                found.verdicts.append(
                    Verdict("new", kind.noun, name, "retrospective" if late else "")
                )
            elif kind.of_row(old) == each:
                found.verdicts.append(Verdict("unchanged", kind.noun, name))
            else:
                _check_amendment(kind, name, old, each, known, act)
                found.places.extend(_held(each, known, act))
                found.changed.append((each, old))
                found.verdicts.append(Verdict("changed", kind.noun, name))
        except TrackerError as error:
            found.refuse(kind.noun, name, error)


def _held(each: Record, known: "_References", act: Act) -> Iterator[Place]:
    """Hold a record against the world: its recipients against ours, its quote against the text."""
    if isinstance(each, Question):
        check_reachable(each, act.audience)
    return known.quotes.check(each)


def _clip(quote: str) -> str:
    return f"“{quote}”" if len(quote) <= _CLIP else f"“{quote[: _CLIP - 1].rstrip()}…”"


def _check_amendment(
    kind: Kind,
    name: str,
    old: Row,
    each: Record,
    known: "_References",
    act: Act,
) -> None:
    if not act.reason:
        raise differs(kind.noun, name, kind.of_row(old), each)
    closes_at = old.get("closes_at") or (
        known.closes_at(each) if isinstance(each, Forecast) else None
    )
    closed = closes_at is not None and closes_at <= act.now
    if closed and not _harmless(kind.of_row(old), each):
        raise Conflict(
            f"{kind.noun} {name} cannot be amended: its deadline has passed",
            hint="annul the question if it was wrong: `tracker resolve ID annulled`",
        )


# What says nothing about how the question turns out may change when that is known.
_HARMLESS = {"reminders", "topics"}


def _harmless(before: Record, after: Record) -> bool:
    return isinstance(after, Question) and set(_differing(before, after)) <= _HARMLESS


def _differing(before: Record, after: Record) -> list[str]:
    return [
        name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)
    ]


def differs(noun: str, name: str, before: Record, after: Record) -> Conflict:
    """Say that an id is recorded with other content, and in which fields."""
    return Conflict(
        f"{noun} {name} is already recorded and differs in {', '.join(_differing(before, after))}",
        hint="use another id, or give a reason to amend it (--reason)",
    )


class _References:
    """The articles and questions that records may refer to: recorded ones and those given."""

    def __init__(self, tx: Tx, by_kind: Mapping[Kind, Sequence[Record]]) -> None:
        forecasts = [each for each in by_kind[FORECAST] if isinstance(each, Forecast)]
        claims = [each for each in by_kind[VAGUE_CLAIM] if isinstance(each, VagueClaim)]
        named = {each.article for each in forecasts if each.article}
        named.update(each.article for each in claims)
        self.quotes = Quotes(tx, named)
        self._articles = {each.id: each for each in by_kind[ARTICLE] if isinstance(each, Article)}
        self._questions = {
            each.id: each for each in by_kind[QUESTION] if isinstance(each, Question)
        }
        self._articles |= _recorded(tx, ARTICLE, named - self._articles.keys())
        asked = {each.question for each in forecasts}
        self._questions |= _recorded(tx, QUESTION, asked - self._questions.keys())
        # Working an instant out of a deadline takes zone arithmetic: once per question.
        self._closes: dict[str, datetime] = {}

    def check(self, each: Record) -> None:
        """Hold a record against what it refers to."""
        if isinstance(each, VagueClaim):
            self._article(each.article)
        if isinstance(each, Forecast):
            article = None if each.article is None else self._article(each.article)
            check_forecast(self.question(each.question), each, article)

    def question(self, name: str) -> Question:
        """Return a question, or say that it is nowhere."""
        if name not in self._questions:
            raise NotFound(f"no question {name!r} is recorded", hint="see `tracker list`")
        return self._questions[name]

    def closes_at(self, forecast: Forecast) -> datetime:
        """Return when a forecast's question closes."""
        name = forecast.question
        if name not in self._closes:
            self._closes[name] = self.question(name).closes_at
        return self._closes[name]

    def closed(self, forecast: Forecast, now: datetime) -> bool:
        """Whether a forecast is recorded after its deadline."""
        return self.closes_at(forecast) <= now

    def _article(self, name: str) -> Article:
        if name not in self._articles:
            raise NotFound(f"no article {name!r} is recorded", hint="record the article first")
        return self._articles[name]


def _recorded(tx: Tx, kind: Kind, names: Iterable[str]) -> dict[str, Any]:
    stored = tx.recorded.existing(kind, [{"id": name} for name in names])
    return {name: kind.of_row(row) for (name,), row in stored.items()}


def _sort_resolutions(
    tx: Tx,
    resolutions: Sequence[Resolution],
    found: _Sorted,
    known: _References,
    now: datetime,
) -> None:
    names = tuple(each.question for each in resolutions)
    standing = (
        {dossier.question.id: dossier for dossier in tx.recorded.dossiers(Filter(ids=names))}
        if names
        else {}
    )
    taken_back = tx.recorded.taken_back() if standing else []
    for each in resolutions:
        dossier = standing.get(each.question)
        try:
            question = dossier.question if dossier else known.question(each.question)
            if dossier is not None and dossier.resolution is not None:
                if dossier.resolution != each:
                    raise already_resolved(dossier)
                found.verdicts.append(Verdict("unchanged", "resolution", each.question))
                continue
            if each in taken_back:
                raise _reopened(each.question)
            check_resolution(question, each, now)
            found.resolutions.append(each)
            found.verdicts.append(Verdict("new", "resolution", each.question, each.outcome))
        except TrackerError as error:
            found.refuse("resolution", each.question, error)


def _reopened(question: str) -> Conflict:
    # A file that is imported every night would otherwise undo the reopening, and nobody would know.
    return Conflict(
        f"the resolution of {question} was taken back, and the file still has it",
        hint="`tracker export FILE` takes it out; if it is right after all: `tracker resolve`",
    )


def already_resolved(dossier: Dossier) -> Conflict:
    """Say that a question is resolved already, how, and what to do about it."""
    assert dossier.resolution is not None  # noqa: S101 - the callers have looked; this tells mypy
    when = "" if dossier.resolved_at is None else f" on {dossier.resolved_at:%Y-%m-%d}"
    return Conflict(
        f"{dossier.question.id} is already resolved {dossier.resolution.outcome!r}"
        f"{when} by {dossier.resolved_by}",
        hint=f"to correct it: `tracker reopen {dossier.question.id} --reason …`",
    )


def _write(tx: Tx, found: _Sorted, act: Act) -> None:
    events: list[Event] = []
    late = {verdict.id for verdict in found.verdicts if verdict.note == "retrospective"}
    for kind in _ORDER:
        rows = []
        for each, row in found.new[kind]:
            if row.get("id") in late and kind is FORECAST:
                row["retrospective"] = True
            rows.append(row)
            events.append(_recorded_event(kind, each, row))
        if rows:
            tx.recorded.insert(kind, rows, actor=act.actor, now=act.now)
    for each, old in found.changed:
        events.append(_amend_one(tx, each, old, act))
    events.extend(place_events(tx, found.places, act))
    settled = found.resolutions
    events.extend(Event("question.resolved", each.question, payload(each)) for each in settled)
    head = tx.ledger.append(events, actor=act.actor, now=act.now)
    for event, resolution in enumerate(settled, head.seq - len(settled) + 1):
        tx.recorded.resolve(resolution, event=event, actor=act.actor, now=act.now)
    _arm_touched(tx, found, act)


def _recorded_event(kind: Kind, each: Record, row: Row) -> Event:
    data = payload(each)
    if row.get("retrospective"):
        data["retrospective"] = True
    _add_closing(data, each)
    return Event(f"{kind.noun}.recorded", _subject(kind, row), data)


def _add_closing(data: Row, each: Record) -> None:
    # Kept, although it follows from the deadline: the zones' rules may change after the event.
    if isinstance(each, Question):
        data["closes_at"] = instant_text(each.closes_at)


def _subject(kind: Kind, row: Row) -> str:
    return str(row["article"] if kind is VAGUE_CLAIM else row["id"])


def _amend_one(tx: Tx, each: Record, old: Row, act: Act) -> Event:
    kind = KINDS[type(each)]
    values: Row = {}
    if kind is QUESTION:
        values = {"revision": old["revision"] + 1, "recorded_at": act.now, "recorded_by": act.actor}
    elif kind is FORECAST:
        values = {"retrospective": old["retrospective"]}
    tx.recorded.replace(each, {**_stamp_of(old), **values})
    data = {**payload(each), "reason": act.reason}
    if kind is QUESTION:
        data["revision"] = values["revision"]
        _add_closing(data, each)
    return Event(f"{kind.noun}.amended", _subject(kind, old), data)


def _stamp_of(old: Row) -> Row:
    return {name: old[name] for name in ("recorded_at", "recorded_by")}


def _arm_touched(tx: Tx, found: _Sorted, act: Act) -> None:
    changed = [each.id for each, _ in found.changed if isinstance(each, Question)]
    settled = [each.question for each in found.resolutions]
    new = (each for each, _ in found.new[QUESTION] if isinstance(each, Question))
    arm_new(tx, [each for each in new if each.id not in set(settled)], act)
    for name in (*changed, *settled):
        arm_after_change(tx, name, act)
