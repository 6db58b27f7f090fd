"""Delivery into a Maildir, for those who have no mail server: the same bytes, under the same name.

A Maildir takes a message by writing it under tmp/ and giving it its name under new/ in one step, so
that a reader never sees half of it. The name is derived from the Message-ID: delivering the same
message again finds it there, whether it has been read or not, and adds nothing.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import NotifyError, Unreachable
from tracker.records import Message

_FOLDERS = ("tmp", "new", "cur")


@dataclass(frozen=True, slots=True)
class MaildirChannel:
    """The e-mail channel where no server is configured.

    Attributes:
        folder: the Maildir; made where it does not exist, for its owner only.
    """

    folder: Path
    name: str = "email"

    @contextmanager
    def open(self) -> Iterator["MaildirChannel"]:
        """Begin a batch; there is no connection to make."""
        yield self

    def send(self, message: Message) -> str:
        """Deliver one message, durably.

        Raises:
            NotifyError: transient, if it cannot be written.
        """
        name = file_name(message)
        try:
            self._make()
            if self._holds(name):
                return f"already delivered as {name}"
            self._deliver(name, message.raw)
        except OSError as error:
            raise NotifyError(
                f"the message cannot be written into {self.folder}: {error.strerror or error}"
            ) from error
        return f"delivered as new/{name}"

    def describe(self) -> str:
        """Say where mail goes."""
        return f"no mail server is configured: messages go into the Maildir {self.folder}"

    def check(self) -> str:
        """Say whether the folder can be written, without making it."""
        there = self.folder
        while not there.exists():
            there = there.parent
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise Unreachable(f"the Maildir {self.folder} cannot be written")
        if there != self.folder:
            return f"the Maildir {self.folder} will be made when the first message is delivered"
        waiting = sum(1 for _ in (self.folder / "new").glob("*"))
        return f"the Maildir {self.folder} can be written; {waiting} unread"

    def _make(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        missing = [part for part in _FOLDERS if not (self.folder / part).is_dir()]
        for part in missing:
            (self.folder / part).mkdir(mode=0o700, exist_ok=True)
        if missing:
            _sync(self.folder)
            _sync(self.folder.parent)

    def _holds(self, name: str) -> bool:
        # A mail program moves what it has shown to cur/ and adds its flags to the name.
        return (self.folder / "new" / name).exists() or any((self.folder / "cur").glob(f"{name}*"))

    def _deliver(self, name: str, raw: bytes) -> None:
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self.folder / "new" / name)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
        _sync(self.folder / "new")


def file_name(message: Message) -> str:
    """Name the file a message is delivered as: the same for the same Message-ID."""
    return f"{hashlib.sha256(message.message_id.encode()).hexdigest()[:32]}.tracker"


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
