"""Walk every lane's hash chain from its beginning, recomputing each hash from the transfers themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain as joined
from typing import Any

from onnuri.auditor.canonical import FIRST_PREVIOUS, Leaf, batch_hash
from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

_BATCHES = "SELECT batch, seq_lo, seq_hi, previous, hash, recorded_at FROM chain ORDER BY batch"
_HEAD = "SELECT head_hash FROM lane"


def chain_unbroken(snapshot: Snapshot) -> Iterator[Finding]:
    """Find batches that do not hash to what the chain says, links that do not meet, and a head that is another.

    After a broken link the walk goes on from the hash that is written down, so each break is one finding.
    """
    for lane in snapshot.lanes:
        for found in _walk(snapshot, lane):
            yield Finding(f"{lane} {found.subject}", found.detail, found.loss, found.loses)


def _walk(snapshot: Snapshot, lane: str) -> Iterator[Finding]:
    transfers = snapshot.stream(statement("lane/chain_transfers.sql"), lane=lane, binary=True)
    waiting = next(transfers, None)
    head, away = FIRST_PREVIOUS, snapshot.away.get(lane, 0)
    for batch, seq_lo, seq_hi, previous, written, recorded_at in snapshot.stream(_BATCHES, lane=lane, binary=True):
        while waiting is not None and waiting[0] < seq_lo:
            yield Finding(f"transfer {waiting[0]}", "is in no batch of the chain", waiting[6], "pool")
            waiting = next(transfers, None)
        rows: list[tuple[Any, ...]] = []
        while waiting is not None and waiting[0] <= seq_hi:
            rows.append(waiting)
            waiting = next(transfers, None)
        if bytes(previous) != head:
            yield Finding(f"batch {batch}", "does not continue the batch before", _won(rows), "pool")
        # of a batch that is in an archive only the link can be seen
        reason = _broken(rows, bytes(previous), bytes(written), recorded_at) if seq_lo > away else None
        if reason is not None:
            yield Finding(f"batch {batch}", f"transfers {seq_lo} to {seq_hi} {reason}", _won(rows), "pool")
        head = bytes(written)
    for row in joined(() if waiting is None else (waiting,), transfers):
        yield Finding(f"transfer {row[0]}", "is in no batch of the chain", row[6], "pool")
    for (head_hash,) in snapshot.stream(_HEAD, lane=lane):
        if bytes(head_hash) != head:
            yield Finding("head", "the lane's head is not the hash of its last batch", 0, "nobody")


def _broken(rows: list[tuple[Any, ...]], previous: bytes, written: bytes, recorded_at: object) -> str | None:
    if any(part is None for row in rows for part in row):
        return "lack an entry or an account"
    leaves = [Leaf(*row) for row in rows]
    if any(leaf.recorded_at != recorded_at for leaf in leaves):
        return "were recorded at another instant than their batch"
    if batch_hash(previous, leaves) != written:
        return "do not hash to what the chain says"
    return None


def _won(rows: list[tuple[Any, ...]]) -> int:
    return sum(row[6] for row in rows)
