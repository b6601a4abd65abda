"""Reading closed days: markets, shops, statements and one line opened down to its transfers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from onnuri.settlement.line import line_items
from onnuri.settlement.payouts import PayoutUnknown, list_payouts, payout_parts, read_payout
from onnuri.settlement.queries import Sums, closed_days, day_by_market, day_by_shop, shop_day, shop_statement
from onnuri.settlement.subsidy import LineIsNoSubsidy, StatementLineUnknown, receive_subsidy, subsidy_by_month
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul
from tests.world import cancelled, receipt

SATURDAY = FRIDAY + timedelta(days=1)


@pytest.fixture
def days(two_lanes: Town) -> Town:
    """Two closed days in two lanes: fish is paid, rice has no account."""
    town = two_lanes
    town.wallet("minji", 200_000)
    town.wallet("jun", 200_000, lane="lane_01")
    town.shop("fish")
    town.shop("rice", None)
    first = receipt(town.world.pay("minji", "fish", 40_000))
    town.world.pay("jun", "fish", 25_000)
    town.world.pay("jun", "rice", 5_000)
    town.world.cancel(first, 10_000)
    town.close()
    town.world.pay("minji", "rice", 7_000, at=seoul(SATURDAY, 9))
    town.world.cancel(first, 1_000, at=seoul(SATURDAY, 10))
    town.world.pay("minji", "fish", 3_000, at=seoul(SATURDAY, 11))
    town.close(SATURDAY)
    town.request()
    town.send()
    return town


def test_a_day_per_market_adds_up_the_lanes(days: Town) -> None:
    with days.world.begin() as conn:
        (market,) = day_by_market(conn, day=FRIDAY)
        newest, first = closed_days(conn)
        assert day_by_market(conn, day=FRIDAY, after=(market.name, market.market_id)) == []
    friday = Sums(
        payments=3, gross=70_000, cancels=1, cancelled_same_day=10_000, net=60_000, payable=60_000, deferred=5_000
    )
    assert (market.shops, market.sums) == (2, friday)
    assert (first.day, first.lanes, first.shops, first.sums) == (FRIDAY, 2, 2, friday)
    assert (newest.day, newest.sums.cancelled_earlier, newest.sums.net) == (SATURDAY, 1_000, 9_000)


def test_shops_of_a_day_come_in_pages(days: Town) -> None:
    with days.world.begin() as conn:
        (fish,) = day_by_shop(conn, day=FRIDAY, market_id=days.world.market_id, limit=1)
        (rice,) = day_by_shop(conn, day=FRIDAY, after=fish.stall_number, limit=1)
        assert day_by_shop(conn, day=FRIDAY, after=rice.stall_number) == []
        assert shop_day(conn, day=FRIDAY, shop_id=fish.shop_id) == fish
        assert shop_day(conn, day=TUESDAY, shop_id=fish.shop_id) is None
    assert (fish.name, fish.sums.payable, fish.state, len(fish.payouts)) == ("fish", 55_000, "paid", 1)
    assert (rice.name, rice.sums.payable, rice.state, rice.payouts) == ("rice", 5_000, "deferred", ())
    assert fish.due_on == TUESDAY


def test_a_shop_reads_its_statement_from_the_newest_day(days: Town) -> None:
    fish = days.world.shops["fish"].id
    with days.world.begin() as conn:
        saturday, friday = shop_statement(conn, shop_id=fish)
        assert shop_statement(conn, shop_id=fish, before=SATURDAY) == [friday]
    assert [(each.day, each.sums.net, each.state) for each in (friday, saturday)] == [
        (FRIDAY, 55_000, "paid"),
        (SATURDAY, 2_000, "paid"),
    ]


def test_a_line_opens_down_to_its_transfers(days: Town) -> None:
    fish = days.world.shops["fish"].id
    with days.world.begin() as conn:
        items = line_items(conn, day=FRIDAY, shop_id=fish)
        assert line_items(conn, day=FRIDAY, shop_id=fish, limit=2) == items[:2]
        assert line_items(conn, day=FRIDAY, shop_id=fish, after=items[1].id) == items[2:]
    assert sorted((item.kind, item.amount, item.lane) for item in items) == [
        ("cancel", 10_000, "lane_00"),
        ("payment", 25_000, "lane_01"),
        ("payment", 40_000, "lane_00"),
    ]
    assert all(sum(line.amount for line in item.transfers) == item.amount for item in items)


def test_a_payout_tells_its_lines_and_steps_in_each_lane(days: Town) -> None:
    with days.world.begin() as conn:
        (payout,) = list_payouts(conn)
        assert read_payout(conn, payout.id) == payout
        assert list_payouts(conn, before=payout.id) == []
        parts = payout_parts(conn, payout.id)
        with pytest.raises(PayoutUnknown):
            read_payout(conn, UUID(int=9))
    assert payout.amount == 57_000
    assert [(part.lane, part.lines) for part in parts] == [
        ("lane_00", ((FRIDAY, 30_000), (SATURDAY, 2_000))),
        ("lane_01", ((FRIDAY, 25_000),)),
    ]
    assert [line.code for line in parts[0].transfers] == ["payout", "payout_paid"]


def test_the_state_owes_what_was_granted_until_it_pays(days: Town) -> None:
    days.fetch(FRIDAY)
    days.match()
    with days.world.begin() as conn:
        (month,) = subsidy_by_month(conn, since=FRIDAY.replace(day=1))
        assert (month.month.day, month.granted, month.came_back, month.owed) == (1, 28_000, 0, 28_000)
        with pytest.raises(StatementLineUnknown):
            receive_subsidy(conn, line_id=999, reason="기획재정부", at=seoul(TUESDAY, 9))
        with pytest.raises(LineIsNoSubsidy):
            receive_subsidy(conn, line_id=1, reason="기획재정부", at=seoul(TUESDAY, 9))


def test_the_subsidy_that_comes_in_is_a_break_until_it_is_booked(days: Town) -> None:
    import httpx

    told = {
        "account": days.account,
        "amount": "28000",
        "payer": "국고",
        "text": "할인지원금",
        "date": f"{TUESDAY:%Y%m%d}",
    }
    httpx.post(f"{days.base_url}/simulator/receipts", json=told, trust_env=False).raise_for_status()
    days.fetch(FRIDAY, TUESDAY)
    days.match()
    assert (days.breaks(), days.balanced()) == ([("unknown_line", 28_000)], True)
    with days.world.begin() as conn:
        line_id = int(conn.exec_driver_sql("SELECT id FROM shared.statement_lines WHERE amount = 28000").scalar_one())
        receive_subsidy(conn, line_id=line_id, reason="11월 청구분", at=seoul(TUESDAY, 20))
    assert days.match().breaks_resolved == 1
    with days.world.begin() as conn:
        assert [each.received for each in subsidy_by_month(conn, since=FRIDAY.replace(day=1))] == [28_000]
    assert (days.breaks(), days.balanced()) == ([], True)


def test_a_cancel_in_another_lane_than_the_sale_stays_in_its_own(days: Town) -> None:
    paid = receipt(days.world.pay("jun", "fish", 9_000, at=seoul(TUESDAY, 12)))
    assert cancelled(days.world.cancel(paid, at=seoul(TUESDAY, 13))).same_day
    days.close(TUESDAY)
    with days.world.begin() as conn:
        found = shop_day(conn, day=TUESDAY, shop_id=days.world.shops["fish"].id)
    assert found is not None
    assert (found.sums.net, found.state) == (0, "nothing")
