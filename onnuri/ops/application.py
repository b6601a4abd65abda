"""The whole application: the API, and the pages beside it on the same engines and tills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onnuri.api.app import create_app
from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import Clock
from onnuri.kit.database import Database
from onnuri.web.desk import Desk
from onnuri.web.pages import install_pages


def application(database: Database, *, clock: Clock, bank: OpenBankingClient | None) -> Callable[..., Any]:
    """Put API and pages together as one ASGI application; nothing is opened before it starts."""
    app = create_app(database, database.settings, clock=clock, bank=bank)

    def open_desk() -> Desk:
        house = app.state.house
        return Desk(
            engines=house.engines,
            tills=house.tills,
            tokens=house.tokens,
            clock=house.clock,
            sticker_keys=house.sticker_keys.trusted,
            sign_ins=house.sign_ins,
            sealer=house.sealer,
            bank=house.bank,
            sandbox=house.settings.sandbox,
        )

    install_pages(app, open_desk)
    return app
