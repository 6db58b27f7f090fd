"""The options that describe a question, shared by `add` and `amend`."""

from collections.abc import Mapping
from typing import Any

import click

from tracker.cli.common import DAY, F
from tracker.errors import Invalid

_OPTIONS = (
    click.option("--text", help="The question; ends with a question mark."),
    click.option("--criteria", help="How two strangers would settle it alike."),
    click.option("--by", type=DAY, help="Deadline: by the end of this day."),
    click.option("--within", metavar="SPAN", help="Deadline: '50 days' after --starting."),
    click.option("--starting", type=DAY, help="Day 0 of --within."),
    click.option("--of", help="What --within is counted from, such as 'ultimatum'."),
    click.option("--from", "from_", type=DAY, help="Deadline: a window's first day …"),
    click.option("--to", type=DAY, help="… and its last."),
    click.option("--ever", is_flag=True, help="Deadline: open-ended, until --horizon."),
    click.option("--horizon", type=DAY, help="When --ever becomes no."),
    click.option("--review-every", metavar="SPAN", help="How often to look: '90 days'."),
    click.option("--verbatim", help="The writer's own words for the deadline."),
    click.option("--zone", help="Time zone of the dates, such as America/New_York."),
    click.option("--topic", "topics", multiple=True, help="A topic; may be repeated."),
    click.option("--condition", help="What must come true first."),
    click.option(
        "--checkpoint",
        "checkpoints",
        multiple=True,
        metavar="NAME=DATE",
        help="A named day on the way; may be repeated.",
    ),
    click.option("--base-rate", metavar="P", help="How often such things happen."),
    click.option(
        "--status-quo",
        type=click.Choice(["yes", "no"]),
        help="How it turns out if nothing changes.",
    ),
    click.option(
        "--lead",
        "lead_days",
        type=int,
        multiple=True,
        metavar="DAYS",
        help="Remind so many days before; may be repeated.",
    ),
    click.option(
        "--overdue",
        "overdue_days",
        type=int,
        multiple=True,
        metavar="DAYS",
        help="Repeat so many days after; may be repeated.",
    ),
    click.option(
        "--remind-to",
        "to_",
        multiple=True,
        metavar="ADDRESS",
        help="Remind these instead of everybody; may be repeated.",
    ),
    click.option("--escalate-to", metavar="ADDRESS", help="Whom to ask when nobody settles it."),
    click.option("--escalate-days", type=int, metavar="DAYS", help="How long after."),
)
_PLAIN = ("text", "criteria", "zone", "topics", "condition", "base_rate", "status_quo")
_DEADLINE = ("by", "within", "starting", "of", "to", "horizon", "review_every", "verbatim")
_REMINDERS = ("lead_days", "overdue_days", "escalate_to", "escalate_days")


def question_options(command: F) -> F:
    """Add every option that describes a question."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def question_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the options out as the record's fields; what was not given is left out.

    Raises:
        Invalid: if a checkpoint is not NAME=DATE.
    """
    fields = {name: options[name] for name in _PLAIN if options[name]}
    if deadline := _deadline(options):
        fields["deadline"] = deadline
    if options["checkpoints"]:
        fields["checkpoints"] = [_checkpoint(text) for text in options["checkpoints"]]
    reminders = {name: options[name] for name in _REMINDERS if options[name]}
    if options["to_"]:
        reminders["to"] = options["to_"]
    if reminders:
        fields["reminders"] = reminders
    return fields


def _deadline(options: Mapping[str, Any]) -> dict[str, Any]:
    deadline = {name: options[name] for name in _DEADLINE if options[name] is not None}
    if options["from_"] is not None:
        deadline["from"] = options["from_"]
    if options["ever"]:
        deadline["ever"] = True
    return deadline


def _checkpoint(text: str) -> dict[str, str]:
    name, equals, day = text.rpartition("=")
    if not equals:
        raise Invalid(f"{text!r} is not a checkpoint", hint="write 'ultimatum day 50=2025-09-02'")
    return {"name": name, "on": day}
