"""Whatever is fed in is read or refused in words: never a traceback, never half a write."""

from collections.abc import Callable
from typing import Any

import pytest
from examples import ALL, forecast, question
from hypothesis import given, settings
from hypothesis import strategies as st
from inventing import RECORDS

from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.dates import ApproxDate, Span, parse_day
from tracker.errors import Invalid, TrackerError
from tracker.exchange.predictions import read
from tracker.fields import Record
from tracker.records import Question
from tracker.store.store import Store
from tracker.store.verify import Witnessed

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary()
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=8,
)


def _refused_or_read(reader: Callable[[Any], object], content: object) -> None:
    try:
        reader(content)
    except TrackerError as error:
        assert str(error).strip()  # noqa: PT017 - either is right, a traceback is not


@pytest.mark.slow
@pytest.mark.parametrize("kind", RECORDS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_record_with_one_field_replaced_by_anything(
    kind: type[Record], data: st.DataObject
) -> None:
    """bench/fuzz_input.py does the same a million times, and deeper."""
    plain = data.draw(RECORDS[kind]).data()
    name = data.draw(st.sampled_from(sorted(kind.model_fields)))
    _refused_or_read(kind.parse, {**plain, name: data.draw(anything)})


@pytest.mark.slow
@given(anything)
@settings(deadline=None)
def test_a_deadline_of_anything(deadline: object) -> None:
    plain = {"id": "q", "text": "Will it?", "criteria": "It does.", "deadline": deadline}
    _refused_or_read(Question.parse, plain)


@pytest.mark.parametrize("zone", ["B/" * 2000, "x" * 5000, "../../etc/passwd", "a\x00b", "", "."])
def test_a_zone_of_nonsense_is_refused(zone: str) -> None:
    """A name of a thousand slashes sent Python's importer into its recursion limit."""
    plain = {
        "id": "q",
        "text": "Will it?",
        "criteria": "It does.",
        "deadline": {"by": "2026-06-01"},
    }
    with pytest.raises(Invalid, match="not a time zone"):
        Question.parse({**plain, "zone": zone})


@pytest.mark.slow
@pytest.mark.parametrize("reader", [Span.parse, parse_day, ApproxDate.parse, Witnessed.parse])
@given(content=st.text() | st.from_regex(r"\d{1,6}[-:. ]?\w{0,9}[-:]?\w{0,9}", fullmatch=True))
def test_a_text_of_anything(reader: Callable[[str], object], content: str) -> None:
    _refused_or_read(reader, content)


_YAML = "version: 1\nquestions:\n  - id: q\n    text: Will it?\n    deadline: {by: 2026-06-01}\n"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_file_with_a_piece_replaced_by_any_bytes(data: st.DataObject) -> None:
    content = _YAML.encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 9)))
    broken = content[:start] + data.draw(st.binary(max_size=12)) + content[end:]
    _refused_or_read(lambda given: read(given, name="predictions.yaml"), broken)


@pytest.mark.parametrize("place", range(5))
def test_one_bad_record_among_many_leaves_none_of_them(
    store: Store, act: Callable[..., Act], place: int
) -> None:
    """A partial write is worse than none: the next import would call the rest changed."""
    bad = forecast(question="nowhere", label="bad")
    records = [*ALL, question(id="another")]
    records.insert(place, bad)
    with pytest.raises(TrackerError, match="nowhere"):
        record(store, records, act())
    found = trust.verify(store)
    assert (found.head.seq, found.findings.kept) == (0, [])
    with store.reading() as tx:
        assert not any(tx.recorded.counts().values())


def test_a_refused_file_names_every_line_and_writes_nothing() -> None:
    with pytest.raises(Invalid) as caught:
        read(_YAML.encode(), name="predictions.yaml")
    assert caught.value.problems
    assert all(each.startswith("predictions.yaml:") for each in caught.value.problems)
