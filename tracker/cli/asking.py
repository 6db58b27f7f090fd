"""Answers that are checked as they are typed: one that is wrong must not cost all the others."""

from collections.abc import Callable
from typing import Annotated, Any

import click

from tracker import lexicon
from tracker.cli.common import DAY, given
from tracker.dates import ApproxDate, Span
from tracker.errors import Invalid
from tracker.fields import Record, told
from tracker.records import Reading

Check = Callable[[str], str]
_HOW_CHOSEN = (
    "How was the op-ed chosen?  all: you read everything that its author writes.\n"
    "sample: it was drawn by lot.  tip: somebody pointed at it, or you came across it."
)


def asked(prompt: str, check: Check, *, default: str | None = None) -> str:
    """Ask until the answer passes."""

    def judged(text: str) -> str:
        try:
            return check(text.strip())
        except Invalid as error:
            hint = f"; {error.hint}" if error.hint else ""
            raise click.UsageError(f"{error}{hint}") from None

    answer: str = click.prompt(prompt, value_proc=judged, default=default)
    return answer


def chosen(default: str = "tip") -> str:
    """Ask how an op-ed came to be read."""
    click.echo(_HOW_CHOSEN)
    kinds = click.Choice(["all", "sample", "tip"])
    answer: str = click.prompt("Chosen", type=kinds, default=default)
    return answer


def field(record: type[Record], name: str) -> Check:
    """Return the check that a record's own field makes."""

    def check(text: str) -> str:
        from pydantic import TypeAdapter, ValidationError

        info = record.model_fields[name]
        kind: Any = (
            Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        )
        try:
            TypeAdapter(kind).validate_python(text)
        except ValidationError as error:
            raise Invalid("; ".join(each.message for each in told(error))) from None
        given(text, name)
        return text

    return check


def day(text: str) -> str:
    """Check a day: 2026-06-01."""
    return str(DAY.convert(text, None, None))


def published(text: str) -> str:
    """Check a date of publication, to the day, the month or the year."""
    return str(ApproxDate.parse(text))


def span(text: str) -> str:
    """Check a length of time: 50 days."""
    return str(Span.parse(text))


def question(text: str) -> str:
    """Check that a question is one."""
    if not text.endswith("?"):
        raise Invalid("a question ends with a question mark")
    return text


def reading(text: str) -> str:
    """Check words of probability, or a number."""
    said = Reading.parse(reading_of(text), subject="that")
    if said.phrase and not lexicon.knows(said.phrase):
        near = ", ".join(f"“{each}”" for each in lexicon.nearest(said.phrase))
        raise Invalid(
            f"no lexicon knows “{said.phrase}”", hint=f"nearest: {near}" if near else None
        )
    return text


def reading_of(text: str) -> dict[str, str]:
    """Tell a number from words."""
    return {"probability" if text[:1].isdigit() else "phrase": text}
