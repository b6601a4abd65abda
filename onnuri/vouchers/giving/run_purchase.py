"""Run a company's purchase around the bank call: store, send once, write down; ask again about what stays open."""

from __future__ import annotations

from onnuri.banks.wire import Inquiry, Withdrawal
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.vouchers.charging.run_charge import Charging, inquiry_wait
from onnuri.vouchers.giving.company_buy import PurchaseOrder, open_purchases, request_purchase, settle_purchase
from onnuri.vouchers.giving.corporate import Purchase
from onnuri.vouchers.sending import not_sent

PRINT_CONTENT = "온누리법인구매"
CLIENT_NAME = "온누리법인"


def run_purchase(edge: Charging, order: PurchaseOrder) -> Answered[Purchase]:
    """Buy for a company; answers a purchase that SUCCEEDED, FAILED or is UNKNOWN, or the refusal. Edge: first lane."""
    with edge.begin() as conn:
        asked = request_purchase(conn, order, institution_code=edge.bank.institution_code, at=edge.now())
    if asked.replayed or isinstance(asked.value, DomainError):
        return asked
    made = asked.value
    assert made.bank_tran_id is not None
    assert made.fintech_use_num is not None
    answer = not_sent(made.requested_at, at=edge.now()) or edge.bank.withdraw(
        Withdrawal(
            bank_tran_id=made.bank_tran_id, fintech_use_num=made.fintech_use_num, amount=made.amount,
            client_name=CLIENT_NAME, client_num=made.company_id.hex[:20].upper(), print_content=PRINT_CONTENT,
            at=made.requested_at,
        )
    )  # fmt: skip
    with edge.begin() as conn:
        return Answered(settle_purchase(conn, made.id, answer, inquired=False, at=edge.now()))


def resolve_purchases(edge: Charging, *, patient: bool = True) -> list[Purchase]:
    """Ask the bank about purchases without a final answer and write down what it says; never sends again.

    `patient` keeps the back-off of charges; without it every open purchase is asked about now.
    """
    with edge.begin() as conn:
        waiting = open_purchases(conn, asked_before=edge.now())
    resolved: list[Purchase] = []
    for made in waiting:
        if patient and edge.now() < made.requested_at + inquiry_wait(made.inquiries):
            continue
        assert made.bank_tran_id is not None
        answer = edge.bank.inquire(Inquiry("withdrawal", made.bank_tran_id, made.requested_on, made.amount, edge.now()))
        with edge.begin() as conn:
            resolved.append(settle_purchase(conn, made.id, answer, inquired=True, at=edge.now()))
    return resolved
