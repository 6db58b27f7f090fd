# ruff: noqa: T201 - it prints a table
"""Measure spotting on the labelled passages; `python tests/evaluation/evaluate.py [PATTERN] [-v]`.

Precision, recall and F1 count sentences. Of the sentences that both find: the share with the same
phrase (letter case aside), direction, condition; of those where either has words of time: the share
with the same words and the same date; and how many dates were invented (we give one, the labels
none). The same is counted for a plain list of words (baseline.py).
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from evaluation import baseline
from evaluation.passages import Label, Passage, read_all

from tracker.articles import spot

Found = Mapping[str, Any]
Spotter = Callable[[Passage], list[dict[str, Any]]]

ASPECTS = ("phrase", "direction", "condition", "attribution", "words", "date")
_PREPOSITION = re.compile(
    r"^(?:by|in|on|within|over|during|for|until|till|before|through|at|come|the|as early as)\s+"
)


def ours(passage: Passage) -> list[dict[str, Any]]:
    """Propose with the tracker's rules."""
    return [
        {"start": one.start, "end": one.end, "reasons": one.reasons, **one.as_json()}
        for one in spot.propose(passage.text, passage.published)
    ]


def plain(passage: Passage) -> list[dict[str, Any]]:
    """Propose with the list of words."""
    return baseline.propose(passage.text, passage.published)


def measure(
    passages: Iterable[Passage], spotter: Spotter, *, verbose: bool = False
) -> Counter[str]:
    """Count hits and misses over passages."""
    total: Counter[str] = Counter()
    for passage in passages:
        total += count(passage, spotter(passage), verbose=verbose)
    return total


def count(passage: Passage, found: list[dict[str, Any]], *, verbose: bool = False) -> Counter[str]:
    """Compare the proposals for a passage with its labels."""
    counts: Counter[str] = Counter(labels=len(passage.labels), found=len(found))
    taken: set[int] = set()
    for one in found:
        label = _match(one, passage.labels, taken)
        if label is None:
            _say(verbose, passage, one, "not labelled")
            continue
        taken.add(id(label))
        counts["both"] += 1
        _compare(counts, passage, one, label, verbose=verbose)
    for label in passage.labels:
        if id(label) not in taken:
            _say(verbose, passage, {"start": label.start, "end": label.end}, "missed")
    return counts


def _match(one: Found, labels: Iterable[Label], taken: set[int]) -> Label | None:
    for label in labels:
        shared = min(one["end"], label.end) - max(one["start"], label.start)
        shorter = min(one["end"] - one["start"], label.end - label.start)
        if id(label) not in taken and shared > shorter / 2:
            return label
    return None


def _compare(
    counts: Counter[str], passage: Passage, one: Found, label: Label, *, verbose: bool
) -> None:
    right = {
        "phrase": _folded(one["phrase"]) == _folded(label.phrase),
        "direction": (one["polarity"] == spot.WILL_HAPPEN) == label.happens,
        "condition": _alike(one["conditional"], label.condition),
        "attribution": (one.get("attributed_to") is None) == (label.who is None),
        "words": _bare(one["deadline"]) == _bare(label.words),
        "date": one["deadline_date"] == label.date,
    }
    timed = bool(label.words or one["deadline"])
    for aspect, is_right in right.items():
        if aspect in ("words", "date") and not timed:
            continue
        counts[f"{aspect} of"] += 1
        counts[aspect] += is_right
        if not is_right:
            _say(
                verbose,
                passage,
                one,
                f"{aspect}: {_ours(one, aspect)!r}, labelled {_theirs(label, aspect)!r}",
            )
    counts["invented"] += bool(one["deadline_date"] and label.date is None)


_FIELDS = {
    "phrase": ("phrase", "phrase"), "direction": ("polarity", "happens"),
    "condition": ("conditional", "condition"), "attribution": ("attributed_to", "who"),
    "words": ("deadline", "words"), "date": ("deadline_date", "date"),
}  # fmt: skip


def _ours(one: Found, aspect: str) -> object:
    return one.get(_FIELDS[aspect][0])


def _theirs(label: Label, aspect: str) -> object:
    return getattr(label, _FIELDS[aspect][1])


def _folded(words: str | None) -> str:
    return (words or "").lower().replace("’", "'")


def _bare(words: str | None) -> str:
    """Words of time without the preposition, on which readers differ."""
    return _PREPOSITION.sub("", _PREPOSITION.sub("", _folded(words)))


def _alike(mine: str | None, theirs: str | None) -> bool:
    if not mine or not theirs:
        return not mine and not theirs
    one, two = set(_folded(mine).split()), set(_folded(theirs).split())
    return 2 * len(one & two) >= max(len(one), len(two))


def _say(verbose: bool, passage: Passage, one: Found, what: str) -> None:  # noqa: FBT001 - plain flag
    if verbose:
        print(f"{passage.name}: {what}\n    {passage.text[one['start'] : one['end']]}")
        if one.get("reasons"):
            print(f"    {'; '.join(one['reasons'])}")


def share(part: int, whole: int) -> float:
    """Return a percentage; 100 of nothing."""
    return 100 * part / whole if whole else 100.0


def figures(counts: Mapping[str, int]) -> dict[str, float]:
    """Return precision, recall, F1 and the shares, in percent, and the invented dates."""
    precision, recall = (
        share(counts["both"], counts["found"]),
        share(counts["both"], counts["labels"]),
    )
    both = precision + recall
    return {
        "precision": precision,
        "recall": recall,
        "F1": 2 * precision * recall / both if both else 0.0,
        **{aspect: share(counts[aspect], counts[f"{aspect} of"]) for aspect in ASPECTS},
        "invented": float(counts["invented"]),
    }


def line(name: str, counts: Mapping[str, int]) -> str:
    """Return one row of the table."""
    cells = " ".join(f"{value:9.0f}" for value in figures(counts).values())
    return f"{name:<24}{cells}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "pattern", nargs="?", default="*", help="passages to take, such as 'first-*'"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="print every disagreement")
    options = parser.parse_args()
    passages = read_all(options.pattern)
    sentences, labels = (
        sum(one.sentences for one in passages),
        sum(len(one.labels) for one in passages),
    )
    print(f"{len(passages)} passages, {sentences} sentences, {labels} forecasts")
    print(f"{'':<24}{' '.join(f'{name:>9}' for name in figures(Counter()))}")
    for passage in passages:
        print(line(passage.name, measure([passage], ours, verbose=options.verbose)))
    print(line("all", measure(passages, ours)))
    print(line("all, by a word list", measure(passages, plain)))


if __name__ == "__main__":
    main()
