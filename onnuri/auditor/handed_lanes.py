"""Compare lots that were handed over between lanes: what one lane gave is what the other one took."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any
from uuid import UUID

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement


def handed_between_lanes(snapshot: Snapshot) -> Iterator[Finding]:
    """Find lots that changed on their way to another lane, or left one and never came."""
    sides = [snapshot.stream(statement("lane/handed_sides.sql"), lane=lane) for lane in snapshot.lanes]
    for lot_id, rows in groupby(merge(*sides, key=_lot), key=_lot):
        told = [row[1:] for row in rows]
        gave = [row[1:] for row in told if row[0] == "gave"]
        took = [row[1:] for row in told if row[0] == "took"]
        if len(gave) == 1 and gave == took:
            continue
        won = max(row[3] for row in gave + took)
        yield Finding(
            f"lot {lot_id}", f"was given to another lane as {_said(gave)} and came as {_said(took)}", won, "holder"
        )


def _lot(row: tuple[Any, ...]) -> UUID:
    lot_id: UUID = row[0]
    return lot_id


def _said(rows: list[tuple[Any, ...]]) -> str:
    return "; ".join(", ".join(str(each) for each in row) for row in rows) or "nothing"
