"""A session of reading: who, where and when settled first, then the dialogue, then the record."""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from tracker.actions.draft import article_fields
from tracker.actions.ingest import Ingested, ingest, known_article
from tracker.actions.propose import Opened
from tracker.app import App
from tracker.articles.extract import GIVEN, Extracted
from tracker.articles.metadata import Field
from tracker.articles.names import written_date
from tracker.articles.snapshots import snapshot
from tracker.articles.spot import Proposal
from tracker.cli import asking, render, showing
from tracker.cli import proposals as screen
from tracker.cli.decisions import Decision, Notebook, half_read, place
from tracker.cli.dialogue import Dialogue
from tracker.cli.keys import Later, ToArticle, ask_key
from tracker.dates import ApproxDate
from tracker.errors import Invalid
from tracker.records import Article
from tracker.store.recorded import Filter

Propose = Callable[[Extracted], Sequence[Proposal]]


def hold(
    app: App, opened: Opened, chosen: str | None, propose: Propose, source: str | None = None
) -> None:
    """Put an op-ed's proposals to a person and record what is confirmed.

    Args:
        app: the wired parts.
        opened: the op-ed.
        chosen: how it was chosen, if that was said.
        propose: finds the sentences that forecast.
        source: what was read, as it may be typed again; None for what cannot be.
    """
    name, _ = snapshot(opened.article.text)
    notebook = Notebook(place(drafts(app), name), source)
    try:
        _settle(app, opened, chosen, notebook)
        article, decided = _talked(app, opened, notebook, propose)
    except (Later, click.Abort, KeyboardInterrupt):
        _see_you(notebook)
        return
    records = [record for each in decided for record in each.records()]
    done = ingest(app.store, opened, article, records, app.act(), proposed=len(decided))
    notebook.drop()
    _report(article, done)


def drafts(app: App) -> Path:
    """Return the folder in which what is half read is kept."""
    return app.settings.data_dir / "drafts"


def show_half_read(app: App, form: str) -> None:
    """List the op-eds that were begun and not recorded, each with the command that goes on."""
    rows = [
        {
            "decided": len(each.decisions),
            "title": each.article.title if each.article else None,
            "article": each.article.id if each.article else None,
            "source": each.source,
        }
        for each in half_read(drafts(app))
    ]
    if form == "json":
        render.emit_json("half_read", rows)
        return
    if not rows:
        click.echo("Nothing is half read. `tracker read URL|FILE` reads an op-ed.")
    for row in rows:
        click.echo(
            f"{row['title'] or 'untitled'} ({row['article']}): {row['decided']} decided so far"
        )
        if row["source"]:
            click.echo(f"    tracker read {shlex.quote(str(row['source']))}")


def _talked(
    app: App, opened: Opened, notebook: Notebook, propose: Propose
) -> tuple[Article, list[Decision]]:
    """Put the proposals until the person says that all is right."""
    while True:
        article = notebook.article
        assert article is not None  # noqa: S101 - `_settle` has set it; this tells mypy
        found = list(propose(_dated(opened.article, article)))
        click.echo(_counted(found))
        with app.store.reading() as tx:
            standing = tx.recorded.dossiers(Filter(open=True))
        text, zone = opened.article.text, app.settings.zone
        try:
            return article, Dialogue(article, text, found, notebook, standing, zone).run()
        except ToArticle:
            _again(app, opened, article, notebook)


def _again(app: App, opened: Opened, article: Article, notebook: Notebook) -> None:
    """Ask anew who wrote it, where and when; what was decided for another article is forgotten."""
    if known_article(app.store, opened)[0] is not None:
        click.echo(f"It is recorded already as {article.id}, and stays that.")
        return
    extracted = opened.article.corrected(
        title=article.title, authors=article.authors, outlet=article.outlet,
        published=article.published_on,
    )  # fmt: skip
    changed = _article(_prompted(extracted, every=True), extracted.url, article.chosen)
    if changed.data() == article.data():
        return
    if (changed.id, changed.authors) == (article.id, article.authors):
        notebook.article = changed
        notebook.save()
        return
    if notebook.decisions:
        count = len(notebook.decisions)
        click.echo(f"{count} decided so far for {article.id}.")
        if ask_key("[f]orget what was decided  [b]ack: leave it as it was", "fb") == "b":
            return
    notebook.turn_over(changed)


def _settle(app: App, opened: Opened, chosen: str | None, notebook: Notebook) -> None:
    """Settle what the op-ed is recorded as: going on, recorded already, or asked for."""
    if notebook.load():
        count = len(notebook.decisions)
        click.echo(f"You have been here: {count} decided so far; going on where you stopped.")
        _echo_article(opened.article, notebook)
        return
    article, reads = known_article(app.store, opened)
    if reads:
        last = reads[0]
        click.echo(
            f"This very text was read on {last.recorded_at:%Y-%m-%d} by {last.recorded_by}: "
            f"{last.snapshot.kept} of {last.snapshot.proposed} proposals kept."
        )
    if article is not None:
        click.echo(f"Recorded already as {article.id}.")
    notebook.article = article or _asked(opened.article, chosen)
    notebook.save()


def _dated(extracted: Extracted, article: Article) -> Extracted:
    return extracted._replace(published=article.published_on)


def _asked(extracted: Extracted, chosen: str | None) -> Article:
    """Show what was found of the article, and ask for what is missing or wrong."""
    for line in screen.about(extracted):
        click.echo(line)
    _tell_others(extracted)
    fields = _fields(extracted)
    whole = all(fields[name] for name in ("authors", "outlet", "published"))
    if not whole or ask_key("Right?  [y]es  [e]dit", "ye") == "e":
        fields = _prompted(extracted, every=whole)
    return _article(fields, extracted.url, chosen or asking.chosen())


def _fields(extracted: Extracted) -> dict[str, Any]:
    return {
        "authors": extracted.authors,
        "outlet": extracted.outlet,
        "published": extracted.published,
        "title": extracted.title,
    }


def _article(fields: dict[str, Any], url: str | None, chosen: str) -> Article:
    plain = article_fields(**fields, url=url, chosen=chosen)
    return Article.parse(plain, subject=f"article {plain['id']}")


def _echo_article(given: Extracted, notebook: Notebook) -> None:
    """Say for which article the decisions are, and what was given now and is not used."""
    article = notebook.article
    assert article is not None  # noqa: S101 - the notebook was read; this tells mypy
    for line in screen.wrapped(showing.about(article), first="  ", indent=2):
        click.echo(line)
    kept = {"authors": article.authors, "outlet": article.outlet, "title": article.title,
            "published": article.published_on}  # fmt: skip
    for guess in given.guesses:
        if guess.source == GIVEN and guess.value != kept[guess.field]:
            click.echo(
                f"  The {guess.field} given now is not used: [b]ack from the first changes it."
            )


def _tell_others(extracted: Extracted) -> None:
    names: tuple[Field, ...] = ("title", "authors", "outlet", "published")
    for name in names:
        for guess in extracted.others(name):
            shown = ", ".join(guess.value) if isinstance(guess.value, tuple) else str(guess.value)
            words = f"but {guess.source} says: {shown}"
            for line in screen.wrapped(words, first=" " * 10, indent=10):
                click.secho(line, dim=True)


def _prompted(extracted: Extracted, *, every: bool) -> dict[str, Any]:
    """Ask for each field, or only for those that nobody stated."""
    authors, outlet, published, title = _fields(extracted).values()
    if every or not authors:
        said = click.prompt("Authors (separated by commas)", default=", ".join(authors) or None)
        authors = tuple(name.strip() for name in said.split(",") if name.strip())
    if every or not outlet:
        outlet = click.prompt("Outlet", default=outlet or None)
    if every or not published:
        published = click.prompt(
            "Published (2026-03-01, 2026-03 or 2026)",
            default=str(published) if published else None,
            value_proc=_date,
        )
    if every:
        title = click.prompt("Title", default=title or "", show_default=bool(title))
    return {"authors": authors, "outlet": outlet, "published": published, "title": title}


def _date(text: str) -> ApproxDate:
    try:
        return written_date(text) or ApproxDate.parse(text)
    except Invalid as error:
        raise click.UsageError(str(error)) from None


def _counted(found: Sequence[Proposal]) -> str:
    if not found:
        return "No sentence of it forecasts, as far as the rules see."
    return f"{len(found)} sentence{'' if len(found) == 1 else 's'} to look at."


def _see_you(notebook: Notebook) -> None:
    count = len(notebook.decisions)
    click.echo()
    click.echo(
        f"Nothing was recorded. {count} decided so far; the same command goes on from there."
        if notebook.article is not None
        else "Nothing was recorded."
    )


def _report(article: Article, done: Ingested) -> None:
    for verdict in done.verdicts:
        note = f" ({verdict.note})" if verdict.note else ""
        click.echo(f"{verdict.status} {verdict.noun} {verdict.id}{note}")
    click.echo(f"read {article.id}: its text is kept.")
    for quote in done.strangers:
        words = f"a quote recorded earlier does not stand in this text: {quote}"
        for line in screen.wrapped(words, indent=2):
            click.echo(line, err=True)
