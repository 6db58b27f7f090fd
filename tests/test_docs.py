"""The documentation is executed: its commands run, its outputs appear, its links lead somewhere."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from desk import Terminal

from tracker.cli.main import COMMANDS, cli
from tracker.config import Settings

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
# What a page tells a person to type that is no command of ours, or never ends by itself.
ELSEWHERE = (
    "make ",
    "pip ",
    "cd ",
    "export ",
    "sudo ",
    "systemctl ",
    "createdb",
    "tracker run",
    "git ",
)


@dataclass(frozen=True)
class Example:
    """A command in a page, the output shown under it, and the exit code it says."""

    command: str
    shown: tuple[str, ...]
    code: int


def examples(page: Path) -> Iterator[Example]:
    """Every `$ command` of the page's console blocks, in order."""
    for block in re.findall(
        r"^```console\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        text = re.sub(r"\\\n\s*", "", block)
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            command, *shown = part.rstrip("\n").split("\n")
            code = re.search(r"#.*\bexit (\d+)", command)
            yield Example(
                command, tuple(line for line in shown if line), int(code[1]) if code else 0
            )


def _appears(shown: tuple[str, ...], output: str) -> str | None:
    """Return the first line shown that does not follow in the output, "…" standing for anything."""
    rest = [" ".join(line.split()) for line in output.splitlines()]
    for line in shown:
        pattern = re.escape(" ".join(line.split())).replace("…", ".*")
        while rest and not re.fullmatch(pattern, rest[0]):
            rest.pop(0)
        if not rest:
            return line
        rest.pop(0)
    return None


@pytest.mark.parametrize("name", NAMES)
def test_every_command_on_the_page_works(name: str, terminal: Terminal) -> None:
    """An example that fails when it is typed costs more trust than none."""
    terminal.clock.set("2026-11-23T12:00")
    for file in ("predictions.yaml", "docs/demo.yaml", "docs/op-ed.txt"):
        (terminal.folder / Path(file).parent).mkdir(exist_ok=True)
        (terminal.folder / file).write_text((ROOT / file).read_text("utf-8"), "utf-8")
    for example in examples(ROOT / name):
        words = shlex.split(example.command, comments=True)
        if example.command.startswith(ELSEWHERE):
            continue
        assert words[0] == "tracker", f"{name}: what is {example.command!r}?"
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(terminal.folder)
            result = terminal(*words[1:], code=example.code)
        missing = _appears(example.shown, result.output)
        assert missing is None, f"{name}: {example.command}\n{missing!r} not in\n{result.output}"


@pytest.mark.parametrize("name", NAMES)
def test_every_link_on_the_page_leads_somewhere(name: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / name).read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)", text):
        if not target.startswith(("http://", "https://")):
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"


def test_the_command_reference_is_what_the_commands_say() -> None:
    """`make docs` writes it; a page that was forgotten would describe another program."""
    spec = importlib.util.spec_from_file_location("commands", ROOT / "docs" / "commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == module.page()


def test_the_list_of_commands_names_every_command_as_it_names_itself() -> None:
    """`tracker --help` has lines of its own, so that it need not load any command."""
    ctx = cli.make_context("tracker", [], resilient_parsing=True)
    loaded = {name: cli.get_command(ctx, name) for name in COMMANDS}
    assert {name: command and command.name for name, command in loaded.items()} == {
        name: name for name in COMMANDS
    }


def test_no_setting_goes_undocumented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    assert [name for name in Settings.model_fields if f"`{name}`" not in text] == []
