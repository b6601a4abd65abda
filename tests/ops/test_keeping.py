"""The verbs for keeping the books: the audit as PDF, archives, keys."""

from __future__ import annotations

import json
from pathlib import Path

from tests.ops.conftest import Command


def test_the_audit_writes_a_page_beside_its_json(onnuri: Command, house: dict[str, str], tmp_path: Path) -> None:
    said = onnuri("audit", "--json", "--pdf", str(tmp_path / "audit.pdf"), env=house)
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["ok"]
    assert (tmp_path / "audit.pdf").read_bytes().startswith(b"%PDF-")


def test_a_key_is_rotated_and_the_audit_stays_green(onnuri: Command, house: dict[str, str]) -> None:
    assert onnuri("key", "rotate", "seal", env=house).returncode == 0
    keys = json.loads(onnuri("key", "list", env=house).stdout)
    assert [(each["key_id"], each["retired_at"] is None) for each in keys] == [("seal-1", False), ("seal-2", True)]
    assert onnuri("audit", env=house).returncode == 0


def test_nothing_young_is_archived_and_nothing_strange_comes_in(
    onnuri: Command, house: dict[str, str], tmp_path: Path
) -> None:
    listed = json.loads(onnuri("archive", "list", env=house).stdout)
    assert listed["away"] == []
    assert listed["here"][0]["seq_lo"] == 1
    refused = onnuri("archive", "out", str(tmp_path), env=house)
    assert (refused.returncode, list(tmp_path.iterdir())) == (3, [])
    assert "partition_not_old" in refused.stderr
    strange = tmp_path / "transfers_000000000001.csv.gz"
    strange.write_bytes(b"x")
    damaged = onnuri("archive", "in", str(strange), env=house)
    assert damaged.returncode == 3
    assert "archive_damaged" in damaged.stderr


def test_a_drill_refuses_what_it_does_not_know(onnuri: Command, house: dict[str, str]) -> None:
    assert onnuri("drill", "--seed", "x", env=house).returncode == 2
