"""A model of value and its two shares in plain Python: lots, gifts, refunds, expiry. Shares no code with the product.

Its rules are those of the domain sheet at 7 %. It predicts every answer, what is left of each lot, and where each won
that a holder paid and each won of subsidy is. Time only moves forward; no two acts happen in the same second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from uuid import UUID

KST = timezone(timedelta(hours=9))
Pair = tuple[int, int]
"""So much of what the holder paid, and so much of subsidy; won."""


def midnight(at: datetime, days: int = 0) -> datetime:
    """The midnight in Seoul that begins the day of an instant, or so many days later."""
    local = at.astimezone(KST) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def five_years_after(at: datetime) -> datetime:
    on = at.astimezone(KST).date()
    leap = (on.month, on.day) == (2, 29)
    end = date(on.year + 5, 3, 1) if leap else date(on.year + 5, on.month, on.day)
    return datetime(end.year, end.month, end.day, tzinfo=KST)


@dataclass(eq=False)
class Lot:
    """A piece of value; `gone` are the shares that left it otherwise than by paying."""

    owner: int
    shares: Pair
    left: int
    made_at: datetime
    expires_at: datetime
    charge: Charge | None = None
    id: UUID | None = None
    used: int = 0
    gone: Pair = (0, 0)
    grace_until: datetime | None = None

    @property
    def face(self) -> int:
        return sum(self.shares)

    @property
    def ends_at(self) -> datetime:
        return max(self.expires_at, self.grace_until or self.expires_at)

    def split(self, won: int) -> Pair:
        """Share out what leaves: the buyer's share rounded down over all that ever left with a share."""
        target = int(Fraction(self.shares[0], self.face) * (sum(self.gone) + won))
        paid = sorted((0, target - self.gone[0], won))[1]
        return paid, won - paid

    def lose(self, pair: Pair) -> None:
        self.left -= sum(pair)
        self.gone = (self.gone[0] + pair[0], self.gone[1] + pair[1])

    def regain(self, pair: Pair, at: datetime) -> None:
        self.lose((-pair[0], -pair[1]))
        self.revive(at)

    def revive(self, at: datetime) -> None:
        """What comes back to an expired lot may be spent for 30 whole days."""
        if self.ends_at <= at:
            self.grace_until = midnight(at, 31)


@dataclass(eq=False)
class Charge:
    """A charge; its lot where the bank paid."""

    owner: int
    face: int
    asked_at: datetime
    status: str = "OPEN"
    lot: Lot | None = None


@dataclass(eq=False)
class Refund:
    """Money of a charge on its way back."""

    lot: Lot
    pair: Pair
    status: str = "OPEN"


@dataclass(eq=False)
class Gift:
    """Value in its box."""

    sender: int
    receiver: int
    parts: list[tuple[Lot, Pair]]
    deadline: datetime
    boxed: bool = True

    @property
    def amount(self) -> int:
        return sum(sum(pair) for _, pair in self.parts)


@dataclass(eq=False)
class Payment:
    """A payment and what has come back of it."""

    at: datetime
    taken: list[tuple[Lot, int]]
    back: int = 0

    @property
    def amount(self) -> int:
        return sum(won for _, won in self.taken)


@dataclass(eq=False)
class Value:
    """All value of some wallets."""

    lots: list[Lot] = field(default_factory=list[Lot])
    charges: list[Charge] = field(default_factory=list[Charge])
    refunds: list[Refund] = field(default_factory=list[Refund])
    gifts: list[Gift] = field(default_factory=list[Gift])
    payments: list[Payment] = field(default_factory=list[Payment])
    unclaimed: dict[int, int] = field(default_factory=dict[int, int])
    expired_subsidy: int = 0

    def held(self, who: int, at: datetime) -> int:
        alive = sum(lot.left for lot in self.lots if lot.owner == who and lot.ends_at > at)
        coming = sum(charge.face for charge in self.charges if charge.owner == who and charge.status == "OPEN")
        going = [refund for refund in self.refunds if refund.lot.owner == who and refund.status == "OPEN"]
        return alive + coming + sum(sum(refund.pair) for refund in going)

    def charge(self, who: int, face: int, at: datetime) -> str:
        month = at.astimezone(KST).strftime("%Y-%m")
        own = [c for c in self.charges if c.owner == who and c.status != "FAILED"]
        bought = sum(c.face for c in own if c.asked_at.astimezone(KST).strftime("%Y-%m") == month)
        if bank_closed(at):
            return "bank_closed"
        if bought + face > 2_000_000:
            return "monthly_limit_reached"
        if self.held(who, at) + face > 2_000_000:
            return "holding_cap_reached"
        self.charges.append(Charge(who, face, at))
        return "ok"

    def charge_answered(self, charge: Charge, at: datetime, *, moved: bool) -> None:
        charge.status = "DONE" if moved else "FAILED"
        if moved:
            subsidy = int(charge.face * Fraction(7, 100))
            shares = (charge.face - subsidy, subsidy)
            charge.lot = Lot(charge.owner, shares, charge.face, at, five_years_after(charge.asked_at), charge)
            self.lots.append(charge.lot)

    def pay(self, who: int, amount: int, at: datetime) -> str:
        order = [lot for lot in self.lots if lot.owner == who and lot.left and lot.ends_at > at]
        order.sort(key=lambda lot: (lot.ends_at, lot.charge is not None, lot.made_at, lot.id))
        if amount > sum(lot.left for lot in order):
            return "balance_insufficient"
        taken: list[tuple[Lot, int]] = []
        for lot in order:
            won = min(lot.left, amount)
            if won:
                lot.left, lot.used, amount = lot.left - won, lot.used + won, amount - won
                taken.append((lot, won))
        self.payments.append(Payment(at, taken))
        return "ok"

    def cancel(self, payment: Payment, amount: int, at: datetime) -> str:
        if at > payment.at + timedelta(days=7):
            return "cancel_too_late"
        if amount > payment.amount - payment.back:
            return "cancel_exceeds_payment"
        skip = payment.back
        payment.back += amount
        for lot, won in reversed(payment.taken):
            there = max(0, won - skip)
            skip = max(0, skip - won)
            part = min(there, amount)
            if part:
                lot.left, lot.used, amount = lot.left + part, lot.used - part, amount - part
                lot.revive(at)
        return "ok"

    def send(self, sender: int, receiver: int, amount: int, at: datetime) -> str:
        mine = [lot for lot in self.lots if lot.owner == sender and lot.charge and lot.left and lot.expires_at > at]
        mine.sort(key=lambda lot: (lot.expires_at, lot.made_at))
        if amount > sum(lot.left for lot in mine):
            return "giftable_insufficient"
        parts: list[tuple[Lot, Pair]] = []
        for lot in mine:
            won = min(lot.left, amount)
            if won:
                parts.append((lot, lot.split(won)))
                lot.lose(parts[-1][1])
                amount -= won
        self.gifts.append(Gift(sender, receiver, parts, min(midnight(at, 31), *(lot.expires_at for lot, _ in parts))))
        return "ok"

    def accept(self, gift: Gift, at: datetime) -> str:
        if not gift.boxed:
            return "gift_ended"
        if at >= gift.deadline:
            return "gift_too_old"
        if self.held(gift.receiver, at) + gift.amount > 2_000_000:
            return "gift_above_holding_cap"
        gift.boxed = False
        self.lots += [Lot(gift.receiver, pair, sum(pair), at, lot.expires_at) for lot, pair in gift.parts]
        return "ok"

    def give_back(self, gift: Gift, at: datetime) -> str:
        if not gift.boxed:
            return "gift_ended"
        gift.boxed = False
        for lot, pair in gift.parts:
            lot.regain(pair, at)
        return "ok"

    def refund(self, lot: Lot, *, whole: bool, at: datetime) -> str:
        assert lot.charge is not None
        if bank_closed(at):
            return "bank_closed"
        if at >= lot.ends_at:
            return "charge_expired"
        if lot.left == 0:
            open_ = any(refund.lot is lot and refund.status == "OPEN" for refund in self.refunds)
            return "refund_on_its_way" if open_ else "nothing_left_to_refund"
        if whole and lot.left < lot.face:
            return "charge_used"
        if whole and at >= midnight(lot.made_at, 8):
            return "charge_cancel_too_late"
        if not whole and Fraction(lot.used, lot.face) < Fraction(8 if lot.face <= 10_000 else 6, 10):
            return "not_used_enough"
        pair = lot.split(lot.left)
        lot.lose(pair)
        self.refunds.append(Refund(lot, pair, "OPEN" if pair[0] else "DONE"))
        return "ok"

    def refund_answered(self, refund: Refund, at: datetime, *, moved: bool) -> None:
        refund.status = "DONE" if moved else "FAILED"
        if not moved:
            refund.lot.regain(refund.pair, at)

    def expire(self, at: datetime) -> None:
        for gift in self.gifts:
            if gift.boxed and gift.deadline <= at:
                self.give_back(gift, at)
        for lot in self.lots:
            if lot.left and lot.ends_at <= at:
                pair = lot.split(lot.left)
                lot.lose(pair)
                self.unclaimed[lot.owner] = self.unclaimed.get(lot.owner, 0) + pair[0]
                self.expired_subsidy += pair[1]

    def whereabouts(self, share: int) -> Pair:
        """Tell of one share (0 paid, 1 subsidy) what charges brought, and where it is: lots, boxes, back, expired."""
        brought = sum(charge.lot.shares[share] for charge in self.charges if charge.lot)
        in_lots = sum(lot.shares[share] - lot.gone[share] for lot in self.lots)
        boxed = sum(pair[share] for gift in self.gifts if gift.boxed for _, pair in gift.parts)
        back = sum(refund.pair[share] for refund in self.refunds if refund.status != "FAILED")
        expired = (sum(self.unclaimed.values()), self.expired_subsidy)[share]
        return brought, in_lots + boxed + back + expired


def bank_closed(at: datetime) -> bool:
    local = at.astimezone(KST)
    minute = local.hour * 60 + local.minute
    return minute >= 23 * 60 + 30 or minute < 30
