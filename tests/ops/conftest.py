"""Run the command line as people do: a process of its own, on the cluster of this run of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from onnuri.kit.config import Settings
from onnuri.kit.database import Database

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def environment(settings: Settings) -> dict[str, str]:
    """The environment of a command: this run's data directory and cluster."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONNURI_", "DATABASE_URL"))}
    cluster = {} if settings.database_url is None else {"DATABASE_URL": settings.database_url}
    return {**kept, **cluster, "ONNURI_DATA_DIR": str(settings.data_dir), "PYTHONWARNINGS": "error"}


@pytest.fixture
def house(environment: dict[str, str], database: Database) -> dict[str, str]:
    """The environment of a command that works on this test's own database."""
    return {**environment, "DATABASE_URL": database.superuser_url()}


@pytest.fixture
def onnuri() -> Command:
    """Run `onnuri …` and give what it said."""

    def run(*arguments: str, env: dict[str, str], flags: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *flags, "-m", "onnuri.ops", *arguments],
            env=env, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip

    return run
