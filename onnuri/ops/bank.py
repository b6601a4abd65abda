"""Which bank we speak to: configuration, or the simulated one in the sandbox."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.simulator.process import start_simulator
from onnuri.banks.wire import ContractAccount
from onnuri.kit.config import ConfigurationError, Settings

_SANDBOX = {
    "ONNURI_BANK_CLIENT_ID": "sandbox",
    "ONNURI_BANK_CLIENT_SECRET": "sandbox",
    "ONNURI_BANK_INSTITUTION": "M202600001",
    "ONNURI_BANK_CODE": "097",
    "ONNURI_BANK_ACCOUNT": "1101230000678",
    "ONNURI_BANK_ACCOUNT_HOLDER": "온누리상품권",
    "ONNURI_BANK_TIMEOUT_SECONDS": "10",
}
"""What the simulated bank takes; production must say each of its own, the time-out excepted."""


def bank_access(settings: Settings, base_url: str) -> BankAccess:
    """Read who we are at the bank; refuses (`ConfigurationError`) production without its own values."""
    return BankAccess(
        base_url=base_url,
        client_id=_given(settings, "ONNURI_BANK_CLIENT_ID"),
        client_secret=_given(settings, "ONNURI_BANK_CLIENT_SECRET"),
        institution_code=_given(settings, "ONNURI_BANK_INSTITUTION"),
        contract=ContractAccount(
            _given(settings, "ONNURI_BANK_CODE"),
            _given(settings, "ONNURI_BANK_ACCOUNT"),
            _given(settings, "ONNURI_BANK_ACCOUNT_HOLDER"),
        ),
    )


def bank_client(settings: Settings, base_url: str, *, timeout_seconds: float | None = None) -> OpenBankingClient:
    """Make the client of the bank at an address; the time-out is the configured one unless given."""
    configured = float(_given(settings, "ONNURI_BANK_TIMEOUT_SECONDS"))
    return OpenBankingClient(bank_access(settings, base_url), timeout_seconds=timeout_seconds or configured)


@contextmanager
def bank_address(settings: Settings) -> Generator[str]:
    """Give the bank's address, starting the simulated bank for the while where none is named.

    Refuses (`ConfigurationError`) production without `ONNURI_BANK_URL`.
    """
    if settings.bank_url is not None:
        yield settings.bank_url
        return
    if not settings.sandbox:
        raise ConfigurationError("production needs ONNURI_BANK_URL")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    simulator = start_simulator(settings.data_dir / "bank.sqlite")
    try:
        yield simulator.base_url
    finally:
        simulator.stop()


def _given(settings: Settings, name: str) -> str:
    value = os.environ.get(name)
    if value:
        return value
    if settings.sandbox or name == "ONNURI_BANK_TIMEOUT_SECONDS":
        return _SANDBOX[name]
    raise ConfigurationError(f"production needs {name}")
