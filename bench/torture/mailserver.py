"""A mail server in a process of its own: aiosmtpd, slow to answer, and counting."""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_SECONDS = 0.02
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)

Taken = Counter[tuple[str, str]]


@dataclass
class _Counting:
    """Counts a message at the moment it is accepted, and answers a little later."""

    taken: Taken = field(default_factory=Counter)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)  # noqa: S101 - decode_data is off
        found = _MESSAGE_ID.search(envelope.content)
        identity = found[1].decode() if found else "none"
        self.taken[envelope.rcpt_tos[0], identity] += 1
        await asyncio.sleep(random.uniform(0, MOST_SECONDS))  # noqa: S311 - no secret
        return "250 OK"


def serve(pipe: Connection) -> None:
    """Run it; sends its port, then what it took whenever asked, until told "stop"."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    counting, stop = _Counting(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if pipe.recv() == "stop":
            stop.set()
        else:
            pipe.send(counting.taken)

    server = await loop.create_server(lambda: SMTP(counting, loop=loop), "127.0.0.1", 0)
    loop.add_reader(pipe.fileno(), asked)
    pipe.send(server.sockets[0].getsockname()[1])
    await stop.wait()
