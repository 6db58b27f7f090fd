"""Pieces of the grammar: what matches at a place of a text, and says where it ends.

One long pattern that holds the calendar many times over takes longer to compile than an op-ed to
read. So a rule is a row of pieces that match one behind the other; the calendar is one of them,
compiled once for all rules.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from tracker.articles.patterns import Lazy

Piece = Callable[[str, int, int], int]
"""From a text, an offset and the offset where the text ends to the end of what matches."""

NO = -1
"""What a piece returns that does not match."""

_TOKEN = re.compile(r"\w+")
_COMING = frozenset(("next", "upcoming", "coming", "approaching", "forthcoming"))
_OF_YEAR = re.compile(r"(?:,? (?:in|of))? (?:19|20|21)\d\d(?!\w)")
CALL = re.compile(r"\{([@!])([a-z]+)\}")


_DOTTED = re.compile(
    r"\b(?:mr|mrs|ms|messrs|dr|st|prof|rev|gen|sen|rep|gov|lt|col|capt|jr|sr|hon|inc|co|corp|ltd)"
    r"\.(?= )|(?<![\w.])(?![ap]\.m\.)(?:[a-z]\.){2,}|(?<![\w.])[a-z]\.(?= [a-z])"
)


def undotted(low: str) -> str:
    """Return the text with the full stops of "Mr." and "F.A.A." as letters, every offset kept.

    Whatever ends with a clause then goes past them.
    """
    return _DOTTED.sub(lambda found: found.group().replace(".", "_"), low)


class Words:
    """A pattern as a piece.

    Args:
        words: the pattern.
        macros: what is put into it.
    """

    __slots__ = ("_lazy",)

    def __init__(self, words: str, macros: Mapping[str, str]) -> None:
        self._lazy = Lazy(words, 0, macros)

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        found = self._lazy.ready.match(low, at, end)
        return found.end() if found else NO


class Names:
    """Names from a list, the longest that stands there whole: "the next midterms", "Easter 2027".

    Args:
        names: in lower case.

    Attributes:
        last: their last words.
    """

    __slots__ = ("_by_first", "last")

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        self.last: set[str] = set()
        for name in sorted(map(undotted, names), key=len, reverse=True):
            tokens = _TOKEN.findall(name)
            if tokens:
                self._by_first.setdefault(tokens[0], []).append(name)
                self.last.add(tokens[-1])

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        first = _TOKEN.match(low, at, end)
        if first is not None and first.group() == "the":
            first = _TOKEN.match(low, first.end() + 1, end)
        stop = self._named(low, first, end)
        if stop == NO and first is not None and first.group() in _COMING:
            stop = self._named(low, _TOKEN.match(low, first.end() + 1, end), end)
        year = _OF_YEAR.match(low, stop, end) if stop != NO else None
        return year.end() if year else stop

    def _named(self, low: str, first: re.Match[str] | None, end: int) -> int:
        if first is None:
            return NO
        for name in self._by_first.get(first.group(), ()):
            stop = first.start() + len(name)
            if stop <= end and low.startswith(name, first.start()) and not _goes_on(low, stop):
                return stop
        return NO


def _goes_on(low: str, at: int) -> bool:
    return low[at : at + 1].isalnum()


class Row:
    """Pieces one behind the other."""

    __slots__ = ("_pieces",)

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        for piece in self._pieces:
            at = piece(low, at, end)
            if at == NO:
                return NO
        return at


class First:
    """The first of several that matches."""

    __slots__ = ("_pieces",)

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        for piece in self._pieces:
            stop = piece(low, at, end)
            if stop != NO:
                return stop
        return NO


class Unless:
    """What must not stand there; it takes nothing."""

    __slots__ = ("_piece",)

    def __init__(self, piece: Piece) -> None:
        self._piece = piece

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        return at if self._piece(low, at, end) == NO else NO


def row(pattern: str, macros: Mapping[str, str], parts: Mapping[str, Piece]) -> Piece:
    """Read a pattern with {@calls} of parts and {!refusals} of them; it ends with a whole word."""
    words, *calls = CALL.split(pattern)
    pieces: list[Piece] = [Words(words, macros)] if words else []
    for sign, name, words in zip(calls[::3], calls[1::3], calls[2::3], strict=True):
        pieces.append(parts[name] if sign == "@" else Unless(parts[name]))
        if words:
            pieces.append(Words(words, macros))
    if words:
        pieces[-1] = Words(rf"(?:{words})(?!\w)", macros)
    return pieces[0] if len(pieces) == 1 else Row(pieces)


def called(pattern: str) -> list[str]:
    """Return the names of the parts that a pattern calls."""
    return [name for sign, name in CALL.findall(pattern) if sign == "@"]
