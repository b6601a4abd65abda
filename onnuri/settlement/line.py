"""Open a line of a closed day down to its payments and cancels, and those down to their transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.ledger.model import JournalLine

_ITEMS: Final = text((Path(__file__).parent / "sql" / "line_items.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class LineItem:
    """A payment or a cancel inside a line, won; the id is its place in the list. Nothing about the holder is told."""

    id: UUID
    kind: Literal["payment", "cancel"]
    payment_id: UUID
    lane: str
    channel: str
    amount: int
    at: datetime
    same_day: bool
    entry_id: UUID
    transfers: tuple[JournalLine, ...]


def line_items(
    conn: Connection, *, day: date, shop_id: UUID, after: UUID | None = None, limit: int = 100
) -> list[LineItem]:
    """List what makes up a shop's business day, open or closed, in order of time, from after an item."""
    items: list[LineItem] = []
    for lane in each_lane(conn):
        rows = conn.execute(
            _ITEMS,
            {"day": day, "shop": shop_id, "after": after, "limit": limit},
        ).all()
        transfers = transfers_of(conn, [row.entry_id for row in rows])
        items += [
            LineItem(
                id=row.id,
                kind=row.kind,
                payment_id=row.payment_id,
                lane=lane,
                channel=row.channel,
                amount=row.amount,
                at=row.at,
                same_day=row.same_day,
                entry_id=row.entry_id,
                transfers=transfers.get(row.entry_id, ()),
            )
            for row in rows
        ]
    return sorted(items, key=lambda item: item.id)[:limit]


def transfers_of(conn: Connection, entry_ids: Sequence[UUID]) -> dict[UUID, tuple[JournalLine, ...]]:
    """Read the transfers of entries, in the order of the books, in the lane looked at."""
    rows = conn.execute(
        text(
            "SELECT t.seq, t.entry_id, e.kind, t.code, d.path AS debit, c.path AS credit, t.amount, t.effective_on,"
            " e.recorded_at FROM transfers t JOIN entries e ON e.id = t.entry_id"
            " JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account"
            " WHERE t.entry_id = ANY(CAST(:ids AS uuid[])) ORDER BY t.seq"
        ),
        {"ids": list(entry_ids)},
    )
    found: defaultdict[UUID, list[JournalLine]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(JournalLine(*row))
    return {entry_id: tuple(lines) for entry_id, lines in found.items()}
