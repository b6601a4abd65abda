"""Read what wallets hold and what their lots are made of, from the books: cap, giftable lots, bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.vouchers.gifts.gift_model import GiftableLot
from onnuri.vouchers.shares import Basis

_HELD = """
    SELECT w.id,
           (SELECT coalesce(sum(b.credits - b.debits), 0) FROM lots l JOIN balances b ON b.account_id = l.account_id
            WHERE l.wallet_id = w.id AND (l.expires_at > :at OR EXISTS (
                SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id AND g.until > :at)))
           + (SELECT coalesce(sum(c.face), 0) FROM charges c
              WHERE c.wallet_id = w.id AND c.status IN ('REQUESTED', 'UNKNOWN'))
           + (SELECT coalesce(sum(r.amount), 0) FROM refunds r
              WHERE r.wallet_id = w.id AND r.kind <> 'unclaimed' AND r.status IN ('REQUESTED', 'UNKNOWN')) AS held
    FROM unnest(CAST(:ids AS uuid[])) AS w (id)
"""

# What share-coded transfers took out of each lot less what they gave back; what the lot began with is in its row. One
# that moved in is split as its charge was, so that what is rounded down here was not rounded down there before.
_BASES = """
    WITH moved AS (
        SELECT t.debit_account AS account, k.share, t.amount AS won FROM transfers t
        JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
        JOIN shared.transfer_codes k ON (k.code, k.debit_kind, k.credit_kind) = (t.code, d.kind, c.kind)
        WHERE t.debit_account = ANY(:accounts) AND k.share IS NOT NULL
        UNION ALL
        SELECT t.credit_account, k.share, -t.amount FROM transfers t
        JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
        JOIN shared.transfer_codes k ON (k.code, k.debit_kind, k.credit_kind) = (t.code, d.kind, c.kind)
        WHERE t.credit_account = ANY(:accounts) AND k.share IS NOT NULL
    )
    SELECT l.id, coalesce(o.paid, l.paid) AS paid, coalesce(o.face - o.paid, l.subsidy) AS subsidy,
           coalesce(sum(m.won) FILTER (WHERE m.share = 'paid'), 0)::bigint AS paid_out,
           coalesce(sum(m.won) FILTER (WHERE m.share = 'subsidy'), 0)::bigint AS subsidy_out
    FROM lots l LEFT JOIN moved m ON m.account = l.account_id
    LEFT JOIN lot_origins o ON o.lot_id = l.id AND o.kind = 'migration' AND l.source <> 'grant'
    WHERE l.account_id = ANY(:accounts) GROUP BY l.id, o.lot_id
"""


def holdings(conn: Connection, wallet_ids: Sequence[UUID], *, at: datetime) -> dict[UUID, int]:
    """Tell what each wallet of this lane holds against the cap: spendable value and charges the bank has not
    answered; won.
    """
    rows = conn.execute(text(_HELD), {"ids": list(set(wallet_ids)), "at": at})
    return {row.id: int(row.held) for row in rows}


def bases(conn: Connection, account_ids: Sequence[int]) -> dict[UUID, Basis]:
    """Give the basis of each lot by its id, from the books."""
    rows = conn.execute(text(_BASES), {"accounts": list(account_ids)})
    return {row.id: Basis(row.paid, row.subsidy, row.paid_out, row.subsidy_out) for row in rows}


def giftable_lots(conn: Connection, wallet_ids: Sequence[UUID], *, at: datetime) -> dict[UUID, list[GiftableLot]]:
    """List what wallets of this lane can give away, by wallet: soonest expiry first, then oldest."""
    rows = conn.execute(
        text("""
            SELECT l.id, l.wallet_id, l.account_id, l.created_at, l.expires_at, b.credits - b.debits -
                b.debits_pending AS left_won
            FROM lots l JOIN balances b ON b.account_id = l.account_id
            WHERE l.wallet_id = ANY(:ids) AND l.giftable AND l.expires_at > :at AND b.credits > b.debits +
                b.debits_pending
            ORDER BY l.expires_at, l.created_at, l.id
        """),
        {"ids": list(wallet_ids), "at": at},
    ).all()
    basis = bases(conn, [row.account_id for row in rows])
    found: dict[UUID, list[GiftableLot]] = {}
    for row in rows:
        found.setdefault(row.wallet_id, []).append(_giftable(row, basis[row.id]))
    return found


def _giftable(row: Row[Any], basis: Basis) -> GiftableLot:
    return GiftableLot(row.id, row.wallet_id, row.account_id, row.created_at, row.expires_at, row.left_won, basis)
