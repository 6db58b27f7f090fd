"""What lets "would" and "could" forecast: alone they tell of habits, abilities and mere thoughts.

"Rates would rise" is a forecast where something is supposed: a condition, an event that is not yet
("such a ban", "another year of this"), a sentence before that supposes one, a quantity that would
come of it. "He could read a crowd" is none; "the crowd could turn" is.
"""

from tracker.articles.patterns import Lazy

MODALS = frozenset(("would", "could", "may"))
"""Names of the cues that need support."""

_REPORTED = Lazy(
    r"\b(?:says?|thinks?|believes?|agrees?|argues?|insists?|warns?|fears?|expects?|predicts?"
    r"|reckons?"
    r"|maintains?|contends?|claims?|concedes?|admits?|suspects?|doubts?|tells? (?:me|us|you|\w+)"
    r"|estimates?|calculates?|(?:am|is|are|'m|'re) (?:\w+ly )?(?:sure|certain|convinced"
    r"|confident))\b"
    r"[^;:.]{0,80}$"
)
# What is not yet: "such a ban", "another year of this", "forty-dollar oil".
_SUPPOSED_SUBJECT = Lazy(
    r"(?:^|[,;:—–(“\"] ?|\b(?:and|but|so|yet|that|because|where|which means|then) )"
    r"(?:an?|any|another|such|either|both|two|three|half|further|more|most|new|no|neither|one|"
    r"doing|\w+ing|this|that|these|those|it|\$?\d\S*) [^,;:—–]{0,80}$|\b(?:this|that|it|both"
    r"|neither) $"
    r"|\b(?:at|of|on|in|like|under) (?:that|this|such|those) [^,;:—–]{0,40}$"
)
_SUPPOSED = Lazy(
    r"\b(?:if|unless|suppose|imagine|without|assume|were (?:\w+ ){1,5}to|otherwise|scenario)\b"
)
# A thing goes on from less: "The judge would object. The deal would be off."
_SUPPOSING = Lazy(r"\b(?:would|going to be|another|proposes?|threatens?|wants? to|tomorrow)\b")
# What is not done yet, but drafted.
_DRAFTED = Lazy(
    r"\b(?:proposals?|plans?|bill|scheme|treaty|reforms?|ban|tax|levy|law|deal|merger|pact|accord"
    r"|amendment|tariffs?|cuts?|sanctions|subsidy|subsidies|strike|strikes|embargo|default"
    r"|devaluation"
    r"|shutdown|pullout|withdrawal|invasion|blockade|repeal|breakup|break-up|restrictions?"
    r"|measures?"
    r"|rise|increase|freeze|cap|quota|quotas|fee|toll|project|pipeline|alliance|recession|war)\b"
)
_COMES_TO = Lazy(
    r"[^.;:]{0,60}(?:[$£€]|\b\d|\b(?:percent|per cent|billion|million|thousand|half|a third"
    r"|a quarter"
    r"|decades?|years?|months?|jobs|of course|be the first to|sooner or later)\b)"
)
_PERSON = Lazy(
    r"(?:\b(?:he|she|they|we|i|you|(?<!this )(?<!that )one|who|whom|people|men|women|anyone"
    r"|anybody|nobody|no one"
    r"|someone"
    r"|mrs?\.? \w+|ms\.? \w+|(?:my|his|her|our|their) \w+))(?: \w+ly)? $"
)
_NOT_YET = Lazy(
    r"\b(?:next|soon|again|eventually|tomorrow|some ?day|one day|this time|yet|in the end"
    r"|by then)\b"
)

# "May" gives leave, grants a point and guesses at what is. What is to come ends, grows or is lost.
_TO_COME = Lazy(
    r"(?: \w+ly| well| also| too| soon| yet| simply)* (?:not|never|no|find|prove|cost|take|decide"
    r"|lose|call an?\b|declare|invade|withdraw|sack|devalue|ratify|tighten"
    r"|win|fall|rise|drop|collapse|fail|survive|become|come|go|get|try|veto|force|lead|bring|drive"
    r"|push"
    r"|help|stay|hold|block|open|close|break|turn(?! out)|switch|move|run|raise|cut|leave|kill"
    r"|save|hurt"
    r"|split|strike|spread|shrink|grow|end|change|want|need|choose|follow|begin|start|stop|see"
    r"|face|slow"
    r"|ease|give|default|resign|quit|die|return|recover|wait|balk|blink|cave|fold|join|reject"
    r"|refuse"
    r"|accept|approve|pass|vote|back|drag|last|overturn|reverse|delay|backfire|emerge|slip|widen"
    r"|narrow"
    r"|double|happen|reach|exceed|miss|produce|postpone|deter|undo|succeed|buy|sell|pull|walk|add"
    r"|tip"
    r"|be (?:forced|numbered|wiped|spared|won|lost|gone|over|dead|cut|closed|shut|defeated|beaten"
    r"|\w+er\b"
    r"|the (?:first"
    r"|last|next|end)|short-lived|in for|able|unable|too late|years|months|weeks|decades|a (?:long"
    r"|while)"
    r"|many|several|some|out|back|next))\b"
)
_STILL = Lazy(
    r"\b(?:even|finally|this time|again|next|eventually|in the end|one day|sooner|later|longer|last"
    r"|more|worse|better|less|fewer|higher|lower|no|not|nothing|nobody|none|never|another|at last"
    r"|instead|anyway|after all|for good)\b"
)


def lacks(low: str, sentence: tuple[int, int], hit: tuple[int, int], before: str) -> bool:
    """Whether nothing lets the modal forecast.

    Args:
        low: the article in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        hit: offsets of the modal.
        before: the sentence before it in its paragraph, in lower case; "" for none.
    """
    lead, words = low[sentence[0] : hit[0]], low[slice(*sentence)]
    if _REPORTED.search(lead) or _NOT_YET.search(words):
        return False
    if low.startswith("may", hit[0]):
        return not (
            _TO_COME.match(low, hit[1], sentence[1])
            or _STILL.search(low, hit[1], sentence[1])
            or "well" in low[slice(*hit)]
        )
    if low.startswith("could", hit[0]):
        return _PERSON.search(lead) is not None
    if _SUPPOSED.search(before) or _COMES_TO.match(low, hit[1], sentence[1]):
        return False
    return _PERSON.search(lead) is not None or not (
        _SUPPOSING.search(before)
        or _SUPPOSED_SUBJECT.search(lead)
        or _DRAFTED.search(f"{before} {lead}")
    )


# "A man with a hammer will ...", "you will find": no one in particular.
_NO_ONE_IN_PARTICULAR = Lazy(
    r"(?:^|[;:—] |, (?:and|but|so) )[\"“'‘]?(?:but |and |yet |so |for )?"
    r"(?:an? (?!few|hundred|thousand|million|billion|dozen|number|majority|third|quarter|half|lot"
    r"|new|second|great many|good many|deal|war|strike|crash|recession|settlement|reckoning|truce"
    r"|cut"
    r"|rise|fall|vote|ban|tax|default|wave|flood|shortage|shutdown|cliff|backlash|crisis|collapse"
    r"|hike"
    r"|(?:weak|strong|cheap|dear|small|bigg|larg|high|low|fast|slow|long|short|warm|dri|wett|hott)er"
    r"|run|split|peace|treaty|verdict|ruling|appeal|veto|handful|couple|series|string|slump|boom)"
    r"|any (?!other|new|deal|attempt|such|further|rise|cut|bill|move)|every (?!one of)"
    r"|whoever (?!(?:\w+ ){1,3}(?:him|her|it|them|this|that|the)\b)"
    r"|anybody|anyone (?!who (?:\w+ly )?(?:thinks|believes|expects|hopes|imagines|supposes)))"
    r"[^;:—]{0,90}$|\byou ?$"
)
_NAME = Lazy(r"(?<=[\w,;:—’'-] )[“\"(]?(?!I\b)[A-Z]|\d")
_HAPPENS = Lazy(
    r"(?:n't| not)?(?: \w+ly)? (?:come|follow|happen|cost|be (?:\w+ed|built|sold|lost|won|cut|held"
    r"|found)"
    r"|win|lose|begin|end|start|arrive|emerge|break|rise|fall)\b"
    # It speaks of something known: "a judge will strike it down".
    r"|(?: \w+){1,2} (?:it|him|them|this)\b|[^.;]*\bnext\b"
)


def is_general(text: str, low: str, sentence: tuple[int, int], hit: tuple[int, int]) -> bool:
    """Whether "will" tells what anybody does at any time, in a sentence that names nobody.

    Args:
        text: the article.
        low: the same in lower case with plain apostrophes.
        sentence: offsets of the sentence.
        hit: offsets of the modal.
    """
    return (
        _NO_ONE_IN_PARTICULAR.search(low[sentence[0] : hit[0]]) is not None
        and _HAPPENS.match(low, hit[1], sentence[1]) is None
        and _NAME.search(text[slice(*sentence)]) is None
    )
