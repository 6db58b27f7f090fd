"""The one place where the parts are wired: settings, store, clock and channels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tracker import config
from tracker.config import Settings
from tracker.errors import ConfigError
from tracker.records import Recipient
from tracker.store.store import Store

if TYPE_CHECKING:
    from tracker.actions.arm import Act, Audience
    from tracker.actions.remind import Post
    from tracker.articles.sockets import Http
    from tracker.notify.channel import Channel


@dataclass(frozen=True, slots=True)
class App:
    """The wired parts.

    Attributes:
        settings: what was set.
        store: the database; nothing is opened before its first use.
        clock: the machine's clock; only faces read it.
        http: how to appear on the network when an op-ed is fetched; None for the default, which
            reaches no private address.
    """

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    http: "Http | None" = None

    @property
    def audience(self) -> "Audience":
        """Who is reminded."""
        from tracker.actions.arm import Audience  # looking plans nothing

        return Audience(self.settings.recipients, self.settings.reminders)

    @property
    def post(self) -> "Post":
        """How messages leave."""
        from tracker.actions.remind import Post  # mail is rendered by few commands

        return Post(
            channel=self.channel,
            sender=self.settings.mail_from,
            domain=self.settings.mail_domain,
            list_unsubscribe=self.settings.list_unsubscribe,
        )

    def channel(self, name: str) -> "Channel":
        """Open a channel by its name.

        Raises:
            ConfigError: if it is unknown or not set up.
        """
        from tracker.notify import channel  # as in `post`
        from tracker.notify.channel import ChannelSettings

        url = self.settings.smtp_url
        return channel.build(
            name,
            ChannelSettings(
                sender=self.settings.mail_from,
                maildir=self.settings.maildir,
                smtp_url=url.get_secret_value() if url else None,
                smtp_password_file=self.settings.smtp_password_file,
                smtp_ca_file=self.settings.smtp_ca_file,
                apprise_urls={
                    each: hidden.get_secret_value()
                    for each, hidden in self.settings.apprise_urls.items()
                },
            ),
        )

    def act(self, *, reason: str | None = None) -> "Act":
        """Say who acts, now: the one reading of the clock for a command."""
        from tracker.actions.arm import Act  # as in `audience`

        return Act(self.settings.actor, self.clock(), self.audience, reason)


def system_clock() -> datetime:
    """Read the machine's clock."""
    return datetime.now(UTC)  # noqa: TID251 - the one reading of it; everybody else is handed it


def open_app(environ: Mapping[str, str], clock: Callable[[], datetime] = system_clock) -> App:
    """Wire the parts.

    Raises:
        ConfigError: if something set means nothing.
    """
    settings = config.load(environ)
    for recipient in settings.recipients:
        _check_recipient(recipient, settings)
    return App(settings, Store(settings.database_url.get_secret_value()), clock)


def _check_recipient(recipient: Recipient, settings: Settings) -> None:
    if recipient.channel == "email":
        # The whole grammar is known where mail is rendered; this catches what people mistype.
        local, _, domain = recipient.address.rpartition("@")
        if not (local and domain) or " " in recipient.address:
            raise ConfigError(
                f"{recipient.address!r} is not an e-mail address", hint="see TRACKER_RECIPIENTS"
            )
        return
    from tracker.notify.channel import CHANNELS  # few are reached otherwise

    if recipient.channel not in CHANNELS:
        raise ConfigError(
            f"{recipient.address} is to be reached by {recipient.channel!r}, which is no channel",
            hint=f"choose from {', '.join(CHANNELS)}",
        )
    if recipient.address not in settings.apprise_urls:
        raise ConfigError(
            f"no Apprise URL is called {recipient.address!r}",
            hint=f'add it to the configuration file: [apprise_urls] "{recipient.address}" = "…"',
        )
