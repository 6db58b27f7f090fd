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
_CALL = re.compile(r"\{([@!])([a-z]+)\}")


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
    """Names from a list, the longest that stands there whole.

    Args:
        names: in lower case.
    """

    __slots__ = ("by_first",)

    def __init__(self, names: Iterable[str]) -> None:
        self.by_first: dict[str, list[str]] = {}
        for name in sorted(map(undotted, names), key=len, reverse=True):
            first = _TOKEN.search(name)
            if first is not None:
                self.by_first.setdefault(first.group(), []).append(name)

    def __call__(self, low: str, at: int, end: int) -> int:
        """Match at a place."""
        first = _TOKEN.match(low, at, end)
        for name in self.by_first.get(first.group(), ()) if first else ():
            stop = at + len(name)
            if stop <= end and low.startswith(name, at) and not low[stop : stop + 1].isalnum():
                return stop
        return NO


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
    words, *calls = _CALL.split(pattern)
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
    return [name for sign, name in _CALL.findall(pattern) if sign == "@"]
