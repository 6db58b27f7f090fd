"""Settings: the environment (TRACKER_*) first, then a TOML file, then defaults that just work."""

import getpass
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from tracker import lexicon
from tracker.errors import ConfigError, Invalid
from tracker.fields import Line, Link, Record, Zone
from tracker.records import Recipient, ReminderPolicy

PREFIX = "TRACKER_"
_ELSEWHERE = {"TRACKER_CONFIG", "TRACKER_LLM_API_KEY", "TRACKER_TEST_ARTICLE"}


def _known_lexicon(name: str) -> str:
    if name not in lexicon.names():
        raise ValueError(f"{name!r} is no lexicon; there are: {', '.join(lexicon.names())}")
    return name


class Settings(Record):
    """Everything that can be set; each field is TRACKER_<FIELD> or a key of the file.

    Attributes:
        database_url: where the records are.
        data_dir: where the default database and mailbox are.
        actor: who is written down as having recorded something.
        zone: the time zone of new questions and of recipients who name none.
        recipients: who is reminded; in the environment, addresses separated by commas.
        reminders: the general policy, where it differs from the default.
        smtp_url: the mail server; without it mail goes into a Maildir.
        smtp_password_file: a file with the password, readable by its owner only.
        smtp_ca_file: a further certificate authority, for a desk's own mail server.
        apprise_urls: for the file only: names of chats and the Apprise URLs they stand for; a
            recipient of channel "apprise" is such a name.
        mail_from: the sender's address.
        mail_domain: the right side of Message-IDs; the sender's by default.
        list_unsubscribe: an address that takes people off the list.
        maildir: the mailbox used without a mail server.
        lexicon: which lexicon scores are computed under.
        sweep_seconds: how often `tracker run` looks for what is due.
        backup_dir: where `tracker run` puts its nightly backups of an SQLite database.
        backup_keep: how many of them are kept; 0 for none at all.
        heartbeat_url: requested after every completed sweep, for an outside monitor.
    """

    data_dir: Path
    database_url: SecretStr
    actor: Line
    zone: Zone
    recipients: tuple[Recipient, ...]
    reminders: ReminderPolicy = ReminderPolicy()
    smtp_url: SecretStr | None = None
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    apprise_urls: dict[Line, SecretStr] = Field(default_factory=dict)
    mail_from: Line
    mail_domain: Line = "tracker.invalid"
    list_unsubscribe: Line | None = None
    maildir: Path
    lexicon: Annotated[str, AfterValidator(_known_lexicon)] = lexicon.DEFAULT
    sweep_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    backup_dir: Path
    backup_keep: Annotated[int, Field(ge=0, le=10_000)] = 14
    heartbeat_url: Link | None = None

    @model_validator(mode="after")
    def _one_password(self) -> Self:
        if self.smtp_password_file is not None and self.smtp_url is None:
            raise ValueError("smtp_password_file is set, but smtp_url is not")
        return self


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings.

    Args:
        environ: the process's environment.

    Raises:
        ConfigError: if the file is missing though named, is not TOML, holds a key or a value that
            means nothing, or holds a password and can be read by others.
    """
    path = config_file(environ)
    named = bool(environ.get("TRACKER_CONFIG"))
    given = {**_from_file(path, named=named), **_from_environment(environ)}
    try:
        return Settings.parse(_with_defaults(given), subject="configuration")
    except Invalid as error:
        raise ConfigError(str(error), hint=f"see {path} and the TRACKER_… variables") from None


def config_file(environ: Mapping[str, str]) -> Path:
    """Return where the configuration file is or would be."""
    if environ.get("TRACKER_CONFIG"):
        return Path(environ["TRACKER_CONFIG"]).expanduser()
    from platformdirs import user_config_path

    return user_config_path("tracker") / "tracker.toml"


def _from_file(path: Path, *, named: bool) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        if named:
            raise ConfigError(f"there is no configuration file {path}") from None
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the configuration file {path} cannot be read: {error}") from None
    import tomllib  # only where there is a file

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}") from None
    for key in found:
        _check_key(key, where=str(path))
    if re.search(r"://[^/@]*:[^/@]*@", str(found.get("smtp_url", ""))):
        _check_private(path, "it holds a password")
    if "apprise_urls" in found:
        _check_private(path, "it holds Apprise URLs, which are as good as passwords")
    return found


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in _ELSEWHERE and value:
            key = name.removeprefix(PREFIX).lower()
            _check_key(key, where=f"the environment variable {name}")
            given[key] = value
    if "recipients" in given:
        addresses = [part.strip() for part in given["recipients"].split(",") if part.strip()]
        given["recipients"] = [{"address": address} for address in addresses]
    return given


def _check_key(key: str, *, where: str) -> None:
    if key not in Settings.model_fields:
        from difflib import get_close_matches  # only for a typo

        near = get_close_matches(key, Settings.model_fields, n=1, cutoff=0.5)
        guess = f"did you mean {near[0]!r}?" if near else "see docs/configuration.md"
        raise ConfigError(f"{where}: {key!r} means nothing", hint=guess)


def _check_private(path: Path, reason: str) -> None:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"{path} can be read by others, and {reason}", hint=f"chmod 600 {path}")


def _with_defaults(given: dict[str, Any]) -> dict[str, Any]:
    data_dir = Path(given.get("data_dir") or _default_data_dir()).expanduser()
    actor = given.get("actor") or _user()
    zone = given.get("zone") or _local_zone()
    given = {**given, "data_dir": data_dir, "actor": actor, "zone": zone}
    given.setdefault("database_url", f"sqlite:///{data_dir / 'tracker.db'}")
    given.setdefault("maildir", data_dir / "mail")
    given.setdefault("backup_dir", data_dir / "backups")
    given.setdefault("mail_from", "tracker@localhost")
    recipients = given.get("recipients") or [{"address": f"{_mailbox_name(actor)}@localhost"}]
    if isinstance(recipients, list):
        given["recipients"] = [
            {"zone": zone, **each} if isinstance(each, dict) else {"zone": zone, "address": each}
            for each in recipients
        ]
    return given


def _mailbox_name(actor: str) -> str:
    plain = "".join(char for char in actor if char.isascii() and (char.isalnum() or char in "._-"))
    return plain.strip(".") or "me"


def _default_data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("tracker")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _local_zone() -> str:
    from tzlocal import get_localzone_name

    return get_localzone_name() or "UTC"
