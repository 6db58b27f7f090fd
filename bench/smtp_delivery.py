"""How fast the e-mail channel delivers, beside a bare smtplib loop, side by side in one run.

    python bench/smtp_delivery.py [--messages 2000]

Both send the same bytes over one connection to the same server (aiosmtpd, in a process of its own);
they take turns, and the ratio of their best rounds is printed: 1.00 means as fast as bare smtplib.
"""

import argparse
import asyncio
import multiprocessing
import smtplib
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tracker.notify.channel import ChannelSettings, build
from tracker.records import Message

ROUNDS = 5
SENDER, RECIPIENT = "tracker@example.org", "desk@example.org"
RAW = b"Subject: light on the Moon\r\n\r\n" + b"a line of an invented message\r\n" * 250


class _Taker:
    def __init__(self, *, pipelining: bool) -> None:
        self._offers = ["250-PIPELINING"] if pipelining else []

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, lines: list[str]
    ) -> list[str]:
        session.host_name = host
        return [*lines[:-1], *self._offers, lines[-1]]

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


def serve(pipe: Connection, pipelining: bool) -> None:  # noqa: FBT001 - a process is given no names
    """Run a mail server that takes everything, until it is terminated.

    Args:
        pipe: is sent its port.
        pipelining: whether it offers to take commands together (RFC 2920), as Postfix, Exim and
            the large providers do; aiosmtpd by itself does not.
    """

    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(_Taker(pipelining=pipelining)), "127.0.0.1", 0
        )
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def ours(port: int, messages: int) -> None:
    """Send by the channel."""
    settings = ChannelSettings(SENDER, Path("unused"), smtp_url=f"smtp+plain://127.0.0.1:{port}")
    message = Message(
        key="k", message_id="<1@e>", recipient=RECIPIENT, channel="email", subject="s", raw=RAW
    )
    with build("email", settings).open() as session:
        for _ in range(messages):
            session.send(message)


def bare(port: int, messages: int) -> None:
    """Send by smtplib alone."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        for _ in range(messages):
            client.sendmail(SENDER, [RECIPIENT], RAW)


def _rate(send: Callable[[int, int], None], port: int, messages: int) -> float:
    begin = time.perf_counter()
    send(port, messages)
    return messages / (time.perf_counter() - begin)


def compare(messages: int, *, pipelining: bool) -> None:
    """Measure both in turns against one server, and print the ratio."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there, pipelining), daemon=True)
    server.start()
    port = here.recv()
    rates = [(_rate(ours, port, messages), _rate(bare, port, messages)) for _ in range(ROUNDS)]
    server.terminate()
    server.join()
    mine, theirs = (max(column) for column in zip(*rates, strict=True))
    print(f"a server {'with' if pipelining else 'without'} pipelining:")
    print(f"  the channel: {mine:,.0f} messages a second; bare smtplib: {theirs:,.0f}")
    print(f"  ratio {mine / theirs:.2f} (best of {ROUNDS} rounds of {messages:,} each, in turns)")


def main() -> int:
    """Measure against a server of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    messages = parser.parse_args().messages
    for pipelining in (False, True):
        compare(messages, pipelining=pipelining)
    return 0


if __name__ == "__main__":
    sys.exit(main())
