"""Patterns kept as data: TOML files beside this module, with {macros} of one another."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

_MACRO = re.compile(r"\{([a-z_]+)\}")


def read(name: str) -> dict[str, Any]:
    """Read one of the data files of this package."""
    return tomllib.loads(files("tracker").joinpath("articles", name).read_text("utf-8"))


def expanded(macros: Mapping[str, str]) -> dict[str, str]:
    """Fill macros with those defined before them."""
    filled: dict[str, str] = {}
    for name, pattern in macros.items():
        filled[name] = fill(pattern, filled)
    return filled


def fill(pattern: str, macros: Mapping[str, str]) -> str:
    """Put macros into a pattern; figures in braces stay."""
    return _MACRO.sub(lambda found: macros[found[1]], pattern)
