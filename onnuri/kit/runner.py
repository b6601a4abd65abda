"""A runner: requests queue, one thread takes what waits, runs it as one batch, answers each after the commit.

Natural batching without a timer: a batch is what queued while the last one ran. Knows no business noun.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from onnuri.kit.rare import ran
from onnuri.kit.refusals import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RunnerLimits:
    """How much a runner takes, and how long a request may wait; seconds."""

    batch_max: int = 256
    queue_max: int = 4096
    tries_max: int = 5
    wait_seconds_max: int = 10


class TillBusy(Unavailable):
    """More requests wait than the till takes; nothing happened for this one."""

    code = "till_busy"
    ko = "지금 결제가 몰려 있습니다. 돈은 움직이지 않았습니다. 잠시 후 다시 시도해 주세요."
    en = "Too many requests are waiting. No money moved; try again in a moment."


class WaitedTooLong(Unavailable):
    """The request's turn came after its deadline; it was not begun."""

    code = "waited_too_long"
    ko = "결제 처리가 늦어져 중단했습니다. 돈은 움직이지 않았습니다. 다시 시도해 주세요."
    en = "The request waited too long and was not begun. No money moved; try again."


class OutcomeUnknown(Unavailable):
    """The database went away; whether money moved is not known, the same key will tell."""

    code = "outcome_unknown"
    money_moved = "unknown"
    ko = "처리 결과를 아직 확인하지 못했습니다. 같은 요청을 다시 보내면 결과를 알려 드립니다. 두 번 결제되지 않습니다."
    en = "The outcome is not known yet. Send the same request again: it tells you, and never pays twice."


class TillClosed(Unavailable):
    """The till is shutting down; nothing happened for this request."""

    code = "till_closed"
    ko = "서버가 종료되는 중입니다. 돈은 움직이지 않았습니다. 잠시 후 다시 시도해 주세요."
    en = "The server is shutting down. No money moved; try again in a moment."


class _Ticket(Generic[Answer]):
    """What a thread waits on: one lock. A future can do more, and costs a caller several times as much."""

    __slots__ = ("_answer", "_error", "_told")

    def __init__(self) -> None:
        self._told = threading.Lock()
        self._told.acquire()
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def done(self) -> bool:
        """Tell whether nobody waits any more; who waits on a ticket does not go away."""
        return False

    def set_result(self, answer: Answer) -> None:
        """Give the answer."""
        self._answer = answer
        self._told.release()

    def set_exception(self, error: Exception) -> None:
        """Give the refusal."""
        self._error = error
        self._told.release()

    def wait(self) -> Answer:
        """Wait for the answer."""
        self._told.acquire()
        if self._error is not None:
            raise self._error
        return cast("Answer", self._answer)


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Item, Answer]):
    """A request in the queue; `loop` is where its future lives, None for one that a thread waits on."""

    item: Item
    future: Future[Answer] | asyncio.Future[Answer] | _Ticket[Answer]
    loop: asyncio.AbstractEventLoop | None
    deadline: float


class Runner(Generic[Item, Answer]):
    """Runs items in batches on a thread of its own, one transaction each.

    `run` gets the connection and the items in order and answers each; it must answer an item that it has answered
    before with the same answer, since a batch whose commit was not confirmed is run again.
    """

    def __init__(
        self,
        engine: Engine,
        run: Callable[[Connection, list[Item]], list[Answer]],
        *,
        limits: RunnerLimits | None = None,
    ) -> None:
        self._engine = engine
        self._items = run
        self._limits = limits or RunnerLimits()
        self._queue: queue.SimpleQueue[_Waiting[Item, Answer] | None] = queue.SimpleQueue()
        self._closed = False
        self._crowded = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Tell how many requests wait."""
        return self._queue.qsize()

    def submit(self, item: Item) -> Future[Answer]:
        """Queue a request; its future gets the answer after the commit. Refuses `TillBusy`, `TillClosed`."""
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # from here on a caller who goes away can't cancel it: money may move
        self._enter(item, future, None)
        return future

    def call(self, item: Item) -> Answer:
        """Queue a request and wait for its answer on this thread. Refuses `TillBusy`, `TillClosed`."""
        ticket: _Ticket[Answer] = _Ticket()
        self._enter(item, ticket, None)
        return ticket.wait()

    async def ask(self, item: Item) -> Answer:
        """Queue a request and wait for its answer on the event loop. Refuses `TillBusy`, `TillClosed`.

        A caller who goes away meanwhile stops waiting; the request is run all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._enter(item, future, loop)
        return await future

    def _enter(
        self,
        item: Item,
        future: Future[Answer] | asyncio.Future[Answer] | _Ticket[Answer],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        entry = _Waiting(item, future, loop, time.monotonic() + self._limits.wait_seconds_max)
        with self._door:
            if self._closed:
                raise TillClosed
            if self._queue.qsize() >= self._limits.queue_max:
                raise TillBusy
            self._queue.put(entry)

    def close(self) -> None:
        """Answer what waits, then stop."""
        with self._door:
            self._closed = True
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while True:
            waiting, last = self._take()
            self._crowded = len(waiting) > 1
            in_time = [entry for entry in waiting if not self._late(entry)]
            if in_time:
                self._serve(in_time)
            if last:
                return

    def _take(self) -> tuple[list[_Waiting[Item, Answer]], bool]:
        """Wait for one request, then take all that queued meanwhile."""
        taken: list[_Waiting[Item, Answer]] = []
        entry = self._queue.get()
        if self._crowded:
            self._let_come()
        while entry is not None:
            taken.append(entry)
            if len(taken) == self._limits.batch_max:
                return taken, False
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return taken, False
        return taken, True

    def _let_come(self) -> None:
        """Let those who were just answered ask again: one batch of all costs less than two halves in turn."""
        seen = -1
        while seen < (now := self._queue.qsize()) < self._limits.batch_max:
            seen = now
            time.sleep(0)  # whoever wants to run runs; nobody is waited for

    def _late(self, entry: _Waiting[Item, Answer]) -> bool:
        """Answer a request whose deadline has passed; it was not begun."""
        if time.monotonic() < entry.deadline:
            return False
        ran("waited too long")
        _deliver([(entry, WaitedTooLong())])
        return True

    def _serve(self, waiting: Sequence[_Waiting[Item, Answer]]) -> None:
        """Answer a batch; one that fails is halved until the poisoned item stands alone, its neighbours live."""
        try:
            answers = self._commit([entry.item for entry in waiting])
        except Unavailable as refusal:
            _deliver([(entry, refusal) for entry in waiting])
        except Exception as error:
            if len(waiting) == 1:
                _log.exception("till.item_failed", kind=type(waiting[0].item).__name__)
                _deliver([(waiting[0], error)])
                return
            ran("batch halved")
            half = len(waiting) // 2
            self._serve(waiting[:half])
            self._serve(waiting[half:])
        else:
            _deliver(list(zip(waiting, answers, strict=True)))

    def _commit(self, items: list[Item]) -> list[Answer]:
        """Run the batch; where the connection is lost run it again: keys that did commit are only replayed."""
        for attempt in range(self._limits.tries_max):
            try:
                with self._engine.begin() as conn:
                    answers = self._items(conn, items)
            except DBAPIError as error:
                if not (error.connection_invalidated or isinstance(error, OperationalError)):
                    raise
                ran("connection lost")
                _log.warning("till.connection_lost", attempt=attempt, items=len(items))
                threading.Event().wait((1 << attempt) * _RETRY_SECONDS)
            else:
                return answers
        raise OutcomeUnknown


_RETRY_SECONDS = 0.1

Delivery = tuple[_Waiting[Item, Answer], Answer | Exception]


def _deliver(deliveries: Sequence[Delivery[Item, Answer]]) -> None:
    """Give answers to whoever waits: to each event loop in one go, to threads one by one."""
    by_loop: dict[asyncio.AbstractEventLoop | None, list[Delivery[Item, Answer]]] = {}
    for delivery in deliveries:
        by_loop.setdefault(delivery[0].loop, []).append(delivery)
    for loop, own in by_loop.items():
        if loop is None:
            _settle(own)
        else:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, own)


def _settle(deliveries: Sequence[Delivery[Item, Answer]]) -> None:
    for entry, answer in deliveries:
        if entry.future.done():  # the caller went away
            continue
        if isinstance(answer, Exception):
            entry.future.set_exception(answer)
        else:
            entry.future.set_result(answer)
