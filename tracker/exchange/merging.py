"""A book onto a file that stands already: only what changed is written, the rest is left alone.

The file is edited as text, at the positions the parser gives. A YAML library that keeps comments
would still rewrite quotes, widths and indentation of the whole file; here a line that did not
change is the same line, and a comment is never lost, not even inside a value that is replaced.
"""

import re
from collections.abc import Collection, Iterator

from tracker.errors import Conflict, Invalid
from tracker.exchange.book import Book, key
from tracker.exchange.nodes import Node, nodes
from tracker.exchange.reading import read
from tracker.exchange.writing import Blocks, Layout, block, block_list, entry, layouts, write
from tracker.records import Resolution, slugify

Edit = tuple[int, int, str]
"""From where to where in the text, and what stands there then."""


def merge(
    existing: str,
    book: Book,
    *,
    name: str = "predictions.yaml",
    taken_back: Collection[Resolution] = (),
) -> str:
    """Write a book onto the text of a file, keeping its comments, order and spelling.

    What is new is appended: articles and questions to their lists, forecasts to their question's,
    vague claims to their article's. What changed is replaced field by field.

    Args:
        existing: the file's text, a correct predictions.yaml.
        book: what the file is to say; every record of the file must be in it.
        name: what messages call the file.
        taken_back: resolutions that were reopened: the file may hold them, and loses them.

    Returns:
        The new text; it reads back to the same book.

    Raises:
        Invalid: if the file is not a correct predictions.yaml.
        Conflict: if the file holds a record that the book does not: it was never imported, and
            writing over it would lose it.
    """
    text = existing.removeprefix("\ufeff").replace("\r\n", "\n")
    old = read(text, name=name)
    if old == book:
        return existing
    _refuse_unknown(old, book, taken_back)
    root = nodes(text)
    merged = write(book) if root.flow else _edited(text, _Merger(text).file(root, old, book))
    if read(merged, name=name) != book:
        raise Invalid(f"{name} is laid out in a way that cannot be updated in place; export anew")
    return merged.replace("\n", "\r\n") if "\r\n" in existing else merged


def _refuse_unknown(old: Book, book: Book, taken_back: Collection[Resolution]) -> None:
    recorded = {key(record) for record in book.records()}
    unknown = (record for record in old.records() if key(record) not in recorded)
    lost = [record for record in unknown if record not in taken_back]
    if lost:
        more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
        raise Conflict(
            f"{old.place(lost[0])}: {' '.join(key(lost[0]))}{more} would be lost: not recorded yet",
            hint="import the file first, or export into a new file",
        )


def _edited(text: str, edits: Iterator[Edit]) -> str:
    parts, position = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        parts += [text[position:start], new]
        position = end
    return "".join([*parts, text[position:]])


class _Merger:
    """Finds the edits; those at one position come in the order in which they are to stand."""

    def __init__(self, text: str) -> None:
        self.text = text

    def file(self, root: Node, old: Book, book: Book) -> Iterator[Edit]:
        """Find what to edit in the whole file."""
        before, after = layouts(old), layouts(book)
        for name, items in before.items():
            if name in root.fields:
                # A book stands in canonical order, the file in its own.
                by_id = {item["id"]: item for item in items}
                found = (node.fields["id"][1].text for node in root.fields[name][1].items)
                before[name] = Blocks(by_id[identity] for identity in found)
        yield from self.group(root, {"version": None, **before}, {"version": None, **after})

    def group(self, node: Node, old: Layout, new: Layout) -> Iterator[Edit]:
        """Update a group in block style, field by field."""
        last = ""
        for name, value in new.items():
            last = name if name in node.fields else last
            if old.get(name) == value:
                continue
            if name not in node.fields:
                yield self._inserted(node, last, entry(name, value, node.column))
            elif _by_item(name, node.fields[name][1], old.get(name)):
                yield from self._items(node.fields[name][1], name, old[name], value)
            else:
                yield self._replaced(node, name, entry(name, value, node.column))
        for name in old.keys() & node.fields.keys() - new.keys():
            yield self._removed(node, name)

    def _items(self, node: Node, name: str, old: Blocks, new: Blocks) -> Iterator[Edit]:
        after = {_identity(name, item): item for item in new}
        for place, item in zip(node.items, old, strict=True):
            changed = after.pop(_identity(name, item))
            if changed == item:
                continue
            if place.flow:
                lines = list(block(changed, place.column))
                yield self._edit(place, place.start, place.end, lines, place.column)
            else:
                yield from self.group(place, item, changed)
        if after:
            gap = name in ("articles", "questions")
            lines = list(block_list(Blocks(after.values()), node.column, gap=gap))
            position = self._line_end(node.end)
            yield position, position, "\n" * (1 + gap) + "\n".join(lines)

    def _inserted(self, node: Node, last: str, lines: list[str]) -> Edit:
        position = self._line_end(node.fields[last][1].end)
        return position, position, "\n" + "\n".join(lines)

    def _replaced(self, node: Node, name: str, lines: list[str]) -> Edit:
        field, value = node.fields[name]
        return self._edit(value, field.start, value.end, lines, node.column)

    def _edit(self, value: Node, start: int, end: int, lines: list[str], column: int) -> Edit:
        new = "\n".join(lines).lstrip(" ")
        inside = self._comments(value, start, end)
        if len(lines) == 1 and not inside:
            return start, end, new
        # A comment behind a text of several lines would become part of it: it moves below.
        stop = self._line_end(end)
        kept = [*inside, *([behind] if (behind := self.text[end:stop].strip()) else [])]
        return start, stop, new + "".join(f"\n{' ' * column}{comment}" for comment in kept)

    def _removed(self, node: Node, name: str) -> Edit:
        field, value = node.fields[name]
        margin = " " * node.column
        if field.start == node.start:
            # It shares its line with the dash, and the next field takes its place.
            starts = [other.start for other, _ in node.fields.values()]
            stop = min(start for start in starts if start > field.start)
            comments = self._comments(value, field.start, stop)
            return field.start, stop, "".join(f"{comment}\n{margin}" for comment in comments)
        start, stop = self.text.rfind("\n", 0, field.start), self._line_end(value.end)
        comments = self._comments(value, field.start, stop)
        return start, stop, "".join(f"\n{margin}{comment}" for comment in comments)

    def _comments(self, value: Node, start: int, end: int) -> list[str]:
        """Find the comments between the scalars of a value, its key's included."""
        found, position = [], start
        for scalar in value.scalars():
            found += _COMMENT.findall(self.text[position : scalar.body])
            position = max(position, scalar.end)
        return [comment.rstrip() for comment in found + _COMMENT.findall(self.text[position:end])]

    def _line_end(self, position: int) -> int:
        end = self.text.find("\n", position)
        return end if end >= 0 else len(self.text)


_COMMENT = re.compile(r"(?<!\S)#[^\n]*")


def _by_item(name: str, node: Node, old: object) -> bool:
    return (
        name in ("articles", "questions", "vague_claims", "forecasts")
        and isinstance(old, Blocks)
        and bool(node.items)
        and not node.flow
    )


def _identity(name: str, item: Layout) -> object:
    if name == "vague_claims":
        return item["quote"]
    if name == "forecasts":
        said = item.get("article") or item.get("made_on")
        return slugify(item["author"]), said, item.get("label")
    return item["id"]
