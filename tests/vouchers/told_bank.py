"""A bank for tests of standing orders: says what it is told to say, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from onnuri.banks.answers import Answer
from onnuri.banks.wire import Inquiry, Withdrawal
from onnuri.vouchers.charging.auto_charge import AutoCharge, AutoChargeTerms, agree_to_auto_charge
from onnuri.vouchers.charging.run_charge import Charging
from tests.world import INSTITUTION, OPENED, PAID, World


@dataclass(slots=True)
class Bank:
    """A bank that says what it is told to say, and remembers what it was asked."""

    says: Answer = PAID
    later: Answer = PAID
    asked: list[Withdrawal] = field(default_factory=list[Withdrawal])
    institution_code: str = INSTITUTION

    def withdraw(self, order: Withdrawal) -> Answer:
        """Debit a holder's account."""
        self.asked.append(order)
        return self.says

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Say what became of an order."""
        assert inquiry.kind == "withdrawal"
        return self.later


def edge(world: World, bank: Bank, at: datetime = OPENED) -> Charging:
    """Give what charging needs, at an instant."""
    return Charging(begin=world.begin, bank=bank, now=lambda: at)


def agree(world: World, name: str, kind: str, *, at: datetime = OPENED, **terms: int) -> AutoCharge:
    """Let a holder consent to charging by date, by balance or of a shortfall."""
    with world.begin() as conn:
        wanted = AutoChargeTerms(kind, terms.get("day"), terms.get("below"), terms.get("face"), "2026-11")
        return agree_to_auto_charge(conn, world.wallets[name], wanted, at=at)
