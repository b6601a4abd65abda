"""Refunds in the database: what goes to a holder's bank account, of a charge or of what was owed since an expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import NotFound
from onnuri.vouchers.model import Shares

UNCLAIMED = "unclaimed"
"""The kind of a refund that pays what is owed since an expiry."""


class RefundUnknown(NotFound):
    """No refund has that id here."""

    code = "refund_unknown"
    ko = "환불 내역을 찾을 수 없습니다."
    en = "There is no such refund."


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as it stands; won. A charge made elsewhere is known by the lot it came here as.

    What is `unclaimed` is of no charge and no lot: it was owed since an expiry.
    """

    id: UUID
    wallet_id: UUID
    charge_id: UUID | None
    lot_id: UUID | None
    kind: str
    amount: int
    paid: int
    subsidy: int
    used: int
    status: str
    bank_tran_id: str
    fintech_use_num: str
    requested_at: datetime
    requested_on: date
    answered_at: datetime | None
    bank_code_given: str | None
    bank_message: str | None
    inquiries: int
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class NewRefund:
    """A refund that was taken in the books; won. Without a share for the holder no bank is asked and it is over.

    `source_id` is the charge it is judged by, ours or the moved lot (`from_elsewhere`).
    """

    id: UUID
    wallet_id: UUID
    source_id: UUID | None
    from_elsewhere: bool
    lot_id: UUID | None
    kind: str
    shares: Shares
    used: int
    tran_id: str
    entry_id: UUID


def insert_refund(conn: Connection, new: NewRefund, *, at: datetime) -> None:
    """Write a refund; it goes to the account the holder has today, or to the one that paid where it is still theirs."""
    over = new.shares.paid == 0
    conn.execute(
        text(_INSERT),
        {
            "id": new.id, "wallet": new.wallet_id, "charge": None if new.from_elsewhere else new.source_id,
            "moved": new.source_id if new.from_elsewhere else None, "lot": new.lot_id, "kind": new.kind,
            "amount": new.shares.paid + new.shares.subsidy, "paid": new.shares.paid, "subsidy": new.shares.subsidy,
            "used": new.used, "status": "SUCCEEDED" if over else "REQUESTED", "tran": new.tran_id, "at": at,
            "on": seoul_date(at), "answered": at if over else None, "entry": new.entry_id,
        },
    )  # fmt: skip


_INSERT = """
    INSERT INTO refunds (id, wallet_id, charge_id, moved_lot, lot_id, kind, amount, paid, subsidy, used, status,
        bank_tran_id, debit_account_id, requested_at, requested_on, answered_at, entry_id, inquiries)
    SELECT :id, :wallet, CAST(:charge AS uuid), CAST(:moved AS uuid), CAST(:lot AS uuid), :kind, :amount, :paid,
        :subsidy, :used, :status, :tran,
        coalesce((SELECT a.id FROM shared.debit_accounts a JOIN shared.wallets w ON w.holder_id = a.holder_id
                  WHERE w.id = :wallet AND a.revoked_at IS NULL),
                 (SELECT c.debit_account_id FROM charges c
                  WHERE c.id = CAST(:charge AS uuid) AND c.wallet_id = :wallet)),
        :at, :on, CAST(:answered AS timestamptz), :entry, 0
"""


def has_account(conn: Connection, wallet_id: UUID, charge_id: UUID | None) -> bool:
    """Tell whether there is an account to pay to: the one of today, or the one that paid where it is still theirs."""
    query = """
        SELECT 1 FROM charges WHERE id = CAST(:charge AS uuid) AND wallet_id = :wallet
        UNION ALL
        SELECT 1 FROM shared.debit_accounts a JOIN shared.wallets w ON w.holder_id = a.holder_id
        WHERE w.id = :wallet AND a.revoked_at IS NULL
    """
    return conn.execute(text(query), {"charge": charge_id, "wallet": wallet_id}).first() is not None


def refund(conn: Connection, refund_id: UUID) -> Refund:
    """Give one refund. Refuses `RefundUnknown`."""
    row = conn.execute(text(f"{_SELECT} WHERE r.id = :id"), {"id": refund_id}).one_or_none()
    if row is None:
        raise RefundUnknown
    return Refund(*row)


def refunds_of(conn: Connection, wallet_id: UUID, *, before: UUID | None, limit: int) -> list[Refund]:
    """List refunds of a wallet's charges, newest first, from before a refund."""
    older = " AND r.id < :before" if before else ""
    mine = f"r.wallet_id = :wallet AND r.kind <> '{UNCLAIMED}'{older}"
    rows = conn.execute(
        text(f"{_SELECT} WHERE {mine} ORDER BY r.id DESC LIMIT :limit"),
        {"wallet": wallet_id, "limit": limit} | ({"before": before} if before else {}),
    )
    return [Refund(*row) for row in rows]


def refunds_under_way(conn: Connection, wallet_id: UUID) -> list[Refund]:
    """List refunds of a wallet's charges that the bank has not answered for, the oldest first."""
    mine = f"r.wallet_id = :wallet AND r.kind <> '{UNCLAIMED}' AND r.status IN ('REQUESTED', 'UNKNOWN')"
    return [Refund(*row) for row in conn.execute(text(f"{_SELECT} WHERE {mine} ORDER BY r.id"), {"wallet": wallet_id})]


def open_refunds(conn: Connection, *, asked_before: datetime, limit: int = 1000) -> list[Refund]:
    """List refunds whose result is not known, asked before an instant: the bank must be inquired."""
    waiting = "r.status IN ('REQUESTED', 'UNKNOWN') AND r.requested_at < :before"
    rows = conn.execute(
        text(f"{_SELECT} WHERE {waiting} ORDER BY r.id LIMIT :limit"), {"before": asked_before, "limit": limit}
    )
    return [Refund(*row) for row in rows]


_SELECT = """
    SELECT r.id, r.wallet_id, coalesce(r.charge_id, r.moved_lot), r.lot_id, r.kind, r.amount, r.paid, r.subsidy,
        r.used, r.status, r.bank_tran_id, a.fintech_use_num, r.requested_at, r.requested_on, r.answered_at,
        r.bank_code_given, r.bank_message, r.inquiries, r.entry_id
    FROM refunds r JOIN shared.debit_accounts a ON a.id = r.debit_account_id"""
