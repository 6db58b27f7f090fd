"""Files that people save: pages in one file are opened, what is no text is named."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.actions.propose import open_content
from tracker.articles.saved import LARGEST, opened
from tracker.errors import FetchError

PAGE = (Path(__file__).parent / "pages" / "newspaper.html").read_text("utf-8")
ARCHIVE = (
    "From: <Saved by Blink>\r\n"
    "Snapshot-Content-Location: https://gazette.example/op-ed\r\n"
    "MIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----Frame"\r\n\r\n'
    "------Frame\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "Content-Location: https://gazette.example/other\r\n\r\n{page}\r\n"
    "------Frame\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "iVBORw0KGgo=\r\n------Frame--\r\n"
)


def quoted_printable(text: str) -> str:
    import quopri

    return quopri.encodestring(text.encode()).decode().replace("\n", "\r\n")


def test_a_page_saved_as_one_file_is_read_like_the_page() -> None:
    archive = ARCHIVE.format(page=quoted_printable(PAGE)).encode()
    found, page = open_content(archive, name="op-ed.mhtml"), open_content(PAGE.encode(), name="x")
    assert found.article.text == page.article.text
    assert found.article.authors == page.article.authors
    assert found.article.url == "https://gazette.example/op-ed"
    assert found.page is not None
    assert "<html" in found.page.decode()


def test_an_archive_without_a_page_says_so() -> None:
    archive = ARCHIVE.format(page="").replace("text/html\r\n", "text/css\r\n").encode()
    with pytest.raises(FetchError, match=r"op-ed\.mhtml is an archive without a page in it"):
        open_content(archive, name="op-ed.mhtml")


NO_TEXT = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3",
    "a packed document": b"PK\x03\x04\x14\0",
    "an old Word document": b"\xd0\xcf\x11\xe0\xa1",
    "a rich-text document": b"{\\rtf1\\ansi It will end.}",
    "a web archive of Safari": b"bplist00\xd1",
    "packed with gzip": b"\x1f\x8b\x08\0",
    "a picture": b"\x89PNG\r\n",
    "no text": b"\x7fELF\x02\0\0\0It will end.",
}


@pytest.mark.parametrize("kind", NO_TEXT)
@pytest.mark.parametrize("plain", [True, False])
def test_what_is_no_text_is_named_and_what_to_do_is_said(kind: str, plain: bool) -> None:  # noqa: FBT001 - a case
    with pytest.raises(FetchError, match=f"op-ed is {kind}") as caught:
        open_content(NO_TEXT[kind], name="op-ed", plain=plain)
    assert "save the page as HTML" in str(caught.value.hint)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252"])
def test_a_text_in_any_encoding_is_a_text(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    content = f"{mark}It won’t end.".encode(encoding)
    assert open_content(content, name="op-ed.txt", plain=True).article.text == "It won’t end."


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(FetchError, match="larger than 8,388,608 bytes"):
        opened(b"x" * (LARGEST + 1), "op-ed")


BROKEN = st.binary(max_size=300) | st.binary(max_size=60).map(ARCHIVE.encode()[:400].__add__)


@given(BROKEN)
def test_no_file_however_broken_ends_in_anything_but_a_clear_error(content: bytes) -> None:
    with suppress(FetchError):
        assert isinstance(opened(content, "op-ed")[0], bytes)
