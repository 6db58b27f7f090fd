"""The command `tracker`: commands are loaded when called, errors leave by one door."""

import gc
import importlib
import os
import sys
from typing import Any, NoReturn

import click

from tracker import __version__
from tracker.errors import TrackerError

# Name: where it is, and the line that `tracker --help` shows, so that help loads no command.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("tracker.cli.setup:init", "Make the database."),
    "read": ("tracker.cli.ingesting:read", "Read an op-ed and record its forecasts."),
    "add": ("tracker.cli.recording:add", "Record a forecast."),
    "list": ("tracker.cli.reading:list_", "List the questions."),
    "show": ("tracker.cli.reading:show", "Show one question with its forecasts."),
    "due": ("tracker.cli.reading:due", "List what is due for somebody to settle."),
    "resolve": ("tracker.cli.settling:resolve", "Say how a question turned out."),
    "reopen": ("tracker.cli.settling:reopen", "Take a resolution back, with a reason."),
    "amend": ("tracker.cli.recording:amend", "Change an open question, with a reason."),
    "snooze": ("tracker.cli.settling:snooze", "Be silent about a question until a day."),
    "remind": ("tracker.cli.reminding:remind", "Send the reminders that are due, once."),
    "inbox": ("tracker.cli.reminding:inbox", "Read reminders delivered without a mail server."),
    "run": ("tracker.cli.reminding:run", "Keep sending reminders until stopped."),
    "score": ("tracker.cli.scoring:score", "Print a scorecard."),
    "explain": ("tracker.cli.explaining:explain", "Say what a figure of the scorecard means."),
    "import": ("tracker.cli.exchanging:import_", "Read a predictions.yaml."),
    "export": ("tracker.cli.exchanging:export", "Write a predictions.yaml."),
    "calendar": ("tracker.cli.exchanging:calendar", "Write the deadlines as iCalendar."),
    "log": ("tracker.cli.trust:log", "Tell who recorded, changed and settled what, and why."),
    "verify": ("tracker.cli.trust:verify", "Check that nothing recorded was changed in silence."),
    "witness": ("tracker.cli.trust:witness", "Write the ledger's head into a file."),
    "backup": ("tracker.cli.trust:backup", "Write a verified copy of the database."),
    "restore": ("tracker.cli.trust:restore", "Bring a backup back."),
    "status": ("tracker.cli.setup:status", "Say what waits, what failed, when it last swept."),
    "doctor": ("tracker.cli.setup:doctor", "Check configuration, database and mail."),
    "db": ("tracker.cli.setup:db", "Look after the database."),
    "completion": ("tracker.cli.setup:completion", "Print shell completion."),
}


class _Told(click.ClickException):
    """A tracker error on its way out: one line, and its own exit code."""

    def __init__(self, error: TrackerError) -> None:
        super().__init__(str(error))
        self.error = error
        self.exit_code = error.exit_code  # type: ignore[misc] # click's own way to set it

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's signature
        """Write it to stderr: the problems first, if there are several."""
        del file
        problems = self.error.problems if len(self.error.problems) > 1 else ()
        for problem in problems:
            click.echo(problem, err=True)
        hint = f" — {self.error.hint}" if self.error.hint else ""
        said = str(self.error)
        if problems and said == "; ".join(problems):
            said = f"{len(problems)} things are wrong; nothing was written"
        click.echo(f"{click.style('tracker:', bold=True)} {said}{hint}", err=True)


class _Commands(click.Group):
    """Loads a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of a newcomer's need."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - COMMANDS says so; this tells mypy
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for a wrong one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            _unknown(ctx, args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - whatever the command returns
        """Run the command; a tracker error leaves as one line."""
        try:
            return super().invoke(ctx)
        except TrackerError as error:
            raise _Told(error) from None


def _unknown(ctx: click.Context, name: str) -> NoReturn:
    from difflib import get_close_matches

    near = get_close_matches(name, COMMANDS, n=1)
    guess = f" Did you mean {near[0]!r}?" if near else " `tracker --help` lists them."
    raise click.UsageError(f"No such command {name!r}.{guess}", ctx)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
    epilog="Begin with `tracker read` and an op-ed, `tracker add`, or `tracker import`. "
    "Each command's --help shows an example.",
)
@click.version_option(__version__, prog_name="tracker")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Record what op-ed writers forecast, be reminded when it comes due, and score it honestly."""
    if ctx.obj is None:
        ctx.obj = open_default


def open_default() -> Any:  # noqa: ANN401 - the App, whose module is not imported for --help
    """Open the app as the environment says."""
    from tracker.app import open_app

    return open_app(os.environ)


def main() -> None:
    """Run the command line."""
    # Nothing that is imported is garbage: looking for it would cost a short command a tenth.
    gc.set_threshold(100_000, 20, 20)
    try:
        cli(prog_name="tracker")
    except BrokenPipeError:
        # The reader of our output (`| head`) has what it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    finally:
        if "tracker.store" not in sys.modules:
            # Nothing is open that would have to be found and closed at the end.
            gc.freeze()
