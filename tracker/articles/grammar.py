"""The grammar of deadline words (`timex.toml`), compiled for one set of calendars."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tracker.articles import patterns, periods

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
    "seventy": 70, "eighty": 80, "ninety": 90, "a hundred": 100, "one hundred": 100,
    "a dozen": 12, "half a dozen": 6, "twenty-four": 24, "twenty-five": 25, "thirty-six": 36,
    "forty-eight": 48, "seventy-two": 72,
    "another two": 2, "another three": 3, "another four": 4, "another five": 5, "another ten": 10,
}  # fmt: skip
NUMBER = rf"(?:\d{{1,3}}|{'|'.join(sorted(map(re.escape, NUMBERS), key=len, reverse=True))})"

# Numbers in words that stand for nothing else; "a", "one" and "another" begin too much.
_WORDED = "|".join(re.escape(word) for word in NUMBERS if not word.startswith(("a", "one", "zero")))

# How far from their beginning deadline words say that they are about time.
_REACH = 50
_LOOKING_BACK = re.compile(r"\(\?<[=!][^)]*\)")


@dataclass(frozen=True, slots=True)
class Grammar:
    """`timex.toml`, compiled.

    Attributes:
        pattern: matches deadline words; the group says the kind.
        first: finds the places where deadline words can begin.
        near: finds the words one of which stands near such a beginning.
        kinds: the name of each group.
        before: "before", "ahead of" and the like.
        relation: what opens the words, "before" among them.
        counted: a number of units.
        unit: a unit without a number.
        more: what may follow the words, by name.
        never_mind: what looks like a deadline and is none, by name.
    """

    pattern: re.Pattern[str]
    first: re.Pattern[str]
    near: re.Pattern[str]
    kinds: tuple[str, ...]
    before: re.Pattern[str]
    relation: re.Pattern[str]
    counted: re.Pattern[str]
    unit: re.Pattern[str]
    more: dict[str, re.Pattern[str]]
    never_mind: dict[str, re.Pattern[str]]

    def matches(self, low: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield what the patterns match between two offsets; matches may overlap."""
        near = [found.start() for found in self.near.finditer(low, start, end)]
        for first in self.first.finditer(low, start, end):
            at = bisect_left(near, first.start())
            if at == len(near):
                return
            if near[at] - first.start() <= _REACH and (
                match := self.pattern.match(low, first.start(), end)
            ):
                yield match

    def kind(self, match: re.Match[str]) -> str:
        """Return the name of the kind that matched."""
        return self.kinds[int(str(match.lastgroup)[1:])]


@lru_cache(maxsize=8)
def grammar(names: tuple[str, ...]) -> Grammar:
    """Compile the grammar for calendars with those names.

    Args:
        names: names of events and feasts, the longest first.
    """
    table = patterns.read("timex.toml")
    ready = {
        "number": NUMBER,
        "period": periods.PERIOD,
        "part": periods.PART,
        "core": periods.CORE,
        "explicit": periods.EXPLICIT,
        "year": periods.YEAR,
        "month": periods.MONTH,
        "season": periods.SEASON,
        "weekday": periods.WEEKDAY,
        "events": f"(?:{'|'.join(map(re.escape, names)) or r'(?!)'})",
    }
    macros = patterns.expanded({**ready, **table["macros"]})
    groups = "|".join(
        f"(?P<k{at}>(?:{'|'.join(patterns.fill(one, macros) for one in kind['patterns'])})(?!\\w))"
        for at, kind in enumerate(table["kind"])
    )

    def compiled(section: str) -> dict[str, re.Pattern[str]]:
        return {
            name: re.compile(patterns.fill(one, macros)) for name, one in table[section].items()
        }

    return Grammar(
        pattern=re.compile(groups),
        first=re.compile(
            rf"(?<![\w-])(?=\d|(?:{patterns.fill(table['first'], macros)}|{_WORDED})\b)"
        ),
        near=re.compile(rf"\b{patterns.fill(table['near'], macros)}\b"),
        kinds=tuple(kind["name"] for kind in table["kind"]),
        before=re.compile(macros["before"]),
        relation=re.compile(rf"(?:{macros['before']}|{_LOOKING_BACK.sub('', macros['closing'])}) "),
        counted=re.compile(
            rf"(?:(?P<low>{NUMBER})(?: to | or |-|–))?(?P<count>{NUMBER})(?P<half> and a half)?"
            rf"[ -]{macros['kind_of']}(?P<unit>{macros['unit']})s?\b(?P<later_half> and a half)?"
        ),
        unit=re.compile(rf"\b(?P<unit>{macros['unit']})(?P<many>s)?\b(?P<later_half> and a half)?"),
        more=compiled("more"),
        never_mind=compiled("never_mind"),
    )
