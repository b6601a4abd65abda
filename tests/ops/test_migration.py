"""`onnuri migration …`: a file is staged, listed, given up and staged anew, as an office types it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from onnuri.kit.database import Database
from onnuri.vouchers.moving_in.migration_file import CONTROL_HEADER, LOT_HEADER
from tests.ops.conftest import Command
from tests.ops.test_giving import Office
from tests.world import World


def test_a_file_that_cannot_go_on_is_listed_and_given_up(
    database: Database, invariants: None, onnuri: Command, house: dict[str, str], tmp_path: Path
) -> None:
    world = World(database)
    office = Office(world, onnuri, house)

    def run(*arguments: str) -> Any:
        said = onnuri("migration", *arguments, env=house)
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)

    lots, control = tmp_path / "lots.csv", tmp_path / "control.csv"
    tail = "A1,bought,digital,10000,9300,10000,2026-01-01,2040-01-01,settled"
    lots.write_text(f"{','.join(LOT_HEADER)}\n{office.checker},{tail}\n", encoding="utf-8")
    totals = f"holder,{office.checker},1,10000,9300\nprogramme,digital,1,10000,9300\n"
    control.write_text(f"{','.join(CONTROL_HEADER)}\n{totals}", encoding="utf-8")
    stage = ("stage", str(lots), str(control), "--operator", "earlier", "--by", office.maker)
    first = run(*stage)["migration"]
    assert run("reject", first, "--by", office.checker)["status"] == "REJECTED"
    again = run(*stage)["migration"]
    (newest, oldest) = run("list")["migrations"]
    assert (newest["migration"], newest["status"], newest["operator"]) == (again, "STAGED", "earlier")
    assert (oldest["migration"], oldest["status"]) == (first, "REJECTED")
    late = onnuri("migration", "reject", first, "--by", office.checker, env=house)
    assert late.returncode == 3
    world.close()
