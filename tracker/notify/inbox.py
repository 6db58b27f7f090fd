"""Reading the Maildir that stands in for a mail server, for somebody without a mail program."""

import mailbox
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivered message as a person reads it: its headers and its plain text."""

    to: str
    date: str
    subject: str
    text: str


def letters(folder: Path, *, last: int) -> list[Letter]:
    """Return the messages delivered last, the newest at the end; none where there is no Maildir.

    Args:
        folder: the Maildir.
        last: how many at most.
    """
    if not (folder / "new").is_dir():
        return []
    box = mailbox.Maildir(folder, factory=None, create=False)
    keys = sorted(box.keys(), key=lambda key: _delivered(box, key))
    return [_letter(box, key) for key in keys[-last:]]


def _delivered(box: mailbox.Maildir, key: str) -> tuple[float, str]:
    return box.get_message(key).get_date(), key


def _letter(box: mailbox.Maildir, key: str) -> Letter:
    with box.get_file(key) as file:
        mail = message_from_bytes(file.read(), policy=policy.default)
    body = mail.get_body(("plain",))
    return Letter(
        to=str(mail["To"]),
        date=str(mail["Date"]),
        subject=str(mail["Subject"]),
        text="" if body is None else body.get_content(),
    )
