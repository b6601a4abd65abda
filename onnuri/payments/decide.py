"""Decide a payment or a cancel: a run of refusals, then what must be written. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from onnuri.ledger.dates import effective_date
from onnuri.merchants.status import ShopUnknown, check_may_be_paid
from onnuri.merchants.sticker import CodeUnknown, check_sticker_holds
from onnuri.payments.book import Book, Paid, PayeeShop
from onnuri.payments.model import (
    BalanceInsufficient,
    Cancel,
    CancelTooLate,
    CancelTooMuch,
    Pay,
    PayeeKind,
    PaymentTooLarge,
    PaymentUnknown,
    ReferenceUsed,
)
from onnuri.vouchers.life import whole_days_later
from onnuri.vouchers.lots import Taking, give_back, spending_order, take
from onnuri.vouchers.model import NoPolicyInForce, WalletNotOpen, WalletUnknown


@dataclass(frozen=True, slots=True)
class PayDecision:
    """A payment that will be written: to whom, from which lots, in which business day."""

    item: Pay
    shop: PayeeShop
    takings: tuple[Taking, ...]
    business_date: date
    policy_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CancelDecision:
    """A cancel that will be written: how much, to which lots, in which business day."""

    item: Cancel
    payment: Paid
    amount: int
    restored: tuple[Taking, ...]
    business_date: date
    at: datetime
    revived: tuple[UUID, ...] = ()
    """Lots that had expired: they get the grace of the payment's policy."""


def decide_payment(item: Pay, book: Book, *, at: datetime) -> PayDecision:
    """Decide a QR payment; leaves the book with the lots taken.

    Refuses an unknown or frozen wallet, a time without rules, a wrong, withdrawn or expired code, a shop that may not
    be paid, an amount above the cap, a used reference, and a balance that does not suffice.
    """
    wallet = book.wallets.get(item.wallet_id)
    if wallet is None:
        raise WalletUnknown
    if wallet.status != "OPEN":
        raise WalletNotOpen
    policy = book.policy
    if policy is None:
        raise NoPolicyInForce
    business_date = effective_date(at, book.head)
    shop = _payable_shop(item, book, business_date)
    if item.amount > policy.payment_max:
        raise PaymentTooLarge(maximum=policy.payment_max)
    if item.client_reference is not None and item.client_reference in book.references:
        raise ReferenceUsed
    lots = book.lots.get(item.wallet_id, {}).values()
    takings = take(lots, item.amount, at=at)
    if takings is None:
        raise BalanceInsufficient(left=sum(lot.left for lot in spending_order(lots, at=at)))

    book.move(item.wallet_id, takings, back=False)
    if item.client_reference is not None:
        book.references.add(item.client_reference)
    book.payments[item.id] = Paid(
        item.id,
        shop.id,
        item.wallet_id,
        item.amount,
        at,
        business_date,
        policy.cancel_days,
        0,  # what it took is alive as long as this batch lasts
        takings,
        0,
        shop.account_id,
    )
    return PayDecision(item, shop, takings, business_date, policy.id, at)


def _payable_shop(item: Pay, book: Book, on: date) -> PayeeShop:
    shop = book.shops.get(item.payee)
    if shop is None:
        if item.payee.kind is PayeeKind.STALL:
            raise ShopUnknown(given=item.payee.value)
        raise CodeUnknown
    check_sticker_holds(revoked=shop.sticker_revoked, expires_on=shop.sticker_expires_on, on=on)
    check_may_be_paid(shop.name, shop.status, shop.valid_until, on)
    return shop


def decide_cancel(item: Cancel, book: Book, *, at: datetime) -> CancelDecision:
    """Decide a whole or part cancel; leaves the book with the lots restored, last taken first.

    Refuses an unknown payment or another shop's, one that is too old, and more than is left of it.
    """
    payment = book.payments.get(item.payment_id)
    if payment is None or payment.shop_id not in item.shop_ids:
        raise PaymentUnknown
    if at > payment.paid_at + timedelta(days=payment.cancel_days):
        raise CancelTooLate(days=payment.cancel_days)
    left = payment.amount - payment.cancelled
    amount = left if item.amount is None else item.amount
    if amount == 0 or amount > left:
        raise CancelTooMuch(left=left)
    restored = give_back(payment.taken, payment.cancelled, amount)

    until = whole_days_later(at, payment.grace_days)
    revived = book.revive(payment.wallet_id, [taking.lot_id for taking in restored], until=until, at=at)
    book.move(payment.wallet_id, restored, back=True)
    book.payments[payment.id] = replace(payment, cancelled=payment.cancelled + amount)
    return CancelDecision(item, payment, amount, restored, effective_date(at, book.head), at, revived)
