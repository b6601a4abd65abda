"""The API over real HTTP: a served world of one's own, or one that tests share which change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from onnuri.banks.simulator.process import SimulatorProcess, start_simulator
from onnuri.kit.database import Database, clone_database, drop_database
from tests.api.town import Town, serve
from tests.invariants import violations
from tests.world import World


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The bank of these tests."""
    running = start_simulator(tmp_path_factory.mktemp("bank") / "bank.sqlite3", hold_seconds=1.5)
    yield running
    running.stop()


@pytest.fixture
def town(world: World, simulator: SimulatorProcess) -> Iterator[Town]:
    """A served world of one's own, which ends with the invariants."""
    with serve(world, simulator) as made:
        yield made


@pytest.fixture(scope="module")
def common_town(template: Database, simulator: SimulatorProcess) -> Iterator[Town]:
    """A served world that tests share which must not change anything in it."""
    database = clone_database(template, f"test_{uuid4().hex[:12]}")
    world = World(database)
    with serve(world, simulator) as made:
        yield made
    assert violations(database) == []
    world.close()
    drop_database(database)
