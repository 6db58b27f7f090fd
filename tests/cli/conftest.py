"""A real mail server for real processes."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """Takes everything, counts it, and answers after a while.

    Attributes:
        seconds: between taking a message and answering for it.
        to: whom messages were taken for, in order.
        taking: set while a message is in hand.
    """

    seconds: float = 0.0
    to: list[str] = field(default_factory=list)
    taking: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.to.extend(envelope.rcpt_tos)
        self.taking.set()
        await asyncio.sleep(self.seconds)
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A server on loopback."""
    made = MailServer()
    with socket.create_server(("127.0.0.1", 0)) as free:
        made.port = free.getsockname()[1]
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()
