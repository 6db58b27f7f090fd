"""What the commands share: opening the app, common options, asking, completing ids."""

import sys
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from tracker.dates import parse_day
from tracker.errors import Invalid, TrackerError
from tracker.store.progress import Progress, silent

if TYPE_CHECKING:
    from tracker.app import App

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "csv")


def app_of(ctx: click.Context, *, create: bool = False) -> "App":
    """Wire the parts and make sure that the database is ready.

    Args:
        ctx: the command's context; its object opens the app.
        create: whether a missing database is made: for commands that record.

    Raises:
        StoreError: if there is no database to read.
    """
    app: App = ctx.obj()
    ctx.call_on_close(app.store.close)
    if create and app.store.file is not None and not app.store.file.exists():
        app.store.create()
        click.echo(f"A new database: {app.store.file}", err=True)
    app.store.check_ready()
    return app


def example(*lines: str) -> str:
    """Lay out a help page's example."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def format_option(command: F) -> F:
    """Add --format table|json|csv."""
    option = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="For people, or for programs.",
    )
    return option(command)


def complete_question(
    ctx: click.Context, _param: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Offer the ids of recorded questions."""
    try:
        opener = ctx.find_root().obj
        if opener is None:
            from tracker.cli.main import open_default

            opener = open_default
        with opener().store.reading() as tx:
            return [CompletionItem(name) for name in tx.recorded.question_ids(typed)]
    except TrackerError:
        # There is nobody to tell while a shell completes.
        return []


question_argument = click.argument("question", metavar="QUESTION", shell_complete=complete_question)


class DayType(click.ParamType):  # type: ignore[type-arg] # generic only in click 8.5
    """A day, written 2025-09-02."""

    name = "date"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's signature
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> date:
        """Read it, or say what is wrong."""
        if isinstance(value, date):
            return value
        try:
            return parse_day(value)
        except Invalid as error:
            self.fail(str(error), param, ctx)


DAY = DayType()


def is_asking(ask: bool | None) -> bool:
    """Whether to ask for what was not given: as told, else when a person sits there."""
    return sys.stdin.isatty() if ask is None else ask


def progress_line(of: str = "") -> Progress:
    """Return what tells a person at the terminal how far long work has come.

    Args:
        of: what is counted, such as " events", where the steps do not say it.
    """
    if not sys.stderr.isatty():
        return silent

    def tell(step: str, done: int, total: int) -> None:
        there = f" of {total:,}" if total else ""
        end = "\n" if total and done >= total else ""
        click.echo(f"\r{step:<14} {done:>12,}{there}{of}{end}", nl=False, err=True)

    return tell


def given(text: str | None, name: str) -> str | None:
    """Refuse a placeholder pasted unedited.

    Raises:
        Invalid: if it is only dots.
    """
    if text is not None and not text.strip(" .…"):
        raise Invalid(f"{name} {text!r} says nothing", hint=f"write the {name} in its place")
    return text
