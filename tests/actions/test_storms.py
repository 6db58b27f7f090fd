"""The short forms of `make torture`, `make faults` and `make outage`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


def _run(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_killed_two_hundred_times_lose_nothing_and_seldom_repeat(kind: str) -> None:
    """And four of them share a backlog without a duplicate, and end on SIGTERM without one."""
    short = ("--kills", "200", "--steps", "20", "--terms", "20", "--messages", "200")
    said = _run("-m", "bench.torture", *short, "--database", kind)
    assert said.count("good") == 4, said


def test_every_fault_of_a_mail_server_five_times_loses_and_starves_nothing() -> None:
    said = _run("-m", "bench.smtp_faults", "--each", "5", "--patience", "0.4")
    assert "27 kinds of fault, 135 in all" in said


def test_a_week_down_a_full_disk_and_files_that_only_read_lose_nothing() -> None:
    said = _run("bench/outage.py", "--points", "4", "--questions", "60")
    assert "60 questions overdue: 1 message" in said
    assert "0 faults" in said
