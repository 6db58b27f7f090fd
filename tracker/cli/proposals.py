"""Proposals on the screen and as JSON."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from tracker.articles.extract import Extracted
from tracker.articles.metadata import Field
from tracker.articles.spot import Proposal
from tracker.errors import Invalid

WIDTH = 80
SCHEMA = 1


def json_text(article: Extracted, proposals: Sequence[Proposal], *, explain: bool) -> str:
    """Return what `tracker read --propose --format json` prints.

    Args:
        article: the op-ed.
        proposals: in their order.
        explain: whether each carries its reasons and places, too.
    """
    plain = {
        "schema": SCHEMA,
        "article": _article_json(article),
        "proposals": [_proposal_json(each, explain=explain) for each in proposals],
    }
    return json.dumps(plain, ensure_ascii=False, indent=2, allow_nan=False)


def _article_json(article: Extracted) -> dict[str, Any]:
    return {
        "title": article.title or None,
        "authors": list(article.authors),
        "outlet": article.outlet or None,
        "published_on": str(article.published) if article.published else None,
        "url": article.url,
        "sha256": hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest(),
    }


def _proposal_json(proposal: Proposal, *, explain: bool) -> dict[str, Any]:
    if not explain:
        return proposal.as_json()
    judged = proposal.refers_to
    return {
        **proposal.as_json(),
        "start": proposal.start,
        "end": proposal.end,
        "span": list(proposal.span),
        "reasons": list(proposal.reasons),
        "refers_to": judged.text if judged else None,
    }


def listing(article: Extracted, proposals: Sequence[Proposal], *, explain: bool) -> str:
    """Return the proposals for people, 80 columns wide."""
    lines = [*about(article), ""]
    if not proposals:
        lines.append("No sentence forecasts.")
    for number, each in enumerate(proposals, 1):
        lines += [*_item(number, each), *(_reasons(each) if explain else ()), ""]
    return "\n".join(lines).rstrip()


def about(article: Extracted) -> Iterator[str]:
    """Yield the lines that say what was read, and where each came from."""
    values: dict[Field, str] = {
        "title": article.title,
        "authors": ", ".join(article.authors),
        "outlet": article.outlet,
        "published": str(article.published or ""),
    }
    for name, value in values.items():
        source = article.source(name) if value else None
        shown = f"{value} ({source})" if source else value or "not stated"
        yield from wrapped(shown, first=f"{name:<10}", indent=10)


def _item(number: int, proposal: Proposal) -> Iterator[str]:
    sentence = marked(proposal, proposal.sentence, proposal.start)
    yield from wrapped(sentence, first=f"{number:>2}. ", indent=4)
    yield from wrapped(worked_out(proposal), first="    ", indent=4)


def _reasons(proposal: Proposal) -> Iterator[str]:
    for reason in proposal.reasons:
        yield from wrapped(reason, first="    - ", indent=6)


def worked_out(proposal: Proposal) -> str:
    """Return in one line what was worked out of a sentence."""
    parts = [f"“{proposal.phrase}”" if proposal.phrase else "no words of probability"]
    parts.append(proposal.polarity)
    if proposal.deadline_words:
        parts.append(f"{proposal.deadline_words} = {proposal.deadline_date or 'no date'}")
    else:
        parts.append("no deadline")
    if proposal.conditional:
        parts.append(f"condition: {proposal.conditional}")
    if proposal.attributed_to:
        parts.append(f"said by {proposal.attributed_to}")
    return " · ".join([*parts, f"score {proposal.score:.2f}"])


def marked(proposal: Proposal, text: str, start: int) -> str:
    """Return a text that begins at an offset, with the proposal's phrase highlighted in it."""
    if proposal.phrase_at is None:
        return text
    first, last = (place - start for place in proposal.phrase_at)
    if not 0 <= first < last <= len(text):
        return text
    return text[:first] + click.style(text[first:last], bold=True, fg="yellow") + text[last:]


def wrapped(text: str, *, first: str = "", indent: int = 0) -> Iterator[str]:
    """Fold a text to the width; the codes that colour it take no room.

    Args:
        text: the text; line breaks in it count as blanks.
        first: what its first line begins with.
        indent: by how much the others are moved in.
    """
    line, taken = first, len(click.unstyle(first))
    fresh = True
    for word in text.split():
        size = len(click.unstyle(word))
        if not fresh and taken + 1 + size > WIDTH:
            yield line
            line, taken, fresh = " " * indent, indent, True
        line += word if fresh else f" {word}"
        taken += size if fresh else size + 1
        fresh = False
    yield line


def tell(error: Invalid) -> None:
    """Say what is wrong, each problem by itself, and what to do."""
    for problem in error.problems or (str(error),):
        for line in wrapped(problem, first="  ", indent=4):
            click.secho(line, fg="red")
    if error.hint and not error.problems:
        for line in wrapped(error.hint, first="  ", indent=4):
            click.echo(line)
