"""Whether a modal stands in a story of the past: "He would walk to work; the city could breathe".

English tells habits and abilities of the past with the very words by which it foretells. What
parts the two is the verbs around them: a story has verbs of the past and none of the present.
"""

import re

from tracker.articles.patterns import Lazy

MODALS = frozenset(("would", "could"))
"""Names of the cues that a story of the past may hold."""

_PAST = Lazy(
    r"(?<!\bbe )(?<!\bbeen )(?<!\bis )(?<!\bare )(?<!\bget )"
    r"\b(?:was|were|wasn't|weren't|had|hadn't|did|didn't|went|came|took|gave|got|made|saw|said|told"
    r"|knew|thought|felt|found|left|kept|held|lost|won|wrote|spoke|stood|sat|ran|fell|rose|grew"
    r"|began|became|brought|bought|built|broke|chose|drew|drove|fought|flew|forgot|heard|led|meant"
    r"|met|paid|sold|sent|sang|slept|spent|taught|wore|woke|drank|ate|died|lived|worked|voted"
    r"|(?<!of )(?:he|she|it|they|we|i|you|nobody|everybody|everyone|never|then"
    r"|soon|and) (?:\w+ly )?(?!need|speed|feed|proceed|succeed|exceed|embed)\w{2,}ed)\b(?!-)"
)
_PRESENT = Lazy(
    r"\b(?:is|are|isn't|aren't|am|has|hasn't|does|doesn't|do|don't|will|won't|can|cannot|can't|may"
    r"|says|thinks|believes|knows|wants|means|remains|seems|looks|expects|insists|reckons|fears"
    r"|now|today|shall|should|must|likely|unlikely)\b"
    r"|\b(?:i|you|we|they|who|people) (?:think|believe|expect|suspect|say|know|see)\b"
    r"|(?<=[a-z])'(?:re|ve|ll|m)\b|\b(?:it|he|she|that|there|what|here)'s\b"
    r"|(?<!would )(?<!could )(?<!might )(?<!n't )(?<!not )\bhave\b"
)
_SUPPOSED = Lazy(
    r"\b(?:if|unless|suppose|imagine|should|were (?:\w+ ){1,5}to|would|will|without|assume|were he"
    r"|were she|were it|were they|next|tomorrow|by then|scenario|in that case|otherwise)\b"
)
# A story goes on about those it named; "such a ban" and "bondholders" are of what is not yet.
_NAMED = Lazy(
    r"(?:^|[,;:—–] (?:and |but |so )?|\b(?:and|but|so) )(?:he|she|they|we|i|the|my|his|her|our"
    r"|their)\b[^,;:—–]{0,40}$"
)
# Quotations, and clauses that say which one is meant or compare: their verbs tell nothing.
_ASIDE = Lazy(
    r"[\"“][^\"“”]*[\"”]|\b(?:who|whom|whose|which|that|as|than|where|somewhere|what"
    r"|whatever|because)\b[^,;:—\"“”]*"
)


def tells(low: str, sentence: tuple[int, int], at: int, before: tuple[int, int] | None) -> bool:
    """Whether the modal at an offset belongs to a story of the past.

    Args:
        low: the article in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        at: offset of the modal.
        before: offsets of the sentence before it in the paragraph, or None.
    """
    own = _ASIDE.ready.sub("", low[slice(*sentence)])
    if _PRESENT.search(low, *sentence) or _supposed_elsewhere(low, sentence, at):
        return False
    if _PAST.search(own):
        return True
    if before is None or not _NAMED.search(low[sentence[0] : at]):
        return False
    return is_told(low, before)


def is_told(low: str, sentence: tuple[int, int]) -> bool:
    """Whether a sentence tells of the past, and supposes nothing.

    Args:
        low: the article in lower case with plain apostrophes.
        sentence: offsets of the sentence.
    """
    told = _ASIDE.ready.sub("", low[slice(*sentence)])
    return (
        _PAST.search(told) is not None
        and _PRESENT.search(told) is None
        and _SUPPOSED.search(told) is None
    )


def _supposed_elsewhere(low: str, sentence: tuple[int, int], at: int) -> bool:
    """Whether the sentence supposes anything before the modal: "if", "without", ..."""
    return re.search(
        r"\b(?:if|unless|suppose|should|without(?! \w+ing)|absent|barring|short of|at that rate"
        r"|again|next"
        r"|this time|soon|yet|eventually|some ?day|tomorrow|another|this one|such an?|a second)\b",
        low[slice(*sentence)],
    ) is not None or low.startswith("were ", sentence[0], at)
