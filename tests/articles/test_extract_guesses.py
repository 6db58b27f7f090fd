"""Which guess wins, how names and dates are read, and that no date is invented."""

import json

import pytest

from tracker.articles.extract import Extracted, extract
from tracker.articles.names import byline_names, split_names, stated_date, written_date
from tracker.dates import ApproxDate

PARAGRAPH = (
    "The ferry will be late again tomorrow, and the day after that, because nobody has bought the "
    "part that broke in the spring, and nobody is going to buy it before the commissioners meet. "
)
DAY = ApproxDate(2025, 7, 14)


def page(head: str = "", masthead: str = "", after: str = "", url: str | None = None) -> Extracted:
    body = f"<article><h1>Late</h1>{masthead}<p>{PARAGRAPH}</p><p>{PARAGRAPH}</p>{after}</article>"
    return extract(f"<html><head>{head}</head><body>{body}</body></html>", url=url)


def linked(**values: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **values}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


UNDATED = {
    "nothing": page(),
    "a copyright year": page(after="<p>© 2019 The Invented Gazette</p>"),
    "a copyright range": page(after="<footer>Copyright 1998-2024, updated daily</footer>"),
    "only a modification date": page(
        linked(dateModified="2025-07-14") + meta("article:modified_time", "2025-07-14")
    ),
    "a date in the prose": page(after="<p>On July 14, 2025 the ferry sank in the harbour.</p>"),
    "a date in a comment": page(
        after='<div class="comments"><time datetime="2025-07-14">14 July 2025</time></div>'
    ),
    "the date of a related article": page(
        after='<ul class="related"><li><time datetime="2024-01-02">x</time></li></ul>'
    ),
    "a related article in JSON-LD": page(
        linked(mentions={"@type": "NewsArticle", "datePublished": "2024-01-02"})
    ),
    "an updated line": page(masthead='<p class="date">Updated July 14, 2025</p>'),
    "Unix zero": page(linked(datePublished="1970-01-01T00:00:00Z")),
    "the zero of .NET": page(meta("article:published_time", "0001-01-01T00:00:00")),
    "an impossible day": page(meta("article:published_time", "2025-02-30")),
    "words": page(linked(datePublished="yesterday")),
    "two readings": page(masthead='<p class="date">07/08/2025</p>'),
    "numbers in an address": page(url="https://gazette.example/2025/98/ferry-2024"),
    "an upload's address": page(after='<img src="/wp-content/uploads/2019/03/ferry.jpg">'),
    "an expiry": page(meta("expires", "2031-01-01") + meta("revised", "2025-07-14")),
}


@pytest.mark.parametrize("found", UNDATED.values(), ids=UNDATED.keys())
def test_a_date_nobody_stated_is_not_invented(found: Extracted) -> None:
    assert found.published is None


DATED = {
    "JSON-LD": page(linked(datePublished="2025-07-14T23:30:00-04:00")),
    "JSON-LD of a page": page(linked(**{"@type": "WebPage", "datePublished": "2025-07-14"})),
    "compact": page(meta("pubdate", "20250714")),
    "slashes": page(meta("parsely-pub-date", "2025/07/14 08:00")),
    "a word": page(meta("sailthru.date", "Mon, 14 Jul 2025 08:00:00 +0000")),
    "property": page('<meta property="article:published_time" content="2025-07-14">'),
    "itemprop": page('<meta itemprop="datePublished" content="2025-07-14">'),
    "a time": page(masthead='<time datetime="2025-07-14T08:00">Monday</time>'),
    "a time without machine words": page(masthead="<time>July 14th, 2025</time>"),
    "a date line": page(masthead='<span class="post-date">14 July 2025</span>'),
    "in the byline": page(masthead="<p>By Ada Fabricated, July 14, 2025</p>"),
    "the address": page(url="https://gazette.example/opinion/2025/07/14/late.html"),
    "the address with a word": page(url="https://gazette.example/2025/jul/14/late"),
    "the address with dashes": page(url="https://gazette.example/2025-07-14-late"),
    "the machines' word over the readers'": page(
        linked(datePublished="2025-07-14"), masthead='<time datetime="2025-07-20">20 July</time>'
    ),
    "JSON-LD over meta": page(
        meta("article:published_time", "2025-07-16") + linked(datePublished="2025-07-14")
    ),
    "meta over the address": page(
        meta("article:published_time", "2025-07-14"), url="https://gazette.example/2024/01/02/x"
    ),
    "an unreadable one passes the word on": page(
        linked(datePublished="soon") + meta("article:published_time", "2025-07-14")
    ),
}


@pytest.mark.parametrize("found", DATED.values(), ids=DATED.keys())
def test_a_stated_date_is_read(found: Extracted) -> None:
    assert found.published == DAY


def test_guesses_that_contradict_the_chosen_one_can_be_shown() -> None:
    found = page(
        linked(datePublished="2025-07-14") + meta("article:published_time", "2025-07-16"),
        url="https://gazette.example/2025/07/late",
    )
    # The address says July 2025 only: that agrees.
    assert [(str(g.value), g.source) for g in found.others("published")] == [
        ("2025-07-16", "meta article:published_time")
    ]


AUTHORS: list[tuple[str, Extracted, tuple[str, ...]]] = [
    ("a string", page(linked(author="Ada Fabricated")), ("Ada Fabricated",)),
    ("one word", page(linked(author="Fabricata")), ("Fabricata",)),
    ("small letters", page(linked(author={"name": "ada fabricated"})), ("ada fabricated",)),
    (
        "a list",
        page(linked(author=[{"name": "Ada Fabricated"}, {"name": "Bo Invented"}])),
        ("Ada Fabricated", "Bo Invented"),
    ),
    (
        "names in one name",
        page(linked(author={"name": ["Ada Fabricated", "Bo Invented"]})),
        ("Ada Fabricated", "Bo Invented"),
    ),
    (
        "the outlet is no author",
        page(linked(author="Daily Figment", publisher={"name": "Daily Figment"})
             + meta("author", "Ada Fabricated")),
        ("Ada Fabricated",),
    ),
    ("a board is", page(linked(author="The Editorial Board")), ("The Editorial Board",)),
    ("a profile's address is no name", page(meta("article:author", "https://x.example/a")), ()),
    ("an account is no name", page(meta("author", "@ada")), ()),
    ("a role is no name", page(meta("author", "admin")), ()),
    (
        "several tags",
        page(meta("citation_author", "Ada Fabricated") + meta("citation_author", "Bo Invented")),
        ("Ada Fabricated", "Bo Invented"),
    ),
    ("rel=author", page(masthead='<a rel="author" href="/a">Ada Fabricated</a>'),
     ("Ada Fabricated",)),
    ("itemprop", page(masthead='<span itemprop="author">Ada Fabricated</span>'),
     ("Ada Fabricated",)),
    ("a bare line", page(masthead="<p>By Ada Fabricated</p>"), ("Ada Fabricated",)),
    ("By in the prose", page(after="<p>By Monday Harbour Police will act.</p>"), ()),
    ("a related author", page(masthead="<aside><p>By Bo Invented</p></aside>"), ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "names"), [case[1:] for case in AUTHORS], ids=[case[0] for case in AUTHORS]
)
def test_the_authors_are_people_and_all_of_them(found: Extracted, names: tuple[str, ...]) -> None:
    assert found.authors == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ada Fabricated", ("Ada Fabricated",)),
        ("BY ADA FABRICATED AND BO INVENTED", ("ADA FABRICATED", "BO INVENTED")),
        ("By Ada Fabricated, Bo Invented and Cy Made-Up",
         ("Ada Fabricated", "Bo Invented", "Cy Made-Up")),
        ("by Ada Fabricated & Bo Invented", ("Ada Fabricated", "Bo Invented")),
        ("Opinion by Ada Fabricated | July 14, 2025", ("Ada Fabricated",)),
        ("By Ada Fabricated, Opinion columnist", ("Ada Fabricated",)),
        ("By Ada Fabricated for The Invented Gazette", ("Ada Fabricated",)),
        ("By Ada Fabricated — Special to the Figment", ("Ada Fabricated",)),
        ("By Ada de la Fabrica and Bo van der Erfinder",
         ("Ada de la Fabrica", "Bo van der Erfinder")),
        ("By Ada Q. Fabricated, Jr.", ("Ada Q. Fabricated Jr.",)),
        ("By Ada Fabricated, PhD", ("Ada Fabricated",)),
        ("Written by Ada Fabricated 5 min read", ("Ada Fabricated",)),
        ("By the end of the year", ()),
        ("By far the best bridge", ()),
        ("Ada Fabricated", ()),
    ],
)  # fmt: skip
def test_a_byline_is_split_into_its_names(text: str, names: tuple[str, ...]) -> None:
    assert byline_names(text) == names


def test_the_same_name_in_other_letters_is_one_name() -> None:
    assert split_names("Ada Fabricated, ADA FABRICATED; Bo Invented") == (
        "Ada Fabricated",
        "Bo Invented",
    )


@pytest.mark.parametrize(
    ("head", "title", "outlet"),
    [
        ("<title>Late | Daily Figment</title>", "Late", "Daily Figment"),
        ("<title>Late - Daily Figment</title>", "Late", "Daily Figment"),
        ("<title>Opinion | Late</title>", "Late", ""),
        (meta("og:title", "Late &amp; sorry"), "Late & sorry", ""),
        (linked(headline="Don&#8217;t be late"), "Don’t be late", ""),
        (meta("og:site_name", "Daily Figment") + meta("og:title", "Later – Daily Figment"),
         "Later", "Daily Figment"),
        (linked(isPartOf={"@type": "WebSite", "name": "Daily Figment"}), "Late", "Daily Figment"),
        (meta("og:title", "Sooner - and later"), "Sooner - and later", ""),
    ],
)  # fmt: skip
def test_the_outlet_is_told_from_the_title(head: str, title: str, outlet: str) -> None:
    found = page(head)
    assert (found.title, found.outlet) == (title, outlet)


@pytest.mark.parametrize(
    "script",
    ['{"@type":"NewsArticle","headline":"Linked",}',
     '<!-- {"@type":"Article","headline":"Linked"} -->',
     '{"@type":"Article","headline":"Lin\tked"}',
     '[[[{"@type":["Thing","Article"],"name":"Linked"}]]]',
     '{"@type":"WebPage","mainEntity":{"@type":"Article","headline":"Linked"}}',
     '{"@graph":[{"@type":"Article","headline":"Linked","author":{"@id":"#a"}},{"@id":"#a"}]}'],
)  # fmt: skip
def test_json_ld_as_sites_really_write_it_is_read(script: str) -> None:
    found = page(f'<script type="application/ld+json">{script}</script>')
    assert found.title.replace(" ", "") == "Linked"


@pytest.mark.parametrize(
    "script",
    ["", "{", "[" * 9999, '"text"', "12", "null", '{"@type":7,"headline":[],"author":{"name":{}}}',
     '{"@type":"Article","headline":{"name":3},"datePublished":{"@value":1},"author":[null,[1]]}'],
)  # fmt: skip
def test_json_ld_that_is_nonsense_is_as_good_as_none(script: str) -> None:
    found = page(f'<script type="application/ld+json">{script}</script>')
    assert (found.title, found.authors, found.published) == ("Late", (), None)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2025", "2025"), ("2025-07", "2025-07"), ("2025-07-14T00:30:00+02:00", "2025-07-14"),
     ("July 2025", "2025-07"), ("Sept. 3, 2025", "2025-09-03"), ("3rd of March 2025", "2025-03-03"),
     ("1752520000", None), ("12025-07-14", None), ("", None), ("14.07.2025", None)],
)  # fmt: skip
def test_a_date_is_read_only_as_far_as_it_is_stated(text: str, day: str | None) -> None:
    assert stated_date(text) == (ApproxDate.parse(day) if day else None)


def test_a_month_is_no_year_and_a_word_no_month() -> None:
    assert written_date("Marching 3, 2025 or Decorations 2025") is None
