"""Bytes of a page to its text: content codings undone within a limit, the right encoding found."""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator

from tracker.errors import FetchError

# A bomb grows a thousandfold: it is let out in steps of this many bytes.
_STEP = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    # Before UTF-16, whose little-endian mark begins the same way.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What browsers read when a page says the left one (WHATWG Encoding Standard, section 4.2).
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
}
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
# Browsers look at 1,024 bytes; real pages put scripts first.
_HEAD = 4096


def unpack(chunks: Iterable[bytes], coding: str, *, limit: int) -> bytes:
    """Undo the Content-Encoding of a body, never holding much more than the limit.

    Args:
        chunks: the body as received.
        coding: the header's value: "", "identity", "gzip" or "deflate".
        limit: the most bytes the body may come to.

    Raises:
        FetchError: if it is larger, broken, cut short, or packed in another way.
    """
    out = bytearray()
    for piece in _opened(chunks, coding.strip().lower()):
        out += piece
        if len(out) > limit:
            raise FetchError(f"The page is larger than {limit:,} bytes.")
    return bytes(out)


def _opened(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    if coding in ("", "identity"):
        return iter(chunks)
    if coding in ("gzip", "x-gzip"):
        return _gunzipped(chunks)
    if coding == "deflate":
        return _inflated(chunks)
    raise FetchError(f"The page is packed as {coding!r}, which was not asked for.")


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer, data, begun = zlib.decompressobj(_GZIP), b"", False
    for chunk in chunks:
        begun = True
        data += chunk
        while data:
            # A gzip body may be several members one after the other; what is none is padding.
            if packer.eof and len(data) < len(_GZIP_MAGIC):
                break
            if packer.eof and not data.startswith(_GZIP_MAGIC):
                return
            if packer.eof:
                packer = zlib.decompressobj(_GZIP)
            yield from _steps(packer, data)
            data = packer.unused_data
    _check_whole(packer, begun=begun)


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    source = iter(chunks)
    head = b""
    while len(head) < 2 and (chunk := next(source, b"")):  # noqa: PLR2004 - the zlib header's size
        head += chunk
    # "deflate" is zlib by the standard (RFC 9110, 8.4.1.2) and raw deflate on some servers.
    is_zlib = head[:1] == b"\x78" and int.from_bytes(head[:2], "big") % 31 == 0
    packer = zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
    yield from _steps(packer, head)
    for chunk in source:
        yield from _steps(packer, chunk)
    _check_whole(packer, begun=bool(head))


def _steps(packer: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    try:
        while not packer.eof:
            piece = packer.decompress(data, _STEP)
            yield piece
            data = packer.unconsumed_tail
            if not (piece or data):
                return
    except zlib.error:
        raise FetchError("The page is packed in a broken way.") from None


def _check_whole(packer: "zlib._Decompress", *, begun: bool) -> None:
    if begun and not packer.eof:
        raise FetchError("The page broke off in the middle.")


def charset_of(content_type: str) -> str | None:
    """Return the charset a Content-Type header names, or None."""
    match = _CHARSET.search(content_type)
    return match[1] if match else None


def encoding_of(content: bytes, header: str | None = None) -> str:
    """Find the encoding of a page: byte-order mark, header, meta tag, then what fits.

    A page that is UTF-8 although it claims a single-byte encoding is read as UTF-8: text in such
    an encoding practically never happens to be valid UTF-8, and servers claim a default for all.

    Args:
        content: the page's bytes.
        header: the charset of its Content-Type header.

    Returns:
        The name of a Python codec.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    stated = _codec(header) or _codec(_stated_inside(content), inside=True)
    if stated is None or stated.startswith(("cp125", "iso8859", "cp874", "mac")):
        return "utf-8" if _fits(content, "utf-8") else stated or "cp1252"
    # A page that says UTF-8 and has not one sequence of it was saved by something older.
    if stated == "utf-8" and not _fits(content, "utf-8"):
        return "cp1252" if content.decode("utf-8", "ignore").isascii() else "utf-8"
    return stated


def decode(content: bytes, encoding: str) -> str:
    """Decode a page, without its byte-order mark; bytes that fit nothing become U+FFFD."""
    return content.decode(encoding, "replace").removeprefix("\ufeff")


def _stated_inside(content: bytes) -> str | None:
    head = content[:_HEAD]
    match = _XML.search(head) or _META.search(head)
    return match[1].decode("ascii", "ignore") if match else None


def _codec(label: str | None, *, inside: bool = False) -> str | None:
    try:
        codec = codecs.lookup(label or "")
    except LookupError:
        return None
    # Python also calls rot13, zip and base64 codecs: those are no encodings of text.
    if not getattr(codec, "_is_text_encoding", True) or codec.name in ("idna", "punycode"):
        return None
    # ASCII bytes were just read to find this name, so it cannot be true (WHATWG HTML, 13.2.3.2).
    if inside and codec.name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return _MEANT.get(codec.name, codec.name)


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
