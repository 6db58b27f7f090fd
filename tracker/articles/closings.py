"""When deadline words close, before anybody makes a record of it."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tracker.dates import Span

if TYPE_CHECKING:
    from tracker.deadlines import By, Window, Within


class Closing(NamedTuple):
    """What deadline words come to.

    Attributes:
        closes_on: the last day that counts.
        opens_on: the first day that counts, where only a window does.
        span: how long it is from `starting`, where it was counted.
        starting: the day from which it was counted, or None.
    """

    closes_on: date
    opens_on: date | None = None
    span: Span | None = None
    starting: date | None = None

    @classmethod
    def after(cls, span: Span, starting: date) -> "Closing":
        """Return the end of a span, counted from a day."""
        return cls(span.after(starting), None, span, starting)

    def deadline(self, words: str) -> "By | Within | Window":
        """Return the deadline of a record.

        Args:
            words: verbatim; they are kept on one line.
        """
        # Only who records a deadline pays for the import.
        from tracker.deadlines import By, Window, Within

        verbatim = " ".join(words.split())[:200]
        if self.span is not None and self.starting is not None:
            return Within(within=self.span, starting=self.starting, verbatim=verbatim)
        if self.opens_on is not None:
            return Window(from_=self.opens_on, to=self.closes_on, verbatim=verbatim)
        return By(by=self.closes_on, verbatim=verbatim)


OVER = Closing(date.min)
"""What lies in the past."""
