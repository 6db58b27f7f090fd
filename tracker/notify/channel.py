"""What a channel is, and the list of those there are.

A channel hands the final bytes of a message over and says what the other side answered. To add
one, write a file with `build(settings) -> Channel` and name it in `CHANNELS`.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from tracker.errors import ConfigError
from tracker.records import Message

CHANNELS: Mapping[str, str] = {
    "email": "tracker.notify.email",
    "apprise": "tracker.notify.apprise_channel",
}
"""Channel name to its module, which is loaded when the channel is built."""


class Session(Protocol):
    """An open batch: one connection where the channel has such a thing."""

    def send(self, message: Message) -> str:
        """Hand one message over.

        A message that is refused leaves the session usable for the next one, and a connection
        that the other side closed between two messages is made again.

        Returns:
            What the other side answered, one line.

        Raises:
            NotifyError: if it was not taken. `permanent` says that trying again is pointless.
            Unreachable: if it is not about this message (no connection, no TLS, login refused);
                always transient, and the next one would fare the same.
        """


class Channel(Protocol):
    """A way to reach a recipient."""

    @property
    def name(self) -> str:
        """The name by which recipients, reminders and messages refer to it."""

    def open(self) -> AbstractContextManager[Session]:
        """Begin a batch. It connects at the first `send`, and closes at the end of the block."""

    def describe(self) -> str:
        """Say what it is configured to do, without secrets, for `tracker doctor`."""

    def check(self) -> str:
        """Connect, log in, and say what was found. Sends nothing and changes nothing.

        Raises:
            NotifyError: if it would not work now.
            ConfigError: if it cannot work as it is configured.
        """


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What the channels need to know; secrets are kept out of its repr.

    Attributes:
        sender: who writes: "Prediction tracker <tracker@example.org>" or an address alone.
        maildir: where mail is delivered while no mail server is configured.
        smtp_url: the mail server, or None.
        smtp_password_file: holds the password if the URL does not; readable by its owner only.
        smtp_ca_file: certificates (PEM) that are trusted beside the system's own.
        timeout: seconds to wait for a connection, and for every answer but the last.
        final_timeout: seconds to wait for the answer to a whole message. Long, because giving up
            early is what makes duplicates (RFC 5321, section 4.5.3.2.6, asks for ten minutes).
        apprise_urls: recipient's name to Apprise URL.
        apprise_file: an Apprise configuration whose tags are recipients' names; readable by its
            owner only.
    """

    sender: str
    maildir: Path
    smtp_url: str | None = field(default=None, repr=False)
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    timeout: float = 30.0
    final_timeout: float = 600.0
    apprise_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    apprise_file: Path | None = None


class _Module(Protocol):
    def build(self, settings: ChannelSettings) -> Channel: ...


def build(name: str, settings: ChannelSettings) -> Channel:
    """Make the channel of this name.

    Raises:
        ConfigError: if there is none of that name, or it cannot work with these settings.
    """
    if name not in CHANNELS:
        raise ConfigError(
            f"there is no channel {name!r}", hint=f"choose from {', '.join(CHANNELS)}"
        )
    return cast("_Module", import_module(CHANNELS[name])).build(settings)
