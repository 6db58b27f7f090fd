"""An SMTP client that loses patience: `smtplib`, with a bound on every answer's time and size."""

import smtplib
import socket
import time
from collections.abc import Sequence
from typing import Any

_LONGEST_REPLY = 64 * 1024


class _Replies:
    """Reads a server's answers; stands in for the file that `smtplib` reads lines from.

    `smtplib` waits for every octet anew and takes any number of lines, so a server that sends a
    byte a second, or "250-" for ever, would hold a worker as long as it likes.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._kept = b""
        self._until = 0.0
        self._left = 0

    def begin(self, seconds: float) -> None:
        """Give the next answer this long, all its lines together."""
        self._until = time.monotonic() + seconds
        self._left = _LONGEST_REPLY

    def readline(self, limit: int) -> bytes:
        while b"\n" not in self._kept and len(self._kept) < limit:
            octets = self._receive()
            if not octets:
                break
            self._kept += octets
        end = min(self._kept.find(b"\n") + 1 or len(self._kept), limit)
        line, self._kept = self._kept[:end], self._kept[end:]
        self._left -= len(line)
        if self._left < 0:
            raise OSError("the answer does not end")
        return line

    def _receive(self) -> bytes:
        usual = self._sock.gettimeout()
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        try:
            return self._sock.recv(8192)
        finally:
            self._sock.settimeout(usual)

    def close(self) -> None:
        """Let go of what was read; the socket is closed by its owner."""
        self._kept = b""


class Client(smtplib.SMTP):
    """An SMTP connection, made with the object.

    Attributes:
        patience: how many seconds the next answer may take, all its lines together.
    """

    def __init__(self, host: str, port: int, hello: str, timeout: float, **tls: Any) -> None:  # noqa: ANN401 - for smtplib
        self.patience = timeout
        super().__init__(host, port, hello, timeout=timeout, **tls)

    def put(self, commands: Sequence[str]) -> None:
        """Send commands in one go: of several, the second waits until TCP has confirmed the first.

        Raises:
            ValueError: if one of them would be two.
        """
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("a command of SMTP is one line")
        self.send("".join(f"{command}\r\n" for command in commands))

    def getreply(self) -> tuple[int, bytes]:
        """Read one answer, within `patience`."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock)
        if self.file is not None:
            self.file.begin(self.patience)
        return super().getreply()


class TlsClient(Client, smtplib.SMTP_SSL):
    """The same inside TLS from the first octet; takes `context` too."""
