"""Load the working set of one batch: a handful of set-based queries, whatever the size of the batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.ledger.model import LaneHead
from onnuri.merchants.status import ShopStatus
from onnuri.payments.book import Book, Paid, PayeeShop
from onnuri.payments.model import Cancel, Pay, Payee, PayeeKind
from onnuri.vouchers.lots import Lot, Taking
from onnuri.vouchers.model import NoPolicyInForce, Policy
from onnuri.vouchers.policy import policy_at
from onnuri.vouchers.queries import live_lots, wallets


def load_book(conn: Connection, items: Sequence[Pay | Cancel], head: LaneHead, *, at: datetime) -> Book:
    """Load the working set of a batch; holds the lane, so nothing of it can change meanwhile."""
    pays = [item for item in items if isinstance(item, Pay)]
    paid = _payments(conn, [item.payment_id for item in items if isinstance(item, Cancel)])
    wallet_ids = list({item.wallet_id for item in pays} | {payment.wallet_id for payment in paid.values()})
    book = Book(
        head=head,
        policy=_policy(conn, at),
        wallets=wallets(conn, wallet_ids) if wallet_ids else {},
        shops=_shops(conn, list({item.payee for item in pays})),
        payments=paid,
        references=_references(conn, [item.client_reference for item in pays if item.client_reference]),
    )
    for lot in _lots(conn, wallet_ids, paid, at):
        book.lots.setdefault(lot.wallet_id, {})[lot.id] = lot
    return book


def _policy(conn: Connection, at: datetime) -> Policy | None:
    """Give the rules in force; between programmes nothing is paid, and what was paid can still be cancelled."""
    try:
        return policy_at(conn, at=at)
    except NoPolicyInForce:
        return None


def _lots(conn: Connection, wallet_ids: list[UUID], paid: dict[UUID, Paid], at: datetime) -> list[Lot]:
    """Live lots, and with cancels in the batch also the empty ones: a cancel may fill them for a later payment."""
    if not wallet_ids:
        return []
    return live_lots(conn, wallet_ids, at=at, with_empty=bool(paid))


def _shops(conn: Connection, payees: list[Payee]) -> dict[Payee, PayeeShop]:
    """Find the shops by sticker (also by the id of an earlier operator's) or by stall number."""
    if not payees:
        return {}
    rows = conn.execute(
        text(
            "SELECT p.kind AS payee_kind, p.value AS payee_value, s.id, s.stall_number, s.name, s.market_id, m.tax_registered, s.status,"
            " s.valid_until, k.id AS sticker_id, k.revoked_at IS NOT NULL AS sticker_revoked, k.expires_on AS sticker_expires_on"
            " FROM unnest(CAST(:kinds AS text[]), CAST(:values AS text[])) AS p (kind, value)"
            " LEFT JOIN shared.sticker_aliases a ON p.kind = 'sticker' AND a.old_id = p.value"
            " LEFT JOIN shared.stickers k ON p.kind = 'sticker' AND k.id = coalesce(a.sticker_id, p.value)"
            " JOIN shared.shops s ON s.id = k.shop_id OR (p.kind = 'stall' AND s.stall_number = p.value)"
            " JOIN shared.markets m ON m.id = s.market_id"
        ),
        {"kinds": [payee.kind.value for payee in payees], "values": [payee.value for payee in payees]},
    )
    return {
        Payee(PayeeKind(row.payee_kind), row.payee_value): PayeeShop(
            row.id, row.stall_number, row.name, row.market_id, row.tax_registered, ShopStatus(row.status), row.valid_until,
            row.sticker_id, row.sticker_revoked, row.sticker_expires_on,
        )
        for row in rows
    }  # fmt: skip


def _references(conn: Connection, references: list[str]) -> set[str]:
    if not references:
        return set()
    rows = conn.execute(
        text("SELECT client_reference FROM payments WHERE client_reference = ANY(:refs)"), {"refs": references}
    )
    return set(rows.scalars())


def _payments(conn: Connection, ids: list[UUID]) -> dict[UUID, Paid]:
    if not ids:
        return {}
    rows = conn.execute(
        text(
            "SELECT p.id, p.shop_id, p.wallet_id, p.amount, p.paid_at, p.business_date, y.cancel_days,"
            " (SELECT coalesce(sum(c.amount), 0)::bigint FROM cancels c WHERE c.payment_id = p.id) AS cancelled,"
            " (SELECT array_agg(l.id ORDER BY t.seq) FROM transfers t JOIN lots l ON l.account_id = t.debit_account"
            "   WHERE t.entry_id = p.entry_id) AS lot_ids,"
            " (SELECT array_agg(t.debit_account ORDER BY t.seq) FROM transfers t WHERE t.entry_id = p.entry_id) AS account_ids,"
            " (SELECT array_agg(t.amount ORDER BY t.seq) FROM transfers t WHERE t.entry_id = p.entry_id) AS amounts"
            " FROM payments p JOIN shared.policies y ON y.id = p.policy_id WHERE p.id = ANY(:ids)"
        ),
        {"ids": ids},
    )
    return {
        row.id: Paid(
            row.id, row.shop_id, row.wallet_id, row.amount, row.paid_at, row.business_date, row.cancel_days,
            tuple(Taking(*parts) for parts in zip(row.lot_ids, row.account_ids, row.amounts, strict=True)), row.cancelled,
        )
        for row in rows
    }  # fmt: skip
