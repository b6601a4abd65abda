"""Look at the bank's lines: each matched or in a break, and what is matched to a charge or payout is its amount."""

from __future__ import annotations

from collections.abc import Iterator

from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement


def bank_lines_explained(snapshot: Snapshot) -> Iterator[Finding]:
    """Find lines nobody explains, files that are not whole, and matches that do not carry what they were matched to."""
    yield from snapshot.once(statement("shared/bank_lines_explained.sql"))
    known = 0
    for lane in snapshot.lanes:
        for subject, detail, loss, matched in snapshot.stream(statement("lane/matched_orders.sql"), lane=lane):
            known += matched
            if detail is not None:
                yield Finding(f"{lane} {subject}", detail, loss, "pool")
    for (lines,) in snapshot.stream("SELECT count(*) FROM shared.matches WHERE matched_kind IN ('charge', 'refund')"):
        if lines != known:
            yield Finding(
                "matches", f"{lines - known} lines are matched to charges or refunds that no lane has", 0, "pool"
            )
