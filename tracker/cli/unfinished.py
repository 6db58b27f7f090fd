"""Proposals as a predictions.yaml to be finished in an editor and then imported."""

from collections.abc import Iterator, Sequence

from tracker.actions.draft import article_fields, draft
from tracker.articles.extract import Extracted
from tracker.articles.spot import Proposal
from tracker.cli.proposals import worked_out
from tracker.exchange.fragment import Item, fragment


def unfinished(
    article: Extracted, proposals: Sequence[Proposal], chosen: str | None, *, explain: bool
) -> str:
    """Return the file; whatever nobody stated or a person must say is marked FILL IN."""
    fields = article_fields(
        authors=article.authors,
        outlet=article.outlet,
        published=article.published,
        title=article.title,
        url=article.url,
        chosen=chosen,
    )
    return fragment(fields, list(_items(article, fields["id"], proposals, explain=explain)))


def _items(
    article: Extracted, name: str, proposals: Sequence[Proposal], *, explain: bool
) -> Iterator[Item]:
    taken: set[str] = set()
    author = article.authors[0] if len(article.authors) == 1 else None
    for number, each in enumerate(proposals, 1):
        drafted = draft(each, article.text, article=name, author=author, zone="UTC", taken=taken)
        taken.add(drafted.question["id"])
        question = {key: value for key, value in drafted.question.items() if key != "zone"}
        head = f"{number} of {len(proposals)}: {worked_out(each)}"
        reasons = each.reasons if explain else ()
        yield Item(question, drafted.forecast, (head, *drafted.notes, *reasons))
