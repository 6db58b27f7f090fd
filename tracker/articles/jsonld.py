"""What a page says about itself in JSON-LD (schema.org): the article's node and its values."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from tracker.articles.names import tidy
from tracker.articles.patterns import Lazy

Node = Mapping[str, Any]

# schema.org/Article and its kinds that news and blog systems write.
_ARTICLE = Lazy(r"\w*Article|(?:Blog|LiveBlog|SocialMedia)Posting|Report")
_PAGE = Lazy(r"WebPage|ItemPage")
_SITE = Lazy(r"WebSite")
# Only these lead to what the page itself is: others lead to comments, related items and updates.
_INWARD = ("@graph", "mainEntity", "mainEntityOfPage")
# Scripts wrapped for old browsers, and commas that JSON forbids.
_WRAPPING = Lazy(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://\s*)?\]\]>)\s*$")
_TRAILING_COMMA = Lazy(r",(\s*[}\]])")
_MOST_NODES = 2000


class Stated(NamedTuple):
    """What the article's node states; empty where it states nothing.

    Attributes:
        kind: the node's type, "NewsArticle".
        title: as stated.
        authors: names as stated, uncleaned.
        outlet: the publisher's name.
        published: the date as stated.
    """

    kind: str = ""
    title: str = ""
    authors: tuple[str, ...] = ()
    outlet: str = ""
    published: str = ""


class _Graph:
    """Every node that says what the page is, and those that others name by their @id."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.by_id: dict[str, dict[str, Any]] = {}

    def add(self, value: object) -> None:
        stack = [(value, True)]
        while stack and len(self.nodes) < _MOST_NODES:
            item, inward = stack.pop()
            if isinstance(item, list):
                stack.extend((part, inward) for part in reversed(item))
            elif isinstance(item, dict):
                if inward:
                    self.nodes.append(item)
                if isinstance(name := item.get("@id"), str):
                    self.by_id.setdefault(name, {}).update(item)
                stack.extend((part, key in _INWARD) for key, part in reversed(item.items()))

    def full(self, value: object) -> object:
        """Return the node that a mere {"@id": …} stands for."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.by_id.get(value["@id"], value)
        return value

    def of_kind(self, kind: Lazy) -> list[Node]:
        return [node for node in self.nodes if _kind(node, kind)]

    def names(self, value: object) -> Iterator[str]:
        """Give the names in a string, a node, a mere reference or a list of them."""
        for item in value if isinstance(value, list) else [value]:
            whole = self.full(item)
            name = whole.get("name") if isinstance(whole, dict) else whole
            if isinstance(name, str) and name.strip():
                yield name
            elif isinstance(name, list):
                yield from (part for part in name if isinstance(part, str))


def read(scripts: Iterable[str], address: str | None, page_title: str = "") -> Stated:
    """Read the scripts of a page; a broken one is as good as none.

    Args:
        scripts: the texts of its application/ld+json scripts.
        address: the page's own address, to tell its article from others listed.
        page_title: its <title>, to tell the same where no address does.
    """
    graph = _Graph()
    for script in scripts:
        graph.add(_parsed(script))
    node = _main(graph, address, page_title)
    outlet = [*graph.names(node.get("publisher")), *graph.names(node.get("isPartOf"))]
    outlet += [name for site in graph.of_kind(_SITE) for name in graph.names(dict(site))]
    return Stated(
        kind=_kind(node, _ARTICLE) or _kind(node, _PAGE),
        title=next(graph.names(node.get("headline") or node.get("name")), ""),
        authors=tuple(graph.names(node.get("author") or node.get("creator"))),
        outlet=next(iter(outlet), ""),
        published=next(graph.names(node.get("datePublished")), ""),
    )


def _parsed(script: str) -> object:
    text = _WRAPPING.ready.sub("", script).strip()
    for attempt in (text, _TRAILING_COMMA.ready.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _main(graph: _Graph, address: str | None, page_title: str) -> Node:
    """Choose the page's own article: the one with its address or its title, else the first."""
    articles = graph.of_kind(_ARTICLE) or graph.of_kind(_PAGE)
    own = [node for node in articles if address and _same(address, _addresses(node))]
    titled = [node for node in articles if _headline(node) and _headline(node) in page_title]
    return next(iter(own or titled or articles), {})


def _headline(node: Node) -> str:
    headline = node.get("headline")
    return tidy(headline) if isinstance(headline, str) else ""


def _addresses(node: Node) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        value = node.get(key)
        parts = [value.get("@id"), value.get("url")] if isinstance(value, dict) else [value]
        yield from (part for part in parts if isinstance(part, str))


def _same(address: str, others: Iterable[str]) -> bool:
    return _bare(address) in {_bare(other) for other in others}


def _bare(url: str) -> str:
    address = re.split(r"[?#]", url, maxsplit=1)[0].rstrip("/")
    return re.sub(r"^https?://(?:www\.)?", "", address)


def _kind(node: Node, kind: Lazy) -> str:
    """Return the node's type that is of this kind, or ""."""
    stated = node.get("@type")
    types = stated if isinstance(stated, list) else [stated]
    names = (item.rsplit("/", 1)[-1] for item in types if isinstance(item, str))
    return next((name for name in names if kind.fullmatch(name)), "")
