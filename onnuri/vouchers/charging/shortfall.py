"""Pay with what is missing charged first, as one act: charge, then pay; where the bank is silent nothing is paid.

The whole act has one key. A payment is a room above this one, so it comes as a callable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.banks.answers import words_for_people
from onnuri.kit.idempotency import earlier_outcomes, record_outcomes
from onnuri.kit.ids import public_id
from onnuri.kit.refusals import Conflict, DomainError, Refused
from onnuri.kit.requests import Answered, Outcome, RequestKey
from onnuri.ledger.model import Event
from onnuri.ledger.post import publish, take_lane
from onnuri.vouchers.bank_window import BankClosed
from onnuri.vouchers.charging.auto_charge import FOR_THIS_ACCOUNT
from onnuri.vouchers.charging.run_charge import Charging, run_charge
from onnuri.vouchers.lot_pages import spendable
from onnuri.vouchers.model import Charge, ChargeOrder, NoPolicyInForce, Policy
from onnuri.vouchers.policies.policy import policy_at

T = TypeVar("T")


class ShortfallUnknown(Refused):
    """What was missing could not be charged for certain, so nothing was paid; an inquiry will tell about the charge."""

    code = "shortfall_charge_unknown"
    money_moved = "unknown"
    ko = "결제되지 않았습니다. 부족한 {face}원의 충전 결과를 은행에 확인하고 있습니다. 확인되면 지갑에 표시됩니다."
    en = "Nothing was paid. The bank has not told yet whether {face} won were charged; the wallet will show it."


class ShortfallNotCharged(Refused):
    """The bank refused to debit what was missing."""

    code = "shortfall_not_charged"
    ko = "부족한 {face}원을 충전하지 못해 결제되지 않았습니다({bank_message}). 돈은 움직이지 않았습니다."
    en = "The missing {face} won could not be charged, so nothing was paid ({bank_message}). No money moved."


class ShortfallRunning(Conflict):
    """The same act is running: its charge has been sent and not been answered."""

    code = "shortfall_running"
    ko = "같은 결제를 처리하고 있습니다. 같은 키로 다시 물어보세요."
    en = "The same payment is being worked on; ask again with the same key."


class ShortfallBankClosed(Refused):
    """What is missing can't be charged while the bank is closed, and the wallet alone does not suffice."""

    code = "shortfall_bank_closed"
    ko = (
        "지갑의 돈만으로는 모자라서 결제되지 않았습니다. 은행이 쉬는 시간이라 모자란 돈을 지금 충전할 수 없습니다"
        "({face}원, {opens_at_seoul}부터 충전 가능). 지갑에 있는 만큼은 지금도 결제됩니다. 돈은 움직이지 않았습니다."
    )
    en = (
        "The wallet alone does not suffice, and the bank is closed: the missing {face} won can be charged from"
        " {opens_at_seoul} (Seoul). What is in the wallet can be spent now. No money moved."
    )


@dataclass(frozen=True, slots=True)
class ShortPayment:
    """A payment that may find too little in the wallet; won."""

    request: RequestKey
    wallet_id: UUID
    amount: int


def charge_then_pay(edge: Charging, act: ShortPayment, pay: Callable[[], Answered[T]]) -> Answered[T]:
    """Charge what is missing and pay; without a consent, or with enough in the wallet, only pay.

    A charge that was refused, failed or is unknown freezes the answer under the payment's own key: nothing is paid,
    then or later. A charge that succeeded stays when the payment is refused; it is a charge like any other.
    """
    with edge.begin() as conn:
        face = _missing(conn, act, edge)
    if face is None:
        return pay()
    key = RequestKey(f"{act.request.caller}/shortfall", act.request.key, act.request.body_hash)
    charged = run_charge(edge, ChargeOrder(key, act.wallet_id, face))
    made = charged.value
    if isinstance(made, DomainError):
        if made.code == BankClosed.code:
            made = ShortfallBankClosed(face=face, **made.facts)
        return _freeze(edge, act, made, pay)
    if made.status == "SUCCEEDED":
        return pay()
    if made.status == "REQUESTED":
        return Answered(ShortfallRunning())
    return _freeze(edge, act, _why_not(made), pay)


def _missing(conn: Connection, act: ShortPayment, edge: Charging) -> int | None:
    """Tell what to charge; None where nothing is missing, nobody consented, or the act was answered or begun before."""
    if earlier_outcomes(conn, [act.request]):
        return None
    begun = _begun(conn, act)
    if begun is not None:
        return begun
    return shortfall_face(conn, act.wallet_id, act.amount, at=edge.now())


def shortfall_face(conn: Connection, wallet_id: UUID, amount: int, *, at: datetime) -> int | None:
    """Tell what a payment would charge first; None where nothing is missing or nobody consented. Won."""
    consent = f"""
        SELECT 1 FROM auto_charges t
        WHERE t.wallet_id = :wallet AND t.kind = 'shortfall' AND t.revoked_at IS NULL AND {FOR_THIS_ACCOUNT}
    """
    if conn.execute(text(consent), {"wallet": wallet_id}).first() is None:
        return None
    try:
        policy = policy_at(conn, at=at)
    except NoPolicyInForce:
        return None
    holds = spendable(conn, wallet_id, at=at)
    if holds >= amount or amount > policy.payment_max:
        return None
    return chargeable(amount - holds, policy)


def _begun(conn: Connection, act: ShortPayment) -> int | None:
    """Give the face of the charge that this act has begun already: it may have been interrupted after it."""
    query = """
        SELECT c.face FROM outcomes o JOIN charges c ON c.id = o.subject_id
        WHERE o.caller = :caller AND o.key = :key AND o.body_hash = :hash
    """
    found: int | None = conn.execute(
        text(query),
        {"caller": f"{act.request.caller}/shortfall", "key": act.request.key, "hash": act.request.body_hash},
    ).scalar_one_or_none()
    return found


def chargeable(missing: int, policy: Policy) -> int:
    """Tell the least face that can be charged and covers what is missing; won."""
    units = -(-max(missing, policy.charge_min) // policy.charge_unit)
    return units * policy.charge_unit


def _why_not(made: Charge) -> DomainError:
    if made.status == "FAILED":
        told = words_for_people(made.bank_message) or "-"
        return ShortfallNotCharged(face=made.face, bank_message=told, charge_id=public_id("chg", made.id))
    return ShortfallUnknown(face=made.face, charge_id=public_id("chg", made.id))


def _freeze(edge: Charging, act: ShortPayment, refusal: DomainError, pay: Callable[[], Answered[T]]) -> Answered[T]:
    """Answer the payment's key with the refusal for ever, and tell the holder; a key answered meanwhile is replayed."""
    with edge.begin() as conn:
        take_lane(conn)
        answered = bool(earlier_outcomes(conn, [act.request]))
        if not answered:
            at = edge.now()
            told: dict[str, object] = {"amount": act.amount, "code": refusal.code}
            record_outcomes(conn, [Outcome(act.request, "payment", None, refusal)], at=at)
            publish(conn, [Event("payment.not_made", act.wallet_id, told)], at=at)
    return pay() if answered else Answered(refusal)
