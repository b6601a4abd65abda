"""Beside the run of a list, a decision on it or its company's value on the way: neither waits for ever."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from onnuri.kit.database import Database
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.lanes import take_lanes
from onnuri.ledger.post import take_lane
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.giving.corporate import (
    CompanyPurchase,
    buy_for_company,
    company_source,
    move_to_lane,
    register_company,
)
from onnuri.vouchers.giving.credit_run import hold_giver
from onnuri.vouchers.giving.credit_units import ask_ahead
from onnuri.vouchers.giving.credit_upload import approve_list, reject_list
from tests.vouchers.giving import approved, credit_file, programme
from tests.world import OPENED, World, request_key


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_a_decision_beside_the_run_of_its_list_lets_the_run_take_the_lane(world: World, decision: str) -> None:
    world.wallet("minji")
    source = programme(world)
    kept = approved(world, source, credit_file(world, [("minji", 1_000, "r1")]))
    with world.begin() as conn:
        (other,) = register_people(conn, sealer_of(world.database.settings), [NewPerson("other")], at=OPENED)
    ended: list[str] = []

    def decide() -> None:
        by = kept.decided_by or other
        try:
            with world.begin() as beside:
                if decision == "approve":
                    approve_list(beside, kept.id, by=by, at=OPENED)
                else:
                    reject_list(beside, kept.id, by=other, at=OPENED)
            ended.append("ok")
        except DomainError as refusal:
            ended.append(refusal.code)

    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with world.begin() as conn, world.begin() as watch:
        hold_giver(conn, source)
        beside = threading.Thread(target=decide)
        beside.start()
        for _ in range(200):
            if watch.execute(text(waiting)).scalar_one() or ended:
                break
            time.sleep(0.01)
        take_lane(conn)  # whoever decides holds no lane while it waits for the list
    beside.join()
    assert ended == ["ok" if decision == "approve" else "credit_list_decided"]


def test_a_run_opens_no_account_before_it_has_the_lane(database: Database, invariants: None) -> None:
    """Who holds the lane and opens the same account would wait for the run, and the run for the lane."""
    world = World(database, lanes=("lane_00", "lane_01"))
    with world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        order = CompanyPurchase(new_id(OPENED), request_key("buy"), company, 100_000, "bank-1")
        buy_for_company(conn, [order], at=OPENED)
        source = company_source(conn, company, at=OPENED)
    with world.begin("lane_01") as run, world.begin() as beside:
        hold_giver(run, source)
        ask_ahead(run, source, [])
        take_lanes(beside, ["lane_00", "lane_01"])
        beside.execute(text("SET LOCAL lock_timeout = '2s'"))
        move_to_lane(beside, company, "lane_01", 1_000, at=OPENED)
    world.close()
