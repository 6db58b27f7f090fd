"""Composing: notices become one message of final bytes, rendered once and never again."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tracker.errors import NotifyError
from tracker.notify import headers
from tracker.notify.calendar import calendar
from tracker.notify.html import html
from tracker.notify.letter import Head, Letterhead, Notice
from tracker.notify.text import text
from tracker.notify.words import Item, items, subject
from tracker.records import Message, Recipient

__all__ = ["Head", "Letterhead", "Notice", "compose", "message_id", "message_key"]

# Nothing but ASCII in lines of 76: any server since 1982 can carry it.
_POLICY = SMTP.clone(cte_type="7bit")
_ID_DIGITS = 40
_LONGEST_REFERENCES = 10


def compose(
    notices: Sequence[Notice], *, recipient: Recipient, letter: Letterhead, today: date
) -> Message:
    """Render what one recipient is told, to the bytes that are sent.

    Args:
        notices: what is due, at least one; several about one question are told together.
        recipient: who is told, and by which channel.
        letter: sender, ledger head, key and the rest of what stands around it.
        today: the date at the recipient's, from which "12 days ago" is counted.

    Raises:
        NotifyError: permanent, if it cannot be composed.
    """
    if letter.sent.tzinfo is None:
        raise NotifyError("the message cannot be composed: its date has no zone", permanent=True)
    if not notices:
        raise NotifyError("there is nothing to say: no notices were given", permanent=True)
    try:
        return _compose(notices, recipient, letter, today)
    except (ValueError, OverflowError) as error:
        # What a letter cannot be made of (a naive instant, say) will not mend by trying again.
        raise NotifyError(f"the message cannot be composed: {error}", permanent=True) from error


def _compose(
    notices: Sequence[Notice], recipient: Recipient, letter: Letterhead, today: date
) -> Message:
    found = items(notices, today=today, now=letter.sent)
    line = headers.one_line(subject(found, again=bool(letter.replies_to)))
    key = message_key(notices, recipient)
    message_identity = message_id(key, letter)
    block = _header_block(line, message_identity, recipient, letter)
    return Message(
        key=key,
        message_id=message_identity,
        recipient=recipient.address,
        channel=recipient.channel,
        subject=line,
        raw=block + _body(notices, found, letter, line, key),
    )


def message_key(notices: Sequence[Notice], recipient: Recipient) -> str:
    """Hash what makes a message the same message: its recipient, channel and reminders.

    Returns:
        64 hexadecimal digits (SHA-256); the order of the notices does not matter.
    """
    reminders = sorted(
        [one.reminder.question, one.reminder.revision, one.reminder.stage, one.reminder.occasion]
        for one in notices
    )
    identity = json.dumps([recipient.address, recipient.channel, reminders], ensure_ascii=True)
    return hashlib.sha256(identity.encode()).hexdigest()


def message_id(key: str, letter: Letterhead) -> str:
    """Derive the Message-ID of a message: the same for ever, and not to be guessed.

    Half the digest or more is what RFC 2104, section 5, asks of a truncated HMAC.
    """
    digest = hmac.new(letter.key, key.encode(), hashlib.sha256).hexdigest()[:_ID_DIGITS]
    return headers.message_ids([f"<{digest}@{letter.domain}>"])[0]


def _header_block(line: str, identity: str, recipient: Recipient, letter: Letterhead) -> bytes:
    lines = [
        ("From", headers.shown(headers.mailbox(letter.sender))),
        ("To", _to(recipient)),
        ("Subject", headers.encoded(line)),
        ("Date", [format_datetime(letter.sent)]),
        ("Message-ID", [identity]),
        ("Auto-Submitted", ["auto-generated"]),
    ]
    if letter.replies_to:
        ids = headers.message_ids(letter.replies_to)
        lines.append(("In-Reply-To", ids[:1]))
        lines.append(("References", [*ids[:1], *ids[1:][-_LONGEST_REFERENCES:]]))
    if letter.list_unsubscribe:
        lines.append(("List-Unsubscribe", [headers.unsubscribe(letter.list_unsubscribe)]))
    return b"".join(headers.header(name, words) for name, words in lines)


def _to(recipient: Recipient) -> list[str]:
    if recipient.channel == "email":
        return headers.shown(headers.mailbox(recipient.address))
    # Elsewhere the address is a name of that channel: an empty group of that name (RFC 5322).
    return [*headers.phrase(headers.one_line(recipient.address)), ":;"]


def _body(
    notices: Sequence[Notice], found: Sequence[Item], letter: Letterhead, line: str, key: str
) -> bytes:
    body = EmailMessage(policy=_POLICY)
    body.set_content(f"{text(found, letter.head)}\n", cte="quoted-printable")
    page = html(found, letter.head, line)
    body.add_alternative(f"{page}\n", subtype="html", cte="quoted-printable")
    leads = {
        one.dossier.question.id: one.dossier for one in notices if one.reminder.stage == "lead"
    }
    if leads:
        body.add_attachment(
            calendar(
                leads.values(), now=letter.sent, reopened=letter.reopened, domain=letter.domain
            ),
            maintype="text",
            subtype="calendar",
            filename="deadlines.ics",
            params={"charset": "utf-8"},
        )
    for number, part in enumerate(part for part in body.walk() if part.is_multipart()):
        # "=_" stands in no quoted-printable and no base64, so no text can end a part.
        part.set_boundary(f"=_{key[:32]}_{number}")
    return body.as_bytes()
