"""Slack, Telegram, ntfy, Discord and whatever else Apprise speaks; an optional extra.

A recipient of this channel is a name, and the name stands for one Apprise URL: URLs hold tokens,
and a recipient is stored and shown.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from typing import Any

from tracker.errors import ConfigError, NotifyError, Unreachable
from tracker.notify.channel import Channel, ChannelSettings
from tracker.notify.secret import read_secret
from tracker.records import Message

_STATUS = re.compile(r"\berror=(\d{3})\b")
# Worth another try although they begin with a 4: timeout, too early, too many requests.
_PASSING = (408, 425, 429)


def build(settings: ChannelSettings) -> Channel:
    """Make the channel from the names and URLs of the settings.

    Raises:
        ConfigError: if Apprise is not installed, a URL is none, or a name stands for several.
    """
    try:
        import apprise
    except ImportError:
        raise ConfigError(
            "the apprise channel needs a package that is not installed",
            hint='pip install "prediction-tracker[channels]"',
        ) from None
    services: dict[str, Any] = {}
    for name, url in settings.apprise_urls.items():
        service = apprise.Apprise.instantiate(url)
        if service is None:
            raise ConfigError(f"what {name!r} stands for is not an Apprise URL")
        services[name] = service
    if settings.apprise_file is not None:
        for service in _from_file(apprise, settings):
            for name in service.tags:
                if name in services:
                    raise ConfigError(
                        f"{name!r} stands for two Apprise URLs", hint="give each its own name"
                    )
                services[name] = service
    return AppriseChannel(services)


def _from_file(apprise: Any, settings: ChannelSettings) -> list[Any]:  # noqa: ANN401 - untyped
    assert settings.apprise_file is not None  # noqa: S101 - tells mypy
    text = read_secret(settings.apprise_file)
    config = apprise.AppriseConfig()
    if not config.add_config(text):
        raise ConfigError(f"{settings.apprise_file} is not an Apprise configuration")
    return list(config.servers())


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Messages as plain text, by Apprise."""

    services: dict[str, Any]
    name: str = "apprise"

    @contextmanager
    def open(self) -> Iterator["AppriseChannel"]:
        """Begin a batch; Apprise connects for each message."""
        yield self

    def send(self, message: Message) -> str:
        """Send one message's subject and plain text."""
        service = self.services.get(message.recipient)
        if service is None:
            raise NotifyError(f"no Apprise URL is called {message.recipient!r}", permanent=True)
        mail = message_from_bytes(message.raw, policy=default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        import apprise

        capture: Any = apprise.LogCapture
        with capture(level=logging.WARNING) as log:
            taken = service.notify(body=text, title=message.subject, body_format="text")
            said = log.getvalue()
        if not taken:
            status = _STATUS.search(said)
            raise _refused(message.recipient, int(status[1]) if status else None)
        return f"{service.service_name} took it"

    def describe(self) -> str:
        """Say which names there are, and what kind of service each is."""
        kinds = ", ".join(f"{name} ({one.service_name})" for name, one in self.services.items())
        return f"Apprise to {kinds}" if kinds else "Apprise, with no recipients"

    def check(self) -> str:
        """Say what is configured: Apprise has no way to ask a service without sending."""
        if not self.services:
            raise ConfigError("the apprise channel has no recipients")
        return f"{self.describe()}; not tried, for that would send"


def _refused(name: str, status: int | None) -> NotifyError:
    if status is None:
        return Unreachable(f"the service behind {name!r} did not take the message")
    permanent = status // 100 == 4 and status not in _PASSING  # noqa: PLR2004 - RFC 9110
    return NotifyError(f"the service behind {name!r} answered {status}", permanent=permanent)
