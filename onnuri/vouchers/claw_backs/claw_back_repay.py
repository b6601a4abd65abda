"""Repay what a holder owes after a claw-back: by a bank receipt, from value the holder agrees to give, or from
refilled lots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from onnuri.kit.refusals import Conflict, Refused
from onnuri.kit.requests import Answered, RequestKey
from onnuri.ledger.dates import effective_date
from onnuri.ledger.post import take_lane
from onnuri.vouchers.acts import Act, answer_each
from onnuri.vouchers.bank_receipts import BankReceipt, count_receipt
from onnuri.vouchers.lots import Lot, Taking, take
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.payback import Payback, Repaid, collect_from, owed_by, repaid, write_paybacks
from onnuri.vouchers.queries import live_lots, wallets

__all__ = ["Repaid", "Repayment", "collect_refilled", "owed_by", "repay"]


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

    def write(decisions: Sequence[Payback]) -> None:
        write_paybacks(conn, decisions, on=effective_date(at, head), at=at)

    return answer_each(conn, items, Act("repayment", load, write, lambda ids: repaid(conn, ids)), at=at)


class _Decide:
    def __init__(
        self, conn: Connection, owed: dict[UUID, int], lots: dict[UUID, dict[UUID, Lot]], at: datetime
    ) -> None:
        self._conn, self._owed, self._lots, self._at = conn, owed, lots, at

    def __call__(self, item: Repayment) -> Payback:
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
        return Payback(item.id, item.wallet_id, item.amount, how, takings, item.consented_at, item.bank_reference)

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
    return list(repaid(conn, collect_from(conn, None, on=effective_date(at, head), at=at, limit=limit)).values())
