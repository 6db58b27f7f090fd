"""A server that sends too much, too slowly, in circles or in pieces costs only its limit."""

import gzip
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tracker.articles.addresses import LOOPBACK, Reach
from tracker.articles.decoding import unpack
from tracker.articles.fetch import Limits, fetch
from tracker.articles.sockets import Http
from tracker.errors import FetchError

Answer = Callable[[socket.socket, bytes], None]
Serve = Callable[[Answer], tuple[str, list[bytes]]]

NOW = datetime(2025, 7, 16, tzinfo=UTC)
LOCAL = Http(reach=Reach(allow=LOOPBACK), sleep=lambda _: None)
QUICK = Limits(seconds=0.2, read_seconds=0.1, wire_bytes=300_000, page_bytes=100_000)
# Bytes are what runs out here, however slow the machine.
PATIENT = replace(QUICK, seconds=20, read_seconds=10)
HTML = b"HTTP/1.1 200 O\r\nContent-Type: text/html\r\n"


def sending(*parts: bytes) -> Answer:
    def answer(connection: socket.socket, _: bytes) -> None:
        for part in parts:
            connection.sendall(part)

    return answer


def endlessly(head: bytes, piece: bytes, every: float = 0) -> Answer:
    """Send the head, then the piece again and again, waiting `every` seconds between."""

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            time.sleep(every)

    return answer


def silent(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


def muted(connection: socket.socket, request: bytes) -> None:
    connection.sendall(HTML + b"\r\n")
    silent(connection, request)


def one_by_one(*answers: Answer) -> Answer:
    rest = iter(answers)

    def answer(connection: socket.socket, request: bytes) -> None:
        next(rest)(connection, request)

    return answer


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def gzip_bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(size >> 20)) + packer.flush()


CHUNKED = HTML + b"Transfer-Encoding: chunked\r\n\r\n"

# What is wrong with it, how the server answers, what the error says.
MISBEHAVIOURS: list[tuple[str, Answer, str]] = [
    ("an endless body", endlessly(HTML + b"\r\n", b"x" * 9999), "larger than 100,000 bytes"),
    ("an endless chunked body", endlessly(CHUNKED, chunk(b"x" * 9999)), "larger than 100,000"),
    ("endless headers", endlessly(HTML, b"X-More: yes\r\n"), "broke"),
    ("one endless header", endlessly(HTML + b"X-More: ", b"x" * 9999), "broke"),
    ("endless interim answers", endlessly(b"", b"HTTP/1.1 100 C\r\n\r\n" * 99), "More than"),
    ("an endless status line", endlessly(b"HTTP/1.1 200 ", b"x" * 9999), "broke"),
    ("an endless chunk size", endlessly(CHUNKED, b"0" * 9999), "broke"),
    ("an endless chunk extension", endlessly(CHUNKED + b"5;", b"x" * 9999), "broke"),
    ("a large announced body", endlessly(HTML + b"Content-Length: 9999999999\r\n\r\n", b"x" * 9999),
     "larger than 100,000 bytes"),
    ("a bomb", sending(HTML + b"Content-Encoding: gzip\r\n\r\n", gzip_bomb(1 << 23)),
     "larger than 100,000 bytes"),
    ("endless packed nothing", endlessly(HTML + b"Content-Encoding: gzip\r\n\r\n",
     gzip.compress(b"", mtime=0) * 999), "More than 300,000 bytes"),
    ("silence", silent, "Nothing was heard for 0.1 seconds"),
    ("silence after the head", muted,
     "Nothing was heard for 0.1 seconds"),
    ("a slow drip in the body", endlessly(HTML + b"\r\n", b"x", 0.02), "longer than 0.2 seconds"),
    ("a slow drip in a chunk", endlessly(CHUNKED + b"ffff\r\n", b"x", 0.02), "longer than 0.2"),
    ("a slow drip in the head", endlessly(b"HTTP/1.1 200 O\r\nX: ", b"x", 0.02), "longer than 0.2"),
    ("a slow drip of interim answers", endlessly(b"", b"HTTP/1.1 100 C\r\n\r\n", 0.02),
     "longer than 0.2 seconds"),
    ("a body shorter than announced", sending(HTML + b"Content-Length: 99\r\n\r\nshort"), "broke"),
    ("chunks that break off", sending(CHUNKED, chunk(b"short")), "broke"),
    ("a chunk that breaks off", sending(CHUNKED, b"ff\r\nshort"), "broke"),
    ("a chunk size that is no number", sending(CHUNKED, b"many\r\nshort\r\n"), "broke"),
    ("a negative chunk size", endlessly(CHUNKED + b"-5\r\n", b"x" * 9999), "broke"),
    ("a packed body that breaks off", sending(HTML + b"Content-Encoding: gzip\r\n\r\n",
     gzip.compress(b"whole", mtime=0)[:-9]), "broke off in the middle"),
    ("a broken packed body", sending(HTML + b"Content-Encoding: gzip\r\n\r\nno gzip"), "broken"),
    ("a broken deflated body", sending(HTML + b"Content-Encoding: deflate\r\n\r\n\x78\x9c\xff\xff"),
     "broken way"),
    ("a packing we did not ask for", sending(HTML + b"Content-Encoding: br\r\n\r\nx"), "'br'"),
    ("packed twice", sending(HTML + b"Content-Encoding: gzip, gzip\r\n\r\nx"), "'gzip, gzip'"),
    ("closed without a word", sending(b""), "broke"),
    ("half a status line", sending(b"HTTP/1."), "broke"),
    ("no HTTP at all", sending(b"SSH-2.0-OpenSSH\r\n"), "broke"),
    ("an empty page", sending(HTML + b"Content-Length: 0\r\n\r\n"), "empty"),
    ("a page of blanks", sending(HTML + b"\r\n  \n "), "empty"),
    ("a redirect to itself", sending(b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n"), "more than 5"),
    ("a redirect to nowhere", sending(b"HTTP/1.1 302 F\r\n\r\n"), "without saying where"),
    ("a redirect with an endless body", endlessly(b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n",
     b"x" * 9999), "more than 5 times"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "words"),
    [case[1:] for case in MISBEHAVIOURS],
    ids=[case[0] for case in MISBEHAVIOURS],
)
def test_a_misbehaving_server_ends_in_one_clear_sentence(
    serve: Serve, answer: Answer, words: str
) -> None:
    base, _ = serve(answer)
    timed = "longer than" in words or "Nothing was heard" in words
    begun = time.monotonic()
    with pytest.raises(FetchError, match=words) as caught:
        fetch(base, now=NOW, http=LOCAL, limits=QUICK if timed else PATIENT)
    # Many times the limit: it is endlessness that is tested here, not speed.
    assert time.monotonic() - begun < 20
    message = str(caught.value)
    assert message.startswith(f"{base}: ")
    assert message.endswith(".")
    assert "\n" not in message
    assert "urllib3" not in message


def test_a_silence_longer_than_the_total_time_ends_at_the_total_time(serve: Serve) -> None:
    base, _ = serve(silent)
    begun = time.monotonic()
    with pytest.raises(FetchError, match=r"longer than 0\.1 seconds in all"):
        fetch(base, now=NOW, http=LOCAL, limits=Limits(seconds=0.1, read_seconds=4))
    assert time.monotonic() - begun < 4


def test_what_is_sent_after_the_announced_length_is_not_read(serve: Serve) -> None:
    base, _ = serve(endlessly(HTML + b"Content-Length: 5\r\n\r\nhello", b"x" * 9999))
    assert fetch(base, now=NOW, http=LOCAL, limits=PATIENT).content == b"hello"


def test_a_half_closed_connection_still_gives_its_page(serve: Serve) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(HTML + b"\r\nhello")
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    base, _ = serve(answer)
    assert fetch(base, now=NOW, http=LOCAL, limits=PATIENT).content == b"hello"


def test_a_connection_that_breaks_once_is_tried_again(serve: Serve) -> None:
    short = sending(HTML + b"Content-Length: 99\r\n\r\nshort")
    base, requests = serve(one_by_one(short, sending(HTML + b"\r\nwhole")))
    assert fetch(base, now=NOW, http=LOCAL).content == b"whole"
    assert len(requests) == 2


def test_five_redirects_are_followed(serve: Serve) -> None:
    moved = sending(b"HTTP/1.1 302 F\r\nLocation: /\r\n\r\n")
    base, _ = serve(one_by_one(*[moved] * 5, sending(HTML + b"\r\nthere")))
    assert fetch(base, now=NOW, http=LOCAL, limits=PATIENT).content == b"there"


def test_a_name_server_that_does_not_answer_costs_its_share_of_the_time() -> None:
    def stuck(host: str, port: int) -> list[str]:
        time.sleep(0.3)
        return [f"{host}:{port}"]

    http = Http(reach=Reach(resolve=stuck))
    with pytest.raises(FetchError, match=r"Looking up gazette\.example took longer than 0\.1"):
        fetch("http://gazette.example/", now=NOW, http=http, limits=QUICK)


def test_an_error_shows_no_password_and_no_control_characters() -> None:
    with pytest.raises(FetchError) as caught:
        fetch("http://ada:secret@gazette.example/\x1b[31m\n" + "x" * 999, now=NOW)
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300


PACKED = [
    ("", b"hello"),
    ("identity", b"hello"),
    ("gzip", gzip.compress(b"hello", mtime=0)),
    ("x-gzip", gzip.compress(b"hello", mtime=0)),
    (" GZIP ", gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
    ("gzip", gzip.compress(b"hello", mtime=0) + b"\0\0\0padding"),
    ("deflate", zlib.compress(b"hello")),
    ("deflate", zlib.compress(b"hello")[2:-4]),
    ("deflate", zlib.compress(b"hello") + b"padding"),
]  # fmt: skip


@pytest.mark.parametrize("step", [1, 2, 3, 1000])
@pytest.mark.parametrize(("coding", "packed"), PACKED)
def test_a_packed_body_is_opened_however_it_is_cut(coding: str, packed: bytes, step: int) -> None:
    pieces = [packed[start : start + step] for start in range(0, len(packed), step)]
    assert unpack(pieces, coding, limit=5) == b"hello"


MEASURE = """
import resource, sys
from datetime import UTC, datetime
from tracker.articles.addresses import LOOPBACK, Reach
from tracker.articles.fetch import fetch
from tracker.articles.sockets import Http
from tracker.errors import FetchError

def peak():
    try:
        lines = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

http = Http(reach=Reach(allow=LOOPBACK), sleep=lambda _: None)
now = datetime(2025, 7, 16, tzinfo=UTC)
fetch(sys.argv[1] + "/small", now=now, http=http)
before = peak()
try:
    word = str(len(fetch(sys.argv[1] + "/large", now=now, http=http).content))
except FetchError as error:
    word = str(error)
print(peak() - before, word)
"""

MIB = 1 << 20
ZIPPED = HTML + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"


def bombs() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    yield "gzip", lambda: gzip_bomb(256 * MIB), "larger than 8,388,608 bytes"
    yield "many gzips", lambda: gzip_bomb(8 * MIB) * 40, "larger than 8,388,608 bytes"
    yield "the largest page allowed", lambda: gzip_bomb(8 * MIB), str(8 * MIB)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "word"), [bomb[1:] for bomb in bombs()], ids=[bomb[0] for bomb in bombs()]
)
def test_a_decompression_bomb_costs_at_most_20_mebibytes(
    serve: Serve, make: Callable[[], bytes], word: str
) -> None:
    bomb = make()

    def answer(connection: socket.socket, request: bytes) -> None:
        body = bomb if b"/large" in request else gzip.compress(b"small", mtime=0)
        connection.sendall(ZIPPED % len(body) + body)

    assert measured(serve(answer)[0], word) <= 20 * 1024


@pytest.mark.slow
def test_bombs_in_deflate_and_redirects_and_an_endless_body_cost_at_most_20_mebibytes(
    serve: Serve,
) -> None:
    bomb = zlib.compress(bytes(64 * MIB), 9)

    def deflated(connection: socket.socket, request: bytes) -> None:
        body = bomb if b"/large" in request else zlib.compress(b"small")
        connection.sendall(HTML + b"Content-Encoding: deflate\r\n\r\n" + body)

    def redirecting(connection: socket.socket, request: bytes) -> None:
        # requests by itself reads and unpacks what comes with a redirect, without a limit.
        head = b"HTTP/1.1 302 F\r\nLocation: /large\r\n" if b"/large" in request else HTML
        connection.sendall(head + b"Content-Encoding: deflate\r\n\r\n")
        connection.sendall(bomb if b"/large" in request else zlib.compress(b"small"))

    def endless(connection: socket.socket, request: bytes) -> None:
        connection.sendall(HTML + b"\r\n")
        while b"/large" in request:
            connection.sendall(b"x" * 65536)
        connection.sendall(b"small")

    assert measured(serve(deflated)[0], "larger than 8,388,608 bytes") <= 20 * 1024
    assert measured(serve(redirecting)[0], "redirected more than 5 times") <= 20 * 1024
    assert measured(serve(endless)[0], "More than 5,242,880 bytes") <= 20 * 1024


def measured(base: str, word: str) -> int:
    """Fetch in a process of its own; return the growth of its largest memory use, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, base],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    growth, words = done.stdout.split(" ", 1)
    assert word in words
    return int(growth)
