"""Compare payouts with what every lane's lines carry and every lane's books moved for them; a payout spans lanes."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any
from uuid import UUID

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

_PAYOUTS = "SELECT id, status, amount FROM shared.payouts ORDER BY id"
# What the parts of a payout must be, as multiples of its amount: lines, requested, paid, failed, returned.
_SHAPES = {
    "REQUESTED": (1, 1, 0, 0, 0),
    "UNKNOWN": (1, 1, 0, 0, 0),
    "PAID": (1, 1, 1, 0, 0),
    "REJECTED": (0, 1, 0, 1, 0),
    "RETURNED": (0, 1, 1, 0, 1),
}
_Part = tuple[UUID, str | None, tuple[int, ...]]


def payouts_agree(snapshot: Snapshot) -> Iterator[Finding]:
    """Find payouts whose status, amount, lines and entries do not agree, and steps the books do not know."""
    yield from snapshot.each_lane(statement("lane/payout_steps.sql"), whole=True)
    streams: list[Iterator[_Part]] = [_payouts(snapshot)]
    streams.extend(_parts(snapshot, lane) for lane in snapshot.lanes)
    for payout_id, parts in groupby(merge(*streams, key=_identity), key=_identity):
        found = _disagreement(payout_id, list(parts))
        if found is not None:
            yield found


def _disagreement(payout_id: UUID, parts: list[_Part]) -> Finding | None:
    status = next((status for _, status, _ in parts if status is not None), None)
    amount = sum(numbers[0] for _, status, numbers in parts if status is not None)
    sums = tuple(map(sum, zip(*(numbers for _, status, numbers in parts if status is None), strict=True))) or (0,) * 5
    if status is None:
        return Finding(f"payout {payout_id}", "lines or entries name it and it does not exist", max(sums), "pool")
    expected = tuple(amount * times for times in _SHAPES[status])
    if sums == expected:
        return None
    names = ("lines", "requested", "paid", "failed", "returned")
    said = ", ".join(
        f"{name} {is_}, not {must}" for name, is_, must in zip(names, sums, expected, strict=True) if is_ != must
    )
    return Finding(
        f"payout {payout_id}",
        f"{status} of {amount}: {said}",
        max(abs(is_ - must) for is_, must in zip(sums, expected, strict=True)),
        "shop" if sums[0] > expected[0] else "pool",
    )


def _payouts(snapshot: Snapshot) -> Iterator[_Part]:
    row: tuple[Any, ...]
    for row in snapshot.stream(_PAYOUTS):
        yield row[0], row[1], (row[2],)


def _parts(snapshot: Snapshot, lane: str) -> Iterator[_Part]:
    row: tuple[Any, ...]
    for row in snapshot.stream(statement("lane/payout_parts.sql"), lane=lane):
        yield row[0], None, tuple(row[1:])


def _identity(part: _Part) -> UUID:
    return part[0]
