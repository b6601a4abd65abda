"""Run a charge around the bank call: store, send once, write down; and ask again about what nobody answered.

The transactions are begun with what the edge hands over; the bank is called outside of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from onnuri.banks.answers import Answer
from onnuri.banks.wire import Inquiry, Withdrawal
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.vouchers.charging.charge import open_charges, request_charge, settle_charge
from onnuri.vouchers.model import Charge, ChargeOrder
from onnuri.vouchers.sending import not_sent

PRINT_CONTENT = "온누리충전"
INQUIRY_WAITS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4))
INQUIRY_WAIT_LATER = timedelta(minutes=10)


class WithdrawalBank(Protocol):
    """The part of the bank that charging needs."""

    @property
    def institution_code(self) -> str:
        """The characters our ids begin with."""
        ...

    def withdraw(self, order: Withdrawal) -> Answer:
        """Pull money from a holder's account."""
        ...

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Ask what became of an order."""
        ...


@dataclass(frozen=True, slots=True)
class Charging:
    """What charging needs from the edge: how to begin a transaction in the wallet's lane, the bank, the time."""

    begin: Callable[[], AbstractContextManager[Connection]]
    bank: WithdrawalBank
    now: Callable[[], datetime]


def run_charge(edge: Charging, order: ChargeOrder) -> Answered[Charge]:
    """Charge a wallet; answers a charge that SUCCEEDED, FAILED or is UNKNOWN, or the refusal."""
    with edge.begin() as conn:
        asked = request_charge(conn, order, institution_code=edge.bank.institution_code, at=edge.now())
    return send_charge(edge, asked)


def send_charge(edge: Charging, asked: Answered[Charge]) -> Answered[Charge]:
    """Send a charge that was requested and committed to the bank, once; a replay or a refusal is answered as it is."""
    if asked.replayed or isinstance(asked.value, DomainError):
        return asked
    charge = asked.value
    answer = not_sent(charge.requested_at, at=edge.now()) or edge.bank.withdraw(
        Withdrawal(
            bank_tran_id=charge.bank_tran_id, fintech_use_num=charge.fintech_use_num, amount=charge.paid,
            client_name="온누리회원", client_num=charge.wallet_id.hex[:20].upper(), print_content=PRINT_CONTENT,
            at=charge.requested_at,
        )
    )  # fmt: skip
    with edge.begin() as conn:
        return Answered(settle_charge(conn, charge.id, answer, inquired=False, at=edge.now()))


def inquiry_due(charge: Charge, *, at: datetime) -> bool:
    """Tell whether the bank should be asked again."""
    return at >= charge.requested_at + inquiry_wait(charge.inquiries)


def inquiry_wait(inquiries: int) -> timedelta:
    """Tell how long after an order the bank is asked again: after 1, 3, 7 minutes, then every 10."""
    waited = timedelta()
    for place in range(inquiries + 1):
        waited += INQUIRY_WAITS[place] if place < len(INQUIRY_WAITS) else INQUIRY_WAIT_LATER
    return waited


def resolve_charges(edge: Charging, *, patient: bool = True) -> list[Charge]:
    """Ask the bank about charges without a final answer and write down what it says; never sends again.

    `patient` keeps the back-off; without it every open charge is asked about now.
    """
    with edge.begin() as conn:
        waiting = open_charges(conn, asked_before=edge.now())
    resolved: list[Charge] = []
    for charge in waiting:
        if patient and not inquiry_due(charge, at=edge.now()):
            continue
        answer = edge.bank.inquire(
            Inquiry("withdrawal", charge.bank_tran_id, charge.requested_on, charge.paid, edge.now())
        )
        with edge.begin() as conn:
            resolved.append(settle_charge(conn, charge.id, answer, inquired=True, at=edge.now()))
    return resolved
