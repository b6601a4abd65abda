"""What a payment and a cancel are: requests, receipts, and the digits both sides see. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from onnuri.kit.refusals import Conflict, NotFound, Refused
from onnuri.kit.requests import RequestKey


class BalanceInsufficient(Refused):
    """The wallet's spendable lots do not cover the amount; nothing is split with another tender."""

    code = "balance_insufficient"
    ko = "잔액이 부족합니다. 쓸 수 있는 금액은 {left}원입니다. 돈은 움직이지 않았습니다."
    en = "The balance is too low: {left} won can be spent. No money moved."


class PaymentTooLarge(Refused):
    """Above the cap for one payment."""

    code = "payment_too_large"
    ko = "한 번에 {maximum}원까지 결제할 수 있습니다. 돈은 움직이지 않았습니다."
    en = "One payment is at most {maximum} won. No money moved."


class ReferenceUsed(Conflict):
    """A client reference names one payment for ever."""

    code = "client_reference_used"
    ko = "이미 사용된 거래 참조번호입니다. 돈은 움직이지 않았습니다."
    en = "This client reference belongs to another payment. No money moved."


class PaymentUnknown(NotFound):
    """No payment has that id, or it is another shop's."""

    code = "payment_unknown"
    ko = "결제 내역을 찾을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "There is no such payment. No money moved."


class CancelTooLate(Refused):
    """The days within which the merchant may cancel are over."""

    code = "cancel_too_late"
    ko = "결제 후 {days}일이 지나 취소할 수 없습니다. 돈은 움직이지 않았습니다."
    en = "A payment can be cancelled within {days} days. No money moved."


class CancelTooMuch(Refused):
    """Cancels together never exceed the payment."""

    code = "cancel_exceeds_payment"
    ko = "취소할 수 있는 금액은 {left}원입니다. 돈은 움직이지 않았습니다."
    en = "Only {left} won of this payment can still be cancelled. No money moved."


class PayeeKind(StrEnum):
    """How the payee was named."""

    STICKER = "sticker"
    STALL = "stall"


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay: the id inside a verified sticker, or a stall number that was typed."""

    kind: PayeeKind
    value: str


@dataclass(frozen=True, slots=True)
class Pay:
    """A holder pays a shop; won. The id is made where the request comes in."""

    id: UUID
    request: RequestKey
    wallet_id: UUID
    payee: Payee
    amount: int
    client_reference: str | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """A merchant takes a payment back; `amount` None: all that is left of it. `shop_ids` are the caller's shops."""

    id: UUID
    request: RequestKey
    payment_id: UUID
    amount: int | None
    reason: str
    cancelled_by: UUID
    shop_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ReceiptLot:
    """So much of this lot moved; won."""

    lot_id: UUID
    amount: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a payment was, as of pay time: it never changes. The lots that paid, in the order they were taken."""

    id: UUID
    wallet_id: UUID
    shop_id: UUID
    shop_name: str
    market_id: UUID
    amount: int
    paid_at: datetime
    business_date: date
    entry_id: UUID
    sticker_id: str | None
    tax_registered: bool
    policy_id: str
    client_reference: str | None
    lots: tuple[ReceiptLot, ...]


@dataclass(frozen=True, slots=True)
class CancelReceipt:
    """What a cancel was; the lots that got their value back."""

    id: UUID
    payment_id: UUID
    shop_id: UUID
    amount: int
    cancelled_at: datetime
    business_date: date
    same_day: bool
    entry_id: UUID
    reason: str
    lots: tuple[ReceiptLot, ...]


def confirmation(payment_id: UUID) -> str:
    """Give the four digits that the holder's phone and the stall both show."""
    return f"{payment_id.int % 10_000:04d}"
