"""The auditor's own canonical bytes of a transfer and its own walk along the hash chain. Pure: no I/O.

A leaf is: seq (8 bytes), entry id (16), then entry kind, code, debited path, credited path (each with its length in 4
bytes before its UTF-8), amount (8), effective date as days since 1970-01-01 (4), recorded instant as microseconds since
1970-01-01 UTC (8). Integers are signed and big-endian. The hash of a batch is SHA-256 over the hash before it and its
leaves.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

FIRST_PREVIOUS = bytes(32)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One transfer as it is hashed."""

    seq: int
    entry_id: UUID
    kind: str
    code: str
    debit: str
    credit: str
    amount: int
    effective_on: date
    recorded_at: datetime


def leaf_bytes(leaf: Leaf) -> bytes:
    """Write the canonical bytes of one transfer."""
    return b"".join(
        (
            struct.pack(">q", leaf.seq),
            leaf.entry_id.bytes,
            _prefixed(leaf.kind),
            _prefixed(leaf.code),
            _prefixed(leaf.debit),
            _prefixed(leaf.credit),
            struct.pack(
                ">qiq", leaf.amount, leaf.effective_on.toordinal() - _EPOCH_DAY, microseconds(leaf.recorded_at)
            ),
        )
    )


def batch_hash(previous: bytes, leaves: Iterable[Leaf]) -> bytes:
    """Hash a batch: SHA-256 over the hash before it and the leaves in order of seq."""
    digest = hashlib.sha256(previous)
    for leaf in leaves:
        digest.update(leaf_bytes(leaf))
    return digest.digest()


def microseconds(at: datetime) -> int:
    """Count the microseconds from 1970-01-01 UTC to an instant, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def _prefixed(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack(">i", len(encoded)) + encoded
