"""Read payments and cancels in pages: a holder's, a shop's, and what was cancelled of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.payments.model import CancelReceipt, Receipt
from onnuri.payments.receipts import cancel_receipts, receipts


@dataclass(frozen=True, slots=True)
class Happened:
    """A payment or a cancel of a shop, as its stall sees it; won."""

    kind: str
    position: int
    payment_id: UUID
    cancel_id: UUID | None
    shop_id: UUID
    amount: int
    at: datetime


@dataclass(frozen=True, slots=True)
class ShopDay:
    """What a shop took on a business date so far; won."""

    payments: int
    gross: int
    cancels: int
    cancelled: int

    @property
    def net(self) -> int:
        """Gross less cancels, won."""
        return self.gross - self.cancelled


def payments_of_wallet(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[Receipt]:
    """List a wallet's payments, newest first, from before a payment."""
    return _page(conn, "wallet_id", wallet_id, before, limit)


def payments_of_shop(conn: Connection, shop_id: UUID, *, before: UUID | None, limit: int) -> list[Receipt]:
    """List a shop's payments in this lane, newest first, from before a payment."""
    return _page(conn, "shop_id", shop_id, before, limit)


def _page(conn: Connection, column: str, value: UUID, before: UUID | None, limit: int) -> list[Receipt]:
    older = " AND id < :before" if before else ""
    ids = list(
        conn.execute(
            text(f"SELECT id FROM payments WHERE {column} = :value{older} ORDER BY id DESC LIMIT :limit"),
            {"value": value, "limit": limit} | ({"before": before} if before else {}),
        ).scalars()
    )
    found = receipts(conn, ids)
    return [found[id] for id in ids]


def cancels_of(conn: Connection, payment_ids: Sequence[UUID]) -> dict[UUID, list[CancelReceipt]]:
    """Give the cancels of payments, oldest first; payments without any are absent."""
    ids = list(
        conn.execute(
            text("SELECT id FROM cancels WHERE payment_id = ANY(:payments) ORDER BY id"),
            {"payments": list(payment_ids)},
        ).scalars()
    )
    found = cancel_receipts(conn, ids)
    by_payment: dict[UUID, list[CancelReceipt]] = defaultdict(list)
    for id in ids:
        by_payment[found[id].payment_id].append(found[id])
    return dict(by_payment)


def shop_day(conn: Connection, shop_id: UUID, *, on: date) -> ShopDay:
    """Add up what a shop took in this lane on a business date."""
    row = conn.execute(
        text(
            "SELECT p.count AS payments, p.amount AS gross, c.count AS cancels, c.amount AS cancelled"
            " FROM (SELECT count(*), coalesce(sum(amount), 0)::bigint AS amount FROM payments"
            "       WHERE business_date = :on AND shop_id = :shop) AS p,"
            " (SELECT count(*), coalesce(sum(amount), 0)::bigint AS amount FROM cancels"
            "  WHERE business_date = :on AND shop_id = :shop) AS c"
        ),
        {"on": on, "shop": shop_id},
    ).one()
    return ShopDay(row.payments, row.gross, row.cancels, row.cancelled)


def last_position(conn: Connection) -> int:
    """Tell the position of the last event of this lane."""
    return int(conn.execute(text("SELECT last_event FROM lane")).scalar_one())


def happenings(
    conn: Connection, *, after: int, upto: int | None = None, shop_id: UUID | None = None, limit: int = 1000
) -> list[Happened]:
    """List payments and cancels of this lane in commit order, from after a position; of one shop where given."""
    rows = conn.execute(
        text(
            "SELECT position, topic, subject_id, payload, recorded_at FROM outbox WHERE position > :after"
            " AND topic IN ('payment.made', 'payment.cancelled')"
            + (" AND position <= :upto" if upto is not None else "")
            + (" AND payload->>'shop_id' = :shop" if shop_id else "")
            + " ORDER BY position LIMIT :limit"
        ),
        {"after": after, "limit": limit}
        | ({"upto": upto} if upto is not None else {})
        | ({"shop": shop_id.hex} if shop_id else {}),
    )
    return [
        Happened(
            kind=row.topic,
            position=row.position,
            payment_id=row.subject_id,
            cancel_id=UUID(row.payload["cancel_id"]) if "cancel_id" in row.payload else None,
            shop_id=UUID(row.payload["shop_id"]),
            amount=row.payload["amount"],
            at=row.recorded_at,
        )
        for row in rows
    ]
