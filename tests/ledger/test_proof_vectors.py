"""The published vectors: made again byte for byte, accepted by the stand-alone verifier, and no broken one is."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from docs.proof_vectors import vectors
from onnuri.auditor import verify

FILE = Path(__file__).resolve().parents[2] / "docs" / "proof-vectors.json"
PUBLISHED: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
KEY = bytes.fromhex(PUBLISHED["public_key"])


def test_the_published_vectors_are_what_the_code_makes() -> None:
    assert json.loads(json.dumps(vectors())) == PUBLISHED, "run `python docs/proof_vectors.py`"


def test_every_receipt_and_every_log_is_accepted() -> None:
    days = [verify.verify_receipt(proof, KEY)["day"] for proof in PUBLISHED["receipts"]]
    assert days == ["2026-11-20", "2026-11-20", "2026-11-20", "2026-11-21", "2026-11-23"]
    for proof in PUBLISHED["logs"]:
        verify.verify_log(proof)
    assert len(PUBLISHED["logs"]) == 15


@pytest.mark.parametrize("broken", PUBLISHED["broken"], ids=lambda b: f"{b['of']}-{b['place']}-{b['why']}")
def test_no_broken_variant_is_accepted(broken: dict[str, Any]) -> None:
    proof = copy.deepcopy(PUBLISHED[broken["of"]][broken["place"]])
    *way, last = broken["at"]
    inner = proof
    for step in way:
        inner = inner[step]
    assert inner[last] != broken["value"]
    inner[last] = broken["value"]
    with pytest.raises(verify.NotProven):
        verify.verify_receipt(proof, KEY) if broken["of"] == "receipts" else verify.verify_log(proof)


def test_the_database_writes_the_same_leaves(conn: Connection) -> None:
    for leaf in PUBLISHED["transfer_leaves"]:
        query = """
            SELECT leaf(:seq, CAST(:entry_id AS uuid), :kind, :code, :debit, :credit, :amount,
                        CAST(:effective_on AS date), CAST(:recorded_at AS timestamptz))"""
        assert bytes(conn.execute(text(query), leaf).scalar_one()).hex() == leaf["leaf"]
        assert verify.transfer_leaf(leaf).hex() == leaf["leaf"]
    for leaf in PUBLISHED["refusal_leaves"]:
        query = """
            SELECT refusal_leaf(:number, :caller, :key, decode(:body_hash, 'hex'), :kind, CAST(:refusal AS jsonb),
                                CAST(:recorded_at AS timestamptz))"""
        assert bytes(conn.execute(text(query), leaf).scalar_one()).hex() == leaf["leaf"]
