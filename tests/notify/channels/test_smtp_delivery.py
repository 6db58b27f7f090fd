"""Mail as it arrives at a real server."""

import socket
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tracker.errors import ConfigError, NotifyError
from tracker.notify.channel import build

if TYPE_CHECKING:
    from notify.channels.conftest import ServerMaker
    from notify.conftest import MessageMaker, SettingsMaker


def url(port: int) -> str:
    return f"smtp+plain://127.0.0.1:{port}"


def test_a_batch_goes_over_one_connection(
    mail_server: "ServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = mail_server()
    messages = [message(key=bytes([number])) for number in range(20)]
    with build("email", settings(smtp_url=url(server.port))).open() as session:
        for one in messages:
            session.send(one)
    assert server.contents() == [one.raw for one in messages]
    assert len(server.connections) == 1


def test_a_server_that_takes_commands_together_gets_those_of_a_message_in_one_go(
    settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    """Two journeys less for each; a server that waits for all three tells the difference."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=_answer_late, args=(listener,))
        thread.start()
        port = listener.getsockname()[1]
        with build("email", settings(smtp_url=url(port))).open() as session:
            assert session.send(message()) == "250 taken"
        thread.join(10)


def _answer_late(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        connection.sendall(b"220 mail.example.org\r\n")
        lines.readline()
        connection.sendall(b"250-mail.example.org\r\n250 PIPELINING\r\n")
        for _ in ("MAIL", "RCPT", "DATA"):
            lines.readline()
        connection.sendall(b"250 OK\r\n250 OK\r\n354 go on\r\n")
        while lines.readline() != b".\r\n":
            pass
        connection.sendall(b"250 taken\r\n")
        lines.readline()
        connection.sendall(b"221 bye\r\n")


def test_the_envelope_names_the_sender_and_the_recipient(
    mail_server: "ServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = mail_server()
    with build("email", settings(smtp_url=url(server.port))).open() as session:
        session.send(message(to="editor+moon@example.org"))
    assert server.taken[0].mail_from == "tracker@example.org"
    assert server.taken[0].rcpt_tos == ["editor+moon@example.org"]
    assert server.connections[0].host_name == "example.org"


def test_a_refused_recipient_does_not_hold_up_the_next(
    mail_server: "ServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = mail_server()
    server.refused = {"nobody@example.org"}
    with build("email", settings(smtp_url=url(server.port))).open() as session:
        with pytest.raises(NotifyError, match=r"550 5\.1\.1 nobody of that name") as caught:
            session.send(message(to="nobody@example.org"))
        session.send(message())
    assert caught.value.permanent
    assert len(server.taken) == 1
    assert len(server.connections) == 1


def test_an_international_address_is_written_to_where_the_server_can(
    mail_server: "ServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = mail_server(enable_SMTPUTF8=True)
    sent = message(to="jörg@exämple.org")
    with build("email", settings(smtp_url=url(server.port))).open() as session:
        session.send(sent)
        session.send(message())
    assert server.taken[0].rcpt_tos == ["jörg@xn--exmple-cua.org"]
    assert server.taken[0].smtp_utf8
    assert not server.taken[1].smtp_utf8


def test_an_international_address_is_refused_for_good_where_it_cannot(
    mail_server: "ServerMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    server = mail_server(enable_SMTPUTF8=False)
    with build("email", settings(smtp_url=url(server.port))).open() as session:
        with pytest.raises(NotifyError, match="no SMTPUTF8") as caught:
            session.send(message(to="jörg@example.org"))
        session.send(message())
    assert caught.value.permanent
    assert len(server.taken) == 1


def test_a_check_says_what_it_found_and_sends_nothing(
    mail_server: "ServerMaker", settings: "SettingsMaker"
) -> None:
    server = mail_server(data_size_limit=1_000_000)
    channel = build("email", settings(smtp_url=url(server.port)))
    assert channel.check() == (
        f"127.0.0.1:{server.port} answers, without encryption; no login is configured, "
        "messages up to 1000000 octets"
    )
    assert not server.taken


@pytest.mark.parametrize("sender", ["", "nobody", "a@b@c", "Two <a@b.org>, <c@d.org>", "x <@y>"])
def test_a_sender_that_is_no_address_is_refused(sender: str, settings: "SettingsMaker") -> None:
    with pytest.raises(ConfigError, match="is not an e-mail address"):
        build("email", settings(sender=sender))


def test_an_unknown_channel_is_refused_with_those_there_are(settings: "SettingsMaker") -> None:
    with pytest.raises(ConfigError, match="no channel 'pigeon'") as caught:
        build("pigeon", settings())
    assert caught.value.hint == "choose from email, apprise"
