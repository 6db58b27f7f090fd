"""Holding quotes against what was kept of their articles."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from functools import cached_property

from tracker.actions.arm import Act
from tracker.fields import Record
from tracker.records import Forecast, VagueClaim
from tracker.store.ledger import Event
from tracker.store.rows import text_sha256
from tracker.store.snapshots import Place
from tracker.store.store import Tx


class Quotes:
    """Finds the places of new quotes; of an article that was never read it asks nothing.

    Args:
        tx: the transaction.
        articles: the articles that may be quoted.
    """

    def __init__(self, tx: Tx, articles: Iterable[str]) -> None:
        self._tx, self._articles = tx, tuple(articles)

    def check(self, each: Record) -> Iterator[Place]:
        """Yield the place of a record's quote, as `find` does."""
        if isinstance(each, Forecast | VagueClaim) and each.article and each.quote:
            yield from self.find(each.article, each.quote)

    def find(self, article: str, quote: str) -> Iterator[Place]:
        """Yield the place of a quote, where it has none yet.

        Raises:
            Invalid: if the article was read and the quote does not stand in it; where only
                typography or white space differs, it says how the passage really reads.
        """
        texts = self._texts.get(article)
        key = (article, text_sha256(quote))
        if texts and key not in self._placed:
            self._placed[key] = self._place(quote, key, texts)
            yield self._placed[key]

    def _place(self, quote: str, key: tuple[str, str], texts: Sequence[tuple[str, str]]) -> Place:
        for sha256, text in texts:
            if place := standing(quote, text):
                return Place(*key, sha256, *place)
        from tracker.articles.snapshots import require  # only where it stands nowhere

        sha256, latest = texts[0]
        return Place(*key, sha256, *require(quote, latest))

    @cached_property
    def _texts(self) -> dict[str, list[tuple[str, str]]]:
        packed = self._tx.snapshots.texts(self._articles)
        if not packed:
            return {}
        from tracker.articles.snapshots import restore  # as above

        return {
            article: [(sha256, text_of(restore(sha256, each))) for sha256, each in texts]
            for article, texts in packed.items()
        }

    @cached_property
    def _placed(self) -> dict[tuple[str, str], Place]:
        return self._tx.snapshots.placed(self._articles)


def standing(quote: str, text: str) -> tuple[int, int] | None:
    """Find a quote letter for letter; only where its lines end is left to the page."""
    from tracker.articles.snapshots import locate, locate_nearly  # as below

    place = locate(quote, text)
    if place is None and (near := locate_nearly(quote, text)):
        place = near if text[slice(*near)].split() == quote.split() else None
    return place


def text_of(content: bytes) -> str:
    """Return a kept text; half a character that a page had is still there."""
    return content.decode("utf-8", "surrogatepass")


def place_events(tx: Tx, places: Sequence[Place], act: Act) -> list[Event]:
    """Write where quotes stand, and return what the ledger says of it."""
    tx.snapshots.place(places, actor=act.actor, now=act.now)
    return [Event("quote.placed", place.article, _payload(place)) for place in places]


def _payload(place: Place) -> dict[str, str | int]:
    return {name: value for name, value in asdict(place).items() if name != "article"}
