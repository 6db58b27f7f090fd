"""Every single-byte edit, deletion, swap and truncation below a known head is found."""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import Any

import pytest
from examples import ALL, question
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.store.store import Store
from tracker.store.verify import Witnessed, check_chain

Row = tuple[Any, ...]


@pytest.fixture
def chain(sqlite_store: Store, act: Callable[..., Act]) -> list[Row]:
    """Seven events as verification reads them."""
    record(sqlite_store, [*ALL, *(question(id=f"q-{n}") for n in range(3))], act())
    with sqlite_store.reading() as tx:
        return [astuple(entry) for entry in tx.ledger.entries()]


def _found(rows: list[Row], chain: list[Row]) -> int:
    head = Witnessed(chain[-1][0], chain[-1][-1])
    return check_chain(iter(rows), [head]).findings.count


def test_the_chain_itself_is_sound(chain: list[Row]) -> None:
    assert _found(chain, chain) == 0


def _edits(chain: list[Row]) -> Iterator[list[Row]]:
    for place, row in enumerate(chain):
        for column, value in enumerate(row):
            text = str(value)
            for index, char in enumerate(text):
                other = chr(ord(char) ^ 1)
                edited: Any = text[:index] + other + text[index + 1 :]
                if column == 0:
                    edited = ord(edited[0])
                changed = (*row[:column], edited, *row[column + 1 :])
                yield [*chain[:place], changed, *chain[place + 1 :]]


def test_every_single_byte_edit_is_found(chain: list[Row]) -> None:
    """All of them: every byte of every field of every event, its lowest bit flipped."""
    edits = 0
    for rows in _edits(chain):
        edits += 1
        assert _found(rows, chain), rows
    assert edits > 2500


def test_every_deletion_truncation_swap_and_doubling_is_found(chain: list[Row]) -> None:
    size = len(chain)
    for first in range(size):
        assert _found(chain[:first], chain)
        assert _found(chain[:first] + chain[first + 1 :], chain)
        assert _found([*chain[: first + 1], *chain[first:]], chain)
        for second in range(first + 1, size):
            swapped = list(chain)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            assert _found(swapped, chain)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_part_rewritten_with_right_hashes_is_found_by_the_head(data: st.DataObject) -> None:
    """Somebody who owns the file can hash anew from any event on; not to the same head."""
    from tracker.store.ledger import GENESIS, chained_hash

    def built(words: list[str]) -> list[Row]:
        rows, prev = [], GENESIS
        for seq, word in enumerate(words, 1):
            fields = ("2026-03-02T12:00:00.000000Z", "Ada", "x.y", word, "{}")
            own = chained_hash(prev, str(seq), *fields)
            rows.append((seq, *fields, prev, own))
            prev = own
        return rows

    words = data.draw(st.lists(st.text("abc", min_size=1), min_size=1, max_size=6))
    other = data.draw(st.lists(st.text("abc", min_size=1), min_size=1, max_size=9))
    honest, forged = built(words), built(other)
    assert check_chain(iter(forged), []).findings.count == 0
    assert bool(_found(forged, honest)) == (other[: len(words)] != words)
