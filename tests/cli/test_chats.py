"""Recipients who are reached by a chat: named in the file, validated at the start."""

from pathlib import Path

import pytest
from desk import Terminal

CHAT = """\
[apprise_urls]
desk-chat = "json://127.0.0.1:1/secret-token"

[[recipients]]
address = "{address}"
channel = "{channel}"
"""


@pytest.fixture
def desk(terminal: Terminal, tmp_path: Path) -> Terminal:
    """A desk whose recipient is a chat."""
    del terminal.environ["TRACKER_RECIPIENTS"]
    terminal.environ["TRACKER_CONFIG"] = str(tmp_path / "tracker.toml")
    _configure(terminal)
    return terminal


def _configure(
    desk: Terminal, address: str = "desk-chat", channel: str = "apprise", mode: int = 0o600
) -> None:
    path = Path(desk.environ["TRACKER_CONFIG"])
    path.write_text(CHAT.format(address=address, channel=channel), "utf-8")
    path.chmod(mode)


def test_a_chat_is_a_recipient_like_any_other(desk: Terminal) -> None:
    settings = desk.open().settings
    assert [(each.address, each.channel) for each in settings.recipients] == [
        ("desk-chat", "apprise")
    ]
    assert "secret-token" not in repr(settings)


def test_a_channel_that_does_not_exist_is_refused_at_the_start(desk: Terminal) -> None:
    """Found out when the first reminder is due, it is found out too late."""
    _configure(desk, channel="pigeon")
    assert "'pigeon', which is no channel" in desk.refused("list", code=13)


def test_a_chat_without_a_url_is_refused_at_the_start(desk: Terminal) -> None:
    _configure(desk, address="other-chat")
    assert "no Apprise URL is called 'other-chat'" in desk.refused("list", code=13)


@pytest.mark.parametrize("address", ["ada", "ada at city.example", "@city.example", "ada@"])
def test_a_recipient_who_cannot_be_written_to_is_refused_at_the_start(
    terminal: Terminal, address: str
) -> None:
    terminal.environ["TRACKER_RECIPIENTS"] = address
    assert "is not an e-mail address" in terminal.refused("list", code=13)


def test_a_file_with_apprise_urls_that_others_can_read_is_refused(desk: Terminal) -> None:
    _configure(desk, mode=0o644)
    said = desk.refused("list", code=13)
    assert "can be read by others" in said
    assert "chmod 600" in said
