"""Names are found in any case without reading every name."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tracker.store.scope import next_spelling


@given(st.text("aAbB1 -", min_size=1, max_size=5), st.text("aAbBcC1 -z\0é", max_size=6))
def test_the_next_spelling_of_a_name_is_the_first_that_is_not_before_a_text(
    name: str, text: str
) -> None:
    """A spelling jumped over would be half of an author's forecasts, missing."""
    spellings = {"".join(chars) for chars in product(*((c.upper(), c.lower()) for c in name))}
    expected = min((each for each in spellings if each >= text), default=None)
    assert next_spelling(name, text) == expected
