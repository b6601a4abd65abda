"""The model of value with what others give and take: grants, claw-backs, companies, payouts, handovers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.model_lots import Before, Lot, Pair, bank_closed, five_years_after
from tests.model_value import Value


@dataclass(eq=False)
class Grant(Lot):
    """Granted value has no shares. `claimed` of it is gone from its programme's claim: expired, clawed, handed over.

    `away` left the lot otherwise than by paying; `spent` was clawed back when it was spent already.
    """

    worth: int = 0
    claimed: int = 0
    away: int = 0
    spent: int = 0

    @property
    def face(self) -> int:
        return self.worth

    def leave(self, won: int) -> None:
        self.left, self.away = self.left - won, self.away + won


@dataclass(eq=False)
class Payout:
    """Money that was owed since an expiry, on its way to its owner."""

    owner: int
    amount: int
    status: str = "OPEN"


@dataclass(eq=False)
class Given(Value):
    """All value of some wallets, and of one company; won."""

    debts: dict[int, int] = field(default_factory=dict[int, int])
    payouts: list[Payout] = field(default_factory=list[Payout])
    granted: int = 0
    clawed: int = 0
    clawed_from_lots: int = 0
    expired_grant: int = 0
    repaid_face: int = 0
    repaid_shares: Pair = (0, 0)
    repaid_by_bank: int = 0
    own_again: int = 0
    company: list[int] = field(default_factory=lambda: [0, 0])
    company_bought: int = 0

    def grants(self) -> list[Grant]:
        return [lot for lot in self.lots if isinstance(lot, Grant)]

    def grant(self, who: int, amount: int, at: datetime, expires_at: datetime) -> Lot:
        self.lots.append(Grant(who, (0, 0), amount, at, expires_at, source="grant", worth=amount))
        self.granted += amount
        return self.lots[-1]

    def claw_back(self, lot: Grant, amount: int | None) -> str:
        left = lot.worth - lot.claimed
        amount = left if amount is None else amount
        if not 0 < amount <= left:
            return "claw_back_too_much"
        from_lot = min(amount, lot.left)
        lot.leave(from_lot)
        lot.claimed += amount
        lot.spent += amount - from_lot
        self.clawed += amount
        self.clawed_from_lots += from_lot
        self.debts[lot.owner] = self.debts.get(lot.owner, 0) + amount - from_lot
        return "ok"

    def repay(self, who: int, amount: int, at: datetime, *, from_value: bool) -> str:
        if amount > self.debts.get(who, 0):
            return "repayment_too_much"
        if from_value:
            order = self.spendable(who, at)
            if amount > sum(lot.left for lot in order):
                return "repayment_value_insufficient"
            rest = amount
            for lot in order:
                won = min(lot.left, rest)
                rest -= won
                if won:
                    self._pay_debt_from(lot, won)
        else:
            self.repaid_by_bank += amount
        self.debts[who] -= amount
        return "ok"

    def _pay_debt_from(self, lot: Lot, won: int) -> None:
        if isinstance(lot, Grant):
            lot.leave(won)
            self.repaid_face += won
            return
        pair = lot.split(won)
        lot.lose(pair)
        self.repaid_shares = (self.repaid_shares[0] + pair[0], self.repaid_shares[1] + pair[1])

    def collect(self) -> int:
        """What cancels brought back to lots that were clawed back as spent pays their holders' debts."""
        return sum(map(self._collect, sorted(self.grants(), key=lambda lot: lot.id.int if lot.id else 0)))

    def _collect(self, lot: Grant) -> int:
        won = min(lot.left, lot.spent, self.debts.get(lot.owner, 0))
        if won:
            lot.leave(won)
            self.repaid_face += won
            self.debts[lot.owner] -= won
        return won

    def buy(self, amount: int) -> None:
        self.company[0] += amount
        self.company_bought += amount

    def give(self, who: int, amount: int, lane: int, at: datetime) -> str:
        missing = max(0, amount - self.company[lane])
        self.company[lane] += missing
        self.company[0] -= missing
        if self.held(who, at) + amount > 2_000_000:
            return "credit_above_holding_cap"
        self.company[lane] -= amount
        self.lots.append(Lot(who, (amount, 0), amount, at, five_years_after(at)))
        return "ok"

    def ask_payout(self, who: int, at: datetime) -> str:
        if bank_closed(at):
            return "bank_closed"
        for lot in self._over(who, at):
            self.end(lot)
        if not self.unclaimed.get(who, 0):
            under_way = any(payout.owner == who and payout.status == "OPEN" for payout in self.payouts)
            return "owed_on_its_way" if under_way else "nothing_owed"
        self.payouts.append(Payout(who, self.unclaimed.pop(who)))
        return "ok"

    def payout_answered(self, payout: Payout, *, moved: bool) -> None:
        payout.status = "DONE" if moved else "FAILED"
        if not moved:
            self.unclaimed[payout.owner] = self.unclaimed.get(payout.owner, 0) + payout.amount

    def hand_over(self, giver: int, receiver: int, at: datetime) -> str:
        if self.busy(giver):
            return "handover_busy"
        if any(p.owner == giver and p.amount > p.back and p.at + timedelta(days=7) >= at for p in self.payments):
            return "handover_too_early"
        lots = [lot for lot in self.lots if lot.owner == giver and lot.left and lot.ends_at > at]
        over = self._over(giver, at)
        if not lots and not self.unclaimed.get(giver, 0) and not any(self._due_at_end(lot) for lot in over):
            return "nothing_to_hand_over"
        for lot in over:
            self.end(lot)
        money = self.unclaimed.pop(giver, 0)
        for lot in sorted(lots, key=lambda lot: (lot.made_at, lot.id)):
            money += self._hand_lot(lot, receiver, at)
        self.unclaimed[receiver] = self.unclaimed.get(receiver, 0) + money
        return "ok"

    def busy(self, who: int) -> bool:
        return (
            any(charge.owner == who and charge.status == "OPEN" for charge in self.charges)
            or any(refund.lot.owner == who and refund.status == "OPEN" for refund in self.refunds)
            or any(gift.boxed and who in (gift.sender, gift.receiver) for gift in self.gifts)
            or self.debts.get(who, 0) != 0
        )

    def _hand_lot(self, lot: Lot, receiver: int, at: datetime) -> int:
        """Let it go on in a new lot; answers what of a grant is owed as money instead."""
        if isinstance(lot, Grant):
            goes_on = min(lot.left, lot.worth - lot.claimed)
            own = lot.left - goes_on
            lot.leave(lot.left)
            lot.claimed += goes_on
            if goes_on:
                self.lots.append(
                    Grant(receiver, (0, 0), goes_on, at, lot.ends_at, source="grant", worth=goes_on, before=lot.first)
                )
            self.own_again += own
            return own
        first, pair = lot.first, lot.split(lot.left)
        lot.lose(pair)
        after = Lot(receiver, pair, sum(pair), at, lot.ends_at, lot.charge, source=lot.source, giftable=lot.giftable)
        after.before = Before(first.face, first.used, first.charged_at)
        if lot.charge:
            lot.charge.lot = after
        self.lots.append(after)
        return 0

    def _over(self, who: int, at: datetime) -> list[Lot]:
        return [lot for lot in self.lots if lot.owner == who and lot.left and lot.ends_at <= at]

    def _due_at_end(self, lot: Lot) -> int:
        if isinstance(lot, Grant):
            return max(lot.left - (lot.worth - lot.claimed), 0)
        return lot.split(lot.left)[0]

    def end(self, lot: Lot) -> None:
        if not isinstance(lot, Grant):
            super().end(lot)
            return
        self._collect(lot)
        own = self._due_at_end(lot)
        self.expired_grant += lot.left - own
        lot.claimed += lot.left - own
        lot.leave(lot.left)
        self.own_again += own
        self.unclaimed[lot.owner] = self.unclaimed.get(lot.owner, 0) + own

    def whereabouts(self, share: int) -> Pair:
        brought, found = super().whereabouts(share)
        found += self.repaid_shares[share]
        if share == 0:
            paid_out = sum(payout.amount for payout in self.payouts if payout.status != "FAILED")
            brought += self.company_bought + self.own_again
            found += paid_out + sum(self.company)
        return brought, found

    def granted_whereabouts(self) -> Pair:
        """Tell what was granted, and where it is: in lots or used, back, given for debts, or its holder's money."""
        kept = sum(lot.left + lot.used for lot in self.grants())
        return self.granted, kept + self.clawed_from_lots + self.expired_grant + self.repaid_face + self.own_again

    def books(self) -> dict[str, int]:
        found = super().books()
        found["bank:trust"] -= self.company_bought + self.repaid_by_bank
        found["bank:trust"] += sum(payout.amount for payout in self.payouts if payout.status == "DONE")
        found["refund_in_flight:*"] += sum(payout.amount for payout in self.payouts if payout.status == "OPEN")
        return found | {
            "grant_receivable:*": self.clawed + self.expired_grant - self.granted,
            "holder_receivable:*": -sum(self.debts.values()),
            "purchase:*": sum(self.company),
            "lane_clearing:*": 0,
            "handover:*": 0,
        }
