"""What is shipped: the wheel runs in an empty environment, and the locks name no host."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tracker import lexicon

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "docs" / "demo.yaml"


def _run(*command: str | Path, cwd: Path, **environ: str) -> str:
    """Run a command that must succeed; return what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment into which the locked dependencies and the built wheel were put."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation")
    _run(*build, "-w", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv = folder / "venv"
    _run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=folder)
    uv = (Path(sys.executable).parent / "uv", "pip", "install", "-q", "--python", venv)
    _run(*uv, "--require-hashes", "-r", ROOT / "requirements" / "run.txt", cwd=folder)
    _run(*uv, "--no-deps", wheel, cwd=folder)
    return venv / "bin"


@pytest.mark.slow
def test_the_wheel_carries_migrations_and_lexicons(installed: Path, tmp_path: Path) -> None:
    """A wheel that forgot its data files works in a checkout and fails for everybody else."""
    tracker = installed / "tracker"
    environ = {"TRACKER_DATA_DIR": str(tmp_path / "data"), "TRACKER_CONFIG": ""}
    assert "0.1.0" in _run(tracker, "--version", cwd=tmp_path)
    _run(tracker, "import", EXAMPLE, cwd=tmp_path, **environ)
    resolve = ("resolve", "imaginary-bridge-by-june", "no", "--evidence", "https://city.example")
    _run(tracker, *resolve, cwd=tmp_path, **environ)
    listed = _run(tracker, "list", "--format", "csv", cwd=tmp_path, **environ)
    assert "imaginary-bridge-by-june,no," in listed
    names = "from tracker import lexicon; print(*lexicon.names())"
    assert _run(installed / "python", "-c", names, cwd=tmp_path).split() == list(lexicon.names())


@pytest.mark.parametrize("name", ["build", "run", "dev"])
def test_a_lock_holds_versions_and_hashes_and_no_host(name: str) -> None:
    """A lock that names an index sends everybody's installs there."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links", text)
    requirements = re.findall(r"^[a-z0-9].*$", text, flags=re.MULTILINE)
    assert len(requirements) > 3
    assert all("==" in line for line in requirements)
    assert text.count("--hash=sha256:") >= len(requirements)
