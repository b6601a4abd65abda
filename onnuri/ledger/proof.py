"""Proofs for outsiders: that a transfer is in a sealed day, and that the log of days only ever grew."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.merkle import consistency_proof, inclusion_proof, leaf_hash, root_hash
from onnuri.kit.refusals import Conflict, NotFound
from onnuri.ledger.model import JournalLine
from onnuri.ledger.read import journal
from onnuri.ledger.seal import TILE, DayRange, day_range, leaves, seals


class NotSealedYet(Conflict):
    """The day of that transfer is not sealed yet."""

    code = "not_sealed_yet"
    ko = "아직 봉인되지 않은 영업일입니다. 마감 후 다시 확인해 주세요."
    en = "That business day is not sealed yet; ask again after its close."


class NothingToProve(NotFound):
    """No such transfer or entry is in the books of this lane."""

    code = "nothing_to_prove"
    ko = "장부에서 찾을 수 없습니다."
    en = "The books of this lane hold no such thing."


Proof = dict[str, object]


def prove_entry(conn: Connection, entry_id: UUID) -> Proof:
    """Prove that every transfer of an entry is in a sealed day. Refuses `NothingToProve`, `NotSealedYet`.

    The document is checked by `onnuri/auditor/verify.py` without server or database; docs/ledger.md gives its layout.
    """
    lines = journal(conn, entry_id=entry_id)
    if not lines:
        raise NothingToProve
    row = conn.execute(
        text("""
            SELECT s.day, s.statement, s.key_id, s.signature, k.public_key
            FROM days d JOIN seals s ON s.day = d.day JOIN shared.public_keys k ON k.key_id = s.key_id
            WHERE d.seq_hi >= :seq ORDER BY d.day LIMIT 1
        """),
        {"seq": lines[-1].seq},
    ).one_or_none()
    if row is None:
        raise NotSealedYet
    covered = day_range(conn, row.day)
    return {
        "version": 1,
        "transfers": [_proven(conn, covered, line) for line in lines],
        "seal": {
            "statement": row.statement, "key_id": row.key_id,
            "signature": bytes(row.signature).hex(), "public_key": bytes(row.public_key).hex(),
        },
    }  # fmt: skip


def _proven(conn: Connection, covered: DayRange, line: JournalLine) -> Proof:
    place = line.seq - covered.seq_lo
    return {
        "seq": line.seq, "entry_id": line.entry_id.hex, "kind": line.kind, "code": line.code, "debit": line.debit,
        "credit": line.credit, "amount": line.amount, "effective_on": line.effective_on.isoformat(),
        "recorded_at": line.recorded_at.isoformat(timespec="microseconds"), "place": place,
        "path": [step.hex() for step in path_to_root(conn, covered, place)],
    }  # fmt: skip


def path_to_root(conn: Connection, covered: DayRange, place: int) -> list[bytes]:
    """Give the inclusion proof of the leaf at a place: inside its tile, then over the tiles; reads one tile."""
    tile = place // TILE
    inside = [leaf_hash(data) for data in leaves(conn, covered, first=tile * TILE, count=TILE)]
    rows = conn.execute(text("SELECT hash FROM seal_tiles WHERE day = :day ORDER BY place"), {"day": covered.day})
    tiles = [bytes(found) for found in rows.scalars()]
    return inclusion_proof(inside, place % TILE) + inclusion_proof(tiles, tile)


def log_hashes(conn: Connection, *, to_number: int | None = None) -> Sequence[bytes]:
    """Give the leaf hashes of the log of days: one per seal, over its statement."""
    return [leaf_hash(seal.statement.encode()) for seal in seals(conn, to_number=to_number)]


def prove_consistency(conn: Connection, *, before: int, after: int) -> Proof:
    """Prove that the log of the first `before` days is the beginning of that of the first `after`."""
    hashes = log_hashes(conn, to_number=after)
    if not 0 < before <= len(hashes) or len(hashes) != after:
        raise NothingToProve
    return {
        "version": 1, "before": before, "after": after,
        "root_before": root_hash(hashes[:before]).hex(), "root_after": root_hash(hashes).hex(),
        "path": [step.hex() for step in consistency_proof(hashes, before)],
    }  # fmt: skip
