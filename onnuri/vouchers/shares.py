"""Shares of a lot: how much of what can still leave it was paid by its buyer and how much by the state. No I/O."""

from __future__ import annotations

from dataclasses import dataclass

from onnuri.vouchers.model import Shares


@dataclass(frozen=True, slots=True)
class Basis:
    """The shares a lot began with, less what gifts, refunds and expiry took along; won. Payments move face and no share."""

    paid: int
    subsidy: int

    @property
    def face(self) -> int:
        """Both shares, won; never less than what is left of the lot."""
        return self.paid + self.subsidy

    def part(self, amount: int) -> Shares:
        """Split an amount that leaves the lot: the buyer's share rounded down to one won, the state's takes the rest.

        Parts taken one after the other from what the parts before left always add up to the whole: no won of either share
        is made or lost, in whatever pieces value leaves.
        """
        assert 0 < amount <= self.face
        paid = amount * self.paid // self.face
        return Shares(paid=paid, subsidy=amount - paid)

    def less(self, taken: Shares) -> Basis:
        """Tell what is left of the basis after a part was taken."""
        return Basis(self.paid - taken.paid, self.subsidy - taken.subsidy)
