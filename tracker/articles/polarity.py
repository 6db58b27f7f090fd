"""Will it happen, or will it not: negation, double negation, and denial from above.

The direction is that of the event the verb names. It starts as the cue's own ("unlikely" is -1) and
turns with every negation that reaches the event: of the verb ("will not"), of its subject ("no deal
will"), of its object ("will change nothing"), of the words of likelihood ("hardly out of the
question"), of the belief above ("nobody expects that"), and by verbs of not happening ("fail to").
"""

import re

from tracker.articles.cues import MODAL, OUTLOOK, Hit
from tracker.articles.patterns import Lazy

_ADVERBS = (
    r"(?:,? (?:\w+ly|almost|most|very|quite|also|still|now|just|even|then|soon|once again"
    r"|again|perhaps|in all likelihood|in all probability|in fact|of course|too|well|no doubt"
    r"|as ever|sadly|alas|indeed|therefore|however|by then|one day|at first|all but certainly),?)*"
)
_VERB_NOT = Lazy(
    rf"(?:n't)?{_ADVERBS} (?:not(?! only| just| merely| least| so much)|never|no longer|hardly"
    r"|scarcely|barely|neither|nor|in no way|by no means|under no circumstances|do (?:neither"
    r"|nothing(?! but\b)|none|little)|have none)\b"
)
_OBJECT_NOT = Lazy(
    r"(?: \w+ly)? (?:be|have|make|see|get|bring|find|face|do|offer|produce|yield|win"
    r"|pass|change|mean"
    r"|save|come to|amount to|lead to|add up to|deliver|achieve|solve|accomplish|happen"
    r" to|give|leave"
    r"|provide|take|stop|prevent|affect|prove|survive|alter|satisfy|please|learn|convince|persuade"
    r"|fool|receive|reach|go|buy|cost|fix|work|be \w+ing)(?: (?!that\b)\w+)? "
    r"(?:no(?! (?:(?:choice|option|alternative)(?: but|$)"
    r"|exception|picnic|easier|better|different|less|more than|small"
    r"|surprise|shortage|doubt"
    r"|mere|ordinary|object|joke|fun"
    r"|laughing|cakewalk|fewer|walkover|bed of|secret|stranger|easy))\b"
    r"|nothing\b(?! (?:but|short|less)\b)|none\b"
    r"|nobody\b|no one\b|neither\b|nowhere\b|little(?! (?:by|known))\b|few\b)"
)
_SUBJECT_NOT = Lazy(
    r"\b(?:(?<!\bthe )(?<!\ba )(?<!\bfor )no(?!-)(?! (?:doubt|matter|longer|wonder|less|sooner"
    r"|more than|question|surprise|mistake)| ?$)"
    r"|(?:only|nothing short of|nothing less than) (?:a|an) (?:\w+ )?(?:miracle|act of god)"
    r"|nobody|no one|none|nothing(?! (?:but|short))|neither|nor|never|(?<!a )(?<!very"
    r" )few(?! (?:days"
    r"|weeks|months|years))|not (?:one|a single|even|all|every|a|until)|hardly (?:any|an?\b|anyone)"
    r"|under no circumstances|at no point|nowhere|in no way|little(?= (?:of|will|is|would)| ?$))\b"
)
_DENIED = Lazy(
    r"\b(?:(?:do not|don't|does not|doesn't|didn't|cannot|can't|never|hardly|not) (?:\w+ly |for a"
    r" moment |for a second |ever )?(?:think|believe|expect|imagine|suppose|buy"
    r"|anticipate|see|accept|assume|pretend|mean)"
    r"|(?:nobody|no one|few|none|hardly anyone|no serious \w+|no sane \w+|almost no"
    r" one)\b[^.;]{0,60}?"
    r"\b(?:thinks?|believes?|expects?|imagines?|supposes?|pretends?|pretending"
    r"|suggesting|claims?|seriously \w+|doubts? not)"
    r"|(?:no|little|scant|precious little|not much|zero|hardly any)"
    r" (?:sign|signs|evidence|indication|reason to (?:think|believe|expect|suppose|hope)|guarantee"
    r"|chance|prospect|hope|likelihood|appetite|danger|basis for (?:thinking|believing))"
    r"|(?:foolish|unwise|rash|reckless|naive|folly|mistaken|a mistake"
    r"|wrong|absurd|delusional|silly|madness|a fool) to"
    r" (?:think|believe|expect|assume|suppose|imagine|hope)"
    r"|only a fool (?:would|could) (?:think|believe|expect|assume|suppose)"
    r"|(?:kid|fool|delude|deceive) (?:yourself|yourselves|ourselves|themselves|himself|herself)"
    r"|under (?:any|no) illusions?"
    r"|(?:skeptical|sceptical|unconvinced|pessimistic|unpersuaded) (?:that|about|whether)"
    r"|not (?:\w+ )?(?:optimistic|confident|convinced|persuaded) that"
    r"|not (?:true|the case|as if|as though|because)|(?:i|we) (?:\w+ly )?doubt(?! not)"
    r"|doubtful)\b(?:(?!, (?:and|but|so|yet) )[^;:—.]){0,90}$"
)
_DENIED_AFTER = Lazy(
    r"[^;:.]{0,140}? (?:is|are|was|'s|'re) (?:\w+ly |simply |just |pure |sheer |a |an "
    r"|mere )*(?:fanciful|nonsense|wishful"
    r"|absurd|fantasy|fantasies|naive|mistaken|delusional|delusion|delusions|deluded"
    r"|far-fetched|kidding"
    r"|fooling|deceiving|dreaming|wrong|myth|illusion|fiction|preposterous|laughable"
    r"|ludicrous|fairy tale|bunk|for the birds"
    r"|in for (?:a|an|some)|living in|not paying attention|going to be disappointed)\b"
    r"|[^;:.]{0,140}? (?:has|have)(?:n't| not) (?:spent|been paying|read|met|looked|sat|watched)\b"
    r"|[^;:.]{0,140}?, (?:think again|dream on)\b"
)
_NONE_WHO = Lazy(
    r"\bthere (?:isn't|aren't|is no|are no|is not|are not|is hardly)\b[^.;:,]{0,80}"
    r" (?:who|that|which) ?$"
)
_BELIEF = Lazy(
    r"\b(?:the (?:idea|notion|belief|claim|hope|argument|theory|suggestion|promise"
    r"|assumption|fantasy"
    r"|talk|fear|prediction)s?|if you|anyone|anybody|those|whoever|people|everyone|pundits"
    r"|optimists|investors|ministers)\b[^.;:]{0,30}?"
    r"\b(?:that|who (?:\w+ly )?(?:thinks?|believes?|expects?|hopes?|says?|tells?"
    r"|imagines?|supposes?)|(?:thinks?|believes?|expects?|hopes?|imagines?|betting"
    r"|hoping|expecting|thinking))\b[^.;:]{0,80}$"
)
_UNDOUBTED = Lazy(
    r"\b(?:few|nobody|no one|none|no serious \w+)\b[^.;:]{0,30}?"
    r"\b(?:doubts?|disputes?|den(?:y|ies)|questions?)\b"
)
_DENIES_DOUBT = Lazy(r"(?:\b(?:few|nobody|no one|none|not|never|cannot)\b|n't)[^,;:]*$")
_GROUP_NOT = Lazy(
    r"\b(?:not|never|nor|neither|hardly|under no circumstances|in no way|by no means)\b"
)
_FAILS = Lazy(
    rf"{_ADVERBS}(?: to)?{_ADVERBS}(?: be)? (?:fail(?:ing|s)? to|unable to|"
    r"lucky to|hard[ -](?:pressed|put) to|"
    r"stop short of|miss|fall short of|abstain from|refrain from|struggle to)\b(?! notice)"
)
_MISSES = Lazy(r" (?:miss|fall short of|struggle to)$")
_AVOIDS = Lazy(
    r"[^.;:—]{0,30}? (?:avoid|avoids|avoiding|escape|escapes|escaping|evade|evading"
    r"|dodge|dodging|stave off|staving off|forestall|avert|averting|prevent|preventing"
    r"|head off|heading off)\b"
)
_COMPLEMENT_NOT = Lazy(
    r"\b(?:not(?! only| just| merely)|never|no longer|fail(?:s|ed)? to|failing to"
    r"|nobody|no one|nothing|neither|no(?!-)(?! doubt| matter| more| less| longer| later|"
    r" fewer| sooner))\b|n't\b"
)
_BEFORE_CUE_NOT = Lazy(
    r"(?:\b(?:not|hardly|never|no longer|far from|anything but|scarcely|by no means"
    r"|neither|nor)|n't)"
    r" (?:very |so |at all |all that |quite |yet |even |exactly |entirely |necessarily "
    r"|now |a |the |an |really |terribly |particularly |much of a )*$"
)
_PHRASE_NOT = Lazy(r"^(?:not(?! if\b)|hardly|by no means|far from|anything but|never|no longer)\b")
_WHEN_NEVER = Lazy(
    r"\bwhen (?:pigs (?:fly|have wings)|hell freezes)|\bcold day in (?:hell|july|august)\b"
    r"|\bover (?:my|his|her|their) dead bod"
)
_CLAUSE_END = Lazy(
    r"[;:()]|—|–|, | so (?=(?:i|we|he|she|it|they|the)\b)"
    r"|(?<!nothing) (?:but|because|although|though|whereas|while|if|unless) "
)


def direction(low: str, sentence: tuple[int, int], clause: tuple[int, int], hit: Hit) -> int:
    """Return 1 where the sentence says that the event happens, -1 where it says it does not.

    Args:
        low: the article in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        clause: offsets of the clause around the cue.
        hit: the cue.
    """
    sign = hit.cue.direction
    before = low[clause[0] : hit.start]
    end = _CLAUSE_END.search(low, hit.end, sentence[1])
    after = low[hit.end : end.start() if end else sentence[1]]
    if hit.cue.kind == MODAL:
        sign *= _modal(low, before, after, hit)
    elif hit.cue.kind == OUTLOOK:
        sign *= -1 if _SUBJECT_NOT.search(_subject(before)) else 1
    else:
        sign *= _likelihood(low, before, after, hit)
    if _NOT_LONG.match(after):
        return 1
    above = low[sentence[0] : hit.start]
    if hit.cue.kind == MODAL and _NONE_WHO.search(above):
        sign = -sign
    if hit.cue.kind != OUTLOOK and _DENIED.search(above) and not _shared(before, above):
        sign = -sign
    if _BELIEF.search(above) and _DENIED_AFTER.match(low, hit.end, sentence[1]):
        sign = -sign
    if sign > 0 and _WHEN_NEVER.search(low, hit.end, sentence[1]):
        return -1
    if sign < 0 and hit.cue.kind != OUTLOOK and _AVOIDS.match(after):
        return 1
    return sign


def _shared(before: str, above: str) -> bool:
    """Whether a denial was counted already, as the negation of the clause's own subject."""
    denied = _DENIED.search(above)
    subject = _SUBJECT_NOT.search(before)
    if denied is None or subject is None:
        return False
    return len(above) - denied.start() <= len(before) - subject.start()


def _modal(low: str, before: str, after: str, hit: Hit) -> int:
    sign = 1
    words = low[hit.start : hit.end]
    contracted = "n't" in words or _GROUP_NOT.search(words) is not None
    if contracted or _VERB_NOT.match(after) or _OBJECT_NOT.match(after):
        sign = -sign
    if _SUBJECT_NOT.search(_subject(before)) and not _UNDOUBTED.search(before):
        sign = -sign
    fails = _FAILS.search(_head(after))
    if fails is not None and not _MISSES.search(fails.group()):
        sign = -sign
    return sign


def _head(after: str) -> str:
    """The verb group: a few words behind the modal."""
    return re.sub(r"^(?:n't)?(?: not| never)?", "", after)[:60] if after else after


def _subject(before: str) -> str:
    """What stands before the verb, without a clause that ends there."""
    return re.split(r", (?!who|which)", _LAST_ASIDE.ready.sub(" ", before))[-1]


# "No government, of any party, will ...".
_LAST_ASIDE = Lazy(r", (?!and |but |or |so |yet )[^,]{1,60}, ?$")


# "Expects it to grow at home and not abroad", "in posts that they should never have had": what
# follows is another matter.
_NEXT_CLAIM = Lazy(
    r",? (?:and|but|though) not\b|, not\b|,? (?:\w+ )?(?:which|who|whom|whose)\b| until\b"
)


# "It won't be long before others follow".
_NOT_LONG = Lazy(
    r"(?:n't)?(?: not)? be (?:too |very |all that )?long (?:now )?(?:before|until|till)\b"
)
_LESS = Lazy(
    r"(?:even |far |much |still |a lot )?less (?:and less )?(?:likely|probable)"
    r"|no (?:more|likelier)\b"
)
# "Nor, I'd wager, will the next president".
_NOR = Lazy(r"(?:^|[.;:—–] |\band )nor,? (?:\w+ )?$")


def _likelihood(low: str, before: str, after: str, hit: Hit) -> int:
    sign = 1
    phrase = low[slice(*hit.phrase)] if hit.phrase else low[hit.start : hit.end]
    lead = low[max(0, (hit.phrase or (hit.start, 0))[0] - 40) : (hit.phrase or (hit.start, 0))[0]]
    adjective = hit.cue.kind == "hedge" or phrase.startswith(("hard to", "difficult to"))
    if adjective and (
        _BEFORE_CUE_NOT.search(lead)
        or _PHRASE_NOT.match(phrase)
        or _SUBJECT_NOT.search(before.rsplit(" and that ", 1)[-1])
    ):
        sign = -sign
    if _LESS.match(phrase):
        sign = -sign
    if phrase.startswith("doubt") and _DENIES_DOUBT.search(before):
        sign = -sign
    if _COMPLEMENT_NOT.search(_NEXT_CLAIM.ready.split(after)[0]):
        sign = -sign
    if _NOR.search(before):
        sign = -sign
    return sign
