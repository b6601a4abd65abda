"""The schema: the committed text is what the migrations make, all of it is explained, and no statement is unwise."""

from __future__ import annotations

import ast
import re
import signal
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection

from onnuri.kit import migrate as migrations
from onnuri.kit.database import Database, Role, drop_database
from onnuri.kit.schema import schema_text

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = "('lane_00', 'shared', 'vault')"


def test_the_committed_schema_is_what_the_migrations_make(template: Database) -> None:
    committed = ROOT / "migrations" / "schema.sql"
    assert committed.exists(), "run `make schema`"
    assert schema_text(template) == committed.read_text(encoding="utf-8"), "run `make schema` and look at what changed"


def test_the_schema_reads_the_same_twice_and_holds_no_password(template: Database, database: Database) -> None:
    first = schema_text(template)
    assert first == schema_text(database)
    assert "CREATE TABLE lane_00.transfers" in first
    assert "PASSWORD" not in first
    assert "\\restrict" not in first


def test_ctrl_c_tears_no_migration_apart(template: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made, run_file = template.named(f"test_{uuid4().hex[:12]}"), migrations.run_shared_file

    def run_file_with_ctrl_c(conn: Connection, file: str) -> None:
        signal.raise_signal(signal.SIGINT)
        run_file(conn, file)

    monkeypatch.setattr(migrations, "run_shared_file", run_file_with_ctrl_c)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker of the suite hears none
    try:
        with pytest.raises(KeyboardInterrupt):
            migrations.migrate(made)
        assert schema_text(made) == schema_text(template)
    finally:
        signal.signal(signal.SIGINT, before)
        drop_database(made)


def test_every_table_column_and_sequence_says_what_it_is(template: Database) -> None:
    with psycopg.connect(template.url(Role.OWNER)) as conn:
        silent = conn.execute(f"""
            SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN {SCHEMAS} AND c.relkind IN ('r', 'p', 'v') AND obj_description(c.oid, 'pg_class') IS NULL
              AND c.relname <> 'alembic_version'
            UNION ALL
            SELECT n.nspname || '.' || c.relname || '.' || a.attname FROM pg_attribute a
            JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN {SCHEMAS} AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition AND a.attnum > 0
              AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL AND c.relname <> 'alembic_version'
            """.encode()).fetchall()  # fmt: skip
    assert sorted(name for (name,) in silent) == []


def test_references_stay_in_the_lane_or_go_to_shared_tables(template: Database) -> None:
    with psycopg.connect(template.url(Role.OWNER)) as conn:
        wrong = conn.execute("""
            SELECT c.conname FROM pg_constraint c
            JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
            JOIN pg_namespace x ON x.oid = a.relnamespace JOIN pg_namespace y ON y.oid = b.relnamespace
            WHERE c.contype = 'f' AND (x.nspname, y.nspname) NOT IN
                  (('lane_00', 'lane_00'), ('lane_00', 'shared'), ('shared', 'shared'), ('vault', 'vault'),
                   ('vault', 'shared'))
               OR c.condeferrable""").fetchall()
    assert wrong == []


def test_constraints_are_named_after_their_table(template: Database) -> None:
    with psycopg.connect(template.url(Role.OWNER)) as conn:
        nameless = conn.execute(
            f"""
            SELECT r.relname || ': ' || c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
            JOIN pg_namespace n ON n.oid = r.relnamespace
            WHERE n.nspname IN {SCHEMAS} AND c.contype NOT IN ('n', 'p', 't') AND NOT r.relispartition
              AND c.conname ~ '_check[0-9]*$'""".encode()
        ).fetchall()
    assert nameless == []


UNWISE = {
    "time or chance made by the database": r"\b(now|clock_timestamp|statement_timestamp|random|gen_random_uuid)\s*\(|"
    r"\bcurrent_(timestamp|date|time)\b",
    "MERGE": r"\bmerge\s+into\b",
    "client-side PREPARE TRANSACTION": r"\bprepare\s+transaction\b",
    "LISTEN": r"\blisten\s+\w+\s*(;|\"|$)",
    "deferred constraints": r"\bset\s+constraints\b|\binitially\s+deferred\b|\bdeferrable\b",
    "simple CASE": r"\bcase\s+(?!when\b)[\w.:]+\s+when\b",
    "a lane by name": r"\blane_[0-9]{2}\s*\.",
    "int identity or serial": r"\bserial\b|\b(int|integer|smallint)\s+generated\b",
    "an advisory lock for money": r"\bpg_(try_)?advisory_xact_lock\b",
    "several actions in one ALTER TABLE": r"\balter\s+table\s+[\w.]+\s+add\b[^;]*,\s*(add|drop|alter)\b",
    "a writing sequence for order": r"\border\s+by\s+nextval\b",
}
WRITES = re.compile(r"\b(insert\s+into|update|delete\s+from)\b", re.IGNORECASE)
"""A simple CASE gave wrong results in distributed writes only."""

SQL_WORDS = re.compile(
    r"^\s*(--.*\n\s*)*(select|insert|update|delete|with|create|alter|merge|listen|set|truncate|copy)\b", re.I
)


def statements() -> list[tuple[str, str]]:
    """List the SQL that the product holds: its .sql files and the strings of its code that begin like a statement."""
    found: list[tuple[str, str]] = []
    for path in sorted([*(ROOT / "onnuri").rglob("*.sql"), *(ROOT / "migrations" / "sql").rglob("*.sql")]):
        found.append(
            (path.relative_to(ROOT).as_posix(), re.sub(r"--.*|COMMENT ON .* IS '[^;]*';", "", path.read_text()))
        )
    for path in sorted((ROOT / "onnuri").rglob("*.py")):
        if "simulator" in path.parts:
            continue  # it stands for somebody else's server and keeps its own SQLite file
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = _words(node)
            if words and SQL_WORDS.match(words):
                found.append((f"{path.relative_to(ROOT).as_posix()}:{getattr(node, 'lineno', 0)}", words))
    return found


def _words(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)  # type: ignore[misc]  # parts of an f-string are text
    return None


def test_the_linter_sees_the_statements() -> None:
    assert len(statements()) > 100


@pytest.mark.parametrize("what", UNWISE)
def test_no_statement_does_what_does_not_scale(what: str) -> None:
    unwise = re.compile(UNWISE[what], re.IGNORECASE | re.MULTILINE)
    found = [
        f"{where}: {hit.group()}"
        for where, words in statements()
        if (hit := unwise.search(words)) and (what != "simple CASE" or WRITES.search(words))
    ]
    assert found == []


def test_the_linter_finds_what_it_looks_for() -> None:
    examples = {
        "time or chance made by the database": "UPDATE t SET at = now()",
        "MERGE": "MERGE INTO t USING s",
        "client-side PREPARE TRANSACTION": "PREPARE TRANSACTION 'x'",
        "LISTEN": "LISTEN events",
        "deferred constraints": "SET CONSTRAINTS ALL DEFERRED",
        "simple CASE": "UPDATE t SET a = CASE b WHEN 1 THEN 2 END",
        "a lane by name": "SELECT 1 FROM lane_00.transfers",
        "int identity or serial": "CREATE TABLE t (id serial)",
        "an advisory lock for money": "SELECT pg_advisory_xact_lock(1)",
        "several actions in one ALTER TABLE": "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int",
        "a writing sequence for order": "SELECT 1 ORDER BY nextval('s')",
    }
    assert examples.keys() == UNWISE.keys()
    for what, example in examples.items():
        assert re.search(UNWISE[what], example, re.IGNORECASE | re.MULTILINE), what
