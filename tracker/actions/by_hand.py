"""A forecast that the rules did not see: a person points at its words."""

import re

from tracker import lexicon
from tracker.articles import timex
from tracker.articles.spot import WILL_HAPPEN, WILL_NOT_HAPPEN, Proposal
from tracker.dates import ApproxDate

# How many signs before and after the words of likelihood may turn them round.
_NEAR = (12, 16)
_MODAL = re.compile(r"\b(will|would|going to)\b|\b(wo)n['’]t\b|['’](ll)\b", re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:not|never|no|nobody|nothing|none|neither|hardly|unlikely|improbable|impossible)\b|n['’]t\b",
    re.IGNORECASE,
)


def by_hand(text: str, place: tuple[int, int], published: ApproxDate | None) -> Proposal:
    """Make a proposal of the words that a person points at; what can be worked out of them is.

    Args:
        text: the article.
        place: offsets of the words.
        published: when it was published, as far as known.
    """
    words = text[slice(*place)]
    phrase, phrase_at = _phrase(words, place[0])
    return Proposal(
        sentence=words,
        start=place[0],
        end=place[1],
        span=place,
        phrase=phrase,
        phrase_at=phrase_at,
        polarity=_polarity(words, phrase_at, place[0]),
        deadline=next(iter(timex.find(text, published, within=place)), None),
        conditional=None,
        attributed_to=None,
        score=1.0,
        reasons=("pointed at by you",),
    )


def _polarity(words: str, phrase_at: tuple[int, int] | None, start: int) -> str:
    """Return the direction: what stands beside the words of likelihood may turn them round."""
    low, high = (0, len(words)) if phrase_at is None else (at - start for at in phrase_at)
    near = words[max(0, low - _NEAR[0]) : high + _NEAR[1]]
    return WILL_NOT_HAPPEN if _NEGATED.search(near) else WILL_HAPPEN


def _phrase(words: str, start: int) -> tuple[str | None, tuple[int, int] | None]:
    """Return the longest words of likelihood that a lexicon knows, else the modal verb."""
    longest = sorted(lexicon.known_phrases(), key=len, reverse=True)
    spelled = "|".join(re.escape(each).replace(r"\ ", r"\s+") for each in longest)
    found = re.search(rf"\b(?:{spelled})\b", words, re.IGNORECASE)
    if found is not None:
        return found.group(), (start + found.start(), start + found.end())
    modal = _MODAL.search(words)
    if modal is None:
        return None, None
    return (modal[1] or "will").lower(), (start + modal.start(), start + modal.end())
