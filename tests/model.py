"""A model of the money in plain Python: it predicts every answer and every balance. Shares no code with the product.

Its rules are those of the domain sheet for the days it is run on: 7 %, limits of two million won, seven days to
cancel, payout on the second bank day. Time only moves forward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

KST = timezone(timedelta(hours=9))
LIMIT = 2_000_000


def day_of(at: datetime) -> date:
    return at.astimezone(KST).date()


def minute_of(at: datetime) -> int:
    local = at.astimezone(KST)
    return local.hour * 60 + local.minute


@dataclass(eq=False)
class Lot:
    """One charge's worth of value; it expires with the date it was asked for, ties go to the older lot."""

    face: int
    left: int
    asked_on: date


@dataclass(eq=False)
class Charge:
    """A charge: OPEN until the bank's word is final."""

    wallet: Wallet
    face: int
    asked_at: datetime
    status: str = "OPEN"
    lot: Lot | None = None
    reversed: bool = False

    @property
    def paid(self) -> int:
        return self.face - self.face * 7 // 100


@dataclass(eq=False)
class Wallet:
    """What a holder has; lots in the order they came to be."""

    lots: list[Lot] = field(default_factory=list[Lot])
    charges: list[Charge] = field(default_factory=list[Charge])

    @property
    def held(self) -> int:
        return sum(lot.left for lot in self.lots)


@dataclass(eq=False)
class Payment:
    """A payment and what has come back of it."""

    wallet: Wallet
    shop: Shop
    amount: int
    at: datetime
    day: date
    taken: list[tuple[Lot, int]]
    back: list[tuple[int, date]] = field(default_factory=list[tuple[int, date]])

    @property
    def left(self) -> int:
        return self.amount - sum(amount for amount, _ in self.back)


@dataclass(eq=False)
class Line:
    """What a closed day owes a shop."""

    payable: int
    due_on: date
    paid_by: Payout | None = None


@dataclass(eq=False)
class Payout:
    """Money on its way to a shop."""

    shop: Shop
    amount: int
    status: str = "OPEN"


@dataclass(eq=False)
class Shop:
    """What a shop has earned and owes."""

    active: bool = True
    has_account: bool = True
    earned: int = 0
    owes: int = 0
    lines: list[Line] = field(default_factory=list[Line])


@dataclass(eq=False)
class Model:
    """The whole market."""

    wallets: list[Wallet]
    shops: list[Shop]
    due_on: Callable[[date], date]
    payments: list[Payment] = field(default_factory=list[Payment])
    references: set[str] = field(default_factory=set[str])
    payouts: list[Payout] = field(default_factory=list[Payout])
    last_day: date | None = None
    bank: int = 0
    subsidy: int = 0

    def business_day(self, at: datetime) -> date:
        today = day_of(at)
        return today if self.last_day is None or today > self.last_day else self.last_day + timedelta(days=1)

    def charge(self, wallet: Wallet, face: int, at: datetime) -> str:
        if not time(0, 30) <= at.astimezone(KST).time() < time(23, 30):
            return "bank_closed"
        month = [c.face for c in wallet.charges if c.status != "FAILED" and _same_month(c.asked_at, at)]
        waiting = [c.face for c in wallet.charges if c.status == "OPEN"]
        if not 30 <= minute_of(at) < 23 * 60 + 30:
            return "bank_closed"
        if face < 10_000 or face % 1_000:
            return "charge_amount_not_allowed"
        if sum(month) + face > LIMIT:
            return "monthly_limit_reached"
        if wallet.held + sum(waiting) + face > LIMIT:
            return "holding_cap_reached"
        wallet.charges.append(Charge(wallet, face, at))
        return "ok"

    def bank_says(self, charge: Charge, *, moved: bool) -> None:
        charge.status = "SUCCEEDED" if moved else "FAILED"
        if moved:
            charge.lot = Lot(charge.face, charge.face, day_of(charge.asked_at))
            charge.wallet.lots.append(charge.lot)
            self.bank += charge.paid
            self.subsidy += charge.face - charge.paid

    def reverse(self, charge: Charge) -> str:
        assert charge.lot is not None
        if charge.reversed:
            return "already_reversed"
        if charge.lot.left < charge.face:
            return "balance_too_low"
        charge.lot.left, charge.reversed = 0, True
        self.bank -= charge.paid
        self.subsidy -= charge.face - charge.paid
        return "ok"

    def pay(self, wallet: Wallet, shop: Shop | None, amount: int, at: datetime, reference: str | None) -> str:
        if shop is None:
            return "shop_unknown"
        if not shop.active:
            return "shop_not_payable"
        if amount > LIMIT:
            return "payment_too_large"
        if reference in self.references:
            return "client_reference_used"
        if amount > wallet.held:
            return "balance_insufficient"
        payment = Payment(wallet, shop, amount, at, self.business_day(at), [])
        for lot in sorted(wallet.lots, key=lambda lot: lot.asked_on):
            part = min(lot.left, amount)
            if part:
                lot.left -= part
                amount -= part
                payment.taken.append((lot, part))
        shop.earned += payment.amount
        self.payments.append(payment)
        if reference:
            self.references.add(reference)
        return "ok"

    def cancel(self, payment: Payment, amount: int | None, at: datetime, *, own: bool) -> str:
        if not own:
            return "payment_unknown"
        if at > payment.at + timedelta(days=7):
            return "cancel_too_late"
        amount = payment.left if amount is None else amount
        if not 0 < amount <= payment.left:
            return "cancel_exceeds_payment"
        done = payment.amount - payment.left
        won = [lot for lot, part in reversed(payment.taken) for _ in range(part // 100)]  # hundreds, last taken first
        for lot in won[done // 100 : (done + amount) // 100]:
            lot.left += 100
        payment.back.append((amount, self.business_day(at)))
        payment.shop.earned -= amount
        return "ok"

    def close(self, day: date) -> None:
        moved = [p.day for p in self.payments] + [on for p in self.payments for _, on in p.back]
        first = self.last_day + timedelta(days=1) if self.last_day else min([*moved, day])
        for number in range(first.toordinal(), day.toordinal() + 1):
            self._close_one(date.fromordinal(number))
            self.last_day = date.fromordinal(number)

    def _close_one(self, day: date) -> None:
        for shop in self.shops:
            own = [payment for payment in self.payments if payment.shop is shop]
            gross = sum(payment.amount for payment in own if payment.day == day)
            net = gross - sum(amount for payment in own for amount, on in payment.back if on == day)
            repaid = min(max(net, 0), shop.owes)
            debt = max(-net, 0)
            shop.owes += debt - repaid
            shop.earned += debt - repaid
            if net > repaid:
                shop.lines.append(Line(net - repaid, self.due_on(day)))

    def pay_out(self, on: date) -> int:
        made = 0
        for shop in self.shops:
            lines = [line for line in shop.lines if line.paid_by is None and line.due_on <= on]
            if lines and shop.has_account:
                payout = Payout(shop, sum(line.payable for line in lines))
                for line in lines:
                    line.paid_by = payout
                shop.earned -= payout.amount
                self.payouts.append(payout)
                made += 1
        return made

    def payout_ends(self, payout: Payout, *, paid: bool, account_good: bool = True) -> None:
        payout.status = "PAID" if paid else "REJECTED"
        if paid:
            self.bank -= payout.amount
            return
        payout.shop.earned += payout.amount
        payout.shop.has_account = account_good and payout.shop.has_account
        for line in payout.shop.lines:
            line.paid_by = None if line.paid_by is payout else line.paid_by

    @property
    def in_flight(self) -> int:
        return sum(payout.amount for payout in self.payouts if payout.status == "OPEN")

    @property
    def outstanding(self) -> int:
        """What the pool must cover: value out, shops' earnings less what they owe, payouts under way."""
        shops = sum(shop.earned - shop.owes for shop in self.shops)
        return sum(wallet.held for wallet in self.wallets) + shops + self.in_flight


def _same_month(one: datetime, other: datetime) -> bool:
    return (day_of(one).year, day_of(one).month) == (day_of(other).year, day_of(other).month)
