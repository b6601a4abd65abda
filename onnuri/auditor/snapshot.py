"""One look at the whole database: a read-only, repeatable-read transaction of the auditor role, read as a stream."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from itertools import count
from typing import Any

import psycopg
from psycopg import sql

from onnuri.auditor.findings import Finding

ROWS_PER_FETCH = 5000
# The lanes that are there, whatever the list of lanes says; `directory` compares the two.
_LANES = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^lane_[0-9]{2}$' ORDER BY 1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything as it stood at one instant; `lanes` are the schemas with the books.

    `away` says up to which seq a lane's transfers are in an archive: what needs all of them can't be looked at there.
    """

    conn: psycopg.Connection[tuple[Any, ...]]
    lanes: tuple[str, ...]
    numbers: Iterator[int]
    away: Mapping[str, int] = field(default_factory=dict[str, int])

    def stream(self, query: str, *, lane: str | None = None, binary: bool = False) -> Iterator[tuple[Any, ...]]:
        """Run a query of ours with a server-side cursor; unqualified tables are those of the lane."""
        path = sql.SQL("SET LOCAL search_path = {}pg_catalog").format(
            sql.SQL("") if lane is None else sql.Identifier(lane) + sql.SQL(", ")
        )
        self.conn.execute(path)
        # Declared by hand: a stream that is left behind needs no closing, so a check that failed can be rolled back.
        name = f"audit_{next(self.numbers)}"
        self.conn.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {query}".encode())
        fetch = f"FETCH FORWARD {ROWS_PER_FETCH} FROM {name}".encode()
        with self.conn.cursor(binary=binary) as cursor:
            while rows := cursor.execute(fetch).fetchall():
                yield from rows
        self.conn.execute(f"CLOSE {name}".encode())

    def each_lane(self, query: str, *, whole: bool = False) -> Iterator[Finding]:
        """Run a query that answers (subject, detail, loss, loses) in every lane, or only where all transfers are."""
        for lane in self.lanes:
            if whole and lane in self.away:
                continue
            for subject, detail, loss, loses in self.stream(query, lane=lane):
                yield Finding(f"{lane} {subject}", detail, loss, loses)

    def once(self, query: str) -> Iterator[Finding]:
        """Run a query over shared tables that answers (subject, detail, loss, loses)."""
        for row in self.stream(query):
            yield Finding(*row)


@contextmanager
def open_snapshot(url: str) -> Generator[Snapshot]:
    """Connect by the auditor's URL and hold one consistent look; nothing can be written through it."""
    with psycopg.connect(url, application_name="onnuri-auditor", options="-c timezone=UTC") as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        yield look_through(conn)


def look_through(conn: psycopg.Connection[tuple[Any, ...]]) -> Snapshot:
    """Look at what a connection's transaction sees."""
    lanes = tuple(row[0] for row in conn.execute(_LANES))
    conn.execute("SET LOCAL cursor_tuple_fraction = 1")  # every stream is read to its end
    conn.execute("SET LOCAL jit = off")
    conn.execute("SET LOCAL work_mem = '64MB'")
    return Snapshot(conn, lanes, count(1), _away(conn, lanes))


def _away(conn: psycopg.Connection[tuple[Any, ...]], lanes: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for lane in lanes:
        query = sql.SQL("SELECT max(seq_hi) - 1 FROM {} WHERE returned_at IS NULL").format(
            sql.Identifier(lane, "archives")
        )
        row = conn.execute(query).fetchone()
        if row is not None and row[0] is not None:
            found[lane] = int(row[0])
    return found


def statement(path: str) -> str:
    """Read one of the auditor's own `.sql` files."""
    return resources.files("onnuri.auditor").joinpath("sql", path).read_text(encoding="utf-8")
