"""Several at once: paydays, closes and payments meet on real commits, and nothing is paid twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import text

from onnuri.kit.lanes import each_lane
from onnuri.settlement.model import PayoutStatus
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul

SHOPS = [f"shop-{n}" for n in range(8)]


T = TypeVar("T")


def at_once(pool: ThreadPoolExecutor, act: Callable[[], T], times: int) -> list[T]:
    """Do the same so many times at once."""
    return [each.result() for each in [pool.submit(act) for _ in range(times)]]


def sold(town: Town) -> None:
    """Sell at eight shops from two lanes."""
    town.wallet("minji", 800_000)
    town.wallet("jun", 800_000, lane="lane_01")
    for n, shop in enumerate(SHOPS):
        town.shop(shop, f"110{n:05d}00")
        town.world.pay("minji", shop, 20_000)
        town.world.pay("jun", shop, 10_000)


def test_two_paydays_at_once_pay_each_shop_once(two_lanes: Town) -> None:
    sold(two_lanes)
    two_lanes.close()
    with ThreadPoolExecutor(4) as pool:
        requests = at_once(pool, two_lanes.request, 4)
        assert sum(each.count for each in requests) == len(SHOPS)
        results = at_once(pool, two_lanes.send, 4)
    assert sum(each.count(PayoutStatus.PAID) for each in results) == len(SHOPS)
    assert two_lanes.world.rows("shared.payouts WHERE status = 'PAID' AND amount = 30000 AND sends = 1") == len(SHOPS)
    two_lanes.fetch(FRIDAY, TUESDAY)
    assert two_lanes.match().payouts == len(SHOPS)
    assert (two_lanes.breaks(), two_lanes.balanced()) == ([], True)


def test_a_day_closed_by_four_at_once_has_one_line_for_each_shop(two_lanes: Town) -> None:
    sold(two_lanes)
    with ThreadPoolExecutor(4) as pool:
        closes = at_once(pool, two_lanes.close, 4)
    assert sorted(each.lane for close in closes for each in close if not each.already) == ["lane_00", "lane_01"]
    with two_lanes.world.begin() as conn:
        for _ in each_lane(conn):
            assert conn.execute(text("SELECT count(*) FROM settlement_lines")).scalar_one() == len(SHOPS)


def test_payments_that_meet_the_close_are_in_that_day_or_the_next_and_never_lost(two_lanes: Town) -> None:
    town = two_lanes
    sold(town)
    just_before = seoul(FRIDAY + timedelta(days=1), 0) - timedelta(seconds=1)
    with ThreadPoolExecutor(6) as pool:
        paying = [pool.submit(town.world.pay, "minji", shop, 1_000, at=just_before) for shop in SHOPS * 5]
        closing = pool.submit(town.close)
        for each in paying:
            each.result()
        closing.result()
    town.close(FRIDAY + timedelta(days=1))
    with town.world.begin() as conn:
        nets = [conn.execute(text("SELECT sum(net) FROM settlement_lines")).scalar_one() for _ in each_lane(conn)]
    assert nets == [len(SHOPS) * 20_000 + 40 * 1_000, len(SHOPS) * 10_000]


def test_matching_twice_at_once_matches_each_line_once(two_lanes: Town) -> None:
    sold(two_lanes)
    two_lanes.close()
    two_lanes.request()
    two_lanes.send()
    two_lanes.fetch(FRIDAY, TUESDAY)
    with ThreadPoolExecutor(2) as pool:
        reports = at_once(pool, two_lanes.match, 2)
    assert sorted(each.payouts for each in reports) == [0, len(SHOPS)]
    assert two_lanes.balanced()
