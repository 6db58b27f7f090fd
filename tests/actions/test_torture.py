"""The short form of `make torture`: two hundred kills, and everything else a tenth as often."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHORT = ("--kills", "200", "--steps", "40", "--terms", "40", "--messages", "400")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_workers_killed_at_any_instant_lose_nothing_and_seldom_repeat(kind: str) -> None:
    """Its exit code is 0 only if nothing was lost, nothing falsely marked, and so on."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.torture", *SHORT, "--database", kind],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("good") == 4, done.stdout
