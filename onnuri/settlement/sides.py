"""The kinds of order whose money moves at the bank, and where our books keep each. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Direction = Literal["in", "out"]
Kind = Literal["payout", "charge", "refund", "purchase", "receipt", "migration"]


@dataclass(frozen=True, slots=True)
class Side:
    """One kind of order: our table, its column of won, which way its money moves, and when our books moved the bank.

    `booked` are statuses as SQL lists them.
    """

    kind: Kind
    table: str
    amount: str
    direction: Direction
    booked: str


PAYOUTS: Final = Side("payout", "shared.payouts", "amount", "out", "'PAID', 'RETURNED'")

CHARGES: Final = Side("charge", "charges", "paid", "in", "'SUCCEEDED'")
REFUNDS: Final = Side("refund", "refunds", "paid", "out", "'SUCCEEDED'")
PURCHASES: Final = Side("purchase", "company_purchases", "amount", "in", "'SUCCEEDED'")

OF_LANES: Final = (CHARGES, REFUNDS, PURCHASES)
"""Orders to the bank that a lane keeps."""

DIRECTIONS: Final[dict[Kind, Direction]] = {
    "receipt": "in",
    "migration": "in",
    **{side.kind: side.direction for side in (PAYOUTS, *OF_LANES)},
}
"""Which way the money of each kind moves at the bank; a receipt and a migration are no orders of ours."""
