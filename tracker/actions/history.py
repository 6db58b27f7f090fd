"""The history of what is recorded, in words: who did what, when and why."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.dates import day_words
from tracker.deadlines import DEADLINE
from tracker.errors import NotFound, TrackerError
from tracker.records import Reading
from tracker.store.ledger import Entry
from tracker.store.store import Store, Tx

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One event in words.

    Attributes:
        entry: the event itself.
        data: its payload.
        words: what was done: "amended bridge-by-june: text “…” → “…”. Reason: …"
    """

    entry: Entry
    data: Data
    words: str


def history(store: Store, subject: str | None = None) -> Iterator[Line]:
    """Tell what was done, oldest first.

    Args:
        store: where.
        subject: the id of a question or article and everything said of it, or None for all.

    Raises:
        NotFound: if nothing was ever recorded under that id.
    """
    with store.reading() as tx:
        told = False
        for entry in tx.ledger.entries(subject):
            told = True
            yield _line(tx, entry)
        if subject is not None and not told:
            # Raises with the nearest ids.
            tx.recorded.dossier(subject)
            raise NotFound(f"nothing is recorded under {subject!r}")


def _line(tx: Tx, entry: Entry) -> Line:
    """Put an event into words; one that nobody of ours wrote is told as it stands."""
    try:
        data = json.loads(entry.payload)
        return Line(entry, data, _words(tx, entry, data))
    except (ValueError, TypeError, KeyError, AttributeError, TrackerError):
        words = f"{entry.action} {entry.subject}: what it holds cannot be read (`tracker verify`)"
        return Line(entry, {}, words)


def _words(tx: Tx, entry: Entry, data: Data) -> str:
    noun, _, verb = entry.action.partition(".")
    if verb == "amended":
        return _amended(tx, entry, noun, data)
    say = _WORDS.get(entry.action)
    return say(entry.subject, data) if say else f"{entry.action} {entry.subject}"


def _article(subject: str, data: Data) -> str:
    return f"recorded the article {subject}: {_article_words(data)}"


def _article_words(data: Data) -> str:
    return f"{', '.join(data['authors'])}, {data['outlet']}, {data['published_on']}"


def _claim(subject: str, data: Data) -> str:
    missing = ", ".join(data["missing"])
    return f"recorded a vague claim in {subject}: “{data['quote']}” (missing: {missing})"


def _question(subject: str, data: Data) -> str:
    deadline = DEADLINE.validate_python(data["deadline"]).words
    return f"recorded the question {subject}: {data['text']} Deadline: {deadline}"


def _forecast(_: str, data: Data) -> str:
    words = Reading.parse(data["reading"]).words
    late = "; retrospective: its deadline had passed" if data.get("retrospective") else ""
    return f"recorded {data['author']}'s forecast on {data['question']}: {words}{late}"


def _resolved(subject: str, data: Data) -> str:
    on = f" (happened on {data['happened_on']})" if "happened_on" in data else ""
    who = f", said by {data['by']}" if "by" in data else ""
    note = f". Note: {data['note']}" if "note" in data else ""
    return f"resolved {subject} {data['outcome']}{on}{who}: {data['evidence']}{note}"


def _reopened(subject: str, data: Data) -> str:
    return f"reopened {subject}. Reason: {data['reason']}"


def _snoozed(subject: str, data: Data) -> str:
    until = day_words(date.fromisoformat(data["until"]))
    return f"snoozed {subject} until {until}. Reason: {data['reason']}"


def _read(subject: str, data: Data) -> str:
    proposed = data["proposed"]
    found = "1 sentence" if proposed == 1 else f"{proposed} sentences"
    text = data["text_sha256"][:12]
    return f"read {subject} (text {text}…): {found} proposed, {data['kept']} kept"


def _placed(subject: str, data: Data) -> str:
    begins, ends = data["begins"], data["ends"]
    return f"found a recorded quote in the text of {subject}: characters {begins} to {ends}"


_WORDS: dict[str, Callable[[str, Data], str]] = {
    "article.recorded": _article,
    "article.read": _read,
    "quote.placed": _placed,
    "vague-claim.recorded": _claim,
    "question.recorded": _question,
    "forecast.recorded": _forecast,
    "question.resolved": _resolved,
    "question.reopened": _reopened,
    "question.snoozed": _snoozed,
}
# They follow from the amendment, and are no part of what somebody changed.
_NOT_SAID = {"reason", "revision", "closes_at", "retrospective"}


def _amended(tx: Tx, entry: Entry, noun: str, data: Data) -> str:
    before = _before(tx, entry, noun, data)
    changes = [
        f"{name} {_shown(before.get(name))} → {_shown(data.get(name))}"
        for name in sorted(before.keys() | data.keys())
        if name not in _NOT_SAID and before.get(name) != data.get(name)
    ]
    revision = f" (revision {data['revision']})" if "revision" in data else ""
    what = f"the {noun} {entry.subject}{revision}: {'; '.join(changes)}"
    return f"amended {what}. Reason: {data.get('reason')}"


def _before(tx: Tx, entry: Entry, noun: str, data: Data) -> Data:
    for payload in tx.ledger.payloads_before(entry, noun):
        before: Data = json.loads(payload)
        # An article's vague claims are told apart by their quotes.
        if noun != "vague-claim" or before["quote"] == data["quote"]:
            return before
    return {}


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"“{value}”"
    return json.dumps(value, ensure_ascii=False)
