"""A snapshot gives back what was put in, and a quote stands in it letter for letter or not."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.snapshots import locate, locate_nearly, require, restore, snapshot
from tracker.errors import Invalid, StoreError

TEXT = (
    "It’s over. “We are very close,” she said – for the fourth time.\n\n"
    "The naïve plan — if it is one — can’t work; the “soft” ground won't\u00a0hold… We’re close."
)


@settings(deadline=None)
@given(st.binary())
def test_a_snapshot_of_bytes_is_restored(content: bytes) -> None:
    name, packed = snapshot(content)
    assert restore(name, packed) == content
    assert snapshot(content) == (name, packed)
    assert name == hashlib.sha256(content).hexdigest()


@settings(deadline=None)
@given(st.text())
def test_a_snapshot_of_a_text_is_restored(text: str) -> None:
    name, packed = snapshot(text)
    assert restore(name, packed).decode() == text


def test_text_and_its_bytes_are_one_snapshot() -> None:
    assert snapshot(TEXT) == snapshot(TEXT.encode())


def test_a_snapshot_is_smaller_than_its_text() -> None:
    assert len(snapshot(TEXT * 50)[1]) < len(TEXT.encode() * 50) / 10


@pytest.mark.parametrize("damage", [b"", b"x", snapshot("another")[1], snapshot(TEXT)[1][:-1]])
def test_a_damaged_snapshot_is_never_taken_for_whole(damage: bytes) -> None:
    with pytest.raises(StoreError, match="is damaged"):
        restore(snapshot(TEXT)[0], damage)


@pytest.mark.parametrize(
    "quote", ["It’s over.", "“We are very close,”", "time.\n\nThe naïve", "won't\u00a0hold…", TEXT]
)
def test_a_quote_that_stands_there_has_its_place(quote: str) -> None:
    place = locate(quote, TEXT)
    assert place is not None
    assert TEXT[slice(*place)] == quote
    assert require(quote, TEXT) == place


@pytest.mark.parametrize(
    ("quote", "really"),
    [
        ("It's over.", "It’s over."),
        ('"We are very close," she said - for', "“We are very close,” she said – for"),
        ("close,” she said -- for", "close,” she said – for"),
        ("fourth time. The naïve plan", "fourth time.\n\nThe naïve plan"),
        ("nai\u0308ve plan", "naïve plan"),
        ("plan—if it is one—can’t", "plan — if it is one — can’t"),
        ("the ''soft'' ground won’t hold...", "the “soft” ground won't\u00a0hold…"),
        ("the «soft» ground", "the “soft” ground"),
        ("very\u00ad close\u200b,”", "very close,”"),
    ],
)
def test_typography_is_not_forgiven_but_the_error_says_how_it_really_reads(
    quote: str, really: str
) -> None:
    assert locate(quote, TEXT) is None
    near = locate_nearly(quote, TEXT)
    assert near is not None
    assert TEXT[slice(*near)] == really
    with pytest.raises(Invalid, match="differs from the article in typography") as caught:
        require(quote, TEXT)
    assert really in str(caught.value.hint)


def test_a_passage_that_begins_or_ends_with_two_signs_for_one_is_given_whole() -> None:
    text = "so: --''then'' -- and"
    near = locate_nearly("–“then” –", text)
    assert near is not None
    assert text[slice(*near)] == "--''then'' --"


@pytest.mark.parametrize("quote", ["", "it’s over.", "We were very close", "close,” he said"])
def test_a_quote_with_other_letters_does_not_stand_there(quote: str) -> None:
    assert locate(quote, TEXT) is None
    assert locate_nearly(quote, TEXT) is None
    with pytest.raises(Invalid, match="does not stand in the article"):
        require(quote, TEXT)


@settings(deadline=None)
@given(st.text(), st.text(min_size=1), st.text())
def test_whatever_stands_in_a_text_is_found_in_it(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    place = locate(quote, text)
    assert place is not None
    assert text[slice(*place)] == quote
    assert place[0] <= len(before)
