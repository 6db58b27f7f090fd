"""The plain-text layout: 72 columns, quiet, everything that is needed to settle a question."""

import textwrap
from collections.abc import Iterable, Sequence

from tracker.notify.letter import Letterhead
from tracker.notify.words import STAGES, Item, Said

WIDTH = 72
FULL = 30
"""How many questions are laid out in full; the rest of a long list gets a line each."""


def text(found: Sequence[Item], letter: Letterhead, opening: str) -> str:
    """Lay the message out as plain text."""
    blocks = [
        opening,
        *(_question(item, place, len(found)) for place, item in enumerate(found[:FULL], 1)),
    ]
    if found[FULL:]:
        blocks.append(_rest(found[FULL:]))
    return "\n\n\n".join(blocks) + "\n\n" + _footer(letter) + "\n"


def _question(item: Item, place: int, total: int) -> str:
    number = f"{place}. " if total > 1 else ""
    parts = [
        *(
            _wrap(f"{STAGES[stage].label}: {when}")
            for stage, when in zip(item.stages, item.when, strict=True)
        ),
    ]
    heading = "\n".join([*parts, "-" * WIDTH])
    return "\n\n".join(
        [
            f"{heading}\n{_wrap(number + item.text)}",
            *_sections(item),
        ]
    )


def _sections(item: Item) -> Iterable[str]:
    if item.condition:
        yield _section("Only if", _wrap(item.condition, 2))
    yield _section("What counts", _wrap(item.criteria, 2))
    yield _section("Deadline", _wrap(item.deadline, 2))
    if item.said:
        yield _section("Who said what", "\n\n".join(_said(said) for said in item.said))
    yield _section("Settle it", _settle(item))
    yield _section("Not now?", f"  {item.snooze}")


def _section(title: str, body: str) -> str:
    return f"{title}\n{body}"


def _said(said: Said) -> str:
    lines = [_wrap(f"“{said.quote}”", 2)] if said.quote else []
    lines.append(_wrap(f"— {said.author}, {said.where}", 2))
    how = f"{said.reading}: {said.meaning}" if said.meaning is None else said.meaning
    lines.append(_wrap(how or said.reading, 4))
    if said.retrospective:
        lines.append("    (retrospective: recorded after the deadline)")
    if said.url:
        lines.append(f"    {said.url}")
    return "\n".join(lines)


def _settle(item: Item) -> str:
    return "\n".join(f"  {answer.command}" for answer in item.answers)


def _rest(found: Sequence[Item]) -> str:
    rows = "\n\n".join(f"{_wrap(f'{item.label}: {item.text}')}\n  {item.show}" for item in found)
    return f"And {len(found)} more\n{'-' * WIDTH}\n{rows}"


def _footer(letter: Letterhead) -> str:
    return f"-- \nLedger, event {letter.head.sequence}:\n{letter.head.hash}"


def _wrap(paragraphs: str, indent: int = 0) -> str:
    space = " " * indent
    return "\n".join(
        textwrap.fill(
            line,
            WIDTH,
            initial_indent=space,
            subsequent_indent=space,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in paragraphs.split("\n")
    )
