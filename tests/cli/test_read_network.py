"""`tracker read URL` and `--llm`, against real servers on loopback."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result
from desk import Terminal

from tracker.articles.addresses import Reach
from tracker.articles.sockets import Http
from tracker.cli.main import cli

PAGE = (Path(__file__).parent.parent / "articles" / "pages" / "newspaper.html").read_bytes()
LOOPBACK = Http(reach=Reach(allow=(ip_network("127.0.0.0/8"),)), sleep=lambda _: None)
TEXT = "The bridge is unlikely to open before 2031. Gulls own the pier from now on."
GULLS = {
    "quote": "Gulls own the pier from now on.",
    "polarity": "will happen",
    "phrase": None,
    "deadline": None,
    "conditional": None,
    "attributed_to": None,
}
MADE_UP = {**GULLS, "quote": "The pier will sink."}


@dataclass
class Server:
    """A server that answers whatever it is told to, and remembers what it was asked."""

    url: str
    answer: bytes
    status: int
    asked: list[tuple[str, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        known: ClassVar[Server]

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            self.known.asked.append((self.path, dict(self.headers), body))
            self.send_response(self.known.status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(self.known.answer)))
            self.end_headers()
            self.wfile.write(self.known.answer)

        do_POST = do_GET  # noqa: N815 - the library's word

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    http = HTTPServer(("127.0.0.1", 0), Handler)
    Handler.known = Server(f"http://127.0.0.1:{http.server_port}", PAGE, 200, [])
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Handler.known
    http.shutdown()
    thread.join()
    http.server_close()


def read(terminal: Terminal, *args: str, stdin: str = "", code: int = 0) -> Result:
    """Type `tracker read …` on a machine that may reach its own servers."""

    def opener() -> Any:
        return replace(terminal.open(), http=LOOPBACK)

    result = CliRunner().invoke(cli, ["read", *args], input=stdin, obj=opener)
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def test_a_page_is_fetched_and_recorded_with_its_address(
    terminal: Terminal, server: Server
) -> None:
    read(terminal, f"{server.url}/op-ed", "--chosen", "tip", "--ask", "--limit", "1", stdin="ysy")
    with terminal.open().store.reading() as tx:
        [article] = tx.recorded.all_articles()
        [kept] = tx.snapshots.of(article.id)
    assert article.authors
    assert kept.snapshot.page_sha256 is not None
    assert kept.snapshot.fetched_at == "2026-03-02T12:00:00.000000Z"
    assert [path for path, _, _ in server.asked] == ["/op-ed"]


def test_an_address_that_is_not_there_is_told_in_one_line(
    terminal: Terminal, server: Server
) -> None:
    server.status = 404
    result = read(terminal, f"{server.url}/gone", "--ask", code=11)
    assert "404" in result.stderr.splitlines()[-1]


def test_proposing_reaches_no_private_address(terminal: Terminal, server: Server) -> None:
    """Without a database there is no configuration either: the default is the strict one."""
    read(terminal, server.url, "--propose", code=11)
    assert server.asked == []


def completion(*claims: dict[str, Any]) -> bytes:
    message = {"role": "assistant", "content": json.dumps({"forecasts": claims})}
    return json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}).encode()


Asked = Callable[..., Result]


@pytest.fixture
def asked(terminal: Terminal, server: Server, monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setenv("TRACKER_LLM_API_KEY", "sk-secret-4711")

    def ask(*args: str, code: int = 0) -> Result:
        given = ("--llm", f"{server.url}/v1", "--model", "parrot-7b", "--published", "2025-07-14")
        return read(terminal, "-", *given, *args, stdin=TEXT, code=code)

    return ask


def test_a_model_adds_what_the_rules_do_not_see(asked: Asked, server: Server) -> None:
    server.answer = completion(GULLS)
    printed = json.loads(asked("--format", "json").stdout)
    assert [each["sentence"] for each in printed["proposals"]] == [
        "The bridge is unlikely to open before 2031.",
        "Gulls own the pier from now on.",
    ]
    [(path, headers, _)] = server.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer sk-secret-4711"


def test_what_a_model_proposes_says_so(asked: Asked, server: Server) -> None:
    server.answer = completion({**GULLS, "quote": "The bridge is unlikely to open"}, GULLS)
    shown = asked("--propose", "--explain").stdout
    assert "- the language model parrot-7b proposes it too" in shown
    assert "- proposed by the language model parrot-7b" in shown


def test_what_a_model_makes_up_is_refused_and_told(asked: Asked, server: Server) -> None:
    server.answer = completion(MADE_UP)
    result = asked("--format", "json")
    assert len(json.loads(result.stdout)["proposals"]) == 1
    assert "not taken from the model" in result.stderr
    assert "The pier will sink." in result.stderr


def test_a_model_that_answers_nonsense_ends_the_command_without_half_a_result(
    asked: Asked, server: Server
) -> None:
    server.answer = b"<html>busy</html>"
    result = asked("--format", "json", code=11)
    assert result.stdout == ""
    assert "sk-secret" not in result.stderr


def test_the_key_in_the_environment_is_no_wrong_setting(
    terminal: Terminal, asked: Asked, server: Server
) -> None:
    """A setting that means nothing is refused; this one is read by `tracker read` itself."""
    del asked
    server.answer = completion()
    terminal.environ["TRACKER_LLM_API_KEY"] = "sk-secret-4711"
    terminal("init")
