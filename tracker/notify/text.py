"""The plain-text layout: 72 columns, and everything that is needed to settle a question.

What users wrote is indented by two columns and commands by four, so that no text of theirs can pass
for a heading or for a command of ours.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence

from tracker.notify.headers import shorten
from tracker.notify.letter import Head
from tracker.notify.words import Item, Said, summary

WIDTH = 72
_SPACES = re.compile("[ \t]+")

FULL = 20
"""How many questions are laid out in full; those after them get two lines each."""

MOST_SAID = 25
"""How many forecasts of one question are quoted."""


def text(found: Sequence[Item], head: Head) -> str:
    """Lay a message out as plain text, without a last line end."""
    blocks = [f"{summary(found)}."] if len(found) > 1 else []
    for place, item in enumerate(found[:FULL], 1):
        blocks.append(_question(item, f"{place}. " if len(found) > 1 else ""))
    if found[FULL:]:
        blocks.append(_rest(found[FULL:]))
    line = f"\n\n{'-' * WIDTH}\n\n"
    return f"{line.join(blocks)}\n\n-- \n{_footer(head)}"


def _question(item: Item, number: str) -> str:
    headings = "\n".join(_wrap(words) for words in item.headings)
    return "\n\n".join(
        [
            headings,
            _wrap(f"{number}{item.title}", "  ", " " * (2 + len(number))),
            *_settle(item),
            *_background(item),
        ]
    )


def _settle(item: Item) -> Iterable[str]:
    main = "\n".join(f"    {answer.command}" for answer in item.main)
    yield f"{item.ask}\n\n{main}"
    if item.waiting:
        yield _wrap(item.waiting)
    others = "\n".join(
        _wrap(f"{answer.outcome}: {answer.meaning}", "  ", "    ") for answer in item.others
    )
    yield f"Neither fits? The same command takes:\n\n{others}"
    yield f"Not yet? Be asked again later:\n\n    {item.snooze}"


def _background(item: Item) -> Iterable[str]:
    if item.condition:
        yield f"Only if\n{_wrap(item.condition, '  ')}"
    if item.said:
        said = [_said(one) for one in item.said[:MOST_SAID]]
        if item.said[MOST_SAID:]:
            said.append(f"  and {len(item.said) - MOST_SAID:,} more:\n    {item.show}")
        yield "Who said what\n" + "\n\n".join(said)
    yield f"What counts\n{_wrap(item.criteria, '  ')}"


def _said(said: Said) -> str:
    lines = [_wrap(f"“{said.quote}”", "  ", "   ")] if said.quote else []
    lines.append(_wrap(f"{said.author}, {said.where}" if said.where else said.author, "  "))
    lines.append(_wrap(said.sureness, "  "))
    if said.retrospective:
        lines.append("  Retrospective: it was recorded after the deadline had passed.")
    if said.link:
        lines.append(f"  {said.link.url}")
    return "\n".join(lines)


def _rest(found: Sequence[Item]) -> str:
    opening = f"And {len(found):,} more, in short; `tracker show ID` says all about one."
    return "\n\n".join([_wrap(opening), *(_row(item) for item in found)])


def _row(item: Item) -> str:
    title = _wrap(shorten(item.title, 200), "  ")
    commands = [f"    {answer.command}" for answer in item.main]
    return "\n".join([_wrap(f"{item.label}: {item.when[0]}"), title, *commands])


def _footer(head: Head) -> str:
    note = (
        "Written by the prediction tracker, which asks until a question is settled or snoozed. "
        f"Keep this message: it witnesses the record up to event {head.sequence:,} of its ledger,"
    )
    return f"{_wrap(note)}\n{head.hash}"


def _wrap(paragraphs: str, first: str = "", rest: str | None = None) -> str:
    return "\n".join(
        textwrap.fill(
            _SPACES.sub(" ", line).strip(" "),
            WIDTH,
            initial_indent=first,
            subsequent_indent=first if rest is None else rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in paragraphs.split("\n")
    )
