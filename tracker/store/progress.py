"""How far long work has come, for whoever wants to be told."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the step's name, how much of it is done, and how much there is; 0 if unknown."""


def silent(_step: str, _done: int, _total: int) -> None:
    """Tell nobody."""
