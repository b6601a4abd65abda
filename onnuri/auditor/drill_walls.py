"""Take down the walls around the books one by one: triggers, constraints, privileges, owners, function bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from onnuri.auditor.drill_breaks import Break

_Conn = psycopg.Connection[tuple[Any, ...]]

_TRIGGERS = """
    SELECT c.relname::text, format('ALTER TABLE %%I.%%I DISABLE TRIGGER %%I', n.nspname, c.relname, t.tgname),
           'trigger ' || t.tgname || ' off'
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(lane)s AND NOT t.tgisinternal ORDER BY 1, 2
"""
_CONSTRAINTS = """
    SELECT c.relname::text, format('ALTER TABLE %%I.%%I DROP CONSTRAINT %%I CASCADE', n.nspname, c.relname, k.conname),
           'constraint ' || k.conname || ' gone'
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN (%(lane)s, 'shared') AND k.contype <> 'n' AND NOT c.relispartition
      AND k.conname !~ '_(pkey|not_null)$' ORDER BY 1, 2
"""
_INDEXES = """
    SELECT c.relname::text, format('DROP INDEX %%I.%%I', n.nspname, x.relname), 'unique index ' || x.relname || ' gone'
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(lane)s AND i.indisunique AND NOT c.relispartition
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1, 2
"""
_PRIVILEGES = """
    SELECT c.relname::text, format('GRANT %%s ON %%I.%%I TO onnuri_app', p.what, n.nspname, c.relname),
           p.what || ' granted'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, (VALUES ('DELETE'), ('TRUNCATE')) AS p (what)
    WHERE n.nspname = %(lane)s AND c.relkind IN ('r', 'p') ORDER BY 1, 2
"""
_OWNERS = """
    SELECT c.relname::text, format('ALTER TABLE %%I.%%I OWNER TO onnuri_app', n.nspname, c.relname),
           'given to the application'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(lane)s AND c.relkind IN ('r', 'p') ORDER BY 1, 2
"""
_FUNCTIONS = """
    SELECT f.proname::text, format(w.how, f.oid::regprocedure), w.what
    FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace,
         (VALUES ('ALTER FUNCTION %%s OWNER TO onnuri_app', 'function given to the application', true),
                 ('ALTER FUNCTION %%s SET search_path = public', 'function looks elsewhere', false)
         ) AS w (how, what, every)
    WHERE n.nspname = %(lane)s AND (w.every OR f.prosecdef) ORDER BY 1, 2
"""
_BODIES = """
    SELECT f.proname::text, replace(pg_get_functiondef(f.oid), f.prosrc, f.prosrc || ' '),
           'function does something else'
    FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
    WHERE n.nspname = %(lane)s AND f.prokind = 'f' ORDER BY 1
"""
_ROLES = (
    ("GRANT onnuri_owner TO onnuri_app", "the application acts as the owner"),
    ("ALTER ROLE onnuri_app SUPERUSER", "the application may everything"),
    ("ALTER ROLE onnuri_reader BYPASSRLS", "the reader passes row security"),
    ("GRANT SET ON PARAMETER session_replication_role TO onnuri_app", "the application may switch triggers off"),
)


def walls_of(conn: _Conn, lane: str) -> Iterator[Break]:
    """List how each wall of a lane can be taken down."""
    for query in (_TRIGGERS, _CONSTRAINTS, _INDEXES, _PRIVILEGES, _OWNERS, _FUNCTIONS, _BODIES):
        for table, statement, what in conn.execute(query.encode(), {"lane": lane}).fetchall():
            yield Break(table, what, (statement,), lane, wall=True)
    for statement, what in _ROLES:
        yield Break("roles", what, (statement,), lane, wall=True)
