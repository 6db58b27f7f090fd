"""What stands around a forecast in its sentence: the clause, the condition, who is quoted."""

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
    r"|providing(?: that)?|assuming(?: that)?|(?:as|so) long as|in the event (?:of|that)"
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
    "if", "unless", "provid", "assuming", "long as", "in the event", "condition", "absent",
    "barring", "absence", "failing", "short of", "should", "were", "without",
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
# "Unless they pass it, which seems unlikely, ...": the likelihood is the condition's own.
_ASIDE = Lazy(r"(?: ?[—–(]|,| - ) ?(?:which|as|and this|and that) ")
# "If they secede, all bets are off, but no government will": the condition is of the first half.
_PARTED = Lazy(r";|, but (?!$|only )")
_PAIR = re.compile(r"[“\"](?P<inside>[^“”\"]{1,1200})[”\"]")
_SCARE = 3


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
        for pattern in (_CONDITION, _INVERTED, _WITHOUT)
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
    if match.re is _CONDITION and (
        _NOT_IF_BEFORE.search(low[max(sentence[0], begin - 24) : begin])
        or (low[begin:stop].endswith("if") and _NOT_IF_AFTER.match(low, stop))
    ):
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
    begin += len(low[begin:stop]) - len(low[begin:stop].removeprefix("but ").removeprefix("and "))
    words = text[begin:finish].rstrip()
    return Part(begin, begin + len(words), words) if len(words.split()) > 1 else None


def _until_comma(low: str, start: int, end: int) -> int:
    close = _COMMA_OR_STOP.search(low, start, end)
    return close.start() if close else end


_PRONOUN_MAIN = Lazy(
    r" (?:he|she|it|they|we|you|there|nobody|nothing|that|this|this one|the \w+) $"
)
_NEW_SUBJECT = Lazy(
    r" (?=(?:the \w+|it|they|he|she|we|you|i) (?:can|can't|cannot|will|won't|is|are"
    r"|would|could|does|do)\b)"
)


def _subject_at(low: str, start: int, end: int) -> int:
    found = _NEW_SUBJECT.search(low, start, end)
    return found.start() if found else end


_SHORT_PHRASE = Lazy(r" (?:the|a|an|more|new|such|this|that|some|any|\w+ing)?(?: ?\w+)")


def _before_main_clause(low: str, stop: int, hit: int) -> int | None:
    """Where a condition ends that no comma parts from the main clause ("without it we ...")."""
    main = _PRONOUN_MAIN.search(low[:hit], stop)
    if main is not None:
        return main.start()
    if low[:stop].endswith("without"):
        phrase = _SHORT_PHRASE.match(low, stop, hit)
        return phrase.end() if phrase else None
    return None


def quotations(text: str) -> tuple[Part, ...]:
    """Return what stands in double quotes, scare quotes left out."""
    return tuple(
        Part(match.start(), match.end(), match["inside"])
        for match in _PAIR.finditer(text)
        if len(match["inside"].split()) > _SCARE
    )


_SAY = (
    r"(?:says?|said|argues?(?! about| over)|argued(?! about| over)|believes?|thinks?"
    r"|predicts?|predicted|insists?"
    r"|insisted|claims?|claimed"
    r"|warns?|warned|maintains?|maintained|reckons?|expects?|contends?|forecasts?"
    r"|projects?|projected"
    r"|estimates?|estimated|asserts?|asserted|suggests?|assures?|assured|tells?|told"
    r"|fears?|worry|worries"
    r"|calculates?|bets?|notes?|noted|concedes?|conceded|admits?|admitted|writes?|wrote|concludes?"
    r"|concluded|announced|declares?|declared|boasts?|boasted|adds?|added|anticipates?"
    r"|foresees?|sees?|figures?(?= that)"
    r"|puts? the|gives?(?= [^,.;]{0,40}(?:chance|odds|probability))|doubts?|holds?(?= that)"
    r"|assumes?|swears?|points? out|pointed out|envisages?|complains?"
    r"|agrees?(?! to| with| on| about)"
    r"|states(?= that)|stated|(?:is|are) (?:now |already )?(?:pricing in|bracing for"
    r"|expecting|predicting|forecasting|betting on|projecting)|is (?:convinced"
    r"|confident|certain|sure|adamant|expecting|right that|correct that"
    r"|predicting|forecasting|betting|projecting)"
    r"|are (?:right that|correct that|convinced|confident|certain|sure|adamant|expecting"
    r"|predicting|forecasting|betting|projecting)"
    r"|would have (?:us|you) believe|has (?:said|predicted|warned|argued|forecast|insisted)"
    r"|have (?:said|predicted|warned|argued|forecast|insisted)|likes? to say|keeps?"
    r" (?:saying|telling)"
    r"|keep (?:saying|telling))"
)
_VERB = Lazy(rf"\b(?<!-)(?<!\bto ){_SAY}\b(?!-)")
_ACCORDING = Lazy(
    r"\b(?:according to|in the (?:view|opinion|judgment|judgement|words|eyes) of|by the"
    r" reckoning of"
    r"|by(?= (?:one|some|most|official|their own|its own|[\w' ]{2,30}'s) (?:own"
    r" )?(?:estimates?|accounts?|reckonings?|calculations?|forecasts?|projections?)))"
    r" (?P<who>[^,;:—]+?)(?=,|;|—|\.$| \w+ will\b| (?:\w+ ){0,3}\w+ will\b)"
)
_SAID_AFTER = Lazy(
    r"[,”\"—] ?(?:(?:or so |as |so )?(?P<who>(?:[A-Z][\w.'’-]*|the|a|an|one|he|she|they|my|his|her"
    rf"|its|their)(?: [\w.'’-]+){{0,5}}?),? )?(?:{_SAY})(?(who)\b| (?P<name>(?:[A-Z][\w.'’-]*|the|a"
    r"|an|one|my|his|her|its|their)(?: [\w.'’-]+){0,5}?)(?=[,.;—”\"]|$))"
)
_WRITER = Lazy(
    r"(?:^|\b)(?:i|we|one|you|myself|it|this|that|these|which|what|who|don't|we are|i"
    r" am|it is|a|an|the|safe|good|best|better|is|are|(?:i|we)(?: would| do| can| will| might|"
    r" fully| still)?)$|^there$"
    r"|^(?:in|by|on|over|within|during|before|after|until|at|for|we|i|has|have|is|was|were) "
    r"|^(?:our|my (?:own|guess|view|bet"
    r"|money|sense|hunch|fear|best)|in \d+|i|we|it's|whatever|whoever|as|if|unless|without"
    r"|(?:my|our|your|its|his|her|their)$"
    r"|should|were|had)\b"
)
_NO_AGENT = Lazy(
    r"\b(?:smart money|nobody|no one|few|none|hardly anyone|history|evidence|experience|data|polls?"
    r"|polling|arithmetic"
    r"|mathematics|math|logic|signs?|everything|nothing|numbers|figures|precedent|past"
    r"|record|trend|trends"
    r"|geography|demography|demographics|rule|model|models|index|indicator|biology"
    r"|physics|anyone|anybody|whoever|everyone|if|common sense"
    r"|consensus|all this|all of this|the lesson|reality|facts?|chart|charts|graph"
    r"|calendar|reason|reasons|those)\b"
)
_LEAD = Lazy(
    r"^(?:(?:and|but|yet|so|then|still|now|while|though|although|because|as|for|even|meanwhile|here"
    r"|instead|in fact|of course|moreover|however|indeed|since|that|today|there are"
    r"|there is|is what|when|\w+ (?:\w+ ){0,3}is what)\b,? ?)+",
    re.IGNORECASE,
)
# "Most ministers tell me they ...".
_REPORTED = Lazy(r" (?:tells?|told) (?:me|us|you|reporters)\b")
_TRAIL = Lazy(r" (?:clearly|rightly|wrongly|often|even|also|still|now|already|really)$")
_RELATIVE = Lazy(r", (?:who|which|whose|a|an|the|then|now|never|once|for)\b[^,]*,$")


def speaker(
    text: str,
    low: str,
    sentence: tuple[int, int],
    hit: tuple[int, int],
    quotes: tuple[Part, ...],
    *,
    verb_inside: bool,
) -> str | None:
    """Return whose forecast it is, verbatim, or None for the writer's own.

    Args:
        text: the article.
        low: the same in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        hit: offsets of the cue.
        quotes: the article's quotations.
        verb_inside: whether the cue itself is somebody's verb ("the Bank expects").
    """
    quote = next((part for part in quotes if part.covers(hit[0])), None)
    if quote is not None:
        return _quoted(text, sentence, quote)
    start, end = sentence
    according = _ACCORDING.search(low, start, end)
    if according is not None:
        return text[slice(*according.span("who"))]
    after = _SAID_AFTER.search(text, hit[1], end)
    named = after and _agent(text[slice(*after.span("who" if after["who"] else "name"))])
    if named:
        return named.rstrip(".")
    return _reporting(text, low, start, hit, verb_inside=verb_inside)


# How far a verb's own pattern may look beyond the cue.
_SEEN_BEHIND = 60


def _reporting(
    text: str, low: str, start: int, hit: tuple[int, int], *, verb_inside: bool
) -> str | None:
    """Who reports it, before the cue ("the optimists say ...") or in the cue itself."""
    limit = hit[1] if verb_inside else hit[0]
    verbs = [
        verb for verb in _VERB.finditer(low, start, limit + _SEEN_BEHIND) if verb.end() <= limit
    ]
    for verb in reversed(verbs):
        if (
            _closed(low[verb.end() : hit[0]])
            or ";" in low[verb.end() : hit[0]]
            or _is_participle(low, verb)
        ):
            continue
        if _AS_EXPECTED.search(low[start : verb.start()]) and low.startswith(",", verb.end()):
            continue
        who = _agent(_subject(text[start : verb.start()]))
        if who is not None:
            return who
        if _writes(low[start : verb.start()]):
            return None
    return None


# "If rates fall in September, as markets expect, ...": in passing.
_AS_EXPECTED = Lazy(r"[,—–] as [^,;:—–]{1,40}$")


def _closed(between: str) -> bool:
    """Whether the reported words ended before the cue, with their quotation or with "but"."""
    return re.search(r"[\"”],? (?:and|but|so|yet)\b|, but ", between) is not None


def _is_participle(low: str, verb: re.Match[str]) -> bool:
    """Whether nobody speaks: "the merger, announced on Monday, will ..."."""
    return verb.group().endswith(("ed", "told")) and (
        low[: verb.start()].endswith((", ", "ly "))
        or re.match(r" (?:in|on|by|at|last|this|with|as)\b(?! \w+ that\b)", low[verb.end() :])
        is not None
    )


def _writes(before: str) -> bool:
    return re.search(r"\b(?:i|we)(?: \w+ly| do| still| also)?,? $", before) is not None


def _subject(before: str) -> str:
    """Cut the subject out of what stands before its verb."""
    before = re.sub(r" (?:(?:does|do|is|are) not|(?:does|do|is|are)n't)$", "", before.rstrip(" "))
    before = _RELATIVE.ready.sub("", before)
    before = re.sub(r",? (?:now|also|still|already|recently|do|does|has|have|\w+ly)$", "", before)
    before = _RELATIVE.ready.sub("", before).rstrip(", ")
    return re.split(
        r"[,;:—–()“”\"]| (?:but|and|while|because|that|as) (?=(?:the|he|she|they|[A-Z]"
        r"|some|many|most))",
        before,
    )[-1].strip()


def _agent(words: str) -> str | None:
    words = _REPORTED.ready.split(words)[0]
    words = _TRAIL.ready.sub("", _LEAD.ready.sub("", words.strip()).strip(" ,"))
    low = words.lower()
    count = len(words.split())
    if not words or count > 10 or _WRITER.search(low) or _NO_AGENT.search(low):  # noqa: PLR2004
        return None
    return words


def _quoted(text: str, sentence: tuple[int, int], quote: Part) -> str | None:
    """Who speaks in a quotation: named behind it, or before it."""
    after = _SAID_AFTER.match(text, quote.end - 1, min(len(text), quote.end + 90))
    if after is not None:
        return text[slice(*after.span("who" if after["who"] else "name"))].strip()
    begin = max(text.rfind("\n", 0, quote.start), text.rfind(". ", 0, quote.start) + 1, 0)
    before = text[begin : quote.start]
    verb = _VERB.search(before.lower())
    if verb is not None:
        return _agent(_subject(before[: verb.start()])) or "quoted"
    return "quoted" if quote.start <= sentence[0] else None
