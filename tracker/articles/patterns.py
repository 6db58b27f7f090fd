"""Patterns kept as data: TOML files beside this module, with {macros} of one another.

`make rules` writes them as JSON too, which is read in a tenth of the time.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_MACRO = re.compile(r"\{([a-z_]+)\}")


def read(name: str) -> dict[str, Any]:
    """Read one of the TOML files of this package, as people write it."""
    import tomllib  # what users run reads the files that are ready

    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


def ready(name: str) -> dict[str, Any]:
    """Read what `make rules` wrote of the files of that name."""
    text = Path(__file__).with_name(ready_name(name)).read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def ready_name(name: str) -> str:
    """Return the name of the file that `make rules` writes."""
    return f"{name}.json"


def expanded(macros: Mapping[str, str]) -> dict[str, str]:
    """Fill macros with those defined before them."""
    filled: dict[str, str] = {}
    for name, pattern in macros.items():
        filled[name] = fill(pattern, filled)
    return filled


def fill(pattern: str, macros: Mapping[str, str]) -> str:
    """Put macros into a pattern; figures in braces stay."""
    return _MACRO.sub(lambda found: macros[found[1]], pattern)


class Lazy:
    """A pattern that is compiled when it is first wanted: one op-ed wants few of them.

    Args:
        words: the pattern.
        flags: of `re.compile`.
        macros: what is put into it.
    """

    __slots__ = ("_compiled", "_flags", "_macros", "_words")

    def __init__(self, words: str, flags: int = 0, macros: Mapping[str, str] | None = None) -> None:
        self._words, self._flags, self._macros = words, flags, macros
        self._compiled: re.Pattern[str] | None = None

    @property
    def ready(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        if self._compiled is None:
            words = self._words if self._macros is None else fill(self._words, self._macros)
            self._compiled = re.compile(words, self._flags)
        return self._compiled

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Search as `re.Pattern.search` does."""
        return self.ready.search(text, start, end)

    def match(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Match as `re.Pattern.match` does."""
        return self.ready.match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Match as `re.Pattern.fullmatch` does."""
        return self.ready.fullmatch(text, start, end)

    def finditer(
        self, text: str, start: int = 0, end: int = sys.maxsize
    ) -> Iterator[re.Match[str]]:
        """Find as `re.Pattern.finditer` does."""
        return self.ready.finditer(text, start, end)


class Patterns:
    """Patterns by name, each compiled when it is first wanted.

    Args:
        words: name to pattern.
        macros: what is put into them.
    """

    __slots__ = ("_lazy",)

    def __init__(self, words: Mapping[str, str], macros: Mapping[str, str]) -> None:
        self._lazy = {name: Lazy(pattern, 0, macros) for name, pattern in words.items()}

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """Return one of them, compiled."""
        return self._lazy[name].ready
