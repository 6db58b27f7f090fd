"""The lexicon of cues and of reasons against them: `cues.toml` and `vetoes.toml`, compiled once."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

ANY = "*"
ADVERB = "adverb"
MODAL = "modal"
EXPECTATION = "expectation"
OUTLOOK = "outlook"


@dataclass(frozen=True, slots=True)
class Cue:
    """A way of forecasting, one section of `cues.toml`.

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
    """A reason against a cue, one section of `vetoes.toml`.

    Attributes:
        reason: what a person reads.
        cost: what it takes from the strength.
        cues: names or kinds it applies to.
        before: found in the sentence up to the cue, or None.
        after: matches right behind the cue, or None.
        sentence: found anywhere in the sentence, or None.
    """

    reason: str
    cost: float
    cues: frozenset[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    sentence: re.Pattern[str] | None

    def holds(self, low: str, sentence: tuple[int, int], hit: Hit) -> bool:
        """Whether it speaks against a hit, in the sentence between those offsets."""
        start, end = sentence
        if self.after is not None and not self.after.match(low, hit.end, end):
            return False
        if self.before is not None and not self.before.search(low[start : hit.start]):
            return False
        return self.sentence is None or self.sentence.search(low[start:end]) is not None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Cues and vetoes, ready to run.

    Attributes:
        pattern: finds every cue; the group that closes last numbers it.
        cues: one for each pattern, in the order of the groups.
        vetoes: those that apply to a name.
    """

    pattern: re.Pattern[str]
    cues: tuple[Cue, ...]
    vetoes: Mapping[str, tuple[Veto, ...]]

    def hits(self, text: str, low: str) -> list[Hit]:
        """Return the cues of a text, in order.

        Args:
            text: as written; "Will" and "May" with a capital are names, months or questions.
            low: the same in lower case with plain apostrophes, a line for each sentence.
        """
        found = []
        for match in self.pattern.finditer(low):
            number = int(str(match.lastgroup)[1:])
            phrase = match.span(f"p{number}") if f"p{number}" in self.pattern.groupindex else None
            cue = self.cues[number]
            if cue.kind != MODAL or phrase is None or not text[phrase[0]].isupper():
                found.append(Hit(cue, match.start(), match.end(), phrase))
        return found


@cache
def lexicon() -> Lexicon:
    """Return the tracker's cues and vetoes."""
    table = _read("cues.toml")
    macros = _expanded(table["macros"])
    cues: list[Cue] = []
    patterns: list[str] = []
    for section in table["cue"]:
        cue = Cue(
            kind=section["kind"],
            name=section.get("name", section["kind"]),
            direction=section["direction"],
            strength=section["strength"],
        )
        for words in section["words"]:
            patterns.append(_numbered(_fill(words, macros), len(cues)))
            cues.append(cue)
    vetoes = _vetoes(macros)
    return Lexicon(
        pattern=re.compile("|".join(patterns), re.MULTILINE),
        cues=tuple(cues),
        vetoes={
            cue.name: tuple(veto for veto in vetoes if veto.cues & {cue.name, cue.kind, ANY})
            for cue in cues
        },
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("tracker").joinpath("articles", name).read_text("utf-8"))


def _expanded(macros: Mapping[str, str]) -> dict[str, str]:
    filled: dict[str, str] = {}
    for name, pattern in macros.items():
        filled[name] = _fill(pattern, filled)
    return filled


def _fill(pattern: str, macros: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda found: macros[found[1]], pattern)


_OPENS = re.compile(r"(?<!\(\?)<(?![=!])")
_CLOSES = re.compile(r"(?<!\\)>")


def _numbered(pattern: str, number: int) -> str:
    """Name the pattern's group, and the phrase in its angle brackets."""
    pattern = _OPENS.sub(f"(?P<p{number}>", pattern, count=1)
    if f"(?P<p{number}>" in pattern:
        head, _, tail = pattern.partition(f"(?P<p{number}>")
        pattern = f"{head}(?P<p{number}>{_CLOSES.sub(')', tail, count=1)}"
    return f"(?P<c{number}>{pattern})"


def _vetoes(macros: Mapping[str, str]) -> tuple[Veto, ...]:
    table = _read("vetoes.toml")
    macros = _expanded({**macros, **table["macros"]})
    return tuple(
        Veto(
            reason=section["reason"],
            cost=section["cost"],
            cues=frozenset(section["cues"]),
            before=_compiled(section.get("before"), macros),
            after=_compiled(section.get("after"), macros),
            sentence=_compiled(section.get("sentence"), macros),
        )
        for section in table["veto"]
    )


def _compiled(pattern: str | None, macros: Mapping[str, str]) -> re.Pattern[str] | None:
    return None if pattern is None else re.compile(_fill(pattern, macros))
