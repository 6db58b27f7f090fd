"""The HTML layout: one column that fits a telephone, inline styles, nothing fetched from anywhere.

Mail programs drop much of CSS: what matters stands inline, and the style element only adds the dark
colours for those that read it. Everything a user wrote goes through `escape`.
"""

from collections.abc import Iterable, Sequence
from html import escape

from tracker.notify.headers import shorten
from tracker.notify.letter import Head
from tracker.notify.text import FULL, MOST_SAID
from tracker.notify.words import Item, Link, Said, summary

_DARK = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #111417 !important; color: #e6e3dd !important; }
  .card { background: #1b1f24 !important; border-color: #363c44 !important; }
  .soft { color: #a9b1ba !important; }
  .code { background: #0d1013 !important; color: #e6e3dd !important; }
  .code { border-color: #363c44 !important; }
  .said { border-color: #5b6570 !important; }
  .link { color: #8ab8ff !important; }
}
"""
_SANS = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_SERIF = "Georgia,'Times New Roman',serif"
_MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
_BREAK = "overflow-wrap:anywhere;word-break:break-word"
_STYLES = {
    "page": f"margin:0;padding:0;background:#f3f1ec;color:#20242a;font:16px/1.5 {_SANS}",
    "column": "max-width:600px;margin:0 auto;padding:20px 12px",
    "summary": "margin:4px 4px 16px;font-size:17px;font-weight:600",
    "card": "background:#ffffff;border:1px solid #dcd8cf;border-radius:8px;padding:18px 18px 20px;"
    "margin:0 0 16px",
    "heading": "margin:0 0 2px;font-size:14px",
    "title": f"margin:8px 0 16px;font:600 21px/1.3 {_SERIF};{_BREAK}",
    "ask": "margin:16px 0 6px;font-size:15px;font-weight:600",
    "code": f"display:block;margin:0 0 6px;padding:9px 11px;background:#f6f5f1;color:#20242a;"
    f"border:1px solid #e2dfd6;border-radius:5px;font:13px/1.45 {_MONO};"
    f"white-space:pre-wrap;{_BREAK}",
    "prose": f"margin:0 0 6px;{_BREAK}",
    "small": f"margin:0 0 4px;font-size:14px;{_BREAK}",
    "row": "margin:18px 0 0",
    "label": "margin:22px 0 6px;font-size:14px;font-weight:600",
    "said": "margin:0 0 14px;padding:0 0 0 12px;border-left:3px solid #c9c3b5",
    "quote": f"margin:0 0 4px;font:italic 17px/1.45 {_SERIF};{_BREAK}",
    "soft": f"margin:0 0 2px;font-size:14px;color:#5c6470;{_BREAK}",
    "link": "color:#0b57a4",
    "foot": f"margin:8px 4px 0;font-size:12px;line-height:1.5;color:#5c6470;{_BREAK}",
}
# White on each of these has a contrast of 4.9:1 or more (WCAG 2.2 asks for 4.5:1).
_COLOURS = {
    "overdue": "#a8261c",
    "escalate": "#a8261c",
    "due": "#8f4700",
    "checkpoint": "#2c5d8a",
    "review": "#5b4a8a",
    "lead": "#2f6b4f",
}


def html(found: Sequence[Item], head: Head, subject: str) -> str:
    """Lay a message out as one HTML document, without a last line end."""
    parts = [_p("summary", f"{summary(found)}.")] if len(found) > 1 else []
    for place, item in enumerate(found[:FULL], 1):
        parts.append(_card(item, f"{place}. " if len(found) > 1 else ""))
    if found[FULL:]:
        parts.append(_rest(found[FULL:]))
    column = _tag("div", "column", "\n".join([*parts, _footer(head)]))
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(subject)}</title>",
            f"<style>{_DARK}</style></head>",
            _tag("body", "page", _tag("div", "page", column)),
            "</html>",
        ]
    )


def _card(item: Item, number: str) -> str:
    title = _tag("h2", "title", escape(f"{number}{item.title}"), ' dir="auto"')
    parts = [*_headings(item), title, *_settle(item), *_background(item)]
    return _tag("div", "card", "\n".join(parts))


def _headings(item: Item) -> Iterable[str]:
    for place, words in enumerate(item.headings):
        label, _, when = words.partition(": ")
        colour = _COLOURS[item.stages[place]] if place < len(item.stages) else "#5c6470"
        pill = (
            f"display:inline-block;margin:0 6px 0 0;padding:1px 8px;border-radius:10px;"
            f"background:{colour};color:#ffffff;font-size:13px;font-weight:600"
        )
        yield _tag("p", "heading", f'<span style="{pill}">{escape(label)}</span> {escape(when)}')


def _settle(item: Item) -> Iterable[str]:
    yield _p("ask", item.ask)
    yield from (_command(answer.command) for answer in item.main)
    if item.waiting:
        yield _p("soft", item.waiting)
    others = "; ".join(
        f"<b>{escape(answer.outcome)}</b> ({escape(answer.meaning)})" for answer in item.others
    )
    yield _tag("p", "soft", f"Neither fits? The same command takes {others}.")
    yield _p("ask", "Not yet? Be asked again later:")
    yield _command(item.snooze)


def _background(item: Item) -> Iterable[str]:
    if item.condition:
        yield _p("label", "Only if")
        yield from _prose(item.condition)
    if item.said:
        yield _p("label", "Who said what")
        yield from (_said(one) for one in item.said[:MOST_SAID])
    if item.said[MOST_SAID:]:
        yield _p("soft", f"and {len(item.said) - MOST_SAID:,} more:")
        yield _command(item.show)
    yield _p("label", "What counts")
    yield from _prose(item.criteria)


def _prose(text: str) -> Iterable[str]:
    for paragraph in text.split("\n"):
        if paragraph.strip():
            yield _tag("p", "prose", escape(paragraph), ' dir="auto"')


def _said(said: Said) -> str:
    parts = []
    if said.quote:
        parts.append(_tag("p", "quote", f"“{escape(said.quote)}”", ' dir="auto"'))
    source = f"<b>{escape(said.author)}</b>{escape(f', {said.where}' if said.where else '')}"
    parts.append(_tag("p", "small", source, ' dir="auto"'))
    parts.append(_p("soft", said.sureness))
    if said.retrospective:
        parts.append(_p("soft", "Retrospective: it was recorded after the deadline had passed."))
    if said.link:
        parts.append(_tag("p", "soft", _link(said.link)))
    return _tag("div", "said", "\n".join(parts))


def _link(link: Link) -> str:
    return _tag("a", "link", f"Read it at {escape(link.host)}", f' href="{escape(link.url)}"')


def _rest(found: Sequence[Item]) -> str:
    rows = [_tag("div", "row", "\n".join(_row(item))) for item in found]
    opening = _p("title", f"And {len(found):,} more, in short")
    hint = _p("soft", "tracker show ID says all about one.")
    return _tag("div", "card", "\n".join([opening, hint, *rows]))


def _row(item: Item) -> Iterable[str]:
    yield _tag("p", "small", f"<b>{escape(item.label)}</b>: {escape(item.when[0])}")
    yield _tag("p", "prose", escape(shorten(item.title, 200)), ' dir="auto"')
    yield from (_command(answer.command) for answer in item.main)


def _footer(head: Head) -> str:
    return _p(
        "foot",
        "Written by the prediction tracker, which asks until a question is settled or snoozed. "
        f"Keep this message: it witnesses the record up to event {head.sequence:,} of its ledger, "
        f"{head.hash}",
        kind="foot soft",
    )


def _command(command: str) -> str:
    # A line may break inside an id, which can be long, but not inside an option.
    words = [
        f'<span style="white-space:nowrap">{escape(word)}</span>'
        if word.startswith("--")
        else escape(word)
        for word in command.split(" ")
    ]
    return _tag("code", "code", " ".join(words))


def _p(style: str, text: str, *, kind: str = "") -> str:
    return _tag("p", style, escape(text), kind=kind)


def _tag(name: str, style: str, content: str, attributes: str = "", *, kind: str = "") -> str:
    return (
        f'<{name} class="{kind or style}" style="{_STYLES[style]}"{attributes}>{content}</{name}>'
    )
