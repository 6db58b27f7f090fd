"""The head of the ledger in a predictions.yaml."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.exchange.predictions import read, stamped

_FIRST, _LATER = "41:00112233445566aa", "42:0123456789abcdef"
_LINE = "# Head of the ledger when this was written: "
_FILE = """\
version: 1
# mine
questions:
  - id: q
    text: Will it?
    criteria: |-
      The log.
      # Head of the ledger when this was written: a line of the criteria
    deadline: {by: 2031-01-01}
"""


def test_the_head_stands_above_everything_and_the_rest_stays() -> None:
    assert stamped(_FILE, _FIRST) == f"{_LINE}{_FIRST}\n{_FILE}"


def test_a_later_head_takes_the_place_of_the_earlier_wherever_that_stands() -> None:
    moved = f"# mine\n{_LINE}{_FIRST}\n{_FILE}"
    assert stamped(moved, _LATER) == f"# mine\n{_LINE}{_LATER}\n{_FILE}"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_byte_order_mark_stay(end: str, mark: str) -> None:
    text = mark + _FILE.replace("\n", end)
    once = stamped(text, _FIRST)
    assert once.startswith(f"{mark}{_LINE}{_FIRST}{end}version: 1{end}")
    assert stamped(once, _LATER) == once.replace(_FIRST, _LATER)


@given(st.integers(0, 10**9), st.text("0123456789abcdef", min_size=16, max_size=16))
def test_a_file_says_the_same_with_any_head(seq: int, digits: str) -> None:
    once = stamped(_FILE, f"{seq}:{digits}")
    assert read(once, name="f") == read(_FILE, name="f")
    assert stamped(once, f"{seq}:{digits}") == once
