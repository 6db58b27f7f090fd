"""predictions.yaml in and out: `read`, `write`, `merge` and the `Book` between them."""

from tracker.exchange.book import Book
from tracker.exchange.merging import merge
from tracker.exchange.reading import read
from tracker.exchange.stamp import stamped
from tracker.exchange.writing import write

__all__ = ["Book", "merge", "read", "stamped", "write"]
