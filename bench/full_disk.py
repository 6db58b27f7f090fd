"""Let the disk be full at one point after the other and see what is kept.

    python bench/full_disk.py 200                     a limit on the size of files (RLIMIT_FSIZE)
    python bench/full_disk.py 200 --folder /mnt/tiny  a real small disk, filled byte by byte

For the second, as root: mount -t tmpfs -o size=4m tmpfs /mnt/tiny
At each point one `tracker import` is tried: it is acknowledged and kept, or refused in words. Then
there is room again, and the same import must work.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tracker.actions import trust
from tracker.store import backup as files
from tracker.store.store import Store

_FILE = """\
version: 1
questions:
  - id: question-{0}
    text: Will the Imaginary Bridge number {0} open?
    criteria: {1}
    deadline: {{by: 2031-01-01}}
"""
_STORE_ERROR = 10
# More than the log grows by in one import; the points are spread over it, and over as much around
# the size of the database itself.
_SPAN = 98_304
_STRIDE = 1_999


def _import(folder: Path, file: Path, limit: int | None) -> tuple[int, str]:
    def limited() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environ = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER")}
    environ |= {"TRACKER_DATA_DIR": str(folder), "TRACKER_CONFIG": "", "TRACKER_ACTOR": "Ada"}
    done = subprocess.run(
        [sys.executable, "-c", "from tracker.cli.main import main; main()", "import", str(file)],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    return done.returncode, done.stdout + done.stderr


def _largest(folder: Path) -> int:
    return max(each.stat().st_size for each in folder.iterdir() if each.is_file())


def _events(folder: Path) -> int:
    store = Store(f"sqlite:///{folder / 'tracker.db'}")
    found = trust.verify(store)
    store.close()
    files.check_integrity(folder / "tracker.db")
    if found.findings.count:
        raise SystemExit(f"not what was recorded: {found.findings.kept[0]}")
    return found.head.seq


def _with_limit(
    folder: Path, point: int, run: Callable[[int | None], tuple[int, str]]
) -> tuple[int, str]:
    # From nothing at all to more than is needed, for the log and for the file itself in turn.
    room = point * _STRIDE % _SPAN
    return run(room if point % 2 else max(0, _largest(folder) - _SPAN // 2 + room))


def _with_ballast(
    folder: Path, point: int, run: Callable[[int | None], tuple[int, str]]
) -> tuple[int, str]:
    ballast = folder / "ballast"
    free = shutil.disk_usage(folder).free
    # From nothing at all to more than the log, its index and the file itself grow by.
    room = point * _STRIDE % (2 * _SPAN)
    with ballast.open("wb") as out:
        out.write(b"\xff" * max(0, free - room))
    try:
        return run(None)
    finally:
        ballast.unlink()


def main() -> int:
    """Try so many points; return 1 where a write was lost or refused without words."""
    parser = argparse.ArgumentParser()
    parser.add_argument("points", type=int)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    inputs = Path(tempfile.mkdtemp(prefix="full-"))
    folder: Path = given.folder or inputs / "data"
    folder.mkdir(exist_ok=True)
    store = Store(f"sqlite:///{folder / 'tracker.db'}")
    store.create()
    store.close()
    fill = _with_ballast if given.folder else _with_limit
    kept = refused = 0
    faults = []
    for point in range(given.points):
        file = inputs / f"{point}.yaml"
        file.write_text(_FILE.format(point, "x" * 4000))
        before = _events(folder)
        code, said = fill(folder, point, lambda limit, file=file: _import(folder, file, limit))  # type: ignore[misc]
        after = _events(folder)
        kept, refused = kept + (code == 0), refused + (code != 0)
        if after != before + (code == 0):
            faults.append(f"point {point}: {after - before} events, exit code {code}: {said}")
        if code not in (0, _STORE_ERROR) or "Traceback" in said:
            faults.append(f"point {point}: exit code {code}: {said}")
        if code != 0 and _import(folder, file, None)[0] != 0:
            faults.append(f"point {point}: it did not work with room either")
    for fault in faults[:10]:
        print(fault)
    print(f"{given.points} points: {kept} kept, {refused} refused in words, {len(faults)} faults")
    shutil.rmtree(inputs)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
