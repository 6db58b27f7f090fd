"""Mail servers on loopback: a good one (aiosmtpd) and a bad one that fails as a test asks."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BufferedReader
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class GoodServer:
    """A real SMTP server (aiosmtpd), in a thread of its own."""

    port: int
    taken: list[Envelope] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    connections: list[Session] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if session not in self.connections:
            self.connections.append(session)
        assert server is not None
        return lines

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.taken.append(envelope)
        return f"250 2.0.0 OK queued as {len(self.taken)}"

    def contents(self) -> list[bytes]:
        """What was taken, octet for octet."""
        return [cast("bytes", envelope.content) for envelope in self.taken]


ServerMaker = Callable[..., GoodServer]


@pytest.fixture
def mail_server() -> Iterator[ServerMaker]:
    """Starts SMTP servers; `tls` wraps the whole connection, the rest goes to aiosmtpd's SMTP."""
    stops: list[Callable[[], None]] = []

    def start(*, tls: ssl.SSLContext | None = None, **options: Any) -> GoodServer:
        good = GoodServer(0)
        loop, ready = asyncio.new_event_loop(), Future[int]()

        def run() -> None:
            asyncio.set_event_loop(loop)
            server = loop.run_until_complete(
                loop.create_server(
                    lambda: SMTP(good, hostname="mail.example.org", loop=loop, **options),
                    "127.0.0.1",
                    0,
                    ssl=tls,
                )
            )
            ready.set_result(server.sockets[0].getsockname()[1])
            loop.run_forever()
            server.close()
            loop.run_until_complete(_settle())
            loop.close()

        thread = threading.Thread(target=run)
        thread.start()
        good.port = ready.result(10)

        def stop() -> None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(10)

        stops.append(stop)
        return good

    yield start
    for stop in stops:
        stop()


async def _settle() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that lets this user in."""

    def authenticate(
        _server: object, _session: object, _env: object, _how: str, data: object
    ) -> AuthResult:
        known = data == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=known, handled=known)

    return authenticate


@pytest.fixture
def lets_in() -> Callable[[str, str], Callable[..., AuthResult]]:
    """Makes an authenticator for one user and password."""
    return only


@dataclass(frozen=True)
class Tls:
    """A server's side of TLS, and the file that tells a client to trust it."""

    context: ssl.SSLContext
    ca_file: Path


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A certificate authority of this test run."""
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: Path) -> Callable[..., Tls]:
    """Makes a certificate for a name, 127.0.0.1 if none is given."""

    def make(name: str = "127.0.0.1") -> Tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        path = tmp_path / "ca.pem"
        authority.cert_pem.write_to_path(str(path))
        return Tls(context, path)

    return make


# What the bad server can do instead of answering as it should.
HANG, DROP, DRIP, ENDLESS, HALF, LATE = "hang", "drop", "drip", "endless", "half", "late"
_USUAL = {
    "connect": "220 bad.example.org",
    "ehlo": "250-bad.example.org\r\n250 SIZE 1000000",
    "mail": "250 OK",
    "rcpt": "250 OK",
    "data": "354 go on",
    "body": "250 OK taken",
    "rset": "250 OK",
    "quit": "221 bye",
    "starttls": "220 go on",
    "auth": "235 welcome",
}


@dataclass
class BadServer:
    """An SMTP server that misbehaves once for every entry of its plan, and then behaves.

    Attributes:
        plan: a step and what to answer at it: a line, or one of the words above.
        pipelining: whether it offers to take several commands at once.
        taken: the messages it took, dots undone.
        seen: every command, in order.
        connections: how many there were.
    """

    plan: list[tuple[str, str]]
    pipelining: bool = False
    taken: list[bytes] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _named: bool = False

    def start(self) -> None:
        self._over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def stop(self) -> None:
        self._over.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._over.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._talk, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        # A client that gives up breaks the pipe; that is what these tests are about.
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            connection.settimeout(10)
            going = self._answer(connection, "connect")
            while going and (line := lines.readline()):
                step = line.split()[0].decode("latin-1").lower()
                self.seen.append(line.decode("latin-1").strip())
                going = self._answer(connection, step) and step != "quit"
                if going and step == "data" and self._answered.startswith("354"):
                    going = self._take(connection, lines)

    def _take(self, connection: socket.socket, lines: BufferedReader) -> bool:
        if ("body", HALF) in self.plan:
            self.plan.remove(("body", HALF))
            lines.readline()
            return False
        received = []
        while (line := lines.readline()) != b".\r\n":
            if not line:
                return False
            received.append(line[1:] if line.startswith(b".") else line)
        whole = b"".join(received)
        going = self._answer(connection, "body")
        # After a drop the client cannot know, but the message is there: that is the duplicate.
        if self._answered.startswith("250") or self._answered == DROP:
            self.taken.append(whole)
        return going

    def _answer(self, connection: socket.socket, step: str) -> bool:
        fault = next((one for one in self.plan if one[0] == step), None)
        if fault is not None:
            self.plan.remove(fault)
        self._answered = fault[1] if fault is not None else self._usual(step)
        self._named = self._answered.startswith("2") if step in ("mail", "rcpt") else self._named
        if self._answered == DROP:
            return False
        if self._answered == LATE:
            self._over.wait(1.5)
            self._answered = self._usual(step)
        if self._answered == HANG:
            self._over.wait(10)
            return False
        if self._answered in (DRIP, ENDLESS):
            octets = b"2" if self._answered == DRIP else b"250-and so on\r\n" * 100
            while not self._over.wait(0.01):
                connection.sendall(octets)
            return False
        connection.sendall(self._answered.encode("latin-1") + b"\r\n")
        return not self._answered.startswith("421")

    def _usual(self, step: str) -> str:
        if step == "data" and not self._named:
            return "503 5.5.1 no valid recipients"
        usual = _USUAL.get(step, "500 what?")
        return f"250-PIPELINING\r\n{usual}" if step == "ehlo" and self.pipelining else usual


BadServerMaker = Callable[..., BadServer]


@pytest.fixture
def bad_server() -> Iterator[BadServerMaker]:
    """Starts servers that misbehave as planned."""
    servers: list[BadServer] = []

    def start(*plan: tuple[str, str], pipelining: bool = False) -> BadServer:
        server = BadServer(list(plan), pipelining)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@dataclass
class Hook:
    """A web hook on loopback that takes what Apprise posts as JSON.

    Attributes:
        status: what it answers with; only with 200 it takes anything.
        received: what it took.
    """

    status: int
    received: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


HookMaker = Callable[[int], Hook]


@pytest.fixture
def hook() -> Iterator[HookMaker]:
    """Starts web hooks that answer with a status."""
    servers: list[tuple[HTTPServer, threading.Thread]] = []

    def start(status: int) -> Hook:
        made = Hook(status)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                octets = self.rfile.read(int(self.headers["Content-Length"]))
                if made.status == 200:
                    made.received.append(json.loads(octets))
                self.send_response(made.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing on stderr."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        made.url = f"json://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return made

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join(10)
        server.server_close()
