"""Lexicons: what readers, or a standard, take a phrase of probability to mean.

A lexicon is one TOML file in `tracker/lexicons/`, with its citation and licence; dropping a file
there adds it. The phrase is what is recorded; its number is looked up when it is scored, so any
verdict can be computed again under any lexicon.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tracker.errors import NotFound

DEFAULT = "readers"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a phrase means, as probabilities from 0 to 1.

    Attributes:
        low: the lower end: a band's bound, or the readers' lower quartile.
        best: the single value: a band's midpoint, or the readers' median.
        high: the upper end.
        mean: the readers' mean, or `best` where the source has no distribution.
        sd: the readers' standard deviation, or 0.
        readers: how many readers were asked, or 0.
    """

    low: float
    best: float
    high: float
    mean: float
    sd: float = 0.0
    readers: int = 0

    def negated(self) -> "Entry":
        """Return the entry for the event when the words are about its not happening."""
        return Entry(
            low=_complement(self.high),
            best=_complement(self.best),
            high=_complement(self.low),
            mean=_complement(self.mean),
            sd=self.sd,
            readers=self.readers,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """One lexicon; as each is read from its file once, it is itself and equal to no other.

    Attributes:
        name: the file's name, as typed after `--lexicon`.
        title: whose reading it is.
        citation: where the figures stand.
        licence: under which they may be used.
        note: how low, best and high were taken from the source.
        entries: normalised phrase to its entry.
    """

    name: str
    title: str
    citation: str
    licence: str
    note: str
    entries: Mapping[str, Entry]

    def read(self, phrase: str, *, negated: bool = False) -> Entry | None:
        """Return what the phrase says about the event, or None where the lexicon is silent."""
        # Most phrases come normalised already, which is not worth doing again.
        entry = self.entries.get(phrase) or self.entries.get(normalise(phrase))
        return entry.negated() if entry is not None and negated else entry


def normalise(phrase: str) -> str:
    """Fold case, typographic apostrophes and white space."""
    return " ".join(phrase.casefold().replace("’", "'").split())


@cache
def names() -> tuple[str, ...]:
    """Return the lexicons there are, the default first."""
    found = sorted(
        entry.name.removesuffix(".toml")
        for entry in files("tracker").joinpath("lexicons").iterdir()
        if entry.name.endswith(".toml")
    )
    return tuple(sorted(found, key=lambda name: name != DEFAULT))


def _complement(probability: float) -> float:
    # The lexicons' figures are decimal fractions: rounding undoes what binary subtraction adds.
    return round(1 - probability, 9)


@cache
def load(name: str = DEFAULT) -> Lexicon:
    """Read a lexicon from its file.

    Raises:
        NotFound: if there is none of that name; the message lists those there are.
    """
    import tomllib  # most commands read no lexicon

    if name not in names():
        raise NotFound(f"no lexicon is called {name!r}; there are: {', '.join(names())}")
    text = files("tracker").joinpath("lexicons", f"{name}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    entries = {
        normalise(words): _entry(section)
        for section in data["phrase"]
        for words in section["words"]
    }
    about = {key: data[key] for key in ("title", "citation", "licence", "note")}
    return Lexicon(name=name, entries=entries, **about)


def _entry(section: Mapping[str, float]) -> Entry:
    return Entry(
        low=section["low"],
        best=section["best"],
        high=section["high"],
        mean=section.get("mean", section["best"]),
        sd=section.get("sd", 0.0),
        readers=int(section.get("readers", 0)),
    )


@cache
def known_phrases() -> tuple[str, ...]:
    """Return every phrase that some lexicon knows, sorted."""
    return tuple(sorted({phrase for name in names() for phrase in load(name).entries}))


def knows(phrase: str) -> bool:
    """Whether some lexicon has the phrase."""
    return normalise(phrase) in known_phrases()


def nearest(phrase: str) -> tuple[str, ...]:
    """Return up to three known phrases that look most like this one, best first."""
    from difflib import get_close_matches  # only for a phrase that nobody knows

    return tuple(get_close_matches(normalise(phrase), known_phrases(), n=3, cutoff=0.5))
