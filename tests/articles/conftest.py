"""A real server on loopback that behaves as badly as a test asks."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

Answer = Callable[[socket.socket, bytes], None]
Serve = Callable[[Answer], tuple[str, list[bytes]]]


class Site:
    """Accepts connections, reads one request from each and hands both to `answer`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.stopping = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.threads = [threading.Thread(target=self.listen)]
        self.threads[0].start()

    def listen(self) -> None:
        while True:
            connection, _ = self.listener.accept()
            if self.stopping:
                connection.close()
                return
            thread = threading.Thread(target=self.talk, args=(connection,))
            self.threads.append(thread)
            thread.start()

    def talk(self, connection: socket.socket) -> None:
        # A client that gives up breaks the pipe: that is what most of these tests are about.
        with closing(connection), suppress(OSError):
            connection.settimeout(5)
            request = read_request(connection)
            self.requests.append(request)
            self.answer(connection, request)

    def stop(self) -> None:
        self.stopping = True
        socket.create_connection(self.address).close()
        for thread in self.threads:
            thread.join(10)
        self.listener.close()


def read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers; gives the base address and the list of requests each has received."""
    sites: list[Site] = []

    def start(answer: Answer) -> tuple[str, list[bytes]]:
        site = Site(answer)
        sites.append(site)
        return f"http://127.0.0.1:{site.address[1]}", site.requests

    yield start
    for site in sites:
        site.stop()
