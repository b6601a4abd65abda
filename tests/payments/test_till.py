"""The till: it answers after the commit, lives through poisoned items, and never leaves a caller waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text

from onnuri.kit.ids import new_id
from onnuri.payments.batch import Answer
from onnuri.payments.till import RunnerLimits, Till, TillBusy, TillClosed
from tests.world import OPENED, World, code, receipt


class StoppedClock:
    """Always the same instant."""

    def now(self) -> datetime:
        return OPENED


@pytest.fixture
def market(world: World) -> World:
    world.wallet("minji", 100_000)
    world.shop("fish")
    return world


@pytest.fixture
def till(market: World) -> Iterator[Till]:
    made = Till(market.engines["lane_00"], StoppedClock())
    yield made
    made.close()


@contextmanager
def somebody_holds_the_lane(world: World) -> Generator[None]:
    """Hold the lane, so that requests queue up behind it."""
    with world.begin() as conn:
        conn.execute(text("SELECT take_lane()"))
        yield


def answered(futures: list[Future[Answer]]) -> list[str]:
    """Wait for answers: `ok`, a refusal's code, or the name of what broke."""
    said: list[str] = []
    for future in futures:
        error = future.exception(timeout=30)
        said.append(type(error).__name__ if error else code(future.result()))
    return said


def test_an_answer_comes_after_the_commit(market: World, till: Till) -> None:
    paid = receipt(till.submit(market.payment("minji", "fish", 32_500)).result(timeout=30))
    assert market.rows(f"payments WHERE id = '{paid.id}'") == 1


def test_what_waits_becomes_one_batch(market: World, till: Till) -> None:
    with somebody_holds_the_lane(market):
        futures = [till.submit(market.payment("minji", "fish", 100)) for _ in range(50)]
    assert answered(futures) == ["ok"] * 50
    assert market.rows("chain") <= 1 + 2  # the charge, the item that was alone, and the 49 behind it


def test_a_poisoned_item_stands_alone_and_its_neighbours_live(market: World, till: Till) -> None:
    items = [market.payment("minji", "fish", 100) for _ in range(12)]
    poisoned = [replace(item, amount=-1) if place in (3, 8) else item for place, item in enumerate(items)]
    with somebody_holds_the_lane(market):
        futures = [till.submit(item) for item in poisoned]
    said = answered(futures)
    assert [place for place, word in enumerate(said) if word == "AssertionError"] == [3, 8]
    assert said.count("ok") == 10
    assert market.earned("fish") == 1_000


def test_a_batch_whose_statement_fails_is_halved_too(market: World, till: Till) -> None:
    first = market.payment("minji", "fish", 100)
    items = [first, replace(market.payment("minji", "fish", 200), id=first.id), market.payment("minji", "fish", 300)]
    with somebody_holds_the_lane(market):
        futures = [till.submit(item) for item in items]
    assert answered(futures) == ["ok", "IntegrityError", "ok"]
    assert market.earned("fish") == 400


def test_a_caller_who_went_away_does_not_stop_the_till(market: World, till: Till) -> None:
    item = market.payment("minji", "fish", 100)
    with somebody_holds_the_lane(market):
        left = till.submit(item)
        assert not left.cancel()
        assert not till.submit(market.payment("minji", "fish", 200)).cancel()
    assert answered([till.submit(market.payment("minji", "fish", 300))]) == ["ok"]
    assert till.submit(item).result(timeout=30).replayed
    assert market.earned("fish") == 600


def test_threads_that_call_are_answered_or_refused_in_place(market: World) -> None:
    till = Till(market.engines["lane_00"], StoppedClock())
    items = [market.payment("minji", "fish", amount) for amount in (100, 200, 10**9, 300)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(till.call, items))
    assert [code(answer) for answer in answers] == ["ok", "ok", "payment_too_large", "ok"]
    till.close()
    with pytest.raises(TillClosed):
        till.call(items[0])
    assert market.earned("fish") == 600


def test_a_request_whose_turn_comes_too_late_is_not_begun(market: World) -> None:
    till = Till(market.engines["lane_00"], StoppedClock(), limits=RunnerLimits(wait_seconds_max=1))
    with somebody_holds_the_lane(market):
        begun = till.submit(market.payment("minji", "fish", 100))
        time.sleep(0.2)
        late = till.submit(market.payment("minji", "fish", 100))
        time.sleep(1.2)
    assert answered([begun, late]) == ["ok", "WaitedTooLong"]
    till.close()
    assert market.earned("fish") == 100


def test_a_full_queue_refuses_and_nothing_happens(market: World) -> None:
    till = Till(market.engines["lane_00"], StoppedClock(), limits=RunnerLimits(queue_max=4))
    refused = 0
    with somebody_holds_the_lane(market):
        accepted = [till.submit(market.payment("minji", "fish", 100))]
        while till.waiting:  # until it has been taken, and stands before the lane
            time.sleep(0.001)
        for _ in range(10):
            try:
                accepted.append(till.submit(market.payment("minji", "fish", 100)))
            except TillBusy:
                refused += 1
    assert answered(accepted) == ["ok"] * len(accepted)
    assert (len(accepted), refused) == (1 + 4, 6)
    till.close()
    assert market.earned("fish") == 100 * len(accepted)


def test_closing_answers_what_waits_and_takes_nothing_more(market: World) -> None:
    till = Till(market.engines["lane_00"], StoppedClock())
    with somebody_holds_the_lane(market):
        futures = [till.submit(market.payment("minji", "fish", 100)) for _ in range(20)]
        closing = threading.Thread(target=till.close)
        closing.start()
    closing.join(timeout=30)
    assert answered(futures) == ["ok"] * 20
    with pytest.raises(TillClosed):
        till.submit(market.payment("minji", "fish", 100))


def test_nobody_is_forgotten_while_the_till_closes(market: World) -> None:
    till = Till(market.engines["lane_00"], StoppedClock())
    futures: list[Future[Answer]] = []
    refused: list[TillClosed] = []
    items = [[market.payment("minji", "fish", 1) for _ in range(50)] for _ in range(8)]

    def pay(mine: int) -> None:
        for item in items[mine]:
            try:
                futures.append(till.submit(item))
            except TillClosed as refusal:
                refused.append(refusal)

    callers = [threading.Thread(target=pay, args=(mine,)) for mine in range(8)]
    for caller in callers:
        caller.start()
    till.close()
    for caller in callers:
        caller.join(timeout=30)
    assert answered(futures) == ["ok"] * len(futures)
    assert len(futures) + len(refused) == 400
    assert market.earned("fish") == len(futures)


def test_a_lost_connection_is_tried_again_and_pays_once(market: World, till: Till) -> None:
    kill = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE usename = 'onnuri_app' AND wait_event_type = 'Lock' AND datname = current_database()"""
    admin = market.database
    with somebody_holds_the_lane(market):
        future = till.submit(market.payment("minji", "fish", 100))
        _wait_and_run(admin.superuser_url(), kill)
    assert answered([future]) == ["ok"]
    assert market.earned("fish") == 100


def _wait_and_run(url: str, query: str) -> None:
    """Run a query until it finds something."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as conn:
        for _ in range(500):
            if conn.execute(query.encode()).fetchall():
                return
            threading.Event().wait(0.01)
    raise AssertionError("nobody waited")


def test_ids_of_one_process_ascend() -> None:
    ids = [new_id(OPENED) for _ in range(10_000)]
    assert ids == sorted(ids)
