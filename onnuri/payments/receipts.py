"""Read receipts back from the books: what a payment or a cancel was never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.payments.model import CancelReceipt, Receipt, ReceiptLot


def receipts(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    """Give receipts by payment id; unknown ones are left out."""
    if not ids:
        return {}
    rows = conn.execute(
        text("""
            SELECT p.id, p.wallet_id, p.shop_id, p.shop_name, p.market_id, p.amount, p.paid_at, p.business_date,
                   p.entry_id, p.sticker_id, p.tax_registered, p.policy_id, p.client_reference, x.lot_ids, x.amounts
            FROM payments p CROSS JOIN LATERAL (
                SELECT array_agg(l.id ORDER BY t.seq) AS lot_ids, array_agg(t.amount ORDER BY t.seq) AS amounts
                FROM transfers t JOIN lots l ON l.account_id = t.debit_account WHERE t.entry_id = p.entry_id) AS x
            WHERE p.id = ANY(:ids)
        """),
        {"ids": list(ids)},
    )
    return {row.id: _receipt(row) for row in rows}


def cancel_receipts(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, CancelReceipt]:
    """Give cancels by id; unknown ones are left out."""
    if not ids:
        return {}
    rows = conn.execute(
        text("""
            SELECT c.id, c.payment_id, c.shop_id, c.amount, c.cancelled_at, c.business_date, c.same_day, c.entry_id,
                   c.reason, x.lot_ids, x.amounts
            FROM cancels c CROSS JOIN LATERAL (
                SELECT array_agg(l.id ORDER BY t.seq) AS lot_ids, array_agg(t.amount ORDER BY t.seq) AS amounts
                FROM transfers t JOIN lots l ON l.account_id = t.credit_account WHERE t.entry_id = c.entry_id) AS x
            WHERE c.id = ANY(:ids)
        """),
        {"ids": list(ids)},
    )
    return {row.id: _cancel_receipt(row) for row in rows}


def _receipt(row: Row[Any]) -> Receipt:
    return Receipt(
        id=row.id,
        wallet_id=row.wallet_id,
        shop_id=row.shop_id,
        shop_name=row.shop_name,
        market_id=row.market_id,
        amount=row.amount,
        paid_at=row.paid_at,
        business_date=row.business_date,
        entry_id=row.entry_id,
        sticker_id=row.sticker_id,
        tax_registered=row.tax_registered,
        policy_id=row.policy_id,
        client_reference=row.client_reference,
        lots=_lots(row.lot_ids, row.amounts),
    )


def _cancel_receipt(row: Row[Any]) -> CancelReceipt:
    return CancelReceipt(
        id=row.id,
        payment_id=row.payment_id,
        shop_id=row.shop_id,
        amount=row.amount,
        cancelled_at=row.cancelled_at,
        business_date=row.business_date,
        same_day=row.same_day,
        entry_id=row.entry_id,
        reason=row.reason,
        lots=_lots(row.lot_ids, row.amounts),
    )


def _lots(ids: Sequence[UUID], amounts: Sequence[int]) -> tuple[ReceiptLot, ...]:
    return tuple(ReceiptLot(lot_id, amount) for lot_id, amount in zip(ids, amounts, strict=True))
