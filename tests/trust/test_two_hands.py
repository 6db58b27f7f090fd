"""Two people, one database: one winner, one clear Conflict, and never a lost update."""

from collections import Counter
from collections.abc import Callable

import hands
import pytest
from examples import ALL, QUESTION

from tracker.actions import trust
from tracker.actions.arm import Act
from tracker.actions.record import record
from tracker.errors import Conflict
from tracker.store.store import Store


@pytest.mark.slow
def test_many_processes_append_to_one_chain(store: Store, database_url: str) -> None:
    """Two next links of one event would be a fork; a lost one, a lost record."""
    done = hands.all_at_once(hands.record_some, [(database_url, f"p{n}", 15) for n in range(5)])
    assert done == [15] * 5
    found = trust.verify(store)
    assert (found.head.seq, found.findings.kept) == (75, [])


def _outcomes(results: list[object]) -> Counter[str]:
    return Counter(
        type(each).__name__ if isinstance(each, Exception) else "done" for each in results
    )


@pytest.mark.slow
@pytest.mark.parametrize("work", [hands.resolve_it, hands.amend_it, hands.record_one_id])
def test_of_many_conflicting_edits_one_wins_and_the_others_are_told(
    store: Store, database_url: str, act: Callable[..., Act], work: Callable[..., object]
) -> None:
    record(store, ALL, act())
    results = hands.all_at_once(work, [(database_url, f"p{n}") for n in range(5)])
    assert _outcomes(results) == {"done": 1, "Conflict": 4}
    told = {str(each) for each in results if isinstance(each, Conflict)}
    assert all(QUESTION.id in words or "fresh" in words for words in told)
    found = trust.verify(store)
    assert (found.head.seq, found.findings.kept) == (5, [])
