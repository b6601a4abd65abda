"""What the simulated bank remembers: one SQLite file, written by one thread that commits what queued meanwhile.

Every change is on disk before its answer is given; a batch is what waited while the last commit ran.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")

_BATCH_MAX: Final = 500

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contracts (account TEXT PRIMARY KEY, balance INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS transfers (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    bank_tran_id TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    bank_on TEXT NOT NULL,
    contract TEXT NOT NULL,
    bank_code TEXT NOT NULL,
    party TEXT NOT NULL,
    party_name TEXT NOT NULL,
    print_content TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    result_code TEXT NOT NULL,
    result_amount INTEGER NOT NULL,
    pending_inquiries INTEGER NOT NULL,
    returned INTEGER NOT NULL DEFAULT 0,
    UNIQUE (bank_tran_id, asked_on)
);
CREATE TABLE IF NOT EXISTS lines (
    id INTEGER PRIMARY KEY,
    contract TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    file_no INTEGER NOT NULL,
    copied INTEGER NOT NULL,
    signed INTEGER NOT NULL CHECK (signed <> 0),
    bank_tran_id TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    remitter TEXT NOT NULL,
    purpose TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS lines_by_day ON lines (contract, booked_on, file_no, id, signed, copied);
CREATE TABLE IF NOT EXISTS due (contract TEXT NOT NULL, due_on TEXT NOT NULL, signed INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS due_by_day ON due (contract, due_on);
"""


class StateFile:
    """The bank's memory: `run` changes it durably, `reader` looks at it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        conn = self._connect()
        conn.executescript(_SCHEMA)
        conn.close()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="bank-state", daemon=True)
        self._thread.start()

    def run(self, change: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """Queue a change; the future answers after it is on disk."""
        future: Future[T] = Future()
        self._jobs.put(_job(change, future))
        return future

    def reader(self) -> sqlite3.Connection:
        """Open a connection that only reads; close it after use."""
        conn = self._connect()
        conn.execute("PRAGMA query_only = ON")
        return conn

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _connect(self) -> sqlite3.Connection:
        conn = sqlite3.connect(self._path, isolation_level=None, timeout=30)
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute("PRAGMA synchronous = FULL")
        return conn

    def _work(self) -> None:
        conn = self._connect()
        ended = False
        while not ended:
            jobs, ended = self._waiting()
            done: list[Callable[[], None]] = []
            try:
                conn.execute("BEGIN IMMEDIATE")
                done = [job.attempt(conn) for job in jobs]
                conn.execute("COMMIT")
            except sqlite3.Error as error:
                if conn.in_transaction:
                    conn.execute("ROLLBACK")
                for job in jobs:
                    job.fail(error)
            else:
                for answer in done:
                    answer()
        conn.close()

    def _waiting(self) -> tuple[list[_Job], bool]:
        """Take everything that queued, at least one job."""
        jobs: list[_Job] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _BATCH_MAX or self._jobs.empty():
                return jobs, False
            job = self._jobs.get()
        return jobs, True


@dataclass(frozen=True, slots=True)
class _Job:
    """A change and how to tell the one who waits for it."""

    attempt: Callable[[sqlite3.Connection], Callable[[], None]]
    fail: Callable[[BaseException], None]


def _job(change: Callable[[sqlite3.Connection], T], future: Future[T]) -> _Job:
    """Wrap a change so that its own failure does not touch its neighbours in the batch."""

    def attempt(conn: sqlite3.Connection) -> Callable[[], None]:
        if not future.set_running_or_notify_cancel():
            return lambda: None
        conn.execute("SAVEPOINT job")
        try:
            outcome = change(conn)
        except Exception as error:
            conn.execute("ROLLBACK TO job")
            failure = error
            return lambda: future.set_exception(failure)
        finally:
            conn.execute("RELEASE job")
        return lambda: future.set_result(outcome)

    def fail(error: BaseException) -> None:
        if not future.done():
            future.set_exception(error)

    return _Job(attempt, fail)
