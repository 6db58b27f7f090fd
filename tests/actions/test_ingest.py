"""What was read is kept: snapshots, the places of quotes, and the check of every later quote."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import text

from tracker.actions.arm import Act
from tracker.actions.ingest import ingest, known_article
from tracker.actions.propose import open_content
from tracker.actions.record import record
from tracker.articles.snapshots import restore
from tracker.errors import Conflict, Invalid, StoreError
from tracker.records import Article, Forecast, Question, VagueClaim
from tracker.store.rows import text_sha256
from tracker.store.store import Store
from tracker.store.verify import verify

TEXT = "The ferry may return. The bridge is “highly unlikely”\nto open before June 2027."
PAGE = f"<html><body><article><p>{TEXT} {'The council met. ' * 30}</p></article></body></html>"
OPENED = open_content(TEXT.encode(), name="op-ed.txt", plain=True)
ARTICLE = Article.parse(
    {
        "id": "gazette-1",
        "authors": ["Ada Fabricated"],
        "outlet": "The Invented Gazette",
        "published_on": "2026-03-01",
        "url": "https://gazette.example/bridge",
    }
)
QUESTION = Question.parse(
    {
        "id": "bridge",
        "text": "Will the bridge open before June 2027?",
        "criteria": "The port register says so.",
        "deadline": {"by": "2027-05-31"},
    }
)
QUOTE = "The bridge is “highly unlikely”\nto open before June 2027."
Acts = Callable[..., Act]


def forecast(quote: str = QUOTE) -> Forecast:
    return Forecast.parse(
        {
            "question": "bridge",
            "author": "Ada Fabricated",
            "article": "gazette-1",
            "quote": quote,
            "reading": {"phrase": "highly unlikely"},
        }
    )


def claim(quote: str = "The ferry may return.") -> VagueClaim:
    return VagueClaim(article="gazette-1", quote=quote, missing=("deadline",))


def placed(store: Store, quote: str) -> str:
    """What stands at the place that is recorded for a quote, in the text that is kept."""
    with store.reading() as tx:
        place = tx.snapshots.placed(["gazette-1"])["gazette-1", text_sha256(quote)]
        packed = tx.snapshots.packed(place.text_sha256)
        assert packed is not None
        return restore(place.text_sha256, packed).decode()[place.begins : place.ends]


def test_every_quote_is_recorded_with_its_place_in_the_kept_text(store: Store, act: Acts) -> None:
    ingest(store, OPENED, ARTICLE, [QUESTION, forecast(), claim()], act(), proposed=3)
    assert placed(store, QUOTE) == QUOTE
    assert placed(store, "The ferry may return.") == "The ferry may return."
    with store.reading() as tx:
        assert list(verify(tx._conn).findings.kept) == []  # noqa: SLF001 - the face comes later


def test_the_line_ends_of_a_quote_are_left_to_the_page(store: Store, act: Acts) -> None:
    """YAML folds lines, and where a text file was wrapped is not the writer's doing."""
    flat = " ".join(QUOTE.split())
    ingest(store, OPENED, ARTICLE, [QUESTION, forecast(flat)], act(), proposed=1)
    assert placed(store, flat) == QUOTE


def test_a_quote_that_does_not_stand_in_the_op_ed_leaves_nothing(store: Store, act: Acts) -> None:
    with pytest.raises(Invalid, match="does not stand in the article"):
        ingest(store, OPENED, ARTICLE, [QUESTION, forecast("It will fall.")], act(), proposed=1)
    with store.reading() as tx:
        assert tx.ledger.head().seq == 0
        assert tx.snapshots.of_text(text_sha256(TEXT)) == []


def test_a_quote_that_comes_later_is_held_against_the_kept_text(store: Store, act: Acts) -> None:
    """Whoever imports or adds a quote of an op-ed that was read cannot misquote it."""
    ingest(store, OPENED, ARTICLE, [], act(), proposed=2)
    with pytest.raises(Invalid, match="does not stand in the article"):
        record(store, [claim("The ferry will return.")], act())
    with pytest.raises(Invalid, match="typography") as caught:
        record(store, [QUESTION, forecast(QUOTE.replace("“", '"'))], act())
    assert caught.value.hint is not None
    assert "“highly unlikely”" in caught.value.hint
    record(store, [claim()], act())
    assert placed(store, "The ferry may return.") == "The ferry may return."


def test_an_article_that_was_never_read_asks_nothing_of_its_quotes(store: Store, act: Acts) -> None:
    record(store, [ARTICLE, claim("Whatever was typed from paper.")], act())
    with store.reading() as tx:
        assert tx.snapshots.placed(["gazette-1"]) == {}


def test_quotes_recorded_before_it_was_read_are_placed_or_named(store: Store, act: Acts) -> None:
    stranger = "The ferry will surely return."
    record(store, [ARTICLE, claim(), claim(stranger)], act())
    done = ingest(store, OPENED, ARTICLE, [], act(), proposed=2)
    assert done.strangers == (stranger,)
    assert placed(store, "The ferry may return.") == "The ferry may return."


def test_an_op_ed_that_was_changed_keeps_both_its_texts(store: Store, act: Acts) -> None:
    """A newspaper that edits its page does not make yesterday's quote a misquote."""
    ingest(store, OPENED, ARTICLE, [claim()], act(), proposed=1)
    corrected = open_content(b"The ferry may not return.", name="op-ed.txt", plain=True)
    ingest(store, corrected, ARTICLE, [claim("The ferry may not return.")], act(), proposed=1)
    record(store, [QUESTION, forecast()], act())
    assert placed(store, QUOTE) == QUOTE
    with store.reading() as tx:
        assert [each.snapshot.text_sha256 for each in tx.snapshots.of("gazette-1")] == [
            text_sha256("The ferry may not return."),
            text_sha256(TEXT),
        ]


def test_a_page_is_kept_as_it_came_beside_its_text(store: Store, act: Acts) -> None:
    opened = open_content(PAGE.encode(), name="op-ed.html")
    ingest(store, opened, ARTICLE, [], act(), proposed=0)
    with store.reading() as tx:
        [read] = tx.snapshots.of("gazette-1")
        name = read.snapshot.page_sha256
        assert name is not None
        packed = tx.snapshots.packed(name)
    assert packed is not None
    assert restore(name, packed).decode() == PAGE
    assert len(packed) < len(PAGE) / 2


def test_the_same_text_is_kept_once(store: Store, act: Acts) -> None:
    for _ in range(2):
        ingest(store, OPENED, ARTICLE, [], act(), proposed=0)
    with store.reading() as tx:
        assert len(tx.snapshots.of_text(text_sha256(TEXT))) == 2


def test_an_article_is_known_by_its_text_or_by_its_address(store: Store, act: Acts) -> None:
    assert known_article(store, OPENED) == (None, [])
    record(store, [ARTICLE], act())
    assert known_article(store, OPENED) == (None, [])
    there = OPENED.at(str(ARTICLE.url))
    assert known_article(store, there) == (ARTICLE, [])
    ingest(store, OPENED, ARTICLE, [claim()], act(), proposed=4)
    found, [read] = known_article(store, OPENED)
    assert found == ARTICLE
    assert (read.snapshot.proposed, read.snapshot.kept, read.recorded_by) == (4, 1, "Ada")


def test_an_article_that_is_recorded_otherwise_is_refused(store: Store, act: Acts) -> None:
    record(store, [ARTICLE], act())
    other = Article.parse({**ARTICLE.data(), "outlet": "Daily Figment"})
    with pytest.raises(Conflict, match="differs in outlet"):
        ingest(store, OPENED, other, [], act(), proposed=0)


def test_a_damaged_snapshot_is_refused_and_named(store: Store, act: Acts) -> None:
    ingest(store, OPENED, ARTICLE, [], act(), proposed=0)
    with store.begin() as tx:
        tx._conn.execute(text("UPDATE contents SET packed = :junk"), {"junk": b"junk"})  # noqa: SLF001 - the damage
    with pytest.raises(StoreError, match="is damaged"):
        record(store, [claim()], act())


TAMPERED = {
    "a kept text that was changed": "UPDATE contents SET packed = :junk",
    "a kept text that was taken away": "DELETE FROM contents WHERE :junk = :junk",
    "a snapshot of another text": "UPDATE snapshots SET kept = 7 WHERE :junk = :junk",
    "a place that was moved": "UPDATE quotes SET begins = 3 WHERE :junk = :junk",
    "a snapshot that was taken away": "DELETE FROM snapshots WHERE :junk = :junk",
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_changed_behind_the_trackers_back_is_named(
    sqlite_store: Store, act: Acts, name: str
) -> None:
    ingest(sqlite_store, OPENED, ARTICLE, [claim()], act(), proposed=1)
    with closing(sqlite3.connect(str(sqlite_store.file))) as conn, conn:
        conn.execute(TAMPERED[name], {"junk": b"junk"})
    with sqlite_store.reading() as tx:
        found = verify(tx._conn).findings  # noqa: SLF001 - as above
    assert found.count >= 1
    assert {each.table for each in found.kept} <= {"contents", "snapshots", "quotes"}
