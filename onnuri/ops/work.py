"""The worker: asks the bank about what it left unanswered, with back-off, and credits approved lists, until stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Connection, Engine

from onnuri.banks.client import OpenBankingClient
from onnuri.kit.database import FIRST_LANE, Database, Role
from onnuri.kit.migrate import lane_names
from onnuri.ops.reach import house_clock

EVERY_SECONDS = 5
EVERY_SECONDS_MAX = 60

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Bench:
    """What the worker works with: an engine per lane, the bank, the time."""

    engines: dict[str, Engine]
    bank: OpenBankingClient
    now: Callable[[], datetime]

    @contextmanager
    def begin(self, lane: str = FIRST_LANE) -> Generator[Connection]:
        """Open one transaction in a lane."""
        with self.engines[lane].begin() as conn:
            yield conn


@contextmanager
def workbench(database: Database, bank: OpenBankingClient) -> Generator[Bench]:
    """Connect to every lane for as long as somebody works."""
    with database.single(Role.APP).begin() as conn:
        lanes = lane_names(conn)
    engines = {lane: database.engine(Role.APP, lane, pool_size=2) for lane in lanes}
    try:
        yield Bench(engines, bank, lambda: house_clock(database).now())
    finally:
        for engine in engines.values():
            engine.dispose()


def work_once(bench: Bench, *, patient: bool = True) -> int:
    """Ask about everything whose turn it is, charge what holders consented to and pay what expired; answer how much
    was asked about.

    Without `patience` charges and refunds are asked about before their turn.
    """
    from onnuri.settlement.inquire import inquire_payouts
    from onnuri.settlement.late_words import open_late_words
    from onnuri.vouchers.charging.auto_charge import run_auto_charges
    from onnuri.vouchers.charging.run_charge import Charging, resolve_charges
    from onnuri.vouchers.giving.run_purchase import resolve_purchases
    from onnuri.vouchers.refunding.run_refund import Refunding, pay_what_expired, resolve_refunds
    from onnuri.vouchers.upkeep import keep_up

    asked = 0
    for lane in bench.engines:
        edge = Charging(begin=lambda lane=lane: bench.begin(lane), bank=bench.bank, now=bench.now)  # type: ignore[misc]  # mypy can't infer a lambda with a default
        asked += len(resolve_charges(edge, patient=patient))
        refunding = Refunding(edge.begin, bench.bank, bench.now)
        asked += len(resolve_refunds(refunding, patient=patient))
        asked += len(resolve_purchases(edge, patient=patient))
        run_auto_charges(edge, at=bench.now())
        keep_up(edge.begin, at=bench.now())
        pay_what_expired(refunding)
    _credit_lists(bench)
    with bench.begin() as conn:
        open_late_words(conn, at=bench.now())
    results = inquire_payouts(bench.begin, bench.bank, at=bench.now())
    return asked + sum(results.counts.values())


def _credit_lists(bench: Bench) -> None:
    """Credit a stretch of each approved list, between payments; what stops one is written on it and tried again."""
    from onnuri.kit.refusals import DomainError
    from onnuri.vouchers.giving.credit_progress import lists_to_run, run_stretch
    from onnuri.vouchers.giving.credit_run import CreditEdge

    edge = CreditEdge(bench.begin, bench.now)
    with bench.begin() as conn:
        waiting = lists_to_run(conn)
    for each in waiting:
        try:
            run_stretch(edge, each)
        except DomainError as refusal:
            _log.warning("list.stopped", list=f"crl_{each.hex}", code=refusal.code)
        except Exception:  # a fault of one list keeps nobody else's waiting
            _log.exception("list.failed", list=f"crl_{each.hex}")


def keep_working(bench: Bench, stopping: threading.Event) -> None:
    """Work until stopped; where something needed is away, wait longer each time, at most a minute."""
    wait_seconds = EVERY_SECONDS
    while not stopping.wait(wait_seconds):
        try:
            work_once(bench)
            wait_seconds = EVERY_SECONDS
        except Exception:  # the database or the bank is away: nothing is lost, ask again later
            wait_seconds = min(EVERY_SECONDS_MAX, wait_seconds * 2)
            _log.warning("worker.waits", seconds=wait_seconds, exc_info=True)


@contextmanager
def working(database: Database, bank: OpenBankingClient) -> Generator[None]:
    """Work in a thread beside something else."""
    stopping = threading.Event()
    with workbench(database, bank) as bench:
        thread = threading.Thread(target=keep_working, args=(bench, stopping), name="worker", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join(timeout=30)


def worker() -> None:
    """은행의 답을 기다리는 일을 이어 갑니다 · Resolve what the bank left unanswered, until stopped."""
    import signal

    from onnuri.kit.config import ConfigurationError, load_settings
    from onnuri.ops.bank import bank_client
    from onnuri.ops.reach import reach
    from onnuri.ops.saying import say

    settings = load_settings()
    if settings.bank_url is None:
        raise ConfigurationError("the worker needs ONNURI_BANK_URL; `onnuri up` starts a simulated bank with its own")
    stopping = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _signal, _frame: stopping.set())
    database = reach(settings)
    with bank_client(settings, settings.bank_url) as bank, workbench(database, bank) as bench:
        say("작업자가 시작되었습니다. Ctrl-C로 끝냅니다.", "The worker runs; Ctrl-C ends it.")
        keep_working(bench, stopping)
