"""Break a scratch copy cell by cell and see that the audit finds each break: what is not checked can be tampered with.

Connects as the superuser of a copy that nobody uses. Every break happens in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from onnuri.auditor.drill_breaks import Break, breaks_of, tables
from onnuri.auditor.drill_free import why_free
from onnuri.auditor.drill_reads import readers
from onnuri.auditor.drill_walls import walls_of
from onnuri.auditor.report import CHECKS, audit
from onnuri.auditor.snapshot import look_through

_Conn = psycopg.Connection[tuple[Any, ...]]
_WALL_CHECKS = frozenset(("append_only_guards", "walls_published"))
_EVERY_CHECK = frozenset(name for name, _ in CHECKS)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one break: the checks that found it, or why it may pass unseen."""

    table: str
    what: str
    found_by: tuple[str, ...]
    free: str | None

    @property
    def unseen(self) -> bool:
        """Tell whether nobody saw it and nobody said why."""
        return not self.found_by and self.free is None


@dataclass(frozen=True, slots=True)
class Drill:
    """All breaks that were tried, and the tables that had no row to break."""

    tried: tuple[Tried, ...]
    empty: tuple[str, ...]

    @property
    def unseen(self) -> list[Tried]:
        """List the breaks that no check found and no reason excuses."""
        return [each for each in self.tried if each.unseen]

    @property
    def ok(self) -> bool:
        """Tell whether every break was found or is free for a reason."""
        return not self.unseen

    def as_json(self) -> dict[str, object]:
        """Write the drill as one object."""
        return {
            "ok": self.ok,
            "tried": len(self.tried),
            "found": sum(1 for each in self.tried if each.found_by),
            "free": [
                {"what": f"{each.table}.{each.what}", "reason": each.free}
                for each in self.tried
                if each.free and not each.found_by
            ],
            "unseen": [f"{each.table}.{each.what}" for each in self.unseen],
            "empty": list(self.empty),
            "breaks": [
                {"table": each.table, "what": each.what, "found_by": list(each.found_by)} for each in self.tried
            ],
        }


class NotInOrder(Exception):
    """The copy has findings before anything was broken; a drill would prove nothing."""


def run_drill(url: str, *, seed: int = 1, progress: Callable[[int, int, Tried], None] | None = None) -> Drill:
    """Try every break on the copy at a superuser's URL; refuses (`NotInOrder`) a copy whose audit is not green."""
    with psycopg.connect(url, options="-c timezone=UTC") as conn:
        before = _audit(conn)
        conn.rollback()
        if before:
            raise NotInOrder(", ".join(before))
        breaks, empty = _all_breaks(conn, seed)
        conn.rollback()
        tried: list[Tried] = []
        for each in breaks:
            tried.append(try_break(conn, each))
            if progress is not None:
                progress(len(tried), len(breaks), tried[-1])
        return Drill(tuple(tried), empty)


def try_break(conn: _Conn, each: Break) -> Tried:
    """Do one break as somebody whom no trigger stops, audit as the auditor's role, undo it."""
    try:
        with conn.transaction(force_rollback=True):
            conn.execute("SET LOCAL session_replication_role = replica")
            conn.execute(f"SET LOCAL search_path = {each.schema}, pg_catalog".encode())
            what = _do(conn, each)
            found = _found_by(conn, each, without_wall=what != each.what)
    except psycopg.errors.InsufficientPrivilege:
        found, what = ("the auditor can't look",), each.what
    return Tried(each.table, what, found, why_free(each.table, each.what))


def _found_by(conn: _Conn, each: Break, *, without_wall: bool) -> tuple[str, ...]:
    """Ask the checks that read the broken table, and where none of them sees it every other one."""
    if each.wall:
        return _audit(conn, only=_WALL_CHECKS)
    first = readers(each.table) | _WALL_CHECKS if without_wall else readers(each.table)
    return _audit(conn, only=first) or _audit(conn, only=_EVERY_CHECK - first)


def _do(conn: _Conn, each: Break) -> str:
    """Do the first statement that the schema lets through; where none is, take down what stops it."""
    for statement in each.statements:
        try:
            with conn.transaction():
                conn.execute(statement.encode())
        except (psycopg.errors.IntegrityError, psycopg.errors.DataError):
            continue
        else:
            return each.what
    while True:
        try:
            with conn.transaction():
                conn.execute(each.statements[0].encode())
        except psycopg.errors.NotNullViolation as refused:
            unlocked = f'ALTER TABLE {each.schema}.{each.table} ALTER "{refused.diag.column_name}" DROP NOT NULL'
            conn.execute(unlocked.encode())
        except psycopg.errors.IntegrityError as refused:
            name = refused.diag.constraint_name
            table = f"{each.schema}.{refused.diag.table_name}"
            is_index = conn.execute(
                "SELECT NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = %s)", (name,)
            ).fetchone()
            drop = f"DROP INDEX {each.schema}.{name}" if is_index and is_index[0] else ""
            conn.execute((drop or f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE").encode())
        else:
            return f"{each.what} (after its wall)"


def _audit(conn: _Conn, *, only: frozenset[str] | None = None) -> tuple[str, ...]:
    conn.execute("SET LOCAL ROLE onnuri_auditor")
    return tuple(audit(look_through(conn), only=only).failed())


def _all_breaks(conn: _Conn, seed: int) -> tuple[list[Break], tuple[str, ...]]:
    lanes = [row[0] for row in conn.execute("SELECT name FROM shared.lanes ORDER BY name DESC")]
    found: dict[str, list[Break]] = {}
    for lane in lanes:
        for schema, table in tables(conn, lane):
            if not found.get(table):
                found[table] = list(breaks_of(conn, schema, table, seed=seed))
    empty = tuple(table for table, breaks in found.items() if not breaks)
    return [each for breaks in found.values() for each in breaks] + list(walls_of(conn, lanes[0])), empty
