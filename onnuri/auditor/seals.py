"""Recompute the seal of every sealed day: its Merkle root from the leaves, its place in the log, its signature."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from onnuri.auditor.canonical import Leaf, leaf_bytes, microseconds
from onnuri.auditor.findings import Finding
from onnuri.auditor.snapshot import Snapshot, statement

TILE = 256
_NO_HASH = bytes(32)
_Tile = tuple[date, int, bytes]
_SEALS = """
    SELECT s.number, s.day, s.statement, s.hash, s.key_id, s.signature, k.public_key, d.seq_hi, d.refusal_hi,
           coalesce(b.seq_hi, 0), coalesce(b.refusal_hi, 0), c.hash,
           s.sealed_at < d.closed_at
    FROM seals s LEFT JOIN shared.public_keys k ON k.key_id = s.key_id AND k.purpose = 'seal'
    LEFT JOIN days d ON d.day = s.day
    LEFT JOIN LATERAL (SELECT * FROM days WHERE day < s.day ORDER BY day DESC LIMIT 1) AS b ON true
    LEFT JOIN chain c ON c.seq_hi = d.seq_hi
    ORDER BY s.number
"""
_REFUSALS = """
    SELECT refusal_number, caller, key, body_hash, kind, refusal::text, recorded_at
    FROM outcomes WHERE refusal_number IS NOT NULL ORDER BY refusal_number
"""
_TILES = "SELECT day, place, hash FROM seal_tiles ORDER BY day, place"
_GAP = """
    SELECT d.day FROM days d
    WHERE d.day < (SELECT max(day) FROM seals) AND NOT EXISTS (SELECT 1 FROM seals s WHERE s.day = d.day)
"""


def seals_hold(snapshot: Snapshot) -> Iterator[Finding]:
    """Find seals whose root, tiles, link, signature or own words are not what the day's transfers and refusals make."""
    for lane in snapshot.lanes:
        transfers = snapshot.stream(statement("lane/chain_transfers.sql"), lane=lane, binary=True)
        leaves = (b"\1" + leaf_bytes(Leaf(*row)) for row in transfers if None not in row)
        refusals = (b"\2" + _refusal_bytes(row) for row in snapshot.stream(_REFUSALS, lane=lane))
        tiles = snapshot.stream(_TILES, lane=lane)
        before = _NO_HASH
        for number, row in enumerate(snapshot.stream(_SEALS, lane=lane), 1):
            covered = (row[9] + 1, row[7] or 0, row[10] + 1, row[8] or 0)
            counts = max(0, covered[1] - covered[0] + 1), max(0, covered[3] - covered[2] + 1)
            away = covered[0] <= min(covered[1], snapshot.away.get(lane, 0))
            here = counts[0] if not away else max(0, covered[1] - snapshot.away[lane])
            hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in islice(leaves, here)]
            hashes += [hashlib.sha256(b"\0" + leaf).digest() for leaf in islice(refusals, counts[1])]
            made = [_root(hashes[place : place + TILE]) for place in range(0, len(hashes), TILE)]
            kept = [(tile[0], tile[1], bytes(tile[2])) for tile in islice(tiles, -(-sum(counts) // TILE))]
            if away:  # the leaves are in an archive: what stayed of them are the tiles
                made = [hashed for _, _, hashed in kept]
            words = _statement(lane, number, row, covered, _root(made), before)
            placed = [(row[1], place, hashed) for place, hashed in enumerate(made)]
            for wrong in _wrong(row, words, placed, kept):
                yield Finding(f"{lane} seal {row[0]} of {row[1]}", wrong, 0, "nobody")
            before = bytes(row[3])
        for day, place, _ in tiles:
            yield Finding(f"{lane} tile {place} of {day}", "belongs to no seal", 0, "nobody")
        for (day,) in snapshot.stream(_GAP, lane=lane):
            yield Finding(f"{lane} day {day}", "is not sealed, a later one is", 0, "nobody")


def _statement(
    lane: str, number: int, row: tuple[Any, ...], covered: tuple[int, int, int, int], root: bytes, before: bytes
) -> dict[str, object]:
    """Say what the statement of a seal must say."""
    seq_lo, seq_hi, refusal_lo, refusal_hi = covered
    return {
        "version": 1, "number": number, "lane": lane, "day": row[1].isoformat(),
        "size": seq_hi - seq_lo + 1 + refusal_hi - refusal_lo + 1, "seq_lo": seq_lo, "seq_hi": seq_hi,
        "refusal_lo": refusal_lo, "refusal_hi": refusal_hi, "root": root.hex(),
        "chain": bytes(row[11] or _NO_HASH).hex(), "previous": before.hex(), "key_id": row[4],
    }  # fmt: skip


def _wrong(row: tuple[Any, ...], words: dict[str, object], made: list[_Tile], written: list[_Tile]) -> Iterator[str]:
    _, _, said, digest, _, signature, public_key = row[:7]
    if row[0] != words["number"] or said != json.dumps(words, sort_keys=True, separators=(",", ":")):
        yield f"says another {', '.join(_different(said, words)) or 'number'} than the books make"
    if hashlib.sha256(said.encode()).digest() != bytes(digest):
        yield "its hash is not that of its statement"
    if row[-1]:
        yield "was sealed before its day was closed"
    if public_key is None or not _signed(bytes(public_key), bytes(signature), said.encode()):
        yield "its signature does not fit"
    if made != written:
        yield "its tiles are not those of its leaves"


def _different(said: str, words: dict[str, object]) -> list[str]:
    try:
        found = json.loads(said)
    except ValueError:
        return ["statement"]
    if not isinstance(found, dict):
        return ["statement"]
    told = cast("dict[str, object]", found)
    return sorted(name for name in words.keys() | told.keys() if words.get(name) != told.get(name))


def _signed(public_key: bytes, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _refusal_bytes(row: tuple[Any, ...]) -> bytes:
    number, caller, key, body_hash, kind, refusal, recorded_at = row
    return b"".join(
        (
            struct.pack(">q", number), *_prefixed((caller, key)), bytes(body_hash), *_prefixed((kind, refusal)),
            struct.pack(">q", microseconds(recorded_at)),
        )
    )  # fmt: skip


def _prefixed(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        encoded = text.encode()
        yield struct.pack(">i", len(encoded)) + encoded


def _root(hashes: list[bytes]) -> bytes:
    """Give the Merkle root (RFC 9162, 2.1.1), splitting at the largest power of two below the size."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _root(hashes[:split]) + _root(hashes[split:])).digest()
