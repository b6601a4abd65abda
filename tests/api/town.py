"""A served town for tests: people with tokens around a world, over real HTTP, with a simulated bank."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

import httpx
import uvicorn
from fastapi import FastAPI

from onnuri.api.app import create_app
from onnuri.banks.client import BankAccess, OpenBankingClient
from onnuri.banks.simulator.process import SimulatorProcess
from onnuri.banks.wire import ContractAccount
from onnuri.kit.clock import AheadClock, SystemClock
from onnuri.people.model import PersonRole
from onnuri.people.register import NewPerson, grant_roles, register_people
from onnuri.people.sealing import sealer_of
from onnuri.people.tokens import issue_tokens
from onnuri.vouchers.bank_window import BankWindow
from tests.world import World


@dataclass(slots=True)
class Town:
    """A served world: clients by name, `nobody` without a token."""

    world: World
    url: str
    app: FastAPI
    clock: AheadClock
    clients: dict[str, httpx.Client]
    keys: Iterator[int]

    def __getitem__(self, name: str) -> httpx.Client:
        return self.clients[name]

    def person(self, name: str, *roles: tuple[PersonRole, UUID | None], holder: UUID | None = None) -> httpx.Client:
        """Give somebody (registered now, or the holder of a wallet) roles and a client with a token."""
        now = SystemClock().now()
        with self.world.begin() as conn:
            person = (
                holder or register_people(conn, sealer_of(self.world.database.settings), [NewPerson(name)], at=now)[0]
            )
            grant_roles(conn, [(person, role, scope) for role, scope in roles], at=now)
            token = issue_tokens(conn, [person], at=now)[0].token
        self.clients[name] = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        return self.clients[name]

    def key(self) -> dict[str, str]:
        """Make the header of a key nobody used before."""
        return {"Idempotency-Key": f"key-{next(self.keys)}"}

    def pay(self, amount: object, *, shop: str = "fish", who: str = "minji", key: str | None = None) -> httpx.Response:
        """Pay a shop by its stall number."""
        headers = {"Idempotency-Key": key} if key else self.key()
        body = {"payee": self.world.shops[shop].stall_number, "amount": amount}
        return self[who].post("/v1/payments", json=body, headers=headers)


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None:
        """Leave the signals to the test run."""


def seconds_until_the_bank_is_open(now: datetime) -> int:
    """Tell how far ahead the town lives, so that no test runs into the hour around midnight when the bank is closed."""
    window = BankWindow(time(23), time(0, 31))
    opens = window.opens_after(now)
    return 0 if opens is None else int((opens - now).total_seconds()) + 1


_TURNS = itertools.count(1)
"""Each served world is an institution of its own at the bank, so that its ids never meet another's."""


@contextmanager
def serve(world: World, simulator: SimulatorProcess) -> Generator[Town]:
    """Serve a world: minji has 100,000 won, suho nothing; two shops, their owners; finance, operator, auditor."""
    world.wallet("minji", 100_000)
    world.wallet("suho")
    fish, tofu = world.shop("fish"), world.shop("tofu")
    turn = next(_TURNS)
    contract = ContractAccount("097", str(2201230000100 + turn), "온누리상품권")
    access = BankAccess(simulator.base_url, "client", "secret", f"M{202600000 + turn}", contract)
    clock = AheadClock(seconds_until_the_bank_is_open(SystemClock().now()))
    with OpenBankingClient(access, timeout_seconds=1) as bank, socket.create_server(("127.0.0.1", 0)) as listener:
        app = create_app(
            world.database,
            world.database.settings,
            clock=clock,
            bank=bank,
        )
        server = _Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            threading.Event().wait(0.01)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        made = Town(world, url, app, clock, {"nobody": httpx.Client(base_url=url, timeout=30)}, itertools.count(1))
        for name in ("minji", "suho"):
            made.person(name, (PersonRole.HOLDER, None), holder=world.holders[name])
        made.person("fish-owner", (PersonRole.SHOP_OWNER, fish.id))
        made.person("fish-clerk", (PersonRole.SHOP_CLERK, fish.id))
        made.person("tofu-owner", (PersonRole.SHOP_OWNER, tofu.id))
        for role in (PersonRole.OPERATOR, PersonRole.FINANCE_MAKER, PersonRole.FINANCE_CHECKER, PersonRole.AUDITOR):
            made.person(role.value, (role, None))
        yield made
        for client in made.clients.values():
            client.close()
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive()
