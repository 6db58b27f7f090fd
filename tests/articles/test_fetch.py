"""What fetch gives back, and that it behaves towards servers that behave."""

import codecs
import socket
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tracker.articles.addresses import LOOPBACK, Reach
from tracker.articles.decoding import decode, encoding_of
from tracker.articles.fetch import Limits, fetch
from tracker.articles.sockets import USER_AGENT, Http
from tracker.errors import FetchError

Answer = Callable[[socket.socket, bytes], None]
Serve = Callable[[Answer], tuple[str, list[bytes]]]

NOW = datetime(2025, 7, 16, 9, 30, tzinfo=UTC)
LOCAL = Http(reach=Reach(allow=LOOPBACK))


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def answering(*answers: bytes) -> Answer:
    """Give each request the next answer; the last one is repeated."""
    rest = list(answers)

    def answer(connection: socket.socket, _: bytes) -> None:
        connection.sendall(rest.pop(0) if len(rest) > 1 else rest[0])

    return answer


def test_a_page_comes_with_its_address_status_type_and_the_instant_given(serve: Serve) -> None:
    base, _ = serve(answering(page(b"<p>Hello", "Content-Type: text/html; charset=utf-8")))
    got = fetch(f"{base}/a?b=1#part", now=NOW, http=LOCAL)
    assert got.url == f"{base}/a?b=1#part"
    assert got.final_url == f"{base}/a?b=1"
    assert (got.status, got.content, got.text) == (200, b"<p>Hello", "<p>Hello")
    assert got.content_type == "text/html; charset=utf-8"
    assert got.fetched_at == NOW


def test_the_request_says_who_we_are_and_offers_no_packing_we_cannot_bound(serve: Serve) -> None:
    base, requests = serve(answering(page(b"x", "Content-Type: text/html")))
    fetch(base, now=NOW, http=LOCAL)
    sent = requests[0].decode().lower()
    assert f"user-agent: {USER_AGENT}".lower() in sent
    assert "accept-encoding: gzip, deflate\r\n" in sent
    assert "br" not in sent.split("accept-encoding:")[1].split("\r\n")[0]


def test_proxies_and_passwords_of_the_environment_are_not_used(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy would connect for us, and no address could be checked.
    base, requests = serve(answering(page(b"x", "Content-Type: text/html")))
    proxy, proxied = serve(answering(page(b"proxy", "Content-Type: text/html")))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy)
    monkeypatch.setenv("no_proxy", "")
    assert fetch(base, now=NOW, http=LOCAL).content == b"x"
    assert (len(requests), len(proxied)) == (1, 0)


def test_cookies_are_kept_from_hop_to_hop_within_one_fetch(serve: Serve) -> None:
    # Newspapers set a cookie and redirect to the same page: without it that never ends.
    def answer(connection: socket.socket, request: bytes) -> None:
        known = b"visited=yes" in request
        moved = page(b"", "Location: /", "Set-Cookie: visited=yes", status="302 Found")
        connection.sendall(page(b"in", "Content-Type: text/html") if known else moved)

    base, requests = serve(answer)
    assert fetch(base, now=NOW, http=LOCAL).content == b"in"
    fetch(base, now=NOW, http=LOCAL)
    assert [b"visited" in request for request in requests] == [False, True, False, True]


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_redirect_is_followed_and_the_last_address_told(serve: Serve, status: str) -> None:
    base, _ = serve(
        answering(
            page(b"", "Location: ../b/c?d=e", status=status),
            page(b"there", "Content-Type: text/html"),
        )
    )
    assert fetch(f"{base}/a/", now=NOW, http=LOCAL).final_url == f"{base}/b/c?d=e"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("404 Gone missing", "404 Not Found"),
        ("403 Forbidden", "403 Forbidden"),
        ("500 Oops", "500 Internal Server Error"),
        ("204 No Content", "204 No Content"),
        ("799 Strange", "799"),
    ],
)
def test_an_answer_that_is_no_page_is_an_error_with_its_status(
    serve: Serve, status: str, words: str
) -> None:
    base, requests = serve(answering(page(b"<p>sorry", status=status)))
    with pytest.raises(FetchError, match=words):
        fetch(base, now=NOW, http=LOCAL)
    assert len(requests) == 1


def test_a_refused_page_comes_with_advice_to_save_it(serve: Serve) -> None:
    base, _ = serve(answering(page(b"", status="403 Forbidden")))
    with pytest.raises(FetchError) as caught:
        fetch(base, now=NOW, http=LOCAL)
    assert "save it" in str(caught.value.hint)


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/zip", "video/mp4"])
def test_what_is_no_text_is_refused_before_its_body_is_read(serve: Serve, kind: str) -> None:
    base, _ = serve(answering(page(b"x" * 10, f"Content-Type: {kind}")))
    with pytest.raises(FetchError, match=f"'{kind}', not a page"):
        fetch(base, now=NOW, http=LOCAL)


@pytest.mark.parametrize("status", ["429 Slow Down", "503 Busy"])
def test_a_busy_server_is_asked_again_after_the_time_it_names(serve: Serve, status: str) -> None:
    waits: list[float] = []
    http = Http(reach=LOCAL.reach, sleep=waits.append)
    busy = page(b"", "Retry-After: 7", status=status)
    base, requests = serve(answering(busy, page(b"now", "Content-Type: text/html")))
    assert fetch(base, now=NOW, http=http).content == b"now"
    assert waits == [7.0]
    assert len(requests) == 2


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ((), [1.0, 2.0]),
        (("Retry-After: 0",), [0.0, 0.0]),
        (("Retry-After: soon",), [1.0, 2.0]),
        (("Retry-After: -5",), [1.0, 2.0]),
        (("Retry-After: ٣",), [1.0, 2.0]),
        (
            ("Date: Wed, 16 Jul 2025 09:00:00 GMT", "Retry-After: Wed, 16 Jul 2025 09:00:04 GMT"),
            [4.0, 4.0],
        ),
        (("Retry-After: 11",), []),
        (("Retry-After: 99999999999999999999999",), []),
    ],
)
def test_waits_are_bounded_in_length_and_number(
    serve: Serve, headers: tuple[str, ...], waits: list[float]
) -> None:
    slept: list[float] = []
    http = Http(reach=LOCAL.reach, sleep=slept.append)
    base, requests = serve(answering(page(b"", *headers, status="503 Busy")))
    with pytest.raises(FetchError, match="503 Service Unavailable"):
        fetch(base, now=NOW, http=http)
    assert slept == waits
    assert len(requests) == len(waits) + 1


def test_a_server_that_refuses_the_connection_is_tried_three_times() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    slept: list[float] = []
    http = Http(reach=LOCAL.reach, sleep=slept.append)
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 cannot be reached: connection refused"):
        fetch(f"http://127.0.0.1:{port}/", now=NOW, http=http)
    assert slept == [1.0, 2.0]


ODD = "“A – ‘naïve’ – café”"

ENCODINGS = [
    ("the header", ODD.encode("cp1252"), "windows-1252", "cp1252"),
    ("browsers read latin-1 as windows-1252", ODD.encode("cp1252"), "ISO-8859-1", "cp1252"),
    ("nothing stated, valid UTF-8", ODD.encode(), None, "utf-8"),
    ("nothing stated, not UTF-8", ODD.encode("cp1252"), None, "cp1252"),
    ("a mark beats the header", codecs.BOM_UTF8 + ODD.encode(), "iso-8859-1", "utf-8"),
    ("a UTF-16 mark", codecs.BOM_UTF16_LE + ODD.encode("utf-16-le"), None, "utf-16-le"),
    ("another UTF-16 mark", codecs.BOM_UTF16_BE + ODD.encode("utf-16-be"), "utf-8", "utf-16-be"),
    ("UTF-16 by header alone", ODD.encode("utf-16-le"), "utf-16", "utf-16-le"),
    ("a server's default is no truth", ODD.encode(), "iso-8859-1", "utf-8"),
    ("it says UTF-8 and is not", ODD.encode("cp1252"), "utf-8", "cp1252"),
    ("one bad byte", ODD.encode() + b"\xff", "utf-8", "utf-8"),
    ("meta", b"<meta charset=windows-1251>" + "Москва".encode("cp1251"), None, "cp1251"),
    (
        "meta http-equiv",
        b'<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'
        + "東京".encode("cp932"),
        None,
        "cp932",
    ),
    ("the header beats meta", b'<meta charset="koi8-r">' + "é".encode("cp1252"), "cp1252", None),
    ("meta cannot truly say UTF-16", b'<meta charset="utf-16">' + "é".encode(), None, "utf-8"),
    ("an XML declaration", b'<?xml version="1.0" encoding="gb2312"?>' + b"\xd6\xd0", None, None),
    ("an unknown name", ODD.encode(), "martian", "utf-8"),
    ("a codec that is no encoding", ODD.encode(), "rot13", "utf-8"),
    ("a codec that packs", ODD.encode(), "zlib", "utf-8"),
]


@pytest.mark.parametrize(
    ("content", "header", "encoding"),
    [case[1:] for case in ENCODINGS],
    ids=[case[0] for case in ENCODINGS],
)
def test_the_encoding_is_the_one_a_reader_needs(
    content: bytes, header: str | None, encoding: str | None
) -> None:
    found = encoding_of(content, header)
    if encoding:
        assert found == encoding
    text = decode(content, found)
    assert not text.startswith("\ufeff")
    assert any(word in text for word in (ODD, "Москва", "東京", "é", "中"))


def test_a_page_is_decoded_by_its_header(serve: Serve) -> None:
    body = page(ODD.encode("cp1252"), 'Content-Type: text/html; Charset="ISO-8859-1"')
    base, _ = serve(answering(body))
    assert fetch(base, now=NOW, http=LOCAL).text == ODD


def test_the_total_time_holds_for_waits_too(serve: Serve) -> None:
    slept: list[float] = []
    http = Http(reach=LOCAL.reach, sleep=slept.append)
    base, _ = serve(answering(page(b"", "Retry-After: 2", status="503 Busy")))
    with pytest.raises(FetchError, match="503"):
        fetch(base, now=NOW, http=http, limits=Limits(seconds=1.5))
    assert slept == []
