"""An op-ed that was read: its snapshot and what a person kept of it, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.actions.arm import Act
from tracker.actions.propose import Opened
from tracker.actions.quotes import Quotes, place_events
from tracker.actions.record import Verdict, record_in
from tracker.articles.snapshots import snapshot
from tracker.errors import Invalid
from tracker.records import Article, Forecast, Question, VagueClaim
from tracker.store.ledger import Event
from tracker.store.snapshots import Place, Read, Snapshot
from tracker.store.store import Store, Tx
from tracker.store.types import instant_text


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of it.

    Attributes:
        verdicts: of the article and of each record.
        strangers: quotes recorded earlier from this article that do not stand in its text.
    """

    verdicts: list[Verdict]
    strangers: tuple[str, ...] = ()


def known_article(store: Store, opened: Opened) -> tuple[Article | None, list[Read]]:
    """Return the article that an op-ed is recorded as, and when its very text was read.

    It is known by its text, else by its address.
    """
    name, _ = snapshot(opened.article.text)
    with store.reading() as tx:
        reads = tx.snapshots.of_text(name)
        if reads:
            return tx.recorded.article(reads[0].snapshot.article), reads
        url = opened.article.url
        return (tx.snapshots.article_at(url) if url else None), []


def ingest(
    store: Store,
    opened: Opened,
    article: Article,
    records: Sequence[Question | Forecast | VagueClaim],
    act: Act,
    *,
    proposed: int,
) -> Ingested:
    """Record that an op-ed was read, with whatever was kept of it; maybe nothing.

    Args:
        store: where.
        opened: the op-ed.
        article: what it is recorded as.
        records: what a person kept: questions that are new, forecasts, vague claims.
        act: by whom and when.
        proposed: how many sentences were proposed.

    Raises:
        Conflict: if an id is recorded with other content.
        Invalid: if a record breaks a rule, or a quote does not stand in the op-ed.
    """
    with store.begin() as tx:
        verdicts = record_in(tx, [article], act)
        kept = sum(not isinstance(each, Question) for each in records)
        _keep(tx, opened, article, act, (proposed, kept))
        strangers = tuple(_place_earlier(tx, article, act))
        verdicts += record_in(tx, records, act)
    return Ingested(verdicts, strangers)


def _keep(tx: Tx, opened: Opened, article: Article, act: Act, counts: tuple[int, int]) -> None:
    text, packed = snapshot(opened.article.text)
    tx.snapshots.keep(text, packed)
    page = None
    if opened.page is not None:
        page, packed = snapshot(opened.page)
        tx.snapshots.keep(page, packed)
    fetched = None if opened.fetched_at is None else instant_text(opened.fetched_at)
    kept = Snapshot(article.id, text, page, fetched, *counts)
    payload = {
        "text_sha256": kept.text_sha256,
        "page_sha256": kept.page_sha256,
        "fetched_at": kept.fetched_at,
        "proposed": kept.proposed,
        "kept": kept.kept,
    }
    said = {name: value for name, value in payload.items() if value is not None}
    event = Event("article.read", article.id, said)
    head = tx.ledger.append([event], actor=act.actor, now=act.now)
    tx.snapshots.add(kept, event=head.seq, actor=act.actor, now=act.now)


def _place_earlier(tx: Tx, article: Article, act: Act) -> Iterator[str]:
    """Place the quotes that were recorded before the article was read; yield those it lacks."""
    quotes = Quotes(tx, [article.id])
    places: list[Place] = []
    for quote in tx.snapshots.quoted(article.id):
        try:
            places.extend(quotes.find(article.id, quote))
        except Invalid:
            # It is recorded and stays so; the person is told.
            yield quote
    tx.ledger.append(place_events(tx, places, act), actor=act.actor, now=act.now)
