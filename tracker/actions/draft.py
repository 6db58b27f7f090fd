"""From a proposal to the draft of a question and a forecast, with the gaps a person must fill."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tracker import lexicon
from tracker.articles.spot import WILL_HAPPEN, Proposal
from tracker.dates import ApproxDate, day_words
from tracker.fields import GAP
from tracker.records import slugify

_LONGEST_QUOTE = 400
_LONGEST_ID = 60
# Words of probability that are themselves about its not happening: "unlikely", "no chance".
_ABOUT_NOT = re.compile(
    r"\b(?:un\w*likely|improbable|impossible|im\w*plausible|inconceivable|unthinkable|no|not|never"
    r"|little|slim|slight|remote|doubt\w*|hard to|hardly|scarcely|difficult to)\b|n['’]t\b"
)
_LEAD = re.compile(
    r"^(?:[^\w“\"]+|(?:and|but|so|yet|or|still|then|thus|instead|indeed|however|therefore"
    r"|moreover|meanwhile|that|which|in short|in fact|in practice|of course|as a result"
    r"|after all)\b[,\s]*)+",
    re.IGNORECASE,
)
_ADVERBS = r"(?:(?: |,)+(?:\w+ly|very|also|still|soon|now|well|then|thus|just|ever|most|almost))*,?"
_NOT = r"(?: ?n['’]t| not| never)?"
_IT_IS = re.compile(
    r"^(?:it|there)(?: is|['’]s| seems| remains| looks)\b.{0,40}?\bthat (?P<clause>.+)$",
    re.IGNORECASE,
)
_SHAPES = (
    re.compile(
        rf"^(?P<who>.+?) (?:is|are|am|was|were|looks?|seems?|remains?|appears?){_NOT}{_ADVERBS}"
        r" (?:\w+ )?(?:(?:un)?likely|certain|sure|bound|set|poised|destined|expected"
        r"|going|due|about)"
        r" to (?:ever )?(?P<what>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?P<who>.+?)(?: |(?=['’]ll))(?:will|would|may|might|could|shall|can|['’]ll|wo|ca){_NOT}"
        rf"{_ADVERBS} (?:ever )?(?:(?:un)?likely )?(?P<what>.+)$",
        re.IGNORECASE,
    ),
)
_SMALL = re.compile(
    r"(?:The|An?|This|That|These|Those|It|They|He|She|We|Some|Any|Many|Most|Few|All|Its|His|Her"
    r"|Their|Our|There|One|Two|Three|Half|Such|Another|Both|Each|Every)\b"
)
# What stands before the subject: "By Labor Day the boomlet", "If it does, the case".
_ADJUNCT = re.compile(
    r"^(?:if|unless|should|were|when|until|by|in|within|without|under|according|as|on|at|before"
    r"|after|with|given|absent|barring|from|for|over|sooner or later|either way)\b.*,\s*(?=\S)",
    re.IGNORECASE,
)
_REPORTED = re.compile(r"^.+\bthat (?=\S)", re.IGNORECASE)
# "Whatever the mayor says" changes nothing that is asked.
_ASIDE = re.compile(r",? (?:whatever|however|no matter|regardless)\b.*$", re.IGNORECASE)
# A question asks whether it happens: "nobody will pay" asks whether anybody will.
_ASKED = (
    (re.compile(r"\b(?:nobody|no one)\b", re.IGNORECASE), "anybody"),
    (re.compile(r"\bnothing\b", re.IGNORECASE), "anything"),
    (re.compile(r"\b(?:none|neither)\b(?= of)", re.IGNORECASE), "any"),
    (re.compile(r"\bno\b", re.IGNORECASE), "any"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a proposal comes to.

    Attributes:
        question: the fields of a question; a text with `GAP` in it, or None, must be filled in.
        forecast: the fields of a forecast on it, its reading's beside the others.
        notes: what the person should know, one sentence each.
    """

    question: dict[str, Any]
    forecast: dict[str, Any]
    notes: tuple[str, ...]


def draft(
    proposal: Proposal,
    text: str,
    *,
    article: str,
    author: str | None,
    zone: str,
    taken: Collection[str] = (),
) -> Draft:
    """Draft a question and a forecast of it.

    Args:
        proposal: the sentence and what was worked out of it.
        text: the article's text.
        article: the article's id.
        author: the writer, if there is one writer; somebody quoted comes before.
        zone: the time zone of the question's dates.
        taken: ids of questions that exist.
    """
    asked = question_text(proposal, text)
    reading, notes = _reading(proposal)
    question = {
        "id": _free_id(asked, proposal, taken),
        "text": asked,
        "criteria": _criteria(proposal),
        "deadline": _deadline(proposal),
        "zone": zone,
        "condition": " ".join(proposal.conditional.split()) if proposal.conditional else None,
    }
    forecast = {
        "author": (proposal.attributed_to or author or "").strip(" .,;:") or None,
        "article": article,
        "quote": quote_of(proposal, text),
        **reading,
    }
    return Draft({name: value for name, value in question.items() if value}, forecast, notes)


def quote_of(proposal: Proposal, text: str) -> str:
    """Return the words to quote: the sentence, or its clause that forecasts where it is long.

    Where a text file was wrapped is not the writer's doing: line ends become blanks.
    """
    long = len(proposal.sentence) > _LONGEST_QUOTE
    return " ".join((text[slice(*proposal.span)] if long else proposal.sentence).split())


def question_text(proposal: Proposal, text: str) -> str:
    """Turn a clause into a question: "The sanctions are unlikely to pass" asks "Will … pass?"."""
    clause = " ".join(text[slice(*proposal.span)].split())
    parts = _parts(clause)
    if parts is None:
        return f"Will {GAP}: what happens]{_by(proposal)}?"
    who, what = _asked(*parts) if proposal.polarity != WILL_HAPPEN else parts
    what = _ASIDE.sub("", what).rstrip(" .!?…,;:—–-\"”’')]")
    return f"Will {who} {_dated(what, proposal)}?"


def _parts(clause: str) -> tuple[str, str] | None:
    clause = _LEAD.sub("", clause)
    if inner := _IT_IS.match(clause):
        clause = inner["clause"]
    for shape in _SHAPES:
        if (match := shape.match(clause)) and not re.search(r"[;:“”\"—]", match["who"]):
            who = _REPORTED.sub("", _ADJUNCT.sub("", match["who"])).strip(" ,")
            small = who[:1].lower() + who[1:] if _SMALL.match(who) else who
            return small, match["what"]
    return None


def _asked(who: str, what: str) -> tuple[str, str]:
    """Take the first word that negates out of a clause."""
    for pattern, word in _ASKED:
        if pattern.search(who):
            return pattern.sub(word, who, count=1), what
        if pattern.search(what):
            return who, pattern.sub(word, what, count=1)
    return who, what


def _dated(what: str, proposal: Proposal) -> str:
    """Write the day for the words that come to it: later readers have no "next 50 days"."""
    found = proposal.deadline
    if found is None or found.date is None:
        return what
    words = " ".join(found.words.split())
    if words in what:
        return " ".join(what.replace(words, _by(proposal).strip(), 1).split())
    return f"{what}{_by(proposal)}"


def _by(proposal: Proposal) -> str:
    found = proposal.deadline
    if found is None or found.deadline is None:
        return ""
    opens = found.deadline.opens_on
    if opens is not None:
        return f" between {day_words(opens)} and {day_words(found.deadline.closes_on)}"
    return f" by {day_words(found.deadline.closes_on)}"


def _criteria(proposal: Proposal) -> str:
    when = _by(proposal).replace(" by ", " by the end of ") or f" by {GAP}: when]"
    if proposal.deadline is not None and proposal.deadline.never_ending:
        when = " before the horizon"
    condition = " Annulled as condition-not-met if the condition never holds."
    return (
        f"Resolves yes if {GAP}: what exactly must happen, and what does not count]{when}, as "
        f"{GAP}: which source] shows; otherwise no.{condition if proposal.conditional else ''}"
    )


def _deadline(proposal: Proposal) -> dict[str, Any]:
    found = proposal.deadline
    words = " ".join(found.words.split())[:200] if found else None
    said = {"verbatim": words} if words else {}
    if found is not None and found.never_ending:
        return {"ever": True, "horizon": DAY_GAP, **said}
    if found is None or found.deadline is None:
        return {"by": DAY_GAP, **said}
    kind = found.deadline
    fields = {
        info.alias or name: value
        for name, info in type(kind).model_fields.items()
        if name != "verbatim" and (value := getattr(kind, name)) is not None
    }
    return {**fields, **said}


DAY_GAP = "FILL-IN"
"""Stands where a day or a number must be filled in; no reader of days or numbers takes it."""


def _reading(proposal: Proposal) -> tuple[dict[str, Any], tuple[str, ...]]:
    phrase = " ".join((proposal.phrase or "").split())
    if not lexicon.knows(phrase):
        phrase = " ".join((proposal.likelihood or "").split())
    if not phrase:
        note = "The sentence has no words of probability: give a probability or a range."
        return {"probability": DAY_GAP}, (note,)
    if not lexicon.knows(phrase):
        near = ", ".join(f"“{each}”" for each in lexicon.nearest(phrase))
        note = f"No lexicon knows “{phrase}”: give a probability, a range"
        more = f", or the nearest phrase ({near})" if near else ""
        return {"probability": DAY_GAP}, (f"{note}{more}.",)
    about_not = _ABOUT_NOT.search(phrase.lower()) is not None
    negated = about_not == (proposal.polarity == WILL_HAPPEN)
    return {"phrase": phrase, **({"negated": True} if negated else {})}, ()


def _free_id(asked: str, proposal: Proposal, taken: Collection[str]) -> str:
    named = proposal.sentence if GAP in asked else re.sub(r"^Will (?:the |an? )?", "", asked)
    words = slugify(named)
    short = words[:_LONGEST_ID]
    name = short.rsplit("-", 1)[0] if len(words) > _LONGEST_ID and "-" in short else short
    name = name.strip("-") or "question"
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}-{number}", number + 1
    return free


def article_fields(
    *,
    authors: tuple[str, ...],
    outlet: str,
    published: ApproxDate | None,
    title: str,
    url: str | None,
    chosen: str | None,
) -> dict[str, Any]:
    """Lay out an article's fields; what nobody stated is None, to be filled in."""
    who = f"{authors[0] if authors else ''} {outlet}".strip() or title or "op-ed"
    named = slugify(f"{who} {published or ''}")
    fields: dict[str, Any] = {
        "id": named[:80].strip("-"),
        "authors": list(authors) or None,
        "outlet": outlet or None,
        "published_on": published,
    }
    if title:
        fields["title"] = title
    if url:
        fields["url"] = url
    return {**fields, "chosen": chosen} if chosen else fields
