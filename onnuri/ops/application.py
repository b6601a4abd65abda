"""The whole application: the API, and the pages beside it on the same engines and tills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onnuri.api.app import create_app
from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import Clock
from onnuri.kit.database import Database


def application(database: Database, *, clock: Clock, bank: OpenBankingClient | None) -> Callable[..., Any]:
    """Put API and pages together as one ASGI application; nothing is opened before it starts."""
    return create_app(database, database.settings, clock=clock, bank=bank)
