"""`onnuri wallet owed` and `pay-owed`: what expired, paid through the bank, and once for one key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onnuri.banks.simulator.process import start_simulator
from onnuri.kit.config import Settings
from onnuri.ops.bank import bank_client
from onnuri.people.model import PersonRole
from onnuri.people.register import grant_roles
from onnuri.vouchers.expiry import expire_lots
from tests.ops.conftest import Command
from tests.settlement.town import Town
from tests.vouchers.money_back import seoul
from tests.world import OPENED, World


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[str]:
    """A simulated bank that goes on running between commands; its address."""
    running = start_simulator(tmp_path / "bank.sqlite3")
    yield running.base_url
    running.stop()


def test_what_expired_is_shown_and_paid_once(
    onnuri: Command, house: dict[str, str], world: World, settings: Settings, bank: str
) -> None:
    with bank_client(settings, bank) as client:
        Town(world, client, bank).wallet("minji", 10_000)
    wallet, noon = f"wal_{world.wallets['minji'].hex}", seoul(2031, 11, 20)
    house = {**house, "ONNURI_BANK_URL": bank}
    with world.begin() as conn:
        expire_lots(conn, at=seoul(2031, 11, 20, 0))
        grant_roles(conn, [(world.clerk, PersonRole.OPERATOR, None)], at=OPENED)
        ahead = int((noon - datetime.now(UTC)).total_seconds())
        conn.exec_driver_sql("UPDATE shared.test_clock SET ahead_seconds = %(ahead)s", {"ahead": ahead})
    holder, clerk = (f"per_{id.hex}" for id in (world.holders["minji"], world.clerk))
    told = onnuri("wallet", "owed", wallet, "--by", clerk, env=house)
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == {"wallet": wallet, "amount": 9_300, "on_its_way": 0}
    refused = onnuri("wallet", "pay-owed", wallet, "--key", "once", "--by", holder, env=house)
    assert (refused.returncode, "It takes: operator (role_missing)" in refused.stderr) == (3, True), refused.stderr
    paid = [onnuri("wallet", "pay-owed", wallet, "--key", "once", "--by", clerk, env=house) for _ in range(2)]
    assert [each.returncode for each in paid] == [0, 0], paid[0].stderr
    first, again = (json.loads(each.stdout) for each in paid)
    assert (first, first["status"], first["amount"]) == (again, "SUCCEEDED", 9_300)
    empty = onnuri("wallet", "pay-owed", wallet, "--key", "twice", "--by", clerk, env=house)
    assert world.rows(f"outcomes WHERE caller = 'person:{world.clerk.hex}'") == 2
    assert (empty.returncode, "Nothing is owed" in empty.stderr) == (3, True), empty.stderr
