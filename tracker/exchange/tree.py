"""YAML text → groups and lists that know their lines.

The parser's events are turned into plain data here, not by PyYAML's loaders: those recurse (a file
of 100,000 opening brackets ends the process), expand aliases without bound, read `no` as false and
0.07 as a binary fraction, and take five times as long. Only null, true and false, spelled as in
YAML 1.2, are more than text; the records read dates and numbers from what was written.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tracker.errors import Invalid

LARGEST = 32_000_000
"""Bytes: some forty thousand questions; beyond it reading would need over a gigabyte."""
DEEPEST = 12
"""Levels of groups and lists; the format itself needs eight."""
LONGEST = 1000
"""Words in one list; no record has a tenth of it."""
EVENTS = 2_500_000
"""Values, and beginnings and ends of groups and lists, in one file."""
MOST = 1000
"""Problems that are listed before reading stops: more help nobody."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Whose parser is used, never its constructors."""
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_Marked = ScalarEvent | MappingStartEvent | SequenceStartEvent
_BROKEN = {ord(char): "�" for char in map(chr, (*range(32), *range(127, 160), 0x2028, 0x2029))}


class Group(dict[str, Any]):
    """A mapping as it stands in the file.

    A field left empty counts as not given: it is in `lines`, but not in the group.

    Attributes:
        line: the first line, from 1.
        lines: every field's line.
    """

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


class Items(list[Any]):
    """A list as it stands in the file.

    Attributes:
        line: the first line, from 1.
        lines: every item's line.
    """

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


@dataclass
class Problems:
    """What is wrong with a file, collected while it is read.

    Attributes:
        name: what the file is called in the sentences.
        found: line and sentence of each.
    """

    name: str
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, sentence: str) -> None:
        """Note a problem.

        Raises:
            Invalid: if there are too many to go on.
        """
        self.found.append((line, clip(sentence.translate(_BROKEN))))
        if len(self.found) >= MOST:
            raise self.fail(line, f"reading stopped after {MOST:,} problems")

    def fail(self, line: int, sentence: str) -> Invalid:
        """Return the error that ends the reading, with all that was found before."""
        self.found.append((line, clip(sentence.translate(_BROKEN))))
        return self.error()

    def error(self) -> Invalid:
        """Return what was found, one sentence per problem, sorted by line."""
        lines = sorted(dict.fromkeys(self.found), key=lambda problem: problem[0])
        problems = tuple(f"{self.name}:{line}: {sentence}" for line, sentence in lines)
        more = len(problems) - 1
        noun = "problem" if more == 1 else "problems"
        return Invalid(
            problems[0] + (f" (and {more:,} more {noun})" if more else ""), problems=problems
        )


def clip(text: str, longest: int = 400) -> str:
    """Shorten what a message says of hostile input."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def load(text: str | bytes, problems: Problems) -> object:
    """Read one YAML document.

    Args:
        text: the file; bytes must be UTF-8.
        problems: where duplicate fields, tags and aliases are noted.

    Returns:
        A `Group`, an `Items`, a text, True, False or None.

    Raises:
        Invalid: if it is not YAML, or larger or deeper than any honest file.
    """
    builder = _Builder(problems)
    try:
        for count, event in enumerate(yaml.parse(_decoded(text, problems), Loader=LOADER)):
            if count > EVENTS:
                raise problems.fail(_line(event), "the file holds too many values; split it")
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise problems.fail(line, f"this is not YAML: {error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line = _line_of(text, error.position)
        raise problems.fail(line, f"this is not YAML: {error.reason}") from None
    return builder.root


def _decoded(text: str | bytes, problems: Problems) -> str:
    try:
        data = text if isinstance(text, bytes) else text.encode()
        if len(data) > LARGEST:
            raise problems.fail(1, f"the file is larger than {LARGEST // 1_000_000} MB; split it")
        return data.decode("utf-8-sig")
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        line = _line_of(text, error.start)
        raise problems.fail(line, "this is not text in UTF-8; save the file as UTF-8") from None


def _line_of(text: str | bytes, position: int) -> int:
    before = text[:position]
    return 1 + (before.count(b"\n") if isinstance(before, bytes) else before.count("\n"))


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Takes events, makes groups and lists; no recursion, so that depth costs nothing."""

    def __init__(self, problems: Problems) -> None:
        self.root: object = None
        self.problems = problems
        self._open: list[tuple[Group | Items | None, str | None]] = []
        self._top: Group | Items | None = None
        self._field: str | None = None
        self._documents = 0

    def take(self, event: Event) -> None:
        """Take the next event."""
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, MappingStartEvent):
            self._enter(Group(_line(event)), event)
        elif isinstance(event, SequenceStartEvent):
            self._enter(Items(_line(event)), event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._top, self._field = self._open.pop()
        elif isinstance(event, AliasEvent):
            self.problems.add(_line(event), f"write the text out instead of *{event.anchor}")
            self._add(None, _line(event))
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self.problems.fail(_line(event), "a second document begins here")

    def _scalar(self, event: ScalarEvent) -> None:
        line = _line(event)
        if event.tag is not None or event.anchor is not None:
            self._refuse_marks(event, line)
        top = self._top
        if self._field is None and isinstance(top, Group):
            self._name(top, event.value, line)
        elif event.implicit[0]:
            self._add(_WORDS.get(event.value, event.value), line)
        else:
            self._add(event.value, line)

    def _name(self, group: Group, name: str, line: int) -> None:
        if name in group.lines:
            first = group.lines[name]
            self.problems.add(line, f"{clip(name, 80)} is given twice, first in line {first}")
        else:
            group.lines[name] = line
        self._field = name

    def _add(self, value: object, line: int) -> None:
        top = self._top
        if top is None:
            self.root = value
        elif isinstance(top, Items):
            if len(top) >= LONGEST and not isinstance(value, Group):
                raise self.problems.fail(line, f"a list holds more than {LONGEST:,} words")
            top.append(value)
            top.lines.append(line)
        elif self._field is None:
            self.problems.add(line, "a field's name must be a word")
            self._field = ""
        else:
            if value is not None:
                top.setdefault(self._field, value)
            self._field = None

    def _enter(self, container: Group | Items, event: _Marked) -> None:
        if event.tag is not None or event.anchor is not None:
            self._refuse_marks(event, container.line)
        if len(self._open) >= DEEPEST:
            raise self.problems.fail(container.line, "this is nested too deeply to be a prediction")
        self._add(container, container.line)
        self._open.append((self._top, self._field))
        self._top, self._field = container, None

    def _refuse_marks(self, event: _Marked, line: int) -> None:
        if event.tag is not None:
            self.problems.add(line, f"remove the tag {clip(event.tag, 80)}: text is enough here")
        if event.anchor is not None:
            self.problems.add(line, f"remove the anchor &{clip(event.anchor, 80)}")
