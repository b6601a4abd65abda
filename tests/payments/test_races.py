"""Races with real commits: how many must win is known before they start."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.payments.batch import run_batch
from onnuri.payments.model import Receipt
from onnuri.payments.till import Till
from onnuri.vouchers.charging.charge import request_charge, settle_charge
from tests.payments.processes import TillProcess
from tests.world import INSTITUTION, OPENED, PAID, World, code, receipt

THREADS = 64


class StoppedClock:
    """Always the same instant."""

    def now(self) -> datetime:
        return OPENED


def at_once(act: Callable[[int], str], *, threads: int = THREADS) -> Counter[str]:
    """Let so many threads act at the same moment; count what they were answered."""
    answers: list[str] = []
    gate = threading.Barrier(threads)

    def run(place: int) -> None:
        gate.wait()
        try:
            answers.append(act(place))
        except Exception as error:
            answers.append(repr(error))

    running = [threading.Thread(target=run, args=(place,)) for place in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(timeout=60)
    return Counter(answers)


def test_of_64_threads_on_one_wallet_exactly_as_many_win_as_the_balance_allows(world: World) -> None:
    world.wallet("minji", 60_000, 40_000)
    world.shop("fish")
    engine = world.database.engine(pool_size=THREADS)
    items = [world.payment("minji", "fish", 3_300) for _ in range(THREADS)]

    def pay(place: int) -> str:
        with engine.begin() as conn:
            (answer,) = run_batch(conn, [items[place]], at=OPENED)
        return code(answer)

    assert at_once(pay) == {"ok": 100_000 // 3_300, "balance_insufficient": THREADS - 100_000 // 3_300}
    engine.dispose()
    assert sum(world.left("minji")) == 100_000 % 3_300


def test_64_callers_of_a_till_pay_one_shop_and_nothing_is_lost(world: World) -> None:
    for place in range(8):
        world.wallet(f"holder-{place}", 50_000)
    world.shop("fish")
    till = Till(world.engines["lane_00"], StoppedClock())
    items = [[world.payment(f"holder-{place % 8}", "fish", 100) for _ in range(5)] for place in range(THREADS)]

    def pay(place: int) -> str:
        return " ".join(code(till.submit(item).result(timeout=60)) for item in items[place])

    assert at_once(pay) == {"ok ok ok ok ok": THREADS}
    till.close()
    assert world.earned("fish") == THREADS * 5 * 100


def test_of_many_cancels_of_one_payment_one_wins(world: World) -> None:
    world.wallet("minji", 50_000)
    world.shop("fish")
    paid = receipt(world.pay("minji", "fish", 30_000))
    engine = world.database.engine(pool_size=16)
    items = [world.cancel_of(paid.id) for _ in range(16)]

    def cancel(place: int) -> str:
        with engine.begin() as conn:
            (answer,) = run_batch(conn, [items[place]], at=OPENED)
        return code(answer)

    assert at_once(cancel, threads=16) == {"ok": 1, "cancel_exceeds_payment": 15}
    engine.dispose()
    assert world.left("minji") == [50_000]


def test_64_charges_at_once_stop_at_the_limit(world: World) -> None:
    world.wallet("minji")
    engine = world.database.engine(pool_size=THREADS)
    orders = [world.order("minji", 70_000) for _ in range(THREADS)]

    def charge(place: int) -> str:
        with engine.begin() as conn:
            asked = request_charge(conn, orders[place], institution_code=INSTITUTION, at=OPENED)
        if isinstance(asked.value, DomainError):
            return asked.value.code
        with engine.begin() as conn:
            return settle_charge(conn, asked.value.id, PAID, inquired=False, at=OPENED).status

    assert at_once(charge) == {"SUCCEEDED": 28, "monthly_limit_reached": THREADS - 28}
    engine.dispose()
    assert sum(world.left("minji")) == 28 * 70_000


def test_one_key_from_many_threads_pays_once(world: World) -> None:
    world.wallet("minji", 50_000)
    world.shop("fish")
    engine = world.database.engine(pool_size=16)
    items = [world.payment("minji", "fish", 1_000, key="one") for _ in range(16)]

    def pay(place: int) -> str:
        with engine.begin() as conn:
            (answer,) = run_batch(conn, [items[place]], at=OPENED)
        assert isinstance(answer.value, Receipt)
        return answer.value.id.hex

    (seen,) = at_once(pay, threads=16).items()
    engine.dispose()
    assert (seen[1], world.rows("payments"), world.earned("fish")) == (16, 1, 1_000)


def test_the_same_keys_from_two_processes_have_one_effect_each(world: World) -> None:
    world.wallet("minji", 50_000)
    shop = world.shop("fish")
    processes = [TillProcess(world.database), TillProcess(world.database)]
    for place in range(100):
        for process in processes:
            process.pay(f"key-{place}", world.wallets["minji"], shop.stall_number, 100)
    first, second = (process.end() for process in processes)
    assert (len(first), first) == (100, second)
    assert (world.rows("payments"), world.earned("fish")) == (100, 10_000)
    with world.begin() as conn:
        ids = set(conn.execute(text("SELECT id FROM payments")).scalars())
    assert {UUID(id) for id in first.values()} == ids
