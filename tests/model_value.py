"""A model of value and its two shares in plain Python: lots, gifts, refunds, expiry. Shares no code with the product.

Its rules are those of the domain sheet at 7 %. It predicts every answer, what is left of each lot, and where each won
that a holder paid and each won of subsidy is. Time only moves forward; no two acts happen in the same second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from tests.model_lots import (
    KST,
    Charge,
    Gift,
    Lot,
    Pair,
    Payment,
    Refund,
    bank_closed,
    five_years_after,
    midnight,
)

__all__ = ["Charge", "Gift", "Lot", "Pair", "Payment", "Refund", "Value", "bank_closed", "midnight"]


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
            charge.lot.source, charge.lot.giftable, charge.shares = "bought", True, shares
            self.lots.append(charge.lot)

    def spendable(self, who: int, at: datetime) -> list[Lot]:
        order = [lot for lot in self.lots if lot.owner == who and lot.left and lot.ends_at > at]
        kinds = ("grant", "gift", "bought")
        return sorted(order, key=lambda lot: (lot.ends_at, kinds.index(lot.source), lot.made_at, lot.id))

    def pay(self, who: int, amount: int, at: datetime) -> str:
        order = self.spendable(who, at)
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
                self.revive(lot, at)
                lot.left, lot.used, amount = lot.left + part, lot.used - part, amount - part
        return "ok"

    def send(self, sender: int, receiver: int, amount: int, at: datetime) -> str:
        mine = [lot for lot in self.lots if lot.owner == sender and lot.giftable and lot.left and lot.expires_at > at]
        mine.sort(key=lambda lot: (lot.expires_at, lot.made_at, lot.id))
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
            self.revive(lot, at)
            lot.regain(pair)
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
        if whole and lot.left < lot.first.face:
            return "charge_used"
        if whole and at >= midnight(lot.first.charged_at, 8):
            return "charge_cancel_too_late"
        missing = ceil(lot.first.face * Fraction(8 if lot.first.face <= 10_000 else 6, 10)) - lot.first.used
        if not whole and missing > 0:
            return "refund_out_of_reach" if missing > lot.left else "not_used_enough"
        pair = lot.split(lot.left)
        lot.lose(pair)
        self.refunds.append(Refund(lot, pair, "OPEN" if pair[0] else "DONE"))
        return "ok"

    def refund_answered(self, refund: Refund, at: datetime, *, moved: bool) -> None:
        refund.status = "DONE" if moved else "FAILED"
        if not moved:
            self.revive(refund.lot, at)
            refund.lot.regain(refund.pair)

    def revive(self, lot: Lot, at: datetime) -> None:
        """What comes back to an expired lot may be spent for 30 whole days; what it held is over for good."""
        if lot.ends_at <= at:
            self.end(lot)
            lot.grace_until = midnight(at, 31)

    def expire(self, at: datetime) -> None:
        for gift in self.gifts:
            if gift.boxed and gift.deadline <= at:
                self.give_back(gift, at)
        for lot in self.lots:
            if lot.left and lot.ends_at <= at:
                self.end(lot)

    def end(self, lot: Lot) -> None:
        """What is left of an expired lot is its owner's money, and subsidy that returns."""
        pair = lot.split(lot.left)
        lot.lose(pair)
        self.unclaimed[lot.owner] = self.unclaimed.get(lot.owner, 0) + pair[0]
        self.expired_subsidy += pair[1]

    def whereabouts(self, share: int) -> Pair:
        """Tell of one share (0 paid, 1 subsidy) what charges brought, and where it is: lots, boxes, back, expired."""
        brought = sum(charge.shares[share] for charge in self.charges)
        in_lots = sum(lot.shares[share] - lot.gone[share] for lot in self.lots)
        boxed = sum(pair[share] for gift in self.gifts if gift.boxed for _, pair in gift.parts)
        back = sum(refund.pair[share] for refund in self.refunds if refund.status != "FAILED")
        expired = (sum(self.unclaimed.values()), self.expired_subsidy)[share]
        return brought, in_lots + boxed + back + expired

    def books(self) -> dict[str, int]:
        """Say what accounts hold over all lanes, credits less debits; `kind:*` is the sum of a kind."""
        done = sum(refund.pair[0] for refund in self.refunds if refund.status == "DONE")
        returned = sum(refund.pair[1] for refund in self.refunds if refund.status != "FAILED")
        paid, subsidy = (sum(charge.shares[share] for charge in self.charges) for share in (0, 1))
        return {
            "bank:trust": done - paid,
            "subsidy_receivable:digital": returned + self.expired_subsidy - subsidy,
            "refund_in_flight:*": sum(refund.pair[0] for refund in self.refunds if refund.status == "OPEN"),
        }
