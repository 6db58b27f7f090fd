"""The commands as a person and a script meet them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete
from desk import Terminal
from letterbox import Letterbox, post_to

from tracker.actions.remind import sweep
from tracker.cli.main import COMMANDS, cli
from tracker.errors import NotifyError

ROOT = Path(__file__).parent.parent.parent
TRACKER = Path(sys.executable).parent / "tracker"
PREDICTIONS = str(ROOT / "predictions.yaml")


@pytest.fixture
def desk(terminal: Terminal) -> Terminal:
    """A desk on which the op-ed's forecasts are recorded, before the ultimatum's day 50."""
    terminal.clock.set("2025-08-01T12:00")
    terminal("import", PREDICTIONS)
    return terminal


def _every_command() -> list[tuple[str, ...]]:
    root = click.Context(cli, info_name="tracker")
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = cli.get_command(root, name)
        below = command.list_commands(root) if isinstance(command, click.Group) else []
        found += [(name, each) for each in below] or [(name,)]
    return found


@pytest.mark.parametrize("command", _every_command(), ids=" ".join)
def test_every_command_has_help_with_an_example(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    shown = terminal(*command, "--help").stdout
    assert "Example:\n  " in shown
    assert f"tracker {' '.join(command)}" in shown.partition("Example:")[2]


def test_help_opens_nothing(tmp_path: Path) -> None:
    """A broken configuration must not keep anybody from reading the help."""
    environ = {**os.environ, "TRACKER_CONFIG": str(tmp_path / "nowhere.toml")}
    loaded = "import sys; from tracker.cli.main import cli; cli(['--help'], standalone_mode=False);"
    heavy = "print([m for m in ('pydantic', 'sqlalchemy', 'rich', 'numpy') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", loaded + heavy],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_wrong_command_is_answered_with_the_nearest(terminal: Terminal) -> None:
    assert "Did you mean 'resolve'?" in terminal("resolv", code=2).stderr


def test_importing_again_changes_nothing(desk: Terminal) -> None:
    again = desk("import", PREDICTIONS).stdout
    assert "new " not in again
    assert again.splitlines()[-1].endswith("unchanged.")


def test_a_dry_run_says_and_writes_nothing(terminal: Terminal) -> None:
    terminal("init")
    said = terminal("import", PREDICTIONS, "--dry-run").stdout
    assert "new        question     sanctions-ever" in said
    assert terminal("list", "--format", "json").stdout.count('"id"') == 0


def test_what_is_exported_imports_as_unchanged(desk: Terminal) -> None:
    file = str(desk.folder / "out.yaml")
    desk("export", file)
    assert desk("import", file).stdout.splitlines()[-1].endswith("unchanged.")


def test_exporting_onto_a_file_keeps_its_comments(desk: Terminal) -> None:
    file = desk.folder / "mine.yaml"
    before = (ROOT / "predictions.yaml").read_text("utf-8")
    file.write_text(before, "utf-8")
    desk("export", str(file))
    head, _, rest = file.read_text("utf-8").partition("\n")
    assert head.startswith("# Head of the ledger")
    assert rest == before
    once = file.read_bytes()
    desk("export", str(file))
    assert file.read_bytes() == once


def test_a_reopened_resolution_leaves_the_file_and_does_not_come_back_by_an_import(
    desk: Terminal,
) -> None:
    """A file that is imported every night resolved the question again, and nobody knew."""
    name = "sanctions-by-ultimatum-day-50"
    desk("resolve", name, "yes", "--evidence", "https://city.example")
    file = desk.folder / "mine.yaml"
    file.write_text((ROOT / "predictions.yaml").read_text("utf-8"), "utf-8")
    desk("export", str(file))
    assert "outcome: yes" in file.read_text("utf-8")
    desk("reopen", name, "--reason", "it was another law")
    assert "was taken back" in desk("import", str(file), code=4).stderr
    desk("export", str(file))
    assert "outcome: yes" not in file.read_text("utf-8")
    assert desk("import", str(file)).stdout.splitlines()[-1].endswith("unchanged.")
    assert desk("verify").stdout


def test_due_lists_the_overdue_first_and_then_what_comes(desk: Terminal) -> None:
    assert "Nothing is due now" in desk("due").stdout
    desk.clock.set("2025-08-30T12:00")
    assert "open" in desk("due").stdout
    desk.clock.set("2025-09-14T12:00")
    line = desk("due").stdout.splitlines()[1]
    assert line.split()[:2] == ["sanctions-by-ultimatum-day-50", "overdue"]
    assert "ultimatum day 50, 2 September 2025 (12 days ago)" in line


def test_json_has_one_schema_and_csv_a_header(desk: Terminal) -> None:
    found = json.loads(desk("list", "--format", "json").stdout)
    assert found["schema"] == 1
    ids = [each["id"] for each in found["questions"]]
    assert ids == [
        "sanctions-by-ultimatum-day-50",
        "another-ukraine-supplemental",
        "sanctions-ever",
    ]
    assert desk("list", "--format", "csv").stdout.splitlines()[0] == "id,state,when,said"


def test_nothing_is_coloured_when_piped(desk: Terminal) -> None:
    for command in ("list", "due", "show sanctions-ever", "status", "score", "doctor"):
        assert "\x1b" not in desk(*command.split()).output


def test_an_amendment_moves_the_deadline_and_its_reminders(desk: Terminal) -> None:
    """A postponed question that never reminds again was another tracker's fault."""
    desk.clock.set("2025-08-20T12:00")
    name = "sanctions-by-ultimatum-day-50"
    later = ("--within", "60 days", "--starting", "2025-07-14", "--of", "ultimatum")
    desk("amend", name, *later, "--reason", "the ultimatum was prolonged")
    assert name not in desk("remind", "--dry-run", "--as-of", "2025-09-03").stdout
    assert name in desk("remind", "--dry-run", "--as-of", "2025-09-13").stdout


def test_a_snoozed_question_is_silent_until_its_day(desk: Terminal) -> None:
    desk.clock.set("2025-09-03T12:00")
    name = "sanctions-by-ultimatum-day-50"
    desk("snooze", name, "--until", "2025-10-01", "--reason", "the register is late")
    assert name not in desk("remind", "--dry-run", "--as-of", "2025-09-30").stdout
    assert name in desk("remind", "--dry-run", "--as-of", "2025-10-01").stdout


def test_a_reminder_is_delivered_into_the_maildir_and_read_from_it(desk: Terminal) -> None:
    desk.clock.set("2025-09-14T12:00")
    assert desk("remind").stdout.startswith("1 queued, 1 sent.")
    letter = desk("inbox").stdout
    assert "ultimatum day 50, 2 September 2025, 12 days ago" in letter
    assert "tracker resolve sanctions-by-ultimatum-day-50 yes" in letter


def test_status_says_when_the_last_sweep_ran_and_what_waits(desk: Terminal) -> None:
    assert "never: start `tracker run`" in desk("status").stdout
    desk("remind")
    said = desk("status").stdout
    assert "2025-08-01 12:00 UTC (today): 0 queued, 0 sent" in said
    assert json.loads(desk("status", "--format", "json").stdout)["status"]["failed"] == []


def test_status_shows_what_was_given_up_and_retry_revives_it(desk: Terminal) -> None:
    """Each line says why, with the server's words, and how to try again."""
    desk.clock.set("2025-09-14T12:00")
    app = desk.open()
    refused = NotifyError("550 5.1.1 nobody of that name", permanent=True)
    post = post_to(Letterbox(fault=lambda _message: refused))
    sweep(app.store, post, app.audience, desk.clock)
    app.store.close()
    said = desk("status").stdout
    assert "550 5.1.1 nobody of that name" in said
    assert "tracker remind --retry" in said
    again = desk("remind", "--retry")
    assert again.stderr == "1 had failed: tried again.\n"
    assert again.stdout.startswith("0 queued, 1 sent.")
    assert "550 5.1.1" not in desk("status").stdout


def test_who_is_reminded_may_change_after_the_deadline_and_the_criteria_may_not(
    desk: Terminal,
) -> None:
    """A wrong address is found out when the reminder is due: then it must be mended."""
    desk.clock.set("2025-09-14T12:00")
    asked, why = "sanctions-by-ultimatum-day-50", ("--reason", "Chloe covers it now")
    desk("amend", asked, "--remind-to", "chloe@desk.example", *why)
    desk("remind")
    assert "To:      chloe@desk.example" in desk("inbox", "--last", "5").stdout
    refused = desk("amend", asked, "--criteria", "Whatever suits.", *why, code=4)
    assert "its deadline has passed" in refused.stderr


def test_what_waits_after_a_failure_says_until_when_and_is_tried_at_once_when_asked(
    desk: Terminal,
) -> None:
    """Whoever had mended the mail server's password saw "0 sent", and nothing of the wait."""
    desk.clock.set("2025-09-14T12:00")
    app = desk.open()
    post = post_to(Letterbox(fault=lambda _message: NotifyError("451 4.3.0 the disk is full")))
    sweep(app.store, post, app.audience, desk.clock)
    app.store.close()
    said = desk("remind").stdout
    assert said.startswith("0 queued, 0 sent.\n1 message waits for the next try:")
    assert "; next try at 2025-09-14 12:" in desk("status").stdout
    assert desk("remind", "--retry").stdout.startswith("0 queued, 1 sent.")


def test_doctor_checks_and_changes_nothing(terminal: Terminal) -> None:
    said = terminal("doctor", code=1).stdout
    assert "wrong    database: there is no database" in said
    assert not (terminal.folder / "data").exists()
    terminal("init")
    assert "wrong" not in terminal("doctor").stdout


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o nosort -F _tracker_completion tracker"),
        ("zsh", "#compdef tracker"),
        ("fish", "complete --no-files --command tracker"),
    ],
)
def test_completion_is_printed_for_each_shell(terminal: Terminal, shell: str, line: str) -> None:
    assert line in terminal("completion", shell).stdout


def test_completion_offers_question_ids(desk: Terminal) -> None:
    environ = {
        **os.environ,
        **desk.environ,
        "_TRACKER_COMPLETE": "bash_complete",
        "COMP_WORDS": "tracker show sanc",
        "COMP_CWORD": "2",
    }
    offered = subprocess.check_output([TRACKER], env=environ, text=True)
    assert offered.split() == [
        "plain,sanctions-by-ultimatum-day-50",
        "plain,sanctions-ever",
    ]


def test_status_counts_one_thing_as_one(terminal: Terminal) -> None:
    """ "1 questions wait" reads like a fault of counting."""
    terminal.clock.set("2026-11-23T12:00")
    terminal("import", str(ROOT / "docs" / "demo.yaml"))
    said = terminal("status").stdout
    assert "1 article, 1 question, 1 forecast, 0 vague claims" in said
    assert "1 question waits for somebody to settle it" in said


def test_a_mistyped_outcome_is_told_before_the_evidence_is_asked_for(terminal: Terminal) -> None:
    """Who has typed in a link only to hear of a typing error has been asked for nothing."""
    terminal("import", str(ROOT / "docs" / "demo.yaml"))
    result = terminal("resolve", "imaginary-bridge-by-june", "mabye", "--ask", code=5)
    assert "unknown outcome 'mabye'" in result.stderr
    assert "What shows it" not in result.output


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["resolve", "imaginary-bridge-by-june", "a"], {"ambiguous", "annulled"}),
        (["read", "op"], {"op"}),
    ],
)
def test_the_shell_completes_outcomes_and_files(typed: list[str], offered: set[str]) -> None:
    found = BashComplete(cli, {}, "tracker", "_").get_completions(typed[:-1], typed[-1])
    assert {each.value for each in found} == offered
    assert {each.type for each in found} == {"file" if typed[0] == "read" else "plain"}
