"""Boxes and lines that are no part of an op-ed go; sentences that look a little like them stay."""

import pytest

from tracker.articles.extract import extract
from tracker.articles.furniture import is_line

PARAGRAPH = (
    "The {} will be late again tomorrow, and the day after that, because nobody has bought the "
    "part that broke in the spring, and nobody is going to buy it before the commissioners meet."
)
OFFER = "The Morning Invention will reach you every weekday before breakfast."


def page(box: str) -> str:
    first, last = (f"<p>{PARAGRAPH.format(thing)}</p>" for thing in ("ferry", "tram"))
    return f"<html><body><article><h1>Late</h1>{first}{box}{last}</article></body></html>"


@pytest.mark.parametrize(
    "mark",
    ["promo-box", "newsletter-signup", "email-capture", "subscribe-cta", "mailing-list", "readmore",
     "sponsor-note", "donation-appeal", "optin-box", "recirc", "paywall-offer", "share-tools"],
)  # fmt: skip
def test_a_small_box_that_asks_for_something_is_taken_out(mark: str) -> None:
    # Most of these trafilatura leaves in, and "will reach you" would be proposed as a forecast.
    text = extract(page(f'<div class="{mark}"><p>{OFFER}</p><a href="#">Try it</a></div>')).text
    assert text == f"{PARAGRAPH.format('ferry')}\n\n{PARAGRAPH.format('tram')}"


def test_a_large_box_is_the_op_ed_itself_whatever_its_name() -> None:
    body = "".join(f"<p>{PARAGRAPH.format(thing)}</p>" for thing in ("bus", "train", "boat", "car"))
    text = extract(page(f'<div class="newsletter-post subscribed">{body}</div>')).text
    assert PARAGRAPH.format("boat") in text


def test_a_paragraph_behind_a_wall_is_still_a_paragraph() -> None:
    # Some papers mark every paragraph that subscribers read so.
    text = extract(page(f'<p class="paywall">{PARAGRAPH.format("bus")} <a href="#">x</a></p>')).text
    assert PARAGRAPH.format("bus") in text


@pytest.mark.parametrize(
    "line",
    ["Advertisement", "SHARE", "3 Comments", "Subscribe now", "12.43 BST", "Updated at 12.50 BST",
     "Read more: The ferry that never came", "Key events", "Follow us on Figbook",
     "Sign up for our free newsletter", "Get the best of Opinion in your inbox", "5 min read",
     "© 2026 The Invented Gazette", "after newsletter promotion"],
)  # fmt: skip
def test_a_line_of_furniture_is_known(line: str) -> None:
    assert is_line(line)


@pytest.mark.parametrize(
    "line",
    ["Share prices will fall by the spring.", "Subscribe to that view and you will lose the vote.",
     "Join the union and the factory will close, they were told.", "Sign up a crew, train it.",
     "Get ready: the e-mails will be published within weeks.", "Comments like this will not age.",
     "Read more and you will see why it fails.", "Copyright law will change this decade.",
     "Updated forecasts will not save it.", "12.43 million people will vote."],
)  # fmt: skip
def test_a_sentence_that_begins_like_furniture_stays(line: str) -> None:
    assert not is_line(line)
