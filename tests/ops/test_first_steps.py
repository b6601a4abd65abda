"""docs/first-steps.md and docs/giving.md are true: their blocks are run in their order against `onnuri up`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from onnuri.banks.simulator.process import start_simulator
from onnuri.kit.clock import SEOUL
from onnuri.kit.database import Database, Role
from tests.ops.test_up import heard, running

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("curl") is None, reason="the pages speak curl, which is not installed"),
]


def test_the_first_steps_work_as_they_are_written(house: dict[str, str], database: Database, tmp_path: Path) -> None:
    said = _run("first-steps.md", house, database, tmp_path)
    assert "SUCCEEDED" in said
    assert "{'PAID': 1}" in said
    assert "proven: 1 transfers" in said
    assert "FAIL" not in said


def test_giving_works_as_it_is_written(house: dict[str, str], database: Database, tmp_path: Path) -> None:
    said = _run("giving.md", house, database, tmp_path)
    wanted = [
        "지갑 칸에는 wal_로 시작하는 지갑 번호를 쓰세요: wal_wrong",
        "APPROVED", "DONE", "{'credited': 1, 'total': 50000, 'refused': 1}",
        "50000", "30000", "30000", "bank", "0", "SUCCEEDED", "APPROVED", "DONE", "40000", "60000", "credits.made",
        "grant.clawed_back", "claw_back.repaid", "company.bought", "\n0\n",
    ]  # fmt: skip
    place = 0
    for words in wanted:
        place = said.find(words, place)
        assert place >= 0, (words, said)
    assert "FAIL" not in said


def _run(page: str, house: dict[str, str], database: Database, tmp_path: Path) -> str:
    """Run the blocks of a page against a house of its own; what they say."""
    _begin_tomorrow_at_ten(database)
    bank = start_simulator(tmp_path / "bank.sqlite")
    try:
        with running({**house, "ONNURI_BANK_URL": bank.base_url}, "up", "--port", "0") as (_, said):
            address = heard(said, "pages").split()[-1].rstrip("/")
            ran = subprocess.run(
                ["bash", "-c", _script(ROOT / "docs" / page)], cwd=ROOT,
                env={**house, "ONNURI_URL": address, "TMPDIR": str(tmp_path)},
                capture_output=True, text=True, check=False, timeout=240,
            )  # fmt: skip
    finally:
        bank.stop()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _script(page: Path) -> str:
    """Take the blocks of a page as one script that stops at the first failure."""
    blocks = "\n".join(re.findall(r"```bash\n(.*?)```", page.read_text(encoding="utf-8"), re.S))
    return "set -euo pipefail\n" + blocks.replace(".venv/bin/", f"{Path(sys.executable).parent}/")


def _begin_tomorrow_at_ten(database: Database) -> None:
    """Put the test clock to ten in the morning, so that the bank's window (23:30-00:30) never closes on this test."""
    now = datetime.now(UTC)
    ten = datetime.combine(now.astimezone(SEOUL).date() + timedelta(days=1), time(10), SEOUL)
    with database.single(Role.APP).begin() as conn:
        conn.execute(
            text("UPDATE shared.test_clock SET ahead_seconds = :ahead"), {"ahead": (ten - now) // timedelta(seconds=1)}
        )
