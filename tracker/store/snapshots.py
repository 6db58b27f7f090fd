"""What was kept of the articles that were read, and where in it each quote stands."""

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from tracker.records import Article
from tracker.store import rows
from tracker.store.findings import Findings
from tracker.store.rows import stamped
from tracker.store.tables import (
    articles,
    contents,
    forecasts,
    ledger,
    quotes,
    snapshots,
    vague_claims,
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An article as it stood when it was read.

    Attributes:
        article: its id.
        text_sha256: the name of its text's bytes (UTF-8).
        page_sha256: the name of the page's bytes, or None where it was plain text.
        fetched_at: when the page was fetched, as text (UTC), or None where it was a file.
        proposed: how many sentences were proposed as forecasts.
        kept: how many of them a person kept, as forecasts or as vague claims.
    """

    article: str
    text_sha256: str
    page_sha256: str | None
    fetched_at: str | None
    proposed: int
    kept: int


@dataclass(frozen=True, slots=True)
class Read:
    """A snapshot, and by whom and when it was recorded."""

    snapshot: Snapshot
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands.

    Attributes:
        article: the article's id.
        quote_sha256: the name of the quote's bytes (UTF-8).
        text_sha256: the text in which it stands.
        begins: offset of its first character in that text.
        ends: offset after its last one.
    """

    article: str
    quote_sha256: str
    text_sha256: str
    begins: int
    ends: int


class Snapshots:
    """Snapshots and places, over one connection's transaction."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def keep(self, sha256: str, packed: bytes) -> None:
        """Keep packed bytes under their name; the same bytes are kept once."""
        known = select(contents.c.sha256).where(contents.c.sha256 == sha256)
        if self._conn.execute(known).first() is None:
            self._conn.execute(insert(contents).values(sha256=sha256, packed=packed))

    def packed(self, sha256: str) -> bytes | None:
        """Return the packed bytes of this name, or None."""
        found = self._conn.execute(select(contents.c.packed).where(contents.c.sha256 == sha256))
        value: bytes | None = found.scalar()
        return value

    def add(self, snapshot: Snapshot, *, event: int, actor: str, now: datetime) -> None:
        """Write a snapshot; it is numbered as its event in the ledger."""
        row = {**asdict(snapshot), "event": event}
        self._conn.execute(insert(snapshots), stamped(row, actor=actor, now=now))

    def of(self, article: str) -> list[Read]:
        """Return an article's snapshots, the latest first."""
        return self._reads(snapshots.c.article == article)

    def of_text(self, text_sha256: str) -> list[Read]:
        """Return the snapshots that have this very text, the latest first."""
        return self._reads(snapshots.c.text_sha256 == text_sha256)

    def _reads(self, condition: object) -> list[Read]:
        query = select(snapshots).where(condition).order_by(snapshots.c.event.desc())  # type: ignore[arg-type] # a column's comparison
        return [
            Read(
                Snapshot(**{name: row[name] for name in Snapshot.__dataclass_fields__}),
                row["recorded_at"],
                row["recorded_by"],
            )
            for row in self._conn.execute(query).mappings()
        ]

    def texts(self, of: Iterable[str]) -> dict[str, list[tuple[str, bytes]]]:
        """Return the names and packed bytes of these articles' texts, the latest first."""
        found: dict[str, list[tuple[str, bytes]]] = defaultdict(list)
        names = sorted(set(of))
        for start in range(0, len(names), rows.CHUNK):
            query = (
                select(snapshots.c.article, contents.c.sha256, contents.c.packed)
                .join(contents, contents.c.sha256 == snapshots.c.text_sha256)
                .where(snapshots.c.article.in_(names[start : start + rows.CHUNK]))
                .order_by(snapshots.c.event.desc())
            )
            for article, sha256, packed in self._conn.execute(query):
                found[article].append((sha256, packed))
        return found

    def place(self, places: Sequence[Place], *, actor: str, now: datetime) -> None:
        """Write where quotes stand."""
        if places:
            new = [stamped(asdict(place), actor=actor, now=now) for place in places]
            self._conn.execute(insert(quotes), new)

    def placed(self, of: Iterable[str]) -> dict[tuple[str, str], Place]:
        """Return the places in these articles, by article and SHA-256 of the quote."""
        names = sorted(set(of))
        found: dict[tuple[str, str], Place] = {}
        for start in range(0, len(names), rows.CHUNK):
            query = select(*(quotes.c[name] for name in Place.__dataclass_fields__)).where(
                quotes.c.article.in_(names[start : start + rows.CHUNK])
            )
            for row in self._conn.execute(query):
                place = Place(*row)
                found[place.article, place.quote_sha256] = place
        return found

    def quoted(self, article: str) -> list[str]:
        """Return every quote that is recorded from an article, each once."""
        said = select(forecasts.c.quote).where(forecasts.c.article == article)
        claimed = select(vague_claims.c.quote).where(vague_claims.c.article == article)
        found = self._conn.execute(said.union(claimed)).scalars()
        return sorted(quote for quote in found if quote is not None)

    def article_at(self, url: str) -> Article | None:
        """Return the article that is recorded with this address, or None."""
        query = select(articles).where(articles.c.url == url).order_by(articles.c.id).limit(1)
        row = self._conn.execute(query).mappings().first()
        return None if row is None else rows.article_of(dict(row))

    def counts(self) -> tuple[int, int]:
        """Return how many articles were read, and how many of these hold no forecast at all."""
        read = select(func.count(snapshots.c.article.distinct()))
        holds = select(forecasts.c.article).where(forecasts.c.article.is_not(None))
        vague = select(vague_claims.c.article)
        none = read.where(snapshots.c.article.not_in(holds), snapshots.c.article.not_in(vague))
        return self._conn.execute(read).scalar_one(), self._conn.execute(none).scalar_one()


def check_contents(conn: Connection, findings: Findings) -> None:
    """Name every kept text or page that is gone, or is not what its name says.

    One at a time, so that memory stays flat. Which there must be, the ledger says.
    """
    told = conn.execute(select(ledger.c.payload).where(ledger.c.action == "article.read"))
    read = {name for payload in told.scalars() for name in _NAMES.findall(str(payload))}
    kept = set(conn.execute(select(contents.c.sha256)).scalars())
    for name in sorted(read | kept, key=str):
        packed = conn.execute(select(contents.c.packed).where(contents.c.sha256 == name)).scalar()
        if packed is None:
            findings.add("missing", "contents", name, "is missing: an article was read as it")
        elif not _is_whole(name, packed):
            findings.add("edited", "contents", name, "was edited: it is not what its name says")
        elif name not in read:
            findings.add("added", "contents", name, "was added: no article was read as it")


# A payload that somebody broke is named by its hash; here it must only not stop the others.
_NAMES = re.compile(r'"(?:text|page)_sha256":"([0-9a-f]{64})"')


def _is_whole(name: str, packed: bytes) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(packed)).hexdigest() == name
    except (zlib.error, TypeError):
        return False
