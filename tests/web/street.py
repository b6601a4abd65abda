"""A served street for the tests of pages: two shops, holders and finance with logins, and a real server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import uvicorn
from anyio import CapacityLimiter
from fastapi import FastAPI
from sqlalchemy import text

from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import AheadClock, SystemClock
from onnuri.merchants.signing import sticker_keys_of
from onnuri.payments.till import Till
from onnuri.people.model import PersonRole
from onnuri.people.passwords import hash_password
from onnuri.people.register import NewPerson, grant_roles, register_people
from onnuri.people.sealing import sealer_of
from onnuri.people.tokens import RecognisedTokens
from onnuri.web.desk import Desk
from onnuri.web.pages import install_pages
from tests.world import World

PASSWORD = "a horse in the market"
HOSTILE = "<script>alert('가게')</script>&\"생선"


@dataclass(slots=True)
class Street:
    """Where the pages are served, and how to sign in."""

    world: World
    url: str
    clock: AheadClock
    visitors: list[httpx.Client] = field(default_factory=list[httpx.Client])

    def visitor(self, login: str | None = None) -> httpx.Client:
        """Open a browser of sorts: a client with cookies that sends our Origin; signed in where a login is given."""
        client = httpx.Client(base_url=self.url, headers={"Origin": self.url}, follow_redirects=True, timeout=30)
        self.visitors.append(client)
        if login is not None:
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            assert "onnuri_token" in client.cookies
        return client


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the signals to the test run."""


@contextmanager
def serve_street(world: World, bank: OpenBankingClient | None = None) -> Generator[Street, None, None]:
    """Serve the pages of a world: minji has two lots, suho has an empty wallet; fish and a shop with a hostile name."""
    now = SystemClock().now()
    world.wallet("minji", 100_000, 50_000, at=now)
    world.wallet("suho", at=now)
    world.shop("망원수산")
    world.shop(HOSTILE)
    _people(world)
    clock = AheadClock()
    app = FastAPI(openapi_url=None)
    tills = {lane: Till(engine, clock) for lane, engine in world.engines.items()}
    keys = sticker_keys_of(world.database.settings)
    tokens, limit = RecognisedTokens(), CapacityLimiter(2)
    sealer = sealer_of(world.database.settings)
    install_pages(app, lambda: Desk(world.engines, tills, tokens, clock, keys.trusted, limit, sealer, bank, True))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        street = Street(world, f"http://127.0.0.1:{listener.getsockname()[1]}", clock)
        yield street
        for visitor in street.visitors:
            visitor.close()
        server.should_exit = True
        thread.join(timeout=20)
    assert not thread.is_alive()
    for till in tills.values():
        till.close()


def _people(world: World) -> None:
    """Give everybody a login: holders are registered already, the others are new."""
    now = SystemClock().now()
    fish, hostile = world.shops["망원수산"], world.shops[HOSTILE]
    roles = {
        "fish": (PersonRole.SHOP_OWNER, fish.id),
        "tofu": (PersonRole.SHOP_CLERK, hostile.id),
        "finance": (PersonRole.FINANCE_MAKER, None),
        "auditor": (PersonRole.AUDITOR, None),
    }
    with world.begin() as conn:
        sealer = sealer_of(world.database.settings)
        ids = register_people(conn, sealer, [NewPerson(name, None, name, PASSWORD) for name in roles], at=now)
        grants = [(person, role, scope) for person, (role, scope) in zip(ids, roles.values(), strict=True)]
        grants += [(world.holders[name], PersonRole.HOLDER, None) for name in ("minji", "suho")]
        grant_roles(conn, grants, at=now)
        conn.execute(
            text("INSERT INTO shared.logins (login, person_id, password_hash) VALUES (:login, :person, :hash)"),
            [
                {"login": name, "person": world.holders[name], "hash": hash_password(PASSWORD)}
                for name in ("minji", "suho")
            ],
        )
