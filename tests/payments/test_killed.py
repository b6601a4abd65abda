"""Killed with -9 at named points, the process and the database: every client retries, and each key has one effect."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from onnuri.kit.config import load_settings
from onnuri.kit.database import Database, embedded, open_cluster
from onnuri.kit.migrate import migrate
from onnuri.kit.postgres import wait_gone
from onnuri.kit.refusals import Unavailable
from onnuri.payments.till import Till
from onnuri.vouchers.charging.run_charge import Charging, resolve_charges
from tests.invariants import violations
from tests.payments.processes import TillProcess
from tests.till_process import BankBook
from tests.world import OPENED, World, code, receipt

KEYS = 40
POINTS = ["before the commit", "after the commit, before the answer", "in the middle of a batch"]


class StoppedClock:
    """Always the same instant."""

    def now(self) -> datetime:
        return OPENED


@pytest.fixture
def market(world: World) -> World:
    world.wallet("minji", 100_000)
    world.shop("fish")
    return world


def ask(process: TillProcess, world: World) -> None:
    """Ask for every payment; the last ones are more than the wallet holds."""
    for place in range(KEYS):
        process.pay(f"key-{place}", world.wallets["minji"], world.shops["fish"].stall_number, 2_700)


def check_one_effect_each(world: World, heard: dict[str, str]) -> None:
    """Retry every key with the same request: what was answered before is answered again, and nothing is done twice."""
    process = TillProcess(world.database)
    ask(process, world)
    answers = process.end()
    assert process.exit_code == 0
    assert len(answers) == KEYS
    assert heard.items() <= answers.items()
    ids = {UUID(answer) for answer in answers.values() if answer != "balance_insufficient"}
    assert len(ids) == 100_000 // 2_700
    with world.begin() as conn:
        assert set(conn.execute(text("SELECT id FROM payments")).scalars()) == ids
    assert world.earned("fish") == 2_700 * len(ids)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("times", [1, 3])
def test_a_process_killed_at_a_named_point_loses_and_doubles_nothing(market: World, point: str, times: int) -> None:
    process = TillProcess(market.database, point=point, times=times)
    for place in range(KEYS):
        process.pay(f"key-{place}", market.wallets["minji"], market.shops["fish"].stall_number, 2_700)
        if place < times - 1:
            process.hear(f"key-{place}")  # so that the first ones are batches of their own
    heard = process.end()
    assert process.exit_code == -signal.SIGKILL
    assert len(heard) < KEYS
    check_one_effect_each(market, heard)


def test_a_process_killed_at_any_moment_loses_and_doubles_nothing(market: World) -> None:
    heard: dict[str, str] = {}
    for seed in range(4):
        process = TillProcess(market.database)
        killer = threading.Timer(random.Random(seed).random() / 10, process.kill)
        killer.start()
        ask(process, market)
        answers = process.end()
        killer.join()
        assert all(heard.get(key, answer) == answer for key, answer in answers.items())
        heard |= answers
    check_one_effect_each(market, heard)


@pytest.mark.parametrize(("point", "moved"), [("after the order was stored", 0), ("after the bank moved", 1)])
def test_a_charge_killed_around_the_bank_is_resolved_by_asking(
    market: World, tmp_path: Path, point: str, moved: int
) -> None:
    book = tmp_path / "bank"
    process = TillProcess(market.database, point=point)
    process.charge("asked-1", market.wallets["minji"], 50_000, book)
    assert process.end() == {}
    assert process.exit_code == -signal.SIGKILL
    bank = BankBook(book)
    later = OPENED + timedelta(hours=1)
    edge = Charging(market.begin, bank, lambda: later)
    for _ in range(3):
        resolve_charges(edge, patient=False)
    with market.begin() as conn:
        (charge,) = conn.execute(text("SELECT status, bank_tran_id FROM charges WHERE face = 50000")).all()
    assert (charge.status, bank.moved(charge.bank_tran_id)) == ("SUCCEEDED" if moved else "FAILED", moved)
    assert market.left("minji") == ([100_000, 50_000] if moved else [100_000])
    retry = TillProcess(market.database)
    retry.charge("asked-1", market.wallets["minji"], 50_000, book)
    (answer,) = retry.end().values()
    assert f"status='{charge.status}'" in answer
    assert bank.moved(charge.bank_tran_id) == moved
    assert sum(market.left("minji")) == 100_000 + 50_000 * moved


@pytest.fixture
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A cluster that may be killed."""
    settings = replace(load_settings(tmp_path_factory.mktemp("killed")), database_url=None, app_database_url=None)
    database = open_cluster(settings)
    migrate(database)
    yield database
    embedded(settings).stop("immediate")


@pytest.mark.slow
def test_postgresql_killed_under_load_loses_and_doubles_nothing(own_cluster: Database) -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("the server of TEST_DATABASE_URL is not ours to kill")
    world = World(own_cluster)
    for place in range(4):
        world.wallet(f"holder-{place}", 1_000_000)
    world.shop("fish")
    server = embedded(own_cluster.settings)
    till = Till(world.engines["lane_00"], StoppedClock())
    items = [[world.payment(f"holder-{place}", "fish", 100) for _ in range(150)] for place in range(4)]
    heard: list[dict[str, UUID]] = [{} for _ in range(4)]

    def client(place: int) -> None:
        for item in items[place]:
            for _ in range(100):
                try:
                    answer = till.submit(item).result(timeout=60)
                except Unavailable:
                    time.sleep(0.05)
                    continue
                heard[place][item.request.key] = receipt(answer).id
                break

    clients = [threading.Thread(target=client, args=(place,)) for place in range(4)]
    for each in clients:
        each.start()
    for seed in range(2):
        time.sleep(0.1 + random.Random(seed).random() / 5)
        process_id = server.process_id()
        os.kill(process_id, signal.SIGKILL)
        wait_gone(process_id)
        server.start()
    for each in clients:
        each.join(timeout=120)
    till.close()
    assert [len(each) for each in heard] == [150] * 4
    assert world.rows("payments") == 600
    assert world.earned("fish") == 60_000
    again = world.run([item for each in items for item in each])
    assert {receipt(answer).id for answer in again} == {id for each in heard for id in each.values()}
    assert {code(answer) for answer in again} == {"ok"}
    assert all(answer.replayed for answer in again)
    world.close()
    assert violations(own_cluster) == []
