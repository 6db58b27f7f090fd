"""A desk to test on: its editor, a clock that is set by hand, the command line."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from tracker.app import App, open_app
from tracker.records import Recipient

EDITOR = Recipient(address="editor@invented-gazette.example", zone="UTC")


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise."""

    now: datetime = field(default=datetime(2026, 3, 2, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def set(self, text: str) -> datetime:
        self.now = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self.now


@dataclass
class Terminal:
    """The command line in a folder of its own, with a clock that is set."""

    folder: Path
    clock: Clock
    environ: dict[str, str]

    def __call__(self, *args: str, stdin: str | None = None, code: int = 0) -> Result:
        """Type a command; its exit code must be as said."""
        from tracker.cli.main import cli

        result = CliRunner().invoke(cli, list(args), input=stdin, obj=self.open)
        assert result.exit_code == code, (result.output, result.stderr, result.exception)
        return result

    def open(self) -> App:
        return open_app(self.environ, self.clock)

    def refused(self, *args: str, code: int, stdin: str | None = None) -> str:
        """Type a command that must fail: one line on stderr, which is returned."""
        result = self(*args, code=code, stdin=stdin)
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1, result.stderr
        return result.stderr.strip()
