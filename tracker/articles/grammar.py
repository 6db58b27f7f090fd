"""The grammar of deadline words (`timex.toml`), for one set of calendars."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from tracker.articles import patterns, periods, pieces
from tracker.articles.cues import Alternatives, alternatives, meets, stems_of
from tracker.articles.patterns import Lazy, Patterns
from tracker.articles.pieces import NO, Piece

NUMBERS = {
    word: number
    for number, word in enumerate(
    (  # noqa: SIM905 - twenty quoted words and more read worse
        "zero one two three four five six seven eight nine ten eleven twelve thirteen"
        " fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    ).split()
)
} | {
    "a": 1, "an": 1, "another": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "a hundred": 100, "hundred": 100, "one hundred": 100,
    "a dozen": 12, "half a dozen": 6, "twenty-four": 24, "twenty-five": 25, "thirty-six": 36,
    "forty-eight": 48, "seventy-two": 72,
    "another two": 2, "another three": 3, "another four": 4, "another five": 5, "another ten": 10,
}  # fmt: skip
NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))})"

_TOKEN = re.compile(r"\w+")
_FIGURES = "#"
# Within how many words of its first a rule must find those that it needs.
_REACH = 12
_LOOKING_BACK = Lazy(r"\(\?<[=!][^)]*\)")


class Found(NamedTuple):
    """What a rule found.

    Attributes:
        start: offset of the first character.
        end: offset after the last one.
        words: in lower case with plain apostrophes.
        kind: the kind of the rule.
    """

    start: int
    end: int
    words: str
    kind: str


class Rule(NamedTuple):
    """One rule of `timex.toml`.

    Attributes:
        kind: what it finds.
        piece: matches it.
        first: the words it can begin with; any word with a figure is "#".
        near: lists of words; of each there must be one among the next few.
        anywhere: what the clause must hold.
    """

    kind: str
    piece: Piece
    first: frozenset[str]
    near: tuple[frozenset[str], ...]
    anywhere: Alternatives


class Grammar(NamedTuple):
    """`timex.toml`, for one set of calendars.

    Attributes:
        rules: in order.
        by_first: those that can begin with a word, in order.
        telling: words without one of which in a sentence no rule holds.
        parts: what rules have in common, by name.
        words: the macros that the code uses, by name, and `relation`: what opens the words.
        more: what may follow the words, by name.
        never_mind: what looks like a deadline and is none, by name.
    """

    rules: tuple[Rule, ...]
    by_first: Mapping[str, list[Rule]]
    telling: frozenset[str]
    parts: Mapping[str, Piece]
    words: Patterns
    more: Patterns
    never_mind: Patterns

    def matches(self, low: str, start: int, end: int) -> Iterator[Found]:
        """Yield what the rules find between two offsets; finds may overlap."""
        present = set(_TOKEN.findall(low, start, end))
        if not all(map(str.isalpha, present)):
            present.add(_FIGURES)
        if present.isdisjoint(self.telling):
            return
        stems = stems_of(present)
        tokens = [
            (word if (word := found.group()).isalpha() else _FIGURES, found.start())
            for found in _TOKEN.finditer(low, start, end)
        ]
        for number, (token, at) in enumerate(tokens):
            rules = self.by_first.get(token)
            if rules is None or low[at - 1 : at] == "-":
                continue
            near = {word for word, _ in tokens[number : number + _REACH]}
            for rule in rules:
                if any(map(near.isdisjoint, rule.near)):
                    continue
                if rule.anywhere and not meets(stems, rule.anywhere):
                    continue
                stop = rule.piece(low, at, end)
                if stop != NO:
                    yield Found(at, stop, low[at:stop], rule.kind)
                    break


def macros_of(table: Mapping[str, str]) -> dict[str, str]:
    """Return the macros of `timex.toml` and of the code, filled.

    Args:
        table: those of the file.
    """
    return patterns.expanded(
        {
            "number": NUMBER,
            "part": periods.PART,
            "year": periods.YEAR,
            "month": periods.MONTH,
            "season": periods.SEASON,
            "weekday": periods.WEEKDAY,
            **table,
        }
    )


@lru_cache(maxsize=8)
def grammar(names: tuple[str, ...]) -> Grammar:
    """Make the grammar for calendars with those names.

    Args:
        names: names of events and feasts.
    """
    table = patterns.ready("timex")
    macros = macros_of(table["macros"])
    event = pieces.Names(names)
    lists = _Lists({"event": " ".join(event.last), **table["words"]})
    parts = _parts(table["part"], macros, event)
    rules = tuple(
        _rule(entry, lists, pieces.row(entry["pattern"], macros, parts))
        for entry in table["grammar"]["rules"]
    )
    by_first: dict[str, list[Rule]] = {}
    for rule in rules:
        for word in rule.first:
            by_first.setdefault(word, []).append(rule)
    closing = _LOOKING_BACK.ready.sub("", macros["closing"])
    relation = rf"(?:{closing}|{macros['before']}) "
    return Grammar(
        rules=rules,
        by_first=by_first,
        telling=frozenset().union(*(rule.near[-1] for rule in rules)),
        parts=parts,
        words=Patterns({**table["code"], "relation": relation}, macros),
        more=Patterns(table["more"], macros),
        never_mind=Patterns(table["never_mind"], macros),
    )


class _Lists:
    """Lists of words that hold @lists before them; one that is asked for twice is the same.

    Args:
        words: name to the words, parted by spaces.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._named: dict[str, frozenset[str]] = {}
        self._kept: dict[str, frozenset[str]] = {}
        for name, listed in words.items():
            self._named[name] = self.of(listed)

    def __contains__(self, name: str) -> bool:
        """Whether there is a list of that name."""
        return name in self._named

    def of(self, words: str) -> frozenset[str]:
        """Return the words, with those of each @list."""
        if words not in self._kept:
            each = words.split()
            plain = frozenset(word for word in each if not word.startswith("@"))
            others = [self._named[word[1:]] for word in each if word.startswith("@")]
            whole = others[0] if len(others) == 1 and not plain else plain.union(*others)
            self._kept[words] = whole
        return self._kept[words]


def _rule(entry: Mapping[str, Any], lists: _Lists, piece: Piece) -> Rule:
    called = (f"@{name}" for name in pieces.called(entry["pattern"]) if name in lists)
    return Rule(
        kind=entry["kind"],
        piece=piece,
        first=lists.of(entry["first"]),
        near=tuple(lists.of(words) for words in (*entry["near"], *called)),
        anywhere=alternatives(entry["anywhere"]),
    )


def _parts(
    table: Mapping[str, list[str]], macros: Mapping[str, str], event: Piece
) -> dict[str, Piece]:
    """Make the parts: those of the calendar, and those of the file in its order."""
    parts: dict[str, Piece] = {"event": event}
    parts["core"] = pieces.Words(rf"{periods.CORE}(?!\w)", {})
    parts["explicit"] = pieces.Words(periods.WHOLE_EXPLICIT, {})
    for name, patterns_of in table.items():
        rows = [pieces.row(pattern, macros, parts) for pattern in patterns_of]
        parts[name] = rows[0] if len(rows) == 1 else pieces.First(rows)
    return parts
