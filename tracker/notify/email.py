"""The e-mail channel: SMTP by URL or, where no server is configured, a Maildir.

TLS is never optional and never falls back: `smtp://` demands STARTTLS, `smtps://` is TLS from the
first octet, and only `smtp+plain://` goes without, for a server on this machine or a trusted wire.
Faults before a message is named are the channel's (`Unreachable`); a 5xx about a message is
permanent; everything else is worth another try.
"""

import ipaddress
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from tracker.errors import ConfigError, NotifyError, Unreachable
from tracker.notify.channel import Channel, ChannelSettings
from tracker.notify.headers import Mailbox, mailbox, one_line
from tracker.notify.maildir import MaildirChannel
from tracker.notify.secret import read_secret
from tracker.notify.smtp import Client, TlsClient
from tracker.records import Message

_PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
_SHAPES = "smtp://user:password@host:587, smtps://host:465 or smtp+plain://127.0.0.1:1025"
# RFC 4954, section 6: the session lacks a login or a stronger one, whatever the message.
_LOGIN_WANTED = (530, 534, 535, 538)
_FAREWELL = 5.0
# RFC 5321: the server waits for the message.
_GO_ON = 354


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to speak to it.

    Attributes:
        scheme: smtp (STARTTLS), smtps (TLS) or smtp+plain.
        host: name or address.
        port: TCP port.
        user: for the login, or "" for none.
        password: as user.
    """

    scheme: str
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def build(settings: ChannelSettings) -> Channel:
    """Make the e-mail channel.

    Raises:
        ConfigError: if the sender, the URL, the password file or the CA file cannot be used.
    """
    try:
        sender = mailbox(settings.sender)
    except NotifyError as error:
        raise ConfigError(f"the sender {error}", hint="set TRACKER_MAIL_FROM") from None
    if settings.smtp_url is None:
        return MaildirChannel(settings.maildir)
    server = parse_url(settings.smtp_url, settings.smtp_password_file)
    return SmtpChannel(
        server=server,
        sender=sender,
        context=_context(server, settings.smtp_ca_file),
        timeout=settings.timeout,
        final_timeout=settings.final_timeout,
    )


def parse_url(url: str, password_file: Path | None = None) -> Server:
    """Read a mail server's URL; its user and password are percent-decoded.

    Raises:
        ConfigError: if it is none. The message never quotes the URL, which may hold a password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ConfigError("TRACKER_SMTP_URL is not a URL", hint=f"write {_SHAPES}") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConfigError("TRACKER_SMTP_URL is not a mail server", hint=f"write {_SHAPES}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ConfigError(
            "TRACKER_SMTP_URL goes on after the host",
            hint="write '/', '?', '#' and '@' in a password as %2F, %3F, %23 and %40",
        )
    user, password = _login(parts, password_file)
    server = Server(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)
    if user and server.scheme == "smtp+plain" and not _loopback(server.host):
        raise ConfigError(
            f"a password must not travel to {server} without TLS", hint="write smtp:// or smtps://"
        )
    return server


def _login(parts: SplitResult, password_file: Path | None) -> tuple[str, str]:
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if password_file is not None:
        if password:
            raise ConfigError("the SMTP password is given twice, in the URL and in a file")
        password = read_secret(password_file)
    if bool(user) != bool(password):
        raise ConfigError("TRACKER_SMTP_URL needs both a user and a password, or neither")
    if "\0" in user + password:
        raise ConfigError("the SMTP user or password holds a zero byte")
    return user, password


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _context(server: Server, ca_file: Path | None) -> ssl.SSLContext:
    if server.scheme == "smtp+plain":
        # Reading the system's certificates takes longer than a delivery; this one trusts nobody.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError:
            raise ConfigError(f"{ca_file} holds no certificates that can be read") from None
    return context


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """Mail by SMTP.

    Attributes:
        server: where to.
        sender: the envelope's sender.
        context: which certificates are trusted.
        timeout: seconds for a connection and for every answer but the last.
        final_timeout: seconds for the answer to a whole message.
    """

    server: Server
    sender: Mailbox
    context: ssl.SSLContext = field(repr=False)
    timeout: float = 30.0
    final_timeout: float = 600.0
    name: str = "email"

    @contextmanager
    def open(self) -> Iterator["SmtpSession"]:
        """Begin a batch: one connection, made at the first message."""
        session = SmtpSession(self)
        try:
            yield session
        finally:
            session.close()

    def describe(self) -> str:
        """Say which server, how it is protected, and whether there is a login."""
        how = {"smtp": "STARTTLS", "smtps": "TLS", "smtp+plain": "no encryption"}
        login = "a login" if self.server.user else "no login"
        return f"SMTP to {self.server} with {how[self.server.scheme]} and {login}"

    def check(self) -> str:
        """Connect, log in, say what was found, and leave."""
        client = self.connect()
        try:
            tls = client.sock.version() if isinstance(client.sock, ssl.SSLSocket) else None
            login = "the login was accepted" if self.server.user else "no login is configured"
            largest = client.esmtp_features.get("size", "")
            size = f", messages up to {largest} octets" if largest.isdecimal() else ""
            return f"{self.server} answers, {tls or 'without encryption'}; {login}{size}"
        finally:
            _leave(client)

    def connect(self) -> Client:
        """Make a connection that is ready for a message.

        Raises:
            Unreachable: with the step that failed, and never with a secret.
        """
        client = self._dial()
        try:
            self._protect(client)
            self._log_in(client)
        except (OSError, ValueError) as error:
            client.close()
            raise Unreachable(f"{self.server} broke off: {_words(error)}") from None
        except Unreachable:
            _leave(client)
            raise
        return client

    def _dial(self) -> Client:
        try:
            host, port, hello = self.server.host, self.server.port, self.sender.domain
            if self.server.scheme == "smtps":
                return TlsClient(host, port, hello, self.timeout, context=self.context)
            return Client(host, port, hello, self.timeout)
        except (OSError, ValueError) as error:
            raise Unreachable(f"{self.server} cannot be reached: {_words(error)}") from None

    def _protect(self, client: Client) -> None:
        client.ehlo_or_helo_if_needed()
        if self.server.scheme != "smtp":
            return
        if not client.has_extn("starttls"):
            raise Unreachable(
                f"{self.server} does not offer STARTTLS, and nothing is sent without it",
                hint="check the port, or write smtps:// where the server speaks TLS at once",
            )
        client.starttls(context=self.context)
        client.ehlo_or_helo_if_needed()

    def _log_in(self, client: Client) -> None:
        user, password = self.server.user.encode(), self.server.password.encode()
        if not user:
            return
        methods = client.esmtp_features.get("auth", "").upper().split()
        if "PLAIN" in methods:
            identity = b"\0".join([b"", user, password])
            code, _ = client.docmd("AUTH", f"PLAIN {_base64(identity)}")
        elif "LOGIN" in methods:
            code, _ = client.docmd("AUTH", f"LOGIN {_base64(user)}")
            if code == 334:  # noqa: PLR2004 - RFC 4954: go on
                code, _ = client.docmd(_base64(password))
        else:
            raise Unreachable(f"{self.server} offers no login by PLAIN or LOGIN")
        # The server's own words are left out: they may repeat what was sent.
        if code != 235:  # noqa: PLR2004 - RFC 4954: accepted
            raise Unreachable(
                f"{self.server} refused the login ({code})", hint="check user and password"
            )


class _Gone(NotifyError):  # noqa: N818 - as in errors.py
    """The connection ended before the server had the message: it can be sent on another."""


class SmtpSession:
    """A batch over one connection at a time."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        self._client: Client | None = None

    def send(self, message: Message) -> str:
        """Send one message and return the server's last answer.

        Raises:
            NotifyError: as `channel.Session.send` says.
        """
        recipient = mailbox(message.recipient)
        raw = _stuffed(message.raw)
        used = self._client is not None
        try:
            client = self._announce(recipient, len(raw))
        except _Gone:
            if not used:
                raise
            client = self._announce(recipient, len(raw))
        return self._hand_over(client, raw)

    def close(self) -> None:
        """Say goodbye, where there is a connection."""
        if self._client is not None:
            _leave(self._client)
            self._client = None

    def _announce(self, recipient: Mailbox, size: int) -> Client:
        if self._client is None:
            self._client = self._channel.connect()
        client, sender = self._client, self._channel.sender
        options = f" SIZE={size}" if client.has_extn("size") else ""
        if recipient.international or sender.international:
            if not client.has_extn("smtputf8"):
                raise NotifyError(
                    f"{self._channel.server} cannot write to {recipient.address}: no SMTPUTF8",
                    permanent=True,
                )
            client.command_encoding = "utf-8"
            options += " BODY=8BITMIME SMTPUTF8"
        commands = [
            (f"MAIL FROM:<{sender.address}>{options}", 2),
            (f"RCPT TO:<{recipient.address}>", 2),
            ("DATA", 3),
        ]
        # To a server that takes them so, all at once: two journeys less for every message.
        together = client.has_extn("pipelining")
        for group in [commands] if together else [[command] for command in commands]:
            self._command(client, group)
        return client

    def _command(self, client: Client, group: Sequence[tuple[str, int]]) -> None:
        """Give commands together, each with the first digit of the answer that lets it go on."""
        digits = [digit for _, digit in group]
        try:
            client.put([command for command, _ in group])
            while digits:
                code, text = client.getreply()
                if code // 100 != digits.pop(0):
                    break
            else:
                return
        except OSError as error:
            self._drop()
            raise _Gone(f"{self._channel.server} broke off: {_words(error)}") from error
        self._hear_out(client, len(digits))
        raise self._refused(client, code, text)

    def _hear_out(self, client: Client, answers: int) -> None:
        """Read what else was asked for; one who now waits for a message is left (RFC 2920, 3.1)."""
        for _ in range(answers):
            try:
                code, _text = client.getreply()
            except OSError:
                self._drop()
                return
            if code == _GO_ON:
                self._drop()

    def _hand_over(self, client: Client, raw: bytes) -> str:
        handed_over = False
        try:
            client.patience = self._channel.final_timeout
            client.send(raw)
            handed_over = True
            code, text = client.getreply()
            client.patience = self._channel.timeout
        except OSError as error:
            self._drop()
            raise NotifyError(
                f"{self._channel.server} broke off before it answered for the message: "
                f"{_words(error)}",
                maybe_taken=handed_over,
            ) from error
        # Any 2xx says that it was taken (RFC 5321, section 4.2.1); sent again, it would be doubled.
        if code // 100 != 2:  # noqa: PLR2004
            refusal = self._refused(client, code, text)
            # What is no answer of SMTP's says neither yes nor no.
            refusal.maybe_taken = not 400 <= code <= 599  # noqa: PLR2004
            raise refusal
        return _answer(code, text)

    def _refused(self, client: Client, code: int, text: bytes) -> NotifyError:
        sentence = f"{self._channel.server} answered: {_answer(code, text)}"
        if code == 421 or not 400 <= code <= 599:  # noqa: PLR2004 - closing, or no SMTP at all
            self._drop()
            return _Gone(sentence)
        self._reset(client)
        if code in _LOGIN_WANTED:
            return Unreachable(sentence, hint="check user and password in TRACKER_SMTP_URL")
        return NotifyError(sentence, permanent=code >= 500)  # noqa: PLR2004 - RFC 5321

    def _reset(self, client: Client) -> None:
        try:
            code, _ = client.rset()
        except OSError:
            code = 0
        if code != 250:  # noqa: PLR2004 - RFC 5321: ready for the next
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _stuffed(raw: bytes) -> bytes:
    """Make a message ready for DATA: dots doubled at the start of lines, and the final dot.

    Raises:
        NotifyError: permanent, for a line end other than CRLF: servers differ in what they take
            for an end of message then.
    """
    bare = raw.replace(b"\r\n", b"")
    if b"\n" in bare or b"\r" in bare or not raw.endswith(b"\r\n"):
        raise NotifyError("the message has a line that does not end in CRLF", permanent=True)
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    return (b"." if raw.startswith(b".") else b"") + stuffed + b".\r\n"


def _leave(client: Client) -> None:
    client.patience = _FAREWELL
    # What was sent was answered for: how the server takes its leave changes nothing.
    with suppress(OSError):
        client.quit()
    client.close()


def _answer(code: int, text: bytes) -> str:
    return one_line(f"{code} {text.decode('utf-8', 'replace')}" if code > 0 else "no SMTP answer")


def _words(error: Exception) -> str:
    return one_line(str(error) or type(error).__name__)


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
