"""What every channel promises, whatever it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tracker.errors import NotifyError
from tracker.notify.channel import CHANNELS, Channel, build
from tracker.records import Message

if TYPE_CHECKING:
    from notify.channels.conftest import HookMaker, ServerMaker
    from notify.conftest import MessageMaker, SettingsMaker


# A library that Apprise loads imports it; before Python 3.13 that warns, and after it copes.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@dataclass
class Desk:
    """One channel, somebody at its other end, and a way to cut the wire.

    Attributes:
        channel: what is tried.
        to: a recipient of it.
        received: the texts that came in.
        cut: makes it fail from now on.
    """

    channel: Channel
    to: str
    received: Callable[[], list[str]]
    cut: Callable[[], object]


def smtp_desk(settings: "SettingsMaker", mail_server: "ServerMaker") -> Desk:
    server = mail_server()
    channel = build("email", settings(smtp_url=f"smtp+plain://127.0.0.1:{server.port}"))

    def refuse() -> None:
        server.refused.add("desk@example.org")

    return Desk(
        channel,
        "desk@example.org",
        lambda: [raw.decode("ascii") for raw in server.contents()],
        refuse,
    )


def maildir_desk(settings: "SettingsMaker", folder: Path) -> Desk:
    def received() -> list[str]:
        return [path.read_text("ascii") for path in sorted(folder.glob("new/*"))]

    def cut() -> None:
        folder.write_text("a file stands where the folder would be made", "utf-8")

    channel = build("email", settings(maildir=folder))
    return Desk(channel, "desk@example.org", received, cut)


def apprise_desk(settings: "SettingsMaker", hook: "HookMaker") -> Desk:
    taker = hook(200)
    urls = {"desk": taker.url.replace("://", "://user:sesame@")}

    def refuse() -> None:
        taker.status = 503

    channel = build("apprise", settings(apprise_urls=urls))
    return Desk(channel, "desk", lambda: [said["message"] for said in taker.received], refuse)


@pytest.fixture(params=["smtp", "maildir", "apprise"])
def desk(
    request: pytest.FixtureRequest,
    settings: "SettingsMaker",
    mail_server: "ServerMaker",
    tmp_path: Path,
    hook: "HookMaker",
) -> Desk:
    made = {
        "smtp": lambda: smtp_desk(settings, mail_server),
        "maildir": lambda: maildir_desk(settings, tmp_path / "mail"),
        "apprise": lambda: apprise_desk(settings, hook),
    }
    return made[request.param]()


@pytest.fixture
def write(desk: Desk, message: "MessageMaker") -> Callable[[bytes], Message]:
    return lambda key: message(to=desk.to, channel=desk.channel.name, key=key)


Writer = Callable[[bytes], Message]


def test_a_channel_goes_by_a_name_of_the_list(desk: Desk) -> None:
    assert desk.channel.name in CHANNELS


def test_every_message_of_a_batch_arrives_and_is_answered_for(desk: Desk, write: Writer) -> None:
    with desk.channel.open() as session:
        replies = [session.send(write(key)) for key in (b"one", b"two", b"three")]
    assert len(desk.received()) == 3
    for reply in replies:
        assert reply
        assert "\n" not in reply


def test_what_arrives_says_how_to_settle_the_question(desk: Desk, write: Writer) -> None:
    with desk.channel.open() as session:
        session.send(write(b"one"))
    (text,) = desk.received()
    assert "tracker resolve lunar-lighthouse yes" in text


def test_a_channel_can_be_opened_again(desk: Desk, write: Writer) -> None:
    for key in (b"one", b"two"):
        with desk.channel.open() as session:
            session.send(write(key))
    assert len(desk.received()) == 2


def test_what_is_not_taken_raises_one_line_and_is_not_received(desk: Desk, write: Writer) -> None:
    # A failed send that passes for a sent one is the oldest fault of reminder systems.
    desk.cut()
    with desk.channel.open() as session:
        for key in (b"one", b"two"):
            with pytest.raises(NotifyError) as caught:
                session.send(write(key))
            assert "\n" not in str(caught.value)
            assert "sesame" not in str(caught.value) + repr(caught.value)
    assert not desk.received()


def test_an_error_inside_the_batch_is_let_through(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.channel.open():
        raise ZeroDivisionError


def test_a_check_sends_nothing_and_a_description_is_one_line(desk: Desk) -> None:
    assert desk.channel.check()
    assert "\n" not in desk.channel.describe()
    assert "sesame" not in desk.channel.describe() + desk.channel.check() + repr(desk.channel)
    assert not desk.received()
