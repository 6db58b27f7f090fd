"""Short forms of the long measurements in bench/: real processes, killed and starved."""

import subprocess
import sys
from pathlib import Path

import pytest

_BENCH = Path(__file__).parents[2] / "bench"


def _run(script: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, str(_BENCH / script), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
def test_commands_killed_at_random_instants_lose_nothing_that_they_acknowledged() -> None:
    assert _run("kill_commands.py", "40", "--seed", "11").endswith(" 0 faults")


@pytest.mark.slow
def test_commands_killed_on_a_server_lose_nothing_either(postgres_url: str) -> None:
    said = _run("kill_commands.py", "20", "--seed", "12", "--url", postgres_url)
    assert said.endswith(" 0 faults")


@pytest.mark.slow
def test_a_limit_on_the_size_of_files_keeps_or_refuses_in_words() -> None:
    assert _run("full_disk.py", "6").endswith(" 0 faults")


@pytest.mark.slow
def test_three_writers_on_one_file_are_refused_nothing_and_wait_for_seconds_at_most() -> None:
    """SQLite's own waiting let a command starve for twelve seconds beside a writer in a hurry."""
    assert _run("three_writers.py", "6").endswith(" 0 differences")


@pytest.mark.slow
def test_no_change_below_a_known_head_is_missed() -> None:
    """Every bit of every byte of five events, and every event taken out, doubled or moved."""
    assert " 0 not found below the head 5:" in _run("tamper_chain.py", "5")
