"""Sessions whose sockets go only where they may and never spend more than their budget."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.ssl_ import create_urllib3_context

from tracker import __version__
from tracker.articles.addresses import Address, Reach
from tracker.errors import FetchError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

USER_AGENT = (
    f"prediction-tracker/{__version__} (reads one op-ed when a person asks for it; not a crawler)"
)
SAVE_IT = "Open the page in your browser, save it, and read the .html file."
_CHUNK = 1 << 14
# More would let one name with a hundred dead addresses eat the whole time.
_ADDRESSES_TRIED = 4


class PassingError(FetchError):
    """A failure that may pass: trying again later makes sense.

    Attributes:
        wait: seconds the server asked to be left alone, or None.
    """

    def __init__(self, message: str, *, hint: str | None = None, wait: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Http:
    """How the tracker appears on the network.

    Attributes:
        reach: which addresses may be connected to.
        user_agent: who we say we are.
        sleep: how to wait (seconds) between polite tries.
        ca_bundle: a file of certificate authorities, or None for the ones that come with requests.
    """

    reach: Reach = field(default_factory=Reach)
    user_agent: str = USER_AGENT
    sleep: Callable[[float], None] = time.sleep
    ca_bundle: str | None = None


class Budget:
    """What one errand may still spend: seconds in all, seconds of silence, bytes received."""

    def __init__(self, *, seconds: float, read_seconds: float, wire_bytes: int) -> None:
        self.seconds = seconds
        self.read_seconds = read_seconds
        self.wire_bytes = wire_bytes
        self._received = 0
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left in all; may be negative."""
        return self._until - time.monotonic()

    def patience(self) -> float:
        """Seconds the next wait may take.

        Raises:
            FetchError: if the time is used up.
        """
        left = self.left
        if left <= 0:
            raise FetchError(f"It took longer than {self.seconds:.3g} seconds in all.")
        return min(self.read_seconds, left)

    def receive(self, sock: socket.socket, read: Callable[[], int]) -> int:
        """Read once from a socket within the budget.

        Raises:
            FetchError: if the time or the bytes are used up.
        """
        sock.settimeout(self.patience())
        try:
            count = read()
        except TimeoutError:
            self.patience()
            raise FetchError(f"Nothing was heard for {self.read_seconds:.3g} seconds.") from None
        self._received += count
        if self._received > self.wire_bytes:
            raise FetchError(f"More than {self.wire_bytes:,} bytes were sent.")
        return count


class _Line(socket.socket):
    """A socket that spends from a budget."""

    budget: Budget

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        return self.budget.receive(self, partial(super().recv_into, buffer, nbytes, flags))


class _TlsLine(ssl.SSLSocket):
    """The same for TLS; what is counted is what it decrypts to."""

    budget: Budget

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        return self.budget.receive(self, partial(super().recv_into, buffer, nbytes, flags))


@dataclass(frozen=True, slots=True)
class _Guard:
    """Opens sockets: every connection of a session, whatever the hop, comes through here."""

    reach: Reach
    budget: Budget

    def connect(self, host: str, port: int) -> _Line:
        name = host.strip("[]")
        try:
            found = self.reach.addresses(name, port, seconds=self.budget.patience())
        except OSError:
            raise PassingError(f"The name server could not look up {name} just now.") from None
        reason = ""
        for address in found[:_ADDRESSES_TRIED]:
            try:
                return self._dial(address, port)
            except OSError as error:
                reason = error.strerror or "no answer"
        raise PassingError(f"{name} cannot be reached: {reason.lower()}.")

    def _dial(self, address: Address, port: int) -> _Line:
        # The very address that was checked, as a number: no name is looked up a second time.
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - IPv4
        line = _Line(family, socket.SOCK_STREAM)
        line.budget = self.budget
        try:
            line.settimeout(self.budget.patience())
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect((str(address), port))
        except BaseException:
            line.close()
            raise
        return line


def _pools(guard: _Guard) -> dict[str, type[HTTPConnectionPool]]:
    """Return pools whose connections are opened by the guard."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self._dns_host, self.port)

    class Tls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return guard.connect(self._dns_host, self.port)

        def connect(self) -> None:
            super().connect()
            if isinstance(self.sock, _TlsLine):
                self.sock.budget = guard.budget

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


class _Adapter(HTTPAdapter):
    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as requests has it
        context = create_urllib3_context()
        context.sslsocket_class = _TlsLine
        super().init_poolmanager(*args, ssl_context=context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


class _Session(requests.Session):
    """A session that leaves redirects alone.

    Even told not to follow them, requests reads a redirect's body whole, unpacked and unbounded.
    """

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - theirs
        return None


def open_session(http: Http, budget: Budget) -> requests.Session:
    """Return a session that reaches only allowed addresses and spends only its budget.

    Proxies, passwords and certificates named in the environment are not used: a proxy would
    connect for us, where nothing can be checked.
    """
    session = _Session()
    session.trust_env = False
    session.verify = http.ca_bundle or True
    session.headers = requests.structures.CaseInsensitiveDict(
        {"User-Agent": http.user_agent, "Accept-Encoding": "gzip, deflate"}
    )
    adapter = _Adapter(_Guard(http.reach, budget))
    session.adapters.clear()
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session


@contextmanager
def plain_errors(budget: Budget) -> Iterator[None]:
    """Turn what the HTTP libraries raise into one clear sentence each.

    Raises:
        FetchError: instead of every error of theirs; a PassingError where the connection failed.
    """
    try:
        yield
    except requests.Timeout:
        budget.patience()
        raise FetchError("It did not answer in time.", hint="Try again later.") from None
    except requests.exceptions.SSLError as error:
        untrusted = "certificate" in str(error).lower()
        words = "Its certificate cannot be trusted." if untrusted else "It does not speak TLS."
        raise FetchError(words, hint=SAVE_IT) from None
    except (requests.ConnectionError, HTTPError):
        raise _broken() from None
    except (requests.RequestException, ValueError):
        raise FetchError("This is not an address that can be fetched.") from None


def received(response: requests.Response) -> Iterator[bytes]:
    """Give a body as received, still packed; one that is shorter than announced is an error.

    Raises:
        FetchError: if it breaks off or costs too much.
    """
    count = 0
    try:
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            count += len(chunk)
            yield chunk
    except (HTTPError, ValueError):  # a chunk size below nought makes it a ValueError
        raise _broken() from None
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and count < int(announced) and not response.raw.chunked:
        raise _broken()


def _broken() -> PassingError:
    return PassingError("The connection broke before the answer was whole.")
