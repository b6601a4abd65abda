"""Lots that are handed over: what is left of each, its shares, what had been used; and the lots they go on in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from onnuri.vouchers.holdings import bases
from onnuri.vouchers.queries import COMPANY, PROGRAMME, claimable, live_lots


@dataclass(frozen=True, slots=True)
class HandedLot:
    """A lot that goes on in another one; won. Granted value has no shares.

    `repaid` of a grant came back after its holder had repaid it: no lot goes on for that, it is owed as money.
    """

    id: UUID
    account_id: int
    amount: int
    paid: int
    subsidy: int
    expires_at: datetime
    repaid: int = 0

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
    claims = claimable(conn, [lot.id for lot in lots])
    handed: list[HandedLot] = []
    for lot in lots:
        paid = subsidy = 0
        if lot.paid + lot.subsidy:
            shares = basis[lot.id].part(lot.left)
            paid, subsidy = shares.paid, shares.subsidy
        goes_on = min(lot.left, claims.get(lot.id, lot.left))
        own = lot.left - goes_on
        handed.append(HandedLot(lot.id, lot.account_id, goes_on, paid, subsidy, lot.expires_at, own))
    return handed


@dataclass(frozen=True, slots=True)
class NewLots:
    """Lots that go on for others: each with its id and account in the receiver's lane, made by one entry."""

    handover_id: UUID
    to_wallet: UUID
    entry_id: UUID
    lots: Sequence[tuple[HandedLot, UUID, int]]
    crosses: bool


def histories(conn: Connection, lots: Sequence[HandedLot]) -> dict[UUID, Row[Any]]:
    """Read, in the giver's lane, what each lot was: its terms, face and charge of the very first one, and its use."""
    return {row.id: row for row in conn.execute(text(_HISTORY), {"ids": [lot.id for lot in lots]})}


_HISTORY = f"""
    SELECT l.id, l.source, l.giftable, l.refundable, coalesce(l.charge_id, o.charge_id) AS charge_id, o.moved_lot,
           coalesce(c.policy_id, o.policy_id) AS policy_id, coalesce(o.face, l.face) AS face,
           {PROGRAMME} AS programme, {COMPANY} AS company_id,
           coalesce(o.paid, l.paid) AS paid, coalesce(o.charged_at, l.created_at) AS charged_at,
           (coalesce(o.used, 0)
            + (SELECT coalesce(sum(t.amount), 0) FROM transfers t JOIN accounts a ON a.id = t.credit_account
               WHERE t.debit_account = l.account_id AND a.kind IN ('merchant', 'merchant_held', 'card_issuer'))
            - (SELECT coalesce(sum(t.amount), 0) FROM transfers t JOIN accounts a ON a.id = t.debit_account
               WHERE t.credit_account = l.account_id AND a.kind IN ('merchant', 'merchant_held', 'card_issuer'))
           )::bigint AS used
    FROM lots l LEFT JOIN lot_origins o ON o.lot_id = l.id
    LEFT JOIN charges c ON c.id = coalesce(l.charge_id, o.charge_id)
    WHERE l.id = ANY(:ids)
"""


def insert_handed_lots(conn: Connection, new: NewLots, was: dict[UUID, Row[Any]], *, at: datetime) -> None:
    """Write the new lots in the receiver's lane, and where each comes from.

    A charge of another lane is not in these books: what was bought with it is judged by its first lot here.
    """
    conn.execute(
        text(_LOTS),
        {
            "wallet": new.to_wallet, "at": at, "new": [id for _, id, _ in new.lots],
            "accounts": [account for _, _, account in new.lots], "faces": [lot.amount for lot, _, _ in new.lots],
            "paid": [lot.paid for lot, _, _ in new.lots], "subsidy": [lot.subsidy for lot, _, _ in new.lots],
            "expires": [lot.expires_at for lot, _, _ in new.lots],
            "sources": [was[lot.id].source for lot, _, _ in new.lots],
            "giftable": [was[lot.id].giftable for lot, _, _ in new.lots],
            "refundable": [was[lot.id].refundable for lot, _, _ in new.lots],
        },
    )  # fmt: skip
    judged = [_judged_by(was[lot.id], id, crosses=new.crosses) for lot, id, _ in new.lots]
    conn.execute(
        text(_ORIGINS),
        {
            "handover": new.handover_id, "entry": new.entry_id, "new": [id for _, id, _ in new.lots],
            "from": [None if new.crosses else lot.id for lot, _, _ in new.lots],
            "other": [lot.id if new.crosses else None for lot, _, _ in new.lots],
            "charges": [charge for charge, _, _ in judged], "moved": [moved for _, moved, _ in judged],
            "policies": [policy for _, _, policy in judged], "faces": [was[lot.id].face for lot, _, _ in new.lots],
            "paid": [was[lot.id].paid for lot, _, _ in new.lots], "used": [was[lot.id].used for lot, _, _ in new.lots],
            "charged": [was[lot.id].charged_at for lot, _, _ in new.lots],
            "programmes": [was[lot.id].programme for lot, _, _ in new.lots],
            "companies": [was[lot.id].company_id for lot, _, _ in new.lots],
        },
    )  # fmt: skip


def _judged_by(was: Row[Any], new: UUID, *, crosses: bool) -> tuple[UUID | None, UUID | None, str | None]:
    """Tell by what refunds are judged: a charge of these books, or a first lot here with the rules of its day."""
    if not crosses:
        return was.charge_id, was.moved_lot, None if was.moved_lot is None else was.policy_id
    if was.charge_id is None and was.moved_lot is None:
        return None, None, None
    return None, new, was.policy_id


_LOTS = """
    INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable,
        created_at, expires_at)
    SELECT n.id, :wallet, n.account, n.source, NULL, n.face, n.paid, n.subsidy, n.giftable, n.refundable, :at, n.expires
    FROM unnest(CAST(:new AS uuid[]), CAST(:accounts AS bigint[]), CAST(:faces AS bigint[]), CAST(:paid AS bigint[]),
                CAST(:subsidy AS bigint[]), CAST(:expires AS timestamptz[]), CAST(:sources AS text[]),
                CAST(:giftable AS boolean[]), CAST(:refundable AS boolean[]))
        AS n (id, account, face, paid, subsidy, expires, source, giftable, refundable)
"""
_ORIGINS = """
    INSERT INTO lot_origins (lot_id, kind, from_lot, other_lot, charge_id, moved_lot, policy_id, handover_id, programme,
        company_id, face, paid, used, charged_at, entry_id)
    SELECT n.id, 'handover', n.from_lot, n.other_lot, n.charge, n.moved, n.policy, :handover, n.programme,
           n.company, n.face, n.paid, n.used, n.charged, :entry
    FROM unnest(CAST(:new AS uuid[]), CAST(:from AS uuid[]), CAST(:other AS uuid[]), CAST(:charges AS uuid[]),
                CAST(:moved AS uuid[]), CAST(:policies AS text[]), CAST(:faces AS bigint[]), CAST(:paid AS bigint[]),
                CAST(:used AS bigint[]), CAST(:charged AS timestamptz[]), CAST(:programmes AS text[]),
                CAST(:companies AS uuid[]))
        AS n (id, from_lot, other_lot, charge, moved, policy, face, paid, used, charged, programme, company)
"""
