"""An article as the rules of spotting see it."""

from typing import NamedTuple

from tracker.articles import speakers, timex, ultimatums
from tracker.articles.calendars import Calendars
from tracker.articles.clauses import Part
from tracker.articles.sentences import Sentence, split
from tracker.dates import ApproxDate


class Page(NamedTuple):
    """The article as every rule sees it.

    Attributes:
        text: as written.
        low: the same in lower case with plain apostrophes, a line for each sentence.
        published: when it was published, as far as known.
        known: the political calendars.
        sentences: its sentences, in order.
        quotes: what stands in quotation marks.
        threats: the ultimatums that it restates.
    """

    text: str
    low: str
    published: ApproxDate | None
    known: Calendars
    sentences: tuple[Sentence, ...]
    quotes: tuple[Part, ...]
    threats: tuple[ultimatums.Ultimatum, ...]

    def before(self, sentence: Sentence) -> tuple[int, int] | None:
        """Return where the sentence before stands, if it is of the same paragraph."""
        before = next((one for one in reversed(self.sentences) if one.end <= sentence.start), None)
        if before is None or "\n" in self.text[before.end : sentence.start]:
            return None
        return before.start, before.end


def read(text: str, published: ApproxDate | None, known: Calendars) -> Page:
    """Return an article as every rule sees it.

    Args:
        text: the article, plain.
        published: when it was published, as far as known.
        known: the political calendars.
    """
    sentences = split(text)
    low = _by_line(timex.lowered(text), sentences)
    return Page(
        text=text,
        low=low,
        published=published,
        known=known,
        sentences=sentences,
        quotes=speakers.quotations(text),
        threats=ultimatums.find(sentences, low),
    )


def _by_line(low: str, sentences: tuple[Sentence, ...]) -> str:
    """Put each sentence on a line of its own, so that patterns can say where it begins and ends."""
    at, lines = 0, []
    for sentence in sentences:
        if sentence.start > at:
            lines += [low[at : sentence.start - 1], "\n"]
        lines.append(low[sentence.start : sentence.end])
        at = sentence.end
    return "".join([*lines, low[at:]])
