"""Which payments took from one lot, and what cancels gave back to it: why a charge counts as used so much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class LotUse:
    """What a payment took out of a lot, and what its cancels gave back to it; won."""

    payment_id: UUID
    shop_name: str
    paid_at: datetime
    taken: int
    given_back: int


def uses_of_lot(conn: Connection, *, wallet_id: UUID, account_id: int, limit: int = 50) -> list[LotUse]:
    """List a wallet's payments out of a lot's account, the newest first."""
    rows = conn.execute(
        text("""
            SELECT p.id, p.shop_name, p.paid_at, sum(t.amount)::bigint,
                   (SELECT coalesce(sum(b.amount), 0)::bigint FROM cancels c
                    JOIN transfers b ON b.entry_id = c.entry_id AND b.credit_account = :account
                    WHERE c.payment_id = p.id)
            FROM payments p JOIN transfers t ON t.entry_id = p.entry_id AND t.debit_account = :account
            WHERE p.wallet_id = :wallet GROUP BY p.id ORDER BY p.id DESC LIMIT :limit
        """),
        {"wallet": wallet_id, "account": account_id, "limit": limit},
    )
    return [LotUse(*row) for row in rows]
