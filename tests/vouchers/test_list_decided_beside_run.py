"""A decision on a list while it is being credited: neither waits for what the other holds."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.ledger.post import take_lane
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.giving.credit_run import hold_giver
from onnuri.vouchers.giving.credit_upload import approve_list, reject_list
from tests.vouchers.giving import approved, credit_file, programme
from tests.world import OPENED, World


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
