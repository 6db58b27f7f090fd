"""What a figure means: explain."""

import click

from tracker.cli.common import example
from tracker.cli.render import fold


def _complete(
    _ctx: click.Context, _param: click.Parameter, typed: str
) -> list[click.shell_completion.CompletionItem]:
    from tracker.scoring.explain import EXPLANATIONS

    return [
        click.shell_completion.CompletionItem(name)
        for name in EXPLANATIONS
        if name.startswith(typed)
    ]


@click.command(epilog=example("tracker explain miscalibration", "tracker explain"))
@click.argument("figure", required=False, shell_complete=_complete)
def explain(figure: str | None) -> None:
    """Say what a figure of the scorecard means, how it is computed, and where that stands.

    Without a figure the names of all are listed.
    """
    from tracker.scoring.explain import EXPLANATIONS, explanation

    if figure is None:
        click.echo("\n".join(EXPLANATIONS))
        return
    found = explanation(figure)
    click.echo(click.style(found.name, bold=True))
    click.echo(fold(found.words))
    click.echo(fold(f"Formula: {found.formula}"))
    click.echo(fold(f"Source: {found.source}"))
