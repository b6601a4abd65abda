"""Merkle trees in the shape of RFC 9162 (section 2.1): roots, inclusion and consistency proofs. Pure: no I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

HASH_BYTES = 32


def leaf_hash(data: bytes) -> bytes:
    """Hash the bytes of a leaf; leaves and nodes can't be taken for each other."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_hash(hashes: Sequence[bytes]) -> bytes:
    """Give the root over leaf hashes; of no leaves, SHA-256 of nothing.

    Pairing level by level and carrying an odd last node up gives the same tree as the RFC's split at the largest power
    of two below the size.
    """
    if not hashes:
        return hashlib.sha256().digest()
    level = list(hashes)
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(hashes: Sequence[bytes], place: int) -> list[bytes]:
    """Give the sibling hashes from leaf `place` (from 0) up to the root."""
    assert 0 <= place < len(hashes)
    proof: list[bytes] = []
    level = list(hashes)
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        place //= 2
        level = _level_above(level)
    return proof


def root_from_inclusion(leaf: bytes, *, place: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Compute the root that a proof leads to; None where the proof has the wrong length or the place is outside."""
    if not 0 <= place < size:
        return None
    root, remaining, last = leaf, list(proof), size - 1
    while last > 0:
        if place % 2 or place < last:
            if not remaining:
                return None
            sibling = remaining.pop(0)
            root = node_hash(sibling, root) if place % 2 else node_hash(root, sibling)
        place, last = place // 2, last // 2
    return None if remaining else root


def consistency_proof(hashes: Sequence[bytes], before: int) -> list[bytes]:
    """Prove that the tree over the first `before` leaves is a part of this one (RFC 9162, 2.1.4.1)."""
    assert 0 < before <= len(hashes)
    return _subproof(before, hashes, whole=True)


def _subproof(before: int, hashes: Sequence[bytes], *, whole: bool) -> list[bytes]:
    size = len(hashes)
    if before == size:
        return [] if whole else [root_hash(hashes)]
    split = 1 << (size - 1).bit_length() - 1
    if before <= split:
        return [*_subproof(before, hashes[:split], whole=whole), root_hash(hashes[split:])]
    return [*_subproof(before - split, hashes[split:], whole=False), root_hash(hashes[:split])]


def consistent(*, before: int, after: int, root_before: bytes, root_after: bytes, proof: Sequence[bytes]) -> bool:
    """Check a consistency proof between two sizes of one growing tree (RFC 9162, 2.1.4.2)."""
    if not 0 < before <= after:
        return False
    if before == after:
        return not proof and root_before == root_after
    path = [root_before, *proof] if before & (before - 1) == 0 else list(proof)
    if not path:
        return False
    low, high = before - 1, after - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if high == 0:
            return False
        if low & 1 or low == high:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while low and not low & 1:
                low, high = low >> 1, high >> 1
        else:
            new = node_hash(new, sibling)
        low, high = low >> 1, high >> 1
    return high == 0 and old == root_before and new == root_after


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    above = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    if len(level) % 2:
        above.append(level[-1])
    return above
