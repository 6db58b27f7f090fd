"""A mail server that fails in every way that one can, as often as it was told to, and remembers.

It deals its faults from a shuffled pack: some to connections, the others to messages.
"""

import asyncio
import random
import re
import ssl
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

CONNECTION = {
    "greeting 421": "421 4.3.2 closing",
    "greeting 554": "554 5.3.2 go away",
    "greeting is garbage": "\x00\xff HTTP/1.1 400 Bad Request",
    "drop at the greeting": "",
    "drop at EHLO": "",
    "STARTTLS is stripped": "",
    "STARTTLS 454": "454 4.7.0 not now",
    "TLS fails": "",
    "certificate of somebody else": "",
    "login refused 535": "535 5.7.8 no",
    "login fails 454": "454 4.7.0 later",
}
TRANSIENT = {
    "MAIL 421": "421 4.7.0 too many messages",
    "MAIL 451": "451 4.3.0 try again",
    "RCPT 450": "450 4.2.1 greylisted",
    "DATA 451": "451 4.3.0 try again",
    "message 452": "452 4.3.1 the disk is full",
    "hang": "",
    "drip": "",
    "drop": "",
    "garbage": "what is this",
    "drop in the middle of DATA": "",
    "drop after the final dot": "",
}
PERMANENT = {
    "MAIL 550": "550 5.7.1 not from you",
    "RCPT 550": "550 5.1.1 nobody of that name",
    "DATA 554": "554 5.7.1 no valid recipients",
    "message 554": "554 5.6.0 looks like spam",
}
ANSWERS = {**CONNECTION, **TRANSIENT, **PERMANENT}
DOUBLING = "drop after the final dot"
_STEPS = ("MAIL", "RCPT", "DATA", "message")
_ANYWHERE = ("hang", "drip", "drop", "garbage")
# So many connections and so many messages meet with a fault: ten in a row would end a message.
_CONNECTIONS, _MESSAGES = 0.6, 0.4
# How many connections are offered to give commands together, and how often such a one that has
# refused the recipient asks for the message all the same.
_PIPELINING, _MESSAGE_FOR_NOBODY = 0.5, 0.5
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")


@dataclass
class Seen:
    """What came of it, as the server saw it.

    Attributes:
        dealt: how often each fault was dealt.
        taken: (recipient, Message-ID) to how often it was taken.
        tried: how often each recipient was named.
        refused: who was refused for good, as far as it knows for whom a message was.
        again: how often somebody who had been refused for good was named again.
        bare: messages that came with a bare line end.
        clear: logins or messages that came without TLS.
        pipelining: connections that were offered to give commands together.
    """

    dealt: Counter[str] = field(default_factory=Counter)
    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    tried: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    again: int = 0
    bare: int = 0
    clear: int = 0
    pipelining: int = 0


class Pack:
    """The faults that are left.

    Args:
        kinds: the faults.
        each: how often each is dealt.
        share: of those who draw, how many are dealt one.
        rng: shuffles.
    """

    def __init__(self, kinds: Iterable[str], each: int, share: float, rng: random.Random) -> None:
        self._cards = [kind for kind in kinds for _ in range(each)]
        self._share, self._rng = share, rng
        rng.shuffle(self._cards)

    def __len__(self) -> int:
        return len(self._cards)

    def draw(self) -> str:
        """Draw a fault; "" for none."""
        return self._cards.pop() if self._cards and self._rng.random() < self._share else ""


class _Over(Exception):  # noqa: N818 - no error: the connection is over
    """The connection is over."""


@dataclass
class Server:
    """The server.

    Attributes:
        good: its certificate.
        bad: somebody else's.
        connections: the faults for connections.
        messages: the faults for messages.
        rng: which step a fault meets that can meet any.
        seen: what came of it.
    """

    good: ssl.SSLContext
    bad: ssl.SSLContext
    connections: Pack
    messages: Pack
    rng: random.Random
    seen: Seen = field(default_factory=Seen)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hold one connection."""
        with suppress(_Over, OSError, asyncio.IncompleteReadError, ValueError):
            await _Talk(self, reader, writer).hold()
        writer.close()
        with suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


class _Talk:
    """One connection.

    Args:
        server: whose.
        reader: what comes.
        writer: what goes.
    """

    def __init__(
        self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._fault = server.connections.draw()
        self._step = ""
        self._recipient = ""
        self._safe = False
        self._open = False
        self._count()

    def _count(self) -> None:
        if self._fault:
            self._server.seen.dealt[self._fault] += 1

    async def hold(self) -> None:
        """Greet, and answer until the end."""
        await self._say("220 mail.desk.example")
        while line := await self._reader.readline():
            command = line.decode("latin-1").strip()
            verb = command.partition(" ")[0].upper()
            await getattr(self, f"_{verb.lower()}", self._unknown)(command)

    async def _unknown(self, _command: str) -> None:
        await self._write("500 what?")

    async def _ehlo(self, _command: str) -> None:
        self._drop_if("drop at EHLO")
        stripped = not self._safe and self._fault == "STARTTLS is stripped"
        offers = [] if stripped else ["AUTH PLAIN" if self._safe else "STARTTLS"]
        if self._safe and self._server.rng.random() < _PIPELINING:
            self._server.seen.pipelining += 1
            offers.append("PIPELINING")
        *first, last = ["mail.desk.example", *offers]
        await self._write("".join(f"250-{line}\r\n" for line in first) + f"250 {last}")

    async def _starttls(self, _command: str) -> None:
        if self._fault == "STARTTLS 454":
            await self._write(ANSWERS[self._fault])
            return
        await self._write("220 go on")
        if self._fault == "TLS fails":
            await self._write("this is no handshake")
            raise _Over
        other = self._fault == "certificate of somebody else"
        await self._writer.start_tls(self._server.bad if other else self._server.good)
        self._safe = True

    async def _auth(self, _command: str) -> None:
        self._server.seen.clear += not self._safe
        if self._fault.startswith("login"):
            await self._write(ANSWERS[self._fault])
        else:
            await self._write("235 welcome")

    async def _mail(self, _command: str) -> None:
        self._server.seen.clear += not self._safe
        self._fault = self._server.messages.draw()
        self._count()
        self._step = self._server.rng.choice(_STEPS) if self._fault in _ANYWHERE else ""
        self._recipient = ""
        self._open = await self._answer("MAIL", "250 OK")

    async def _rcpt(self, command: str) -> None:
        self._recipient = command.partition("<")[2].rstrip(">")
        self._server.seen.tried[self._recipient] += 1
        self._server.seen.again += self._recipient in self._server.seen.refused
        self._open &= await self._answer("RCPT", "250 OK")

    async def _data(self, _command: str) -> None:
        if not self._open and self._server.rng.random() > _MESSAGE_FOR_NOBODY:
            await self._write("503 5.5.1 no valid recipients")
            return
        if not await self._answer("DATA", "354 go on"):
            return
        if self._fault == "drop in the middle of DATA":
            await self._reader.readline()
            raise _Over
        raw = await self._reader.readuntil(b"\r\n.\r\n")
        self._server.seen.bare += bool(_BARE.search(raw))
        if self._fault == DOUBLING:
            self._take(raw)
            raise _Over
        if await self._answer("message", "250 OK taken"):
            self._take(raw)

    async def _rset(self, _command: str) -> None:
        self._fault = ""
        await self._write("250 OK")

    async def _quit(self, _command: str) -> None:
        await self._write("221 bye")
        raise _Over

    def _take(self, raw: bytes) -> None:
        found = _MESSAGE_ID.search(raw)
        self._server.seen.taken[self._recipient, found[1].decode() if found else "none"] += 1

    async def _answer(self, step: str, usual: str) -> bool:
        """Answer as usual or as the fault wants it; say which."""
        if self._fault in _ANYWHERE and self._step == step:
            await self._misbehave()
        elif self._fault.startswith(f"{step} "):
            if self._fault in PERMANENT and self._recipient:
                self._server.seen.refused.add(self._recipient)
            await self._write(ANSWERS[self._fault])
            if self._fault == "MAIL 421":
                raise _Over
        else:
            await self._write(usual)
            return True
        return False

    async def _misbehave(self) -> None:
        if self._fault == "garbage":
            await self._write(ANSWERS["garbage"])
            return
        if self._fault == "hang":
            await self._reader.read()
        while self._fault == "drip":
            self._writer.write(b"2")
            await self._writer.drain()
            await asyncio.sleep(0.01)
            if self._reader.at_eof():
                break
        raise _Over

    async def _say(self, greeting: str) -> None:
        self._drop_if("drop at the greeting")
        wrong = self._fault.startswith("greeting")
        await self._write(ANSWERS[self._fault] if wrong else greeting)
        if wrong:
            raise _Over

    def _drop_if(self, fault: str) -> None:
        if self._fault == fault:
            raise _Over

    async def _write(self, line: str) -> None:
        self._writer.write(line.encode("latin-1") + b"\r\n")
        await self._writer.drain()


def context(certificate: Path) -> ssl.SSLContext:
    """Make the server's side of TLS from a PEM of key and certificates."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate)
    return made


def serve(pipe: Connection, good: Path, bad: Path, each: int, seed: int) -> None:
    """Run it: sends its port, then what is asked for ("left", "seen"), until told "stop"."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    server = Server(
        context(good),
        context(bad),
        Pack(CONNECTION, each, _CONNECTIONS, rng),
        Pack([*TRANSIENT, *PERMANENT], each, _MESSAGES, rng),
        rng,
    )
    asyncio.run(_serve(server, pipe))


async def _serve(server: Server, pipe: Connection) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    # What breaks off during a handshake is what this server is for.
    loop.set_exception_handler(lambda _loop, _context: None)

    def asked() -> None:
        match pipe.recv():
            case "left":
                pipe.send((len(server.connections), len(server.messages)))
            case "seen":
                pipe.send(server.seen)
            case _:
                stop.set()

    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    loop.add_reader(pipe.fileno(), asked)
    pipe.send(listener.sockets[0].getsockname()[1])
    await stop.wait()
