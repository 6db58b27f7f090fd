"""What the dialogue of `tracker read` shows: sentences in context, look-alikes, the sum of it."""

from collections.abc import Iterator, Sequence

import click

from tracker.actions.similar import Lookalike
from tracker.articles.sentences import Sentence
from tracker.articles.spot import Proposal
from tracker.cli.decisions import Decision
from tracker.cli.proposals import WIDTH, marked, worked_out, wrapped
from tracker.records import Article, Forecast

_SAID = {"kept": "kept", "vague": "kept as vague", "skipped": "skipped"}


def proposal(
    place: tuple[int, int],
    each: Proposal,
    sentences: Sequence[Sentence],
    done: Decision | None,
) -> Iterator[str]:
    """Yield the lines that put a proposal.

    Args:
        place: its number from 1, and of how many.
        each: the proposal.
        sentences: the article's.
        done: what was decided of it before.
    """
    head = f"── {place[0]} of {place[1]} "
    tail = f" {_SAID[done.kind]} ──" if done else "──"
    yield ""
    yield click.style(head + "─" * (WIDTH - len(head) - len(tail)) + tail, bold=True)
    yield from _in_context(each, sentences)
    yield ""
    yield from wrapped(worked_out(each), first="  ", indent=2)
    for reason in each.reasons:
        for line in wrapped(reason, first="  - ", indent=4):
            yield click.style(line, dim=True)
    yield ""


def _in_context(each: Proposal, sentences: Sequence[Sentence]) -> Iterator[str]:
    """Yield the sentence between its neighbours, its phrase highlighted."""
    before = [one for one in sentences if one.end <= each.start]
    after = [one for one in sentences if one.start >= each.end]
    for sentence in before[-1:]:
        yield from _dim(f"… {sentence.text}")
    yield from wrapped(marked(each, each.sentence, each.start), first="  ▌ ", indent=4)
    for sentence in after[:1]:
        yield from _dim(f"{sentence.text} …")


def _dim(text: str) -> Iterator[str]:
    for line in wrapped(text, first="    ", indent=4):
        yield click.style(line, dim=True)


def lookalikes(found: Sequence[Lookalike]) -> Iterator[str]:
    """Yield the lines that offer questions which are asked already."""
    yield "These are asked already. Does one of them ask the same?"
    for number, each in enumerate(found, 1):
        words = f"{each.question.text} ({each.question.deadline.words}; {each.question.id})"
        yield from wrapped(words, first=f"  {number}  ", indent=5)


def said(forecast: Forecast, asked: str) -> Iterator[str]:
    """Yield the lines that say what an author says about a question."""
    words = forecast.reading.words.removeprefix("not: ")
    about = " about its NOT happening" if forecast.reading.negated else ""
    yield from wrapped(f"{forecast.author} says {words}{about}:", first="  ", indent=2)
    yield from wrapped(asked, first="  ", indent=2)


def decided(each: Decision) -> Iterator[str]:
    """Yield the line that tells what was just decided; what is skipped needs none."""
    if each.question is not None:
        yield from wrapped(f"kept: {each.question.text}", first="  ", indent=4)
    elif each.forecast is not None:
        yield from wrapped(f"kept, on {each.forecast.question}", first="  ", indent=4)
    elif each.claim is not None:
        yield f"  kept as vague: missing {', '.join(each.claim.missing)}"


def about(article: Article) -> str:
    """Say in one line what an op-ed is recorded as."""
    who = f"{', '.join(article.authors)}, {article.outlet}, {article.published_on.words}"
    return f"{article.id}: {who}"


def summary(article: Article, every: Sequence[Decision]) -> Iterator[str]:
    """Yield the lines that say what would be recorded."""
    yield ""
    yield click.style("── Nothing is recorded yet. This would be: ".ljust(WIDTH, "─"), bold=True)
    yield from wrapped(about(article), first="  article   ", indent=12)
    for each in every:
        if each.forecast is not None:
            yield from wrapped(_asked(each, each.forecast), first="  forecast  ", indent=12)
        if each.claim is not None:
            words = f"missing {', '.join(each.claim.missing)}: {each.claim.quote}"
            yield from wrapped(words, first="  vague     ", indent=12)
    skipped = sum(each.kind == "skipped" for each in every)
    if skipped == len(every):
        yield "  The op-ed is recorded as read, and found to hold no forecast."
    elif skipped:
        yield f"  {skipped} of {len(every)} proposals {'is' if skipped == 1 else 'are'} skipped."


def _asked(each: Decision, forecast: Forecast) -> str:
    words = f"{forecast.author}: {forecast.reading.words}"
    if each.question is None:
        return f"{words} on {forecast.question}, which is asked already"
    return f"{words} · {each.question.text} · {each.question.deadline.words} (a new question)"
