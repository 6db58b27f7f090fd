"""A Maildir takes the same bytes, once, and durably."""

import mailbox
import stat
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tracker.errors import NotifyError
from tracker.notify.maildir import MaildirChannel, file_name

if TYPE_CHECKING:
    from notify.conftest import MessageMaker


def test_a_mail_program_finds_the_message(message: "MessageMaker", tmp_path: Path) -> None:
    sent = message()
    reply = MaildirChannel(tmp_path / "mail").send(sent)
    box = mailbox.Maildir(tmp_path / "mail", create=False)
    (found,) = box.values()
    assert found["Message-ID"] == sent.message_id
    assert found.get_subdir() == "new"
    assert reply == f"delivered as new/{box.keys()[0]}"


def test_the_bytes_are_those_that_a_server_would_get(
    message: "MessageMaker", tmp_path: Path
) -> None:
    sent = message()
    MaildirChannel(tmp_path).send(sent)
    assert (tmp_path / "new" / file_name(sent)).read_bytes() == sent.raw


def test_the_folders_are_for_their_owner_only(message: "MessageMaker", tmp_path: Path) -> None:
    folder = tmp_path / "some" / "mail"
    MaildirChannel(folder).send(message())
    for part in (folder, *folder.iterdir()):
        assert stat.S_IMODE(part.stat().st_mode) == 0o700
    (one,) = (folder / "new").iterdir()
    assert stat.S_IMODE(one.stat().st_mode) == 0o600


@pytest.mark.parametrize("seen", [False, True])
def test_the_same_message_id_is_delivered_once(
    seen: bool,  # noqa: FBT001 - a case of a table
    message: "MessageMaker",
    tmp_path: Path,
) -> None:
    # A crash between the delivery and its mark repeats it; here that leaves no trace.
    channel, sent = MaildirChannel(tmp_path), message()
    channel.send(sent)
    if seen:
        name = file_name(sent)
        (tmp_path / "new" / name).rename(tmp_path / "cur" / f"{name}:2,S")
    assert channel.send(sent) == f"already delivered as {file_name(sent)}"
    assert len([*tmp_path.glob("new/*"), *tmp_path.glob("cur/*")]) == 1


def test_two_messages_are_two_files(message: "MessageMaker", tmp_path: Path) -> None:
    channel = MaildirChannel(tmp_path)
    with channel.open() as session:
        session.send(message())
        session.send(message(key=b"another"))
    raws = {path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert {message_from_bytes(raw)["To"] for raw in raws} == {"desk@example.org"}
    assert len(raws) == 2
    assert not list((tmp_path / "tmp").iterdir())


def test_a_folder_that_cannot_be_made_is_worth_another_try(
    message: "MessageMaker", tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("a file stands there", "utf-8")
    with pytest.raises(NotifyError, match="cannot be written") as caught:
        MaildirChannel(tmp_path / "mail").send(message())
    assert not caught.value.permanent


def test_a_check_makes_nothing(tmp_path: Path) -> None:
    channel = MaildirChannel(tmp_path / "some" / "mail")
    assert "will be made" in channel.check()
    assert not list(tmp_path.iterdir())


def test_a_check_counts_what_is_unread(message: "MessageMaker", tmp_path: Path) -> None:
    channel = MaildirChannel(tmp_path)
    channel.send(message())
    assert channel.check().endswith("; 1 unread")
    assert str(tmp_path) in channel.describe()


def test_a_check_says_what_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(NotifyError, match="cannot be written"):
        MaildirChannel(tmp_path / "file" / "mail").check()
