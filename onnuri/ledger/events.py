"""Read the events of a lane in commit order: what happened, to what, with the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Happening:
    """An event; `position` is its place in the lane, without gaps."""

    position: int
    topic: str
    subject_id: UUID
    facts: Mapping[str, object]
    at: datetime


def last_event(conn: Connection) -> int:
    """Tell the position of the lane's last event."""
    return int(conn.execute(text("SELECT last_event FROM lane")).scalar_one())


def events_after(
    conn: Connection, position: int, *, upto: int, topics: Sequence[str] = (), limit: int
) -> list[Happening]:
    """List events from after a position up to another one, of some topics where these are given."""
    only = " AND topic = ANY(:topics)" if topics else ""
    rows = conn.execute(
        text(
            "SELECT position, topic, subject_id, payload, recorded_at FROM outbox"
            f" WHERE position > :after AND position <= :upto{only} ORDER BY position LIMIT :limit"
        ),
        {"after": position, "upto": upto, "limit": limit} | ({"topics": list(topics)} if topics else {}),
    )
    return [Happening(*row) for row in rows]
