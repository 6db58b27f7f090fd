"""What verification found: each difference named, and no more kept than a person can read."""

from dataclasses import dataclass, field

MOST_KEPT = 1000
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded.

    Attributes:
        kind: edited, missing, added, broken (the chain itself) or witness.
        table: where.
        id: which row: its key, or an event's number.
        what: what is wrong with it, as the end of a sentence.
        column: which of its columns, or None for the whole.
    """

    kind: str
    table: str
    id: str
    what: str
    column: str | None = None

    def __str__(self) -> str:
        where = f"{self.table} {self.id}" if self.id else self.table
        return f"{where}{f', {self.column}' if self.column else ''}: {self.what}"


@dataclass(slots=True)
class Findings:
    """All that was found; the first thousand are kept, all are counted.

    Attributes:
        kept: the first ones.
        count: how many there are.
        notes: what deserves a look but is no tampering, such as a clock that went back.
    """

    kept: list[Finding] = field(default_factory=list)
    count: int = 0
    notes: list[str] = field(default_factory=list)

    def add(
        self, kind: str, table: str, name: object, what: str, column: str | None = None
    ) -> None:
        """Keep one."""
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(Finding(kind, table, str(name), what, column))

    def note(self, words: str) -> None:
        """Keep a note."""
        if len(self.notes) < MOST_KEPT:
            self.notes.append(words)


def shown(value: object) -> str:
    """Write a value for a sentence: short, and on one line."""
    if value is None:
        return "nothing"
    words = repr(value)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
