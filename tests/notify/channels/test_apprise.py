"""Apprise is an optional extra: its names, its refusals, and its silence about tokens."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tracker.errors import ConfigError, NotifyError, Unreachable
from tracker.notify.channel import build

if TYPE_CHECKING:
    from notify.channels.conftest import HookMaker
    from notify.conftest import MessageMaker, SettingsMaker


# A library that Apprise loads imports it; before Python 3.13 that warns, and after it copes.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def test_without_the_package_it_says_what_to_install(
    settings: "SettingsMaker", monkeypatch: pytest.MonkeyPatch
) -> None:
    # A module that is None cannot be imported: the nearest there is to a package that is missing.
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(ConfigError, match="not installed") as caught:
        build("apprise", settings())
    assert caught.value.hint == 'pip install "prediction-tracker[channels]"'


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (401, True), (404, True), (408, False), (429, False), (500, False), (503, False)],
)
def test_a_refusal_is_permanent_where_trying_again_is_pointless(
    status: int,
    permanent: bool,  # noqa: FBT001 - a column of the table
    hook: "HookMaker",
    settings: "SettingsMaker",
    message: "MessageMaker",
) -> None:
    channel = build("apprise", settings(apprise_urls={"desk": hook(status).url}))
    with channel.open() as session, pytest.raises(NotifyError, match=str(status)) as caught:
        session.send(message(to="desk", channel="apprise"))
    assert caught.value.permanent is permanent


def test_a_service_that_does_not_answer_is_unreachable(
    settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    channel = build("apprise", settings(apprise_urls={"desk": "json://127.0.0.1:1/"}))
    with channel.open() as session, pytest.raises(Unreachable):
        session.send(message(to="desk", channel="apprise"))


def test_a_name_that_stands_for_nothing_is_refused_for_good(
    settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    channel = build("apprise", settings(apprise_urls={"desk": "json://127.0.0.1:1/"}))
    with channel.open() as session, pytest.raises(NotifyError, match="'moon'") as caught:
        session.send(message(to="moon", channel="apprise"))
    assert caught.value.permanent
    assert caught.value.hint == "there are: desk"


def test_the_subject_and_the_plain_text_are_sent(
    hook: "HookMaker", settings: "SettingsMaker", message: "MessageMaker"
) -> None:
    taker = hook(200)
    channel = build("apprise", settings(apprise_urls={"desk": taker.url}))
    with channel.open() as session:
        assert session.send(message(to="desk", channel="apprise")) == "JSON took it"
    (said,) = taker.received
    assert said["title"].startswith("Due: ultimatum day 50 — Will the Invented Republic")
    assert "“a lighthouse on the Moon is unlikely to ever shine”" in said["message"]


def test_names_come_from_the_tags_of_a_file(
    hook: "HookMaker", settings: "SettingsMaker", message: "MessageMaker", tmp_path: Path
) -> None:
    taker, path = hook(200), tmp_path / "apprise.conf"
    path.write_text(f"desk={taker.url}\n", "utf-8")
    path.chmod(0o600)
    channel = build("apprise", settings(apprise_file=path))
    assert channel.describe() == "Apprise to desk (JSON)"
    with channel.open() as session:
        session.send(message(to="desk", channel="apprise"))
    assert len(taker.received) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("json://host/sesame\n", "without a name"),
        ("desk=json://host/sesame\ndesk=json://host/sesame2\n", "stands for two"),
        ("desk=nonsense sesame\n", "not an Apprise configuration"),
        ("", "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_without_its_tokens(
    content: str, says: str, settings: "SettingsMaker", tmp_path: Path
) -> None:
    path = tmp_path / "apprise.conf"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=says) as caught:
        build("apprise", settings(apprise_file=path))
    assert "sesame" not in str(caught.value)


def test_a_file_that_others_may_read_is_refused(settings: "SettingsMaker", tmp_path: Path) -> None:
    path = tmp_path / "apprise.conf"
    path.write_text("desk=json://host/sesame\n", "utf-8")
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="readable by you alone"):
        build("apprise", settings(apprise_file=path))


def test_no_token_reaches_a_log(
    hook: "HookMaker",
    settings: "SettingsMaker",
    message: "MessageMaker",
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    # Apprise logs what it cannot parse, and its HTTP client every path, where tokens stand.
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(ConfigError):
            build("apprise", settings(apprise_urls={"desk": "nonsense://sesame"}))
        urls = {"desk": f"{hook(404).url}sesame"}
        channel = build("apprise", settings(apprise_urls=urls))
        with channel.open() as session, pytest.raises(NotifyError):
            session.send(message(to="desk", channel="apprise"))
    assert "sesame" not in caplog.text + "".join(capfd.readouterr())


def test_a_channel_with_no_recipients_says_so(settings: "SettingsMaker") -> None:
    channel = build("apprise", settings())
    assert channel.describe() == "Apprise, with no recipients"
    with pytest.raises(ConfigError, match="no recipients"):
        channel.check()
