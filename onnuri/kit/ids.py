"""Identifiers: time-ordered UUIDs (RFC 9562, version 7) and their public form `pay_…`. No I/O but randomness."""

from __future__ import annotations

import os
import threading
from datetime import datetime
from uuid import UUID

from onnuri.kit.refusals import Malformed


class IdUnreadable(Malformed):
    """An identifier does not have the form `prefix_` and 32 hexadecimal digits."""

    code = "id_unreadable"
    ko = "식별자 형식이 올바르지 않습니다: {given}"
    en = "This is not an identifier of the kind {prefix}_…: {given}"


_lock = threading.Lock()
_last = [0, 0]
_COUNTER_BITS = 12
_NOISE = (1 << 62) - 1


def new_id(at: datetime) -> UUID:
    """Make a UUIDv7 for the instant `at`; ids of one process and millisecond ascend."""
    return new_ids(at, 1)[0]


def new_ids(at: datetime, count: int) -> list[UUID]:
    """Make so many ids that ascend, as `new_id` would one by one, at a fraction of its cost."""
    milliseconds = int(at.timestamp() * 1000)
    heads: list[int] = []
    with _lock:
        for _ in range(count):
            if milliseconds <= _last[0] and _last[0] - milliseconds < 1000:
                _last[1] += 1
                if _last[1] >> _COUNTER_BITS:
                    _last[:] = [_last[0] + 1, 0]
            else:
                _last[:] = [milliseconds, 0]
            heads.append((_last[0] << 80) | (0x7 << 76) | (_last[1] << 64) | (0b10 << 62))
    noise = os.urandom(8 * count)
    return [
        UUID(int=head | int.from_bytes(noise[place : place + 8]) & _NOISE)
        for head, place in zip(heads, range(0, 8 * count, 8), strict=True)
    ]


def public_id(prefix: str, value: UUID) -> str:
    """Write an id as people and programs outside see it: `pay_0192…`."""
    return f"{prefix}_{value.hex}"


def parse_id(prefix: str, given: str) -> UUID:
    """Read a public id back; refuses another prefix or shape."""
    head, _, tail = given.partition("_")
    if head == prefix and len(tail) == 32:
        try:
            return UUID(hex=tail)
        except ValueError:
            pass
    raise IdUnreadable(prefix=prefix, given=given[:80])
