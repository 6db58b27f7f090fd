"""A language model may help; nothing it makes up gets through, and its key stays hidden.

The server speaks the protocol of chat completions on a real socket, well or badly.
"""

import json
import socket
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from tracker.articles.fetch import Limits
from tracker.articles.llm import Answer, propose, schema
from tracker.articles.sockets import Http
from tracker.errors import ConfigError, FetchError, TrackerError

Talk = Callable[[socket.socket, bytes], None]
Serve = Callable[[Talk], tuple[str, list[bytes]]]

TEXT = (
    "The bridge is unlikely to open before 2031. If the province withholds its grant, the project "
    "is dead by the end of the year. “Within weeks,” said the mayor, “the queue will be gone.”"
)
BRIDGE = {
    "quote": "The bridge is unlikely to open before 2031",
    "polarity": "will not happen",
    "phrase": "unlikely",
    "deadline": "before 2031",
    "conditional": None,
    "attributed_to": None,
    "question": "Will the bridge open before 2031?",
}
GRANT = {
    "quote": "If the province withholds its grant, the project is dead by the end of the year.",
    "polarity": "will not happen",
    "deadline": "by the end of the year",
    "conditional": "If the province withholds its grant",
}
KEY = SecretStr("sk-secret-4711-abcdefgh")
QUICK = Limits(seconds=0.3, read_seconds=0.15, wire_bytes=100_000, page_bytes=50_000)
PATIENT = replace(QUICK, seconds=20, read_seconds=10)


def http_answer(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def completion(content: object, finish: str = "stop") -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": content}}
    return http_answer(json.dumps({"choices": [{**choice, "finish_reason": finish}]}).encode())


def saying(content: object, finish: str = "stop") -> Talk:
    answer = completion(content, finish)
    return lambda connection, _: connection.sendall(answer)


def sending(answer: bytes) -> Talk:
    return lambda connection, _: connection.sendall(answer)


def forecasts(*claims: object) -> str:
    return json.dumps({"forecasts": claims})


def asked(serve: Serve, talk: Talk, limits: Limits = PATIENT) -> Answer:
    base, _ = serve(talk)
    return propose(TEXT, base_url=f"{base}/v1", model="parrot-7b", api_key=KEY, limits=limits)


def test_claims_come_back_with_their_places_in_the_order_of_the_text(serve: Serve) -> None:
    answer = asked(serve, saying(forecasts(GRANT, BRIDGE)))
    assert [TEXT[item.start : item.end] for item in answer.claims] == [
        BRIDGE["quote"],
        GRANT["quote"],
    ]
    assert answer.claims[0].claim.model_dump() == BRIDGE
    assert answer.refused == ()


def test_the_request_carries_text_model_key_and_a_strict_schema(serve: Serve) -> None:
    base, requests = serve(saying(forecasts()))
    propose(TEXT, base_url=f"{base}/v1/", model="parrot-7b", api_key=KEY, limits=PATIENT)
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/chat/completions HTTP/1.1")
    assert b"Authorization: Bearer sk-secret-4711-abcdefgh" in head
    sent = json.loads(body)
    assert sent["model"] == "parrot-7b"
    assert sent["messages"][-1] == {"role": "user", "content": TEXT}
    shape = sent["response_format"]["json_schema"]
    assert (shape["strict"], shape["schema"]) == (True, schema())
    claim = shape["schema"]["properties"]["forecasts"]["items"]
    assert set(claim["required"]) == set(claim["properties"]) == set(BRIDGE)
    assert claim["additionalProperties"] is False


def test_without_a_key_none_is_sent(serve: Serve) -> None:
    base, requests = serve(saying(forecasts()))
    url = f"{base}/v1/chat/completions"
    assert propose(TEXT, base_url=url, model="m", limits=PATIENT) == Answer(())
    assert b"authorization" not in requests[0].lower()
    assert requests[0].startswith(b"POST /v1/chat/completions HTTP")


@pytest.mark.parametrize("status", ["400 Bad", "422 Unknown", "500 Oops", "501 Not"])
def test_a_server_that_refuses_the_schema_is_asked_again_without(serve: Serve, status: str) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        refused = http_answer(b'{"error": "response_format"}', status)
        known = b"response_format" not in request
        connection.sendall(completion(forecasts(BRIDGE)) if known else refused)

    base, requests = serve(talk)
    answer = propose(TEXT, base_url=base, model="m", api_key=KEY, limits=PATIENT)
    assert len(answer.claims) == 1
    assert len(requests) == 2


WRAPPED = [
    f"```json\n{forecasts(BRIDGE)}\n```",
    f"Here you are:\n```\n{forecasts(BRIDGE)}\n```\nAnything else?",
    f"<think>Is it {{a}} forecast?</think>{forecasts(BRIDGE)}",
    f"Sure! {forecasts(BRIDGE)} That is all.",
    json.dumps([BRIDGE]),
    forecasts({**BRIDGE, "confidence": 0.9}),
    forecasts({"quote": BRIDGE["quote"], "polarity": "will not happen"}),
]


@pytest.mark.parametrize("content", WRAPPED)
def test_an_answer_is_found_in_what_models_wrap_around_it(serve: Serve, content: str) -> None:
    answer = asked(serve, saying(content))
    assert [item.claim.quote for item in answer.claims] == [BRIDGE["quote"]]
    assert answer.refused == ()


REFUSED: list[tuple[str, object, str]] = [
    ("made up", {**BRIDGE, "quote": "The bridge will never open"}, "does not stand in the article"),
    (
        "mended",
        {**BRIDGE, "quote": "The bridge is unlikely to open before 2031!"},
        "does not stand",
    ),
    (
        "straightened",
        {**BRIDGE, "quote": '"Within weeks," said the mayor'},
        "differs .* typography",
    ),
    ("empty", {**BRIDGE, "quote": ""}, "does not stand"),
    ("a number", {**BRIDGE, "quote": 12}, r"malformed \(quote\)"),
    ("no quote", {"polarity": "will happen"}, r"malformed \(quote\)"),
    ("maybe", {**BRIDGE, "polarity": "maybe"}, r"malformed \(polarity\)"),
    ("a flag", {**BRIDGE, "polarity": True, "phrase": []}, r"malformed \(phrase, polarity\)"),
    ("a string", "The bridge is unlikely to open", r"malformed \(all of it\)"),
    ("null", None, r"malformed \(all of it\)"),
    ("a list", [BRIDGE], r"malformed \(all of it\)"),
]


@pytest.mark.parametrize(
    ("claim", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_claim_that_cannot_be_trusted_is_refused_with_its_reason_and_the_others_stay(
    serve: Serve, claim: object, reason: str
) -> None:
    answer = asked(serve, saying(forecasts(claim, GRANT)))
    assert [item.claim.quote for item in answer.claims] == [GRANT["quote"]]
    assert len(answer.refused) == 1
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(answer.refused[0])


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("phrase", "very unlikely"),
        ("phrase", "will be gone"),  # stands in the text, but not in this quote
        ("deadline", "by 2031"),
        ("deadline", "2030-12-31"),
        ("conditional", "if it rains"),
    ],
)
def test_words_that_were_to_be_copied_and_were_made_up_are_taken_out(
    serve: Serve, part: str, words: str
) -> None:
    # An invented deadline is the worst of all: it would remind somebody on an invented day.
    answer = asked(serve, saying(forecasts({**BRIDGE, part: words})))
    assert getattr(answer.claims[0].claim, part) is None
    assert answer.claims[0].claim.quote == BRIDGE["quote"]
    assert answer.refused == (f"The {part} “{words}” does not stand in the article.",)


def test_a_claim_said_twice_is_one_claim(serve: Serve) -> None:
    assert len(asked(serve, saying(forecasts(BRIDGE, BRIDGE))).claims) == 1


def test_a_flood_of_claims_is_cut_off(serve: Serve) -> None:
    answer = asked(serve, saying(forecasts(*[12] * 250)))
    assert len(answer.refused) == 201
    assert answer.refused[-1] == "50 claims over 200 were not looked at."


def silent(connection: socket.socket, _: bytes) -> None:
    connection.recv(1)


def dripping(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b" ")
        time.sleep(0.02)


def endless(connection: socket.socket, _: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b" " * 9999)


def echoing(connection: socket.socket, request: bytes) -> None:
    words = request.split(b"Bearer ")[1].split(b"\r\n")[0].decode()
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {words[:12]}***"}})
    connection.sendall(http_answer(body.encode(), "400 Bad Request"))


FAILURES: list[tuple[str, Talk, str]] = [
    ("no such key", sending(http_answer(b"{}", "401 Unauthorized")), r"refused the key \(401\)"),
    ("forbidden", sending(http_answer(b"{}", "403 Forbidden")), r"refused the key \(403\)"),
    ("out of quota", sending(http_answer(b"{}", "429 Slow")), "too many requests"),
    ("broken", sending(http_answer(b"<html>", "500 Oops")), "answered 500"),
    ("unknown model", sending(http_answer(b'{"error": {"message": "no\\nmodel m."}}', "404 No")),
     r"answered 404 \(no model m\)"),
    ("an echo of the key", echoing, r"answered 400\."),
    ("a redirect", sending(b"HTTP/1.1 302 F\r\nLocation: http://127.0.0.1:9/\r\n\r\n"),
     "answered 302"),
    ("silence", silent, "Nothing was heard"),
    ("a drip", dripping, "longer than 0.3 seconds"),
    ("an endless answer", endless, "larger than 50,000 bytes"),
    ("a torn answer", sending(completion(forecasts(BRIDGE))[:-40]), "broke"),
    ("no HTTP", sending(b"hello"), "broke"),
    ("no JSON", sending(http_answer(b"hello")), "does not speak chat completions"),
    ("other JSON", sending(http_answer(b'{"choices": []}')), "does not speak chat completions"),
    ("a list", sending(http_answer(b"[1]")), "does not speak chat completions"),
    ("deep nonsense", sending(http_answer(b"[" * 40_000)), "does not speak chat completions"),
    ("no message", sending(http_answer(b'{"choices": [{"message": 3}]}')), "does not speak"),
    ("a refusal", saying(None), "answered nothing"),
    ("an empty answer", saying("  "), "answered nothing"),
    ("a wrong type", saying(["text"]), "answered nothing"),
    ("prose", saying("The bridge will not open, I believe."), "is not JSON"),
    ("cut short", saying(forecasts(BRIDGE)[:-30], "length"), "broke off in the middle"),
    ("half a JSON", saying(forecasts(BRIDGE)[:-30]), "is not JSON"),
    ("deep brackets", saying("[" * 9999), "is not JSON"),
    ("a number", saying("12"), "no list of forecasts"),
    ("another shape", saying('{"answers": []}'), "no list of forecasts"),
    ("a shape within", saying('{"forecasts": {"quote": "x"}}'), "no list of forecasts"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("talk", "words"), [case[1:] for case in FAILURES], ids=[case[0] for case in FAILURES]
)
def test_every_failure_is_one_clear_sentence_without_the_key(
    serve: Serve, talk: Talk, words: str
) -> None:
    with pytest.raises(FetchError, match=words) as caught:
        asked(serve, talk, QUICK if talk in (silent, dripping) else PATIENT)
    message = str(caught.value)
    assert message.startswith("The language model gave no help: ")
    assert message.endswith(".")
    assert message.isprintable()
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "sk-sec" not in shown


def test_a_redirect_is_not_followed_with_the_key(serve: Serve) -> None:
    other, others = serve(saying(forecasts()))
    moved = f"HTTP/1.1 307 T\r\nLocation: {other}/v1/chat/completions\r\n\r\n".encode()
    with pytest.raises(FetchError, match="307"):
        asked(serve, sending(moved))
    assert others == []


@pytest.mark.parametrize(
    "key", ["sk-secret\nX-Evil: 1", "sk-secret “curly”", "sk secret", "sk\x00"]
)
def test_a_key_that_cannot_be_sent_is_refused_before_a_library_prints_it(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        propose(TEXT, base_url="http://127.0.0.1:9", model="m", api_key=SecretStr(key))
    assert "secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    ["", "localhost:11434/v1", "file:///etc/passwd", "ftp://127.0.0.1/v1", "http://",
     "http://u:p@127.0.0.1/v1", "http://[::1", "unix:///run/llm.sock"],
)  # fmt: skip
def test_only_a_plain_http_address_is_used(url: str) -> None:
    with pytest.raises(ConfigError, match="must be plain http or https"):
        propose(TEXT, base_url=url, model="m", http=Http(sleep=lambda _: None))


def test_a_text_too_long_for_any_model_is_not_sent(serve: Serve) -> None:
    base, requests = serve(saying(forecasts()))
    with pytest.raises(TrackerError, match="too long for a model"):
        propose("x" * 100_001, base_url=base, model="m")
    assert requests == []


def test_the_answer_and_what_asks_for_it_never_show_the_key(serve: Serve) -> None:
    answer: Any = asked(serve, saying(forecasts(BRIDGE)))
    assert "sk-sec" not in repr(answer) + repr(KEY) + str(KEY)
