"""Hostile strings in every field that a user can write: does any of them break out of a message?

    python bench/hostile_strings.py [--messages 100000] [--seed 1] [--workers 2]

Every message is composed from fields that are each a fresh hostile string (past the records' own
validation, which would refuse most of them), and then read by a strict parser, its calendar too. It
prints how many messages had a header line too many, how many a strict parser refused, and how many
had any other fault; and ends with exit status 1 unless all three are 0.
"""

import argparse
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from itertools import chain, count
from typing import Any

from icalendar import Calendar

from tracker.dates import ApproxDate, Span
from tracker.deadlines import Checkpoint, Within
from tracker.errors import NotifyError
from tracker.notify.messages import Head, Letterhead, Notice, compose
from tracker.records import (
    Article,
    Dossier,
    Forecast,
    Message,
    Question,
    Reading,
    Recipient,
    Reminder,
    Stage,
    Statement,
)

NOW = datetime(2025, 9, 14, 7, 0, tzinfo=UTC)
OFTEN, SOMETIMES = 0.7, 0.15
LONGEST_LINE = 998  # octets, RFC 5322, section 2.1.1
LONGEST_SUBJECT = 200
COMMANDS = 3  # yes, no, snooze
SPACE = 32  # the first character that is none of control
PIECES = (
    "\r\nBcc: evil@example.com", "\nBcc: evil@example.com", "\rX-Evil: 1", "\r\n\r\n<b>body</b>",
    "=?utf-8?q?a=0D=0ABcc:_evil@example.com?=", "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=",
    "=?utf-8?q?=22?=", "=?", "?=", "=?utf-8?q?", "==?utf-8?=?", "=\u200b?", "=0D=0A", "%0d%0aBcc:",
    "\u2028Bcc: evil@example.com", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x00",
    "\x7f", "\x1b[2J", "\u202e", "\u202d", "\u2066", "\u2069", "\ud800", "\udfff", "\udc80",
    "\ufeff", "\ufffe", "\ufdd0", "\U0010ffff", "\u200b", "\u00ad", "\u00a0", "\u3000",
    "\u0301" * 90,
    '"', "\\", '\\"', "<", ">", ",", ";", ":", "(", "(((", ")", "@", "[", "]", "'", "`", "&",
    "&#10;", "<!--", "]]>", "<script>alert(1)</script>", "</div></body>",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)", "https://a.example/", "http://[::1", "https://a@b.example/",
    "\r\n.\r\n", "\r\n.", ".", "\nFrom evil", "--=_0", "--", "\n-- \n", "\t", " " * 900,
    "a" * 1500, "é" * 700, "\U0001f600" * 200, "word " * 300, "tracker resolve x yes", "?",
)  # fmt: skip
STAGES: tuple[Stage, ...] = ("due", "checkpoint", "overdue", "lead")
TOP = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "In-Reply-To"]
NAMES = [*TOP, "References", "List-Unsubscribe", "MIME-Version", "Content-Type"]
PARTS = ["multipart/alternative", "text/plain", "text/html"]
LEAD_PARTS = ["multipart/mixed", *PARTS, "text/calendar"]
EVENT = {
    *("UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION"),
    *("STATUS", "TRANSP", "CATEGORIES"),
}
BOOK = {"PRODID", "VERSION", "CALSCALE", "NAME", "X-WR-CALNAME"}
LONGEST_CALENDAR_LINE = 75  # octets, RFC 5545, section 3.1
TAGS = frozenset(("html", "head", "meta", "title", "style", "body", "div", "p", "span", "h2", "a"))
TAGS |= {"code", "b"}


def hostile(rng: random.Random) -> str:
    """Make a string of hostile pieces, ordinary words and random characters."""
    parts = []
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        if kind < OFTEN:
            parts.append(rng.choice(PIECES))
        elif kind < OFTEN + SOMETIMES:
            parts.append(rng.choice(("lighthouse ", "Mond ", "луна ", "月 ")))
        else:
            parts.extend(chr(rng.randrange(0x110000)) for _ in range(rng.randint(1, 8)))
    rng.shuffle(parts)
    return "".join(parts)


def poisoned(text: Callable[[], str], stage: Stage = "due") -> Notice:
    """Make a notice, every field of which comes from calling `text`; nothing is validated."""
    checkpoint = Checkpoint.model_construct(name=text(), on=date(2025, 9, 1))
    deadline = Within.model_construct(
        within=Span(50, "day"), of=text(), starting=date(2025, 7, 14), verbatim=text()
    )
    question = Question.model_construct(
        id="lunar-lighthouse",
        text=text(),
        criteria=text(),
        deadline=deadline,
        topics=(text(), text()),
        condition=text(),
        checkpoints=(checkpoint,),
    )
    article = Article.model_construct(
        id="gazette",
        authors=(text(),),
        outlet=text(),
        published_on=ApproxDate(2025, 7),
        title=text(),
        url=f"https://{text()}",
    )
    forecast = Forecast.model_construct(
        question=question.id,
        author=text(),
        article=article.id,
        quote=text(),
        reading=Reading.model_construct(phrase=text()),
        label=text(),
    )
    statement = Statement.model_construct(
        forecast=forecast, article=article, recorded_at=NOW, recorded_by=text(), retrospective=True
    )
    dossier = Dossier.model_construct(
        question=question, revision=1, recorded_at=NOW, recorded_by=text(), statements=(statement,)
    )
    reminder = Reminder.model_construct(
        question=question.id,
        revision=1,
        stage=stage,
        occasion=checkpoint.name,
        recipient="desk@example.org",
        channel="email",
        local_date=NOW.date(),
        zone="UTC",
        fire_at=NOW,
    )
    return Notice(reminder, dossier)


def letterhead(**changes: str) -> Letterhead:
    """Make a letterhead with every header that there can be."""
    fields: dict[str, Any] = {
        "sender": "Prediction tracker <tracker@example.org>",
        "head": Head(7, "9f" * 32),
        "key": b"k" * 32,
        "sent": NOW,
        "domain": "example.org",
        "list_unsubscribe": "desk@example.org",
        "replies_to": ("<first@example.org>",),
    }
    return Letterhead(**{**fields, **changes})


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.faults.append(f"a tag {tag}")
        for name, value in attrs:
            link = (value or "").startswith(("http://", "https://"))
            if name.startswith("on") or name == "src" or (name == "href" and not link):
                self.faults.append(f"an attribute {name}")


def faults(message: Message, *, lead: bool = False) -> list[str]:
    """Read a message as strictly as there is, and say what is wrong with it: nothing, we hope."""
    try:
        mail = message_from_bytes(message.raw, policy=default.clone(raise_on_defect=True))
        values = [value for part in mail.walk() for value in part.values()]
    except Exception as error:  # noqa: BLE001 - whatever a strict parser raises is what we look for
        return [f"a strict parser refuses it: {error!r}"]
    flaws = [f"a defect: {flaw}" for flaw in chain(*(value.defects for value in values))]
    return [*flaws, *_lines(message.raw), *_headers(message, mail), *_parts(mail, lead=lead)]


def _lines(raw: bytes) -> list[str]:
    bare = raw.replace(b"\r\n", b"")
    wrong = {
        "a bare line end": b"\r" in bare or b"\n" in bare,
        "an octet that is not ASCII": not raw.isascii(),
        "a zero octet": b"\0" in raw,
        "a line too long": max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE,
    }
    return [name for name, is_so in wrong.items() if is_so]


def _headers(message: Message, mail: EmailMessage) -> list[str]:
    block = message.raw.split(b"\r\n\r\n", 1)[0].replace(b"\r\n ", b" ")
    written = [line.split(b":")[0].decode() for line in block.split(b"\r\n")]
    subject = str(mail["Subject"])
    wrong = {
        "a header line too many": not (written == NAMES == list(mail)),
        "another subject": subject != message.subject or len(subject) > LONGEST_SUBJECT,
        "an encoded word in the subject": "=?" in subject,
    }
    return [name for name, is_so in wrong.items() if is_so]


def _parts(mail: EmailMessage, *, lead: bool) -> list[str]:
    if [part.get_content_type() for part in mail.walk()] != (LEAD_PARTS if lead else PARTS):
        return ["another structure"]
    html, text = (mail.get_body((kind,)) for kind in ("html", "plain"))
    page = _Page()
    page.feed(str(html.get_content()) if html else "<none>")
    page.close()
    written = [*page.faults, *_text(str(text.get_content()) if text else "\0")]
    return [*written, *chain(*(_calendar(part) for part in mail.iter_attachments()))]


def _calendar(part: EmailMessage) -> list[str]:
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)  # noqa: S101 - a part without parts
    events = Calendar.from_ical(octets).walk("VEVENT")
    lines = octets.replace(b"\r\n ", b"").split(b"\r\n")
    names = [re.split(rb"[:;]", line)[0].decode("ascii", "replace") for line in lines if line]
    wrong = {
        "a bare line end in the calendar": bool({10, 13} & set(octets.replace(b"\r\n", b""))),
        "a long line in the calendar": max(map(len, octets.split(b"\r\n"))) > LONGEST_CALENDAR_LINE,
        "another property in the calendar": set(names) != {*EVENT, *BOOK, "BEGIN", "END"},
        "a property twice": len(names) != len(EVENT) + len(BOOK) + 4,
        "another event": [sorted(event) for event in events] != [sorted(EVENT)],
        "an error in the event": any(event.errors for event in events),
    }
    return [name for name, is_so in wrong.items() if is_so]


def _text(text: str) -> list[str]:
    odd = [
        char
        for char in text.replace("\r\n", "")
        if ord(char) < SPACE or "\u202a" <= char <= "\u202e"
    ]
    commands = [line for line in text.split("\r\n") if line.startswith("    tracker")]
    found = ["a control character in the text"] if odd else []
    return found + (["a command too many"] if len(commands) != COMMANDS else [])


def one(seed: int) -> Counter[str]:
    """Compose one message of hostile strings and count what is wrong with it."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    stage = rng.choice(STAGES)
    counted = count()

    def text() -> str:
        next(counted)
        return hostile(rng)

    changes = _setting(rng) if rng.random() < SOMETIMES else {}
    whom = _recipient(rng) if not changes and rng.random() < SOMETIMES else ("", "")
    try:
        made = compose(
            [poisoned(text, stage)],
            recipient=Recipient.model_construct(
                address=whom[0] or "desk@example.org", channel=whom[1] or "email", zone="UTC"
            ),
            letter=letterhead(**changes),
            today=NOW.date(),
        )
    except NotifyError as error:
        rightly = error.permanent and (changes or whom[0])
        return Counter({"refused as uncomposable" if rightly else "refused wrongly": 1})
    found = Counter(["composed", *faults(made, lead=stage == "lead")])
    found["strings"] = next(counted)
    return found


def _setting(rng: random.Random) -> dict[str, str]:
    name = rng.choice(("name", "sender", "list_unsubscribe", "domain"))
    text = hostile(rng)
    if name == "name":
        return {"sender": f'"{text}" <tracker@example.org>'}
    # An address in another script is written as UTF-8, and rightly; here all must be ASCII.
    return {name: text.encode("ascii", "ignore").decode() or "?"}


def _recipient(rng: random.Random) -> tuple[str, str]:
    """Make a recipient of either channel: an address, or a name that can be anything."""
    if rng.random() < OFTEN:
        return hostile(rng), "apprise"
    address = rng.choice((hostile(rng), f"{hostile(rng)}@example.org", f"desk@{hostile(rng)}"))
    return address.encode("ascii", "ignore").decode() or "?", "email"


def main() -> int:
    """Compose them all, print the figures, and say whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    begin = time.perf_counter()
    total: Counter[str] = Counter()
    with ProcessPoolExecutor(asked.workers) as pool:
        seeds = range(asked.seed * 10_000_000, asked.seed * 10_000_000 + asked.messages)
        for found in pool.map(one, seeds, chunksize=200):
            total.update(found)
    harmless = {name: total.pop(name, 0) for name in ("composed", "refused as uncomposable")}
    print(f"{harmless['composed']:,} messages composed, every field a hostile string;")
    print(f"{harmless['refused as uncomposable']:,} more refused for a hostile sender or address;")
    print(f"{total.pop('strings', 0):,} hostile strings in all")
    print(f"{total.pop('a header line too many', 0)} with an extra header line")
    refused = sum(total.pop(name) for name in list(total) if "strict parser" in name)
    print(f"{refused} that a strict parser refuses")
    print(f"{sum(total.values())} with any other fault {dict(total) or ''}")
    print(f"({time.perf_counter() - begin:.0f} s)")
    return 1 if refused or total else 0


if __name__ == "__main__":
    sys.exit(main())
