"""Merkle trees in the shape of RFC 9162: every size, every place, every earlier size; and nothing that was changed."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from onnuri.kit.merkle import (
    consistency_proof,
    consistent,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_hash,
)

SIZES = range(1, 40)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(2, "big")) for number in range(count)]


def by_the_book(hashes: list[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, as it is written there."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(by_the_book(hashes[:split]), by_the_book(hashes[split:]))


def test_the_root_is_the_one_of_the_definition() -> None:
    assert root_hash([]) == hashlib.sha256().digest()
    for size in SIZES:
        assert root_hash(leaves(size)) == by_the_book(leaves(size))


def test_every_leaf_of_every_size_is_proven_at_its_place_and_at_no_other() -> None:
    for size in SIZES:
        hashes = leaves(size)
        for place in range(size):
            proof = inclusion_proof(hashes, place)
            assert root_from_inclusion(hashes[place], place=place, size=size, proof=proof) == root_hash(hashes)
            for other in range(size):
                found = root_from_inclusion(hashes[place], place=other, size=size, proof=proof)
                assert (found == root_hash(hashes)) == (other == place)


def test_every_size_is_consistent_with_every_later_one() -> None:
    for after in SIZES:
        hashes = leaves(after)
        for before in range(1, after + 1):
            proof = consistency_proof(hashes, before)
            roots = {"root_before": root_hash(hashes[:before]), "root_after": root_hash(hashes)}
            assert consistent(before=before, after=after, proof=proof, **roots)
            rewritten = [leaf_hash(b"other"), *hashes[1:before]]
            assert not consistent(
                before=before,
                after=after,
                root_before=root_hash(rewritten),
                root_after=roots["root_after"],
                proof=proof,
            )


@given(size=st.integers(2, 40), data=st.data())
def test_a_flipped_bit_never_verifies(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    place = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(hashes, place)
    step = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    broken = [*proof]
    broken[step] = (int.from_bytes(proof[step], "big") ^ (1 << bit)).to_bytes(32, "big")
    assert root_from_inclusion(hashes[place], place=place, size=size, proof=broken) != root_hash(hashes)


def test_a_proof_that_is_too_short_or_too_long_is_none() -> None:
    hashes = leaves(9)
    proof = inclusion_proof(hashes, 3)
    assert root_from_inclusion(hashes[3], place=3, size=9, proof=proof[:-1]) is None
    assert root_from_inclusion(hashes[3], place=3, size=9, proof=[*proof, proof[0]]) is None
    assert root_from_inclusion(hashes[3], place=9, size=9, proof=proof) is None
    assert not consistent(before=0, after=3, root_before=b"", root_after=b"", proof=[])
    assert not consistent(before=4, after=3, root_before=b"", root_after=b"", proof=[])
