"""Reading an op-ed: `tracker read`."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.actions.propose import Model, Opened, Proposed, open_content, open_url, propose
from tracker.articles.extract import Extracted
from tracker.cli import proposals
from tracker.cli.common import example
from tracker.dates import ApproxDate
from tracker.errors import Invalid

if TYPE_CHECKING:
    from tracker.articles.sockets import Http

KEY_VARIABLE = "TRACKER_LLM_API_KEY"


@click.command(
    epilog=example(
        "tracker read https://gazette.example/op-ed",
        "tracker read saved.html --chosen all",
        "tracker read op-ed.txt --author 'Ada Fabricated' --outlet 'The Invented Gazette' \\",
        "    --published 2026-03-01",
        "tracker read op-ed.txt --published 2026-03-01 --propose --explain",
    )
)
@click.argument("source", metavar="URL|FILE|-")
@click.option("--published", metavar="DATE", help="When: 2026-03-01, 2026-03 or 2026.")
@click.option("--author", "authors", multiple=True, help="Who wrote it; may be repeated.")
@click.option("--outlet", help="Where it appeared.")
@click.option("--title", help="Its headline.")
@click.option("--url", help="Where a file's op-ed can be read.")
@click.option(
    "--chosen", type=click.Choice(["all", "sample", "tip"]), help="How the op-ed was chosen."
)
@click.option("--propose", "only_propose", is_flag=True, help="Only propose: no database.")
@click.option("--explain", is_flag=True, help="Say why each is proposed.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the best so many proposals.")
@click.option("--llm", metavar="BASE_URL", help="Ask a language model too (OpenAI-compatible).")
@click.option("--model", metavar="NAME", help="Its name there.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_context
def read(
    ctx: click.Context,
    /,
    source: str,
    *,
    chosen: str | None,
    only_propose: bool,
    explain: bool,
    limit: int | None,
    llm: str | None,
    model: str | None,
    form: str,
    **about: Any,  # noqa: ANN401 - what the person says of the article
) -> None:
    """Read an op-ed and record its forecasts, each confirmed by you.

    The op-ed is fetched or read from a saved page or a text; sentences that forecast are proposed
    one by one. Nothing is recorded before you say so at the end.
    """
    del ctx, only_propose, chosen
    opened = _open(source, about.pop("url"))
    article = _corrected(opened.article, **about)
    found = propose(article, _model(llm, model))
    _tell_refused(found)
    shown = found.proposals[:limit]
    if form == "json":
        click.echo(proposals.json_text(article, shown, explain=explain))
    else:
        click.echo(proposals.listing(article, shown, explain=explain))


def _open(source: str, url: str | None, now: datetime | None = None) -> Opened:
    if source.startswith(("http://", "https://")):
        from tracker.app import system_clock  # a file needs no clock

        return open_url(source, now=now or system_clock(), http=_http())
    name = "standard input" if source == "-" else source
    opened = open_content(_bytes(source), name=name, plain=source.lower().endswith(".txt"))
    return opened.at(url) if url else opened


def _http() -> "Http | None":
    return None


def _bytes(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise Invalid(f"{source} cannot be read: {error.strerror}") from None


def _corrected(
    article: Extracted,
    *,
    published: str | None,
    authors: tuple[str, ...],
    outlet: str | None,
    title: str | None,
) -> Extracted:
    return article.corrected(
        title=title,
        authors=authors or None,
        outlet=outlet,
        published=ApproxDate.parse(published) if published else None,
    )


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
