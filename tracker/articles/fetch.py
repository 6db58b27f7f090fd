"""Fetch one page over HTTP, politely and within limits."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urldefrag, urljoin, urlsplit

import requests

from tracker.articles.decoding import charset_of, decode, encoding_of, unpack
from tracker.articles.sockets import (
    SAVE_IT,
    Budget,
    Http,
    PassingError,
    open_session,
    plain_errors,
    received,
)
from tracker.errors import FetchError

_ACCEPT = "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1"
_READABLE = ("text/", "application/xhtml+xml", "application/xml")
_MOVED = frozenset({301, 302, 303, 307, 308})
_TRY_LATER = frozenset({429, 503})
_SHOWN = 200
_USER = re.compile(r"^(\w+:/*)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost at most.

    Attributes:
        seconds: in all, with name look-ups, redirects and waits.
        read_seconds: of silence from the server.
        wire_bytes: received, in all.
        page_bytes: of the page once unpacked. Twice this is held for a moment.
        redirects: hops followed.
        tries: requests after a passing failure, the first one included.
        wait_seconds: the longest wait between tries, whatever the server asks for.
    """

    seconds: float = 30.0
    read_seconds: float = 10.0
    wire_bytes: int = 5 << 20
    page_bytes: int = 8 << 20
    redirects: int = 5
    tries: int = 3
    wait_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched.

    Attributes:
        url: the address asked for.
        final_url: the address that answered, after redirects.
        status: the HTTP status.
        content: the body, unpacked.
        encoding: the Python codec that reads it.
        content_type: the header's value, or "".
        fetched_at: the instant given to `fetch`.
    """

    url: str
    final_url: str
    status: int
    content: bytes
    encoding: str
    content_type: str
    fetched_at: datetime

    @property
    def text(self) -> str:
        """The body, decoded."""
        return decode(self.content, self.encoding)


def fetch(
    url: str, *, now: datetime, http: Http | None = None, limits: Limits | None = None
) -> Page:
    """Fetch a page.

    Args:
        url: an http or https address.
        now: the instant to record as `fetched_at`.
        http: how to appear on the network; by default no private address can be reached.
        limits: what it may cost.

    Raises:
        FetchError: if the page cannot be had, saying why and what to do.
    """
    trip = _Trip(http or Http(), limits or Limits(), now)
    with trip.session:
        try:
            return trip.follow(url)
        except FetchError as error:
            raise FetchError(f"{_shown(url)}: {error}", hint=error.hint) from None


class _Trip:
    """One fetch with its hops and tries."""

    def __init__(self, http: Http, limits: Limits, now: datetime) -> None:
        self.http, self.limits, self.now = http, limits, now
        self.budget = Budget(
            seconds=limits.seconds, read_seconds=limits.read_seconds, wire_bytes=limits.wire_bytes
        )
        self.session = open_session(http, self.budget)
        self.session.headers["Accept"] = _ACCEPT
        self.tries = 0

    def follow(self, url: str) -> Page:
        here = url.strip()
        for _ in range(self.limits.redirects + 1):
            answer = self._persist(url, here)
            if isinstance(answer, Page):
                return answer
            here = answer
        raise FetchError(f"It was redirected more than {self.limits.redirects} times.")

    def _persist(self, url: str, here: str) -> Page | str:
        while True:
            try:
                return self._ask(url, here)
            except PassingError as error:
                self.tries += 1
                wait = 2.0 ** (self.tries - 1) if error.wait is None else error.wait
                longest = min(self.limits.wait_seconds, self.budget.left)
                if self.tries >= self.limits.tries or wait > longest:
                    raise
                self.http.sleep(wait)

    def _ask(self, url: str, here: str) -> Page | str:
        """Ask once; return the page, or the address it has moved to."""
        _check_address(here)
        with plain_errors(self.budget):
            request = self.session.prepare_request(requests.Request("GET", here))
            with self.session.send(
                request, stream=True, allow_redirects=False, timeout=self.budget.patience()
            ) as response:
                if response.status_code in _MOVED:
                    return _moved(here, response)
                self._check_status(response)
                return self._page(url, here, response)

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION):
            return
        name = f"It answered {status} {_phrase(status)}".rstrip() + "."
        if status in _TRY_LATER:
            raise PassingError(name, hint="Try again later.", wait=self._asked_wait(response))
        raise FetchError(name, hint=SAVE_IT if status in (401, 402, 403, 406, 451) else None)

    def _asked_wait(self, response: requests.Response) -> float | None:
        """Read Retry-After (RFC 9110, 10.2.3): seconds, or a date seen from the server's clock."""
        value = response.headers.get("Retry-After", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            until = _aware(parsedate_to_datetime(value))
            start = _aware(parsedate_to_datetime(response.headers.get("Date", "")))
        except ValueError:
            return None
        return max((until - start).total_seconds(), 0.0)

    def _page(self, url: str, here: str, response: requests.Response) -> Page:
        kind = response.headers.get("Content-Type", "")
        if kind.strip() and not kind.strip().lower().startswith(_READABLE):
            raise FetchError(f"It is {kind.split(';')[0]!r}, not a page to read.")
        content = unpack(
            received(response),
            response.headers.get("Content-Encoding", ""),
            limit=self.limits.page_bytes,
        )
        if not content.strip():
            raise FetchError("The page is empty.")
        encoding = encoding_of(content, charset_of(kind))
        return Page(
            url, urldefrag(here).url, response.status_code, content, encoding, kind, self.now
        )


def _moved(here: str, response: requests.Response) -> str:
    target = response.headers.get("Location", "").strip()
    if not target:
        raise FetchError(f"It answered {response.status_code} without saying where to go.")
    # Header bytes arrive as Latin-1; what is sent unquoted in addresses is UTF-8.
    return urljoin(here, target.encode("latin-1", "replace").decode("utf-8", "replace"))


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        raise FetchError("This is not an address that can be fetched.") from None
    if parts.scheme not in ("http", "https"):
        raise FetchError(
            f"Only http and https are fetched, not {parts.scheme or 'an address without them'!r}.",
            hint="Begin the address with https://.",
        )
    if user is not None:
        raise FetchError("The address carries a user name.", hint="Take it out, with its '@'.")
    if not host:
        raise FetchError("The address names no site.")


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _shown(url: str) -> str:
    """Show an address on one short line, without control characters or a password."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in url.strip())
    bare = _USER.sub(r"\1", plain)
    return bare if len(bare) <= _SHOWN else f"{bare[:_SHOWN]}…"
