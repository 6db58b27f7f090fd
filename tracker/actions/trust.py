"""Trusting the record: verify it, and let heads of its ledger be witnessed outside."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tracker.errors import Conflict, Invalid, NotFound, Tampered, TrackerError
from tracker.store.ledger import Head
from tracker.store.progress import Progress, silent
from tracker.store.store import Store
from tracker.store.types import instant_text
from tracker.store.verify import Verified, Witnessed

_TITLE = (
    "# Heads of a prediction tracker's ledger: time, sequence, hash (tracker verify --witness)\n"
)


def verify(
    store: Store, *, heads: Sequence[Witnessed] = (), progress: Progress = silent
) -> Verified:
    """Verify everything that is recorded, and that the heads given lie on the chain.

    Raises:
        StoreError: if the database cannot be read.
    """
    with store.reading() as tx:
        return tx.verify(witnessed=heads, progress=progress)


def recount(store: Store, now: datetime) -> int:
    """Count again how many forecasts say the same and stand alike, for scorecards.

    Returns:
        How many forecasts there are.
    """
    with store.begin() as tx:
        tx.recorded.recount(now)
        return tx.recorded.counts()["forecasts"]


def tampering(found: Verified) -> Tampered | None:
    """Say what was found as an error, one problem per difference, or None where nothing was."""
    findings = found.findings
    if not findings.count:
        return None
    problems = [str(each) for each in findings.kept]
    if findings.count > len(problems):
        problems.append(f"… and {findings.count - len(problems):,} more")
    what = problems[0] if findings.count == 1 else f"{findings.count:,} differences were found"
    return Tampered(
        f"this is not what was recorded: {what}",
        hint="docs/security.md says what to do",
        problems=tuple(problems),
    )


def witness(store: Store, file: Path, now: datetime) -> Head:
    """Add the ledger's head to a file of witnesses, one line each.

    The witnesses that stand in the file are checked first, so that a chain that was rewritten is
    not witnessed as if it continued the old one.

    Raises:
        Tampered: if a witness in the file does not lie on the chain, or the chain is broken.
        Conflict: if the file cannot be written.
        Invalid: if the file holds something else.
    """
    earlier = read_witnesses(file) if file.exists() else []
    with store.reading() as tx:
        found = tx.verify(witnessed=earlier, chain_only=True)
    error = tampering(found)
    if error is not None:
        raise error
    head = found.head
    line = f"{instant_text(now)} {head.seq} {head.hash}\n"
    with _told(file), file.open("a", encoding="utf-8") as out:
        out.write(line if earlier else _TITLE + line)
        out.flush()
        os.fsync(out.fileno())
    return head


def read_witnesses(file: Path) -> list[Witnessed]:
    """Read a file of witnesses.

    Raises:
        NotFound: if there is none.
        Invalid: if a line is no witness.
    """
    with _told(file):
        lines = file.read_text("utf-8", errors="replace").splitlines()
    return [
        _witnessed(file, number, line)
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("#")
    ]


def _witnessed(file: Path, number: int, line: str) -> Witnessed:
    words = line.split()
    try:
        _time, seq, digits = words
        return Witnessed.parse(f"{seq}:{digits}")
    except (ValueError, TrackerError):
        raise Invalid(
            f"{file}:{number}: this is no witness", hint="a line is: time, sequence, hash"
        ) from None


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise NotFound(f"there is no file or folder for {file}") from None
    except OSError as error:
        raise Conflict(f"{file} cannot be used: {error.strerror}") from None
