"""Lots: what a holder owns, piece by piece; the published order in which they pay, and their restoring. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SOURCE_ORDER = {"grant": 0, "gift": 1, "bought": 2}


@dataclass(frozen=True, slots=True)
class Lot:
    """One piece of value; `left` is the balance of its account, won."""

    id: UUID
    wallet_id: UUID
    account_id: int
    source: str
    charge_id: UUID | None
    face: int
    paid: int
    subsidy: int
    created_at: datetime
    expires_at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class Taking:
    """So much was taken from that lot; won."""

    lot_id: UUID
    account_id: int
    amount: int


def spending_order(lots: Iterable[Lot], *, at: datetime) -> list[Lot]:
    """List what can be spent, in the published order: soonest expiry, then grant, gift, bought, then oldest."""
    live = (lot for lot in lots if lot.left > 0 and lot.expires_at > at)
    return sorted(live, key=lambda lot: (lot.expires_at, SOURCE_ORDER[lot.source], lot.created_at, lot.id))


def take(lots: Iterable[Lot], amount: int, *, at: datetime) -> tuple[Taking, ...] | None:
    """Choose which lots pay an amount; None where they do not suffice."""
    assert amount > 0
    takings: list[Taking] = []
    for lot in spending_order(lots, at=at):
        part = min(lot.left, amount)
        takings.append(Taking(lot.id, lot.account_id, part))
        amount -= part
        if amount == 0:
            return tuple(takings)
    return None


def give_back(taken: Sequence[Taking], already_back: int, amount: int) -> tuple[Taking, ...]:
    """Choose which lots get a cancelled amount back: the same ones, last taken first.

    `already_back` is what earlier cancels of the same payment returned, won; the sum may not exceed what was taken.
    """
    assert amount > 0
    assert already_back + amount <= sum(taking.amount for taking in taken)
    restored: list[Taking] = []
    skip = already_back
    for taking in reversed(taken):
        skipped = min(skip, taking.amount)
        skip -= skipped
        part = min(taking.amount - skipped, amount)
        if part:
            restored.append(Taking(taking.lot_id, taking.account_id, part))
            amount -= part
    return tuple(restored)
