"""Lots that are handed over: what is left of each, its shares, what had been used; and the lots they go on in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.vouchers.holdings import bases
from onnuri.vouchers.queries import live_lots


@dataclass(frozen=True, slots=True)
class HandedLot:
    """A lot that goes on in another one; won. Granted value has no shares."""

    id: UUID
    account_id: int
    amount: int
    paid: int
    subsidy: int
    expires_at: datetime

    @property
    def parts(self) -> list[tuple[str, int]]:
        """List what moves: both shares, or the face of granted value."""
        if not self.paid + self.subsidy:
            return [("face", self.amount)]
        return [(name, won) for name, won in (("paid", self.paid), ("subsidy", self.subsidy)) if won]


def lots_to_hand_over(conn: Connection, wallet_id: UUID, *, at: datetime) -> list[HandedLot]:
    """List what can be spent of a wallet, the oldest first, with the shares that go along."""
    lots = sorted(live_lots(conn, [wallet_id], at=at), key=lambda lot: (lot.created_at, lot.id))
    basis = bases(conn, [lot.account_id for lot in lots])
    handed: list[HandedLot] = []
    for lot in lots:
        paid = subsidy = 0
        if lot.paid + lot.subsidy:
            shares = basis[lot.id].part(lot.left)
            paid, subsidy = shares.paid, shares.subsidy
        handed.append(HandedLot(lot.id, lot.account_id, lot.left, paid, subsidy, lot.expires_at))
    return handed


def insert_handed_lots(
    conn: Connection, handover_id: UUID, to_wallet: UUID, made: Sequence[tuple[HandedLot, UUID, int]],
    entry_id: UUID, *, at: datetime,
) -> None:  # fmt: skip
    """Write the new lots and where each comes from: face and charge of the very first one, and what was used of it."""
    given = {
        "handover": handover_id, "wallet": to_wallet, "entry": entry_id, "at": at,
        "old": [lot.id for lot, _, _ in made], "new": [new for _, new, _ in made],
        "accounts": [account for _, _, account in made], "faces": [lot.amount for lot, _, _ in made],
        "paid": [lot.paid for lot, _, _ in made], "subsidy": [lot.subsidy for lot, _, _ in made],
        "expires": [lot.expires_at for lot, _, _ in made],
    }  # fmt: skip
    conn.execute(text(_LOTS), given)
    conn.execute(text(_ORIGINS), given)


_LOTS = """
    INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
        created_at, expires_at)
    SELECT n.id, :wallet, n.account, l.source, NULL, n.face, n.paid, n.subsidy, l.giftable, l.refundable, :at, n.expires
    FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[]), CAST(:accounts AS bigint[]), CAST(:faces AS bigint[]),
                CAST(:paid AS bigint[]), CAST(:subsidy AS bigint[]), CAST(:expires AS timestamptz[]))
        AS n (old, id, account, face, paid, subsidy, expires)
    JOIN lots l ON l.id = n.old
"""
_ORIGINS = """
    INSERT INTO lot_origins (lot_id, kind, from_lot, charge_id, moved_lot, policy_id, handover_id, face, paid, used,
        charged_at, entry_id)
    SELECT n.id, 'handover', l.id, coalesce(l.charge_id, o.charge_id), o.moved_lot, o.policy_id, :handover,
           coalesce(o.face, l.face), coalesce(o.paid, l.paid),
           coalesce(o.used, 0)
           + (SELECT coalesce(sum(t.amount), 0) FROM transfers t JOIN accounts a ON a.id = t.credit_account
              WHERE t.debit_account = l.account_id AND a.kind IN ('merchant', 'merchant_held', 'card_issuer'))
           - (SELECT coalesce(sum(t.amount), 0) FROM transfers t JOIN accounts a ON a.id = t.debit_account
              WHERE t.credit_account = l.account_id AND a.kind IN ('merchant', 'merchant_held', 'card_issuer')),
           coalesce(o.charged_at, l.created_at), :entry
    FROM unnest(CAST(:old AS uuid[]), CAST(:new AS uuid[])) AS n (old, id)
    JOIN lots l ON l.id = n.old LEFT JOIN lot_origins o ON o.lot_id = l.id
"""
