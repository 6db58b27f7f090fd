"""Invented questions to write about, and the messages made of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tracker.notify.channel import ChannelSettings
from tracker.notify.messages import Head, Letterhead, Notice, compose
from tracker.records import (
    Article,
    Dossier,
    Forecast,
    Message,
    Question,
    Recipient,
    Reminder,
    Statement,
)

NOW = datetime(2025, 9, 14, 7, 0, tzinfo=UTC)
TODAY = date(2025, 9, 14)
SENDER = "Prediction tracker <tracker@example.org>"

NoticeMaker = Callable[..., Notice]
MessageMaker = Callable[..., Message]


@pytest.fixture
def letter() -> Letterhead:
    """A letterhead of 14 September 2025."""
    return Letterhead(
        sender=SENDER, head=Head(1234, "9f" * 32), key=b"k" * 32, sent=NOW, domain="example.org"
    )


def _statement(
    asked: Question, source: Article, changed: dict[str, Any], *, retrospective: bool
) -> Statement:
    said = Forecast.parse(
        {
            "question": asked.id,
            "author": "Ada Fabricated",
            "article": source.id,
            "quote": "a lighthouse on the Moon is unlikely to ever shine",
            "reading": {"phrase": "unlikely"},
            **changed,
        }
    )
    return Statement(
        forecast=said,
        article=source if said.article else None,
        recorded_at=NOW,
        recorded_by="desk",
        retrospective=retrospective,
    )


def _notice(
    *,
    stage: str = "due",
    occasion: str = "",
    revision: int = 1,
    retrospective: bool = False,
    question: dict[str, Any] | None = None,
    article: dict[str, Any] | None = None,
    forecasts: Sequence[dict[str, Any]] = ({},),
) -> Notice:
    asked = Question.parse(
        {
            "id": "lunar-lighthouse",
            "text": "Will the Invented Republic light a lighthouse on the Moon?",
            "criteria": "Yes if the Invented Lighthouse Board lists it as lit.",
            "deadline": {"within": "50 days", "of": "ultimatum", "starting": "2025-07-14"},
            **(question or {}),
        }
    )
    source = Article.parse(
        {
            "id": "gazette-2025-07",
            "authors": ["Ada Fabricated"],
            "outlet": "The Invented Gazette",
            "published_on": "2025-07-15",
            "url": "https://gazette.example/lighthouse?page=1&part=2",
            **(article or {}),
        }
    )
    dossier = Dossier(
        question=asked,
        revision=revision,
        recorded_at=NOW,
        recorded_by="desk",
        statements=tuple(
            _statement(asked, source, one, retrospective=retrospective) for one in forecasts
        ),
    )
    reminder = Reminder.parse(
        {
            "question": asked.id,
            "revision": revision,
            "stage": stage,
            "occasion": occasion,
            "recipient": "desk@example.org",
            "channel": "email",
            "local_date": "2025-09-14",
            "zone": "UTC",
            "fire_at": NOW,
        }
    )
    return Notice(reminder, dossier)


@pytest.fixture
def notice() -> NoticeMaker:
    """Makes a notice; what is not said is about a lighthouse on the Moon."""
    return _notice


@pytest.fixture
def message(letter: Letterhead) -> MessageMaker:
    """Composes a message from notices, or from one that is invented."""

    def make(
        *notices: Notice,
        to: str = "desk@example.org",
        channel: str = "email",
        **changes: Any,
    ) -> Message:
        return compose(
            notices or [_notice()],
            recipient=Recipient(address=to, channel=channel),
            letter=replace(letter, **changes),
            today=TODAY,
        )

    return make


def read(raw: bytes) -> EmailMessage:
    """Read a message as a mail program would."""
    return message_from_bytes(raw, policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    """Return the text of the body of this kind."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.fixture
def opened() -> Callable[[Message], EmailMessage]:
    """Reads a message as a mail program would."""
    return lambda message: read(message.raw)


@pytest.fixture
def body() -> Callable[..., str]:
    """The text of a message's body: plain, or the kind that is asked for."""
    return lambda message, kind="plain": part(read(message.raw), kind).replace("\r\n", "\n")


SettingsMaker = Callable[..., ChannelSettings]


@pytest.fixture
def settings(tmp_path: Path) -> SettingsMaker:
    """Channel settings that lose patience in a moment."""

    def make(**changes: Any) -> ChannelSettings:
        plain = ChannelSettings(
            sender=SENDER, maildir=tmp_path / "mail", timeout=5.0, final_timeout=5.0
        )
        return replace(plain, **changes)

    return make
