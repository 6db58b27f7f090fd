"""The same checks hold under TLS, and a certificate nobody vouches for is refused.

The certificate and its key in loopback.pem are for 127.0.0.1, made for these tests alone.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.articles.addresses import LOOPBACK, Reach
from tracker.articles.fetch import Limits, fetch
from tracker.articles.sockets import Http
from tracker.errors import FetchError

NOW = datetime(2025, 7, 16, tzinfo=UTC)
CERTIFICATE = Path(__file__).with_name("loopback.pem")
TRUSTING = Http(reach=Reach(allow=LOOPBACK), sleep=lambda _: None, ca_bundle=str(CERTIFICATE))
QUICK = Limits(seconds=0.3, read_seconds=0.15, wire_bytes=200_000)
# Bytes are what runs out here, however slow the machine.
PATIENT = replace(QUICK, seconds=20, read_seconds=10)
HEAD = b"HTTP/1.1 200 O\r\nContent-Type: text/html\r\n\r\n"

Talk = Callable[[socket.socket], None]
ServeTls = Callable[[Talk], str]


@pytest.fixture
def serve_tls() -> Iterator[ServeTls]:
    """Start a server for one connection after the other; gives its https address."""
    listeners: list[tuple[socket.socket, threading.Thread, threading.Event]] = []

    def start(talk: Talk) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        stopping = threading.Event()
        thread = threading.Thread(target=listen, args=(listener, talk, stopping))
        listeners.append((listener, thread, stopping))
        thread.start()
        return f"https://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener, thread, stopping in listeners:
        stopping.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join(10)
        listener.close()


def listen(listener: socket.socket, talk: Talk, stopping: threading.Event) -> None:
    while not stopping.is_set():
        connection, _ = listener.accept()
        with suppress(OSError), connection:
            connection.settimeout(5)
            talk(connection)


def encrypted(talk: Talk) -> Talk:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    def wrapped(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as line:
            line.recv(65536)
            talk(line)

    return wrapped


def hello(line: socket.socket) -> None:
    line.sendall(HEAD + b"hello")


def endless(line: socket.socket) -> None:
    line.sendall(HEAD)
    while True:
        line.sendall(b"x" * 9999)


def dripping(line: socket.socket) -> None:
    line.sendall(HEAD)
    while True:
        line.sendall(b"x")
        time.sleep(0.02)


def silent(line: socket.socket) -> None:
    while line.recv(65536):
        pass


def test_a_page_is_fetched_under_tls(serve_tls: ServeTls) -> None:
    assert fetch(serve_tls(encrypted(hello)), now=NOW, http=TRUSTING).content == b"hello"


def test_a_certificate_nobody_vouches_for_is_refused(serve_tls: ServeTls) -> None:
    http = Http(reach=Reach(allow=LOOPBACK))
    with pytest.raises(FetchError, match="certificate cannot be trusted"):
        fetch(serve_tls(encrypted(hello)), now=NOW, http=http)


def test_a_certificate_for_another_name_is_refused(serve_tls: ServeTls) -> None:
    reach = Reach(allow=LOOPBACK, resolve=lambda *_: ["127.0.0.1"])
    http = Http(reach=reach, ca_bundle=str(CERTIFICATE))
    url = serve_tls(encrypted(hello)).replace("127.0.0.1", "gazette.example")
    with pytest.raises(FetchError, match="certificate cannot be trusted"):
        fetch(url, now=NOW, http=http)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (encrypted(endless), "More than 200,000 bytes"),
        (encrypted(dripping), "longer than 0.3 seconds"),
        (encrypted(silent), "Nothing was heard for 0.15 seconds"),
        (silent, "did not answer in time"),
        (hello, "does not speak TLS"),
        (lambda _: None, "does not speak TLS|broke"),
    ],
    ids=["endless", "drip", "silence", "silent handshake", "no TLS", "closed in the handshake"],
)
def test_limits_hold_under_tls(serve_tls: ServeTls, talk: Talk, words: str) -> None:
    timed = any(word in words for word in ("longer than", "Nothing was heard", "in time"))
    begun = time.monotonic()
    with pytest.raises(FetchError, match=words):
        fetch(serve_tls(talk), now=NOW, http=TRUSTING, limits=QUICK if timed else PATIENT)
    # Many times the limit: it is endlessness that is tested here, not speed.
    assert time.monotonic() - begun < 20
