"""What another operator owes for value that moved in: in our books from the switch on, at the bank once it paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.settlement.explain import Subject
from onnuri.vouchers.moving_in.migrate_paid import MONEY_OF_MIGRATION


def migrations_unpaid(conn: Connection, *, since: date, up_to: date, also: Sequence[UUID]) -> list[Subject]:
    """List live migrations whose money nobody has counted, live after `since` up to a date of Seoul, or in `also`."""
    live_on = "CAST(timezone('Asia/Seoul', m.live_at) AS date)"
    rows = conn.execute(
        text(
            f"SELECT id, {MONEY_OF_MIGRATION} AS won FROM shared.migrations m"
            f" WHERE status = 'LIVE' AND paid_at IS NULL AND {live_on} <= :up_to"
            f" AND ({live_on} > :since OR id = ANY(CAST(:also AS uuid[]))) ORDER BY id"
        ),
        {"since": since, "up_to": up_to, "also": list(also)},
    )
    return [Subject("migration", row.id, row.won, booked=True, matched=False) for row in rows if row.won]
