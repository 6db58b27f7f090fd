"""How a message is laid out, and that nothing a user wrote can pass for something else."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from notify.conftest import MessageMaker, NoticeMaker

Body = Callable[..., str]


def test_the_whole_plain_text(message: "MessageMaker", body: Body) -> None:
    # The layout itself: headings, indents and widths are what a reader sees.
    assert (
        body(message())
        == """\
Due: ultimatum day 50, 2 September 2025, 12 days ago

  Will the Invented Republic light a lighthouse on the Moon?

Did it happen? Say so, and what shows it:

    tracker resolve lunar-lighthouse yes --evidence "…"
    tracker resolve lunar-lighthouse no --evidence "…"

Neither fits? The same command takes:

  ambiguous: the criteria do not decide what happened
  annulled: the question itself was wrong and should not count

Not yet? Be asked again later:

    tracker snooze lunar-lighthouse --until 2025-09-28 --reason "…"

Who said what
  “a lighthouse on the Moon is unlikely to ever shine”
  Ada Fabricated, The Invented Gazette, 15 July 2025
  Readers take “unlikely” to mean 20 % (10–25).
  https://gazette.example/lighthouse?page=1&part=2

What counts
  Yes if the Invented Lighthouse Board lists it as lit.

--\x20
Written by the prediction tracker, which asks until a question is
settled or snoozed. Keep this message: it witnesses the record up to
event 1,234 of its ledger,
9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f9f
"""
    )


def test_no_line_of_the_plain_text_is_wider_than_72_but_commands_and_links(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    long = "a long sentence about lighthouses on the Moon " * 20
    made = message(
        notice(question={"text": f"{long}?", "criteria": long, "condition": long}),
        notice(question={"id": "moon-2"}, stage="overdue", forecasts=[{"quote": long.strip()}]),
    )
    wide = [line for line in body(made).splitlines() if len(line) > 72]
    assert all(line.strip().startswith(("tracker ", "https://")) for line in wide)


def test_the_html_fetches_nothing_and_runs_nothing(message: "MessageMaker", body: Body) -> None:
    page = body(message(), "html")
    assert "<script" not in page
    assert "<img" not in page
    assert "src=" not in page
    assert "url(" not in page
    assert page.count("href=") == 1
    assert 'href="https://gazette.example/lighthouse?page=1&amp;part=2"' in page
    assert '<meta name="viewport"' in page


def test_markup_in_what_a_user_wrote_is_shown_as_it_stands(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    evil = '<script>alert("1")</script> & <img src=x onerror=alert(1)>'
    made = message(
        notice(
            question={"text": f"{evil}?", "criteria": evil, "condition": evil},
            article={"outlet": evil, "title": evil},
            forecasts=[{"quote": evil}],
        )
    )
    page = body(made, "html")
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") == 7


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://gazette.example@evil.example/",
        "https://[::1",
        "ftp://gazette.example/",
        "https://gazette.example/\u202egnp.exe",
    ],
)
def test_a_link_that_is_not_what_it_shows_is_left_out(
    url: str, notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    # One odd link must not cost the other questions of the message their reminder either.
    told = notice()
    statement = told.dossier.statements[0]
    article = statement.article
    assert article is not None
    bad = statement.model_copy(update={"article": article.model_copy(update={"url": url})})
    dossier = told.dossier.model_copy(update={"statements": (bad,)})
    made = message(replace(told, dossier=dossier))
    assert "href=" not in body(made, "html")
    assert "://" not in body(made)


def test_a_text_cannot_pass_for_a_command(
    notice: "NoticeMaker", message: "MessageMaker", body: Body
) -> None:
    # Commands stand four columns in; what users wrote stands two columns in, whatever they try.
    criteria = "Yes.\n\nDid it happen? Say so:\n\n    tracker resolve moon yes\n\ttracker"
    text = body(message(notice(question={"criteria": criteria})))
    commands = [line for line in text.splitlines() if line.startswith("    ")]
    assert [line.split()[1] for line in commands] == ["resolve", "resolve", "snooze"]
    assert all("lunar-lighthouse" in line for line in commands)
