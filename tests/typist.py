"""A person at a real terminal: a pseudo-terminal of 80 columns, a process, keys and patience."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_SECONDS = 60
_CODES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Typist:
    """Runs `tracker` on a terminal of its own.

    Args:
        args: the command's arguments.
        environ: the environment.
        stdin: a file that is the command's standard input instead of the terminal.
    """

    def __init__(
        self, args: Sequence[str], environ: Mapping[str, str], stdin: Path | None = None
    ) -> None:
        self.screen = ""
        self._terminal, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        tracker = str(Path(sys.executable).parent / "tracker")
        given = None if stdin is None else stdin.open("rb")
        self.process = subprocess.Popen(
            [tracker, *args],
            stdin=given or theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", **environ},
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no threads here
        )
        if given is not None:
            given.close()
        os.close(theirs)

    def sees(self, words: str) -> str:
        """Wait until the words appear after what was seen before; return what came up to them."""
        end = time.monotonic() + _SECONDS
        coloured = re.compile(rf"(?:{_CODES.pattern}|\r)*".join(map(re.escape, words)))
        while (found := coloured.search(self.screen)) is None:
            assert time.monotonic() < end, f"{words!r} did not appear:\n{self.plain}"
            assert self._reads() or coloured.search(self.screen), f"it ended:\n{self.plain}"
        # What came with it in one go is still to be seen.
        seen, self.screen = self.screen[: found.end()], self.screen[found.end() :]
        return seen

    def press(self, key: str) -> None:
        """Press a key once the program listens: what comes before is thrown away."""
        end = time.monotonic() + _SECONDS
        while termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            assert time.monotonic() < end, f"nobody listens:\n{self.plain}"
            select.select([], [], [], 0.005)
        os.write(self._terminal, key.encode())

    def types(self, text: str) -> None:
        """Type a line, or a key once the program listens for single ones."""
        if text.endswith("\n"):
            os.write(self._terminal, text.encode())
        elif text:
            self.press(text)

    def interrupts(self, words: str) -> None:
        """Type Ctrl-C until the words are seen.

        Who hits it in the very moment in which readline begins to listen must hit it again.
        """
        end = time.monotonic() + _SECONDS
        while words not in self.plain and time.monotonic() < end:
            os.write(self._terminal, b"\x03")
            while select.select([self._terminal], [], [], 2)[0] and self._reads():
                pass
        self.sees(words)

    def ends(self) -> int:
        """Wait until the process ends; return its exit code."""
        while self._reads():
            pass
        return self.process.wait(_SECONDS)

    def kill(self) -> None:
        """Kill the process and whatever it started, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_SECONDS)

    @property
    def plain(self) -> str:
        """What is on the screen, without its colours."""
        return _CODES.sub("", self.screen).replace("\r", "")

    def _reads(self) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], _SECONDS)
        try:
            found = os.read(self._terminal, 65536) if ready else b""
        except OSError:
            # Linux tells the end of a terminal so.
            return False
        self.screen += found.decode("utf-8", "replace")
        return bool(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.kill()
        os.close(self._terminal)


def _own_terminal() -> None:
    fcntl.ioctl(1, termios.TIOCSCTTY, 0)
