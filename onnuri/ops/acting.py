"""Who acts when a command is given: somebody we know, by public id."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import parse_id
from onnuri.people.register import PersonUnknown


def acting(conn: Connection, given: str) -> UUID:
    """Read the id of a person who exists. Refuses `IdUnreadable`, `PersonUnknown`."""
    person_id = parse_id("per", given)
    if conn.execute(text("SELECT 1 FROM shared.people WHERE id = :id"), {"id": person_id}).first() is None:
        raise PersonUnknown
    return person_id
