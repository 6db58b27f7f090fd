"""The rules as they are read: what the TOML files say, and each tried wherever it could hold."""

import re

import pytest
from evaluation import rules
from evaluation.passages import read_all

from tracker.articles.cues import STEM, lexicon, parts, stems
from tracker.articles.sentences import split
from tracker.articles.timex import lowered


def test_the_rules_that_are_read_are_those_of_the_toml_files() -> None:
    assert rules.WRITTEN.read_text("utf-8") == rules.rules(), "run `make rules`"


SENTENCES = [
    lowered(sentence.text) for passage in read_all("f*") for sentence in split(passage.text)
]


@pytest.mark.slow
def test_no_pattern_is_spared_a_sentence_in_which_it_finds_something() -> None:
    # A stem too many would lose forecasts silently.
    index = lexicon().patterns
    for low in SENTENCES:
        own = stems(low, 0, len(low))
        worth = set(map(id, index.worth_trying((frozenset(), frozenset(), own))))
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
            worth = {id(veto) for veto in index.worth_trying(own) if veto.may_hold(own)}
            for veto in index.rules:
                if id(veto) not in worth:
                    assert not veto.holds(low, where, hit), (veto.reason, low)


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        (r"\bpromises? to\b", {"prom"}),
        (r"\b(?:will|won't) (?:surely )?(?:fail|sink)\b", {"fail", "sink"}),
        (r"\b(?:no|zero) (?:\w+ )?chance\b", {"chan"}),
        (r"\bdoomed(?= to fail\b)", {"doom"}),
        (r"^the (?:first|\w+) $", None),
        (r"late", None),
        (r"(?:bound )?to\b", None),
        (r"\bset(?:tle)? ", {"set", "sett"}),
    ],
)
def test_a_pattern_needs_the_words_that_every_match_holds(
    pattern: str, needed: set[str] | None
) -> None:
    assert rules.necessary(pattern) == needed


def test_a_stem_is_the_beginning_of_a_word() -> None:
    assert stems("nobody doubts it.", 0, 17) == {"nobo", "doub", "it"}
    assert all(
        re.fullmatch(r"\w+", one) and len(one) <= STEM for one in lexicon().patterns.by_stem[2]
    )
