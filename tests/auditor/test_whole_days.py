"""The auditor finds nothing where nothing is wrong, says so in the form that scripts rely on, and stands alone."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.auditor.canonical import FIRST_PREVIOUS, Leaf, batch_hash, leaf_bytes
from onnuri.auditor.findings import EXAMPLES_MAX, Check, Finding, Report, judge
from onnuri.auditor.report import CHECKS, run_audit
from onnuri.auditor.snapshot import open_snapshot
from onnuri.kit.database import Database, Role, clone_database, drop_database

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)
LEAF = Leaf(1, UUID(int=2), "payment", "payment", "lot:a", "merchant:b", 32_500, date(2026, 11, 20), AT)


def test_market_days_in_two_lanes_are_in_order(market_days: Database) -> None:
    told: list[Check] = []
    report = run_audit(market_days.url(Role.AUDITOR), progress=told.append)
    assert report.ok, report.as_text()
    assert [check.name for check in told] == [name for name, _ in CHECKS] == [check.name for check in report.checks]


def test_an_empty_house_is_in_order(database: Database) -> None:
    assert run_audit(database.url(Role.AUDITOR)).ok


def test_a_report_has_exactly_the_form_that_scripts_rely_on() -> None:
    report = Report((judge("a", []), judge("b", [Finding("lot 1", "is short", 7, "holder")])))
    assert report.as_json() == {
        "ok": False,
        "checks": [{"name": "a", "ok": True, "rows": 0, "loss": 0}, {"name": "b", "ok": False, "rows": 1, "loss": 7}],
    }
    assert report.failed() == ["b"]
    assert report.check("b").losers == (("holder", 7),)
    assert "lot 1: is short" in report.as_text()
    with pytest.raises(KeyError):
        report.check("c")


def test_findings_are_counted_all_and_kept_few() -> None:
    check = judge("many", (Finding(f"lot {n}", "is short", n, "holder" if n % 2 else "shop") for n in range(1000)))
    assert (check.rows, check.loss, len(check.examples)) == (1000, 499_500, EXAMPLES_MAX)
    assert check.losers == (("holder", 250_000), ("shop", 249_500))


def test_the_auditor_runs_by_itself_and_exits_by_its_verdict(market_days: Database) -> None:
    copy = clone_database(market_days, "audited_by_itself")
    command = [sys.executable, "-m", "onnuri.auditor", copy.url(Role.AUDITOR)]
    try:
        clean = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
        assert (clean.returncode, json.loads(clean.stdout)["ok"]) == (0, True)
        with psycopg.connect(copy.superuser_url()) as conn:
            conn.execute("SET session_replication_role = replica")
            conn.execute("DELETE FROM lane_00.transfers WHERE seq = 3")
        broken = subprocess.run(command, capture_output=True, text=True, check=False)
        assert broken.returncode == 1
        assert "FAIL seq_gapless" in broken.stdout
    finally:
        drop_database(copy)
    gone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (gone.returncode, gone.stdout) == (2, "")


def test_nothing_can_be_written_through_a_look(market_days: Database) -> None:
    with open_snapshot(market_days.superuser_url()) as snapshot, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        snapshot.conn.execute("UPDATE lane_00.lane SET last_seq = 0")


def test_the_canonical_bytes_are_as_published() -> None:
    parts = [
        (1).to_bytes(8),
        bytes(15) + b"\2",
        b"\0\0\0\7payment",
        b"\0\0\0\7payment",
        b"\0\0\0\5lot:a",
        b"\0\0\0\12merchant:b",
        (32_500).to_bytes(8),
        (20_777).to_bytes(4),
        (1_795_136_400_000_000).to_bytes(8),
    ]
    assert leaf_bytes(LEAF) == b"".join(parts)


@given(st.integers(0, 7 * 8 - 1), st.text(max_size=5), st.text(max_size=5))
def test_no_two_transfers_share_their_bytes(bit: int, kind: str, code: str) -> None:
    other = replace(LEAF, kind=kind, code=code, amount=LEAF.amount ^ (1 << bit))
    shifted = replace(other, kind=kind + code, code="")
    assert leaf_bytes(other) != leaf_bytes(LEAF)
    assert (leaf_bytes(shifted) == leaf_bytes(other)) == (code == "")
    assert batch_hash(FIRST_PREVIOUS, [LEAF, other]) != batch_hash(FIRST_PREVIOUS, [other, LEAF])
