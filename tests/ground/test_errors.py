"""The exception tree: scripts rely on its exit codes, faces on its statuses."""

import pytest

from tracker import errors
from tracker.errors import Invalid, NotifyError, TrackerError, Unreachable

CODES = {
    "NotFound": (3, 404),
    "Conflict": (4, 409),
    "Invalid": (5, 422),
    "StoreError": (10, 503),
    "FetchError": (11, 502),
    "NotifyError": (12, 502),
    "ConfigError": (13, 500),
    "Tampered": (14, 500),
}


@pytest.mark.parametrize(("name", "codes"), CODES.items())
def test_each_class_keeps_its_exit_code_and_its_status(name: str, codes: tuple[int, int]) -> None:
    found = getattr(errors, name)
    assert (found.exit_code, found.http_status) == codes
    assert issubclass(found, TrackerError)


def test_every_kind_of_error_has_an_exit_code_of_its_own() -> None:
    kinds = TrackerError.__subclasses__()
    assert {kind.__name__ for kind in kinds} == set(CODES)
    assert len({kind.exit_code for kind in kinds}) == len(kinds)


def test_no_error_takes_the_exit_codes_of_success_and_of_click() -> None:
    codes = {TrackerError.exit_code, *(kind.exit_code for kind in TrackerError.__subclasses__())}
    assert not {0, 1, 2} & codes


def test_an_unreachable_channel_is_a_notification_error() -> None:
    assert issubclass(Unreachable, NotifyError)
    assert Unreachable.exit_code == NotifyError.exit_code


def test_an_error_reads_as_its_message_and_carries_what_to_do_next() -> None:
    error = Invalid("the deadline lies before the article", hint="correct one of them")
    assert str(error) == "the deadline lies before the article"
    assert error.hint == "correct one of them"
    assert error.problems == ()


def test_an_error_about_several_rules_keeps_each_sentence() -> None:
    error = Invalid("a; b", problems=("a", "b"))
    assert error.problems == ("a", "b")


def test_a_failed_send_is_tried_again_unless_it_says_that_this_is_pointless() -> None:
    # Counting every refusal as permanent loses messages, none as permanent repeats them for ever.
    assert not NotifyError("the server is busy").permanent
    assert NotifyError("no such mailbox", permanent=True).permanent
