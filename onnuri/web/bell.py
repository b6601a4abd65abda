"""The bell: one thread of this process looks for new payments and wakes the stalls they are for.

A ring is only a hint. What happened is read from the books by whoever was woken, from the place it had reached, so a
ring that is missed loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import defaultdict
from collections.abc import Generator, Mapping
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Engine

from onnuri.payments.history import happenings, last_position

LOOK_EVERY_SECONDS: Final = 0.25
_log = structlog.get_logger()


class Bell:
    """Looks four times a second while somebody listens. Thread-safe."""

    def __init__(self, engines: Mapping[str, Engine]) -> None:
        self._engines = engines
        self._lock = threading.Lock()
        self._listening: defaultdict[UUID, set[Ear]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    @property
    def closed(self) -> bool:
        """Tell whether the process is stopping: streams end."""
        return self._closed.is_set()

    @contextlib.contextmanager
    def listen(self, shop_id: UUID) -> Generator[Ear, None, None]:
        """Hear of a shop's payments and cancels; call it in the event loop that will wait."""
        ear = Ear(asyncio.get_running_loop())
        with self._lock:
            self._listening[shop_id].add(ear)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="bell", daemon=True)
                self._thread.start()
        try:
            yield ear
        finally:
            with self._lock:
                self._listening[shop_id].discard(ear)
                if not self._listening[shop_id]:
                    del self._listening[shop_id]

    def close(self) -> None:
        """Stop looking and wake everybody, so that open streams end; the look that is on its way is waited for."""
        self._closed.set()
        self._ring(None)
        with self._lock:
            looking = self._thread
        if looking is not None:
            looking.join(timeout=10)

    def _look(self) -> None:
        reached: dict[str, int] = {}
        while not self._closed.wait(LOOK_EVERY_SECONDS):
            with self._lock:
                if not self._listening:
                    self._thread = None
                    return
            for lane, engine in self._engines.items():
                try:
                    reached[lane] = self._look_at(engine, reached.get(lane))
                except Exception:
                    _log.warning("bell.database_away", lane=lane)

    def _look_at(self, engine: Engine, reached: int | None) -> int:
        """Ring for what happened after `reached`; the first look only finds the place, and wakes everybody once."""
        with engine.connect() as conn:
            if reached is None:
                position = last_position(conn)
                self._ring(None)
                return position
            news = happenings(conn, after=reached)
        self._ring({happened.shop_id for happened in news})
        return news[-1].position if news else reached

    def _ring(self, shop_ids: set[UUID] | None) -> None:
        with self._lock:
            for shop_id, ears in self._listening.items():
                if shop_ids is None or shop_id in shop_ids:
                    for ear in ears:
                        ear.ring()


class Ear:
    """One listener in its event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the listener, from any thread."""
        with contextlib.suppress(RuntimeError):  # its loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._rung.set)

    async def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long; tells whether there was one."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
