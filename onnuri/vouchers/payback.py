"""Write down what repays a debt after a claw-back; take it from refilled lots, which needs nobody's consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.ledger.model import BANK_TRUST, Entry, Event, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish
from onnuri.ledger.read import balances
from onnuri.vouchers.holdings import bases
from onnuri.vouchers.lots import Taking


@dataclass(frozen=True, slots=True)
class Repaid:
    """A repayment in the books; won."""

    id: UUID
    wallet_id: UUID
    amount: int
    how: str
    entry_id: UUID
    repaid_at: datetime


@dataclass(frozen=True, slots=True)
class Payback:
    """A repayment that will be written, from where and by what proof; won."""

    id: UUID
    wallet_id: UUID
    amount: int
    how: str
    takings: tuple[Taking, ...]
    consented_at: datetime | None = None
    bank_reference: str | None = None


def owed_by(conn: Connection, wallet_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Tell what holders of this lane owe after claw-backs, won."""
    paths = {wallet: account_path("holder_receivable", wallet) for wallet in wallet_ids}
    found = balances(conn, list(paths.values()))
    return {wallet: found[path] for wallet, path in paths.items()}


def collect_from(
    conn: Connection, lot_ids: Sequence[UUID] | None, *, on: date, at: datetime, limit: int = 500
) -> list[UUID]:
    """Take what came back to clawed lots against what their holders owe; the lane is held. Answers the repayments.

    Of these lots, or without them of so many of the lane. It is the granted value itself that came back.
    """
    rows = conn.execute(text(_REFILLED), {"lots": None if lot_ids is None else list(lot_ids), "limit": limit}).all()
    decisions: list[Payback] = []
    owed = owed_by(conn, [row.wallet_id for row in rows])
    for row in rows:
        amount = min(row.refilled, owed[row.wallet_id])
        if amount > 0:
            owed[row.wallet_id] -= amount
            taking = Taking(row.id, row.account_id, amount)
            decisions.append(Payback(new_id(at), row.wallet_id, amount, "refilled", (taking,)))
    if decisions:
        write_paybacks(conn, decisions, on=on, at=at)
    return [decision.id for decision in decisions]


# A lot that was clawed back as spent: what is in it now is what cancels brought back, up to what was spent.
_REFILLED = """
    SELECT l.id, l.wallet_id, l.account_id, least(b.credits - b.debits - b.debits_pending, c.owed) AS refilled
    FROM (SELECT lot_id, sum(owed)::bigint AS owed FROM claw_backs
          WHERE owed > 0 AND (CAST(:lots AS uuid[]) IS NULL OR lot_id = ANY(:lots)) GROUP BY lot_id) AS c
    JOIN lots l ON l.id = c.lot_id JOIN balances b ON b.account_id = l.account_id
    JOIN accounts a ON a.path = 'holder_receivable:' || replace(l.wallet_id::text, '-', '')
    JOIN balances d ON d.account_id = a.id AND d.debits > d.credits
    WHERE b.credits > b.debits + b.debits_pending ORDER BY l.id LIMIT :limit
"""


def write_paybacks(conn: Connection, decisions: Sequence[Payback], *, on: date, at: datetime) -> None:
    """Post repayments in business day `on` and write them down."""
    debts = {d.id: account_path("holder_receivable", d.wallet_id) for d in decisions}
    accounts = open_accounts(conn, [BANK_TRUST, *debts.values()], at=at)
    basis = bases(conn, [taking.account_id for d in decisions for taking in d.takings])
    entries: list[Entry] = []
    for d in decisions:
        debt = accounts[debts[d.id]]
        legs = [Transfer(accounts[BANK_TRUST], debt, d.amount, "claw_back_repaid")] if d.how == "bank" else []
        for taking in d.takings:
            own = basis[taking.lot_id]
            if own.paid + own.subsidy == 0:
                legs.append(Transfer(taking.account_id, debt, taking.amount, "claw_back_repaid_face"))
                continue
            shares = own.part(taking.amount)
            basis[taking.lot_id] = own.less(shares)
            if shares.paid:
                legs.append(Transfer(taking.account_id, debt, shares.paid, "claw_back_repaid_paid"))
            if shares.subsidy:
                legs.append(Transfer(taking.account_id, debt, shares.subsidy, "claw_back_repaid_subsidy"))
        entries.append(Entry(new_id(at), "repayment", on, tuple(legs)))
    post(conn, entries, at=at)
    conn.execute(
        text("""
            INSERT INTO claw_back_repayments (id, wallet_id, amount, how, consented_at, bank_reference, entry_id,
            repaid_at)
            SELECT r.id, r.wallet, r.amount, r.how, r.consented, r.reference, r.entry, :at
            FROM unnest(CAST(:ids AS uuid[]), CAST(:wallets AS uuid[]), CAST(:amounts AS bigint[]), CAST(:how AS
                text[]),
                        CAST(:consented AS timestamptz[]), CAST(:refs AS text[]), CAST(:entries AS uuid[]))
                AS r (id, wallet, amount, how, consented, reference, entry)
        """),
        {
            "at": at, "ids": [d.id for d in decisions], "wallets": [d.wallet_id for d in decisions],
            "amounts": [d.amount for d in decisions], "how": [d.how for d in decisions],
            "consented": [d.consented_at for d in decisions], "refs": [d.bank_reference for d in decisions],
            "entries": [entry.id for entry in entries],
        },
    )  # fmt: skip
    events = [
        Event("claw_back.repaid", d.id, {"wallet_id": d.wallet_id.hex, "amount": d.amount, "how": d.how})
        for d in decisions
    ]
    publish(conn, events, at=at)


def repaid(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Repaid]:
    """Give repayments of this lane by id."""
    rows = conn.execute(
        text("SELECT id, wallet_id, amount, how, entry_id, repaid_at FROM claw_back_repayments WHERE id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return {row.id: Repaid(*row) for row in rows}
