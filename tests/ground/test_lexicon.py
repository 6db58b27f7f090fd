"""The lexicons hold the figures of their sources, and complements come out as decimals."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import lexicon
from tracker.errors import NotFound
from tracker.lexicon import Entry

# Per cent: low, best (the midpoint), high; tabulated from the sources apart from our files:
# Kent S (1964), Words of Estimative Probability, Studies in Intelligence 8(4):49-65;
# ODNI, Intelligence Community Directive 203 (2 January 2015), section D.6.e.(2)(a);
# NATO AJP-2.1 (2016) and UK PHIA as tabulated in Kucharski AJ (2026), CAPphrase;
# Mastrandrea et al. (2010), IPCC AR5 guidance note on uncertainties, table 1.
STANDARDS = {
    "kent": """
        certain: 100 100 100
        almost certain: 87 93 99
        probable: 63 75 87
        chances about even: 40 50 60
        probably not: 20 30 40
        almost certainly not: 2 7 12
        impossible: 0 0 0
    """,
    "icd203": """
        almost no chance: 1 3 5
        remote: 1 3 5
        very unlikely: 5 12.5 20
        highly improbable: 5 12.5 20
        unlikely: 20 32.5 45
        improbable: 20 32.5 45
        roughly even chance: 45 50 55
        roughly even odds: 45 50 55
        likely: 55 67.5 80
        probable: 55 67.5 80
        very likely: 80 87.5 95
        highly probable: 80 87.5 95
        almost certain: 95 97 99
        nearly certain: 95 97 99
    """,
    "nato": """
        highly unlikely: 0 5 10
        unlikely: 10 25 40
        even chance: 40 50 60
        likely: 60 75 90
        highly likely: 90 95 100
    """,
    "uk-phia": """
        remote chance: 0 2.5 5
        highly unlikely: 10 15 20
        unlikely: 25 30 35
        realistic possibility: 40 45 50
        likely: 55 65 75
        probable: 55 65 75
        highly likely: 80 85 90
        almost certain: 95 97.5 100
    """,
    "ipcc": """
        virtually certain: 99 99.5 100
        extremely likely: 95 97.5 100
        very likely: 90 95 100
        likely: 66 83 100
        more likely than not: 50 75 100
        about as likely as not: 33 49.5 66
        unlikely: 0 16.5 33
        very unlikely: 0 5 10
        extremely unlikely: 0 2.5 5
        exceptionally unlikely: 0 0.5 1
    """,
}
# Per cent: quartile, median, quartile, mean and standard deviation of 5,174 readers.
# Kucharski AJ (2026), CAPphrase, doi:10.5281/zenodo.18750055, CC-BY 4.0.
READERS = """
    almost no chance: 1 2 5 3.91 6.04
    highly unlikely: 5 5 10 9.21 12.41
    remote chance: 3 5 10 8.72 9.93
    chances are slight: 5 10 15 13 10.21
    improbable: 5 10 20 13.44 11.6
    little chance: 5 10 15 11.68 8.08
    unlikely: 10 20 25 19.01 11.3
    may happen: 30 40 51 41.88 17.02
    might happen: 25 40 50 39.96 17.66
    could happen: 25 40 50 39.66 18.23
    about even: 50 50 50 49.96 3.66
    better than even: 55 60 60 58.12 6.85
    realistic possibility: 40 60 75 56.97 20.55
    likely: 67 75 80 72.59 10.34
    probable: 65 75 80 71.44 12.03
    very good chance: 75 80 85 79.24 9.94
    highly likely: 80 90 90 85.33 10.89
    almost certain: 90 95 98 93.97 5.79
    will happen: 99 100 100 97.57 6.94
"""


def figures(table: str) -> list[tuple[str, tuple[float, ...]]]:
    lines = [line.strip().partition(": ") for line in table.strip().splitlines()]
    return [
        (phrase, tuple(float(number) / 100 for number in numbers.split()))
        for phrase, _, numbers in lines
    ]


BANDS = [
    (name, phrase, band) for name, table in STANDARDS.items() for phrase, band in figures(table)
]
ENTRIES = [
    pytest.param(entry, id=f"{name}-{phrase}")
    for name in lexicon.names()
    for phrase, entry in lexicon.load(name).entries.items()
]


@pytest.mark.parametrize(("name", "phrase", "band"), BANDS)
def test_a_standard_s_band_is_the_one_its_source_prints(
    name: str, phrase: str, band: tuple[float, ...]
) -> None:
    entry = lexicon.load(name).read(phrase)
    assert entry is not None
    assert (entry.low, entry.best, entry.high) == pytest.approx(band, abs=1e-12)
    assert entry.mean == entry.best
    assert (entry.sd, entry.readers) == (0, 0), "a standard has no readers"


@pytest.mark.parametrize(("phrase", "numbers"), figures(READERS))
def test_the_readers_figures_are_those_of_the_survey(
    phrase: str, numbers: tuple[float, ...]
) -> None:
    entry = lexicon.load("readers").read(phrase)
    assert entry is not None
    found = (entry.low, entry.best, entry.high, entry.mean, entry.sd)
    assert found == pytest.approx(numbers, abs=1e-12)
    assert entry.readers == 5174


@pytest.mark.parametrize("name", lexicon.names())
def test_every_lexicon_says_whose_it_is_where_it_stands_and_how_it_may_be_used(name: str) -> None:
    found = lexicon.load(name)
    for words in (found.title, found.citation, found.licence, found.note):
        assert words.strip()
    assert any(char.isdigit() for char in found.citation), "a citation has a year"


@pytest.mark.parametrize("entry", ENTRIES)
def test_low_best_and_high_of_every_entry_are_probabilities_in_order(entry: Entry) -> None:
    assert 0 <= entry.low <= entry.best <= entry.high <= 1
    assert 0 <= entry.mean <= 1


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_complement_is_in_order_and_its_complement_is_the_entry(entry: Entry) -> None:
    negated = entry.negated()
    assert 0 <= negated.low <= negated.best <= negated.high <= 1
    assert negated.negated() == entry


def test_a_negated_phrase_is_the_complement_of_the_phrase_with_its_bounds_exchanged() -> None:
    # 1 - 0.95 is 0.050000000000000044 in binary: a scorecard would print the noise.
    entry = lexicon.load("icd203").read("almost certain", negated=True)
    assert entry == Entry(low=0.01, best=0.03, high=0.05, mean=0.03)


def test_a_word_and_its_negation_are_two_entries_and_no_complements() -> None:
    readers = lexicon.load("readers")
    unlikely, not_likely = readers.read("unlikely"), readers.read("likely", negated=True)
    assert unlikely is not None
    assert not_likely is not None
    assert unlikely.best == 0.2
    assert not_likely.best == 0.25


def test_readers_are_the_default_and_come_first() -> None:
    assert lexicon.names()[0] == "readers"
    assert lexicon.load().name == "readers"
    assert set(lexicon.names()) == {"readers", "icd203", "ipcc", "kent", "nato", "uk-phia"}


def test_every_file_in_the_folder_is_a_lexicon_that_loads() -> None:
    found = {each.name for each in files("tracker").joinpath("lexicons").iterdir()}
    assert found == {f"{name}.toml" for name in lexicon.names()}


def test_an_unknown_lexicon_is_told_with_those_there_are() -> None:
    with pytest.raises(
        NotFound, match=r"no lexicon is called 'oracle'; there are: readers, icd203"
    ):
        lexicon.load("oracle")


@pytest.mark.parametrize(
    "written", ["Highly Unlikely", "  highly   unlikely ", "HIGHLY UNLIKELY", "highly\nunlikely"]
)
def test_case_and_white_space_of_a_phrase_do_not_matter(written: str) -> None:
    assert lexicon.knows(written)
    assert lexicon.load().read(written) == lexicon.load().read("highly unlikely")


def test_a_typographic_apostrophe_is_an_apostrophe() -> None:
    assert lexicon.normalise("It’s likely") == lexicon.normalise("it's likely")


def test_a_phrase_that_a_lexicon_does_not_have_is_none_there_and_known_elsewhere() -> None:
    assert lexicon.load("nato").read("highly improbable") is None
    assert lexicon.knows("highly improbable")
    assert not lexicon.knows("as sure as eggs")


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [
        ("unlikley", "unlikely"),
        ("highly unlikly", "highly unlikely"),
        ("almost certian", "almost certain"),
    ],
)
def test_the_nearest_known_phrase_is_suggested_first(mistyped: str, meant: str) -> None:
    assert lexicon.nearest(mistyped)[0] == meant


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert lexicon.nearest("zzzzqqqq") == ()


@given(st.text())
def test_normalising_twice_changes_nothing(words: str) -> None:
    once = lexicon.normalise(words)
    assert lexicon.normalise(once) == once


@given(st.text(max_size=40))
def test_no_text_breaks_the_search_for_a_phrase(words: str) -> None:
    assert len(lexicon.nearest(words)) <= 3
    assert lexicon.knows(words) == (lexicon.normalise(words) in lexicon.known_phrases())
