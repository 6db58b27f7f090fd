"""Writes docs/commands.md from the commands themselves: `make docs`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tracker.cli.main import COMMANDS, cli

HEAD = """\
# Commands

Every command, as its own `--help` says it. Written by `make docs`; a test holds it to the commands.

Exit codes: 0 done · 1 stopped, or `doctor` found something wrong · 2 wrong usage · 3 not recorded ·
4 conflict · 5 invalid input · 10 database · 11 fetching · 12 notifying · 13 configuration.
Errors are one line on stderr; what was asked for is on stdout.
"""
WIDTH = 96


def page() -> str:
    """Return the whole page."""
    root = click.Context(cli, info_name="tracker")
    parts = [HEAD]
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None
        parts.extend(_sections(command, root, name))
    return "\n".join(parts)


def _sections(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    ctx = click.Context(
        command,
        parent=parent,
        info_name=name,
        terminal_width=WIDTH,
        help_option_names=["-h", "--help"],
    )
    if isinstance(command, click.Group):
        for below in command.list_commands(ctx):
            found = command.get_command(ctx, below)
            assert found is not None
            yield from _sections(found, ctx, below)
        return
    text = re.sub(r"[ \t]+$", "", command.get_help(ctx), flags=re.MULTILINE)
    yield f"## {ctx.command_path}\n\n```text\n{text}\n```\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")
