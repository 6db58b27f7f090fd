"""The lexicon of cues and of reasons against them, each compiled when it is first wanted.

The cues stand in `cues.toml` and `outlooks.toml`, the reasons against them in `vetoes.toml`,
`intentions.toml`, `tenses.toml`, `stories.toml`, `sayings.toml` and `turns.toml`. `make rules`
writes them all into `rules.json`, which is read here: JSON is read faster, and it says of each
pattern which stems stand in whatever it matches, so that most sentences are spared most patterns.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from tracker.articles import patterns
from tracker.articles.patterns import Lazy

STEM = 4
"""How many letters of a word tell which patterns are worth trying, where its end does not."""

Stems = frozenset[str]
"""Words, and the first letters of longer ones with a star: of a sentence, or such that a pattern
needs one of them."""

Parts = tuple[Stems, Stems, Stems, Stems, Stems]
"""The stems before a cue, behind it, and of the whole sentence; of its first word, and of the one
right behind the cue."""

Alternatives = tuple[tuple[Stems, ...], ...]
"""Sets of stems, of one alternative one of each must be there; no alternative asks for nothing."""

Needs = tuple[tuple[int, str], ...]
"""Which part of a sentence must hold what, as `alternatives` reads it."""

_PARTS = ("before", "after", "sentence", "first", "next")

Rule = TypeVar("Rule", "Pattern", "Veto")

_WORD = re.compile(r"\w+")
_NONE: Stems = frozenset()
_LY = "*ly"

ANY = "*"
ADVERB = "adverb"
MODAL = "modal"
EXPECTATION = "expectation"
OUTLOOK = "outlook"


class Cue(NamedTuple):
    """A way of forecasting, one section of its file.

    Attributes:
        kind: modal, hedge, idiom, outlook, expectation or adverb.
        name: the modal, or the kind where it is none; vetoes name it.
        direction: 1 where the words say that it happens, -1 where they say it does not.
        strength: how surely the words alone make a forecast, 0 to 1.
    """

    kind: str
    name: str
    direction: int
    strength: float


class Hit(NamedTuple):
    """A cue found in a text.

    Attributes:
        cue: which.
        start: offset of the first character that the pattern took.
        end: offset after the last one.
        phrase: offsets of the words of likelihood, or None where there are none.
    """

    cue: Cue
    start: int
    end: int
    phrase: tuple[int, int] | None


class Veto(NamedTuple):
    """A reason against a cue, one section of its file.

    Attributes:
        reason: what a person reads.
        cost: what it takes from the strength.
        cues: names or kinds it applies to.
        before: found in the sentence up to the cue, or None.
        after: matches right behind the cue, or None.
        sentence: found anywhere in the sentence, or None.
        needs: what the sentence around a cue needs for it, the rarest first.
        anchored: whether `before` begins at the sentence's beginning: then it is the quickest
            to tell.
    """

    reason: str
    cost: float
    cues: frozenset[str]
    before: Lazy | None
    after: Lazy | None
    sentence: Lazy | None
    needs: Needs = ()
    anchored: bool = False

    def holds(self, low: str, sentence: tuple[int, int], hit: Hit) -> bool:
        """Whether it speaks against a hit, in the sentence between those offsets."""
        start, end = sentence
        return (
            (not self.anchored or self._follows(low, start, hit))
            and (self.after is None or self.after.ready.match(low, hit.end, end) is not None)
            and (self.anchored or self._follows(low, start, hit))
            and (self.sentence is None or self.sentence.ready.search(low[start:end]) is not None)
        )

    def _follows(self, low: str, start: int, hit: Hit) -> bool:
        """Whether what stands before the cue is what it asks for."""
        return self.before is None or self.before.ready.search(low[start : hit.start]) is not None


class Pattern(NamedTuple):
    """One pattern of a cue.

    Attributes:
        cue: what it finds.
        words: with the group `p` around the phrase, where there is one.
        needs: what a sentence needs for it, the rarest first.
    """

    cue: Cue
    words: Lazy
    needs: Needs = ()

    def hits(self, low: str, start: int, end: int) -> Iterator[Hit]:
        """Yield what it finds between two offsets."""
        pattern = self.words.ready
        for match in pattern.finditer(low, start, end):
            phrase = match.span("p") if "p" in pattern.groupindex else None
            yield Hit(self.cue, match.start(), match.end(), phrase)


class Index(NamedTuple, Generic[Rule]):
    """Rules by the stems that they need.

    Attributes:
        rules: all, in the order of the files.
        always: numbers of those that need no stem.
        by_stem: for each part of a sentence, numbers of those that need this or another stem there.
        further: what each needs besides.
    """

    rules: tuple[Rule, ...]
    always: tuple[int, ...]
    by_stem: tuple[Mapping[str, list[int]], ...]
    further: tuple[Needs, ...]

    def worth_trying(self, own: Parts) -> Iterator[Rule]:
        """Yield the rules that may hold in a sentence of those stems, in order."""
        found = set(self.always)
        for stems, numbers in zip(own, self.by_stem, strict=True):
            for stem in stems & numbers.keys():
                found.update(numbers[stem])
        for number in sorted(found):
            for part, needed in self.further[number]:
                if not meets(own[part], alternatives(needed)):
                    break
            else:
                yield self.rules[number]


def meets(stems: Stems, alternatives: Alternatives) -> bool:
    """Whether words hold what one of the alternatives asks for."""
    # The innermost loop of reading an op-ed: a generator here costs a tenth of it.
    for each in alternatives:  # noqa: SIM110
        if not any(map(stems.isdisjoint, each)):
            return True
    return False


@cache
def alternatives(written: str) -> Alternatives:
    """Read alternatives as `make rules` writes them: "chan* odds&no|doubt"; few are ever wanted."""
    return tuple(
        tuple(frozenset(words.split()) for words in each.split("&"))
        for each in written.split("|")
        if each
    )


def _index(rules: Iterable[Rule]) -> Index[Rule]:
    each = tuple(rules)
    by_stem: tuple[dict[str, list[int]], ...] = ({}, {}, {}, {}, {})
    for number, rule in enumerate(each):
        for part, needed in rule.needs[:1]:
            for stem in frozenset().union(*(sets[0] for sets in alternatives(needed))):
                by_stem[part].setdefault(stem, []).append(number)
    always = tuple(number for number, rule in enumerate(each) if not rule.needs)
    return Index(each, always, by_stem, tuple(_further(rule.needs) for rule in each))


def _further(needs: Needs) -> Needs:
    """Return what is needed besides a stem of the first sets: those the index knows."""
    told = needs and not {"|", "&"}.intersection(needs[0][1])
    return needs[1:] if told else needs


class Against(dict[str, Index[Veto]]):
    """By a cue's name the vetoes that apply to it, indexed when they are first wanted.

    Args:
        vetoes: all, in the order of the files.
        kinds: a cue's name to its kind.
    """

    def __init__(self, vetoes: Iterable[Veto], kinds: Mapping[str, str]) -> None:
        super().__init__()
        self._all = tuple(vetoes)
        self._kinds = kinds

    def __missing__(self, name: str) -> Index[Veto]:
        """Index those of a cue."""
        those = (name, self._kinds[name], ANY)
        self[name] = _index(veto for veto in self._all if not veto.cues.isdisjoint(those))
        return self[name]


class Lexicon(NamedTuple):
    """Cues and vetoes, ready to run.

    Attributes:
        patterns: those of the cues; the first that matches at a place wins.
        vetoes: those that apply to a cue's name.
    """

    patterns: Index[Pattern]
    vetoes: Against

    def hits(self, text: str, low: str, start: int, end: int) -> tuple[Hit, ...]:
        """Return the cues of a sentence, in order; of two that overlap the first begun counts.

        Args:
            text: as written; "Will" and "May" with a capital are names, months or questions.
            low: the same in lower case with plain apostrophes, a line for each sentence.
            start: offset of the sentence.
            end: offset of its end.
        """
        own = (_NONE, _NONE, stems(low, start, end), first(low, start, end), _NONE)
        found = [
            hit
            for pattern in self.patterns.worth_trying(own)
            for hit in pattern.hits(low, start, end)
        ]
        return _first_of_each_place(text, found) if found else ()

    def against(self, low: str, sentence: tuple[int, int], hit: Hit) -> Iterator[Veto]:
        """Yield the vetoes that hold against a cue, in the order of the files."""
        own = parts(low, sentence, hit)
        for veto in self.vetoes[hit.cue.name].worth_trying(own):
            if veto.holds(low, sentence, hit):
                yield veto


def stems(low: str, start: int, end: int) -> Stems:
    """Return the words between two offsets and their stems: "chance", "chan*"."""
    return stems_of(_WORD.findall(low, start, end))


def stems_of(words: Iterable[str]) -> Stems:
    """Return words and their stems."""
    each = set(words)
    return frozenset(each.union(map(_begun, each)))


@lru_cache(maxsize=10_000)
def _begun(word: str) -> str:
    return word if len(word) < STEM else f"{word[:STEM]}*"


def parts(low: str, sentence: tuple[int, int], hit: Hit) -> Parts:
    """Return the stems around a cue."""
    before, after = stems(low, sentence[0], hit.start), stems(low, hit.end, sentence[1])
    whole = before | after | stems(low, hit.start, hit.end)
    return before, after, whole, first(low, *sentence), first(low, hit.end, sentence[1])


def first(low: str, start: int, end: int) -> Stems:
    """Return the first word between two offsets, its stem, and the ending of an adverb."""
    found = _WORD.search(low, start, end)
    if found is None:
        return _NONE
    word = found.group()
    return stems_of((word, _LY)) if word.endswith("ly") else stems_of((word,))


def _first_of_each_place(text: str, found: list[Hit]) -> tuple[Hit, ...]:
    kept: list[Hit] = []
    # The sort is stable: at one place the section that comes first in the file wins.
    for hit in sorted(found, key=lambda one: one.start):
        if (not kept or hit.start >= kept[-1].end) and not _is_name(text, hit):
            kept.append(hit)
    return tuple(kept)


def _is_name(text: str, hit: Hit) -> bool:
    return hit.cue.kind == MODAL and hit.phrase is not None and text[hit.phrase[0]].isupper()


@cache
def lexicon() -> Lexicon:
    """Return the tracker's cues and vetoes."""
    rules = patterns.ready("rules")
    cues = [(_cue(entry), entry["words"]) for entry in rules["cues"]]
    return Lexicon(
        patterns=_index(
            Pattern(cue, Lazy(one["pattern"], re.MULTILINE), _needs(one["stems"]))
            for cue, words in cues
            for one in words
        ),
        vetoes=Against(map(_veto, rules["vetoes"]), {cue.name: cue.kind for cue, _ in cues}),
    )


def _cue(entry: Mapping[str, Any]) -> Cue:
    return Cue(**{name: entry[name] for name in ("kind", "name", "direction", "strength")})


def _veto(entry: Mapping[str, Any]) -> Veto:
    return Veto(
        reason=entry["reason"],
        cost=entry["cost"],
        cues=frozenset(entry["cues"]),
        before=_lazy(entry.get("before")),
        after=_lazy(entry.get("after")),
        sentence=_lazy(entry.get("sentence")),
        needs=_needs(entry["stems"]),
        anchored=entry.get("before", "").startswith("^"),
    )


def _needs(listed: Iterable[tuple[str, str]]) -> Needs:
    return tuple((_PARTS.index(part), written) for part, written in listed)


def _lazy(pattern: str | None) -> Lazy | None:
    return None if pattern is None else Lazy(pattern)
