"""The lexicon of cues and of reasons against them, each compiled when it is first wanted.

The cues stand in `cues.toml` and `outlooks.toml`, the reasons against them in `vetoes.toml`,
`intentions.toml`, `tenses.toml`, `stories.toml` and `sayings.toml`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker.articles import patterns
from tracker.articles.patterns import Lazy

# The first of each holds the macros of all.
_CUES = ("cues.toml", "outlooks.toml")
_VETOES = ("vetoes.toml", "intentions.toml", "tenses.toml", "stories.toml", "sayings.toml")

ANY = "*"
ADVERB = "adverb"
MODAL = "modal"
EXPECTATION = "expectation"
OUTLOOK = "outlook"


@dataclass(frozen=True, slots=True)
class Cue:
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


@dataclass(frozen=True, slots=True)
class Hit:
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


@dataclass(frozen=True, slots=True)
class Veto:
    """A reason against a cue, one section of its file.

    Attributes:
        reason: what a person reads.
        cost: what it takes from the strength.
        cues: names or kinds it applies to.
        before: found in the sentence up to the cue, or None.
        after: matches right behind the cue, or None.
        sentence: found anywhere in the sentence, or None.
        needs: letters without one of which in the sentence it cannot hold; none, if it always can.
    """

    reason: str
    cost: float
    cues: frozenset[str]
    before: Lazy | None
    after: Lazy | None
    sentence: Lazy | None
    needs: tuple[str, ...] = ()

    def holds(self, low: str, sentence: tuple[int, int], hit: Hit) -> bool:
        """Whether it speaks against a hit, in the sentence between those offsets."""
        start, end = sentence
        if self.needs and not any(low.find(letters, start, end) >= 0 for letters in self.needs):
            return False
        if self.after is not None and not self.after.ready.match(low, hit.end, end):
            return False
        if self.before is not None and not self.before.ready.search(low[start : hit.start]):
            return False
        return self.sentence is None or self.sentence.ready.search(low[start:end]) is not None


@dataclass(frozen=True, slots=True)
class Section:
    """One section of cues.

    Attributes:
        cue: what its patterns find.
        needs: letters without one of which no pattern can match; they save its running.
        patterns: with the group `p` around the phrase, where there is one; the first that
            matches at a place wins.
    """

    cue: Cue
    needs: tuple[str, ...]
    patterns: tuple[Lazy, ...]

    def hits(self, low: str, start: int, end: int) -> Iterator[Hit]:
        """Yield what the patterns find between two offsets, whatever it needs."""
        for pattern in (each.ready for each in self.patterns):
            for match in pattern.finditer(low, start, end):
                phrase = match.span("p") if "p" in pattern.groupindex else None
                yield Hit(self.cue, match.start(), match.end(), phrase)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Cues and vetoes, ready to run.

    Attributes:
        sections: the cues, in the order of the file.
        vetoes: those that apply to a cue's name.
    """

    sections: tuple[Section, ...]
    vetoes: Mapping[str, tuple[Veto, ...]]

    def hits(
        self, text: str, low: str, spans: Iterable[tuple[int, int]]
    ) -> Iterator[tuple[Hit, ...]]:
        """Yield the cues of each sentence, in order; of two that overlap the first begun counts.

        Args:
            text: as written; "Will" and "May" with a capital are names, months or questions.
            low: the same in lower case with plain apostrophes, a line for each sentence.
            spans: offsets of the sentences.
        """
        present = [
            (section, needs)
            for section in self.sections
            if (needs := [letters for letters in section.needs if letters in low])
        ]
        for start, end in spans:
            sentence = low[start:end]
            found = [
                hit
                for section, needs in present
                if any(map(sentence.__contains__, needs))
                for hit in section.hits(low, start, end)
            ]
            yield _first_of_each_place(text, found) if found else ()


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
    tables = [patterns.read(name) for name in _CUES]
    macros = patterns.expanded(tables[0]["macros"])
    sections = tuple(_section(entry, macros) for table in tables for entry in table["cue"])
    vetoes = _vetoes(macros)
    return Lexicon(
        sections=sections,
        vetoes={
            cue.name: tuple(veto for veto in vetoes if veto.cues & {cue.name, cue.kind, ANY})
            for cue in (section.cue for section in sections)
        },
    )


def _section(entry: Mapping[str, Any], macros: Mapping[str, str]) -> Section:
    cue = Cue(
        kind=entry["kind"],
        name=entry.get("name", entry["kind"]),
        direction=entry["direction"],
        strength=entry["strength"],
    )
    return Section(
        cue=cue,
        needs=tuple(entry["needs"]),
        patterns=tuple(
            Lazy(_grouped(patterns.fill(words, macros)), re.MULTILINE) for words in entry["words"]
        ),
    )


_OPENS = re.compile(r"(?<!\(\?)<(?![=!])")
_CLOSES = re.compile(r"(?<!\\)>")


def _grouped(pattern: str) -> str:
    """Make the group `p` of the phrase in angle brackets."""
    opened = _OPENS.sub("(?P<p>", pattern, count=1)
    if opened == pattern:
        return pattern
    head, _, tail = opened.partition("(?P<p>")
    return f"{head}(?P<p>{_CLOSES.sub(')', tail, count=1)}"


def _vetoes(macros: Mapping[str, str]) -> tuple[Veto, ...]:
    tables = [patterns.read(name) for name in _VETOES]
    own = {name: words for table in tables for name, words in table.get("macros", {}).items()}
    macros = patterns.expanded({**macros, **own})
    return tuple(
        Veto(
            reason=section["reason"],
            cost=section["cost"],
            cues=frozenset(section["cues"]),
            before=_lazy(section.get("before"), macros),
            after=_lazy(section.get("after"), macros),
            sentence=_lazy(section.get("sentence"), macros),
            needs=tuple(section.get("needs", ())),
        )
        for table in tables
        for section in table["veto"]
    )


def _lazy(pattern: str | None, macros: Mapping[str, str]) -> Lazy | None:
    return None if pattern is None else Lazy(patterns.fill(pattern, macros))
