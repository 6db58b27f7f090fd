"""Fills a database with invented forecasts, far faster than recording them one by one.

The rows are those that recording would write, without their ledger: a scorecard reads its head
only. Every author takes each question up in ten articles, which is the worst case for counting what
hangs together and for finding what was revised. Deadlines lie on 700 days; the counters are made as
`tracker db recount` makes them, on the day after the last one, when the last was resolved.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from tracker import lexicon
from tracker.actions.score import said_of
from tracker.lexicon import Lexicon
from tracker.scoring.calibration import Pooled, pooled
from tracker.scoring.evidence import read
from tracker.scoring.rules import Level
from tracker.store.engine import sqlite_module
from tracker.store.scope import Scope
from tracker.store.store import Store

PER_ARTICLE = 4
PER_AUTHOR = 200
PER_QUESTION = 10
NUMBERS = [10_000 * percent for percent in (0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100)]

ASKED = datetime(2026, 11, 1, tzinfo=UTC)
"""When cards are asked for: every deadline has passed."""
_SETTLED = datetime(2026, 6, 2, tzinfo=UTC)
_STAMP = "'2026-06-02T00:00:00.000000Z', 'bench'"
_ROWS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :rows) "
_QUESTIONS = f"""
INSERT INTO questions
SELECT 'question-' || i, 'Will invented thing number ' || i || ' come to pass?', 'the register',
    '{{"by":"' || date('2024-07-01', '+' || (i % 700) || ' days') || '"}}', 'UTC',
    '["topic-' || (i % 50) || '"]', NULL, '[]', NULL,
    CASE WHEN i % 5 = 0 THEN 400000 END, CASE WHEN i % 4 = 0 THEN 'no' END, 1,
    date('2024-07-02', '+' || (i % 700) || ' days') || 'T00:00:00.000000Z', {_STAMP} FROM n
"""
_RESOLUTIONS = f"""
INSERT INTO resolutions (question, outcome, evidence, recorded_at, recorded_by)
SELECT 'question-' || i, CASE WHEN i * 7919 % 101 < 45 THEN 'yes' ELSE 'no' END,
    'https://register.example/' || i, {_STAMP} FROM n
"""
_ARTICLES = f"""
INSERT INTO articles
SELECT 'article-' || i, '["Author ' || (i % :authors) || '"]', 'Gazette ' || (i % 40), '2024-01-01',
    'Invented op-ed ' || i, 'https://gazette.example/' || i,
    CASE i % 10 WHEN 0 THEN 'tip' WHEN 1 THEN 'sample' ELSE 'all' END, {_STAMP} FROM n
"""
# A prime step spreads an article's forecasts over questions, readings and outcomes.
_FORECASTS = f"""
INSERT INTO forecasts
SELECT 'question-' || (i * 7919 % :questions) || '/author-' || (i / 4 % :authors) || '/article-'
        || (i / 4) || '/' || i,
    'question-' || (i * 7919 % :questions), 'Author ' || (i / 4 % :authors), 'article-' || (i / 4),
    'the invented thing is on balance likely to come to pass, they say',
    CASE WHEN i % 5 THEN :phrases ->> ('$[' || (i * 31 % :spoken) || ']') END,
    CASE WHEN i % 5 = 0 THEN :numbers ->> ('$[' || (i * 17 % :counted) || ']') END,
    NULL, NULL, i % 23 = 0, NULL, 'writer', NULL, i % 50 = 0, {_STAMP} FROM n
"""
_VAGUE = f"""
INSERT INTO vague_claims
SELECT 'article-' || (i * 7 % :articles), 'sha-' || i,
       'things could yet change ' || i, '["deadline"]', {_STAMP}
FROM n
"""


def counted(store: Store, lexicon: Lexicon) -> Pooled:
    """Return what a database's scored forecasts say and how often it happened, as for a card."""
    with store.reading() as tx, tx.tallies.many(ASKED) as many:
        counts = [each for each in many.counts(Scope("all")) if each.state == "scored"]
    readings = ((read(said_of(each.words), lexicon), each) for each in counts)
    return pooled(Level(said.best, each.count, each.hits) for said, each in readings if said)


def fill(file: Path, forecasts: int) -> None:
    """Make a database with so many resolved forecasts and a tenth as many vague claims.

    Args:
        file: where; an existing one is left as it is.
        forecasts: a multiple of 1,000.
    """
    if file.exists():
        return
    store = Store(f"sqlite:///{file}")
    store.create()
    store.close()
    phrases = sorted(lexicon.load().entries)
    shared = {
        "authors": max(1, forecasts // PER_AUTHOR),
        "articles": forecasts // PER_ARTICLE,
        "questions": forecasts // PER_QUESTION,
        "phrases": json.dumps(phrases),
        "spoken": len(phrases),
        "numbers": json.dumps(NUMBERS),
        "counted": len(NUMBERS),
    }
    db = sqlite_module().connect(str(file), isolation_level=None)
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-1000000"):
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN")
    for statement, rows in (
        (_QUESTIONS, forecasts // PER_QUESTION),
        (_RESOLUTIONS, forecasts // PER_QUESTION),
        (_ARTICLES, forecasts // PER_ARTICLE),
        (_FORECASTS, forecasts),
        (_VAGUE, forecasts // PER_QUESTION),
    ):
        insert, select = statement.strip().split("\n", 1)
        db.execute(f"{insert}\n{_ROWS}{select}", {**shared, "rows": rows})
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode=WAL")
    db.close()
    with store.begin() as tx:
        tx.recorded.recount(_SETTLED)
    store.close()
