"""Plain text to sentences, with exact offsets.

A sentence ends at a full stop, question or exclamation mark or ellipsis (with the quotes and
brackets that close there) when what follows can open a new one; inside a quotation too, so that a
quote of three sentences gives three. Abbreviations and initials do not end a sentence, except
those that can ("in the U.S. The next day ..."). Paragraphs glued together ("the end.The next")
come apart. A blank line always ends a sentence; so does a line break, unless the text is wrapped.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tracker.articles.patterns import Lazy

_BLOCK = Lazy(r"\S(?:.|\n(?![^\S\n]*\n))*")
# An end mark, what closes with it (a note's number, too), and either white space or a sentence that
# is glued to it: "the end.The next".
_END = Lazy(
    r"""(?<![.!?])(?P<mark>\.\.\.++|…|[.!?]++)(?P<close>(?:["'”’»)\]*]|\[\d{1,3}\])*+)
        (?:(?P<gap>\s++)
        |(?<=[a-z%0-9][.!?…])(?=[“"]?(?:[A-Z][a-z]|[AI][ ]))|(?<=["”’)])(?=[A-Z][a-z]))""",
    re.VERBOSE,
)
# A small letter before a capital opens a sentence too: "iPhones", "eBay".
_OPENER = Lazy(
    r"""["'“‘«(\[]*(?:[A-Z0-9À-Þ$€£#@§]|[a-z]{1,2}[A-Z]|’[A-Z])|["“‘«(\[]+\w"""
    r"""|[—–•*-]\s*["“]?[A-Z]|…|\.\.\."""
)
_LAST_WORD = Lazy(r"[^\s(\[“\"‘—–-]+$")
# Never the last word of a sentence: a name or a figure follows.
_TITLES = frozenset(
    (  # noqa: SIM905 - twenty quoted words and more read worse
        "mr mrs ms mx dr prof sen rep gov gen col lt sgt capt cmdr adm maj brig rev hon"
        " fr pres amb messrs mt vs e.g i.e cf viz approx ca sec supt insp det asst rt"
    ).split()
)
# In small letters as well; the others are words of their own ("ill", "sun", "gen").
_SMALL_TITLES = frozenset(("vs", "cf", "ca", "viz", "approx", "e.g", "i.e", "v", "c"))
# The last word of a sentence only if what follows is a word that opens sentences.
_MAYBE = frozenset(
    (  # noqa: SIM905 - twenty quoted words and more read worse
        "Jr Sr Inc Ltd Co Corp Bros LLC PLC al Ave Blvd St Ft Est Dept Jan Feb Mar Apr Jun Jul Aug"
        " Sept Sep Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun Calif Ariz Fla Ga"
        " Ill Mass Mich Minn Pa Tenn Tex Va Wash Wis Conn Colo Okla Ore Mo Md Ph.D Ph.D's M.D"
        " B.A M.A"
    ).split()
)
_HOUR = frozenset(("a.m", "p.m", "A.M", "P.M"))
# "5 p.m. Monday", "5 p.m. Eastern time".
_OF_THE_HOUR = Lazy(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|[A-Z]{2,4}\b|(?:[A-Z]\w+ ){1,2}(?:[Tt]ime|Standard|Daylight)\b|(?:Eastern|Central|Pacific)\b"
)
_ABBREVIATED_NUMBER = frozenset(("no", "nos", "fig", "vol", "art", "pp", "p", "ch", "sect", "para"))
_STARTERS = Lazy(
    r"""["'“‘(]*(?:The|A|An|This|That|These|Those|It|He|She|They|We|I|You|But|And|So|Yet|Or|Nor|In|On
    |At|By|For|From|If|When|While|As|After|Before|Since|Unless|Until|There|Here|His|Her|Its|Their
    |Our|My|Your|No|Not|None|Nothing|Nobody|What|Why|How|Who|Where|Which|Will|Would|Is|Are|Was|Were
    |Do|Does|Did|Some|Many|Most|Few|All|Each|Every|Even|Still|Now|Then|Perhaps|Maybe|Instead|Yes
    |With|Without|Once|Only|Just|Let|To|One|Two|Such|Both|Neither|Either|Expect|Don['’]t)\b""",
    re.VERBOSE,
)
# “Will it hold?” Desh asked. In “What Now?” Ada Fabricated argues that it will not.
_SAID = Lazy(
    r"(?:[A-Z][\w.'’-]+ (?:(?:of|at|from|the|de|van|von) )?){1,5}(?:said|says|asked|asks|wrote"
    r"|writes|told|tells|replied|shouted|added|cried|wondered|wonders|demanded|quipped|tweeted"
    r"|declared|insisted|joked|argues|argued|answers|answered|claims|claimed|warns|warned"
    r"|predicts|predicted)\b"
)
_INITIALS = Lazy(r"(?:[A-Za-z]\.)*[A-Z]|[a-z](?:\.[a-z])+")
# More need not be looked at to tell an abbreviation.
_LONGEST_SHORT = 40
_LIST_NUMBER = Lazy(r"\s*(?:\d{1,2}|[a-z])")
# Transcripts come without full stops; whoever reads sentences may take the square of their length.
_LONGEST = 1200
_PAUSES = tuple(re.compile(mark) for mark in (r"[;—–:]\s*", r",\s+", r"\s+"))
# A line that stops well short of the longest one was ended on purpose, not wrapped.
_SHORT_LINE = 0.6
_WRAPPED_WIDTH = 120
_NARROWEST_WRAP = 45


class Sentence(NamedTuple):
    """One sentence.

    Attributes:
        start: offset of its first character in the text.
        end: offset after its last character.
        text: exactly `text[start:end]`.
    """

    start: int
    end: int
    text: str


def split(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences, headings and other fragments included, in order."""
    return tuple(
        sentence for start, end in _lines(text) for sentence in _sentences(text, start, end)
    )


def paragraphs(text: str) -> tuple[tuple[int, int], ...]:
    """Return the offsets of the text's paragraphs, in order."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield runs of text that no sentence crosses: paragraphs, headings, list items."""
    for block in _BLOCK.finditer(text):
        start = block.start()
        lines = block.group().split("\n")
        widest = max(len(line) for line in lines)
        at = start
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            at += len(line) + 1
            if not following or _ends_on_purpose(line, following, widest):
                yield start, at - 1
                start = at


def _ends_on_purpose(line: str, following: str, widest: int) -> bool:
    if widest > _WRAPPED_WIDTH:
        return True
    first = following.lstrip()[:1]
    if widest < _NARROWEST_WRAP and first.isupper():
        return True
    return len(line) < _SHORT_LINE * widest and (first.isupper() or not first.isalnum())


def _sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and _is_boundary(text, begin, match, end):
            yield from _trimmed(text, begin, match.end("close"))
            begin = match.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Sentence]:
    for first, last in _paused(text, start, end):
        piece = text[first:last]
        stripped = piece.strip()
        if stripped:
            begin = first + len(piece) - len(piece.lstrip())
            yield Sentence(begin, begin + len(stripped), stripped)


def _paused(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut what goes on without an end at its last pause before the limit, a word at worst."""
    while end - start > _LONGEST:
        limit = start + _LONGEST
        pauses = (list(mark.finditer(text, start, limit)) for mark in _PAUSES)
        found = next((each for each in pauses if each), None)
        if found is None:
            break
        yield start, found[-1].end()
        start = found[-1].end()
    yield start, end


def _is_boundary(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    if match["gap"] is None:
        return match["mark"] != "." or not _abbreviates(text, begin, match, end)
    if _OPENER.match(text, match.end(), end) is None:
        return False
    if match["close"] and match["mark"] != "." and _SAID.match(text, match.end(), end):
        return False
    return match["mark"] != "." or not _abbreviates(text, begin, match, end)


def _abbreviates(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Whether the full stop belongs to an abbreviation and ends no sentence."""
    if match["close"].strip(")"):
        return False
    before = text[max(begin, match.start() - _LONGEST_SHORT) : match.start()]
    word_match = _LAST_WORD.search(before)
    if word_match is None:
        return False
    word = word_match.group().removeprefix("'")
    if _LIST_NUMBER.fullmatch(before) or (match["gap"] is None and word == "www"):
        return True
    return _is_short(word, text, match.end(), end)


def _is_short(word: str, text: str, following: int, end: int) -> bool:
    """Whether a word before a full stop is an abbreviation, given where what follows begins."""
    if word in _SMALL_TITLES or (word[0].isupper() and word.lower() in _TITLES):
        return True
    if word.lower() in _ABBREVIATED_NUMBER:
        return text[following : following + 1].isdigit()
    if word in _HOUR:
        return _OF_THE_HOUR.match(text, following, end) is not None
    if word in _MAYBE or _INITIALS.fullmatch(word):
        return _STARTERS.match(text, following, end) is None
    return False
