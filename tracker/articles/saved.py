"""What people save instead of a page's HTML: one-file archives are opened, other files refused."""

import re

from tracker.errors import FetchError

LARGEST = 8 << 20
"""The most bytes of a file that is read; a fetched page has the same limit."""
_HEAD = 2048
# Chrome's "Webpage, single file" and the older .mht (RFC 2557) are MIME messages.
_ARCHIVE = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+", re.IGNORECASE)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a packed document (.docx, .epub, .zip)"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"{\\rtf", "a rich-text document"),
    (b"bplist00", "a web archive of Safari"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)
_UNICODE = (b"\xff\xfe", b"\xfe\xff")
_HINT = "Copy the op-ed's text into a .txt file, or save the page as HTML."


def opened(content: bytes, name: str) -> tuple[bytes, str | None]:
    """Return the page or text in a file, and the address that an archive gives for it.

    Args:
        content: the file's bytes.
        name: what messages call it.

    Raises:
        FetchError: if it is larger than `LARGEST`, or is plainly neither a text nor a page.
    """
    if len(content) > LARGEST:
        raise FetchError(f"{name} is larger than {LARGEST:,} bytes.", hint=_HINT)
    kind = next((what for magic, what in _KINDS if content.startswith(magic)), None)
    if kind is None and b"\0" in content[:_HEAD] and not _is_wide(content):
        kind = "no text"
    if kind is not None:
        raise FetchError(f"{name} is {kind}.", hint=_HINT)
    head = _ARCHIVE.match(content[: 4 * _HEAD])
    if head is None or _RELATED.search(head[0]) is None:
        return content, None
    return _unwrapped(content, name)


def _is_wide(content: bytes) -> bool:
    """Whether every sign takes two or four bytes, half of them nought in a Western text."""
    return content.startswith(_UNICODE) or content[:4] == b"\0\0\xfe\xff"


def _unwrapped(content: bytes, name: str) -> tuple[bytes, str | None]:
    from email import message_from_bytes  # archives are rare

    message = message_from_bytes(content)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            address = message.get("Snapshot-Content-Location") or part.get("Content-Location")
            if isinstance(page, bytes):
                return page, address if str(address).startswith(("http://", "https://")) else None
    raise FetchError(f"{name} is an archive without a page in it.", hint=_HINT)
