"""The ledger's guards, as a database must have them; taken away, they are a finding.

The migrations make them (and are frozen, so they spell them out again); a test holds both equal.
"""

from sqlalchemy import Connection, text

from tracker.store.findings import Findings

_APPEND_ONLY = "the ledger is append-only:"
# ruff: noqa: S608 - these are whole statements of our own, not queries with input
SQLITE = {
    "ledger_no_update": f"""
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY} no UPDATE'); END
    """,
    "ledger_no_delete": f"""
    CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY} no DELETE'); END
    """,
    "ledger_continues": f"""
    CREATE TRIGGER ledger_continues BEFORE INSERT ON ledger
    WHEN NEW.seq IS NOT 1 + COALESCE((SELECT MAX(seq) FROM ledger), 0)
      OR NEW.prev IS NOT COALESCE(
           (SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '{"0" * 64}')
    BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY} this does not continue it'); END
    """,
}
# Trigger: the function's body. A trigger that is disabled, or fires for replicas only, is none.
POSTGRESQL = {
    "ledger_no_update": f"BEGIN RAISE EXCEPTION '{_APPEND_ONLY} no %', TG_OP; END",
    "ledger_no_truncate": f"BEGIN RAISE EXCEPTION '{_APPEND_ONLY} no %', TG_OP; END",
    "ledger_continues": f"""
    DECLARE last RECORD;
    BEGIN
      SELECT seq, hash INTO last FROM ledger ORDER BY seq DESC LIMIT 1;
      IF NEW.seq IS DISTINCT FROM 1 + COALESCE(last.seq, 0)
         OR NEW.prev IS DISTINCT FROM COALESCE(last.hash, repeat('0', 64)) THEN
        RAISE EXCEPTION '{_APPEND_ONLY} this does not continue it';
      END IF;
      RETURN NEW;
    END
    """,
}
_QUERIES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'",
    "postgresql": """
        SELECT tgname, CASE WHEN tgenabled IN ('O', 'A') THEN prosrc ELSE 'disabled' END
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
        WHERE tgrelid = 'ledger'::regclass AND NOT tgisinternal
    """,
}


def check_guards(conn: Connection, findings: Findings) -> None:
    """Hold the database's guards against what they must be."""
    name = conn.dialect.name
    wanted = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[name]
    found = {guard: words for guard, words in conn.execute(text(_QUERIES[name]))}  # noqa: C416 - a Row is no pair to mypy
    for guard, words in wanted.items():
        if guard not in found:
            findings.add("missing", "guard", guard, "was taken away; the ledger is unprotected")
        elif _plain(found[guard]) != _plain(words):
            findings.add("edited", "guard", guard, "was changed; the ledger is unprotected")
    for guard in found.keys() - wanted.keys():
        findings.add("added", "guard", guard, "is not the tracker's")


def _plain(words: str) -> str:
    return "".join(words.split())
