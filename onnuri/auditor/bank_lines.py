"""Look at the bank's lines: each matched or in a break, and what is matched to a charge or payout is its amount."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

_MATCHED: Final = "SELECT count(*) FROM shared.matches WHERE matched_kind IN ('charge', 'refund', 'purchase')"


def bank_lines_explained(snapshot: Snapshot) -> Iterator[Finding]:
    """Find lines nobody explains, files that are not whole, and matches that do not carry what they were matched to."""
    yield from snapshot.once(statement("shared/bank_lines_explained.sql"))
    known = 0
    for lane in snapshot.lanes:
        for subject, detail, loss, matched in snapshot.stream(statement("lane/matched_orders.sql"), lane=lane):
            known += matched
            if detail is not None:
                yield Finding(f"{lane} {subject}", detail, loss, "pool")
    for (lines,) in snapshot.stream(_MATCHED):
        if lines != known:
            yield Finding(
                "matches",
                f"{lines - known} lines are matched to charges, refunds or purchases that none has",
                0,
                "pool",
            )
