"""Grace: a lot to which money comes back after it expired may be spent for some days more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.vouchers.expiry import expire_now
from onnuri.vouchers.life import whole_days_later


def give_grace(conn: Connection, lot_ids: Sequence[UUID], *, days: int, on: date, at: datetime) -> None:
    """Let lots that have expired be spent for so many whole days more; lots that have not are left alone.

    Call it before every act of day `on` that brings money back to lots: cancels, returned gifts, refunds the bank
    refused. Only that money lives on: what a lot still held when it expired is posted first, if no job has done so.
    """
    expire_now(conn, lot_ids, on=on, at=at)
    conn.execute(
        text("""
            INSERT INTO lot_graces (lot_id, wallet_id, granted_at, until)
            SELECT l.id, l.wallet_id, :at, :until FROM lots l
            WHERE l.id = ANY(:ids) AND l.expires_at <= :at
              AND NOT EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id AND g.until > :at)
            ORDER BY l.id
        """),
        {"ids": list(lot_ids), "at": at, "until": whole_days_later(at, days)},
    )
