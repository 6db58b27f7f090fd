"""Which country an article is about, by the signs that it shows."""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from tracker.articles.patterns import Lazy

_TOKEN = Lazy(r"\w+")
_BREAK = Lazy(r"[.!?]['\"’”)]* |\n")
# One mention in passing is not enough.
_ENOUGH = 2


class Countries:
    """Signs of countries, and of other things.

    Args:
        countries: name to the signs of each, as written.
        words: name to other lists of words.
    """

    __slots__ = ("_by_first", "_countries", "_lists")

    def __init__(self, countries: Mapping[str, list[str]], words: Mapping[str, list[str]]) -> None:
        self._countries = frozenset(countries)
        self._lists = {**words, **countries}
        self._by_first: dict[str, list[tuple[str, str]]] | None = None

    def __contains__(self, name: str) -> bool:
        """Whether there is a list of that name."""
        return name in self._lists

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

    @property
    def by_first(self) -> Mapping[str, list[tuple[str, str]]]:
        """The signs, the longest first, each with its list, by their first word."""
        if self._by_first is None:
            self._by_first = {}
            signs = ((sign, name) for name, signs in self._lists.items() for sign in signs)
            for sign, name in sorted(signs, key=lambda one: -len(one[0])):
                for first in _TOKEN.ready.findall(sign)[:1]:
                    self._by_first.setdefault(first, []).append((sign, name))
        return self._by_first

    def count(self, text: str) -> Counter[str]:
        """Count the signs of each list; of several that stand at a place the longest."""
        counts: Counter[str] = Counter()
        by_first = self.by_first
        done = 0
        for token in _TOKEN.finditer(text):
            at = token.start()
            if at < done or (signs := by_first.get(token.group())) is None:
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


def _stands(sign: str, text: str, at: int) -> bool:
    return text.startswith(sign, at) and not text[at + len(sign) : at + len(sign) + 1].isalnum()


def _sentence(article: str, at: int) -> str:
    start = max((found.end() for found in _BREAK.finditer(article, 0, at)), default=0)
    end = _BREAK.search(article, at)
    return article[start : end.start() if end else len(article)]
