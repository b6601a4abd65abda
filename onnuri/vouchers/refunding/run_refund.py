"""Run a refund around the bank call: take from the lot, send once, write down; ask again about what nobody answered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection

from onnuri.banks.answers import Answer
from onnuri.banks.deposit_to_user import UserDeposit
from onnuri.banks.wire import Inquiry
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.vouchers.charging.run_charge import inquiry_wait
from onnuri.vouchers.refunding.refund import RefundOrder, request_refund, settle_refund
from onnuri.vouchers.refunding.refund_rows import Refund, open_refunds
from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder, looked_at, next_owed, request_unclaimed
from onnuri.vouchers.sending import not_sent

PRINT_CONTENT = "온누리환불"


class DepositBank(Protocol):
    """The part of the bank that refunding needs."""

    @property
    def institution_code(self) -> str:
        """The characters our ids begin with."""
        ...

    def deposit_to_user(self, order: UserDeposit) -> Answer:
        """Push money to a holder's account."""
        ...

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Ask what became of an order."""
        ...


@dataclass(frozen=True, slots=True)
class Refunding:
    """What refunding needs from the edge: how to begin a transaction in the wallet's lane, the bank, the time."""

    begin: Callable[[], AbstractContextManager[Connection]]
    bank: DepositBank
    now: Callable[[], datetime]


def run_refund(edge: Refunding, order: RefundOrder) -> Answered[Refund]:
    """Pay back a charge; answers a refund that SUCCEEDED, FAILED (all is in the lot again) or is UNKNOWN."""
    with edge.begin() as conn:
        asked = request_refund(conn, order, institution_code=edge.bank.institution_code, at=edge.now())
    return _send(edge, asked)


def run_unclaimed(edge: Refunding, order: UnclaimedOrder) -> Answered[Refund]:
    """Pay what is owed since an expiry; answers a refund that SUCCEEDED, FAILED (it is owed again) or is UNKNOWN."""
    with edge.begin() as conn:
        asked = request_unclaimed(conn, order, institution_code=edge.bank.institution_code, at=edge.now())
    return _send(edge, asked)


def pay_what_expired(edge: Refunding) -> list[Answered[Refund]]:
    """Pay unasked what the next expiries of this lane left owed to holders with an account; answers each, once."""
    with edge.begin() as conn:
        orders, place = next_owed(conn, at=edge.now())
    answers = [run_unclaimed(edge, order) for order in orders]
    if place is not None:
        with edge.begin() as conn:
            looked_at(conn, place)
    return answers


def _send(edge: Refunding, asked: Answered[Refund]) -> Answered[Refund]:
    """Send what was taken just now, once; what was answered before, is over or has grown old is never sent."""
    if asked.replayed or isinstance(asked.value, DomainError) or asked.value.status == "SUCCEEDED":
        return asked
    refund = asked.value
    answer = not_sent(refund.requested_at, at=edge.now()) or edge.bank.deposit_to_user(
        UserDeposit(
            bank_tran_id=refund.bank_tran_id, fintech_use_num=refund.fintech_use_num, amount=refund.paid,
            client_num=refund.wallet_id.hex[:20].upper(), print_content=PRINT_CONTENT, at=refund.requested_at,
        )
    )  # fmt: skip
    with edge.begin() as conn:
        return Answered(settle_refund(conn, refund.id, answer, inquired=False, at=edge.now()))


def resolve_refunds(edge: Refunding, *, patient: bool = True) -> list[Refund]:
    """Ask the bank about refunds without a final answer and write down what it says; never sends again."""
    with edge.begin() as conn:
        waiting = open_refunds(conn, asked_before=edge.now())
    resolved: list[Refund] = []
    for refund in waiting:
        if patient and edge.now() < refund.requested_at + inquiry_wait(refund.inquiries):
            continue
        answer = edge.bank.inquire(
            Inquiry("deposit", refund.bank_tran_id, refund.requested_on, refund.paid, edge.now())
        )
        with edge.begin() as conn:
            resolved.append(settle_refund(conn, refund.id, answer, inquired=True, at=edge.now()))
    return resolved
