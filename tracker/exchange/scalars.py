"""How a text, a list or a small group is spelled in YAML so that every reader reads it alike."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal

from yaml.nodes import ScalarNode
from yaml.resolver import Resolver

from tracker.dates import ApproxDate, Span

WIDTH = 100
"""Columns: longer text is folded; a longer flow line is broken after a comma."""

Value = (
    str | bool | int | Decimal | ApproxDate | date | time | Span
    | list["Value"] | Mapping[str, "Value"] | None
)  # fmt: skip


class Word(str):
    """A text of our own vocabulary, never quoted: `outcome: no`."""

    __slots__ = ()


_RESOLVER = Resolver()
_TEXT = "tag:yaml.org,2002:str"
# What YAML 1.1 (PyYAML's resolver) does not take for a number or a boolean, but 1.2 or others do.
_NOT_TEXT_ELSEWHERE = re.compile(
    r"[yYnN]|0o[0-7]+|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~.](?:[^\s:#]|:(?=\S)|(?<!\s)#| (?=\S))*")
# YAML 1.2, production 1 (c-printable), without the line ends that only YAML 1.1 knows.
_PRINTABLE = re.compile("[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
                        "\U00010000-\U0010ffff]*")  # fmt: skip
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}
_BREAK = re.compile(r"(?<=[^ \t]) (?=[^ \t])")


def inline(value: Value, *, flow: bool = False) -> str:
    """Spell a value on one line.

    Args:
        value: a text, a number, a date, a list or a group.
        flow: whether it stands inside brackets or braces.
    """
    if isinstance(value, str) and not isinstance(value, Word):
        return value if _plain(value, flow=flow) else quoted(value)
    if isinstance(value, Mapping):
        return f"{{{', '.join(pieces(value))}}}"
    if isinstance(value, list):
        return f"[{', '.join(pieces(value))}]"
    if isinstance(value, time):
        return quoted(value.isoformat("minutes"))
    return _token(value)


def _token(value: object) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def pieces(value: Mapping[str, Value] | list[Value]) -> list[str]:
    """Spell what stands between the commas of a list or a group."""
    if isinstance(value, Mapping):
        return [f"{name}: {inline(item, flow=True)}" for name, item in value.items()]
    return [inline(item, flow=True) for item in value]


def field(name: str, value: Value, indent: int) -> list[str]:
    """Spell a field at an indentation, on as many lines as are readable.

    Returns:
        Lines without their ends, the first one indented too.
    """
    margin = " " * indent
    line = f"{margin}{name}: {inline(value)}"
    if isinstance(value, str) and not isinstance(value, Word):
        long = len(line) > WIDTH or "\n" in value
        return _block(name, value, margin) if long and _blockable(value) else [line]
    if len(line) > WIDTH and isinstance(value, Mapping | list):
        return _broken(name, value, margin)
    return [line]


def _broken(name: str, value: Mapping[str, Value] | list[Value], margin: str) -> list[str]:
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    parts = pieces(value)
    parts = [*(f"{part}," for part in parts[:-1]), parts[-1]]
    first, *rest = _filled(parts, WIDTH - len(margin) - len(name) - 3)
    lines = [f"{margin}{name}: {opening}{first}", *(f"{margin}  {line}" for line in rest)]
    return [*lines[:-1], lines[-1] + closing]


def quoted(text: str) -> str:
    """Spell a text in double quotes; only what cannot stand in a file is escaped."""
    return f'"{"".join(_escaped(char) for char in text)}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if _PRINTABLE.fullmatch(char):
        return char
    code = ord(char)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - a plane


def _plain(text: str, *, flow: bool) -> bool:
    return (
        _PLAIN.fullmatch(text) is not None
        and _PRINTABLE.fullmatch(text) is not None
        # PyYAML's own parser ends a plain text at a question mark inside brackets.
        and not (flow and re.search(r"[,\[\]{}?:]", text))
        and _RESOLVER.resolve(ScalarNode, text, (True, False)) == _TEXT  # type: ignore[no-untyped-call]
        and _NOT_TEXT_ELSEWHERE.fullmatch(text) is None
    )


def _blockable(text: str) -> bool:
    return (
        _PRINTABLE.fullmatch(text) is not None
        and text[:1] not in " \t\n"
        and text[-1:] != "\n"
        and not any(line.endswith((" ", "\t")) for line in text.split("\n"))
    )


def _block(name: str, text: str, margin: str) -> list[str]:
    lines = text.split("\n")
    room = WIDTH - len(margin) - 2
    short = len(lines) > 1 and all(len(line) <= room for line in lines)
    if short or any(line.startswith((" ", "\t")) for line in lines):
        return [f"{margin}{name}: |-", *_indented(lines, margin)]
    folded: list[str] = []
    for number, line in enumerate(lines):
        # Between two lines of text, one line end more than the text has: one is folded away.
        folded += [""] * bool(number) + (_filled(_BREAK.split(line), room) if line else [])
    return [f"{margin}{name}: >-", *_indented(folded, margin)]


def _indented(lines: Iterable[str], margin: str) -> list[str]:
    return [f"{margin}  {line}" if line else "" for line in lines]


def _filled(words: Iterable[str], room: int) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + 1 + len(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
