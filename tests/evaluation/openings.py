"""Which words can open what a pattern matches, from the pattern's own tree.

A pattern that is tried at one place only, the beginning of a sentence or right behind a cue, needs
one of a few words there: a sharper test than a word anywhere, and a cheap one.
"""

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from tracker.articles import cues

_parser: Any = import_module("re._parser")
_code: Any = import_module("re._constants")

_EDGE = "\0"
# A word that is known as far as it matters: to its end, or to the length of a stem.
_KNOWN = re.compile(rf"\W*(?:(\w{{1,{cues.STEM - 1}}})\W|(\w{{{cues.STEM}}})|(\*ly))")
# How often a repetition is followed, and how many beginnings are told apart.
_TURNS, _MOST = 3, 600
_LY = (_code.LITERAL, ord("l")), (_code.LITERAL, ord("y"))

Node = tuple[Any, Any]


class _Begun(NamedTuple):
    """Beginnings of what a pattern matches, those whose first word is known set apart."""

    open: frozenset[str]
    known: frozenset[str]


class _TooManyError(Exception):
    """What the pattern can begin with is not one of a few words."""


def first_words(pattern: str) -> frozenset[str] | None:
    """Return the stems of which a match at its place holds one first, or None where any may."""
    try:
        begun = _through(_Begun(frozenset(("",)), frozenset()), list(_parser.parse(pattern)))
    except _TooManyError:
        return None
    if begun.open:
        return None
    found = (_KNOWN.match(each) for each in begun.known)
    return frozenset(one[1] or (one[2] and f"{one[2]}*") or one[3] for one in found if one)


def is_anchored(pattern: str) -> bool:
    """Whether a pattern can match at the beginning only."""
    return _begins(list(_parser.parse(pattern)))


def _begins(nodes: Sequence[Node]) -> bool:
    for code, value in nodes:
        if code is _code.AT:
            return bool(value is _code.AT_BEGINNING)
        if code is _code.BRANCH:
            return all(_begins(list(each)) for each in value[1])
        if code is _code.SUBPATTERN:
            return _begins(list(value[-1]))
        if code not in (_code.ASSERT, _code.ASSERT_NOT):
            return False
    return False


def _through(begun: _Begun, nodes: Sequence[Node]) -> _Begun:
    for at, (code, value) in enumerate(nodes):
        if not begun.open:
            break
        if _is_any_word(code, value) and tuple(nodes[at + 1 : at + 3]) == _LY:
            begun = _put(begun, ("*ly",))
        else:
            begun = _node(begun, code, value)
    return begun


def _node(begun: _Begun, code: Any, value: Any) -> _Begun:  # noqa: PLR0911 - of `re`
    if code is _code.LITERAL:
        return _put(begun, (chr(value),))
    if code is _code.AT:
        return _put(begun, (_EDGE,))
    if code is _code.IN and all(kind is _code.LITERAL for kind, _ in value):
        return _put(begun, [chr(one) for _, one in value])
    if code is _code.BRANCH:
        return _joined(_through(begun, list(each)) for each in value[1])
    if code is _code.SUBPATTERN:
        return _through(begun, list(value[-1]))
    if code in (_code.MAX_REPEAT, _code.MIN_REPEAT):
        return _repeated(begun, *value)
    if code in (_code.ASSERT, _code.ASSERT_NOT):
        return begun
    raise _TooManyError


def _repeated(begun: _Begun, least: int, most: Any, nodes: Sequence[Node]) -> _Begun:
    each = [begun] if least == 0 else []
    for _ in range(min(int(most), _TURNS)):
        begun = _through(begun, list(nodes))
        each.append(begun)
    if int(most) > _TURNS and begun.open:
        raise _TooManyError
    return _joined(each)


def _put(begun: _Begun, endings: Iterable[str]) -> _Begun:
    longer = {one + ending for one in begun.open for ending in endings}
    known = {one for one in longer if _KNOWN.match(one)}
    if len(longer) > _MOST:
        raise _TooManyError
    return _Begun(frozenset(longer - known), begun.known | known)


def _joined(each: Iterable[_Begun]) -> _Begun:
    all_of = list(each)
    return _Begun(
        frozenset().union(*(one.open for one in all_of)),
        frozenset().union(*(one.known for one in all_of)),
    )


def _is_any_word(code: Any, value: Any) -> bool:
    if code not in (_code.MAX_REPEAT, _code.MIN_REPEAT):
        return False
    nodes = list(value[2])
    return nodes == [(_code.IN, [(_code.CATEGORY, _code.CATEGORY_WORD)])]
