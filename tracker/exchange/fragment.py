"""A predictions.yaml that a person has still to finish: drafts with their gaps marked.

`read` refuses it until every gap is filled: a field left empty is missing, and no record takes a
text, a day or a number that says FILL IN.
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.exchange.writing import entry

_WIDTH = 78
_HINTS = {
    "authors": "who wrote it, such as [Ada Fabricated]",
    "author": "who says so",
    "outlet": "where it appeared",
    "published_on": "2026-03-01, 2026-03 or 2026",
}
_HEAD = (
    "What is marked FILL IN is refused until it is filled in. What is no forecast, strike out; "
    "what cannot be scored, move to its article as a vague claim (vague_claims: quote, missing)."
)


@dataclass(frozen=True, slots=True)
class Item:
    """A question in the making, with one forecast on it.

    Attributes:
        question: its fields in their order; None is a gap.
        forecast: the forecast's, the reading's beside the others.
        comments: what is said above it, a paragraph each.
    """

    question: Mapping[str, Any]
    forecast: Mapping[str, Any]
    comments: tuple[str, ...] = ()


def fragment(article: Mapping[str, Any], items: Sequence[Item]) -> str:
    """Spell an op-ed's drafts as a whole predictions.yaml, to be edited and then imported."""
    lines = ["version: 1", *_comments((_HEAD,), 0), *article_lines(article)]
    if items:
        lines.append("questions:")
    for number, item in enumerate(items):
        lines += [""] * bool(number) + list(_item(item))
    return "\n".join(lines) + "\n"


def form(item: Item) -> str:
    """Spell one draft for an editor; `article_lines` are added before it is read."""
    comments = _comments(item.comments, 0)
    bare = Item(item.question, item.forecast)
    return "\n".join([*comments, "version: 1", "questions:", *_item(bare)]) + "\n"


def article_lines(article: Mapping[str, Any]) -> list[str]:
    """Spell an article as the list of a file's articles."""
    return ["articles:", *_listed(article, 2)]


def _item(item: Item) -> Iterator[str]:
    yield from _comments(item.comments, 2)
    yield from _listed(item.question, 2)
    yield "    forecasts:"
    yield from _listed(item.forecast, 6)
    yield "    resolution: null"


def _listed(fields: Mapping[str, Any], indent: int) -> list[str]:
    lines = [line for name, value in fields.items() for line in _field(name, value, indent + 2)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def _field(name: str, value: Any, indent: int) -> list[str]:  # noqa: ANN401 - whatever a field holds
    if value is None:
        return [f"{' ' * indent}{name}:  # FILL IN: {_HINTS.get(name, name)}"]
    return entry(name, value, indent)


def _comments(paragraphs: Iterable[str], indent: int) -> list[str]:
    margin = " " * indent + "# "
    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(
            paragraph,
            _WIDTH,
            initial_indent=margin,
            subsequent_indent=margin,
            break_long_words=False,
        )
    ]
