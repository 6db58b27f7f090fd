"""Mail as it arrives at a real server."""

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
