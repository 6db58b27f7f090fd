"""Headers that no user text can break out of, and the neutralising of text for headers and bodies.

The header block is written here, byte by byte, and not by `EmailMessage`: on current Pythons that
class decodes encoded words in what it is given and can so be talked into a header of its own: a
title with `=?utf-8?q?...=0D=0ABcc:...?=` became a real Bcc. What is written here is ASCII, of known
names, and every value has gone through `one_line`. Only an address that is itself not ASCII is
written as UTF-8 (RFC 6532), for which SMTPUTF8 is needed anyway.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tracker.errors import NotifyError

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = (
    r"[A-Za-z0-9\u0080-\U0010ffff](?:[A-Za-z0-9\u0080-\U0010ffff-]*[A-Za-z0-9\u0080-\U0010ffff])?"
)
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]")
_ASCII_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOTTED = rf"{_ASCII_ATOM}(?:\.{_ASCII_ATOM})*"
_MESSAGE_ID = re.compile(rf"<{_DOTTED}@{_DOTTED}>")
# Printable ASCII without comma and angle brackets, which a list of links is made with (RFC 2369).
_PLAIN = r"[\x21-\x2b\x2d-\x3b\x3d\x3f-\x7e]"
_UNSUBSCRIBE = re.compile(rf"(?:mailto:{_PLAIN}+@|https?://){_PLAIN}{{1,900}}")
# Embeddings, overrides and isolates: they can show a line in another order than it has.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Control characters, lone surrogates, and the noncharacters, which are never exchanged (Unicode,
# section 23.7).
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(
        chr(plane | last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)
    )
    + "]"
)
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_LONGEST_ADDRESS = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets
_LONGEST_ID = 250
_FOLD = 76
_LONGEST = 998  # octets of a line, RFC 5322, section 2.1.1
_ADDRESS_HEADERS = ("From", "To")
_CHUNK = 42  # octets: 56 characters in base64, so an encoded word stays below the 75 of RFC 2047


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address, with or without a name.

    Attributes:
        address: local part and domain; an international domain is in its ASCII form.
        name: what is shown beside it, or "".
    """

    address: str
    name: str = ""

    @property
    def international(self) -> bool:
        """Whether it can only be written with SMTPUTF8."""
        return not self.address.isascii()

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.address.rpartition("@")[2]


def plain(text: str) -> str:
    """Make text harmless in a body: line ends become LF, what is not text goes.

    Control characters, lone surrogates and noncharacters are replaced, the characters that reorder
    a line are removed; everything a person can read stays.
    """
    text = _BIDI.sub("", _BREAKS.sub("\n", text))
    return _UNREADABLE.sub("\ufffd", text).expandtabs(4)


def one_line(text: str, *, longest: int = 200) -> str:
    """Make text harmless in a header: one line, no encoded word, not longer than a header bears.

    Args:
        text: whatever a user wrote.
        longest: characters that are kept; more are cut at a word and end in an ellipsis.
    """
    line = " ".join(plain(text).split()).replace("=?", "= ?")
    return shorten(line, longest)


def shorten(line: str, longest: int) -> str:
    """Cut a line at a word where it is too long, and end it in an ellipsis."""
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    word = cut.rpartition(" ")[0]
    return (word if len(word) > longest // 2 else cut).rstrip(" ,;:") + "…"


@lru_cache(maxsize=64)
def mailbox(text: str) -> Mailbox:
    """Read "Name <address>" or an address alone.

    Raises:
        NotifyError: permanent, if it is not an address that can be written to.
    """
    text = text.strip()
    name, bracket, address = text[:-1].rpartition("<") if text.endswith(">") else ("", "", text)
    local, at, domain = address.rpartition("@")
    # "=?" may stand in an address by the letter of RFC 5322, but a reader would decode it.
    odd = any(char.isspace() for char in address) or plain(address) != address or "=?" in address
    if not at or odd or len(address) > _LONGEST_ADDRESS or not _LOCAL.fullmatch(local):
        raise _not_an_address(text)
    name = one_line(name.strip(' "')) if bracket else ""
    if "<" in name or ">" in name:
        raise _not_an_address(text)
    return Mailbox(f"{local}@{_ascii_domain(domain)}", name)


def _ascii_domain(domain: str) -> str:
    if not _DOMAIN.fullmatch(domain):
        raise _not_an_address(domain)
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise _not_an_address(domain) from None


def _not_an_address(text: str) -> NotifyError:
    return NotifyError(f"{one_line(text, longest=80)!r} is not an e-mail address", permanent=True)


def encoded(text: str) -> list[str]:
    """Write a neutral line as words that a header can be folded between (RFC 2047)."""
    if text.isascii():
        return text.split(" ")
    return [f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in _chunks(text)]


def _chunks(text: str) -> Iterable[bytes]:
    chunk = b""
    for char in text:
        octets = char.encode()
        if len(chunk) + len(octets) > _CHUNK:
            yield chunk
            chunk = b""
        chunk += octets
    yield chunk


def shown(box: Mailbox) -> list[str]:
    """Write a mailbox as the words of an address header."""
    if not box.name:
        return [box.address]
    return [*phrase(box.name), f"<{box.address}>"]


def message_ids(ids: Iterable[str]) -> list[str]:
    """Check Message-IDs that a header is to name.

    Raises:
        NotifyError: permanent, if one is not of the form <left@right>.
    """
    checked = list(ids)
    for one in checked:
        if not _MESSAGE_ID.fullmatch(one) or len(one) > _LONGEST_ID:
            raise NotifyError(f"{one_line(one, longest=80)!r} is not a Message-ID", permanent=True)
    return checked


def unsubscribe(target: str) -> str:
    """Write the value of List-Unsubscribe for an address, a mailto: or an https: link.

    Raises:
        NotifyError: permanent, if it is none of these.
    """
    link = target.strip()[: _LONGEST + 1]
    if "://" not in link and not link.startswith("mailto:"):
        link = f"mailto:{link}"
    if not _UNSUBSCRIBE.fullmatch(link):
        raise NotifyError(
            f"{one_line(link, longest=80)!r} is no mailto: or https: link to unsubscribe at",
            permanent=True,
        )
    return f"<{link}>"


def header(name: str, words: Iterable[str]) -> bytes:
    """Write one header, folded between its words, with CRLF.

    Raises:
        NotifyError: permanent, if a word could end the line: a fault of ours, never sent.
    """
    lines, line = [], f"{name}:"
    for word in words:
        if line != f"{name}:" and len(line) + 1 + len(word) > _FOLD:
            lines.append(line)
            line = ""
        line += f" {word}"
    text = "\r\n".join([*lines, line])
    # Everything above keeps these out; this is the last door, and it is narrow.
    bare = text.replace("\r\n ", " ")
    foreign = name not in _ADDRESS_HEADERS and not bare.isascii()
    control = any(unicodedata.category(char) in ("Cc", "Cs") for char in bare)
    if foreign or control or len(max([*lines, line], key=len).encode()) > _LONGEST:
        raise NotifyError(f"the header {name} cannot be written", permanent=True)
    return text.encode() + b"\r\n"


def phrase(name: str) -> list[str]:
    """Write a neutral line as the words of a display name."""
    if not name.isascii():
        return encoded(name)
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'.split(" ")
