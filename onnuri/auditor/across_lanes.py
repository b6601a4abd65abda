"""Compare what lanes say of each other: gifts are the same on both sides, clearing cancels out, a file is its lines."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from typing import Any
from uuid import UUID

from onnuri.auditor.findings import Finding
from onnuri.auditor.handed_lanes import handed_between_lanes
from onnuri.auditor.snapshot import Snapshot, statement

_CLEARING = """
    SELECT split_part(a.path, ':', 2), b.credits - b.debits
    FROM accounts a JOIN balances b ON b.account_id = a.id WHERE a.kind = 'lane_clearing'
"""
_TAX_LINES = "SELECT year, issue, count(*), sum(after_won - before_won)::bigint FROM tax_lines GROUP BY year, issue"
_TAX_FILES = "SELECT year, issue, lines, change FROM shared.tax_files"


def lanes_agree(snapshot: Snapshot) -> Iterator[Finding]:
    """Find gifts that differ on their two sides, clearing that is not zero, tax files unlike their lines."""
    sides = [snapshot.stream(statement("lane/gift_sides.sql"), lane=lane) for lane in snapshot.lanes]
    for gift_id, rows in groupby(merge(*sides, key=_gift), key=_gift):
        found = _two_sides(gift_id, list(rows))
        if found is not None:
            yield found
    yield from handed_between_lanes(snapshot)
    yield from _clearing(snapshot)
    yield from _tax(snapshot)


def _gift(row: tuple[Any, ...]) -> UUID:
    gift_id: UUID = row[0]
    return gift_id


def _two_sides(gift_id: UUID, rows: list[tuple[Any, ...]]) -> Finding | None:
    sent = [row[2:] for row in rows if row[1] == "sent"]
    got = [row[2:] for row in rows if row[1] == "received"]
    if len(sent) == len(got) == 1 and sent == got:
        return None
    won = max(side[0] for side in sent + got)
    if len(sent) != 1 or len(got) != 1:
        return Finding(f"gift {gift_id}", f"was sent {len(sent)} times and came {len(got)} times", won, "holder")
    return Finding(f"gift {gift_id}", f"was sent as {_said(sent[0])} and came as {_said(got[0])}", won, "holder")


def _said(side: tuple[Any, ...]) -> str:
    return ", ".join(str(each) for each in side)


def _clearing(snapshot: Snapshot) -> Iterator[Finding]:
    between: dict[frozenset[str], int] = {}
    for lane in snapshot.lanes:
        for other, won in snapshot.stream(_CLEARING, lane=lane):
            pair = frozenset((lane, other))
            between[pair] = between.get(pair, 0) + won
    for pair, won in between.items():
        if won:
            yield Finding(" and ".join(sorted(pair)), f"clear with {won} left between them", abs(won), "pool")


def _tax(snapshot: Snapshot) -> Iterator[Finding]:
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for lane in snapshot.lanes:
        for year, issue, lines, change in snapshot.stream(_TAX_LINES, lane=lane):
            before = counted.get((year, issue), (0, 0))
            counted[year, issue] = (before[0] + lines, before[1] + change)
    said = {(year, issue): (lines, change) for year, issue, lines, change in snapshot.stream(_TAX_FILES)}
    for key in sorted(said.keys() | counted.keys()):
        told, is_ = said.get(key, (0, 0)), counted.get(key, (0, 0))
        if told != is_:
            yield Finding(
                f"tax file {key[0]}/{key[1]}",
                f"says {told[0]} lines, {told[1]} won; its lines are {is_[0]}, {is_[1]} won",
                abs(told[1] - is_[1]), "state",
            )  # fmt: skip
