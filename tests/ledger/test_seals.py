"""Seals and proofs: every transfer and refusal is in, any change is seen, and one file checks it without us."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from onnuri.auditor import verify
from onnuri.kit.clock import seoul_midnight
from onnuri.kit.merkle import leaf_hash, root_hash
from onnuri.kit.signing import current_signer, rotate_signer
from onnuri.ledger.proof import NothingToProve, NotSealedYet, prove_consistency, prove_entry
from onnuri.ledger.seal import day_range, last_seal, leaves, seal_days
from onnuri.ledger.snapshots import snapshot_days
from onnuri.settlement.seal import seal_closed_days
from tests.world import OPENED, World, receipt

DAY = timedelta(days=1)
TODAY = date(2026, 11, 20)


@pytest.fixture
def sealed(world: World) -> World:
    """Three sealed days: one of 300 payments and some refusals, one of nothing, one small one."""
    world.wallet("minji", 1_000_000)
    world.shop("fish")
    for start in range(0, 300, 100):
        world.run([world.payment("minji", "fish", 10 + start + place) for place in range(100)])
    for _ in range(3):
        world.pay("minji", "fish", 1_900_000)
    close_and_seal(world, TODAY)
    close_and_seal(world, TODAY + DAY)
    world.pay("minji", "fish", 50, at=OPENED + 2 * DAY)
    close_and_seal(world, TODAY + 2 * DAY)
    return world


def close_and_seal(world: World, day: date) -> None:
    at = seoul_midnight(day + DAY)
    world.close_day(day, at=at)
    seal_closed_days(world.begin, world.database.settings, at=at)


def proofs(world: World) -> Iterator[dict[str, Any]]:
    with world.begin() as conn:
        for entry in conn.execute(text("SELECT id FROM entries ORDER BY id")).scalars().all():
            yield json.loads(json.dumps(prove_entry(conn, entry)))


def test_every_entry_of_every_day_is_proven_by_the_stand_alone_verifier(sealed: World) -> None:
    proven = [verify.verify_receipt(proof)["day"] for proof in proofs(sealed)]
    assert len(proven) == sealed.rows("entries")
    assert sorted(set(proven)) == ["2026-11-20", "2026-11-22"]


def test_the_root_is_over_transfers_and_then_refusals(sealed: World) -> None:
    with sealed.begin() as conn:
        covered = day_range(conn, TODAY)
        data = list(leaves(conn, covered))
        statement = json.loads(conn.execute(text("SELECT statement FROM seals WHERE number = 1")).scalar_one())
    assert [leaf[0] for leaf in data] == [1] * (covered.seq_hi) + [2] * 3
    assert root_hash([leaf_hash(leaf) for leaf in data]).hex() == statement["root"]
    assert statement["size"] == len(data) == covered.size


def test_an_empty_day_has_a_seal_too(sealed: World) -> None:
    with sealed.begin() as conn:
        statement = json.loads(conn.execute(text("SELECT statement FROM seals WHERE number = 2")).scalar_one())
    assert statement["size"] == 0


def test_no_change_of_any_field_and_no_flipped_bit_verifies(sealed: World) -> None:
    proof = next(iter(proofs(sealed)))
    verify.verify_receipt(proof)
    changes: dict[str, Any] = {
        "seq": 2, "entry_id": "00" * 16, "kind": "grant", "code": "x", "debit": "bank:trusts", "credit": "lot:1",
        "amount": 1, "effective_on": "2026-11-21", "recorded_at": "2026-11-20T01:00:00.000001+00:00", "place": 1,
    }  # fmt: skip
    for name, value in changes.items():
        broken = copy.deepcopy(proof)
        broken["transfers"][0][name] = value
        with pytest.raises(verify.NotProven):
            verify.verify_receipt(broken)
    for place, step in enumerate(proof["transfers"][0]["path"]):
        for bit in (0, 100, 255):
            broken = copy.deepcopy(proof)
            broken["transfers"][0]["path"][place] = f"{int(step, 16) ^ (1 << bit):064x}"
            with pytest.raises(verify.NotProven):
                verify.verify_receipt(broken)
    for name in ("statement", "signature"):
        broken = copy.deepcopy(proof)
        value = broken["seal"][name]
        broken["seal"][name] = (
            value.replace('"size":', '"size":1') if name == "statement" else f"{int(value[:2], 16) ^ 1:02x}{value[2:]}"
        )
        with pytest.raises(verify.NotProven):
            verify.verify_receipt(broken)
    with pytest.raises(verify.NotProven):
        verify.verify_receipt(proof, bytes(32))


def test_a_proof_counts_no_transfer_twice_and_takes_whole_numbers_only(sealed: World) -> None:
    proof = next(proof for proof in proofs(sealed) if len(proof["transfers"]) == 1)
    twice = {**proof, "transfers": proof["transfers"] * 2}
    for name, worth in (("amount", 0.5), ("amount", str), ("seq", float), ("place", float)):
        broken = copy.deepcopy(proof)
        given = broken["transfers"][0][name]
        broken["transfers"][0][name] = worth(given) if isinstance(worth, type) else given + worth
        for edited in (twice, broken):
            with pytest.raises(verify.NotProven):
                verify.verify_receipt(edited)


def test_the_days_are_chained_and_the_log_only_grows(sealed: World) -> None:
    with sealed.begin() as conn:
        hashes = [bytes(found) for found in conn.execute(text("SELECT hash FROM seals ORDER BY number")).scalars()]
        statements = conn.execute(text("SELECT statement FROM seals ORDER BY number")).scalars().all()
        assert [json.loads(said)["previous"] for said in statements] == [
            bytes(32).hex(),
            *(h.hex() for h in hashes[:-1]),
        ]
        for after in range(1, 4):
            for before in range(1, after + 1):
                proof = json.loads(json.dumps(prove_consistency(conn, before=before, after=after)))
                verify.verify_log(proof)
                if before < after:
                    with pytest.raises(verify.NotProven):
                        verify.verify_log(proof | {"root_before": bytes(32).hex()})
        for before, after in ((0, 1), (2, 1), (1, 4)):
            with pytest.raises(NothingToProve):
                prove_consistency(conn, before=before, after=after)


def test_what_is_not_sealed_or_not_there_is_not_proven(sealed: World) -> None:
    paid = receipt(sealed.pay("minji", "fish", 70, at=OPENED + 4 * DAY))
    with sealed.begin() as conn:
        with pytest.raises(NotSealedYet):
            prove_entry(conn, paid.entry_id)
        with pytest.raises(NothingToProve):
            prove_entry(conn, paid.id)


def test_sealing_again_changes_nothing_and_a_rotated_key_leaves_old_proofs_good(sealed: World) -> None:
    at = OPENED + 5 * DAY
    assert seal_closed_days(sealed.begin, sealed.database.settings, at=at) == {"lane_00": []}
    with sealed.begin() as conn:
        assert rotate_signer(conn, sealed.database.settings, "seal", at=at).key_id == "seal-2"
        assert current_signer(conn, sealed.database.settings, "seal", at=at).key_id == "seal-2"
    close_and_seal(sealed, TODAY + 3 * DAY)
    with sealed.begin() as conn:
        seal = last_seal(conn)
    assert seal is not None
    assert seal.key_id == "seal-2"
    for proof in proofs(sealed):
        verify.verify_receipt(proof)


def test_the_verifier_is_one_file_that_needs_nothing_of_ours(sealed: World, tmp_path: Path) -> None:
    copied = tmp_path / "verify.py"
    copied.write_text(Path(verify.__file__).read_text())
    proof = next(iter(proofs(sealed)))
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    arguments = [sys.executable, "-I", str(copied), str(tmp_path / "proof.json"), "--public-key"]
    good = subprocess.run([*arguments, proof["seal"]["public_key"]], capture_output=True, text=True, check=False)
    assert (good.returncode, good.stdout) == (0, "proven: 2 transfers are in lane_00 2026-11-20\n")
    other = subprocess.run([*arguments, "00" * 32], capture_output=True, text=True, check=False)
    assert other.returncode == 1
    assert other.stderr.startswith("NOT proven")
    (tmp_path / "proof.json").write_text("[]")
    assert subprocess.run(arguments[:-1], capture_output=True, check=False).returncode == 1


def test_with_a_transaction_held_open_nothing_is_skipped(world: World) -> None:
    """A payment that waits for the lane while the day closes is in the next day, not lost between two."""
    world.wallet("minji", 100_000)
    world.shop("fish")
    open_payment = world.engines["lane_00"].connect()
    begun = open_payment.begin()
    from onnuri.payments.batch import run_batch

    run_batch(open_payment, [world.payment("minji", "fish", 300)], at=OPENED)
    with world.begin() as conn:
        assert conn.execute(text("SELECT count(*) FROM payments")).scalar_one() == 0
        snapshot_days(conn, at=OPENED)
        assert (
            seal_days(
                conn, lane="lane_00", signer=current_signer(conn, world.database.settings, "seal", at=OPENED), at=OPENED
            )
            == []
        )
    begun.commit()
    open_payment.close()
    close_and_seal(world, TODAY)
    assert {verify.verify_receipt(proof)["day"] for proof in proofs(world)} == {"2026-11-20"}


def test_days_that_are_closed_late_each_hold_their_own(world: World) -> None:
    """Three days, closed at once on the fourth: every entry is sealed with its own day."""
    world.wallet("minji", 100_000)
    world.shop("fish")
    for number in range(4):
        world.pay("minji", "fish", 100 + number, at=OPENED + number * DAY)
        world.pay("minji", "fish", 1_900_000, at=OPENED + number * DAY)
    at = OPENED + 3 * DAY
    world.close_day(TODAY + 2 * DAY, at=at)
    seal_closed_days(world.begin, world.database.settings, at=at)
    with world.begin() as conn:
        sizes = [
            json.loads(each)["size"]
            for each in conn.execute(text("SELECT statement FROM seals ORDER BY number")).scalars()
        ]
        entries = conn.execute(
            text("SELECT id, effective_on FROM entries WHERE effective_on < :on"), {"on": TODAY + 3 * DAY}
        ).all()
        proven = {
            row.effective_on.isoformat(): verify.verify_receipt(json.loads(json.dumps(prove_entry(conn, row.id))))[
                "day"
            ]
            for row in entries
        }
    assert sizes == [4, 2, 2]  # the first also holds the charge's two transfers
    assert proven == {day: day for day in ("2026-11-20", "2026-11-21", "2026-11-22")}
