"""Write docs/proof-vectors.json: leaves, signed days and proofs that any verifier can be tried with.

    python docs/proof_vectors.py

Everything is fixed: the key, the transfers, the refusals. The same run writes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onnuri.auditor.canonical import FIRST_PREVIOUS, Leaf, batch_hash, leaf_bytes, microseconds
from onnuri.kit.merkle import consistency_proof, inclusion_proof, leaf_hash, root_hash

Json = dict[str, Any]

KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"onnuri proof vectors").digest())
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"somebody else").digest())
FIRST_DAY = date(2026, 11, 20)
DAYS = ((300, 3), (1, 0), (0, 0), (7, 2), (0, 1))
"""How many transfers and refusals each day has: over a tile, one, none, both, a refusal only."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    number: int
    caller: str
    key: str
    body_hash: bytes
    kind: str
    refusal: str
    recorded_at: datetime

    def leaf(self) -> bytes:
        """Write the canonical bytes of a refusal."""
        texts = [text.encode() for text in (self.caller, self.key, self.kind, self.refusal)]
        caller, key, kind, refusal = (struct.pack(">i", len(text)) + text for text in texts)
        at = struct.pack(">q", microseconds(self.recorded_at))
        return struct.pack(">q", self.number) + caller + key + self.body_hash + kind + refusal + at


def vectors() -> Json:
    """Make all vectors."""
    transfers, refusals, head = list[Leaf](), list[_Refusal](), FIRST_PREVIOUS
    statements, seals, hashed = list[str](), list[Json](), list[list[bytes]]()
    for number, (moved, refused) in enumerate(DAYS, 1):
        day = FIRST_DAY + timedelta(days=number - 1)
        made = [_transfer(len(transfers) + 1 + place, day) for place in range(moved)]
        said = [_refusal(len(refusals) + 1 + place, day) for place in range(refused)]
        head = batch_hash(head, made) if made else head
        leaves = [leaf_hash(b"\1" + leaf_bytes(each)) for each in made]
        leaves += [leaf_hash(b"\2" + each.leaf()) for each in said]
        words: Json = {
            "version": 1, "number": number, "lane": "lane_00", "day": day.isoformat(), "size": len(leaves),
            "seq_lo": len(transfers) + 1, "seq_hi": len(transfers) + moved, "refusal_lo": len(refusals) + 1,
            "refusal_hi": len(refusals) + refused, "root": root_hash(leaves).hex(), "chain": head.hex(),
            "previous": hashlib.sha256(statements[-1].encode()).hexdigest() if statements else bytes(32).hex(),
            "key_id": "seal-1",
        }  # fmt: skip
        transfers, refusals = transfers + made, refusals + said
        statements.append(json.dumps(words, sort_keys=True, separators=(",", ":")))
        seals.append(_seal(statements[-1], KEY))
        hashed.append(leaves)
    log = [leaf_hash(each.encode()) for each in statements]
    shown = ((0, 0, (0, 1)), (0, 0, (255, 256)), (0, 0, (299,)), (1, 300, (300,)), (3, 301, (301, 304, 307)))
    receipts: list[Json] = [
        {
            "version": 1,
            "transfers": [_proven(transfers[place], hashed[day], place - first) for place in places],
            "seal": seals[day],
        }
        for day, first, places in shown
    ]
    logs = [_log(log, before, after) for after in range(1, len(log) + 1) for before in range(1, after + 1)]
    return {
        "version": 1,
        "public_key": _public(KEY),
        "transfer_leaves": [{**_told(each), "leaf": leaf_bytes(each).hex()} for each in (transfers[0], transfers[299])],
        "refusal_leaves": [_refusal_vector(each) for each in refusals[:2]],
        "statements": [{"statement": each, "hash": hashlib.sha256(each.encode()).hexdigest()} for each in statements],
        "receipts": receipts,
        "logs": logs,
        "broken": [*_broken_receipts(receipts, seals), *_broken_logs(logs)],
    }


def _transfer(seq: int, day: date) -> Leaf:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(microseconds=seq)
    amount = 100 + seq * 37
    if seq % 5 == 0:
        return Leaf(
            seq, UUID(int=seq // 5), "cancel", "cancel", f"merchant:{7:032x}", f"lot:{seq % 3:032x}", amount, day, at
        )
    return Leaf(seq, UUID(int=seq), "payment", "payment", f"lot:{seq % 3:032x}", f"merchant:{7:032x}", amount, day, at)


def _refusal(number: int, day: date) -> _Refusal:
    at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(microseconds=number)
    words = '{"말": "잔액 부족", "code": "balance_insufficient", "facts": {"left": 1000}}'
    return _Refusal(number, "holder:7", f"key-{number}", hashlib.sha256(bytes([number])).digest(), "payment", words, at)


def _seal(statement: str, key: Ed25519PrivateKey) -> Json:
    signature = key.sign(statement.encode()).hex()
    return {"statement": statement, "key_id": "seal-1", "signature": signature, "public_key": _public(key)}


def _public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def _told(leaf: Leaf) -> Json:
    return {
        "seq": leaf.seq, "entry_id": leaf.entry_id.hex, "kind": leaf.kind, "code": leaf.code, "debit": leaf.debit,
        "credit": leaf.credit, "amount": leaf.amount, "effective_on": leaf.effective_on.isoformat(),
        "recorded_at": leaf.recorded_at.isoformat(timespec="microseconds"),
    }  # fmt: skip


def _proven(leaf: Leaf, hashes: list[bytes], place: int) -> Json:
    return {**_told(leaf), "place": place, "path": [step.hex() for step in inclusion_proof(hashes, place)]}


def _refusal_vector(each: _Refusal) -> Json:
    return {
        "number": each.number, "caller": each.caller, "key": each.key, "body_hash": each.body_hash.hex(),
        "kind": each.kind, "refusal": each.refusal, "recorded_at": each.recorded_at.isoformat(timespec="microseconds"),
        "leaf": each.leaf().hex(),
    }  # fmt: skip


def _log(hashes: list[bytes], before: int, after: int) -> Json:
    return {
        "version": 1, "before": before, "after": after, "root_before": root_hash(hashes[:before]).hex(),
        "root_after": root_hash(hashes[:after]).hex(),
        "path": [step.hex() for step in consistency_proof(hashes[:after], before)],
    }  # fmt: skip


def _broken_receipts(receipts: list[Json], seals: list[Json]) -> list[Json]:
    """Say what to change in which receipt, so that it must not verify any more."""
    first, path = receipts[0]["transfers"][0], receipts[1]["transfers"][0]["path"]
    fields = {
        "seq": first["seq"] + 1, "entry_id": f"{99:032x}", "kind": "grant", "code": "refund_paid",
        "debit": "bank:trust", "credit": first["credit"] + "0", "amount": first["amount"] + 1,
        "effective_on": "2026-11-21", "recorded_at": "2026-11-20T01:00:00.000002+00:00", "place": 1,
    }  # fmt: skip
    broken = [_change(f"another {name}", 0, ["transfers", 0, name], value) for name, value in fields.items()]
    for step, value in enumerate(path):
        flipped = f"{int(value, 16) ^ (1 << (step * 31 % 256)):064x}"
        broken.append(_change(f"one bit of step {step} flipped", 1, ["transfers", 0, "path", step], flipped))
    signature = receipts[0]["seal"]["signature"]
    statement = receipts[0]["seal"]["statement"]
    return [
        *broken,
        _change("a step too few", 1, ["transfers", 0, "path"], path[:-1]),
        _change("a step too many", 1, ["transfers", 0, "path"], [*path, path[-1]]),
        _change("the steps in another order", 1, ["transfers", 0, "path"], path[::-1]),
        _change("another transfer's path", 1, ["transfers", 1, "path"], path),
        _change("one bit of the signature flipped", 0, ["seal", "signature"], f"{int(signature, 16) ^ 1:0128x}"),
        _change("a statement that was not signed", 0, ["seal", "statement"], statement.replace(":303", ":304")),
        _change("signed by somebody else", 0, ["seal"], _seal(statement, OTHER_KEY)),
        _change("the seal of another day", 0, ["seal"], seals[1]),
        _change("a key of another name", 0, ["seal", "key_id"], "seal-2"),
        _change("nothing to prove", 0, ["transfers"], []),
    ]  # fmt: skip


def _broken_logs(logs: list[Json]) -> list[Json]:
    """Say what to change in which consistency proof, so that it must not verify any more."""
    broken: list[Json] = []
    for place, log in enumerate(logs):
        zeros = bytes(32).hex()
        if log["root_before"] != log["root_after"]:
            broken.append(_change("another beginning", place, ["root_before"], zeros, of="logs"))
            broken.append(_change("another end", place, ["root_after"], zeros, of="logs"))
            broken.append(_change("no steps", place, ["path"], [], of="logs"))
            broken.append(_change("a step too many", place, ["path"], [*log["path"], zeros], of="logs"))
        else:
            broken.append(_change("two roots for one size", place, ["root_after"], zeros, of="logs"))
        broken.append(_change("no days before", place, ["before"], 0, of="logs"))
        broken.append(_change("more days before than after", place, ["before"], log["after"] + 1, of="logs"))
    return broken


def _change(why: str, place: int, at: list[str | int], value: object, *, of: str = "receipts") -> Json:
    return {"why": why, "of": of, "place": place, "at": at, "value": value}


if __name__ == "__main__":
    words = json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_name("proof-vectors.json").write_text(words, encoding="utf-8")
