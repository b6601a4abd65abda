"""Seal closed days: a Merkle root over each day's transfers and refusals, signed, and chained to the day before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, text

from onnuri.kit.merkle import leaf_hash, root_hash
from onnuri.kit.signing import Signer

TILE = 256
NO_SEAL_BEFORE = bytes(32)
_STREAM = {"yield_per": 10_000}

TRANSFER_LEAVES = """
    SELECT leaf(t.seq, t.entry_id, e.kind, t.code, d.path, c.path, t.amount, t.effective_on, e.recorded_at) AS data
    FROM transfers t JOIN entries e ON e.id = t.entry_id
    JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
    WHERE t.seq BETWEEN :lo AND :hi ORDER BY t.seq
"""
REFUSAL_LEAVES = """
    SELECT refusal_leaf(o.refusal_number, o.caller, o.key, o.body_hash, o.kind, o.refusal, o.recorded_at) AS data
    FROM outcomes o WHERE o.refusal_number BETWEEN :lo AND :hi ORDER BY o.refusal_number
"""


@dataclass(frozen=True, slots=True)
class DayRange:
    """What a day's tree is over: transfers seq_lo..seq_hi, then refusals refusal_lo..refusal_hi."""

    day: date
    seq_lo: int
    seq_hi: int
    refusal_lo: int
    refusal_hi: int

    @property
    def size(self) -> int:
        """Count of leaves."""
        return self.seq_hi - self.seq_lo + 1 + self.refusal_hi - self.refusal_lo + 1


@dataclass(frozen=True, slots=True)
class Seal:
    """A sealed day: the statement that was signed, and with what."""

    number: int
    day: date
    statement: str
    hash: bytes
    key_id: str
    signature: bytes


def seal_days(conn: Connection, *, lane: str, signer: Signer, at: datetime) -> list[Seal]:
    """Seal every closed day of this lane that is not sealed yet, in order. A second call changes nothing."""
    done: list[Seal] = []
    before = last_seal(conn)
    for day in _unsealed(conn):
        before = _seal(conn, day, lane=lane, signer=signer, before=before, at=at)
        done.append(before)
    return done


def last_seal(conn: Connection) -> Seal | None:
    """Give the newest seal of this lane."""
    row = conn.execute(text(f"{_SELECT} ORDER BY number DESC LIMIT 1")).one_or_none()
    return Seal(row.number, row.day, row.statement, bytes(row.hash), row.key_id, bytes(row.signature)) if row else None


def seals(conn: Connection, *, to_number: int | None = None) -> list[Seal]:
    """List seals in order: the log of days."""
    rows = conn.execute(
        text(f"{_SELECT} WHERE CAST(:to AS bigint) IS NULL OR number <= :to ORDER BY number"), {"to": to_number}
    )
    return [Seal(r.number, r.day, r.statement, bytes(r.hash), r.key_id, bytes(r.signature)) for r in rows]


def day_range(conn: Connection, day: date) -> DayRange:
    """Tell what a closed day's tree is over."""
    row = conn.execute(
        text("""
            SELECT d.day, d.seq_hi, d.refusal_hi,
                   coalesce(b.seq_hi, 0) AS seq_before, coalesce(b.refusal_hi, 0) AS refusal_before
            FROM days d LEFT JOIN LATERAL (SELECT * FROM days WHERE day < d.day ORDER BY day DESC LIMIT 1) b ON true
            WHERE d.day = :day
        """),
        {"day": day},
    ).one()
    return DayRange(row.day, row.seq_before + 1, row.seq_hi, row.refusal_before + 1, row.refusal_hi)


def leaves(conn: Connection, covered: DayRange, *, first: int = 0, count: int | None = None) -> Iterator[bytes]:
    """Stream the canonical bytes of a day's leaves from place `first` (from 0), each with its type in front."""
    last = covered.size - 1 if count is None else min(covered.size, first + count) - 1
    transfers = covered.seq_hi - covered.seq_lo + 1
    if first < transfers:
        bounds = {"lo": covered.seq_lo + first, "hi": covered.seq_lo + min(last, transfers - 1)}
        for row in conn.execute(text(TRANSFER_LEAVES), bounds, execution_options=_STREAM):
            yield b"\x01" + bytes(row.data)
    if last >= transfers:
        bounds = {"lo": covered.refusal_lo + max(0, first - transfers), "hi": covered.refusal_lo + last - transfers}
        for row in conn.execute(text(REFUSAL_LEAVES), bounds, execution_options=_STREAM):
            yield b"\x02" + bytes(row.data)


def _unsealed(conn: Connection) -> list[date]:
    rows = conn.execute(
        text("SELECT d.day FROM days d LEFT JOIN seals s ON s.day = d.day WHERE s.day IS NULL ORDER BY d.day")
    )
    return list(rows.scalars())


def _seal(conn: Connection, day: date, *, lane: str, signer: Signer, before: Seal | None, at: datetime) -> Seal:
    covered = day_range(conn, day)
    tiles = _tiles(leaf_hash(data) for data in leaves(conn, covered))
    number = before.number + 1 if before else 1
    statement = json.dumps(
        {
            "version": 1, "number": number, "lane": lane, "day": day.isoformat(), "size": covered.size,
            "seq_lo": covered.seq_lo, "seq_hi": covered.seq_hi,
            "refusal_lo": covered.refusal_lo, "refusal_hi": covered.refusal_hi,
            "root": root_hash(tiles).hex(), "chain": _chain_hash(conn, covered.seq_hi),
            "previous": (before.hash if before else NO_SEAL_BEFORE).hex(), "key_id": signer.key_id,
        },
        sort_keys=True, separators=(",", ":"),
    )  # fmt: skip
    seal = Seal(
        number,
        day,
        statement,
        hashlib.sha256(statement.encode()).digest(),
        signer.key_id,
        signer.sign(statement.encode()),
    )
    conn.execute(
        text("""
            INSERT INTO seals (number, day, statement, hash, key_id, signature, sealed_at)
            VALUES (:number, :day, :statement, :hash, :key_id, :signature, :at)
        """),
        {
            "number": seal.number, "day": day, "statement": statement, "hash": seal.hash, "key_id": seal.key_id,
            "signature": seal.signature, "at": at,
        },
    )  # fmt: skip
    conn.execute(
        text("""
            INSERT INTO seal_tiles (day, place, hash)
            SELECT :day, t.place - 1, t.hash FROM unnest(CAST(:hashes AS bytea[])) WITH ORDINALITY AS t (hash, place)
        """),
        {"day": day, "hashes": tiles},
    )
    return seal


def _tiles(hashes: Iterator[bytes]) -> list[bytes]:
    """Fold leaf hashes into the hashes of aligned tiles; the last one may be short."""
    tiles: list[bytes] = []
    while tile := list(islice(hashes, TILE)):
        tiles.append(root_hash(tile))
    return tiles


def _chain_hash(conn: Connection, seq_hi: int) -> str:
    found = conn.execute(text("SELECT hash FROM chain WHERE seq_hi = :seq"), {"seq": seq_hi}).scalar_one_or_none()
    return bytes(found).hex() if found is not None else NO_SEAL_BEFORE.hex()


_SELECT = "SELECT number, day, statement, hash, key_id, signature FROM seals"
