"""Where every value of a correct file stands in its text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from tracker.exchange.tree import LOADER


@dataclass
class Node:
    """A value in the text.

    Attributes:
        start: the position of its first character.
        end: the position after its last character that is no white space.
        column: how many characters stand before it on its line.
        text: a scalar's text.
        flow: whether it is a group in braces or a list in brackets.
        fields: a group's keys and values, by name.
        items: a list's items.
        body: where a scalar's text begins, after the header of a block.
    """

    start: int
    end: int
    column: int
    text: str = ""
    flow: bool = False
    fields: dict[str, tuple["Node", "Node"]] = field(default_factory=dict)
    items: list["Node"] = field(default_factory=list)
    body: int = 0

    def scalars(self) -> Iterator["Node"]:
        """Yield every scalar in it, keys too, in the order of the text."""
        inner = [node for pair in self.fields.values() for node in pair] + self.items
        if not inner and not self.flow:
            yield self
        for node in inner:
            yield from node.scalars()


def nodes(text: str) -> Node:
    """Locate everything in a file that `read` takes; so it is not deep, and recursion is safe."""
    events: Iterator[Event] = yaml.parse(text, Loader=LOADER)
    first = next(events)
    while isinstance(first, StreamStartEvent | DocumentStartEvent):
        first = next(events)
    return _node(first, events, text)


def _node(event: Event, events: Iterator[Event], text: str) -> Node:
    start, column = _index(event), event.start_mark.column if event.start_mark else 0
    if isinstance(event, ScalarEvent):
        return _scalar(event, Node(start, _end(event), column, event.value), text)
    node = Node(start, start, column)
    if isinstance(event, MappingStartEvent | SequenceStartEvent):
        node.flow = bool(event.flow_style)
    for inner in events:
        if isinstance(inner, MappingEndEvent | SequenceEndEvent):
            node.end = _end(inner) if node.flow else node.end
            break
        child = _node(inner, events, text)
        node.end = child.end
        if isinstance(event, MappingStartEvent):
            value = _node(next(events), events, text)
            node.fields[child.text] = child, value
            node.end = value.end
        else:
            node.items.append(child)
    return node


def _scalar(event: ScalarEvent, node: Node, text: str) -> Node:
    node.body = node.start
    if event.style in ("|", ">"):
        node.body = text.find("\n", node.start, node.end) + 1 or node.end
        while node.end > node.start and text[node.end - 1].isspace():
            node.end -= 1
    return node


def _index(event: Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark else 0
