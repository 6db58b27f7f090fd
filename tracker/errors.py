"""The exception tree: each class owns its exit code and its HTTP status.

Exit codes 1 and 2 stay click's own (aborted, wrong usage). Every message is one sentence for a
person; `hint` says what to do next.
"""

from typing import ClassVar


class TrackerError(Exception):
    """Something the user can read and act on; never shown with a traceback.

    Attributes:
        hint: what to do next, or None where the message says it already.
        problems: one sentence per broken rule, for input with several.
        exit_code: the process's exit status when this error ends a command.
        http_status: the status a web face answers with.
    """

    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(
        self, message: str, *, hint: str | None = None, problems: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.hint = hint
        self.problems = problems


class NotFound(TrackerError):  # noqa: N818 - the name is the sentence a reader expects
    """What was asked for is not recorded."""

    exit_code = 3
    http_status = 404


class Conflict(TrackerError):  # noqa: N818 - as NotFound
    """The record stands otherwise, or somebody was faster."""

    exit_code = 4
    http_status = 409


class Invalid(TrackerError):  # noqa: N818 - as NotFound
    """The input breaks a rule; nothing was written."""

    exit_code = 5
    http_status = 422


class StoreError(TrackerError):
    """The database cannot be reached, read, written or trusted."""

    exit_code = 10
    http_status = 503


class Tampered(TrackerError):  # noqa: N818 - as NotFound
    """The record is not what was recorded: something was changed behind the tracker's back."""

    exit_code = 14
    http_status = 500


class FetchError(TrackerError):
    """A page cannot be fetched or read."""

    exit_code = 11
    http_status = 502


class NotifyError(TrackerError):
    """A message could not be handed over.

    Attributes:
        permanent: whether trying again is pointless.
        maybe_taken: whether the attempt ended without an answer after the whole message was
            handed over, so that the server may have it.
    """

    exit_code = 12
    http_status = 502

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        permanent: bool = False,
        maybe_taken: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.permanent = permanent
        self.maybe_taken = maybe_taken


class Unreachable(NotifyError):  # noqa: N818 - as NotFound
    """The channel itself fails, whatever the message: no connection, no TLS, login refused.

    Always transient; the next message of the batch would fare the same.
    """


class ConfigError(TrackerError):
    """The configuration is wrong."""

    exit_code = 13
    http_status = 500
