"""Reading an op-ed: `tracker read`."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tracker.actions.propose import Model, Opened, Proposed, open_content, open_url, propose
from tracker.articles.extract import Extracted
from tracker.articles.saved import LARGEST
from tracker.cli import proposals as screen
from tracker.cli.common import app_of, example, is_asking
from tracker.dates import ApproxDate
from tracker.errors import Invalid

if TYPE_CHECKING:
    from tracker.app import App
    from tracker.articles.spot import Proposal

KEY_VARIABLE = "TRACKER_LLM_API_KEY"


@click.command(
    epilog=example(
        "tracker read https://gazette.example/op-ed",
        "tracker read saved.html --chosen all",
        "tracker read      # what was begun and not finished",
        "tracker read op-ed.txt --author 'Ada Fabricated' --outlet 'The Invented Gazette' \\",
        "    --published 2026-03-01",
        "tracker read op-ed.txt --published 2026-03-01 --propose --explain",
        "tracker read op-ed.txt --published 2026-03-01 --yaml > predictions.yaml",
    )
)
@click.argument("source", metavar="[URL|FILE|-]", required=False, type=click.Path(allow_dash=True))
@click.option("--published", metavar="DATE", help="When: 2026-03-01, 2026-03 or 2026.")
@click.option("--author", "authors", multiple=True, help="Who wrote it; may be repeated.")
@click.option("--outlet", help="Where it appeared.")
@click.option("--title", help="Its headline.")
@click.option("--url", help="Where a file's op-ed can be read.")
@click.option(
    "--chosen", type=click.Choice(["all", "sample", "tip"]), help="How the op-ed was chosen."
)
@click.option("--propose", "only_propose", is_flag=True, help="Only propose: writes nothing.")
@click.option("--yaml", "as_yaml", is_flag=True, help="Only print a predictions.yaml to finish.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    help="json: only propose, for programs.",
)
@click.option(
    "--calendar",
    "calendars",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Elections and terms of your own (TOML); may be repeated.",
)
@click.option("--explain", is_flag=True, help="Say why each is proposed.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the best so many proposals.")
@click.option("--llm", metavar="BASE_URL", help="Ask a language model too (OpenAI-compatible).")
@click.option("--model", metavar="NAME", help="Its name there.")
@click.option("--ask/--no-ask", default=None, help="Put each proposal to you.")
@click.pass_context
def read(
    ctx: click.Context,
    /,
    source: str | None,
    *,
    only_propose: bool,
    as_yaml: bool,
    form: str,
    ask: bool | None,
    **options: Any,  # noqa: ANN401 - what the person says of the article, and how to propose
) -> None:
    """Read an op-ed and record its forecasts, each confirmed by you.

    The op-ed is fetched, or read from a saved page or a text (a .txt is taken as it is). What
    forecasts is proposed sentence by sentence; nothing is recorded before you say so at the end.
    Without a source: the op-eds that you began and did not finish.
    """
    if source is None:
        if only_propose or as_yaml:
            raise click.UsageError("Missing argument 'URL|FILE|-'.")
        _show_half_read(ctx, form)
        return
    wanted = _Wanted(source, options)
    if only_propose or as_yaml or form == "json":
        _only_propose(wanted, form, as_yaml=as_yaml)
    else:
        _record(ctx, wanted, ask=ask)


def _show_half_read(ctx: click.Context, form: str) -> None:
    from tracker.cli.session import show_half_read  # as below

    show_half_read(ctx.obj(), form)


class _Wanted(NamedTuple):
    """What was typed.

    Attributes:
        source: address, file or "-".
        options: the options that describe the article and say how to propose.
    """

    source: str
    options: Mapping[str, Any]

    @property
    def again(self) -> str | None:
        """The source as it may be typed from any folder; None where it cannot."""
        if self.source == "-":
            return None
        return self.source if _is_address(self.source) else str(Path(self.source).absolute())

    def opened(self, app: "App | None" = None) -> Opened:
        """Fetch or read the op-ed, with what the person said of it."""
        found = self._fetched(app) if _is_address(self.source) else self._read()
        return Opened(self._corrected(found.article), found.page, found.fetched_at)

    def _fetched(self, app: "App | None") -> Opened:
        if app is None:
            from tracker.app import system_clock  # a file needs no clock

            return open_url(self.source, now=system_clock())
        return open_url(self.source, now=app.clock(), http=app.http)

    def _read(self) -> Opened:
        name = "standard input" if self.source == "-" else self.source
        plain = self.source.lower().endswith(".txt")
        found = open_content(_bytes(self.source), name=name, plain=plain)
        return found.at(self.options["url"]) if self.options["url"] else found

    def _corrected(self, article: Extracted) -> Extracted:
        published = self.options["published"]
        return article.corrected(
            title=self.options["title"],
            authors=self.options["authors"] or None,
            outlet=self.options["outlet"],
            published=ApproxDate.parse(published) if published else None,
        )

    def proposed(self, article: Extracted) -> "Sequence[Proposal]":
        """Propose, the best first."""
        # What the imports made stays: going through it at each collection costs more than a rule.
        gc.freeze()
        found = propose(
            article,
            _model(self.options["llm"], self.options["model"]),
            calendars=self.options["calendars"],
        )
        _tell_refused(found)
        return found.proposals[: self.options["limit"]]


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _bytes(source: str) -> bytes:
    """Read a file, and of an endless one no more than shows that it is too large."""
    if source == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    try:
        with Path(source).open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Invalid(f"{source} cannot be read: {error.strerror}") from None


def _model(base_url: str | None, name: str | None) -> Model | None:
    if base_url is None and name is None:
        return None
    if base_url is None or name is None:
        raise Invalid("--llm and --model go together", hint="give the server and its model's name")
    from pydantic import SecretStr

    key = os.environ.get(KEY_VARIABLE)
    return Model(base_url, name, SecretStr(key) if key else None)


def _tell_refused(found: Proposed) -> None:
    for sentence in found.refused:
        click.echo(f"not taken from the model: {sentence}", err=True)


def _only_propose(wanted: _Wanted, form: str, *, as_yaml: bool) -> None:
    article = wanted.opened().article
    shown = wanted.proposed(article)
    explain = wanted.options["explain"]
    if as_yaml:
        from tracker.cli.unfinished import unfinished  # drafts are for those who ask for them

        click.echo(unfinished(article, shown, wanted.options["chosen"], explain=explain), nl=False)
    elif form == "json":
        click.echo(screen.json_text(article, shown, explain=explain))
    else:
        click.echo(screen.listing(article, shown, explain=explain))


def _record(ctx: click.Context, wanted: _Wanted, *, ask: bool | None) -> None:
    if not (is_asking(ask) or (wanted.source == "-" and ask is None and sys.stdout.isatty())):
        raise Invalid(
            "there is nobody to ask about each proposal",
            hint="--propose lists them, --yaml writes a predictions.yaml to finish",
        )
    from tracker.cli.session import hold  # only where somebody is asked

    app = app_of(ctx, create=True)
    opened = wanted.opened(app)
    if wanted.source == "-":
        _hear_terminal(ask)
    hold(app, opened, wanted.options["chosen"], wanted.proposed, wanted.again)


def _hear_terminal(ask: bool | None) -> None:
    """Hear the person, now that the pipe that brought the op-ed has ended."""
    if ask is not None:
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        raise Invalid(
            "there is no terminal on which to ask", hint="save the op-ed into a file and read that"
        ) from None
    os.dup2(terminal, 0)
    os.close(terminal)
    sys.stdin = os.fdopen(0, closefd=False)
