"""Files in and out."""

from dataclasses import dataclass

from tracker.exchange.predictions import Book
from tracker.records import Forecast, Resolution
from tracker.store.recorded import Filter
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that is recorded, at one moment.

    Attributes:
        book: the records.
        head: the ledger's head at that moment, as it is printed.
        taken_back: resolutions that were reopened, and are no part of the book.
    """

    book: Book
    head: str
    taken_back: tuple[Resolution, ...] = ()


def gather(store: Store) -> Gathered:
    """Return everything recorded, as `tracker export` writes it."""
    with store.reading() as tx:
        dossiers = tx.recorded.dossiers(Filter())
        articles = tuple(tx.recorded.all_articles())
        vague_claims = list(tx.recorded.all_vague_claims())
        # What one import brought shares an instant; the ledger remembers the order it was given in.
        said = tx.ledger.order("forecast.recorded")
        claimed = tx.ledger.order("vague-claim.recorded", by="quote")
        head = tx.ledger.head()
        taken_back = tuple(tx.recorded.taken_back())
    forecasts: list[Forecast] = []
    resolutions: list[Resolution] = []
    for dossier in dossiers:
        forecasts.extend(statement.forecast for statement in dossier.statements)
        if dossier.resolution is not None:
            resolutions.append(dossier.resolution)
    # What the ledger does not tell (somebody tampered with it) stands last.
    last = head.seq + 1
    forecasts.sort(key=lambda each: said.get(each.id, last))
    vague_claims.sort(key=lambda each: claimed.get((each.article, each.quote), last))
    book = Book(
        articles=articles,
        vague_claims=tuple(vague_claims),
        questions=tuple(dossier.question for dossier in dossiers),
        forecasts=tuple(forecasts),
        resolutions=tuple(resolutions),
    )
    return Gathered(book, str(head), taken_back)
