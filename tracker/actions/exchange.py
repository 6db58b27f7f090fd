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
        vague_claims = tuple(tx.recorded.all_vague_claims())
    forecasts: list[Forecast] = []
    resolutions: list[Resolution] = []
    for dossier in dossiers:
        forecasts.extend(statement.forecast for statement in dossier.statements)
        if dossier.resolution is not None:
            resolutions.append(dossier.resolution)
    return Book(
        articles=articles,
        vague_claims=vague_claims,
        questions=tuple(dossier.question for dossier in dossiers),
        forecasts=tuple(forecasts),
        resolutions=tuple(resolutions),
    )
