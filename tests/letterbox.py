"""A channel that keeps what it takes, and fails as a test asks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

from tracker.actions.remind import Post
from tracker.records import Message

Fault = Callable[[Message], Exception | None]


@dataclass
class Letterbox:
    """Both the channel and its session.

    Attributes:
        taken: what was handed over, in order.
        tried: the recipients of every attempt, in order.
        fault: what goes wrong with a message, None where it is taken.
        name: the channel's name.
    """

    taken: list[Message] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    fault: Fault = lambda _message: None
    name: str = "email"

    @contextmanager
    def open(self) -> Iterator["Letterbox"]:
        yield self

    def send(self, message: Message) -> str:
        self.tried.append(message.recipient)
        error = self.fault(message)
        if error is not None:
            raise error
        self.taken.append(message)
        return f"250 taken as {len(self.taken)}"

    def describe(self) -> str:
        return "a letterbox"

    def check(self) -> str:
        return "it stands"

    @property
    def texts(self) -> list[str]:
        """The plain text of everything taken."""
        return [_text(message) for message in self.taken]

    @property
    def to(self) -> list[str]:
        """Whom it was taken for, in order."""
        return [message.recipient for message in self.taken]


def post_to(*boxes: Letterbox) -> Post:
    """A post whose channels are these."""
    named = {box.name: box for box in boxes}
    return Post(lambda name: named[name], "Desk <desk@invented-gazette.example>", "gazette.example")


def _text(message: Message) -> str:
    body = message_from_bytes(message.raw, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())
