"""What stands around a forecast in its sentence: the clause and the condition."""

import re
from typing import NamedTuple

from tracker.articles.patterns import Lazy

_BOUNDARY = re.compile(
    r"[;:()\[\]]|—|–| - |,(?= (?:and|but|or|so|yet|while|whereas|though|although"
    r"|because|since|which"
    r"|who|where|as|for|nor)\b)| (?:but|because|although|though|whereas|while|(?<! of"
    r" )(?<! in )(?<! for )which) "
)
_COMMA_OR_STOP = re.compile(r",(?!\d)|[;:()]|—|–| - |[.!?…][\"'”’)]*$|[\"”]")
_OPENERS = (
    r"(?:(?:but |and |especially |particularly |at least )?(?:only |except )?if|unless"
    r"|provided(?: that)?"
    r"|providing(?: that)?|assuming(?: that)?|(?:even )?supposing(?: that)?"
    r"|(?:as|so) long as|in the event (?:of|that)"
    r"|on (?:the )?condition (?:that|of)|absent|barring|in the absence of|short of"
    r"|failing(?= (?:an?|that|some|any)\b))"
)
_CONDITION = re.compile(rf"(?<![\w-])(?:{_OPENERS})\b")
# "If, as expected, the Fed cuts", "If the court, as seems likely, rules": the condition goes on.
_IN_BETWEEN = Lazy(
    r"(?:,|[^,;:—–]{1,40}, (?=(?:as|which|however|in turn|against)\b))[^,;:—–]{1,50},"
)
# Letters without one of which nothing opens a condition: they spare most sentences the patterns.
_OF_A_CONDITION = (
    "if", "unless", "provid", "assuming", "supposing", "long as", "in the event", "condition",
    "absent", "barring", "absence", "failing", "short of", "should", "were", "without", "once ",
)  # fmt: skip
_INVERTED = re.compile(
    r"(?:^|(?<=[,;:—] )|(?<=— )|(?<=\bbut )|(?<=\band )|(?<=\"))(?:should (?=(?:he|she"
    r"|it|they|we|i|you|the|a|an|any|that|this"
    r"|these|those|his|her|its|their|[a-z]+ ?[a-z]*)\b)|were (?=(?:\w+ ){1,6}to\b))",
    re.MULTILINE,
)
_WITHOUT = re.compile(
    r"(?:^|(?<=[,;:—] )|(?<=that )|(?<=but )|(?<=and ))without\b"
    r"(?! (?:a )?(?:doubt|question|fail))",
    re.MULTILINE,
)
_NOT_IF_BEFORE = Lazy(
    r"(?:surpris\w+(?: \w+)? |\b(?:even|as|what|ask|asks|asked|wonder|wonders|see|know"
    r"|knows|doubt|doubtful|questionable"
    r"|surprised|surprising|shocked|astonished|amazed|miracle|surprise|shock|remarkable|astonishing"
    r"|stunned|astounded|matters?|care|unclear|decide|sensation|wonder|first|no one should be) )$"
)
_NOT_IF_AFTER = Lazy(
    r" (?:you (?:think|believe|expect|imagine)\b|then[.,;]|at all\b|but when\b"
    r"|anything\b|only\b|ever\b|possible\b"
    r"|you (?:will|like|please|prefer)|not\b(?! (?:for|enough))|so\b|need be"
    r"|on nothing|nothing else|nothing more|history is|the past is|past is|memory serves"
    r"|that\b[,.;]|and when|at all|(?:"
    r" ?\w+){1,3} at all\b|recent|it comes to that)"
)
# "Will fall short of cash", "it will last about as long as a fake": no condition.
_SHORT_OF_WHAT = Lazy(
    r"\b(?:fall|falls|fell|falling|run|runs|ran|running|be|been|is|are|was|were|stops?|stopped|comes?"
    r"|came|just|far|well|little|nothing|anything|much|keep|kept|leave|left|somewhat) $"
)
_AS_LONG_AS_WHAT = Lazy(r"\b(?:about|lasts?|half|twice|almost|nearly|just|be|is|are) $")
_DID = Lazy(r" (?:it|he|she|they|we|you|i|(?:the |its? )?\w+) (?:did|was|were|had|took|lasted)\b")
# "Unless they pass it, which seems unlikely, ...": the likelihood is the condition's own.
_ASIDE = Lazy(r"(?: ?[—–(]|,| - ) ?(?:which|as|and this|and that) ")
# "If they secede, all bets are off, but no government will": the condition is of the first half.
_PARTED = Lazy(r";|, but (?!$|only )")
# "If she quits, or is pushed, before May, the party will split".
_GOES_ON = Lazy(r", (?:even|or(?! so)|not|nor|before|until|within) [^,;:—–]{1,60}(?=, )")
# "Once one capital moves, the others will follow": one may not.
_ONCE = re.compile(
    r"(?:^|(?<=[;:—–] )|(?<=\band )|(?<=\bbut ))once (?=(?:one|an?|any|some|somebody|someone"
    r"|anybody|anyone|enough|either|another|even one|two|three|half)\b)",
    re.MULTILINE,
)
# "Little chance of growing without migrants", "can't last without rain"; to leave without a deal is
# how one leaves.
_LACKING = re.compile(
    r"(?<!or )(?<!not )(?<!leave )(?<!leaving )(?<!left )(?<!go )(?<!going )(?<!do )without\b"
)
_DENIED = Lazy(
    r"\b(?:no|not|never|nobody|nothing|none|neither|nor|cannot|little|scant|few|hardly|scarcely"
    r"|barely|unlikely|hard|impossible|improbable|inconceivable|doubt|doubtful|unthinkable)\b|n't\b"
)


class Part(NamedTuple):
    """A part of the text, verbatim.

    Attributes:
        start: offset of its first character.
        end: offset after its last one.
        text: the words.
    """

    start: int
    end: int
    text: str

    def covers(self, at: int) -> bool:
        """Whether an offset lies in it."""
        return self.start <= at < self.end


def clause(low: str, sentence: tuple[int, int], at: int) -> tuple[int, int]:
    """Return the offsets of the clause around an offset."""
    start, end = sentence
    for match in _BOUNDARY.finditer(low, start, end):
        if match.start() >= at:
            return start, match.start()
        start = match.end()
    return start, end


def condition(text: str, low: str, sentence: tuple[int, int], hit: tuple[int, int]) -> Part | None:
    """Return the condition under which the sentence forecasts, or None.

    Args:
        text: the article.
        low: the same in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        hit: offsets of the cue; a condition does not contain it.
    """
    start, end = sentence
    if not any(map(low[start:end].__contains__, _OF_A_CONDITION)):
        return None
    found = [
        part
        for pattern in (_CONDITION, _INVERTED, _WITHOUT, _ONCE, _LACKING)
        for match in pattern.finditer(low, start, end)
        if (part := _condition(text, low, sentence, match, hit)) is not None
        and not _is_aside(low, part.end, hit[0])
        and not (part.start > hit[1] and low[: part.start].endswith((", and ", "; and ")))
        and not _PARTED.search(low[min(part.end, hit[0]) : max(part.start, hit[1])])
    ]
    return min(found, key=lambda part: _distance(part, hit), default=None)


def _is_aside(low: str, start: int, hit: int) -> bool:
    aside = _ASIDE.match(low, start, hit)
    return aside is not None and "," not in low[aside.end() : hit]


def _distance(part: Part, hit: tuple[int, int]) -> int:
    return max(hit[0] - part.end, part.start - hit[1])


def _condition(
    text: str, low: str, sentence: tuple[int, int], match: re.Match[str], hit: tuple[int, int]
) -> Part | None:
    begin, stop = match.span()
    if _is_no_condition(low, sentence, match, hit):
        return None
    aside = _IN_BETWEEN.match(low, stop, sentence[1])
    finish = _until_comma(low, aside.end() if aside else stop, sentence[1])
    if aside and begin <= hit[0] < finish:
        # "If the talks fail, however, oil will rise": what stood between was the end.
        finish = _until_comma(low, stop, sentence[1])
    if begin <= hit[0] < finish:
        cut = _before_main_clause(low, stop, hit[0])
        if match.re is _INVERTED or cut is None:
            return None
        finish = cut
    elif low[:stop].endswith("without"):
        finish = min(finish, _subject_at(low, stop, finish))
    while more := _GOES_ON.match(low, finish, hit[0]):
        finish = more.end()
    begin += len(low[begin:stop]) - len(low[begin:stop].removeprefix("but ").removeprefix("and "))
    words = text[begin:finish].rstrip()
    return Part(begin, begin + len(words), words) if len(words.split()) > 1 else None


def _is_no_condition(
    low: str, sentence: tuple[int, int], match: re.Match[str], hit: tuple[int, int]
) -> bool:
    """Whether what looks like the opening of a condition is none."""
    begin, stop = match.span()
    if match.re is _LACKING:
        start = clause(low, sentence, begin)[0]
        start = max(start, low.rfind(",", start, hit[0]) + 1)
        return (
            begin < hit[1]
            or "surpris" in low[start:begin]
            or _DENIED.search(low, start, begin) is None
        )
    if match.re is not _CONDITION:
        return False
    before, words = low[max(sentence[0], begin - 24) : begin], match.group()
    return (
        _NOT_IF_BEFORE.search(before) is not None
        or (words.endswith("if") and _NOT_IF_AFTER.match(low, stop) is not None)
        or (words == "short of" and _SHORT_OF_WHAT.search(before) is not None)
        or (
            words == "as long as"
            and (_AS_LONG_AS_WHAT.search(before) is not None or _DID.match(low, stop) is not None)
        )
    )


def _until_comma(low: str, start: int, end: int) -> int:
    close = _COMMA_OR_STOP.search(low, start, end)
    return close.start() if close else end


_PRONOUN_MAIN = Lazy(
    r" (?:he|she|it|they|we|you|there|nobody|nothing|that|this|this one|the \w+) $"
)
_NEW_SUBJECT = Lazy(
    r" (?=(?:is|are|will|would)\b)| (?=(?:the \w+|it|they|he|she|we|you|i) (?:can|can't|cannot"
    r"|will|won't|is|are|would|could|does|do)\b)"
)


def _subject_at(low: str, start: int, end: int) -> int:
    found = _NEW_SUBJECT.search(low, start, end)
    return found.start() if found else end


_OWN_SUBJECT = Lazy(
    r" .* (?=(?:the|an?|his|her|its|their|our|my|your|no|this|that|these|those|any|most|some"
    r"|nobody|everyone) (?:[\w'-]+ ){0,3}$)"
)
_SHORT_PHRASE = Lazy(r" (?:the|a|an|more|new|such|this|that|some|any|\w+ing)?(?: ?\w+)")


def _before_main_clause(low: str, stop: int, hit: int) -> int | None:
    """Where a condition ends that no comma parts from the main clause ("without it we ...")."""
    main = _PRONOUN_MAIN.search(low[:hit], stop)
    if main is not None:
        return main.start()
    if low[:stop].endswith("without"):
        subject = _OWN_SUBJECT.match(low[:hit], stop)
        if subject is not None:
            return subject.end() - 1
        phrase = _SHORT_PHRASE.match(low, stop, hit)
        return phrase.end() if phrase else None
    return None
