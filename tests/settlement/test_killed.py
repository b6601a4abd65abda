"""Killed at any point of a payday and run again: every shop is paid exactly once, the bank's balance is explained."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from onnuri.kit.lanes import use_lane
from onnuri.settlement.close import Begin, close_business_day
from onnuri.settlement.model import PayoutStatus
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.send import send_payouts
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul

ROOT = Path(__file__).parents[2]


@pytest.fixture
def payday(two_lanes: Town) -> Town:
    """Four shops, sold to from two lanes, closed and due."""
    town = two_lanes
    town.wallet("minji", 400_000)
    town.wallet("jun", 400_000, lane="lane_01")
    for place, shop in enumerate(("fish", "rice", "tofu", "kimchi")):
        town.shop(shop, f"11000{place}0000")
        town.world.pay("minji", shop, 20_000)
        town.world.pay("jun", shop, 10_000)
    town.close()
    return town


def killed_at(town: Town, point: str) -> None:
    """Run a payday in a process of its own and kill it at a point."""
    facts = {
        "database": town.world.database.name,
        "base_url": town.base_url,
        "account": town.account,
        "institution": town.bank.institution_code,
        "at": seoul(TUESDAY, 10).isoformat(),
        "point": point,
    }
    settings = town.world.database.settings
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.settlement.payday", json.dumps(facts)],
        cwd=ROOT,
        env={**os.environ, "ONNURI_DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url or ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = process.stdout.readline().strip()
    process.kill()
    process.wait()
    process.stdout.close()
    assert told == point


def paid_once(town: Town) -> None:
    """Expect that each shop got its 30,000 won exactly once, in the books and at the bank."""
    assert town.statuses() == dict.fromkeys(("fish", "rice", "tofu", "kimchi"), "PAID")
    assert town.world.rows("shared.payouts") == 4
    assert [town.world.earned(shop) for shop in town.world.shops] == [0, 0, 0, 0]
    town.fetch(FRIDAY, TUESDAY)
    assert town.match().payouts == 4
    assert (town.breaks(), town.balanced()) == ([], True)
    assert town.world.rows("shared.statement_lines WHERE direction = 'out'") == 4


def test_killed_after_the_request_the_orders_are_sent_once(payday: Town) -> None:
    killed_at(payday, "requested")
    assert payday.request().count == 0
    assert payday.send().count(PayoutStatus.PAID) == 4
    paid_once(payday)


@pytest.mark.parametrize("point", ["claimed", "sent"])
def test_killed_around_the_sending_only_an_inquiry_goes_on(payday: Town, point: str) -> None:
    killed_at(payday, point)
    assert payday.request().count == 0
    assert payday.send().counts == {}
    for n in range(1, 4):
        payday.inquire(seoul(TUESDAY, 10 + n))
    payday.send(TUESDAY, hour=14)
    paid_once(payday)
    sent_again = payday.world.rows("shared.payouts WHERE sends = 2")
    assert sent_again == {"claimed": 3, "sent": 2}[point]


class Cut(Exception):
    """The process ends here."""


def cut_after(begin: Begin, transactions: int) -> Begin:
    """Give a `begin` that works so often and then fails before it commits."""
    left = [transactions]

    @contextmanager
    def cutting() -> Generator[Connection]:
        left[0] -= 1
        with begin() as conn:
            yield conn
            if left[0] < 0:
                raise Cut

    return cutting


def test_a_payday_cut_before_any_commit_and_begun_again_pays_once(payday: Town) -> None:
    code, at = payday.bank.institution_code, seoul(TUESDAY, 10)
    for transactions in range(12):
        begin = cut_after(payday.world.begin, transactions)
        try:
            request_payouts(begin, on=TUESDAY, institution_code=code, at=at, chunk_shops=1)
            send_payouts(begin, payday.bank, sealer=payday.sealer, now=lambda: at, batch=2, workers=1)
        except Cut:
            continue
    for n in range(1, 4):
        payday.inquire(seoul(TUESDAY, 10 + n))
    payday.send(TUESDAY, hour=14)
    paid_once(payday)


def test_a_close_cut_before_its_commit_leaves_the_lane_open(two_lanes: Town) -> None:
    town = two_lanes
    town.wallet("minji", 100_000, lane="lane_01")
    town.shop("fish")
    town.world.pay("minji", "fish", 40_000)
    at = seoul(FRIDAY + timedelta(days=1), 0, 5)
    for transactions in range(4):
        with pytest.raises(Cut):
            close_business_day(cut_after(town.world.begin, transactions), day=FRIDAY, at=at)
    assert [(each.lane, each.already, each.payable) for each in town.close()] == [
        ("lane_00", True, 0),
        ("lane_01", False, 40_000),
    ]
    with town.world.begin() as conn:
        use_lane(conn, "lane_01")
        assert conn.exec_driver_sql("SELECT count(*) FROM settlement_lines").scalar_one() == 1
