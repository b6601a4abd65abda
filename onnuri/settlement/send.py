"""Send requested payouts to the bank: claimed before sending, sent outside any transaction, recorded afterwards.

Killed after the claim, an order may have been sent or not: it has `sent_at` and no answer, and only an inquiry
(`inquire.py`) goes on with it. It is asked about for minutes before it may be sent again, so whoever claimed it and
then stood still sends it no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import Answer, nothing_heard
from onnuri.banks.codes import Verdict
from onnuri.banks.wire import Deposit, Inquiry, SubMerchant, clip
from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import DomainError
from onnuri.merchants.settlement_account import HOLDER_PLACE, NUMBER_PLACE
from onnuri.people.sealing import Sealer
from onnuri.settlement.close import Begin
from onnuri.settlement.model import BankWord, PayoutResults, PayoutStatus
from onnuri.settlement.record import record_words

REMITTER_TEXT: Final = "디지털온누리"
BATCH: Final = 200
WORKERS: Final = 8
SEND_WITHIN: Final = timedelta(minutes=2)
"""So long after its claim an order may be sent; "sent again" and "given up" are at least 7 minutes later (ours)."""


class Bank(Protocol):
    """What settlement needs of the bank; `OpenBankingClient` is one. Neither call ever raises."""

    def deposit(self, order: Deposit) -> Answer:
        """Push money to a shop's account."""
        ...

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Ask what became of an order."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """A claimed payout with what the bank must be told, won."""

    payout_id: UUID
    bank_tran_id: str
    amount: int
    shop_name: str
    stall_number: str
    business_number: str
    bank_code: str
    account_number: str = field(repr=False)
    account_holder: str = field(repr=False)


def send_payouts(
    begin: Begin,
    bank: Bank,
    *,
    sealer: Sealer,
    now: Callable[[], datetime],
    batch: int = BATCH,
    workers: int = WORKERS,
) -> PayoutResults:
    """Send every payout that was never sent, or that may be sent again; answer how they ended so far."""
    results = PayoutResults()
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="payout") as pool:
        while True:
            at = now()
            with begin() as conn:
                orders = claim_orders(conn, sealer, at=at, limit=batch)
            if not orders:
                return results
            answers = pool.map(partial(send_order, bank, claimed_at=at, now=now), orders)
            words = [
                BankWord(order.payout_id, answer, inquired=False) for order, answer in zip(orders, answers, strict=True)
            ]
            with begin() as conn:
                results = _sum(results, record_words(conn, words, at=now()))


def claim_orders(conn: Connection, sealer: Sealer, *, at: datetime, limit: int) -> list[Order]:
    """Take payouts to send; commit before sending. Nobody else takes them, whatever happens to us then.

    The bank date becomes today's for a first sending; an order that is sent again keeps its date.
    """
    rows = conn.execute(
        text(
            "UPDATE shared.payouts p SET sent_at = :at, sends = p.sends + 1, bank_date = :today"
            " FROM shared.shop_accounts a, shared.shops s"
            " WHERE p.id IN (SELECT id FROM shared.payouts WHERE status = 'REQUESTED' AND sent_at IS NULL"
            "                AND (sends = 0 OR bank_date = :today) ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED)"
            " AND a.id = p.shop_account_id AND s.id = p.shop_id"
            " RETURNING p.id, p.bank_tran_id, p.amount, s.name, s.stall_number, s.business_number, a.bank_code,"
            "  a.id AS account_id, a.account_number_sealed, a.account_holder_sealed"
        ),
        {"at": at, "today": seoul_date(at), "limit": limit},
    ).all()
    return [
        Order(
            payout_id=row.id,
            bank_tran_id=row.bank_tran_id,
            amount=row.amount,
            shop_name=row.name,
            stall_number=row.stall_number,
            business_number=row.business_number,
            bank_code=row.bank_code,
            account_number=sealer.unseal(bytes(row.account_number_sealed), place=NUMBER_PLACE, owner=row.account_id),
            account_holder=sealer.unseal(bytes(row.account_holder_sealed), place=HOLDER_PLACE, owner=row.account_id),
        )
        for row in rows
    ]


def send_order(bank: Bank, order: Order, *, claimed_at: datetime, now: Callable[[], datetime]) -> Answer:
    """Send one order; what does not fit the wire is a definite failure, for nothing was sent.

    Too long after the claim nothing is sent, and nothing is said of it either: somebody else may be sending it by now.
    """
    try:
        deposit = Deposit(
            bank_tran_id=order.bank_tran_id,
            bank_code=order.bank_code,
            account_num=order.account_number,
            holder_name=clip(order.account_holder, 20),
            amount=order.amount,
            print_content=REMITTER_TEXT,
            at=claimed_at,
            sub_merchant=SubMerchant(clip(order.shop_name, 40), order.stall_number, order.business_number),
        )
    except DomainError as refusal:
        return Answer(Verdict.FAILED_REQUEST, message=refusal.message("ko"), trouble=f"not sent: {refusal.code}")
    if now() > claimed_at + SEND_WITHIN:
        return nothing_heard("not sent: too late")
    return bank.deposit(deposit)


def _sum(left: PayoutResults, right: PayoutResults) -> PayoutResults:
    statuses: Sequence[PayoutStatus] = [*PayoutStatus]
    return PayoutResults(
        {each: count for each in statuses if (count := left.count(each) + right.count(each))},
        {
            each: left.amounts.get(each, 0) + right.amounts.get(each, 0)
            for each in statuses
            if left.count(each) + right.count(each)
        },
    )
