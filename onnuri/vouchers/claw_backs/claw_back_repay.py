"""Repay what a holder owes after a claw-back: by a bank receipt, from value the holder agrees to give, or from
refilled lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.model import BANK_TRUST, Entry, Event, LaneHead, Transfer, account_path
from onnuri.ledger.post import open_accounts, post, publish, take_lane
from onnuri.ledger.read import balances
from onnuri.vouchers.acts import Act, answer_each
from onnuri.vouchers.giving.bank_receipts import BankReceipt, count_receipt
from onnuri.vouchers.holdings import bases
from onnuri.vouchers.lots import Lot, Taking, take
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.queries import live_lots, wallets


class RepaymentTooMuch(Conflict):
    """More than is owed."""

    code = "repayment_too_much"
    ko = "갚을 금액은 {owed}원입니다. 돈은 움직이지 않았습니다."
    en = "Only {owed} won are owed. No money moved."


class RepaymentNeedsProof(Refused):
    """Value is taken only where the holder agreed; money only with the bank's receipt."""

    code = "repayment_needs_proof"
    ko = "본인 동의나 입금 확인이 있어야 합니다. 돈은 움직이지 않았습니다."
    en = "The holder's consent or the bank's receipt is needed. No money moved."


class ValueInsufficient(Refused):
    """The wallet does not hold enough."""

    code = "repayment_value_insufficient"
    ko = "잔액이 부족합니다. 사용할 수 있는 금액은 {left}원입니다. 돈은 움직이지 않았습니다."
    en = "Only {left} won can be used. No money moved."


@dataclass(frozen=True, slots=True)
class Repayment:
    """Repay a debt; won. Exactly one of consent and receipt proves it."""

    request: RequestKey
    id: UUID
    wallet_id: UUID
    amount: int
    consented_at: datetime | None = None
    bank_reference: str | None = None


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
class _Decision:
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


def repay(conn: Connection, items: Sequence[Repayment], *, at: datetime) -> list[Answered[Repaid]]:
    """Repay debts of holders of this lane; answer each.

    Refuses `WalletUnknown`, `RepaymentNeedsProof`, `RepaymentTooMuch`, `ReceiptMalformed`, `ReceiptUsed`,
    `ValueInsufficient`. Value is taken in the published order of lots.
    """
    head = take_lane(conn)

    def load(fresh: Sequence[Repayment]) -> _Decide:
        ids = [item.wallet_id for item in fresh]
        lots: dict[UUID, dict[UUID, Lot]] = {wallet: {} for wallet in wallets(conn, ids)}
        for lot in live_lots(conn, ids, at=at):
            lots[lot.wallet_id][lot.id] = lot
        return _Decide(conn, owed_by(conn, ids), lots, at)

    def write(decisions: Sequence[_Decision]) -> None:
        _write(conn, decisions, head, at)

    return answer_each(conn, items, Act("repayment", load, write, lambda ids: _repaid(conn, ids)), at=at)


class _Decide:
    def __init__(
        self, conn: Connection, owed: dict[UUID, int], lots: dict[UUID, dict[UUID, Lot]], at: datetime
    ) -> None:
        self._conn, self._owed, self._lots, self._at = conn, owed, lots, at

    def __call__(self, item: Repayment) -> _Decision:
        assert item.amount > 0
        if item.wallet_id not in self._lots:
            raise WalletUnknown
        if (item.consented_at is None) == (item.bank_reference is None):
            raise RepaymentNeedsProof
        if item.amount > self._owed[item.wallet_id]:
            raise RepaymentTooMuch(owed=self._owed[item.wallet_id])
        takings: tuple[Taking, ...] = ()
        if item.bank_reference is not None:
            count_receipt(self._conn, BankReceipt(item.bank_reference, "repayment", item.id, item.amount), at=self._at)
        else:
            takings = self._take(item)
        self._owed[item.wallet_id] -= item.amount
        how = "consent" if item.bank_reference is None else "bank"
        return _Decision(item.id, item.wallet_id, item.amount, how, takings, item.consented_at, item.bank_reference)

    def _take(self, item: Repayment) -> tuple[Taking, ...]:
        lots = self._lots[item.wallet_id]
        takings = take(lots.values(), item.amount, at=self._at)
        if takings is None:
            raise ValueInsufficient(left=sum(lot.left for lot in lots.values()))
        for taking in takings:
            lots[taking.lot_id] = replace(lots[taking.lot_id], left=lots[taking.lot_id].left - taking.amount)
        return takings


def collect_refilled(conn: Connection, *, at: datetime, limit: int = 500) -> list[Repaid]:
    """Take what cancels brought back to clawed lots of this lane against what their holders owe; answers what was
    repaid.

    It is the granted value itself that came back, so no consent is needed. Safe to run at any moment, any number of
    times.
    """
    head = take_lane(conn)
    rows = conn.execute(text(_REFILLED), {"limit": limit}).all()
    decisions: list[_Decision] = []
    owed = owed_by(conn, [row.wallet_id for row in rows])
    for row in rows:
        amount = min(row.refilled, owed[row.wallet_id])
        if amount > 0:
            owed[row.wallet_id] -= amount
            taking = Taking(row.id, row.account_id, amount)
            decisions.append(_Decision(new_id(at), row.wallet_id, amount, "refilled", (taking,)))
    if decisions:
        _write(conn, decisions, head, at)
    return list(_repaid(conn, [decision.id for decision in decisions]).values())


# A lot that was clawed back as spent: what is in it now is what cancels brought back, up to what was spent.
_REFILLED = """
    SELECT l.id, l.wallet_id, l.account_id, least(b.credits - b.debits - b.debits_pending, c.owed) AS refilled
    FROM (SELECT lot_id, sum(owed)::bigint AS owed FROM claw_backs WHERE owed > 0 GROUP BY lot_id) AS c
    JOIN lots l ON l.id = c.lot_id JOIN balances b ON b.account_id = l.account_id
    JOIN accounts a ON a.path = 'holder_receivable:' || replace(l.wallet_id::text, '-', '')
    JOIN balances d ON d.account_id = a.id AND d.debits > d.credits
    WHERE b.credits > b.debits + b.debits_pending ORDER BY l.id LIMIT :limit
"""


def _write(conn: Connection, decisions: Sequence[_Decision], head: LaneHead, at: datetime) -> None:
    debts = {d.id: account_path("holder_receivable", d.wallet_id) for d in decisions}
    accounts = open_accounts(conn, [BANK_TRUST, *debts.values()], at=at)
    basis = bases(conn, [taking.account_id for d in decisions for taking in d.takings])
    on = effective_date(at, head)
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


def _repaid(conn: Connection, ids: Sequence[UUID]) -> dict[UUID, Repaid]:
    rows = conn.execute(
        text("SELECT id, wallet_id, amount, how, entry_id, repaid_at FROM claw_back_repayments WHERE id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return {row.id: Repaid(*row) for row in rows}
