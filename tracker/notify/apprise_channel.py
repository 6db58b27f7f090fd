"""Slack, Telegram, ntfy, Discord and whatever else Apprise speaks; an optional extra.

A recipient of this channel is a name, and the name stands for exactly one Apprise URL: URLs hold
tokens, while a recipient is stored and shown; and were a name to stand for several, trying again
after one of them failed would repeat the message to the others.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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
    with _kept_quiet():
        for name, service in [*_named(apprise, settings), *_filed(apprise, settings)]:
            if name in services:
                raise ConfigError(
                    f"{name!r} stands for two Apprise URLs", hint="give each its own name"
                )
            if service.overflow_mode == apprise.OverflowMode.UPSTREAM:
                # A chat takes a few thousand characters: better several messages than half of one.
                service.overflow_mode = apprise.OverflowMode.SPLIT
            services[name] = service
    return AppriseChannel(services)


def _named(apprise: Any, settings: ChannelSettings) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - Apprise is not typed throughout
    for name, url in settings.apprise_urls.items():
        service = apprise.Apprise.instantiate(url)
        if service is None:
            # The URL itself is left out: it may hold a token.
            raise ConfigError(f"what {name!r} stands for is not an Apprise URL")
        yield name, service


def _filed(apprise: Any, settings: ChannelSettings) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - as above
    if settings.apprise_file is None:
        return
    config = apprise.AppriseConfig()
    book = apprise.Apprise()
    if config.add_config(read_secret(settings.apprise_file)):
        book.add(config)
    services = list(book.find())
    if not services:
        raise ConfigError(f"{settings.apprise_file} is not an Apprise configuration")
    for service in services:
        if not service.tags:
            raise ConfigError(
                f"{settings.apprise_file} has a URL without a name",
                hint="give each URL a tag, which is the recipient's name: desk=ntfy://…",
            )
        for name in sorted(str(tag) for tag in service.tags):
            yield name, service


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Messages as plain text, by Apprise.

    Attributes:
        services: a recipient's name to the Apprise service it stands for.
    """

    services: Mapping[str, Any] = field(repr=False)
    name: str = "apprise"

    @contextmanager
    def open(self) -> Iterator["AppriseChannel"]:
        """Begin a batch; Apprise connects anew for each message."""
        yield self

    def send(self, message: Message) -> str:
        """Send one message's subject and plain text.

        Raises:
            NotifyError: permanent, if the name stands for nothing or the service refuses for good.
            Unreachable: if the service gives no answer.
        """
        service = self.services.get(message.recipient)
        if service is None:
            raise NotifyError(
                f"no Apprise URL is called {message.recipient!r}",
                hint=f"there are: {', '.join(self.services) or 'none'}",
                permanent=True,
            )
        with _kept_quiet() as said:
            taken = service.notify(body=_text(message), title=message.subject, body_format="text")
        if not taken:
            raise _refused(message.recipient, "\n".join(said))
        return f"{service.service_name} took it"

    def describe(self) -> str:
        """Say which names there are, and what kind of service each stands for."""
        kinds = ", ".join(f"{name} ({one.service_name})" for name, one in self.services.items())
        return f"Apprise to {kinds}" if kinds else "Apprise, with no recipients"

    def check(self) -> str:
        """Say what is configured: Apprise has no way to ask a service without sending.

        Raises:
            ConfigError: if nothing is.
        """
        if not self.services:
            raise ConfigError(
                "the apprise channel has no recipients", hint="give names and their Apprise URLs"
            )
        return f"{self.describe()}; not tried, since that would send"


def _text(message: Message) -> str:
    body = message_from_bytes(message.raw, policy=default).get_body(("plain",))
    if body is None:
        raise NotifyError("the message has no plain text", permanent=True)
    return str(body.get_content()).replace("\r\n", "\n")


def _refused(name: str, said: str) -> NotifyError:
    # Apprise answers yes or no; the status stands in what it logs.
    found = _STATUS.search(said)
    if found is None:
        # Apprise does not tell a refused connection from an answer that never came.
        return Unreachable(
            f"the service behind {name!r} did not take the message", maybe_taken=True
        )
    status = int(found[1])
    permanent = status // 100 == 4 and status not in _PASSING  # noqa: PLR2004 - RFC 9110
    return NotifyError(f"the service behind {name!r} answered {status}", permanent=permanent)


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@contextmanager
def _kept_quiet() -> Iterator[list[str]]:
    """Keep what Apprise and its HTTP client log from every log: URLs with tokens stand in it."""
    loggers = [logging.getLogger(name) for name in ("apprise", "urllib3")]
    before = [logger.propagate for logger in loggers]
    handler = _Lines()
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield handler.lines
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(handler)
            logger.propagate = propagate
