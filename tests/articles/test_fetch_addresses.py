"""No spelling, no name server and no redirect leads a fetch to an address it must not reach."""

import errno
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.addresses import EVERYWHERE, LOOPBACK, Reach, forbidden
from tracker.articles.fetch import Limits, fetch
from tracker.articles.sockets import Http
from tracker.errors import FetchError

Answer = Callable[[socket.socket, bytes], None]
Serve = Callable[[Answer], tuple[str, list[bytes]]]

NOW = datetime(2025, 7, 16, tzinfo=UTC)
QUICK = Limits(seconds=1, read_seconds=0.05)
STEADY = Limits(seconds=20, read_seconds=10)

# Python itself tells every attempt to connect, so that those to addresses where nobody listens
# are counted too, and stopped there: a test that fails must not knock on other machines' doors.
# An audit hook cannot be taken away again, hence one for all tests.
CONNECTS: list[str] = []


def note_connects(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = str(arguments[1])
    CONNECTS.append(address)
    if address.startswith("(") and not address.startswith("('127."):
        raise ConnectionRefusedError(errno.ECONNREFUSED, "kept in by the test")


sys.addaudithook(note_connects)


def hostile_resolver(host: str, port: int) -> list[str]:
    """Read every number the system reads; every other name leads to loopback."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return ["127.0.0.1"]
    return [str(answer[4][0]) for answer in found]


@pytest.fixture
def bait() -> Iterator[socket.socket]:
    """Listen on every address of this machine; nobody may come."""
    with closing(socket.create_server(("0.0.0.0", 0), backlog=512)) as listener:  # noqa: S104 - bait
        listener.settimeout(0)
        yield listener


def visitors(listener: socket.socket) -> int:
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


# The port of the bait is put in for PORT.
SPELLINGS = (
    """
http://127.0.0.1:PORT/
https://127.0.0.1:PORT/
HTTP://127.0.0.1:PORT/
http://127.0.0.1:PORT
http://127.0.0.1.:PORT/
http://127.0.0.1..:PORT/
http://127.1:PORT/
http://127.0.1:PORT/
http://127.255.255.254:PORT/
http://127.0.0.2:PORT/
http://2130706433:PORT/
http://0x7f000001:PORT/
http://0X7F000001:PORT/
http://0x7f.1:PORT/
http://0x7f.0.0.1:PORT/
http://0x7f.0x0.0x0.0x1:PORT/
http://0x0000007f.0.0.1:PORT/
http://017700000001:PORT/
http://0177.0.0.1:PORT/
http://0177.0.0.01:PORT/
http://00177.0.0.1:PORT/
http://0177.0x0.0.1:PORT/
http://127.0.0.1%2e:PORT/
http://127%2e0%2e0%2e1:PORT/
http://%31%32%37.0.0.1:PORT/
http://127.0.0.1%00:PORT/
http://127.0.0.1%00.gazette.example:PORT/
http://127。0。0。1:PORT/
http://127.0.0。1:PORT/
http://①②⑦.⓪.⓪.①:PORT/
http://１２７.0.0.1:PORT/
http://𝟏𝟐𝟕.𝟎.𝟎.𝟏:PORT/
http://١٢٧.٠.٠.١:PORT/
http://0:PORT/
http://0.0.0.0:PORT/
http://0.0:PORT/
http://00000000:PORT/
http://0.1.2.3:PORT/
http://localhost:PORT/
http://LOCALHOST:PORT/
http://localhost.:PORT/
http://localhost.localdomain:PORT/
http://ｌｏｃａｌｈｏｓｔ:PORT/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/
http://loc%61lhost:PORT/
http://app.localhost:PORT/
http://127.0.0.1.nip.gazette.example:PORT/
http://rebound.gazette.example:PORT/
http://xn--localhost-:PORT/
http://gazette.example@127.0.0.1:PORT/
http://gazette.example:80@127.0.0.1:PORT/
http://gazette.example%40127.0.0.1:PORT/
http://127.0.0.1:PORT@127.0.0.1:PORT/
http://gazette.example#@127.0.0.1:PORT/
http://gazette.example?@127.0.0.1:PORT/
http://gazette.example\\@127.0.0.1:PORT/
http://127.0.0.1:PORT\\@gazette.example/
http:/127.0.0.1:PORT/
http:127.0.0.1:PORT/
http:///127.0.0.1:PORT/
http:\\\\127.0.0.1:PORT/
//127.0.0.1:PORT/
127.0.0.1:PORT/
http:// 127.0.0.1:PORT/
http://127.0.0.1\t:PORT/
http://127.0.0.1 :PORT/
http://[::1]:PORT/
http://[0:0:0:0:0:0:0:1]:PORT/
http://[0000:0000:0000:0000:0000:0000:0000:0001]:PORT/
http://[::]:PORT/
http://[::127.0.0.1]:PORT/
http://[::ffff:127.0.0.1]:PORT/
http://[::FFFF:7f00:1]:PORT/
http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/
http://[::ffff:0:127.0.0.1]:PORT/
http://[::ffff:93.184.215.14]:PORT/
http://[::ffff:10.0.0.1]:PORT/
http://[64:ff9b::127.0.0.1]:PORT/
http://[64:ff9b::7f00:1]:PORT/
http://[64:ff9b:1::7f00:1]:PORT/
http://[2002:7f00:1::]:PORT/
http://[2002:7f00:1::1]:PORT/
http://[2001:0:7f00:1::]:PORT/
http://[2001:db8::1]:PORT/
http://[3fff::1]:PORT/
http://[2606:4700::5efe:7f00:1]:PORT/
http://[2606:4700::200:5efe:7f00:1]:PORT/
http://[fe80::1]:PORT/
http://[fe80::1%25lo]:PORT/
http://[fe80::1%lo]:PORT/
http://[::1%25lo]:PORT/
http://[::1%251]:PORT/
http://[2606:4700::1%25lo]:PORT/
http://[fc00::1]:PORT/
http://[fd00:ec2::254]:PORT/
http://[fec0::1]:PORT/
http://[ff02::1]:PORT/
http://[100::1]:PORT/
http://[5f00::1]:PORT/
http://[v1.127.0.0.1]:PORT/
http://[127.0.0.1]:PORT/
http://[::1:PORT/
http://10.0.0.1:PORT/
http://0xa.0.0.1:PORT/
http://10.255.255.255:PORT/
http://172.16.0.1:PORT/
http://172.31.255.255:PORT/
http://192.168.1.1:PORT/
http://3232235777:PORT/
http://169.254.169.254:PORT/latest/meta-data/
http://0xA9FEA9FE:PORT/
http://169.254.43518:PORT/
http://0251.0376.0251.0376:PORT/
http://metadata.google.internal:PORT/
http://100.64.0.1:PORT/
http://100.100.100.200:PORT/
http://100.127.255.255:PORT/
http://168.63.129.16:PORT/
http://192.0.0.192:PORT/
http://192.0.2.1:PORT/
http://198.18.0.1:PORT/
http://198.51.100.1:PORT/
http://203.0.113.1:PORT/
http://192.88.99.1:PORT/
http://224.0.0.1:PORT/
http://239.255.255.250:PORT/
http://240.0.0.1:PORT/
http://255.255.255.255:PORT/
http://4294967295:PORT/
http://4294967296:PORT/
http://127.0.0.256:PORT/
http://127.0.0.1:99999/
http://127.0.0.1:-1/
http://127.0.0.1:０/
""".strip()
    .replace("\\t", "\t")
    .replace("\\\\", "\\")
    .splitlines()
)


def test_the_list_of_spellings_is_long() -> None:
    assert len(set(SPELLINGS)) == len(SPELLINGS) >= 130


def test_no_spelling_of_a_forbidden_address_makes_a_connection(bait: socket.socket) -> None:
    http = Http(reach=Reach(resolve=hostile_resolver), sleep=lambda _: None)
    port = str(bait.getsockname()[1])
    CONNECTS.clear()
    for spelling in SPELLINGS:
        with pytest.raises(FetchError):
            fetch(spelling.replace("PORT", port), now=NOW, http=http, limits=QUICK)
    assert CONNECTS == []
    assert visitors(bait) == 0


def test_the_bait_would_have_been_taken(bait: socket.socket) -> None:
    # Shows that the two counts above can be other than nought.
    http = Http(reach=Reach(allow=EVERYWHERE, resolve=hostile_resolver), sleep=lambda _: None)
    port = bait.getsockname()[1]
    CONNECTS.clear()
    for host in ("127.0.0.1", "0x7f.1", "2130706433", "127.1", "rebound.gazette.example"):
        with pytest.raises(FetchError, match="Nothing was heard"):
            fetch(f"http://{host}:{port}/", now=NOW, http=http, limits=QUICK)
    assert [f"('127.0.0.1', {port})"] * 5 == CONNECTS
    assert visitors(bait) == 5


@pytest.mark.parametrize("target", SPELLINGS)
def test_no_redirect_leads_to_a_forbidden_address(serve: Serve, target: str) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        moved = target.replace("PORT", "9").encode()
        connection.sendall(b"HTTP/1.1 302 F\r\nContent-Length: 0\r\nLocation: %b\r\n\r\n" % moved)

    def resolver(host: str, port: int) -> list[str]:
        if host == "front.gazette.example":
            return ["127.0.0.1"]
        return ["127.0.0.2" if a == "127.0.0.1" else a for a in hostile_resolver(host, port)]

    base, requests = serve(answer)
    port = base.rsplit(":", 1)[1]
    # Only the redirecting server itself may be reached, as if it stood on the public network.
    http = Http(reach=Reach(allow=(ip_network("127.0.0.1/32"),), resolve=resolver))
    CONNECTS.clear()
    with pytest.raises(FetchError):
        fetch(f"http://front.gazette.example:{port}/", now=NOW, http=http, limits=STEADY)
    assert {f"('127.0.0.1', {port})"} == set(CONNECTS)
    assert 1 <= len(requests) <= 6


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://gazette.example/", "gopher://127.0.0.1/", "data:text/html,x",
     "javascript:alert(1)", "unix:///run/x.sock", "HTTP+UNIX://x/", "mailto:ada@gazette.example"],
)  # fmt: skip
def test_only_http_and_https_are_fetched_at_first_and_after_redirects(
    serve: Serve, target: str
) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(f"HTTP/1.1 301 M\r\nLocation: {target}\r\n\r\n".encode())

    with pytest.raises(FetchError, match="Only http and https are fetched"):
        fetch(target, now=NOW)
    base, _ = serve(answer)
    with pytest.raises(FetchError, match="Only http and https are fetched"):
        fetch(base, now=NOW, http=Http(reach=Reach(allow=LOOPBACK)))


def test_a_name_server_that_changes_its_answer_gains_nothing(serve: Serve) -> None:
    # DNS rebinding: a harmless address when it is checked, an inner one when it is connected to.
    answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]]

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 302 F\r\nConnection: close\r\nLocation: /again\r\n\r\n")

    base, requests = serve(answer)
    port = int(base.rsplit(":", 1)[1])
    reach = Reach(allow=(ip_network("127.0.0.1/32"),), resolve=lambda *_: answers.pop(0))
    CONNECTS.clear()
    with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.2, a loopback address"):
        fetch(
            f"http://rebound.gazette.example:{port}/",
            now=NOW,
            http=Http(reach=reach),
            limits=STEADY,
        )
    assert [f"('127.0.0.1', {port})"] == CONNECTS
    assert len(requests) == 1
    assert len(answers) == 1


def test_of_several_addresses_only_the_allowed_are_tried(serve: Serve) -> None:
    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 O\r\nContent-Length: 2\r\n\r\nok")

    base, _ = serve(answer)
    port = int(base.rsplit(":", 1)[1])
    mixed = ["10.0.0.1", "::1", "127.0.0.1", "169.254.169.254"]
    reach = Reach(allow=(ip_network("127.0.0.1/32"),), resolve=lambda *_: mixed)
    CONNECTS.clear()
    fetch(f"http://mixed.gazette.example:{port}/", now=NOW, http=Http(reach=reach), limits=STEADY)
    assert [f"('127.0.0.1', {port})"] == CONNECTS


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.128.0.1",
     "192.167.1.1", "169.253.1.1", "223.255.255.254", "2606:4700::1111", "2a00:1450::1",
     "2001:4860:4860::8888"],
)  # fmt: skip
def test_public_addresses_are_not_refused(address: str) -> None:
    assert forbidden(ip_address(address)) is None


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_ipv4_address_that_python_calls_inner_is_always_forbidden(address: IPv4Address) -> None:
    # Our table is our own; this holds it against the one inside Python.
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert forbidden(address) is not None


@settings(deadline=None)
@given(
    st.one_of(
        st.integers(0, 2**128 - 1),
        st.integers(0x2000 << 112, 0x4000 << 112),
        st.integers(0, 2**32 - 1).map(lambda low: (0xFFFF << 32) | low),
        st.integers(0, 2**112 - 1).map(lambda low: (0x2002 << 112) | low),
        st.integers(0, 2**96 - 1).map(lambda low: (0x20010000 << 96) | low),
    ).map(IPv6Address)
)
def test_an_ipv6_address_that_python_calls_inner_is_always_forbidden(address: IPv6Address) -> None:
    embeds = address.ipv4_mapped or address.sixtofour or address.teredo
    if not address.is_global or address.is_multicast or embeds:
        assert forbidden(address) is not None


def test_an_unknown_name_is_an_error_that_says_so() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host}:{port}")

    with pytest.raises(FetchError, match=r"There is no site called gazette\.example"):
        fetch("https://gazette.example/", now=NOW, http=Http(reach=Reach(resolve=unknown)))


def test_a_name_server_that_fails_for_the_moment_is_asked_again() -> None:
    asked: list[str] = []
    slept: list[float] = []

    def failing(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    http = Http(reach=Reach(resolve=failing), sleep=slept.append)
    with pytest.raises(FetchError, match="could not look up"):
        fetch("https://gazette.example/", now=NOW, http=http)
    assert asked == ["gazette.example:443"] * 3
    assert slept == [1.0, 2.0]
