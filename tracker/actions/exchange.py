"""Files in and out."""

from tracker.exchange.predictions import Book
from tracker.records import Forecast, Resolution
from tracker.store.recorded import Filter
from tracker.store.store import Store


def gather(store: Store) -> Book:
    """Return everything recorded as one book, as `tracker export` writes it."""
    with store.reading() as tx:
        dossiers = tx.recorded.dossiers(Filter())
        articles = tuple(tx.recorded.all_articles())
        vague_claims = list(tx.recorded.all_vague_claims())
        # What one import brought shares an instant; the ledger remembers the order it was given in.
        said = tx.ledger.order("forecast.recorded")
        claimed = tx.ledger.order("vague-claim.recorded", by="quote")
    forecasts: list[Forecast] = []
    resolutions: list[Resolution] = []
    for dossier in dossiers:
        forecasts.extend(statement.forecast for statement in dossier.statements)
        if dossier.resolution is not None:
            resolutions.append(dossier.resolution)
    forecasts.sort(key=lambda each: said[each.id])
    vague_claims.sort(key=lambda each: claimed[each.article, each.quote])
    return Book(
        articles=articles,
        vague_claims=tuple(vague_claims),
        questions=tuple(dossier.question for dossier in dossiers),
        forecasts=tuple(forecasts),
        resolutions=tuple(resolutions),
    )
