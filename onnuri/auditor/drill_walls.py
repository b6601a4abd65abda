"""Take down the walls around the books one by one: triggers, constraints, privileges, owners, function bodies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from onnuri.auditor.drill_breaks import Break

_Conn = psycopg.Connection[tuple[Any, ...]]


def walls_of(conn: _Conn, lane: str) -> Iterator[Break]:
    """List how each wall of a lane can be taken down."""
    yield from ()
