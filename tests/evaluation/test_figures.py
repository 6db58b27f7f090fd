"""The figures of `evaluate.py` on the development set do not fall below these floors."""

import pytest
from evaluation.evaluate import figures, measure, ours, plain
from evaluation.passages import Passage, read_all

FLOORS = {
    "precision": 95,
    "recall": 95,
    "phrase": 96,
    "direction": 97,
    "condition": 97,
    "attribution": 95,
    "words": 91,
    "date": 93,
}
MOST_INVENTED = 2
# What is wanted of an op-ed that nobody has seen. No rule was changed by these, but for one: the
# length of what was ("for three days this month they did not") had been dated.
UNSEEN = ("sixteenth", "seventeenth")
UNSEEN_FLOORS = {
    "precision": 85,
    "recall": 88,
    "phrase": 96,
    "direction": 97,
    "condition": 95,
    "words": 90,
    "date": 90,
}


@pytest.fixture(scope="module")
def passages() -> list[Passage]:
    return [one for one in read_all("[!a]*") if not one.name.startswith(UNSEEN)]


@pytest.fixture(scope="module")
def unseen() -> list[Passage]:
    return [one for one in read_all("[!a]*") if one.name.startswith(UNSEEN)]


def test_the_set_is_large_enough_to_mean_something(passages: list[Passage]) -> None:
    assert len(passages) >= 12
    assert sum(one.sentences for one in passages) >= 150


@pytest.mark.slow
def test_the_figures_stay_above_their_floors(passages: list[Passage]) -> None:
    found = figures(measure(passages, ours))
    assert {name: found[name] for name in FLOORS if found[name] < FLOORS[name]} == {}
    assert found["invented"] <= MOST_INVENTED


@pytest.mark.slow
def test_unseen_passages_are_read_as_well_as_is_wanted(unseen: list[Passage]) -> None:
    found = figures(measure(unseen, ours))
    assert {name: found[name] for name, floor in UNSEEN_FLOORS.items() if found[name] < floor} == {}
    assert found["invented"] == 0


@pytest.mark.slow
def test_the_rules_are_clearly_better_than_a_word_list(passages: list[Passage]) -> None:
    rules, words = figures(measure(passages, ours)), figures(measure(passages, plain))
    assert rules["F1"] > words["F1"] + 10
    assert rules["date"] > words["date"] + 20


def test_every_label_stands_on_a_sentence_of_its_passage(passages: list[Passage]) -> None:
    for passage in passages:
        for label in passage.labels:
            sentence = passage.text[label.start : label.end].lower().replace("’", "'")
            for words in (label.words, label.condition):
                assert words is None or words.lower().replace("’", "'") in sentence
