"""Make breaks out of the catalogue: for any table, how a person with all rights would change each cell of a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

_Conn = psycopg.Connection[tuple[Any, ...]]

_COLUMNS = """
    SELECT a.attname::text, replace(format_type(a.atttypid, NULL), 'character varying', 'text'), NOT a.attnotnull,
           a.attidentity <> '',
           EXISTS (SELECT 1 FROM pg_index i
                   WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey)),
           ARRAY(SELECT m[1] FROM pg_constraint c,
                        regexp_matches(pg_get_constraintdef(c.oid), '''([^'']+)''::text', 'g') AS m
                 WHERE c.conrelid = a.attrelid AND c.contype = 'c' AND c.conkey = ARRAY[a.attnum])
    FROM pg_attribute a
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""
_TABLES = """
    SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1, 2
"""
# For each type, the ways to change a value, the most modest first; {} is the column.
_CHANGES = {
    "bigint": ("{0} + 1", "{0} - 1", "{0} + 1000003"),
    "integer": ("{0} + 1", "{0} - 1", "{0} + 1000003"),
    "boolean": ("NOT {0}",),
    "date": ("{0} + 1", "{0} - 1", "{0} + 3653"),
    "timestamp with time zone": (
        "CASE WHEN isfinite({0}) THEN {0} + interval '1 hour' ELSE timestamptz '2026-01-01Z' END",
        "{0} - interval '1 hour'",
    ),
    "time without time zone": ("{0} + interval '1 hour'",),
    "uuid": ("md5({0}::text)::uuid",),
    "bit": ("~ {0}",),
    "bytea": ("set_byte({0}, 0, 255 - get_byte({0}, 0))", r"'\x00'::bytea"),
    "jsonb": ("""{0} || '{{"drill": 1}}'""",),
    "text": ("{0} || '0'", "reverse({0})", "'drill'"),
    "text[]": ("array_append({0}, 'drill')",),
    "integer[]": ("array_append({0}, 1)",),
}
_CONSTANTS = {
    "bigint": "1", "integer": "1", "boolean": "true", "date": "date '2026-01-01'", "uuid": "md5('drill')::uuid",
    "timestamp with time zone": "timestamptz '2026-01-01Z'", "time without time zone": "time '12:00'",
    "bytea": r"'\x00'::bytea", "jsonb": "'{}'::jsonb", "text": "'drill'", "text[]": "'{drill}'::text[]",
    "integer[]": "'{1}'::integer[]", "bit": "B'1'",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column: whether it may be empty, counts by itself, is in a unique index, and what a check lets it be."""

    name: str
    type: str
    nullable: bool
    identity: bool
    unique: bool
    words: tuple[str, ...]

    def changes(self) -> list[str]:
        """List expressions that make another value of the one that is there."""
        quoted = sql.Identifier(self.name).as_string(None)
        told = [_literal(word) for word in self.words] if len(self.words) > 1 else []
        others = [
            f"(CASE WHEN {quoted} = {word} THEN {told[place - 1]} ELSE {word} END)" for place, word in enumerate(told)
        ]
        return others + [change.format(quoted) for change in _CHANGES[self.type]]

    def constant(self) -> str:
        """Give a value of the type, for a cell that is empty."""
        return _literal(self.words[0]) if self.words else _CONSTANTS[self.type]


@dataclass(frozen=True, slots=True)
class Break:
    """One way to tamper: which table, what is done, and the statements that do it, the first that is let through.

    A wall is not a row: only the checks of the walls look for it.
    """

    table: str
    what: str
    statements: tuple[str, ...]
    schema: str
    wall: bool = False


def tables(conn: _Conn, lane: str) -> list[tuple[str, str]]:
    """List the tables of a lane and the shared ones: schema and name."""
    return [(row[0], row[1]) for row in conn.execute(_TABLES, ([lane, "shared"],))]


def breaks_of(conn: _Conn, schema: str, table: str, *, seed: int) -> Iterator[Break]:
    """Make every break of one row of a table: each cell changed, each emptied, the row taken out and doubled."""
    columns = [
        Column(name, type_, nullable, identity, unique, tuple(words))
        for name, type_, nullable, identity, unique, words in conn.execute(_COLUMNS, (f"{schema}.{table}",)).fetchall()
    ]
    where = sql.Identifier(schema, table).as_string(conn)
    any_row = _row(conn, where, "true", seed)
    if any_row is None:
        return
    for column in columns:
        quoted = sql.Identifier(column.name).as_string(conn)
        filled = _row(conn, where, f"{quoted} IS NOT NULL", seed)
        before = f"ALTER TABLE {where} ALTER COLUMN {quoted} DROP IDENTITY; " if column.identity else ""
        update = f"{before}UPDATE {where} SET {quoted} = "
        if filled is None:
            yield Break(table, f"{column.name} filled", (f"{update}{column.constant()} WHERE {any_row}",), schema)
            continue
        changes = tuple(f"{update}{change} WHERE {filled}" for change in column.changes())
        yield Break(table, column.name, changes, schema)
        if column.nullable:
            yield Break(table, f"{column.name} emptied", (f"{update}NULL WHERE {filled}",), schema)
    yield Break(table, "row taken out", (f"DELETE FROM {where} WHERE {any_row}",), schema)
    names = ", ".join(sql.Identifier(column.name).as_string(conn) for column in columns)
    doubled = [
        f"INSERT INTO {where} ({names}) OVERRIDING SYSTEM VALUE SELECT "
        + ", ".join(
            _far(column) if column.unique else sql.Identifier(column.name).as_string(conn) for column in columns
        )
        + f" FROM {where} WHERE {any_row}"
    ]
    yield Break(table, "row doubled", tuple(doubled), schema)


def _far(column: Column) -> str:
    """Make another value that nobody has."""
    return column.changes()[-1] if column.type in ("bigint", "integer", "date") else column.changes()[0]


def _row(conn: _Conn, where: str, which: str, seed: int) -> str | None:
    """Pick a row by its place and the seed and say how to find it again: ids that differ by run do not move it."""
    place = "md5(tableoid::regclass::text || ctid::text || %s)"
    query = f"SELECT tableoid, ctid::text FROM {where} WHERE {which} ORDER BY {place} LIMIT 1"
    found = conn.execute(query.encode(), (str(seed),)).fetchone()
    return f"tableoid = {found[0]} AND ctid = {_literal(found[1])}::tid" if found else None


def _literal(word: str) -> str:
    return sql.Literal(word).as_string(None)
