"""Walk every wallet's lots in the order of the books: each payment took them in the published order.

The order: soonest expiry (a grace counts as the expiry) first, then grant before gift before bought, then the oldest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

_RANK = {"grant": 0, "gift": 1, "bought": 2}


@dataclass(slots=True)
class _Lot:
    created_at: datetime
    expires_at: datetime
    rank: int
    graces: list[tuple[datetime, datetime]]
    held: bool
    """Whether a hold ever set something of it aside: then it may be passed over with a balance."""
    left: int = 0

    def until(self, at: datetime) -> datetime:
        return max([self.expires_at, *(until for granted, until in self.graces if granted <= at)])


def lots_in_order(snapshot: Snapshot) -> Iterator[Finding]:
    """Find payments that took a lot while one that comes before it had something left."""
    for lane in snapshot.lanes:
        if lane in snapshot.away:
            continue
        rows = snapshot.stream(statement("lane/lot_legs.sql"), lane=lane)
        for _, legs in groupby(rows, key=itemgetter(0)):
            for found in _wallet(legs):
                yield Finding(f"{lane} {found.subject}", found.detail, found.loss, found.loses)


def _wallet(legs: Iterator[tuple[Any, ...]]) -> Iterator[Finding]:
    lots: dict[UUID, _Lot] = {}
    for _, seq, lot_id, delta, code, at, created_at, expires_at, source, granted, until, held in legs:
        graces: list[tuple[datetime, datetime]] = list(zip(granted or (), until or (), strict=True))
        lot = lots.setdefault(lot_id, _Lot(created_at, expires_at, _RANK.get(source, 3), graces, held))
        if code == "payment" and delta < 0:
            passed = [
                (id, other)
                for id, other in lots.items()
                if other.left > 0
                and not other.held
                and other.until(at) > at
                and _key(id, other, at) < _key(lot_id, lot, at)
            ]
            for id, other in passed:
                yield Finding(
                    f"transfer {seq}", f"took {-delta} of lot {lot_id}; lot {id} had {other.left} and comes before it",
                    min(-delta, other.left), "holder",
                )  # fmt: skip
        lot.left += delta


def _key(id: UUID, lot: _Lot, at: datetime) -> tuple[datetime, int, datetime, UUID]:
    return lot.until(at), lot.rank, lot.created_at, id
