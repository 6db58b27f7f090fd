"""Who holds an office, and until when: "until he leaves office", "in his second term"."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from tracker.articles.countries import Countries
from tracker.articles.occasions import items
from tracker.articles.patterns import Lazy

_TERM = Lazy(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)(?: (\d))?")
# Words that speak of somebody named before.
_SOMEBODY = Lazy(
    r"\b(?:he|she|his|her|him|the current term|this term|the term)\b|\b(?:the|this) (?:man|woman)\b"
)
# Somebody with a title, whose name the calendars may not know.
_TITLED = Lazy(
    r"\b(?:Prime Minister|Premier|Governor|Gov\.|Senator|Sen\.|Chancellor|Mayor|Secretary|Minister"
    r"|President|King|Queen|Justice|Judge|Mrs?\.?|Ms\.?|Dr\.?|Sir|Lady|Lord|Prof\.|Professor)"
    r" (?=[A-Z])(?:[\w.'’-]+ ){0,2}"
)


class Term(NamedTuple):
    """A term of office.

    Attributes:
        names: the holder's, as written.
        begins: first day.
        ends: last day.
        number: whether it is the holder's first or second, or 0 where nobody said.
    """

    names: tuple[str, ...]
    begins: date
    ends: date
    number: int


class Office:
    """An office, and those who held it.

    Args:
        entry: an entry of `calendars.toml`.
    """

    __slots__ = ("_parsed", "_written", "country", "seat", "words")

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.country: str = entry.get("country", "")
        self.words = tuple(items(entry["words"])) if "words" in entry else ()
        self.seat = tuple(items(entry["seat"])) if "seat" in entry else ()
        self._written: str = entry["holders"]
        self._parsed: tuple[Term, ...] | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms.

        Raises:
            ValueError: if one is not of the form.
        """
        if self._parsed is None:
            self._parsed = tuple(_terms(self._written))
        return self._parsed

    def check(self) -> None:
        """Work out all that is written.

        Raises:
            ValueError: if something is not of the form.
        """
        if not self.terms:
            raise ValueError(self._written)

    def running(self, on: date, number: int = 0) -> Iterator[Term]:
        """Yield the terms that run on a day, of a number where one is given."""
        for term in self.terms:
            if term.begins <= on < term.ends and number in (0, term.number):
                yield term


def _terms(written: str) -> Iterator[Term]:
    for line in filter(None, map(str.strip, written.splitlines())):
        names, _, spans = line.partition(":")
        for span in items(spans):
            found = _TERM.fullmatch(span)
            if found is None:
                raise ValueError(line)
            first, last = map(date.fromisoformat, found.groups()[:2])
            yield Term(tuple(items(names)), first, last, int(found[3] or 0))


class Offices(NamedTuple):
    """All offices that the calendars know.

    Attributes:
        each: the offices.
        countries: what tells which country an article is about.
    """

    each: tuple[Office, ...]
    countries: Countries

    def end_of_term(
        self, on: date, article: str, words: tuple[int, int], number: int = 0
    ) -> date | None:
        """Return when the office holder whom words mean leaves; None where nobody known is meant.

        Who is named in the words is meant; else whose seat or office they name; and "he" is who was
        named last before.

        Args:
            on: the day of publication; only terms that run then are meant.
            article: the text.
            words: offsets of the words ("until he leaves office").
            number: which of the holder's terms, where the words say it ("his second term").
        """
        said = article[slice(*words)]
        for found in (
            self._named(on, said, number),
            self._seated(on, said, number),
            self._titled(on, said, number, article, words[0]),
        ):
            if found:
                return max(found)[1]
        if _SOMEBODY.search(said.lower()) is None:
            return None
        before = article[: words[0]]
        found = self._named(on, before, number) + self._titled(
            on, before, number, article, words[0]
        )
        last = max(found, default=None)
        return last[1] if last and not self._is_another(before, last[0], on) else None

    def _named(self, on: date, text: str, number: int) -> list[tuple[int, date]]:
        """Return where holders are named last, and when they leave."""
        return [
            (at, term.ends)
            for office in self.each
            for term in office.running(on, number)
            for name in term.names
            if (at := _last(name, text))
        ]

    def _seated(self, on: date, text: str, number: int) -> list[tuple[int, date]]:
        return [
            (at, term.ends)
            for office in self.each
            for seat in office.seat
            if (at := _last(seat, text))
            for term in office.running(on, number)
        ]

    def _titled(
        self, on: date, text: str, number: int, article: str, at: int
    ) -> list[tuple[int, date]]:
        low = text.lower()
        return [
            (place, term.ends)
            for office in self.each
            for word in office.words
            if (place := _last(word.lower(), low))
            if self.countries.is_about(office.country, article, at, plainly=False)
            for term in office.running(on, number)
        ]

    def _is_another(self, before: str, at: int, on: date) -> bool:
        """Whether somebody else with a title was named since."""
        names = {name for office in self.each for term in office.running(on) for name in term.names}
        return any(
            not any(name in found.group() for name in names)
            for found in _TITLED.finditer(f"{before} ", at)
        )


def _last(name: str, text: str) -> int:
    """Return the offset behind a name where it stands last, whole; 0 where it does not."""
    at = text.rfind(name)
    while at >= 0 and not _is_whole(text, at, at + len(name)):
        at = text.rfind(name, 0, at + len(name) - 1)
    return at + len(name) if at >= 0 else 0


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum())
