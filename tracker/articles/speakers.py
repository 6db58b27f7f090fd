"""Whose forecast a sentence is: the writer's, or somebody's whom it quotes or reports."""

import re
from collections.abc import Iterator

from tracker.articles.clauses import Part
from tracker.articles.patterns import Lazy

_PAIR = re.compile(r"[“\"](?P<inside>[^“”\"]{1,1200})[”\"]")
_SCARE = 3
_SAY = (
    r"(?:says?|said|argues?(?! about| over)|argued(?! about| over)|believes?|thinks?"
    r"|predicts?|predicted|insists?"
    r"|insisted|claims?|claimed"
    r"|warns?|warned|maintains?|maintained|reckons?|expects?|contends?|forecasts?"
    r"|projects?|projected"
    r"|estimates?|estimated|asserts?|asserted|suggests?|assures?|assured|tells?|told"
    r"|fears?|worry|worries|whispers?|guess(?:es)?"
    r"|calculates?|bets?|notes?|noted|concedes?|conceded|admits?|admitted|writes?|wrote|concludes?"
    r"|concluded|announced|declares?|declared|boasts?|boasted|adds?|added|anticipates?"
    r"|foresees?|sees?|figures?(?= that)"
    r"|(?<=, )figures?(?= (?:the|it|he|she|they|we|an?|his|her|its|their|on)\b)"
    r"|puts?(?= the\b| (?:an?|it|them|its|their)\b[^,.;]{0,40}(?:chance|odds|probability|\d))"
    r"|makes? it(?= (?:\d|evens|odds|even money|about))|offers?(?= (?:\d|evens|odds))"
    r"|gives?(?= [^,.;]{0,40}(?:chance|odds|probability))|doubts?|holds?(?= that)"
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
_VERB = Lazy(rf"(?<![\w-]){_SAY}\b(?!-)")
_ACCORDING = Lazy(
    r"\b(?:according to|in the (?:view|opinion|judgment|judgement|words|eyes) of|by the"
    r" reckoning of"
    r"|(?:by|on)(?= (?:one|some|most|official|their own|its own|[\w' ]{2,30}'s) (?:own"
    r" )?(?:estimates?|accounts?|reckonings?|calculations?|forecasts?|projections?|figures)))"
    r" (?P<who>[^,;:—]+?)(?=,|;|—|\.$| \w+ will\b| (?:\w+ ){0,3}\w+ will\b)"
)
# "On the auditor's own reckoning": the auditor.
_RECKONING = Lazy(r"'s(?: (?:own )?\w+)?$")
_OF_THE_WRITER = Lazy(
    r"(?:my|our|this (?:column|writer|page|paper|newspaper)|your correspondent)\b"
)
# On text with plain apostrophes, quotation marks, and bars for dashes: a set of characters with one
# beyond Latin among them takes a hundred times as long to compile.
_SAID_AFTER = Lazy(
    r"[,\"|] ?(?:(?:or so |as |so )?(?P<who>(?:[A-Z][\w.'-]*|the|a|an|one|he|she|they|my|his|her"
    rf"|its|their)(?: [\w.'-]+){{0,5}}?),? )?(?:{_SAY})(?(who)\b| (?P<name>(?:[A-Z][\w.'-]*|the|a"
    r"|an|one|my|his|her|its|their|some|most|many|several)(?: [\w.'-]+){0,9}?)(?=[,.;|\"]|$))"
)
# "The bill, says Ada Moss, will fail"; but "she nods, says the right things, and will win".
_GOES_ON = Lazy(r",(?! (?:and|or|but)\b)|[ |]")
_WRITER = Lazy(
    r"(?:^|\b)(?:i|we|one|you|myself|it|this|that|these|which|what|who|don't|we are|i"
    r" am|it is|a|an|the|safe|good|best|better|is|are|(?:i|we)(?: would| do| can| will| might|"
    r" fully| still)?)$|^there$"
    r"|^(?:in|by|on|over|within|during|before|after|until|at|for|we|i|has|have|is|was|were) "
    r"|^there\b|^(?:whose|which|who|you|do|don't|it) |^(?:our|my (?:own|guess|view|bet"
    r"|money|sense|hunch|fear|best)|in \d+|i|we|it's|whatever|whoever|as|if|unless|without"
    r"|(?:my|our|your|its|his|her|their)$"
    r"|should|were|had)\b"
)
_NO_AGENT = Lazy(
    r"\b(?:smart money|nobody|no one|(?<!a )few|none|hardly anyone|history|evidence|experience"
    r"|data|polls?|polling|arithmetic"
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
# "Friends of mine with charts": what they have does not speak.
_HEAD = Lazy(r",? (?:with|at|in|on|from|for|who|whose|that) .*")
# "The officials I spoke to — all of them frank — doubt ...".
_DASHED = Lazy(r" ?[—–] ?[^—–]* ?[—–]$")
# "Most ministers tell me they ...".
_REPORTED = Lazy(r" (?:tells?|told) (?:me|us|you|reporters)\b")
_TRAIL = Lazy(r" (?:clearly|rightly|wrongly|often|even|also|still|now|already|really)$")
_RELATIVE = Lazy(r", (?:who|which|whose|a|an|the|then|now|never|once|for)\b[^,]*,$")


def quotations(text: str) -> tuple[Part, ...]:
    """Return what stands in double quotes, scare quotes left out."""
    return tuple(
        Part(match.start(), match.end(), match["inside"])
        for match in _PAIR.finditer(text)
        if len(match["inside"].split()) > _SCARE
    )


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
    if according is not None and not _OF_THE_WRITER.match(low, according.start("who")):
        return _RECKONING.ready.sub("", text[slice(*according.span("who"))])
    named = _beside(text, sentence, hit)
    return named or _reporting(text, low, start, hit, verb_inside=verb_inside)


def _beside(text: str, sentence: tuple[int, int], hit: tuple[int, int]) -> str | None:
    """Who says it, behind it ("..., the optimists say") or in its middle ("The bill, says she")."""
    start, end = sentence
    plain = _plain(text[start:end])
    after = _SAID_AFTER.search(plain, hit[1] - start)
    named = after and _agent(_name(text, start, after))
    if named:
        return named.rstrip(".")
    if plain.find(",", 0, hit[0] - start) < 0 and plain.find("|", 0, hit[0] - start) < 0:
        return None
    for between in _SAID_AFTER.finditer(plain, 0, hit[0] - start):
        if between["name"] and _GOES_ON.match(plain, between.end()):
            named = _agent(_name(text, start, between))
            if named:
                return named
    return None


def _plain(text: str) -> str:
    """Return a text as `_SAID_AFTER` wants it, every offset kept."""
    if text.isascii():
        return text
    plain = text.replace("’", "'").replace("”", '"').replace("“", '"')
    return plain.replace("—", "|").replace("–", "|")


def _name(text: str, start: int, said: re.Match[str]) -> str:
    """Cut the name out of a text of which a part, from `start`, was searched."""
    begin, end = said.span("who" if said["who"] else "name")
    return text[start + begin : start + end]


# How far a verb's own pattern may look beyond the cue.
_SEEN_BEHIND = 60


def _reporting(
    text: str, low: str, start: int, hit: tuple[int, int], *, verb_inside: bool
) -> str | None:
    """Who reports it, before the cue ("the optimists say ...") or in the cue itself."""
    limit = hit[1] if verb_inside else hit[0]
    verbs = [verb for verb in _verbs(low, start, limit + _SEEN_BEHIND) if verb.end() <= limit]
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


def _verbs(low: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the verbs of saying, infinitives left out."""
    for verb in _VERB.finditer(low, start, end):
        if not low.endswith((" to ", "\nto "), 0, verb.start()):
            yield verb


# "If rates fall in September, as markets expect, ...": in passing.
_AS_EXPECTED = Lazy(r"[,—–] as [^,;:—–]{1,40}$")


def _closed(between: str) -> bool:
    """Whether the reported words ended before the cue, with their quotation or with "but"."""
    return re.search(r"[\"”],? (?:and|but|so|yet)\b|, but ", between) is not None


# "It is a fair bet that they will".
_NOUNS = frozenset(("bet", "claim", "doubt", "estimate", "fear", "forecast", "worry"))
_A = Lazy(r"\b(?:an?|no|some|little|any)(?: (?!few )\w+)? \Z")
_IS_SAID = Lazy(r"\b(?:was|were|been|be|being|is|are)(?: \w+ly)? \Z")


def _is_participle(low: str, verb: re.Match[str]) -> bool:
    """Whether nobody speaks: "the merger, announced on Monday, will ..."."""
    before = low[max(0, verb.start() - 30) : verb.start()]
    if verb.group() in _NOUNS and _A.search(before):
        return True
    if _IS_SAID.search(before):
        return not verb.group().startswith(("is ", "are "))
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
    before = _DASHED.ready.sub("", _RELATIVE.ready.sub("", before))
    before = re.sub(r" (?:now|also|still|already|recently|do|does|has|have|\w+ly)$", "", before)
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
    if not words or count > 10 or _WRITER.search(low) or _NO_AGENT.search(_HEAD.ready.sub("", low)):  # noqa: PLR2004
        return None
    return words


def _quoted(text: str, sentence: tuple[int, int], quote: Part) -> str | None:
    """Who speaks in a quotation: named behind it, or before it."""
    behind = quote.end - 1
    after = _SAID_AFTER.match(_plain(text[behind : quote.end + 90]))
    if after is not None:
        return _name(text, behind, after).strip()
    begin = max(text.rfind("\n", 0, quote.start), text.rfind(". ", 0, quote.start) + 1, 0)
    before = text[begin : quote.start]
    verb = next(_verbs(before.lower(), 0, len(before)), None)
    if verb is not None:
        return _agent(_subject(before[: verb.start()])) or "quoted"
    return "quoted" if quote.start <= sentence[0] else None
