"""Shares of a lot: of what leaves it, how much was paid by its buyer and how much by the state. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace

from onnuri.vouchers.model import Shares


@dataclass(frozen=True, slots=True)
class Basis:
    """The shares a lot began with, and what gifts, refunds and expiry took along; won. Payments move face, no share."""

    paid: int
    subsidy: int
    paid_out: int = 0
    subsidy_out: int = 0

    def part(self, amount: int) -> Shares:
        """Split an amount that leaves the lot. The buyer's share is rounded down over all that ever left together.

        So in whatever pieces value leaves, no won of either share is made or lost: parts that empty the lot add up to
        exactly what was paid and what was granted.
        """
        face = self.paid + self.subsidy
        out = self.paid_out + self.subsidy_out + amount
        assert amount > 0
        assert out <= face
        paid = max(0, min(amount, out * self.paid // face - self.paid_out))
        return Shares(paid=paid, subsidy=amount - paid)

    def less(self, taken: Shares) -> Basis:
        """Tell the basis after a part was taken."""
        return replace(self, paid_out=self.paid_out + taken.paid, subsidy_out=self.subsidy_out + taken.subsidy)
