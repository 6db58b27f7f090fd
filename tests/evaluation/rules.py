"""Write what the TOML files of `tracker/articles` say as JSON, which is read much faster.

Run `make rules` after a change of those files. `calendars.json` and `timex.json` say what the TOML
files of those names say; `rules.json` holds the cues and vetoes, ready to run. For each pattern it
says which stems (the first letters of a word) stand in everything that the pattern matches: sets,
of each of which there is one. A sentence without any of a set is spared the pattern, and an op-ed
that never needs a pattern is spared its compilation.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from evaluation import openings

from tracker.articles import cues, grammar, patterns, pieces

ANYWHERE = ("before", "after", "sentence")

# The first of each holds the macros of all.
CUES = ("cues.toml", "outlooks.toml")
VETOES = (
    "vetoes.toml",
    "intentions.toml",
    "tenses.toml",
    "stories.toml",
    "sayings.toml",
    "turns.toml",
)
FOLDER = Path(cues.__file__).parent

# In most sentences: they spare nothing.
_EVERYWHERE = frozenset(("the", "of", "and", "to", "a", "in"))
# In many: others are better.
_COMMON = frozenset(
    (  # noqa: SIM905 - fifty quoted words on fifty lines read worse
        "that is it t for was on with as be by at he are this have from or had an they not but his"
        " her she we i"
        " you its will woul thei ther has were all no if s than one who what when can more them so"
        " whic do"
    ).split()
)
_WEIGHT_OF_COMMON = 8
# Of "chan", which begins "change" too, beside "chance".
_WEIGHT_OF_BEGINNING = 3
# More strings than that are no longer told apart.
_MOST_STRINGS = 256
# Further sets spare little, and so do more alternatives.
_MOST_SETS, _MOST_ALTERNATIVES = 3, 24
_HEAVIEST = 200
# A word at one place spares as much as one anywhere among a few.
_EASE = 8
_EDGE = "\0"
_parser: Any = import_module("re._parser")
_code: Any = import_module("re._constants")

Stems = frozenset[str]
Needs = tuple[tuple[Stems, ...], ...]
"""Alternatives, each with sets of stems; a match holds, for one of them, one stem of each set."""

NOTHING: Needs = ((),)


@dataclass(frozen=True)
class Found:
    """What a piece of a pattern matches.

    Attributes:
        strings: exactly these, "\\0" for the edge of a word; None where they are too many.
        needs: what is in whatever it matches.
        ends: whether a word cannot go on behind it.
    """

    strings: frozenset[str] | None
    needs: Needs = NOTHING
    ends: bool = False


def necessary(pattern: str) -> Needs:
    """Return the stems that are in everything that a pattern matches."""
    return _known(_sequence(_parser.parse(pattern), begins=False))


# What a pattern finds behind a cue does not hold what it asks of the cue itself.
_LOOKS_BACK = re.compile(r"\(\?<[=!](?:[^()]|\([^()]*\))*\)")


def _exactly(strings: Iterable[str], needs: Needs = NOTHING) -> Found:
    each = frozenset(strings)
    return Found(each, needs, all(re.search(r"\W\Z", one) for one in each))


def _sequence(nodes: Iterable[tuple[Any, Any]], *, begins: bool) -> Found:
    """Go through a sequence; `begins`: whether no word goes on into it."""
    run = _exactly({_EDGE if begins else ""})
    needs, whole = NOTHING, True
    for code, value in nodes:
        found = _node(code, value, begins=run.ends)
        needs = _both(needs, found.needs)
        left, right = run.strings or frozenset(), found.strings
        if right is not None and len(left) * len(right) <= _MOST_STRINGS:
            run = _exactly(one + other for one in left for other in right)
            continue
        whole = False
        needs = _both(needs, _of_strings(left))
        run = _exactly({_EDGE if found.ends else ""}) if right is None else found
    if whole:
        return Found(run.strings, needs, run.ends)
    return Found(None, _both(needs, _of_strings(run.strings or frozenset())), run.ends)


def _node(code: Any, value: Any, *, begins: bool) -> Found:  # noqa: PLR0911 - of `re`
    if code is _code.LITERAL:
        return _exactly({chr(value)})
    if code is _code.AT:
        edge = value in (_code.AT_BOUNDARY, _code.AT_BEGINNING, _code.AT_END)
        return _exactly({_EDGE if edge or begins else ""})
    if code is _code.IN:
        return _one_of(value)
    if code is _code.BRANCH:
        return _branch([_sequence(each, begins=begins) for each in value[1]])
    if code is _code.SUBPATTERN:
        return _sequence(value[-1], begins=begins)
    if code in (_code.MAX_REPEAT, _code.MIN_REPEAT):
        return _repeat(*value, begins=begins)
    if code is _code.ASSERT:
        beside = _sequence(value[1], begins=begins and value[0] > 0)
        return _exactly({_EDGE if begins else ""}, _known(beside))
    if code is _code.ASSERT_NOT:
        return _exactly({_EDGE if begins else ""})
    return Found(None)


def _one_of(members: list[tuple[Any, Any]]) -> Found:
    if any(code is not _code.LITERAL for code, _ in members):
        return Found(None)
    return _exactly(chr(value) for _, value in members)


def _branch(found: list[Found]) -> Found:
    exact = [one.strings for one in found if one.strings is not None]
    if len(exact) == len(found) and all(one.needs == NOTHING for one in found):
        strings = frozenset().union(*exact)
        if len(strings) <= _MOST_STRINGS:
            return _exactly(strings)
    return Found(None, _either(map(_known, found)), all(one.ends for one in found))


def _repeat(least: int, most: Any, nodes: Any, *, begins: bool) -> Found:
    found = _sequence(nodes, begins=begins)
    if (least, most) == (1, 1):
        return found
    if least:
        return Found(None, _known(found), found.ends)
    if most == 1 and found.strings is not None and found.needs == NOTHING:
        return _exactly({_EDGE if begins else "", *found.strings})
    return Found(None, ends=begins and found.ends)


def _known(found: Found) -> Needs:
    return found.needs if found.strings is None else _both(found.needs, _of_strings(found.strings))


def _both(one: Needs, other: Needs) -> Needs:
    """Return what is needed where both are."""
    if len(one) * len(other) > _MOST_ALTERNATIVES:
        one, other = (_merged(one), other) if len(one) > len(other) else (one, _merged(other))
    each = (_lightest({*first, *second}) for first in one for second in other)
    return tuple(dict.fromkeys(each))


def _either(each: Iterable[Needs]) -> Needs:
    """Return what is needed where one of several is."""
    found = tuple(dict.fromkeys(one for needs in each for one in needs))
    if () in found:
        return NOTHING
    return found if len(found) <= _MOST_ALTERNATIVES else _merged(found)


def _merged(needs: Needs) -> Needs:
    """Make one alternative of several: one of all first sets, one of all second, and so on."""
    return (tuple(frozenset().union(*sets) for sets in zip(*needs, strict=False)),)


def _lightest(sets: Iterable[Stems]) -> tuple[Stems, ...]:
    """Return the sets that spare most, without those that others imply."""
    kept: list[Stems] = []
    for stems in sorted(sets, key=lambda each: (_weight(each), sorted(each))):
        if not any(lighter <= stems for lighter in kept):
            kept.append(stems)
    return tuple(kept[:_MOST_SETS])


def _weight(stems: Iterable[str]) -> int:
    return sum(map(_weight_of, stems))


def _weight_of(stem: str) -> int:
    if stem[: cues.STEM] in _COMMON:
        return _WEIGHT_OF_COMMON
    return _WEIGHT_OF_BEGINNING if stem.endswith("*") else 1


def _of_strings(strings: frozenset[str]) -> Needs:
    """Choose sets of few stems, of each of which every string holds one."""
    left = [set(_stems(each)) for each in strings]
    sets: list[Stems] = []
    while left and all(left) and len(sets) < _MOST_SETS:
        chosen = _hitting(left)
        sets.append(chosen)
        # "Promise" and "prom*" tell the same.
        told = {stem[: cues.STEM] for stem in chosen}
        left = [{stem for stem in each if stem[: cues.STEM] not in told} for each in left]
    return (tuple(sets),)


def _hitting(left: list[set[str]]) -> Stems:
    """Choose few stems of which each of the sets holds one."""
    chosen = set()
    while left:
        counted = sorted({stem for each in left for stem in each})
        best = max(counted, key=lambda stem: sum(stem in each for each in left) / _weight([stem]))
        chosen.add(best)
        left = [each for each in left if best not in each]
    return frozenset(chosen)


def _stems(string: str) -> Iterator[str]:
    """Yield the stems of a string, its first and last word only as far as they are sure."""
    for word in re.finditer(r"\w+", string):
        if not word.start() or word.group() in _EVERYWHERE:
            continue
        if word.end() < len(string):
            yield word.group()
        if len(word.group()) >= cues.STEM:
            yield f"{word.group()[: cues.STEM]}*"


def _listed(needs: Iterable[tuple[str, Needs]]) -> list[list[str]]:
    """Return the parts of a sentence with what is needed there, what spares most first."""
    weighed = sorted(
        (
            sum(_weight(one[0]) for one in each) / (1 if part in ANYWHERE else _EASE),
            part,
            written_needs(each),
        )
        for part, each in needs
        if each != NOTHING
    )
    return [[part, written] for weight, part, written in weighed if weight <= _HEAVIEST]


def written_needs(needs: Needs) -> str:
    """Write alternatives with "|" between them, sets with "&", words with spaces."""
    if needs == NOTHING:
        return ""
    return "|".join("&".join(" ".join(sorted(stems)) for stems in one) for one in needs)


def _needs(part: str, pattern: str) -> Iterator[tuple[str, Needs]]:
    """Yield what a pattern needs that is tried on that part of a sentence."""
    yield part, necessary(_LOOKS_BACK.sub("", pattern) if part == "after" else pattern)
    if part == "after" or openings.is_anchored(pattern):
        first = openings.first_words(pattern)
        if first is not None:
            yield "next" if part == "after" else "first", ((first,),)


_OPENS = re.compile(r"(?<!\(\?)<(?![=!])")
_CLOSES = re.compile(r"(?<!\\)>")


def _grouped(pattern: str) -> str:
    """Make the group `p` of the phrase in angle brackets."""
    opened = _OPENS.sub("(?P<p>", pattern, count=1)
    if opened == pattern:
        return pattern
    head, _, tail = opened.partition("(?P<p>")
    return f"{head}(?P<p>{_CLOSES.sub(')', tail, count=1)}"


def _cue(entry: Mapping[str, Any], macros: Mapping[str, str]) -> dict[str, Any]:
    words = [_grouped(patterns.fill(one, macros)) for one in entry["words"]]
    return {
        "kind": entry["kind"],
        "name": entry.get("name", entry["kind"]),
        "direction": entry["direction"],
        "strength": entry["strength"],
        "words": [{"pattern": one, "stems": _listed(_needs("sentence", one))} for one in words],
    }


def _veto(entry: Mapping[str, Any], macros: Mapping[str, str]) -> dict[str, Any]:
    parts = {part: patterns.fill(entry[part], macros) for part in ANYWHERE if part in entry}
    return {
        "reason": entry["reason"],
        "cost": entry["cost"],
        "cues": entry["cues"],
        **parts,
        "stems": _listed(need for part, one in parts.items() for need in _needs(part, one)),
    }


def rules() -> str:
    """Return what `rules.json` should hold, a rule on each line."""
    tables = [patterns.read(name) for name in CUES]
    against = [patterns.read(name) for name in VETOES]
    macros = patterns.expanded(tables[0]["macros"])
    own = {name: words for table in against for name, words in table.get("macros", {}).items()}
    both = patterns.expanded({**macros, **own})
    found = {
        "cues": [_cue(entry, macros) for table in tables for entry in table["cue"]],
        "vetoes": [_veto(entry, both) for table in against for entry in table["veto"]],
    }
    lists = (
        f'"{name}": [\n' + ",\n".join(map(_json, each)) + "\n]" for name, each in found.items()
    )
    return "{\n" + ",\n".join(lists) + "\n}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _indented(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def timex() -> dict[str, Any]:
    """Return `timex.toml` with what each rule needs anywhere in the clause."""
    table = patterns.read("timex.toml")
    macros = grammar.macros_of(table["macros"])
    table["grammar"]["rules"] = [
        _deadline(*entry, macros=macros) for entry in table["grammar"]["rules"]
    ]
    return table


def _deadline(
    kind: str, first: str, pattern: str, *near: str, macros: Mapping[str, str]
) -> dict[str, Any]:
    # What stands between the calls of other parts; those have needs of their own.
    words, *calls = pieces.CALL.split(pattern)
    each = [words, *calls[2::3]]
    needs = NOTHING
    for piece in filter(None, each):
        own = _LOOKS_BACK.sub("", patterns.fill(piece, macros))
        needs = _both(needs, necessary(rf"(?:{own})\b"))
    return {
        "kind": kind,
        "first": first,
        "pattern": pattern,
        "near": [listed for one in near for listed in one.split(";")],
        "anywhere": written_needs(needs),
    }


def written() -> dict[Path, str]:
    """Return what each of the files should hold."""
    found = {
        "rules": rules(),
        "timex": _indented(timex()),
        "calendars": _indented(patterns.read("calendars.toml")),
    }
    return {FOLDER / patterns.ready_name(name): text for name, text in found.items()}


if __name__ == "__main__":
    for path, text in written().items():
        path.write_text(text, "utf-8")
        sys.stdout.write(f"{path}: {path.stat().st_size:,} bytes\n")
