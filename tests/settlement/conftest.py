"""A market with a real simulated bank, for the tests of settlement."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.simulator.process import SimulatorProcess, start_simulator
from onnuri.banks.wire import ContractAccount
from onnuri.kit.database import Database
from tests.settlement.town import Town
from tests.world import World

_TESTS = itertools.count(1)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The bank all tests of settlement share; it makes callers wait longer than they do."""
    running = start_simulator(tmp_path_factory.mktemp("bank") / "bank.sqlite3", hold_seconds=5.0)
    yield running
    running.stop()


@pytest.fixture
def bank(simulator: SimulatorProcess) -> Iterator[OpenBankingClient]:
    """A client of the bank; each test is an institution of its own, with an account of its own."""
    number = next(_TESTS)
    contract = ContractAccount("097", f"2201230{number:06d}", "온누리상품권")
    access = BankAccess(simulator.base_url, "client", "secret", f"T97{number:07d}", contract)
    with OpenBankingClient(access, timeout_seconds=2.5) as client:
        yield client


@pytest.fixture
def town(world: World, bank: OpenBankingClient, simulator: SimulatorProcess) -> Town:
    """A market in one lane; ends with the invariants."""
    return Town(world, bank, simulator.base_url)


@pytest.fixture
def two_lanes(
    database: Database, invariants: None, bank: OpenBankingClient, simulator: SimulatorProcess
) -> Iterator[Town]:
    """A market whose wallets live in two lanes; ends with the invariants."""
    world = World(database, lanes=("lane_00", "lane_01"))
    yield Town(world, bank, simulator.base_url)
    world.close()
