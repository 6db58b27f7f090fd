"""A mail server may fail at any command: the fault is told as what it is, and the batch goes on."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tracker.errors import NotifyError, Unreachable
from tracker.notify.channel import build
from tracker.records import Message

if TYPE_CHECKING:
    from notify.channels.conftest import BadServerMaker
    from notify.conftest import MessageMaker, SettingsMaker

Sender = Callable[..., list[str | NotifyError]]

TRANSIENT, PERMANENT, UNREACHABLE = "transient", "permanent", "unreachable"


def kind(error: NotifyError) -> str:
    if isinstance(error, Unreachable):
        return UNREACHABLE
    return PERMANENT if error.permanent else TRANSIENT


@pytest.fixture(
    params=[False, pytest.param(True, marks=pytest.mark.slow)], ids=["one by one", "pipelined"]
)
def bad_server(bad_server: "BadServerMaker", request: pytest.FixtureRequest) -> "BadServerMaker":
    """Every test twice: a message's commands are given one by one, or all at once."""
    return partial(bad_server, pipelining=request.param)


@pytest.fixture
def send(settings: "SettingsMaker") -> Sender:
    def deliver(port: int, *messages: Message, **changes: object) -> list[str | NotifyError]:
        url = f"smtp+plain://127.0.0.1:{port}"
        channel = build("email", settings(smtp_url=url, **changes))
        answers: list[str | NotifyError] = []
        with channel.open() as session:
            for message in messages:
                try:
                    answers.append(session.send(message))
                except NotifyError as error:
                    answers.append(error)
        return answers

    return deliver


FAULTS = [
    ("connect", "421 4.3.2 closing", UNREACHABLE),
    ("connect", "554 5.3.2 go away", UNREACHABLE),
    ("connect", "drop", UNREACHABLE),
    ("connect", "\x16\x03\x01 garbage", UNREACHABLE),
    ("connect", "HTTP/1.1 400 Bad Request", UNREACHABLE),
    ("ehlo", "drop", UNREACHABLE),
    ("ehlo", "421 4.3.2 closing", UNREACHABLE),
    ("mail", "421 4.7.0 too many messages", TRANSIENT),
    ("mail", "451 4.3.0 try again", TRANSIENT),
    ("mail", "550 5.7.1 not from you", PERMANENT),
    ("mail", "552 5.3.4 too big", PERMANENT),
    ("mail", "530 5.7.0 log in first", UNREACHABLE),
    ("mail", "drop", TRANSIENT),
    ("mail", "garbage", TRANSIENT),
    ("mail", "250" + "x" * 9000, TRANSIENT),
    ("rcpt", "450 4.2.1 greylisted", TRANSIENT),
    ("rcpt", "550 5.1.1 nobody of that name", PERMANENT),
    ("rcpt", "drop", TRANSIENT),
    ("data", "451 4.3.0 try again", TRANSIENT),
    ("data", "554 5.7.1 no valid recipients", PERMANENT),
    ("data", "drop", TRANSIENT),
    ("data", "999 what is this", TRANSIENT),
    ("body", "451 4.3.0 disk is full", TRANSIENT),
    ("body", "554 5.6.0 looks like spam", PERMANENT),
    ("body", "554 5.6.11 bare LF", PERMANENT),
    ("body", "half", TRANSIENT),
    ("body", "drop", TRANSIENT),
    ("body", "\x00\xff\xfe", TRANSIENT),
]


@pytest.mark.parametrize(("step", "answer", "expected"), FAULTS)
def test_a_fault_is_told_as_what_it_is_and_the_next_message_goes_through(
    step: str,
    answer: str,
    expected: str,
    bad_server: "BadServerMaker",
    message: "MessageMaker",
    send: Sender,
) -> None:
    # One bad message used to starve everybody behind it: the second must always be taken.
    server = bad_server((step, answer))
    first, second = message(), message(key=b"another")
    fault, taken = send(server.port, first, second)
    assert isinstance(fault, NotifyError)
    assert kind(fault) == expected
    assert "\n" not in str(fault)
    assert taken == "250 OK taken"
    assert server.taken[-1] == second.raw


@pytest.mark.slow
@pytest.mark.parametrize("step", ["connect", "ehlo", "mail", "rcpt", "data", "body"])
@pytest.mark.parametrize("fault", ["hang", "drip", "endless"])
def test_a_server_that_never_ends_its_answer_is_given_up(
    step: str, fault: str, bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    # smtplib waits anew for every octet: a server that drips would hold a worker for ever.
    server = bad_server((step, fault))
    (error,) = send(server.port, message(), timeout=0.2, final_timeout=0.3)
    assert isinstance(error, NotifyError)
    assert kind(error) == (UNREACHABLE if step in ("connect", "ehlo") else TRANSIENT)
    assert not server.taken


@pytest.mark.slow
def test_the_answer_to_a_whole_message_is_waited_for_longer(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    # Giving up early there is what makes duplicates: the server takes it all the same.
    server = bad_server(("body", "late"))
    assert send(server.port, message(), timeout=1.0, final_timeout=20.0) == ["250 OK taken"]
    server = bad_server(("rcpt", "late"))
    (error,) = send(server.port, message(), timeout=1.0, final_timeout=20.0)
    assert isinstance(error, NotifyError)


def test_an_answer_without_end_is_not_kept_in_memory(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server(("mail", "endless"))
    (error,) = send(server.port, message(), timeout=9.0)
    assert "the answer does not end" in str(error)


def test_a_connection_closed_between_two_messages_is_made_again(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server()
    first, second = message(), message(key=b"another")
    server.plan.extend([("connect", "220 hello"), ("mail", "250 OK"), ("mail", "drop")])
    assert send(server.port, first, second) == ["250 OK taken", "250 OK taken"]
    assert server.taken == [first.raw, second.raw]
    assert server.connections == 2


def test_a_limit_of_messages_per_connection_costs_no_message_an_attempt(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server(("mail", "250 OK"), ("mail", "421 4.7.0 that was enough"))
    answers = send(server.port, message(), message(key=b"another"), message(key=b"third"))
    assert answers == ["250 OK taken"] * 3
    assert server.connections == 2


def test_a_server_that_always_drops_is_tried_twice_and_not_for_ever(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server(("mail", "250 OK"), ("mail", "drop"), ("mail", "drop"), ("mail", "drop"))
    taken, error = send(server.port, message(), message(key=b"another"))
    assert taken == "250 OK taken"
    assert isinstance(error, NotifyError)
    assert not error.permanent
    assert server.connections == 2


def test_a_refusal_leaves_the_connection_usable(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server(("rcpt", "550 5.1.1 nobody of that name"))
    error, taken = send(server.port, message(), message(key=b"another"))
    assert isinstance(error, NotifyError)
    assert taken == "250 OK taken"
    assert server.connections == 1
    assert "rset" in map(str.lower, server.seen)


def test_a_server_that_wants_a_message_for_nobody_is_left_without_one(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    """What came next would be taken for the message: a command, or the next one's text."""
    server = bad_server(("rcpt", "550 5.1.1 nobody of that name"), ("data", "354 go on"))
    server.plan.extend([("connect", "220 hello")])
    error, taken = send(server.port, message(), message(key=b"another"))
    assert isinstance(error, NotifyError)
    assert (kind(error), taken) == (PERMANENT, "250 OK taken")
    assert server.taken == [message(key=b"another").raw]


def test_a_server_that_forgets_how_to_reset_is_connected_to_anew(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server(("rcpt", "550 5.1.1 nobody of that name"), ("rset", "drop"))
    _, taken = send(server.port, message(), message(key=b"another"))
    assert taken == "250 OK taken"
    assert server.connections == 2


def test_the_same_message_id_is_sent_again_after_a_drop_behind_the_final_dot(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    # The one duplicate there can be: the server had it, and a mailbox can still collapse the two.
    server = bad_server(("body", "drop"))
    once = message()
    error, taken = send(server.port, once, once)
    assert isinstance(error, NotifyError)
    assert not error.permanent
    assert taken == "250 OK taken"
    assert server.taken == [once.raw, once.raw]


@pytest.mark.parametrize(
    "raw", [b"A: b\n\r\n", b"A: b\r\n\r\nx\rMAIL FROM:<>\r\n", b"A: b\r\n\r\nx\n.\n", b"A: b"]
)
def test_bare_line_ends_are_refused_before_a_server_can_take_them_for_an_end(
    raw: bytes, bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server()
    (error,) = send(server.port, message().model_copy(update={"raw": raw}))
    assert isinstance(error, NotifyError)
    assert error.permanent
    assert server.connections == 0


@pytest.mark.parametrize("line", [b".", b"..", b".leading dot", b"a.b"])
def test_dots_at_the_start_of_lines_arrive_as_they_were(
    line: bytes, bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    server = bad_server()
    raw = line + b"\r\nSubject: x\r\n\r\n" + line + b"\r\n" + line + b"\r\n"
    assert send(server.port, message().model_copy(update={"raw": raw})) == ["250 OK taken"]
    assert server.taken == [raw]


def test_an_empty_batch_does_not_connect(bad_server: "BadServerMaker", send: Sender) -> None:
    server = bad_server()
    assert send(server.port) == []
    assert server.connections == 0


def test_a_port_nobody_listens_on_is_unreachable(message: "MessageMaker", send: Sender) -> None:
    (error,) = send(1, message())
    assert isinstance(error, Unreachable)
    assert "127.0.0.1:1" in str(error)


def test_an_unusual_yes_is_a_yes(
    bad_server: "BadServerMaker", message: "MessageMaker", send: Sender
) -> None:
    # Whoever insists on 250 sends again what was taken.
    server = bad_server(("mail", "251 fine"), ("rcpt", "252 will see"), ("body", "200 got it"))
    assert send(server.port, message()) == ["200 got it"]
    assert server.connections == 1
