"""The dead man's switch: requested, tried again, bounded, and never told in full."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tracker.errors import NotifyError
from tracker.notify import heartbeat

PATH = "/ping/secret-token"


@dataclass
class Monitor:
    """A monitor on loopback that answers as planned, and then 200."""

    plan: list[int]
    asked: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    url: str = ""

    def beat(self) -> None:
        heartbeat.beat(self.url, self.pauses.append)


MonitorMaker = Callable[..., Monitor]


@pytest.fixture
def monitor() -> Iterator[MonitorMaker]:
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(*plan: int) -> Monitor:
        made = Monitor(list(plan))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                made.asked.append(self.path)
                status = made.plan.pop(0) if made.plan else 200
                self.send_response(status)
                if status // 100 == 3:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self._endless()

            def _endless(self) -> None:
                try:
                    while True:
                        self.wfile.write(b"x" * 65536)
                except OSError:
                    pass  # whoever asked has gone, as they should

            def log_message(self, *_: object) -> None:
                """Say nothing on stderr."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        made.url = f"http://127.0.0.1:{server.server_port}{PATH}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        servers.append((server, thread))
        return made

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join(10)
        server.server_close()


def test_it_is_requested_once_and_an_endless_answer_is_not_read(monitor: MonitorMaker) -> None:
    told = monitor()
    told.beat()
    assert told.asked == [PATH]


def test_a_failure_is_tried_again_after_a_pause(monitor: MonitorMaker) -> None:
    told = monitor(500, 503)
    told.beat()
    assert len(told.asked) == 3
    assert len(told.pauses) == 2


def test_it_gives_up_after_three_and_names_no_token(monitor: MonitorMaker) -> None:
    """The address of a monitor is its password: whoever knows it can keep it quiet."""
    told = monitor(500, 500, 500, 500)
    with pytest.raises(NotifyError, match=r"the monitor at 127\.0\.0\.1 said 500") as caught:
        told.beat()
    assert len(told.asked) == 3
    assert "secret-token" not in str(caught.value)


def test_a_redirect_is_neither_followed_nor_read(monitor: MonitorMaker) -> None:
    """The library reads a redirect's body whole even when told not to follow it."""
    told = monitor(302, 302, 302)
    with pytest.raises(NotifyError, match="said 302"):
        told.beat()
    assert set(told.asked) == {PATH}


def test_nobody_at_the_address_is_said_without_it() -> None:
    with pytest.raises(NotifyError, match="cannot be reached") as caught:
        heartbeat.beat(f"http://127.0.0.1:1{PATH}", lambda _seconds: None)
    assert "secret-token" not in str(caught.value)


def test_a_monitor_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    # Patched because three times five seconds are too long for a test.
    monkeypatch.setattr(heartbeat, "_TIMEOUT", (0.05, 0.05))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(NotifyError, match="ReadTimeout"):
            heartbeat.beat(f"http://127.0.0.1:{port}/", lambda _seconds: None)
