"""Restated ultimatums, and the later sentences that judge them.

"If they do not ... in the next 50 days, we will put sanctions on ..." is a threat, not the writer's
forecast; "the sanctions are unlikely to be implemented", further down, is the forecast, and it is
about that threat. The two are linked where the judgement names, with
"the", "this" or "these", a thing that the threat holds out.
"""

import re
from typing import NamedTuple

from tracker.articles.clauses import Part
from tracker.articles.patterns import Lazy
from tracker.articles.sentences import Sentence

_SIGNS = Lazy(
    r"\b(?:threat|threats|threatens?|threatened|threatening|ultimatum|deadline|warned"
    r"|vowed|demand(?:s|ed) (?:that|of))\b"
)
_IF_NOT = Lazy(
    r"\b(?:unless|if [^,;:—]{2,80}?(?:not|n't|fails? to|refuses? to"
    r"|never))\b[^.;:—]{3,160}?\b(?:will|would|'ll)\b(?P<what>[^.;:—]*)"
)
_WILL_UNLESS = Lazy(
    r"\b(?:will|would)\b(?P<what>[^.;:—]{3,140}?)\b(?:unless|if [^.;:—]{2,60}?(?:not"
    r"|n't|fails? to|refuses? to))\b"
)
# What somebody expects of another is no threat.
_BELIEVED = Lazy(
    r"\b(?:figures?|thinks?|believes?|expects?|predicts?|reckons?|fears?|forecasts?|estimates?)\b"
)
_WORDS = Lazy(r"[a-z]{5,}")
# Too common to say what a threat is about.
_COMMON = frozenset(
    (  # noqa: SIM905 - fifty quoted words on fifty lines read worse
        "about above after again against along among around because before being below between"
        " could country countries doing during every first further government having itself later"
        " minister other others over people president should since states still their there these"
        " thing things those through trade under united until where which while within without"
        " would years"
    ).split()
)


class Ultimatum(NamedTuple):
    """A threat with a condition, restated in an article.

    Attributes:
        part: its sentence.
        things: the longer words of what is threatened.
    """

    part: Part
    things: frozenset[str]


def find(sentences: tuple[Sentence, ...], low: str) -> tuple[Ultimatum, ...]:
    """Find the ultimatums that an article restates, in order.

    Args:
        sentences: those of the article.
        low: the article in lower case with plain apostrophes.
    """
    if not _SIGNS.search(low):
        return ()
    found = []
    for sentence in sentences:
        words = low[sentence.start : sentence.end]
        what = _IF_NOT.search(words) or _WILL_UNLESS.search(words)
        near = low[max(0, sentence.start - 200) : sentence.end]
        if what is not None and _SIGNS.search(near) and not _BELIEVED.search(words):
            things = frozenset(_WORDS.ready.findall(what["what"])) - _COMMON
            found.append(Ultimatum(Part(sentence.start, sentence.end, sentence.text), things))
    return tuple(found)


def judged_by(
    low: str, threats: tuple[Ultimatum, ...], start: int, span: tuple[int, int]
) -> Part | None:
    """Return the latest ultimatum before a proposal whose threat its clause names, or None."""
    clause = low[slice(*span)]
    for threat in reversed(threats):
        if threat.part.end <= start and any(
            re.search(rf"\b(?:the|this|these|such|his|her|their|those)(?: \w+)? {thing}\b", clause)
            for thing in threat.things
        ):
            return threat.part
    return None
