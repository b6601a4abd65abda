"""The till: requests queue, one thread per lane takes what waits, runs it in one transaction, answers after the commit."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from onnuri.kit.clock import Clock
from onnuri.kit.refusals import Unavailable
from onnuri.payments.batch import Answer, Item, run_batch

BATCH_MAX = 256
QUEUE_MAX = 4096
TRIES_MAX = 5

_log = structlog.get_logger()


class TillBusy(Unavailable):
    """More requests wait than the till takes; nothing happened for this one."""

    code = "till_busy"
    ko = "지금 결제가 몰려 있습니다. 돈은 움직이지 않았습니다. 잠시 후 다시 시도해 주세요."
    en = "Too many requests are waiting. No money moved; try again in a moment."


class OutcomeUnknown(Unavailable):
    """The database went away; whether money moved is not known, the same key will tell."""

    code = "outcome_unknown"
    ko = "처리 결과를 아직 확인하지 못했습니다. 같은 요청을 다시 보내면 결과를 알려 드립니다. 두 번 결제되지 않습니다."
    en = "The outcome is not known yet. Send the same request again: it tells you, and never pays twice."


class TillClosed(Unavailable):
    """The till is shutting down; nothing happened for this request."""

    code = "till_closed"
    ko = "서버가 종료되는 중입니다. 돈은 움직이지 않았습니다. 잠시 후 다시 시도해 주세요."
    en = "The server is shutting down. No money moved; try again in a moment."


class Till:
    """Runs the payments and cancels of one lane in natural batches: a batch is what queued while the last one committed."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._queue: queue.Queue[tuple[Item, Future[Answer]] | None] = queue.Queue(QUEUE_MAX)
        self._closed = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="till", daemon=True)
        self._thread.start()

    def submit(self, item: Item) -> Future[Answer]:
        """Queue a request; its future gets the answer after the commit. Refuses `TillBusy`, `TillClosed`."""
        future: Future[Answer] = Future()
        future.set_running_or_notify_cancel()  # from here on a caller who goes away can't cancel it: money may move
        with self._door:
            if self._closed:
                raise TillClosed
            try:
                self._queue.put_nowait((item, future))
            except queue.Full:
                raise TillBusy from None
        return future

    def close(self) -> None:
        """Answer what waits, then stop."""
        with self._door:
            self._closed = True
        self._queue.put(None)
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while True:
            waiting, last = self._take()
            if waiting:
                self._serve(waiting)
            if last:
                return

    def _take(self) -> tuple[list[tuple[Item, Future[Answer]]], bool]:
        """Wait for one request, then take all that queued meanwhile."""
        taken: list[tuple[Item, Future[Answer]]] = []
        entry = self._queue.get()
        while entry is not None:
            taken.append(entry)
            if len(taken) == BATCH_MAX:
                return taken, False
            try:
                entry = self._queue.get_nowait()
            except queue.Empty:
                return taken, False
        return taken, True

    def _serve(self, waiting: Sequence[tuple[Item, Future[Answer]]]) -> None:
        """Answer a batch; one that fails is halved until the poisoned item stands alone, its neighbours live."""
        try:
            answers = self._commit([item for item, _ in waiting])
        except Unavailable as refusal:
            for _, future in waiting:
                future.set_exception(refusal)
        except Exception as error:
            if len(waiting) == 1:
                _log.exception("till.item_failed", kind=type(waiting[0][0]).__name__)
                waiting[0][1].set_exception(error)
                return
            half = len(waiting) // 2
            self._serve(waiting[:half])
            self._serve(waiting[half:])
        else:
            for (_, future), answer in zip(waiting, answers, strict=True):
                future.set_result(answer)

    def _commit(self, items: list[Item]) -> list[Answer]:
        """Run the batch; where the connection is lost run it again: keys that did commit are only replayed."""
        for attempt in range(TRIES_MAX):
            try:
                with self._engine.begin() as conn:
                    answers = run_batch(conn, items, at=self._clock.now())
            except DBAPIError as error:
                if not (error.connection_invalidated or isinstance(error, OperationalError)):
                    raise
                _log.warning("till.connection_lost", attempt=attempt, items=len(items))
                threading.Event().wait(0.1 * 2**attempt)
            else:
                return answers
        raise OutcomeUnknown
