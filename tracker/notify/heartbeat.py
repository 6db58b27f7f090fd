"""The dead man's switch: an address that is requested after every completed sweep.

An outside monitor (healthchecks.io, Uptime Kuma, a desk's own) raises the alarm when the requests
stop: nothing inside can tell that nothing inside runs any more.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from tracker import __version__
from tracker.errors import NotifyError

_TIMEOUT = (3.0, 5.0)
_PAUSES = (0.5, 2.0)


class _Session(requests.Session):
    """A session that leaves redirects alone.

    Even told not to follow them, requests reads a redirect's body whole, unpacked and unbounded.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - theirs
        return None


def beat(url: str, pause: Callable[[float], object]) -> None:
    """Request the address, at most three times.

    Args:
        url: http or https; it may hold a token and is never repeated.
        pause: how to wait (seconds) between two tries.

    Raises:
        NotifyError: if nothing answered 2xx; it names the host only.
    """
    reason = _ask(url)
    for seconds in _PAUSES:
        if reason is None:
            return
        pause(seconds)
        reason = _ask(url)
    if reason is not None:
        raise NotifyError(f"the monitor at {urlsplit(url).hostname} {reason}")


def _ask(url: str) -> str | None:
    """Request it once; return what went wrong. Its body is not read: it may have no end."""
    with _Session() as session:
        session.headers["User-Agent"] = f"prediction-tracker/{__version__}"
        try:
            answer = session.get(url, timeout=_TIMEOUT, stream=True, allow_redirects=False)
        except (requests.RequestException, OSError, ValueError) as error:
            # Their words quote the address.
            return f"cannot be reached ({type(error).__name__})"
        with answer:
            return None if answer.ok and not answer.is_redirect else f"said {answer.status_code}"
