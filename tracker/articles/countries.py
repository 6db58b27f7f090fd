"""Which country an article is about, by the signs that it shows."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

_TOKEN = re.compile(r"\w+")
_BREAK = re.compile(r"[.!?]['\"’”)]* |\n")
# One mention in passing is not enough.
_ENOUGH = 2


class Countries:
    """Signs of countries, and of other things.

    Args:
        countries: name to the signs of each, as written.
        words: name to other lists of words.
    """

    __slots__ = ("_by_first", "_countries", "_names")

    def __init__(
        self, countries: Mapping[str, Iterable[str]], words: Mapping[str, Iterable[str]]
    ) -> None:
        self._countries = frozenset(countries)
        self._names = self._countries.union(words)
        self._by_first: dict[str, list[tuple[str, str]]] = {}
        for lists in (countries, words):
            for name, signs in lists.items():
                for sign in signs:
                    first = _first_word(sign)
                    self._by_first.setdefault(first, []).append((sign, name))
        for found in self._by_first.values():
            found.sort(key=lambda one: -len(one[0]))

    def __contains__(self, name: str) -> bool:
        """Whether there is a list of that name."""
        return name in self._names

    def is_about(
        self, country: str, article: str, at: int | None = None, *, plainly: bool = True
    ) -> bool:
        """Whether an article is about a country, more than about any other.

        Args:
            country: its name.
            article: the text.
            at: offset of the words that ask; the signs of their sentence count twice.
            plainly: whether it must show more than twice as many signs of it.
        """
        shown = self._shown(article, at)
        others = (shown[one] for one in self._countries if one != country)
        return shown[country] >= _ENOUGH and shown[country] > (1 + plainly) * max(others, default=0)

    def shows(self, name: str, article: str) -> bool:
        """Whether an article shows any sign of a list."""
        return _signs(self, article)[name] > 0

    def rules_out(self, name: str, article: str, at: int | None = None) -> bool:
        """Whether an article shows two signs of a country, or one of another list."""
        return self._shown(article, at)[name] >= (_ENOUGH if name in self._countries else 1)

    def _shown(self, article: str, at: int | None) -> Counter[str]:
        shown = _signs(self, article)
        return shown if at is None else shown + _signs(self, _sentence(article, at))

    def count(self, text: str) -> Counter[str]:
        """Count the signs of each list; of several that stand at a place the longest."""
        counts: Counter[str] = Counter()
        done = 0
        for token in _TOKEN.finditer(text):
            at = token.start()
            if at < done or (signs := self._by_first.get(token.group())) is None:
                continue
            found = [(sign, name) for sign, name in signs if _stands(sign, text, at)]
            for sign, name in found:
                if len(sign) == len(found[0][0]):
                    counts[name] += 1
                    done = at + len(sign)
        return counts


@lru_cache(maxsize=32)
def _signs(countries: Countries, text: str) -> Counter[str]:
    return countries.count(text)


def _first_word(sign: str) -> str:
    found = _TOKEN.search(sign)
    if found is None:
        raise ValueError(sign)
    return found.group()


def _stands(sign: str, text: str, at: int) -> bool:
    return text.startswith(sign, at) and not text[at + len(sign) : at + len(sign) + 1].isalnum()


def _sentence(article: str, at: int) -> str:
    start = max((found.end() for found in _BREAK.finditer(article, 0, at)), default=0)
    end = _BREAK.search(article, at)
    return article[start : end.start() if end else len(article)]
