"""TLS is never optional, a login never travels in the clear, and a secret is never repeated."""

import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tracker.errors import ConfigError, Unreachable
from tracker.notify.channel import ChannelSettings, build
from tracker.notify.email import parse_url
from tracker.records import Message

if TYPE_CHECKING:
    from aiosmtpd.smtp import AuthResult
    from notify.channels.conftest import BadServerMaker, ServerMaker, Tls
    from notify.conftest import MessageMaker, SettingsMaker

TlsMaker = Callable[..., "Tls"]
LetsIn = Callable[[str, str], Callable[..., "AuthResult"]]
SECRET = "pä:ss@w/rd#?%"  # noqa: S105 - invented
ENCODED = "p%C3%A4%3Ass%40w%2Frd%23%3F%25"


def send(settings: ChannelSettings, message: Message) -> str:
    with build("email", settings).open() as session:
        return session.send(message)


def test_starttls_is_used_and_the_message_arrives_octet_for_octet(
    mail_server: "ServerMaker", tls: TlsMaker, settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    made = tls()
    server = mail_server(tls_context=made.context, require_starttls=True)
    url = f"smtp://127.0.0.1:{server.port}"
    sent = message()
    assert send(settings(smtp_url=url, smtp_ca_file=made.ca_file), sent).startswith("250 2.0.0 OK")
    assert server.contents() == [sent.raw]


def test_tls_from_the_first_octet(
    mail_server: "ServerMaker", tls: TlsMaker, settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    made = tls()
    server = mail_server(tls=made.context)
    url = f"smtps://127.0.0.1:{server.port}"
    sent = message()
    send(settings(smtp_url=url, smtp_ca_file=made.ca_file), sent)
    assert server.contents() == [sent.raw]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize("fault", ["another name", "unknown authority"])
def test_a_certificate_that_does_not_fit_stops_everything(
    scheme: str,
    fault: str,
    mail_server: "ServerMaker",
    tls: TlsMaker,
    settings: "SettingsMaker",
    message: "MessageMaker",
) -> None:
    made = tls("mail.example.org" if fault == "another name" else "127.0.0.1")
    options = {"tls_context": made.context} if scheme == "smtp" else {"tls": made.context}
    server = mail_server(**options)
    trusted = None if fault == "unknown authority" else made.ca_file
    with pytest.raises(Unreachable, match="certificate"):
        send(
            settings(smtp_url=f"{scheme}://127.0.0.1:{server.port}", smtp_ca_file=trusted),
            message(),
        )
    assert not server.taken


def test_a_stripped_starttls_is_not_fallen_back_from(
    bad_server: "BadServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    # Somebody on the wire removes the offer and hopes for a password in the clear.
    server = bad_server(("ehlo", "250-bad.example.org\r\n250 AUTH PLAIN LOGIN"))
    url = f"smtp://desk:{ENCODED}@127.0.0.1:{server.port}"
    with pytest.raises(Unreachable, match="does not offer STARTTLS"):
        send(settings(smtp_url=url), message())
    assert [line.split()[0] for line in server.seen] == ["ehlo", "quit"]


@pytest.mark.parametrize("answer", ["454 4.7.0 not now", "220 go on", "drop", "500 what?"])
def test_a_starttls_that_fails_is_not_fallen_back_from(
    answer: str, bad_server: "BadServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = bad_server(
        ("ehlo", "250-bad.example.org\r\n250-AUTH PLAIN\r\n250 STARTTLS"), ("starttls", answer)
    )
    url = f"smtp://desk:{ENCODED}@127.0.0.1:{server.port}"
    with pytest.raises(Unreachable):
        send(settings(smtp_url=url, timeout=0.5), message())
    assert not [line for line in server.seen if line.upper().startswith(("AUTH", "MAIL"))]


def test_tls_is_not_spoken_to_a_server_that_does_not(
    bad_server: "BadServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = bad_server()
    with pytest.raises(Unreachable):
        send(settings(smtp_url=f"smtps://127.0.0.1:{server.port}", timeout=0.5), message())
    assert not server.taken


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
def test_a_login_is_made_with_any_characters_in_the_password(
    method: str,
    mail_server: "ServerMaker",
    tls: TlsMaker,
    lets_in: LetsIn,
    settings: "SettingsMaker",
    message: "MessageMaker",
) -> None:
    # smtplib's own login cannot: it encodes the password as ASCII.
    made = tls()
    server = mail_server(
        tls_context=made.context,
        require_starttls=True,
        auth_required=True,
        authenticator=lets_in("desk@example.org", SECRET),
        auth_exclude_mechanism=[{"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[method]],
    )
    url = f"smtp://desk%40example.org:{ENCODED}@127.0.0.1:{server.port}"
    configured = settings(smtp_url=url, smtp_ca_file=made.ca_file)
    send(configured, message())
    assert len(server.taken) == 1
    assert "the login was accepted" in build("email", configured).check()


def test_a_refused_login_is_said_without_the_password(
    bad_server: "BadServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    # A server may repeat what it was sent; its words are left out.
    server = bad_server(
        ("ehlo", "250-bad.example.org\r\n250 AUTH PLAIN"),
        ("auth", "535 5.7.8 no desk with password sesame"),
    )
    configured = settings(smtp_url=f"smtp+plain://desk:sesame@127.0.0.1:{server.port}")
    with pytest.raises(Unreachable, match=r"refused the login \(535\)") as caught:
        send(configured, message())
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "sesame" not in told
    assert "AGRlc2sAc2VzYW1l" not in told  # the same in base64


def test_a_server_without_a_login_that_we_speak_is_refused(
    bad_server: "BadServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = bad_server(("ehlo", "250-bad.example.org\r\n250 AUTH XOAUTH2"))
    with pytest.raises(Unreachable, match="no login by PLAIN or LOGIN"):
        send(settings(smtp_url=f"smtp+plain://a:b@127.0.0.1:{server.port}"), message())


def test_no_secret_stands_in_what_is_shown(settings: "SettingsMaker") -> None:
    configured = settings(
        smtp_url="smtp://desk:sesame@mail.example.org", apprise_urls={"desk": "json://sesame@host"}
    )
    channel = build("email", configured)
    for shown in (repr(configured), repr(channel), str(channel), channel.describe()):
        assert "sesame" not in shown
        assert "desk" not in shown
    assert channel.describe() == "SMTP to mail.example.org:587 with STARTTLS and a login"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", "mail.example.org:587"),
        ("smtps://mail.example.org", "mail.example.org:465"),
        ("smtps://mail.example.org:2465/", "mail.example.org:2465"),
        ("smtp+plain://127.0.0.1:1025", "127.0.0.1:1025"),
        ("smtp+plain://relay.example.org", "relay.example.org:25"),
        ("smtp+plain://a:b@localhost", "localhost:25"),
        ("smtp+plain://a:b@[::1]:1025", "::1:1025"),
    ],
)
def test_a_mail_server_is_read_from_its_url(url: str, server: str) -> None:
    assert str(parse_url(url)) == server


def test_user_and_password_are_percent_decoded() -> None:
    server = parse_url(f"smtp://desk%40example.org:{ENCODED}@mail.example.org")
    assert (server.user, server.password) == ("desk@example.org", SECRET)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mail.example.org:587", "not a mail server"),
        ("http://a:sesame@mail.example.org", "not a mail server"),
        ("smtp://a:sesame@", "not a mail server"),
        ("smtp://a:sesame@mail.example.org:port", "not a URL"),
        ("smtp://a:ses/ame@mail.example.org", "not a URL"),
        ("smtp://a:5/sesame@mail.example.org", "goes on after the host"),
        ("smtp://a:5#sesame@mail.example.org", "goes on after the host"),
        ("smtp://mail.example.org/?sesame", "goes on after the host"),
        ("smtp://sesame@mail.example.org", "needs both"),
        ("smtp://:sesame@mail.example.org", "needs both"),
        ("smtp://a:sesame%00@mail.example.org", "zero byte"),
        ("smtp+plain://a:sesame@mail.example.org", "without TLS"),
        ("smtp+plain://a:sesame@10.0.0.1", "without TLS"),
        ("smtp://[::1", "not a URL"),
    ],
)
def test_a_wrong_url_is_refused_without_repeating_it(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        parse_url(url)
    told = "".join(traceback.format_exception(caught.value)) + str(caught.value.hint)
    assert "ame" not in told.replace("name", "")


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_the_password_may_stand_in_a_file_of_its_owner(mode: int, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("sesame\n", "utf-8")
    path.chmod(mode)
    assert parse_url("smtp://desk@mail.example.org", path).password == "sesame"  # noqa: S105


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        ("sesame", 0o644, "readable by you alone"),
        ("sesame", 0o640, "readable by you alone"),
        ("sesame", 0o602, "readable by you alone"),
        ("", 0o600, "is empty"),
        (None, 0o600, "cannot be read"),
    ],
)
def test_a_password_file_that_others_may_touch_is_refused(
    content: str | None, mode: int, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "password"
    if content is not None:
        path.write_text(content, "utf-8")
        path.chmod(mode)
    with pytest.raises(ConfigError, match=says) as caught:
        parse_url("smtp://desk@mail.example.org", path)
    assert "sesame" not in str(caught.value)


def test_a_password_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("sesame", "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="given twice"):
        parse_url("smtp://desk:other@mail.example.org", path)


def test_a_ca_file_that_is_none_is_refused(settings: "SettingsMaker", tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate", "utf-8")
    with pytest.raises(ConfigError, match="no certificates"):
        build("email", settings(smtp_url="smtp://host", smtp_ca_file=tmp_path / "ca.pem"))


def test_what_was_said_before_tls_is_forgotten_inside_it(
    tls: TlsMaker, settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    # Somebody on the wire adds an answer behind "220": read inside TLS, it would pass for the
    # server's own, and here it would coax the password out of us.
    made, commands = tls(), list[bytes]()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        raw, _ = listener.accept()
        with raw, raw.makefile("rb") as lines:
            raw.sendall(b"220 mail.example.org\r\n")
            lines.readline()
            raw.sendall(b"250-mail.example.org\r\n250 STARTTLS\r\n")
            lines.readline()
            raw.sendall(b"220 go on\r\n250-mail.example.org\r\n250 AUTH PLAIN\r\n")
            with made.context.wrap_socket(raw, server_side=True) as safe:
                commands.append(safe.recv(1000))
                safe.sendall(b"250 mail.example.org\r\n")
                commands.append(safe.recv(1000))
                safe.sendall(b"221 bye\r\n")

    thread = Thread(target=serve)
    thread.start()
    url = f"smtp://desk:sesame@127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(Unreachable, match="no login by PLAIN or LOGIN"):
        send(settings(smtp_url=url, smtp_ca_file=made.ca_file), message())
    thread.join(10)
    listener.close()
    assert commands == [b"ehlo example.org\r\n", b"quit\r\n"]
