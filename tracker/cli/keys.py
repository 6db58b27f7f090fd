"""Single keys instead of typed answers, and the two ways out of a dialogue."""

import click

from tracker.errors import Invalid


class Later(Exception):  # noqa: N818 - it is no error: the person comes back
    """The person quits and comes back later."""


class ToArticle(Exception):  # noqa: N818 - it is no error: the person goes back
    """The person goes back before the first proposal, to who, where and when."""


def ask_key(bar: str, keys: str) -> str:
    """Ask for one of these keys; no Enter is needed.

    Raises:
        Later: on the end of the input.
        Invalid: if nobody sits at a terminal.
    """
    click.echo(f"{bar} ", nl=False)
    while True:
        try:
            key = click.getchar().lower()
        except (EOFError, KeyboardInterrupt):
            click.echo()
            raise Later from None
        except OSError:
            click.echo()
            raise Invalid(
                "there is no terminal on which to ask",
                hint="--propose lists the proposals, --yaml writes a predictions.yaml to finish",
            ) from None
        if key in ("", "\x03", "\x04"):
            click.echo()
            raise Later
        if len(key) == 1 and key in keys:
            click.echo(key)
            return key
