"""Which of a sentence's words of time close a forecast, and which belong to something else."""

import re

from tracker.articles.clauses import Part
from tracker.articles.cues import MODAL, Hit
from tracker.articles.patterns import Lazy
from tracker.articles.timex import Timex
from tracker.dates import add_months

# "He said on Tuesday that ...": when it was said; not what is "to be admitted in May".
_REPORT_TIME = Lazy(
    r"\b(?:said|told|warned|announced|wrote|predicted"
    r"|admitted|argued|noted|insisted|claimed|declared)(?: \w+){0,2} $"
)
_BEING = ("be ", "is ", "are ", "get ")
_ANOTHER_CLAUSE = Lazy(r";|(?:,| [—–]) (?:and|but|so|yet|or) | but ")
_BREAK = Lazy(
    r";|, (?:and|but|so|yet|or|though|although|while|whereas|because|since|as) | but (?!not )"
)
_BESIDE = Lazy(r", (?:\w+ of )?(?:which|who|whom|whose|where)\b[^,;\n]*\Z")
# "The cuts that take effect in March will ...": the time is inside the subject.
_WHICH_ONE = Lazy(r"\b(?:that|which|who|whoever|whatever|whichever \w+) \w+(?: [\w-]+){0,6} $")
# "With elections due next year": when those are, not when it happens.
_WITH = Lazy(r"\bwith (?:[\w'-]+ ){1,5}(?:due|set|scheduled|planned|expected|coming|looming) $")
# "As scarce as a lemon in February used to be": of another clause's subject.
_OWN_VERB = Lazy(r" (?:used to|was|were|had|did)\b")
# "A company you have never heard of".
_NEVER_YET = Lazy(
    r"\b(?:has|have|had|was|were|did|is|are|should|must|ought to)(?:n't)? $|'(?:ve|d) $"
)
# "Somewhere he never meant to go", "nobody ever cut a ribbon".
_PAST_BEHIND = Lazy(
    r" (?:(?!need|exceed|proceed|succeed|speed|feed|heed|embed|shed|breed)[a-z]{2,}ed|was|were|had"
    r"|did|meant|went|came|said|told|made|took|gave|got|knew|saw|thought|felt|found|left|lost|won"
    r"|kept|held|paid|met|built|bought|brought|caught|taught|sold|sent|spent|stood|understood|wrote"
    r"|spoke|broke|chose|drove|rose|fell|grew|began|ran|sat)\b|(?<=\bnobody ever) (?:cut|put|set"
    r"|let|hit|quit|shut|read|cost|hurt|spread)\b"
)
_IF = Lazy(r"\bif\b")
# Not by November, not by next November: the last is the widest.
_NOT_BY = Lazy(r"\bnot(?:, [^,]{1,40},)? $")
# A condition that holds already; others put off the day from which one counts.
_GOES_ON = Lazy(
    r"\b(?:nothing|no|not|keeps?|stays?|remains?|continues?|still|current|present|trends?|goes on"
    r"|unless|n't)\b"
)
_MODAL_AHEAD = Lazy(r"[^;\n]*?(?:\b(?:will|would|could|may|might|won't|going to)\b|'ll\b)")
# "It began cutting in December and will ...": that December is past.
_HAPPENED = Lazy(
    r"\b(?:began|left|fell|rose|won|lost|came|went|made|took|gave|held|sent|was|were|had|did|said|told"
    r"|grew|became|met|saw|spent|built|brought|chose|led|paid|sold|broke|raised|started|cut off"
    r"|launched|agreed|promised|signed|opened|closed|passed|voted|announced|suspended|dropped)\b"
)
# "He leaves in March and is unlikely ...": March belongs to the verb before "and".
_SECOND_VERB = Lazy(
    r" (?:and|but|or)(?: \w+ly| also| then| now| so| is| are| has| looks| seems)* ?$"
)
_OPENS_CLAUSE = Lazy(r"(?:^|[,;:—–(\"“\n]|\b(?:and|but|so|yet|or|that)) ?(?:\w+,? )?$")
# "The fund, spread over five years, will ...": an aside's time is its own.
_ASIDE = Lazy(
    r", (?!and |but |or |yet )(?!(?:\w+ly|perhaps|maybe|likely|most|sometime|even)* ?$)[^,;\n]*\Z"
    r"|, (?:and|but|or) (?:it|he|she|they|we|that|this|there) [^,;\n]*\Z"
)
# "In a sport where every player is free in December", "the deal that was on offer at Easter", "the
# customers they lose this year": the time is of something else.
_INSIDE = Lazy(
    r"\b(?:where|in which|(?:that|which|who) (?:was|were|had|(?!need|exceed|proceed|succeed)\w+ed))"
    r"\b[^,;:—]*$"
    r"|, (?:which|who|whose|when)\b(?:(?!\b(?:will|would|could|may|might)\b|'ll\b)[^,;:—])*$"
    r"|, (?:whoever|whatever|whichever|however|wherever|no matter)\b[^,;:—]*$"
    r"|\b(?:that|which|who) (?:begins?|starts?|opens?|ends?|closes?|expires?|meets?|votes?"
    r"|falls due|comes? due|takes? effect|(?:is|are) due)\b[^,;:—]*$"
    r"|\b(?:the|those|all|whatever|every|any) [\w-]+ (?:they|he|she|it|we|you)"
    r" (?!will|would|can|could|may|might|shall|should|must)\w+ $"
)
# "Split along the line it split along in November", "the ground the Whigs lost to them in 2019",
# "as it did in March", "the cut made by the bank in June": what is over, to compare with.
_PRETERITE = (
    r"(?:(?!need|exceed|proceed|succeed|speed|feed|heed|embed|shed|breed|indeed)[a-z]{2,}ed|lost|won"
    r"|held|made|sent|met|left|kept|paid|built|bought|brought|caught|taught|sold|spent|stood|led"
    r"|felt|found|got|fought|drew|threw|ran)"
)
_COMPARED = Lazy(
    r"\b(?:(?:was|were(?! (?:he|she|it|they|we|the|an?|this|that)\b)|wasn't|weren't|did|didn't|had"
    r"|went|came|took|gave|knew|saw|wrote|spoke|broke|chose|drove|rose|fell|grew|began|became)\b"
    r"|(?:it|he|she|they|we|you|i|who|that|which|what)"
    rf" (?:\w+ly |also |once |last |first )?{_PRETERITE}\b"
    r"|(?:it|he|she|as \w+|than \w+)"
    r" (?:split|cut|put|set|hit|let|cost|quit|shut|beat|spread|cast)\b"
    rf"|(?:the|an?|what|all) [\w-]+ (?:the|its|his|her|their|our) [\w-]+ {_PRETERITE}\b"
    rf"|(?:the|that|its|his|her|their) [\w-]+ {_PRETERITE} by\b)[^,;:—–]*$"
    r"|\b(?<!early )(?<!soon )(?<!late )(?<!long )(?<!far )(?:as|like|unlike) $"
    r"|\bthan [^,;:—–]{1,40}\b(?:would|could|did|had|was|were) $"
)
# "Get it signed in May", "see it closed in June": not past.
_PRONOUN = 5
_CAUSED = Lazy(
    r"\b(?:see|have|get|keep|want|find) (?:it|them|him|her|the|an?|its|his|their|this|that)\b"
    r"|\b(?:unless|were to)\b"
)
# "The patients treated within a month will ...": which ones.
_TREATED = Lazy(rf"\b(?<!, )(?<!\bbe )(?<!\bis )(?<!\bare ){_PRETERITE} $")
_LOOKS_AHEAD = Lazy(
    r"\b(?:will|won't|would|should|could|may|might|(?:is|are) going|have to|further to|bound to"
    r"|likely)\b|'ll\b"
)
_REASON = Lazy(r"\b(?:because|since|if|unless|although|though|while|which|who|that|when)\b|[:;]")
_AND_THEN = Lazy(r",? (?:and|so)\b")
_WITH_ASIDE = Lazy(r"(?:,| [—–]) (?:and|or|but) [^,;—–]{1,50}(?:,| [—–])[^,;—–]*$")
# "It will finish him, and it's due this month": another verb has the time.
_IS_SO = Lazy(r"\b(?:is|are|was|were|has|have|had|comes|meets|votes|ends|begins)\b|'(?:s|re|ve) ")
# "It will come, though not this spring".
_BUT_NOT = (" though not ", " but not ")
# Behind "It will fall, and": "for the first time in years, in every borough".
_CLOSED = Lazy(
    r"[^;—–]{1,80} [—–] \Z|[^,;—–)]{1,80}(?:,| ?[—–]|\)) (?:(?:in|at|on|to|with|from|across|all"
    r"|even|probably|perhaps|some|almost|certainly)\b[^,;:—–]{0,40})?\Z"
)
# "It will rain, but the game, on Sunday, is on": the time is of the other clause.
_GOES_ON_ABOUT = Lazy(r", (?:is|are|was|were|has|have|had|does|do|did|\w+s) ")
_STILL_NEAR = 15
_ADJACENT = 4
# "It could well fail: the court hears it in May": the time is in the reason.
_EXPLAINED = Lazy(r": (?:[^ ]+ ){3,}$")


def deadline(
    low: str, span: tuple[int, int], hit: Hit, condition: Part | None, times: tuple[Timex, ...]
) -> Timex | None:
    """Return the words of time that close a forecast: dated before vague, near before far.

    Args:
        low: the article in lower case with plain apostrophes.
        span: offsets of the clause around the cue.
        hit: the cue.
        condition: the forecast's condition; its own times do not count.
        times: the sentence's words of time.
    """
    usable = [
        one for one in _closing(low, hit, condition, times) if not _elsewhere(low, span, one, hit)
    ]
    usable = [one for one in usable if not _is_put_right(low, one, usable)]
    if len(times) > 1:
        denied = [one for one in times if _NOT_BY.search(low[max(0, one.start - 50) : one.start])]
        if len(denied) > 1 and denied[0].start > hit.start:
            return denied[-1]
    nearest = min(usable, key=lambda one: _remoteness(low, one, span, hit), default=None)
    return _counted_from(low, nearest, hit, condition) if nearest else None


def _closing(low: str, hit: Hit, condition: Part | None, times: tuple[Timex, ...]) -> list[Timex]:
    """Return the words of time that can close some clause beside the cue."""
    return [
        one
        for one in times
        if not (condition and condition.covers(one.start))
        and not (hit.phrase and one.start >= hit.phrase[0] and one.end <= hit.phrase[1])
        and not _WITH.search(low[max(0, one.start - 60) : one.start])
        and not _is_experience(low, one)
        and not (one.start > hit.end and low.endswith(_BUT_NOT, hit.end, one.start))
        and not (one.start > hit.end and _OWN_VERB.match(low, one.end))
        and not (one.start > hit.end and _INSIDE.search(low, hit.end, one.start))
        and not (one.start > hit.end and _is_compared(low, hit, one.start))
        and not _is_report(low, one)
        and not _is_of_the_cue(low, hit, one)
        and not (low.startswith("for ", one.start) and _TARGET.search(low[: one.start][-12:]))
    ]


# "The target for 2012": which one, not when it is met.
_TARGET = Lazy(r"\b(?:targets?|goals?|quotas?|budgets?) $")


def _is_of_the_cue(low: str, hit: Hit, one: Timex) -> bool:
    """Whether it begins with the cue's last word: "count on" "this Congress"."""
    return hit.start < one.start < hit.end and low.endswith(" on", hit.start, hit.end)


def of_a_sibling(
    low: str, hit: Hit, condition: Part | None, times: tuple[Timex, ...]
) -> Timex | None:
    """Return the one deadline of a sentence, where another clause that looks ahead has it.

    "They will have to settle by May, and the strike will have been for nothing."

    Args:
        low: the article in lower case with plain apostrophes.
        hit: the cue, in whose clause there is none.
        condition: the forecast's condition.
        times: the sentence's words of time.
    """
    closing = _closing(low, hit, condition, times)
    if len(closing) != 1 or closing[0].never_ending or not _is_beside(low, closing[0], hit):
        return None
    return _counted_from(low, closing[0], hit, condition)


def _is_beside(low: str, one: Timex, hit: Hit) -> bool:
    """Whether a time is in a clause beside the cue's, and that one looks ahead."""
    if one.start > hit.end:
        ahead = _LOOKS_AHEAD.search(low, hit.end, one.start)
        return (
            ahead is not None
            and " but " not in low[hit.end : one.start]
            and _REASON.search(low, hit.end, ahead.start()) is None
        )
    begins = max(low.rfind(mark, 0, one.start) for mark in ".\n;:—") + 1
    behind = _AND_THEN.search(low, one.end, hit.start)
    return behind is not None and _LOOKS_AHEAD.search(low[begins : one.start]) is not None


def _is_report(low: str, one: Timex) -> bool:
    """Whether it is the time at which somebody said something."""
    before = low[max(0, one.start - 36) : one.start]
    said = _REPORT_TIME.search(before)
    return said is not None and not before.endswith(_BEING, 0, said.start())


def _is_compared(low: str, hit: Hit, at: int) -> bool:
    """Whether a time behind the cue is of something past that it is compared with."""
    if low.startswith(("by ", "within "), at):
        return False
    found = _COMPARED.search(low, hit.end, at)
    return (
        found is not None
        and _IF.search(low, hit.start, found.start()) is None
        and _CAUSED.search(low, hit.end, found.start() + _PRONOUN) is None
    )


def _is_put_right(low: str, one: Timex, others: list[Timex]) -> bool:
    """Whether a later time replaces it: "not this year, but within the decade", "neither … nor"."""
    before = low[max(0, one.start - 50) : one.start]
    if before.endswith("neither ") and any(
        # "Neither within a year nor in a decade": the other is the wider.
        other.start > one.end and low.startswith(" nor ", one.end)
        for other in others
    ):
        return True
    return _NOT_BY.search(before) is not None and any(
        low[one.end : other.start].strip(" ,").removesuffix(" almost certainly") == "but"
        for other in others
        if other.start > one.end
    )


def _is_experience(low: str, one: Timex) -> bool:
    """Whether "never" says what was so far: "which has never been tried"."""
    if not one.never_ending:
        return False
    before = low[max(0, one.start - 60) : one.start]
    return (_PAST_BEHIND.match(low, one.end) is not None and not _IF.search(before)) or (
        _NEVER_YET.search(low[max(0, one.start - 8) : one.start]) is not None
        and not low.startswith((" going to", " likely", " to "), one.end)
    )


def _is_short(one: Timex) -> bool:
    """Whether it matters from when one counts: up to a year."""
    counted = one.closing
    return (
        counted is not None
        and counted.starting is not None
        and counted.closes_on <= add_months(counted.starting, 12)
    )


def _counted_from(low: str, one: Timex, hit: Hit, condition: Part | None) -> Timex:
    """Leave a count of time open that starts with something yet to come.

    "If they strike, prices will double within a month": a month from the strike. "In the next
    month" counts from now, whatever happens.
    """
    if one.kind not in ("within", "orspan") or not _is_short(one):
        return one
    if condition is None:
        hypothetical = hit.cue.name == "would"
    else:
        hypothetical = low.startswith(
            ("if ", "should ", "were ", "in the event"), condition.start
        ) and not _GOES_ON.search(low, condition.start, condition.end)
    return one._replace(closing=None) if hypothetical else one


def _elsewhere(low: str, span: tuple[int, int], one: Timex, hit: Hit) -> bool:
    """Whether words of time belong to another clause than the cue's."""
    at = one.start
    if at < hit.start:
        before, between = low[max(0, at - 120) : at], low[one.end : hit.start]
        if one.never_ending and between.isspace():
            return False
        return (
            (
                _ANOTHER_CLAUSE.search(low, one.end, hit.start + 1) is not None
                and not _opens(low, one, between)
            )
            or (_BESIDE.search(before) is not None and "," in between)
            or (
                _WHICH_ONE.search(before) is not None
                and len(low[at : hit.start].split()) <= _ADJACENT
            )
            or (
                _TREATED.search(before[-20:]) is not None
                and "," not in between
                and len(low[at : hit.start].split()) <= _ADJACENT
            )
            or _HAPPENED.search(low, span[0], at) is not None
            or (_ASIDE.search(before) is not None and "," in between)
            or (_SECOND_VERB.search(between) is not None and not _OPENS_CLAUSE.search(before))
        )
    if hit.cue.kind == MODAL and _EXPLAINED.search(low, hit.end, at):
        return True
    breaks = list(_BREAK.finditer(low, hit.end, at)) if at > hit.end else []
    if breaks and _MODAL_AHEAD.match(low, one.end) is None and _is_inserted(low, breaks[-1], one):
        breaks.pop()
    return bool(breaks) and (
        at - breaks[-1].end() > _STILL_NEAR
        or _MODAL_AHEAD.match(low, one.end) is not None
        or _IS_SO.search(low, breaks[-1].end(), at) is not None
        or _GOES_ON_ABOUT.match(low, one.end) is not None
    )


def _is_inserted(low: str, opened: re.Match[str], one: Timex) -> bool:
    """Whether what a comma or dash opened is closed before the time: "..., and soon, by May"."""
    return (
        opened.group().startswith((",", " "))
        and _CLOSED.match(low, opened.end(), one.start) is not None
        and _GOES_ON_ABOUT.match(low, one.end) is None
    )


def _opens(low: str, one: Timex, between: str) -> bool:
    """Whether it opens the sentence, with an aside behind: "By May, and perhaps sooner, ..."."""
    before = low[max(0, one.start - 7) : one.start].removesuffix("not ").rstrip(' "“')
    return before[-1:] in ("", ".", "!", "?", "\n") and _WITH_ASIDE.match(between) is not None


def _remoteness(low: str, one: Timex, span: tuple[int, int], hit: Hit) -> tuple[bool, int, int]:
    outside = not span[0] <= one.start < span[1]
    # Behind the verb, or opening the clause, is where a deadline stands.
    inside_subject = span[0] < one.start < hit.start and not _OPENS_CLAUSE.search(
        low[max(0, span[0] - 1) : one.start]
    )
    kind = 0 if one.date else 2 if one.never_ending else 1
    return outside, kind + (2 if inside_subject else 0), abs(one.start - hit.start)
