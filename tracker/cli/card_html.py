"""The scorecard as one page for sharing: no scripts, nothing from elsewhere, every text escaped.

It is read on a telephone, on a screen in light or dark, and on paper.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape as _escaped
from urllib.parse import urlsplit

from tracker import lexicon as lexicons
from tracker.actions.compare import Beside
from tracker.actions.score import Listed, Report
from tracker.cli import card_words as words
from tracker.cli.card_record import record_rows
from tracker.cli.card_style import STYLE
from tracker.dates import ApproxDate, day_words
from tracker.errors import ConfigError
from tracker.scoring.explain import EXPLANATIONS
from tracker.scoring.figures import Scorecard


def page(report: Report, now: datetime, besides: Sequence[Beside] = ()) -> str:
    """Return a scorecard as a whole HTML page.

    Args:
        report: the card and its forecasts.
        now: when it is written.
        besides: whose forecasts on the same questions stand beside it.
    """
    card = report.card
    parts = [
        _head(card, now),
        _ledger(card),
        _figure(card),
        _phrases(card),
        _forecasts(report) if card.shape == "list" else "",
        _rows("What it comes to", words.score_rows(card)),
        _rows("What it rests on", record_rows(card)),
        *map(_beside, besides),
        _forecasts(report) if card.shape != "list" else "",
        _foot(card),
    ]
    body = "\n".join(part for part in parts if part)
    title = escape(words.title(card))
    # The policy keeps out whatever escaping might let through.
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="prediction tracker">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>"""


def escape(text: str) -> str:
    """Escape a text for a page, quotes too; a number and its percent sign stay together."""
    return _escaped(text).replace(" %", "&nbsp;%")


def _head(card: Scorecard, now: datetime) -> str:
    gate = words.gate_words(card)
    more = f'<p class="gate">Next: {escape(gate)}</p>' if gate else ""
    return (
        f"<header><h1>{escape(words.title(card))}</h1>"
        f'<p class="about">{day_words(now.date())} · words as the lexicon '
        f"“{escape(card.lexicon)}” reads them</p>"
        f'<p class="short">{escape(words.short(card))}</p>{more}</header>'
    )


def _ledger(card: Scorecard) -> str:
    ledger = card.ledger
    cells = [f"<li><b>{ledger.recorded:,}</b> recorded</li>"]
    for name, count in words.ledger_parts(card):
        cells.append(f"<li{'' if count else ' class=none'}><b>{count:,}</b> {escape(name)}</li>")
    return f'<ul class="ledger" aria-label="Where everything recorded went">{"".join(cells)}</ul>'


def _figure(card: Scorecard) -> str:
    from tracker.scoring.diagram import can_draw, svg

    if not can_draw(card):
        return ""
    try:
        drawn = svg(card)
    except ConfigError:
        # The page says the same in its tables; a picture is an extra, as is what draws it.
        return ""
    told = f"{words.title(card)}: what was said against what happened; the table says the same."
    caption = (
        "What was said, and how often it happened. On the dashed line words mean what they say."
        if card.curve
        else "Grey is how the words are read; the line is what luck allows."
    )
    return (
        f'<figure role="img"{"" if card.curve else " class=narrow"} aria-label="{escape(told)}">'
        f"{drawn}<figcaption>{caption}</figcaption></figure>"
    )


def _phrases(card: Scorecard) -> str:
    if not card.phrases:
        return ""
    hearer = escape(words.hearer(card))
    told = words.independence_words(card)
    note = f"<p>{escape(told)}</p>" if told else ""
    rows = "".join(
        f"<tr><th scope=row>{escape(said)}</th><td>{escape(happened)}</td>"
        + (f'<td data-head="{hearer} ">{escape(heard)}</td></tr>' if heard else "<td></td></tr>")
        for said, happened, heard in map(words.phrase_words, card.phrases)
    )
    return (
        "<section><h2>What was said, what happened</h2><table><thead><tr><th>said</th>"
        f"<th>what happened (95&nbsp;% interval)</th><th>{hearer}</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>{note}{_meaning('phrase-calibration')}</section>"
    )


def _rows(title: str, rows: Iterable[words.Row]) -> str:
    told = "".join(
        f"<dt>{escape(row.label)}</dt><dd>{escape(row.words)}{_meaning(row.explain)}</dd>"
        for row in rows
    )
    return f"<section><h2>{title}</h2><dl>{told}</dl></section>" if told else ""


def _meaning(name: str) -> str:
    found = EXPLANATIONS[name]
    return (
        f"<details><summary>What is this?</summary><p>{escape(found.words)}</p>"
        f"<p>Formula: {escape(found.formula)}</p><p>Source: {escape(found.source)}</p></details>"
    )


def _beside(beside: Beside) -> str:
    rows = "".join(
        f"<tr><th scope=row>{escape(both.one.line.text)}</th>"
        f'<td data-head="{escape(beside.pair.name)}: ">{_said(both.one)}</td>'
        f'<td data-head="{escape(beside.pair.other)}: ">{_said(both.other)}</td>'
        f"<td>{_outcome(both.one)}</td></tr>"
        for both in beside.questions
    )
    return (
        f"<section><h2>Beside {escape(beside.pair.other)}</h2>"
        f"<p>{escape(words.pair_words(beside.pair))}</p><table><thead><tr><th>question</th>"
        f"<th>{escape(beside.pair.name)}</th><th>{escape(beside.pair.other)}</th>"
        f"<th>outcome</th></tr></thead><tbody>{rows}</tbody></table>{_meaning('pair')}</section>"
    )


def _said(each: Listed) -> str:
    penalty = words.penalty_words(each)
    more = f"<br><small>penalty {escape(penalty)}</small>" if penalty else ""
    return f"{escape(words.line_words(each))}{more}"


def _outcome(each: Listed) -> str:
    line = each.line
    told = words.outcome_words(line.outcome, line.state)
    return f'<span class="outcome {escape(line.state)}">{escape(told)}</span>'


def _forecasts(report: Report) -> str:
    if not report.forecasts:
        return ""
    items = "".join(map(_forecast, sorted(report.forecasts, key=_order)))
    more = ""
    if report.unlisted:
        more = (
            f"<p>{report.unlisted:,} more are not listed here; <code>tracker score --format csv"
            "</code> writes all.</p>"
        )
    return (
        "<section><h2>Every forecast</h2><p>Penalty: 0 is perfect, 1 is worst; 50 % costs 0.25 "
        f'either way.</p><ol class="forecasts">{items}</ol>{more}</section>'
    )


def _order(each: Listed) -> int:
    # What has an outcome first, then what is waited for; by deadline within.
    return {"scored": 0, "overdue": 1, "pending": 2}.get(each.line.state, 3)


def _forecast(each: Listed) -> str:
    line = each.line
    quote = f"<blockquote>{escape(line.quote)}</blockquote>" if line.quote else ""
    penalty = words.penalty_words(each)
    cost = f" · penalty {escape(penalty)}" if penalty else ""
    late = " · recorded after the deadline" if line.retrospective else ""
    return (
        f"<li><p><b>{escape(line.text)}</b></p>{quote}<p class=source>{_source(each)}</p>"
        f"<p>{escape(words.line_words(each))} · {_outcome(each)}{cost}{late} · due "
        f"{day_words(line.due_on)}</p></li>"
    )


def _source(each: Listed) -> str:
    line = each.line
    where = [line.author, line.outlet, ApproxDate.parse(line.made_on).words]
    told = escape(", ".join(part for part in where if part))
    title = escape(line.title or "the article")
    link = _link(line.url, title)
    return f"{told}: {link}" if link else told


def _link(url: str | None, text: str) -> str:
    """Return a link, or nothing where the address is none to follow."""
    if url is None or urlsplit(url).scheme not in ("http", "https"):
        return ""
    return f'<a href="{escape(url)}" rel="noopener noreferrer nofollow">{text}</a>'


def _foot(card: Scorecard) -> str:
    lexicon = lexicons.load(card.lexicon)
    return (
        f"<footer><p>Ledger head <code>{escape(card.head)}</code>: everything above is recorded in "
        "an append-only list; whoever keeps it cannot change what came before this head unseen.</p>"
        f"<p>Words read with: {escape(lexicon.title)}. {escape(lexicon.citation)} "
        f"({escape(lexicon.licence)}).</p></footer>"
    )
