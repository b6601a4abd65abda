"""A real simulated bank over real HTTP for the tests of the rails."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.mailbox import StatementMailbox
from onnuri.banks.simulator.process import SimulatorProcess, start_simulator
from onnuri.banks.tran_id import bank_tran_id
from onnuri.banks.wire import ContractAccount

_NUMBERS = itertools.count(1)
_CONTRACTS = itertools.count(1101230000678)


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    """The bank all scenario tests share; each test has a contract account of its own."""
    running = start_simulator(tmp_path_factory.mktemp("bank") / "bank.sqlite3", hold_seconds=3.0)
    yield running
    running.stop()


@pytest.fixture
def access(simulator: SimulatorProcess) -> BankAccess:
    """Our access to the shared bank, on a contract account nobody used before."""
    return BankAccess(
        base_url=simulator.base_url,
        client_id="client",
        client_secret="secret",
        institution_code="M202600001",
        contract=ContractAccount("097", str(next(_CONTRACTS)), "온누리상품권"),
    )


@pytest.fixture
def client(access: BankAccess) -> Iterator[OpenBankingClient]:
    """A patient client."""
    with OpenBankingClient(access, timeout_seconds=20) as open_client:
        yield open_client


@pytest.fixture
def mailbox(simulator: SimulatorProcess) -> StatementMailbox:
    """Where the shared bank puts its statements."""
    return StatementMailbox(simulator.base_url)


@pytest.fixture
def new_id() -> Callable[[], str]:
    """Make transaction ids nobody used before."""
    return lambda: bank_tran_id("M202600001", next(_NUMBERS))


@pytest.fixture(scope="session")
def xsd() -> Path:
    """The published schema of camt.053, which is not part of this project."""
    path = Path(__file__).parents[3] / "shared" / "rails" / "xsd" / "camt.053.001.08.xsd"
    if not path.exists():
        pytest.skip("the ISO 20022 schemas are not part of this project and not beside it")
    return path
