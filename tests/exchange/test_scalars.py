"""How one text is spelled: as plainly as every reader of YAML takes alike."""

from datetime import date, time
from decimal import Decimal

import pytest

from tracker.exchange.scalars import WIDTH, Value, Word, field, inline


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("the sanctions are unlikely", "the sanctions are unlikely"),
        ("it’s “highly unlikely”—so far", "it’s “highly unlikely”—so far"),
        ("50 days", "50 days"),
        ("a:b c#d", "a:b c#d"),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("no", '"no"'),
        ("null", '"null"'),
        ("1843", '"1843"'),
        ("1e5", '"1e5"'),
        ("2025-07-14", '"2025-07-14"'),
        ("y", '"y"'),
        ("- dash", '"- dash"'),
        ('say "no"', 'say "no"'),
        ('"no"', '"\\"no\\""'),
        ("ends:", '"ends:"'),
        ("\ufeffmark", '"\\uFEFFmark"'),
        ("😀 ok", "😀 ok"),
        ("a\tb", '"a\\tb"'),
        ("", '""'),
    ],
)
def test_a_text_is_quoted_only_where_a_reader_could_mistake_it(text: str, spelled: str) -> None:
    assert inline(text) == spelled


@pytest.mark.parametrize("text", ["a, b", "a [b]", "{a}", "who?", "a:b"])
def test_inside_brackets_more_is_quoted(text: str) -> None:
    assert inline([text]) == f'["{text}"]'


def test_our_own_words_numbers_and_dates_are_never_quoted() -> None:
    group: dict[str, Value] = {
        "outcome": Word("no"),
        "on": date(2025, 9, 2),
        "p": Decimal("0.07"),
        "ever": True,
    }
    assert inline(group) == "{outcome: no, on: 2025-09-02, p: 0.07, ever: true}"


def test_a_time_of_day_is_quoted() -> None:
    # YAML 1.1 reads 09:00 as 540, counting in sixties.
    assert inline({"at": time(9)}) == '{at: "09:00"}'


def test_a_long_text_is_folded_at_the_width_of_a_page() -> None:
    first, *rest = field("criteria", "word " * 60 + "end: so", 4)
    assert first == "    criteria: >-"
    assert all(line.startswith("      word") and len(line) <= WIDTH for line in rest)


def test_two_lines_are_kept_as_two_lines() -> None:
    assert field("note", "one\n  two", 0) == ["note: |-", "  one", "    two"]


def test_long_paragraphs_are_folded_each() -> None:
    lines = field("note", "a " * 60 + "b\nc", 0)
    assert lines[0] == "note: >-"
    assert lines[-2:] == ["", "  c"]


@pytest.mark.parametrize("text", ["ends with blanks  \nso", "a\n \nb"])
def test_white_space_at_the_end_of_a_line_is_spelled_out(text: str) -> None:
    # Editors strip it from a block, and the text would come back changed.
    assert field("note", text, 0) == [f"note: {inline(text)}"]


def test_a_text_is_never_folded_at_two_blanks() -> None:
    # A line that begins with a blank is not folded: a line end would come back for the blank.
    for line in field("note", "ab  cd\t " * 40 + "e", 0)[1:]:
        assert not line[2:].startswith((" ", "\t"))


def test_a_long_group_is_broken_after_a_comma() -> None:
    lines = field("deadline", {"by": date(2026, 1, 1), "verbatim": "w" * 90}, 2)
    assert lines == ["  deadline: {by: 2026-01-01,", f"    verbatim: {'w' * 90}}}"]
