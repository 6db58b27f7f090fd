"""The rules as they are read: what the TOML files say, and each tried wherever it could hold."""

import re

import pytest
from evaluation import openings, rules
from evaluation.passages import read_all

from tracker.articles import calendars
from tracker.articles.cues import (
    STEM,
    alternatives,
    first,
    lexicon,
    meets,
    parts,
    stems,
    stems_of,
)
from tracker.articles.grammar import grammar
from tracker.articles.pieces import NO
from tracker.articles.sentences import split
from tracker.articles.timex import lowered


@pytest.mark.slow
def test_the_rules_that_are_read_are_those_of_the_toml_files() -> None:
    for path, text in rules.written().items():
        assert path.read_text("utf-8") == text, "run `make rules`"


WORD = re.compile(r"\w+")
SENTENCES = [
    lowered(sentence.text) for passage in read_all("f*") for sentence in split(passage.text)
]


@pytest.mark.slow
def test_no_pattern_is_spared_a_sentence_in_which_it_finds_something() -> None:
    # A stem too many would lose forecasts silently.
    index = lexicon().patterns
    for low in SENTENCES:
        none: frozenset[str] = frozenset()
        own = (none, none, stems(low, 0, len(low)), first(low, 0, len(low)), none)
        worth = set(map(id, index.worth_trying(own)))
        for pattern in index.rules:
            if id(pattern) not in worth:
                assert not list(pattern.hits(low, 0, len(low))), (pattern.words, low)


@pytest.mark.slow
def test_no_veto_is_spared_a_cue_against_which_it_holds() -> None:
    for low in SENTENCES:
        where = (0, len(low))
        for hit in lexicon().hits(low, low, *where):
            own = parts(low, where, hit)
            index = lexicon().vetoes[hit.cue.name]
            worth = set(map(id, index.worth_trying(own)))
            for veto in index.rules:
                if id(veto) not in worth:
                    assert not veto.holds(low, where, hit), (veto.reason, low)


@pytest.mark.slow
def test_no_deadline_is_spared_a_clause_in_which_it_stands() -> None:
    known = grammar(calendars.default().names)
    for low in SENTENCES:
        present, places = stems(low, 0, len(low)), [found.start() for found in WORD.finditer(low)]
        for rule in known.rules:
            if rule.anywhere and not meets(present, rule.anywhere):
                assert all(rule.piece(low, at, len(low)) == NO for at in places), (rule.kind, low)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\bpromises? to\b", "promise promises"),
        (r"\bpromis(?:e|es|ed|ing) to\b", "prom*"),
        (r"\b(?:will|won't) (?:fail|sink)\b", "fail sink&will won"),
        (r"\b(?:no|zero) (?:\w+ )?chance\b", "chance&no zero"),
        (r"\b(?:odds [^.]* against|risk [^.]* default)\b", "odds&agai*|risk&defa*"),
        (r"\bdoomed(?= to fail\b)", "fail&doom*"),
        (r"^the (?:first|\w+) $", ""),
        (r"late", ""),
        (r"(?:bound )?to\b", ""),
        (r"\bset(?:tle)? ", "set settle"),
    ],
)
def test_a_pattern_needs_the_words_that_every_match_holds(pattern: str, needed: str) -> None:
    assert rules.written_needs(rules.necessary(pattern)) == needed


def test_needs_are_met_by_one_alternative_whole() -> None:
    either = alternatives("chance chan*&no zero|doubt")
    assert meets(stems_of(["no", "chances"]), either)
    assert meets(stems_of(["doubt"]), either)
    assert not meets(stems_of(["chance", "doubts"]), either)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r'^["“]?(?:but |and )?an? \w+', {"but", "and", "a", "an"}),
        (r" (?:not )?(?:be|become) ", {"not", "be", "beco*"}),
        (r"(?: \w+ly)* fail", {"*ly", "fail*"}),
        (r"(?:n't)? come", {"n", "come*"}),
        (r"(?<=set for) (?:may|june)\b", {"may", "june*"}),
        # The word may go on: "be" opens "begin" too.
        (r" be", None),
        (r"[^.]{0,40} end", None),
        (r" \w+ end\b", None),
    ],
)
def test_what_is_tried_at_one_place_needs_one_of_the_words_that_can_stand_there(
    pattern: str, words: set[str] | None
) -> None:
    assert openings.first_words(pattern) == words


def test_only_what_begins_at_the_beginning_is_tied_to_it() -> None:
    assert openings.is_anchored(r"^(?:the|a) ")
    assert openings.is_anchored(r"^the |^a ")
    assert not openings.is_anchored(r"^the |\ba ")
    assert not openings.is_anchored(r"(?:^|, )the ")


def test_the_first_word_is_known_by_its_stem_and_an_adverb_by_its_ending_too() -> None:
    assert first("“probably not", 0, 13) == {"probably", "prob*", "*ly"}
    assert first("will not", 4, 8) == {"not"}
    assert first("will.", 4, 5) == frozenset()


def test_a_stem_is_the_beginning_of_a_word() -> None:
    assert stems("nobody doubts it.", 0, 17) == {"nobody", "nobo*", "doubts", "doub*", "it"}
    assert all(re.fullmatch(rf"\w+|\w{{{STEM}}}\*", one) for one in lexicon().patterns.by_stem[2])
