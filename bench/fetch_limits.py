"""What misbehaving servers cost: connections to forbidden addresses, memory of bombs, seconds.

Run: PYTHONPATH=tests python bench/fetch_limits.py

The servers are those of the tests, on loopback; the limits are those of `tracker read`. Memory is
how much the largest resident size of a process of its own grows. Wanted: no connection, at most
20 MiB, and an end at the limit of seconds or bytes.
"""

import gzip
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime

from articles.conftest import Answer, Site
from articles.test_fetch_addresses import CONNECTS, QUICK, SPELLINGS, hostile_resolver
from articles.test_fetch_limits import HTML, LOCAL, MEASURE, ZIPPED, endlessly, gzip_bomb

from tracker.articles.addresses import Reach
from tracker.articles.fetch import Limits, fetch
from tracker.articles.sockets import Http
from tracker.errors import FetchError

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MIB = 1 << 20
BOMBS = {"1 GiB in one gzip": (1024, 1), "8 MiB in each of 40": (8, 40), "8 MiB, allowed": (8, 1)}


def spellings() -> None:
    """Count the connections that all spellings of forbidden addresses bring about."""
    http = Http(reach=Reach(resolve=hostile_resolver), sleep=lambda _: None)
    refused = 0
    CONNECTS.clear()
    for spelling in SPELLINGS:
        try:
            fetch(spelling.replace("PORT", "9"), now=NOW, http=http, limits=QUICK)
        except FetchError:
            refused += 1
    print(f"{len(SPELLINGS)} spellings: {refused} refused, {len(CONNECTS)} connections")


def bomb(name: str, size: int, times: int) -> None:
    """Print by how much memory grows where a server sends a bomb."""
    packed = gzip_bomb(size * MIB) * times

    def answer(connection: socket.socket, request: bytes) -> None:
        body = packed if b"/large" in request else gzip.compress(b"small", mtime=0)
        connection.sendall(ZIPPED % len(body) + body)

    site = Site(answer)
    command = [sys.executable, "-c", MEASURE, f"http://127.0.0.1:{site.address[1]}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    site.stop()
    growth, words = done.stdout.split(" ", 1)
    print(f"{name:22} {int(growth) / 1024:5.1f} MiB  {words.strip().rpartition(': ')[2]}")


def endless(name: str, answer: Answer, limits: Limits) -> None:
    """Print when a fetch of what never ends is given up."""
    site = Site(answer)
    begun = time.monotonic()
    try:
        fetch(f"http://127.0.0.1:{site.address[1]}/", now=NOW, http=LOCAL, limits=limits)
        words = "it ended"
    except FetchError as error:
        words = str(error).rpartition("/: ")[2]
    print(f"{name:22} {time.monotonic() - begun:5.1f} s    {words}")
    site.stop()


def main() -> None:
    """Print a line for each."""
    spellings()
    for name, (size, times) in BOMBS.items():
        bomb(name, size, times)
    limits = Limits(seconds=3)
    endless("an endless body", endlessly(HTML + b"\r\n", b"x" * 65536), limits)
    endless("a slow drip", endlessly(HTML + b"\r\n", b"x", 0.2), limits)
    endless("endless headers", endlessly(HTML, b"X-More: yes\r\n"), limits)


if __name__ == "__main__":
    main()
