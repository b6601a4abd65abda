"""The till of a lane: payments and cancels, run in natural batches by the one thread that writes this lane's books."""

from __future__ import annotations

from sqlalchemy import Engine

from onnuri.kit.clock import Clock
from onnuri.kit.runner import OutcomeUnknown, Runner, RunnerLimits, TillBusy, TillClosed, WaitedTooLong
from onnuri.payments.batch import Answer, Item, run_batch

__all__ = ["OutcomeUnknown", "RunnerLimits", "Till", "TillBusy", "TillClosed", "WaitedTooLong"]


class Till(Runner[Item, Answer]):
    """Takes requests from any thread and answers each after the commit; several processes may share a lane."""

    def __init__(self, engine: Engine, clock: Clock, *, limits: RunnerLimits | None = None) -> None:
        super().__init__(engine, lambda conn, items: run_batch(conn, items, at=clock.now()), limits=limits)
