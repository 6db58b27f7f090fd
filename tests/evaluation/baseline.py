"""The baseline: a list of words, a few filters, the nearest words of time. What a morning buys."""

import re

from tracker.articles.sentences import split
from tracker.articles.spot import WILL_HAPPEN, WILL_NOT_HAPPEN
from tracker.dates import ApproxDate

WORDS = re.compile(
    r"\b(?:(?:highly|very|extremely|most|quite) (?:un)?likely|(?:almost|virtually"
    r"|nearly) certain(?:ly)?"
    r"|no chance|little chance|good chance|slim chance|more likely than not|odds are"
    r"|bound to|set to"
    r"|poised to|doomed|destined to|on track to|hard to (?:see|imagine)|don't bet on"
    r"|expected to|inevitable|inevitably"
    r"|certain to|sure to|surely|certainly|unlikely|likely|probably|probable|possibly"
    r"|perhaps|doubt|i expect|i predict"
    r"|may well|might well|could well|may|might|could|will|won't|would|wouldn't|going"
    r" to|never)\b|'ll\b",
    re.IGNORECASE,
)
FILTERS = re.compile(
    r"\?$|\bshould\b|\bmust\b|would have|could have|might have|will need to|will have to|\bI will\b"
    r"|\bpromised\b|\bvowed\b|\bpledged\b|said (?:that )?(?:it|he|she|they) would|\b(?:hope|wish)\b"
)
TIME = re.compile(
    r"\b(?:(?:by|in|before|within|over|until) (?:the )?(?:next |coming |end of (?:the "
    r"|this |next )?)?"
    r"(?:\w+ )?(?:days?|weeks?|months?|years?|decades?|20\d\d|spring|summer|autumn|winter|January"
    r"|February|March|April|May|June|July|August|September|October|November|December)"
    r"|(?:this|next) (?:year|month|week|decade)|never|ever)\b"
)
NOT = re.compile(
    r"\b(?:not|no|never|nobody|unlikely|doubt|hard to|doomed|won't|little chance)\b|n't",
    re.IGNORECASE,
)
CONDITION = re.compile(r"\b(?:[Ii]f|[Uu]nless)\b[^,.;]*")
YEAR = re.compile(r"20\d\d")


def propose(text: str, published: ApproxDate) -> list[dict[str, object]]:
    """Propose every sentence that holds a word of the list and passes the filters."""
    found = []
    for sentence in split(text):
        words = WORDS.search(sentence.text.replace("’", "'"))
        if words is None or FILTERS.search(sentence.text):
            continue
        time, condition = TIME.search(sentence.text), CONDITION.search(sentence.text)
        phrase = words.group().lower()
        found.append(
            {
                "start": sentence.start,
                "end": sentence.end,
                "phrase": {"won't": "will", "'ll": "will", "never": "will"}.get(phrase, phrase),
                "polarity": WILL_NOT_HAPPEN if NOT.search(sentence.text) else WILL_HAPPEN,
                "deadline": time.group() if time else None,
                "deadline_date": _date(time.group(), published) if time else None,
                "conditional": condition.group() if condition else None,
            }
        )
    return found


def _date(words: str, published: ApproxDate) -> str | None:
    if words in ("never", "ever"):
        return "never-ending"
    year = YEAR.search(words)
    if year:
        return f"{year.group()}-12-31"
    if "year" in words:
        return f"{published.year + ('next' in words)}-12-31"
    return None
