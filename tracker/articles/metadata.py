"""Who wrote a page, where, when and under which title: every guess with where it came from."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from tracker.articles import jsonld
from tracker.articles.furniture import Element
from tracker.articles.names import (
    address_date,
    byline_names,
    byline_start,
    split_names,
    stated_date,
    tidy,
    unique,
    written_date,
)
from tracker.dates import ApproxDate

Field = Literal["title", "authors", "outlet", "published"]
Value = str | tuple[str, ...] | ApproxDate


class Guess(NamedTuple):
    """One value for one field.

    Attributes:
        field: which.
        value: a title or outlet, the names of authors, or a date.
        source: where it stands, as a person would say it.
    """

    field: Field
    value: Value
    source: str


# Best first. `date` alone comes last: some sites write the day of the request there.
_META: dict[str, Field] = {
    "og:title": "title",
    "twitter:title": "title",
    "citation_title": "title",
    "dc.title": "title",
    "parsely-title": "title",
    "citation_author": "authors",
    "parsely-author": "authors",
    "sailthru.author": "authors",
    "byl": "authors",
    "author": "authors",
    "article:author": "authors",
    "dc.creator": "authors",
    "og:site_name": "outlet",
    "citation_journal_title": "outlet",
    "dc.publisher": "outlet",
    "publisher": "outlet",
    "application-name": "outlet",
    "article:published_time": "published",
    "og:published_time": "published",
    "datepublished": "published",
    "article.published": "published",
    "parsely-pub-date": "published",
    "sailthru.date": "published",
    "citation_publication_date": "published",
    "dc.date.issued": "published",
    "dcterms.issued": "published",
    "publish-date": "published",
    "pubdate": "published",
    "dc.date": "published",
    "date": "published",
}
_SEPARATORS = (" | ", " – ", " — ", " - ", " · ", " » ", " :: ")
_BYLINE_WORDS = frozenset({"byline", "author", "authors", "contributor", "writer", "by"})
_DATE_WORDS = frozenset({"date", "dateline", "published", "posted", "timestamp", "pubdate", "time"})
_OTHER_DATES = frozenset({"updated", "modified", "update", "edited"})
_ELSEWHERE = ("nav", "aside", "footer", "form")
_ELSEWHERE_WORDS = frozenset(
    {"comment", "comments", "related", "sidebar", "recirculation", "promo"}
)
_SIGHT_TAGS = ("time", "p", "span", "div", "a", "address", "li", "cite", "em", "b", "strong")
_LONG_PARAGRAPH = 200
_LONGEST_BYLINE = 160
# The same with the white space of the source.
_LONGEST_RAW = 800
_MOST_LOOKED_AT = 3000


def guesses(tree: Element, url: str | None) -> Iterator[Guess]:
    """Give every guess, best first within its field.

    What machines are told comes first (JSON-LD, then meta tags), then what readers see, then
    the address. Nothing is taken from copyright lines, modification dates or the clock.
    """
    metas = _metas(tree)
    page_title = tidy(next((title.text_content() for title in tree.iter("title")), ""))
    stated = jsonld.read(_scripts(tree), url, page_title)
    found = [*_from_jsonld(stated), *_from_metas(metas)]
    titles = [guess.value for guess in found if guess.field == "title"]
    found += _from_sight(_masthead(tree, titles))
    found += _from_title(page_title, [guess.value for guess in found if guess.field == "title"])
    found += _from_address(url)
    yield from _cleaned(found)


def own_address(tree: Element) -> str | None:
    """Return the address a page gives itself: its canonical link, else og:url."""
    links = [
        link.get("href", "")
        for link in tree.iter("link")
        if link.get("rel", "").lower() == "canonical"
    ]
    stated = [value for name, value in _metas(tree) if name == "og:url"]
    whole = [link for link in [*links, *stated] if link.startswith(("http://", "https://"))]
    return next(iter(whole), None)


def _scripts(tree: Element) -> list[str]:
    return [
        script.text_content()
        for script in tree.iter("script")
        if "ld+json" in script.get("type", "").lower()
    ]


def _metas(tree: Element) -> list[tuple[str, str]]:
    return [
        (name.lower(), content)
        for meta in tree.iter("meta")
        if (name := meta.get("property", "") or meta.get("name", "") or meta.get("itemprop", ""))
        and (content := tidy(meta.get("content", "")))
    ]


def _from_jsonld(stated: jsonld.Stated) -> Iterator[Guess]:
    def at(key: str) -> str:
        return f"JSON-LD {stated.kind} {key}"

    if stated.title:
        yield Guess("title", tidy(stated.title), at("headline"))
    if names := unique(name for text in stated.authors for name in split_names(text)):
        yield Guess("authors", names, at("author"))
    if stated.outlet:
        yield Guess("outlet", tidy(stated.outlet), at("publisher"))
    if day := stated_date(stated.published):
        yield Guess("published", day, at("datePublished"))


def _from_metas(metas: list[tuple[str, str]]) -> Iterator[Guess]:
    for name, about in _META.items():
        contents = [content for key, content in metas if key == name]
        if not contents:
            continue
        value: Value | None = contents[0]
        if about == "authors":
            value = unique(part for content in contents for part in split_names(content))
        elif about == "published":
            value = stated_date(contents[0])
        if value:
            yield Guess(about, value, f"meta {name}")


def _masthead(tree: Element, titles: list[Value]) -> list[Element]:
    """Return the elements around the heading, up to the first long paragraph after it."""
    heading = _heading(tree, titles)
    if heading is None:
        return []
    frame = next(heading.iterancestors("header", "article", "main", "body"), tree)
    found: list[Element] = []
    seen = begun = False
    for element in tree.iter():
        seen = seen or element is heading
        begun = begun or element is frame
        if seen and element.tag == "p" and len(element.text_content()) > _LONG_PARAGRAPH:
            break
        if begun and isinstance(element.tag, str):
            found.append(element)
    return found[:_MOST_LOOKED_AT]


def _heading(tree: Element, titles: list[Value]) -> Element | None:
    # Many sites put their own name in a first h1.
    headings = [h for h in tree.iter("h1") if tidy(h.text_content())]
    known = [h for h in headings if tidy(h.text_content()) in titles]
    inside = [h for h in headings if next(h.iterancestors("article", "main"), None) is not None]
    return next(iter(known or inside or headings), None)


def _from_sight(masthead: list[Element]) -> Iterator[Guess]:
    for element in masthead:
        if element.tag == "h1" and (heading := tidy(element.text_content())):
            yield Guess("title", heading, "the heading")
        words = _words(element)
        if not _may_say(element, words):
            continue
        text = tidy(element.text_content())
        if len(text) > _LONGEST_BYLINE or _is_elsewhere(element):
            continue
        if names := _seen_names(element, words, text):
            yield Guess("authors", names, "the visible byline")
        if day := _seen_date(element, words, text):
            yield Guess("published", day, "the visible date line")


def _may_say(element: Element, words: set[str]) -> bool:
    """Ask the cheap questions first: menus of hundreds of items stand around many headings."""
    if element.tag not in _SIGHT_TAGS:
        return False
    if element.tag == "time" or words & (_BYLINE_WORDS | _DATE_WORDS):
        return True
    raw = element.text_content()
    return element.get("rel", "") == "author" or (
        len(raw) <= _LONGEST_RAW and byline_start(raw.lstrip()) is not None
    )


def _seen_names(element: Element, words: set[str], text: str) -> tuple[str, ...]:
    if (names := byline_names(text)) and _is_line(element):
        return names
    marked = element.get("rel", "") == "author" or element.get("itemprop", "") == "author"
    if marked or (element.tag in ("a", "span", "address", "p") and words & _BYLINE_WORDS):
        return split_names(text, strict=True)
    return ()


def _is_line(element: Element) -> bool:
    return all(part is element for part in element.iter("div", "p", "time"))


def _seen_date(element: Element, words: set[str], text: str) -> ApproxDate | None:
    if words & _OTHER_DATES or any(word in text.lower() for word in _OTHER_DATES):
        return None
    if element.tag == "time":
        return stated_date(element.get("datetime", "") or text)
    if words & (_DATE_WORDS | _BYLINE_WORDS) or byline_names(text):
        return written_date(text)
    return None


def _words(element: Element) -> set[str]:
    marks = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
    return (
        set() if marks == "  " else set(marks.lower().replace("_", " ").replace("-", " ").split())
    )


def _is_elsewhere(element: Element) -> bool:
    around = [element, *element.iterancestors()]
    return any(e.tag in _ELSEWHERE or _words(e) & _ELSEWHERE_WORDS for e in around)


def _from_title(page_title: str, titles: list[Value]) -> Iterator[Guess]:
    """Read <title>, often "Title | Outlet": the outlet is told by the title already known."""
    if not page_title:
        return
    yield Guess("title", page_title, "the page's <title>")
    for separator in _SEPARATORS:
        head, _, tail = page_title.rpartition(separator)
        if head in titles and tail:
            yield Guess("outlet", tail, "the page's <title>")


def _from_address(url: str | None) -> Iterator[Guess]:
    if not url:
        return
    if host := _host(url).removeprefix("www."):
        yield Guess("outlet", host, "the address")
    if day := address_date(url):
        yield Guess("published", day, "the address")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a page may state any nonsense as its address
        return ""


def _cleaned(found: list[Guess]) -> Iterator[Guess]:
    """Take the outlet off the ends of titles and out of the authors; drop repeated guesses."""
    outlets = [str(guess.value) for guess in found if guess.field == "outlet"]
    headings = [str(guess.value) for guess in found if guess.source == "the heading"]
    seen: set[tuple[Field, Value]] = set()
    for guess in found:
        value = guess.value
        if guess.field == "title":
            value = _bare_title(str(value), outlets, headings)
        elif isinstance(value, tuple):
            known = {outlet.casefold() for outlet in outlets}
            value = tuple(name for name in value if name.casefold() not in known)
        if value and (guess.field, value) not in seen:
            seen.add((guess.field, value))
            yield Guess(guess.field, value, guess.source)


def _bare_title(title: str, outlets: Iterable[str], headings: Iterable[str]) -> str:
    """Take "Opinion | " and " - The Invented Gazette" off: what readers see as heading is it."""
    for heading in headings:
        before, found, after = title.partition(heading)
        if found and (_ends(before) or not before) and (_ends(after) or not after):
            return heading
    ends = [f"{separator}{outlet}" for separator in _SEPARATORS for outlet in outlets]
    for end in sorted(ends, key=len, reverse=True):
        if title.casefold().endswith(end.casefold()) and len(title) > len(end):
            return title[: -len(end)].strip()
    return title


def _ends(piece: str) -> bool:
    return any(piece.startswith(mark) or piece.endswith(mark) for mark in _SEPARATORS)
