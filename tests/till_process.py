"""A process that pays and charges, and dies by SIGKILL at a named point: requests and answers are JSON lines.

Run as `python -m tests.till_process URL POINT COUNT`; it kills itself the COUNT-th time it comes by the point.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine, make_url

from onnuri.banks.answers import Answer as BankAnswer
from onnuri.banks.codes import Verdict
from onnuri.banks.wire import Inquiry, Withdrawal
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.payments import batch as batch_module
from onnuri.payments import till as till_module
from onnuri.payments.batch import Answer, run_batch
from onnuri.payments.model import Pay, Payee, PayeeKind
from onnuri.payments.till import Till
from onnuri.payments.write import write_batch
from onnuri.vouchers.charging.run_charge import Charging, run_charge
from onnuri.vouchers.model import ChargeOrder
from tests.world import INSTITUTION, OPENED, request_key

_said = threading.Lock()


class StoppedClock:
    """Always the same instant."""

    def now(self) -> datetime:
        return OPENED


class BankBook:
    """A bank that remembers in a file whom it has paid, so that it outlives us; `die` is called before it answers."""

    institution_code = INSTITUTION

    def __init__(self, path: Path, die: Callable[[], None] = lambda: None) -> None:
        self._path = path
        self._die = die

    def withdraw(self, order: Withdrawal) -> BankAnswer:
        """Move the money, and perhaps never tell."""
        with self._path.open("a") as book:
            book.write(order.bank_tran_id + "\n")
        self._die()
        return BankAnswer(Verdict.SUCCEEDED)

    def inquire(self, inquiry: Inquiry) -> BankAnswer:
        """Tell whether the money moved."""
        return BankAnswer(Verdict.SUCCEEDED if self.moved(inquiry.original_tran_id) else Verdict.NO_SUCH_TRANSFER)

    def moved(self, bank_tran_id: str) -> int:
        """Count how often it moved."""
        return self._path.read_text().split().count(bank_tran_id) if self._path.exists() else 0


def main() -> None:
    """Serve requests until the input ends, or until the named point is reached."""
    url, point, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": "-c search_path=lane_00,pg_catalog -c timezone=UTC"},
    )
    die = _dying(times)
    _arrange(point, die)
    till = Till(engine, StoppedClock())
    say({"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        if "charge" in asked:
            bank = BankBook(Path(asked["book"]), die if point == "after the bank moved" else lambda: None)
            order = ChargeOrder(request_key(asked["key"]), UUID(asked["wallet"]), asked["charge"])
            edge = Charging(engine.begin, bank, lambda: OPENED)
            say({"key": asked["key"], "charge": str(run_charge(edge, order).value)})
        else:
            payee = Payee(PayeeKind.STALL, asked["stall"])
            pay = Pay(new_id(OPENED), request_key(asked["key"]), UUID(asked["wallet"]), payee, asked["amount"])
            till.submit(pay).add_done_callback(_teller(asked["key"]))
    till.close()


def say(answer: dict[str, Any]) -> None:
    """Write one answer down, whole."""
    with _said:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _teller(key: str) -> Callable[[Future[Answer]], None]:
    def tell(future: Future[Answer]) -> None:
        value = future.result().value
        say({"key": key, "code": value.code} if isinstance(value, DomainError) else {"key": key, "id": value.id.hex})

    return tell


def _dying(times: int) -> Callable[[], None]:
    passed = count(1)

    def die() -> None:
        if next(passed) == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return die


def _arrange(point: str, die: Callable[[], None]) -> None:
    """Put the death where it is wanted."""
    if point == "before the commit":
        setattr(till_module, "run_batch", _then(run_batch, die))  # noqa: B010 - not a name that the module exports
    elif point == "after the commit, before the answer":
        Till._commit = _then(Till._commit, die)  # type: ignore[method-assign]  # this process exists to be broken
    elif point == "in the middle of a batch":
        setattr(batch_module, "write_batch", _then(write_batch, die))  # noqa: B010 - as above
    elif point == "after the order was stored":
        BankBook.withdraw = _before(BankBook.withdraw, die)  # type: ignore[method-assign]  # as above


def _then(act: Callable[..., Any], die: Callable[[], None]) -> Callable[..., Any]:
    @wraps(act)
    def acting(*given: Any, **named: Any) -> Any:
        done = act(*given, **named)
        die()
        return done

    return acting


def _before(act: Callable[..., Any], die: Callable[[], None]) -> Callable[..., Any]:
    @wraps(act)
    def acting(*given: Any, **named: Any) -> Any:
        die()
        return act(*given, **named)

    return acting


if __name__ == "__main__":
    main()
