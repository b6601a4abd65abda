"""What a serving process holds: engines and a till per lane, the bank, the clock, keys and caches."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Final, cast

from anyio import CapacityLimiter
from fastapi import Depends, Request
from sqlalchemy import Connection, Engine, text

from onnuri.api.cursor import Cursors
from onnuri.api.feed import Feed
from onnuri.banks.client import OpenBankingClient
from onnuri.kit.clock import AheadClock, Clock, SystemClock, seoul_date
from onnuri.kit.config import Settings
from onnuri.kit.database import FIRST_LANE, Database, Role
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Unavailable
from onnuri.kit.runner import Runner
from onnuri.merchants.signing import sticker_keys_of
from onnuri.merchants.sticker import StickerKeys
from onnuri.payments.till import Till
from onnuri.people.model import Principal
from onnuri.people.sealing import Sealer, sealer_of
from onnuri.people.tokens import NotSignedIn, RecognisedTokens, recognise_all

_CLOCK_LOOKED_AT_EVERY_SECONDS: Final = 0.5
_SIGN_INS_AT_ONCE: Final = 2
_machine: Final = SystemClock()


class BankNotConnected(Unavailable):
    """This process was started without a bank."""

    code = "bank_not_connected"
    ko = "지금은 은행과 연결되어 있지 않습니다. 돈은 움직이지 않았습니다."
    en = "No bank is connected right now. No money moved."


@dataclass(slots=True)
class House:
    """Made when the application starts, closed when it stops."""

    database: Database
    settings: Settings
    clock: Clock
    bank: OpenBankingClient | None
    engines: dict[str, Engine]
    writers: dict[str, Engine]
    tills: dict[str, Till]
    sealer: Sealer
    cursors: Cursors
    sticker_keys: StickerKeys
    feed: Feed
    recogniser: Runner[str, Principal | NotSignedIn]
    tokens: RecognisedTokens = field(default_factory=RecognisedTokens)
    sign_ins: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(_SIGN_INS_AT_ONCE))
    stopping: threading.Event = field(default_factory=threading.Event)
    clock_follower: threading.Thread | None = None

    def now(self) -> datetime:
        """Tell the instant: requests ask once and hand it down."""
        return self.clock.now()

    def real_now(self) -> datetime:
        """Tell the machine's instant: sign-ins live by it, so that moving the sandbox clock signs nobody out."""
        return _machine.now()

    def today(self) -> date:
        """Tell the calendar date in Seoul."""
        return seoul_date(self.now())

    @contextlib.contextmanager
    def begin(self, lane: str = FIRST_LANE) -> Generator[Connection]:
        """Open one transaction that sees a lane; it is committed when the block is left, before any answer is built."""
        with self.engines[lane].begin() as conn:
            yield conn

    @property
    def lanes(self) -> list[str]:
        """Name the lanes, in order."""
        return list(self.engines)

    def need_bank(self) -> OpenBankingClient:
        """Give the bank, or refuse before anything is written."""
        if self.bank is None:
            raise BankNotConnected
        return self.bank


def open_house(database: Database, clock: Clock, bank: OpenBankingClient | None) -> House:
    """Connect to every lane and start its till, on a connection of its own that needs no asking whether it lives."""
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    settings = database.settings
    engines = {lane: database.engine(Role.APP, lane) for lane in lanes}
    writers = {lane: database.writer(lane) for lane in lanes}
    house = House(
        database=database,
        settings=settings,
        clock=clock,
        bank=bank,
        engines=engines,
        writers=writers,
        tills={lane: Till(engine, clock) for lane, engine in writers.items()},
        sealer=sealer_of(settings),
        cursors=Cursors(settings.derive("cursor")),
        sticker_keys=sticker_keys_of(settings),
        feed=Feed(engines),
        recogniser=Runner(engines[lanes[0]], _recognise),
    )
    if settings.sandbox and isinstance(clock, AheadClock):
        _follow_test_clock(house, clock)
    return house


def _recognise(conn: Connection, tokens: list[str]) -> list[Principal | NotSignedIn]:
    """Look up whose tokens these are: all that were asked about while the last look was under way."""
    return recognise_all(conn, tokens, at=_machine.now())


def close_house(house: House) -> None:
    """Let the tills finish what they took, then disconnect."""
    house.stopping.set()
    if house.clock_follower is not None:
        house.clock_follower.join(timeout=10)
    house.recogniser.close()
    for till in house.tills.values():
        till.close()
    for engine in (*house.engines.values(), *house.writers.values()):
        engine.dispose()


def _follow_test_clock(house: House, clock: AheadClock) -> None:
    """Keep this process's clock where the sandbox clock of the database stands; looks twice a second."""

    def look() -> None:
        with house.begin() as conn:
            clock.set_ahead(conn.execute(text("SELECT ahead_seconds FROM shared.test_clock")).scalar_one())

    def follow() -> None:
        while not house.stopping.wait(_CLOCK_LOOKED_AT_EVERY_SECONDS):
            with contextlib.suppress(Exception):  # the database is away: look again later
                look()

    look()
    house.clock_follower = threading.Thread(target=follow, name="test-clock", daemon=True)
    house.clock_follower.start()


async def house_of(request: Request) -> House:  # async: a plain function would cost a hop to a worker thread
    """Give the house of the application that serves this request."""
    return cast("House", request.app.state.house)


HouseDep = Annotated[House, Depends(house_of)]
