"""The live feed of a process: reads the lanes' events while somebody listens, and hands them on by shop."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from typing import Final
from uuid import UUID

import anyio.to_thread
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from onnuri.kit.refusals import Malformed
from onnuri.payments.history import Happened, happenings, last_position

_LOOK_EVERY_SECONDS: Final = 0.2
_WAITING_MAX: Final = 1000
_PLACE: Final = re.compile(r"(lane_[0-9]{2}):([0-9]{1,18})")

Positions = dict[str, int]


class PlaceUnreadable(Malformed):
    """Last-Event-ID was not given out by this stream."""

    code = "last_event_id_unreadable"
    ko = "Last-Event-ID를 읽을 수 없습니다."
    en = "This Last-Event-ID was not given out by this stream."


def write_positions(positions: Mapping[str, int]) -> str:
    """Write where a listener stands in each lane: `lane_00:17,lane_01:4`."""
    return ",".join(f"{lane}:{position}" for lane, position in sorted(positions.items()))


def read_positions(given: str) -> Positions:
    """Read it back. Refuses `PlaceUnreadable`."""
    places = [_PLACE.fullmatch(part) for part in given.split(",")]
    if len(places) > 100 or not all(places):
        raise PlaceUnreadable
    return {place[1]: int(place[2]) for place in places if place is not None}


class Feed:
    """Hands events on in commit order, none twice and none skipped; used from the event loop only."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines
        self._listeners: dict[UUID, set[asyncio.Queue[tuple[str, Happened] | None]]] = defaultdict(set)
        self._positions: Positions = {}
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._closing = asyncio.Event()

    async def follow(self, shop_id: UUID, since: Positions | None) -> AsyncIterator[tuple[str, Happened]]:
        """Give a shop's events with their lane: those after `since` first, then each as it happens.

        Ends when the listener is too slow to keep up; it comes back with its last place and loses nothing.
        """
        await self._start()
        waiting: asyncio.Queue[tuple[str, Happened] | None] = asyncio.Queue(_WAITING_MAX)
        joined_at = dict(self._positions)
        self._listeners[shop_id].add(waiting)
        try:
            for lane, upto in joined_at.items():
                after = upto if since is None else since.get(lane, 0)
                while after < upto:
                    missed = await anyio.to_thread.run_sync(self._missed, lane, shop_id, after, upto)
                    for happened in missed:
                        yield lane, happened
                    after = missed[-1].position if len(missed) == _WAITING_MAX else upto
            while (event := await waiting.get()) is not None:
                yield event
        finally:
            self._listeners[shop_id].discard(waiting)
            if not self._listeners[shop_id]:
                del self._listeners[shop_id]

    def positions(self) -> Positions:
        """Tell how far each lane has been read."""
        return dict(self._positions)

    async def close(self) -> None:
        """Stop reading and let every listener go; the look that is on its way is waited for: it holds a connection."""
        self._closing.set()
        if self._reader is not None:
            await self._reader
        for waiting in [queue for queues in self._listeners.values() for queue in queues]:
            self._dismiss(waiting)

    async def _start(self) -> None:
        async with self._starting:
            if self._reader is None or self._reader.done():
                self._positions = await anyio.to_thread.run_sync(self._ends)
                self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while self._listeners and not self._closing.is_set():
            pause = _LOOK_EVERY_SECONDS
            try:
                for lane in self._engines:
                    await self._hand_on(lane)
            except DBAPIError:  # the database is away: look again later, from the same place
                pause = 1 + _LOOK_EVERY_SECONDS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)

    async def _hand_on(self, lane: str) -> None:
        found = await anyio.to_thread.run_sync(self._next, lane, self._positions[lane])
        for happened in found:
            for waiting in list(self._listeners.get(happened.shop_id, ())):
                try:
                    waiting.put_nowait((lane, happened))
                except asyncio.QueueFull:
                    self._dismiss(waiting)
        if found:
            self._positions[lane] = found[-1].position

    def _dismiss(self, waiting: asyncio.Queue[tuple[str, Happened] | None]) -> None:
        while not waiting.empty():
            waiting.get_nowait()
        waiting.put_nowait(None)
        for queues in self._listeners.values():
            queues.discard(waiting)

    def _ends(self) -> Positions:
        ends: Positions = {}
        for lane, engine in self._engines.items():
            with engine.begin() as conn:
                ends[lane] = last_position(conn)
        return ends

    def _next(self, lane: str, after: int) -> list[Happened]:
        with self._engines[lane].begin() as conn:
            return happenings(conn, after=after)

    def _missed(self, lane: str, shop_id: UUID, after: int, upto: int) -> list[Happened]:
        with self._engines[lane].begin() as conn:
            return happenings(conn, after=after, upto=upto, shop_id=shop_id, limit=_WAITING_MAX)
