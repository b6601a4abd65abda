"""Compare functions, constraints, unique indexes and triggers with the migrations that are published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot

_SQL: Final = Path(__file__).resolve().parents[2] / "migrations" / "sql"
_FUNCTION: Final = re.compile(
    r"CREATE (?:OR REPLACE )?FUNCTION (?:shared\.|@lane@\.)?(\w+)\s*\(.*?\bAS \$\$(.*?)\$\$", re.DOTALL
)
_WALL: Final = re.compile(
    r"(?P<drop>DROP) CONSTRAINT (?:IF EXISTS )?(?P<gone>\w+)|CONSTRAINT (?P<constraint>\w+)"
    r"|CREATE UNIQUE INDEX (?P<index>\w+)|CREATE TRIGGER (?P<trigger>\w+)"
)
_TRIGGER: Final = re.compile(
    r"CREATE TRIGGER (?P<trigger>\w+)\b[^;]*?EXECUTE FUNCTION (?P<room>shared\.)?(?:@lane@\.)?(?P<function>\w+)"
)
_COMMENT: Final = re.compile(r"--[^\n]*")

_FUNCTIONS: Final = """
    SELECT f.proname::text, f.prosrc FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE n.nspname = '{}'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')
"""
_WALLS: Final = """
    SELECT c.conname::text FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname IN ({0}) AND c.convalidated
    UNION
    SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indexrelid = c.oid
    WHERE n.nspname IN ({0}) AND i.indisunique AND i.indisvalid
    UNION
    SELECT t.tgname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ({0}) AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND NOT c.relispartition
"""
_TRIGGERS: Final = """
    SELECT t.tgname::text, c.relname::text, p.nspname::text, f.proname::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_proc f ON f.oid = t.tgfoid JOIN pg_namespace p ON p.oid = f.pronamespace
    WHERE n.nspname = '{}' AND NOT t.tgisinternal
"""


@dataclass(frozen=True, slots=True)
class Published:
    """What a schema must have: function bodies by name, and the names of its walls."""

    bodies: dict[str, str]
    walls: frozenset[str]
    calls: frozenset[tuple[str, bool, str]]
    """Triggers by name, with whether they call a shared function, and which."""


def walls_published(snapshot: Snapshot) -> Iterator[Finding]:
    """Find functions with another body, walls that are gone or switched off, and triggers that nobody published."""
    for schema, room in [("shared", "shared"), *((lane, "lane") for lane in snapshot.lanes)]:
        schemas = "'shared', 'vault'" if room == "shared" else f"'{schema}'"
        published = read_published(_SQL / room)
        found = dict(snapshot.stream(_FUNCTIONS.format(schema)))
        for name in sorted(found.keys() | published.bodies.keys()):
            if name not in published.bodies:
                yield Finding(f"{schema}.{name}", "is a function that nobody published", 0, "nobody")
            elif name not in found:
                yield Finding(f"{schema}.{name}", "is not there: the function is gone", 0, "nobody")
            elif found[name] != published.bodies[name].replace("@lane@", schema):
                yield Finding(f"{schema}.{name}", "does something else than published", 0, "nobody")
        there = {row[0] for row in snapshot.stream(_WALLS.format(schemas))}
        for name in sorted(published.walls - there):
            yield Finding(f"{schema}.{name}", "does not stand: gone, not valid or switched off", 0, "nobody")
        for trigger, table, room_called, function in snapshot.stream(_TRIGGERS.format(schema)):
            if function == "refuse_change" or (trigger, room_called == "shared", function) in published.calls:
                continue
            yield Finding(f"{schema}.{table}", f"has the trigger {trigger}, which nobody published", 0, "nobody")


def read_published(folder: Path) -> Published:
    """Read the migrations of a room in their order: what was made and not taken away again."""
    bodies: dict[str, str] = {}
    walls: set[str] = set()
    calls: set[tuple[str, bool, str]] = set()
    for file in sorted(folder.glob("*.sql")):
        words = file.read_text(encoding="utf-8")
        bodies.update((found[1], found[2]) for found in _FUNCTION.finditer(words))
        words = _COMMENT.sub("", words)
        calls.update((found["trigger"], bool(found["room"]), found["function"]) for found in _TRIGGER.finditer(words))
        for found in _WALL.finditer(words):
            if found["drop"]:
                walls.discard(found["gone"])
            else:
                walls.add(found["constraint"] or found["index"] or found["trigger"])
    return Published(bodies, frozenset(walls), frozenset(calls))
