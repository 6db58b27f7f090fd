"""Which network addresses a fetch may connect to, told from the address itself, never its name."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from tracker.errors import FetchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], list[str]]

# The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), our own copy because the
# one inside `ipaddress` differs between Python releases. More telling names stand first.
_SPECIAL: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(network), kind)
    for network, kind in (
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("169.254.0.0/16", "a link-local address"),
        ("100.64.0.0/10", "an address shared behind a carrier's NAT"),
        ("0.0.0.0/8", "an address of this host"),
        ("192.0.0.0/24", "an address reserved for protocols"),
        ("192.0.2.0/24", "an address for documentation"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
        # Azure's host agent, reachable from every machine there (Microsoft, "What is IP address
        # 168.63.129.16?"); no registry lists it.
        ("168.63.129.16/32", "a cloud provider's host agent"),
        ("::1/128", "a loopback address"),
        ("::/128", "an address of this host"),
        ("::ffff:0:0/96", "an IPv4 address in disguise"),
        ("64:ff9b::/96", "a NAT64 address"),
        ("64:ff9b:1::/48", "a NAT64 address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("2002::/16", "a 6to4 address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "an address reserved for protocols"),
        ("2001:db8::/32", "an address for documentation"),
        ("3fff::/20", "an address for documentation"),
    )
)
# All that IANA has given out as global unicast (RFC 3513; registry "IPv6 Global Unicast").
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# RFC 5214, section 6.1: an ISATAP interface identifier carries an IPv4 address in its last half.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


def forbidden(address: Address) -> str | None:
    """Say what kind of address it is when a fetch must not go there, else None.

    IPv6 addresses that embed an IPv4 address are refused whatever they embed: a site that
    readers reach has an address of its own.
    """
    for network, kind in _SPECIAL:
        if address in network:
            return kind
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return "not a global address"
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return "an ISATAP address"
    return None


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host, in its order.

    Raises:
        OSError: if the name is not known or the name server does not answer.
        UnicodeError: if no name can be spelled so.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a connection may go.

    Attributes:
        allow: networks that may be reached although they are special.
        resolve: how a name becomes addresses.
    """

    allow: tuple[Network, ...] = ()
    resolve: Resolver = system_resolver

    def addresses(self, host: str, port: int, *, seconds: float) -> list[Address]:
        """Return the addresses of a host that may be connected to.

        Args:
            host: a name or a numeric address in any spelling.
            port: the TCP port.
            seconds: how long the name server may take.

        Raises:
            FetchError: if there is no such host, the answer takes too long, or every address
                is forbidden.
            OSError: if the name server failed for the moment.
        """
        found = [_numeric(answer) for answer in _resolved(self.resolve, host, port, seconds)]
        allowed = [address for address in found if self._refusal(address) is None]
        if allowed:
            return allowed
        kinds = [f"{address}, {self._refusal(address)}" for address in found]
        raise FetchError(
            f"{host} is not fetched: it leads to {kinds[0] if kinds else 'no address'}.",
            hint="Save the page in your browser and read the .html file.",
        )

    def _refusal(self, address: Address) -> str | None:
        if any(address in network for network in self.allow):
            return None
        return forbidden(address)


LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
EVERYWHERE = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))


def _numeric(answer: str) -> Address:
    try:
        return ipaddress.ip_address(answer)
    except ValueError:
        raise FetchError(f"The name server answered {answer!r}, which is no address.") from None


def _resolved(resolve: Resolver, host: str, port: int, seconds: float) -> list[str]:
    # getaddrinfo takes no timeout: it is left behind in its thread when it takes too long.
    box: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            box.put(resolve(host, port))
        except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
            box.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = box.get(timeout=seconds)
    except queue.Empty:
        raise FetchError(f"Looking up {host} took longer than {seconds:.3g} seconds.") from None
    if isinstance(answer, Exception):
        raise _unknown(host, answer) from None
    return answer


def _unknown(host: str, error: Exception) -> Exception:
    passing = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
    if isinstance(error, (OSError, UnicodeError)) and not passing:
        return FetchError(f"There is no site called {host}.", hint="Check the address.")
    return error
