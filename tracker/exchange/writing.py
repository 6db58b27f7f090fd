"""Records → YAML text in canonical form.

Spelled here and not by a YAML library: libyaml escapes emoji, and neither library for Python folds
text at the width of a page in a form that both read back alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from tracker.exchange.book import Book
from tracker.exchange.scalars import Value, Word, field, inline
from tracker.records import Article, Forecast, Question, Resolution, VagueClaim

T = TypeVar("T")
Layout = dict[str, Any]
"""A group's fields in the order in which they are written; a `Blocks` is a list of groups."""


class Blocks(list[dict[str, Any]]):
    """A list that is written with one dash per item."""


class Flow(dict[str, Any]):
    """A group that is written in braces, on one line."""


class Nested(dict[str, Any]):
    """A group that is written with one line per field."""


def write(book: Book) -> str:
    """Spell a book in canonical form; `read` gives the same book back."""
    lines = ["version: 1"]
    for name, items in layouts(book).items():
        if items:
            lines += entry(name, items, 0)
    return "\n".join(lines) + "\n"


def layouts(book: Book) -> dict[str, Blocks]:
    """Return the file's two lists as they are laid out in it."""
    claims = _by(book.vague_claims, "article")
    forecasts = _by(book.forecasts, "question")
    resolutions = {resolution.question: resolution for resolution in book.resolutions}
    return {
        "articles": Blocks(article(item, claims[item.id]) for item in book.articles),
        "questions": Blocks(
            question(item, forecasts[item.id], resolutions.get(item.id)) for item in book.questions
        ),
    }


def article(item: Article, claims: Iterable[VagueClaim]) -> Layout:
    """Lay out an article with its vague claims."""
    nested = Blocks(_given(claim, without=("article",)) for claim in claims)
    return {**_given(item), **({"vague_claims": nested} if nested else {})}


def question(item: Question, forecasts: Iterable[Forecast], end: Resolution | None) -> Layout:
    """Lay out a question with its forecasts and its resolution."""
    layout = _given(item)
    if item.status_quo is not None:
        layout["status_quo"] = Word(item.status_quo)
    if item.checkpoints:
        layout["checkpoints"] = Blocks(Flow(_given(point)) for point in item.checkpoints)
    nested = Blocks(_forecast(forecast) for forecast in forecasts)
    if nested:
        layout["forecasts"] = nested
    return {**layout, "resolution": _resolution(end)}


def block_list(items: Blocks, indent: int, *, gap: bool = False) -> Iterator[str]:
    """Spell a list of groups, each after a dash; with a gap, an empty line between two."""
    for number, item in enumerate(items):
        if gap and number:
            yield ""
        flat = isinstance(item, Flow)
        lines = [inline(item, flow=True)] if flat else list(block(item, indent + 2))
        yield f"{' ' * indent}- {lines[0].lstrip(' ')}"
        yield from lines[1:]


def block(layout: Layout, indent: int) -> Iterator[str]:
    """Spell a group, one field after the other."""
    for name, value in layout.items():
        yield from entry(name, value, indent)


def entry(name: str, value: Value | Blocks | Nested, indent: int) -> list[str]:
    """Spell one field of a group, whatever it holds."""
    margin = " " * indent
    if isinstance(value, Blocks):
        return [f"{margin}{name}:", *block_list(value, indent + 2, gap=indent == 0)]
    if isinstance(value, Nested):
        return [f"{margin}{name}:", *block(value, indent + 2)]
    return field(name, value, indent)


def _forecast(item: Forecast) -> Layout:
    layout: Layout = {}
    for name, value in _given(item, without=("question",)).items():
        layout |= value if name == "reading" else {name: value}
    return layout


def _resolution(item: Resolution | None) -> Nested | None:
    if item is None:
        return None
    return Nested({**_given(item, without=("question",)), "outcome": Word(item.outcome)})


def _given(record: BaseModel, *, without: tuple[str, ...] = ()) -> Layout:
    # The words of the source stand last in a deadline, as people write it.
    fields = sorted(type(record).model_fields.items(), key=lambda item: item[0] == "verbatim")
    return {
        info.alias or name: _flow(value)
        for name, info in fields
        if name not in without and (value := getattr(record, name)) != info.default
    }


def _flow(value: Any) -> Value:  # noqa: ANN401 - whatever a record's field holds
    if isinstance(value, BaseModel):
        return _given(value)
    if isinstance(value, tuple):
        return [_flow(item) for item in value]
    kept: Value = value
    return kept


def _by(records: Iterable[T], name: str) -> Mapping[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for record in records:
        groups[getattr(record, name)].append(record)
    return groups
