"""No text that a user can write becomes a header, a tag, a command or a fault of the message.

`EmailMessage` alone cannot promise that: an encoded word in a title became a real Bcc.
`bench/hostile_strings.py` does the same a hundred thousand times; its strict reading is used here.
"""

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import NotifyError
from tracker.notify.headers import header, mailbox, one_line, plain, shown
from tracker.notify.messages import Letterhead, compose
from tracker.records import Recipient

if TYPE_CHECKING:
    from notify.conftest import MessageMaker, NoticeMaker

BENCH = Path(__file__).parents[2] / "bench" / "hostile_strings.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile_strings", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bench = load()
PIECES = st.sampled_from(bench.PIECES)
ANYTHING = st.text(st.characters(categories=None), max_size=40)
HOSTILE = st.lists(PIECES | ANYTHING, min_size=1, max_size=4).map("".join)


@pytest.mark.slow
@given(texts=st.lists(HOSTILE, min_size=20, max_size=20), stage=st.sampled_from(["due", "lead"]))
@settings(max_examples=200, deadline=None)
def test_a_message_of_hostile_texts_is_read_by_a_strict_parser_as_what_it_is(
    texts: list[str], stage: str
) -> None:
    made = compose(
        [bench.poisoned(iter(texts).__next__, stage)],
        recipient=Recipient(address="desk@example.org"),
        letter=bench.letterhead(),
        today=bench.NOW.date(),
    )
    assert bench.faults(made, lead=stage == "lead") == []


@pytest.mark.slow
@given(name=HOSTILE)
@settings(max_examples=100, deadline=None)
def test_a_hostile_sender_name_stays_a_name_or_is_refused(name: str) -> None:
    changes = {"sender": f'"{name}" <tracker@example.org>'}
    try:
        made = compose(
            [bench.poisoned(lambda: "words?")],
            recipient=Recipient(address="desk@example.org"),
            letter=bench.letterhead(**changes),
            today=bench.NOW.date(),
        )
    except NotifyError as error:
        if not error.permanent:
            raise
    else:
        assert bench.faults(made) == []


@given(address=HOSTILE | st.tuples(HOSTILE, st.just("@example.org")).map("".join))
@settings(max_examples=100, deadline=None)
def test_an_address_that_is_taken_is_one_word_of_text(address: str) -> None:
    try:
        box = mailbox(address)
    except NotifyError as error:
        if not error.permanent:
            raise
    else:
        assert box.address.split() == [box.address]
        assert plain(box.address) == box.address
        assert not set(box.address) & set('<>,;:"()[]\\') or box.domain.startswith("[")
        assert b"\n" not in header("To", shown(box)).removesuffix(b"\r\n").replace(b"\r\n ", b"")


@given(text=HOSTILE)
@settings(max_examples=100, deadline=None)
def test_a_neutral_line_is_one_line_of_bounded_length_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 200
    assert line.splitlines() in ([], [line])
    assert "=?" not in line
    line.encode("utf-8")
    assert one_line(line) == line


@given(text=HOSTILE)
@settings(max_examples=100, deadline=None)
def test_neutral_text_holds_no_control_character_and_stays_as_it_is(text: str) -> None:
    clean = plain(text)
    assert all(char.isprintable() or char not in _CONTROL for char in clean)
    assert plain(clean) == clean
    clean.encode("utf-8")


_CONTROL = {chr(code) for code in [*range(10), *range(11, 32), *range(127, 160)]}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nBcc: evil@example.com", "a Bcc: evil@example.com"),
        ("=?utf-8?q?a=0D=0ABcc:_evil?=", "= ?utf-8?q?a=0D=0ABcc:_evil?="),
        ("==?=?", "== ?= ?"),
        ("left\u202eright", "leftright"),
        ("one\u2028two\u2029three\x85four", "one two three four"),
        ("null\x00bell\x07", "null\ufffdbell\ufffd"),
        ("half\ud800pair", "half\ufffdpair"),
        ("שלום\u200f and שלום", "שלום\u200f and שלום"),
        ("20\u00a0% — “naïve” 🌕", "20 % — “naïve” 🌕"),
        ("word " * 100, "word " * 38 + "word…"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_a_line_keeps_what_a_person_can_read(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_header_that_would_hold_a_line_end_is_never_written() -> None:
    # The last door: should any of the rules before it fail, the message is refused, not sent.
    for word in ("a\r\nBcc: b", "a\nb", "a\rb", "a\x00b", "\ud800", "é", "x" * 1000):
        with pytest.raises(NotifyError, match="Subject cannot be written"):
            header("Subject", [word])


@pytest.mark.parametrize("field", ["Subject", "body"])
def test_typographic_text_arrives_as_it_was_written(
    field: str,
    notice: "NoticeMaker",
    message: "MessageMaker",
    opened: Callable[..., Any],
    body: Callable[..., str],
) -> None:
    text = "Wird “Łódź” — naïve — 月 🌕 im Jahr 2030 leuchten?"
    made = message(notice(question={"text": text}))
    assert text in (opened(made)["Subject"] if field == "Subject" else body(made))


def test_a_recipient_of_another_channel_is_named_without_an_address(
    notice: "NoticeMaker", letter: Letterhead, opened: Callable[..., Any]
) -> None:
    for name, shown_as in (("desk", "desk:;"), ('d"e\\sk, <x@y>', None), ("Schreibtisch №1", None)):
        made = compose(
            [notice()],
            recipient=Recipient(address=name, channel="apprise"),
            letter=replace(letter),
            today=letter.sent.date(),
        )
        mail = opened(made)
        assert mail["To"].addresses == ()
        assert [group.display_name for group in mail["To"].groups] == [name]
        assert shown_as in (None, mail["To"].replace('"', "").replace(" ", ""))
