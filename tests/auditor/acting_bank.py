"""A bank for the days of the auditor's tests: it says what it is told to say, and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from onnuri.banks.answers import Answer
from onnuri.banks.deposit_to_user import UserDeposit
from onnuri.banks.wire import Inquiry, Withdrawal
from tests.world import INSTITUTION, PAID


@dataclass(slots=True)
class ActingBank:
    """Answers every order the same way."""

    says: Answer = PAID
    asked: list[object] = field(default_factory=list[object])
    institution_code: str = INSTITUTION

    def withdraw(self, order: Withdrawal) -> Answer:
        """Pull money from an account."""
        return self._answer(order)

    def deposit_to_user(self, order: UserDeposit) -> Answer:
        """Push money to a holder's account."""
        return self._answer(order)

    def inquire(self, inquiry: Inquiry) -> Answer:
        """Say what became of an order."""
        return self._answer(inquiry)

    def _answer(self, asked: object) -> Answer:
        self.asked.append(asked)
        return self.says
