"""Check a receipt's proof offline: this one file, Python and `cryptography`; no server, no database, no trust in us.

    python verify.py PROOF.json [--public-key HEX]       is every transfer of the receipt in the signed day?
    python verify.py --log CONSISTENCY.json              did the log of days only grow?

The layout of the leaves and of the signed statement is in docs/ledger.md; test vectors are in docs/proof-vectors.json.
Give the public key that was published, not the one inside the proof: without it, only the shape is proven.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class NotProven(Exception):
    """The proof does not hold; says which step failed."""


def verify_receipt(proof: Mapping[str, Any], public_key: bytes | None = None) -> dict[str, Any]:
    """Check every transfer of a proof against the signed statement; answers the statement."""
    seal = proof["seal"]
    key = bytes.fromhex(seal["public_key"])
    if public_key is not None and key != public_key:
        raise NotProven("the seal was made with another key")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(seal["signature"]), seal["statement"].encode())
    except InvalidSignature:
        raise NotProven("the signature does not fit the statement") from None
    statement: dict[str, Any] = json.loads(seal["statement"])
    if statement["key_id"] != seal["key_id"] or not proof["transfers"]:
        raise NotProven("the statement names another key, or nothing is to be proven")
    if len({transfer["seq"] for transfer in proof["transfers"]}) != len(proof["transfers"]):
        raise NotProven("a transfer is there twice")
    for transfer in proof["transfers"]:
        if any(type(transfer[name]) is not int for name in ("seq", "place", "amount")):
            raise NotProven("a number is not a whole number")
        if transfer["place"] != transfer["seq"] - statement["seq_lo"] or transfer["seq"] > statement["seq_hi"]:
            raise NotProven(f"transfer {transfer['seq']} is not at its place in the day")
        leaf = hashlib.sha256(b"\x00\x01" + transfer_leaf(transfer)).digest()
        path = [bytes.fromhex(step) for step in transfer["path"]]
        if _root(leaf, transfer["place"], statement["size"], path) != bytes.fromhex(statement["root"]):
            raise NotProven(f"transfer {transfer['seq']} is not in the sealed day")
    return statement


def transfer_leaf(transfer: Mapping[str, Any]) -> bytes:
    """Write the canonical bytes of a transfer: numbers big-endian in 8 bytes, texts with their length in front."""
    recorded_at = datetime.fromisoformat(transfer["recorded_at"]) - _EPOCH
    microseconds = (recorded_at.days * 86_400 + recorded_at.seconds) * 1_000_000 + recorded_at.microseconds
    days = date.fromisoformat(transfer["effective_on"]).toordinal() - date(1970, 1, 1).toordinal()
    texts = (transfer[name].encode() for name in ("kind", "code", "debit", "credit"))
    return b"".join(
        (
            int(transfer["seq"]).to_bytes(8, "big", signed=True),
            uuid.UUID(transfer["entry_id"]).bytes,
            *(len(text).to_bytes(4, "big") + text for text in texts),
            int(transfer["amount"]).to_bytes(8, "big", signed=True),
            days.to_bytes(4, "big", signed=True),
            microseconds.to_bytes(8, "big", signed=True),
        )
    )


def verify_log(proof: Mapping[str, Any]) -> None:
    """Check that the log of days at `after` begins with the log at `before` (RFC 9162, 2.1.4.2)."""
    before, after = int(proof["before"]), int(proof["after"])
    root_before, root_after = bytes.fromhex(proof["root_before"]), bytes.fromhex(proof["root_after"])
    path = [bytes.fromhex(step) for step in proof["path"]]
    if not 0 < before <= after:
        raise NotProven("the sizes make no sense")
    if before == after:
        if path or root_before != root_after:
            raise NotProven("two roots for one size")
        return
    steps = [root_before, *path] if before & (before - 1) == 0 else path
    if not steps:
        raise NotProven("the proof is too short")
    low, high = before - 1, after - 1
    while low & 1:
        low, high = low >> 1, high >> 1
    old = new = steps[0]
    for sibling in steps[1:]:
        if high == 0:
            raise NotProven("the proof is too long")
        if low & 1 or low == high:
            old, new = _node(sibling, old), _node(sibling, new)
            while low and not low & 1:
                low, high = low >> 1, high >> 1
        else:
            new = _node(new, sibling)
        low, high = low >> 1, high >> 1
    if high or old != root_before or new != root_after:
        raise NotProven("the log was rewritten")


def _root(leaf: bytes, place: int, size: int, path: Sequence[bytes]) -> bytes:
    if not 0 <= place < size:
        raise NotProven("the place is outside the tree")
    root, last, steps = leaf, size - 1, list(path)
    while last > 0:
        if place % 2 or place < last:
            if not steps:
                raise NotProven("the path is too short")
            sibling = steps.pop(0)
            root = _node(sibling, root) if place % 2 else _node(root, sibling)
        place, last = place // 2, last // 2
    if steps:
        raise NotProven("the path is too long")
    return root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the file that is named; say what was proven; 0 where it holds, 1 where it does not."""
    parser = argparse.ArgumentParser(description="Check a proof of the books offline.")
    parser.add_argument("proof", type=Path, help="JSON file")
    parser.add_argument("--public-key", help="the published key, hexadecimal")
    parser.add_argument("--log", action="store_true", help="the file is a consistency proof of the log of days")
    given = parser.parse_args(arguments)
    try:
        proof = json.loads(given.proof.read_text())
        if given.log:
            verify_log(proof)
            said = f"proven: the log of {proof['before']} days is the beginning of that of {proof['after']}"
        else:
            statement = verify_receipt(proof, bytes.fromhex(given.public_key) if given.public_key else None)
            whose = "" if given.public_key else " (by the key inside the proof: compare it with the published one)"
            said = f"proven: {len(proof['transfers'])} transfers are in {statement['lane']} {statement['day']}{whose}"
    except (
        NotProven,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        OSError,
    ) as error:
        sys.stderr.write(f"NOT proven: {error}\n")
        return 1
    sys.stdout.write(said + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
