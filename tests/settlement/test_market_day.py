"""A market day from charge to bank statement, as the books tell it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onnuri.kit.clock import seoul_midnight
from onnuri.ledger.model import account_path
from onnuri.ledger.post import DayClosed
from onnuri.settlement.close import DayNotOver, close_business_day, close_day_in_lanes, write_day_lines
from onnuri.settlement.model import PayoutStatus
from tests.books import books, journal, last_seq
from tests.settlement.town import FRIDAY, TUESDAY, Town, seoul
from tests.world import receipt


def test_a_sale_is_closed_paid_out_and_matched(town: Town) -> None:
    town.wallet("minji", 100_000)
    town.shop("fish")
    paid = receipt(town.world.pay("minji", "fish", 40_000))
    town.world.cancel(paid, 10_000)
    before = last_seq(town.world)

    (closed,) = town.close()
    assert (closed.lines, closed.net, closed.payable, closed.already) == (1, 30_000, 30_000, False)
    requested = town.request()
    assert (requested.count, requested.amount, requested.deferred) == (1, 30_000, ())
    assert town.send().count(PayoutStatus.PAID) == 1
    assert journal(town.world, after=before) == books("""
        payout       merchant:fish -> payout_in_flight:all  30,000
        payout_paid  payout_in_flight:all -> bank:trust     30,000
    """)

    town.fetch(FRIDAY, TUESDAY)
    report = town.match()
    assert (report.charges, report.payouts, report.returned, report.breaks_opened) == (1, 1, 0, 0)
    comparison = town.bank_comparison()
    assert (comparison.bank, comparison.books, comparison.unexplained) == (63_000, 63_000, 0)
    assert town.balanced()


def test_every_step_run_twice_changes_nothing(town: Town) -> None:
    town.wallet("minji", 100_000)
    town.shop("fish")
    town.world.pay("minji", "fish", 40_000)
    town.close()
    town.request()
    town.send()
    first = town.fetch(FRIDAY, TUESDAY)
    town.match()
    before = last_seq(town.world)

    assert [each.already for each in town.close()] == [True]
    assert (town.request().count, town.send().counts) == (0, {})
    assert [each.already for each in first] == [False, False]
    assert [each.already for each in town.fetch(FRIDAY, TUESDAY)] == [True, True]
    again = town.match()
    assert (again.charges, again.payouts, again.breaks_opened, again.breaks_resolved) == (0, 0, 0, 0)
    assert last_seq(town.world) == before


def test_a_day_is_closed_only_after_midnight(town: Town) -> None:
    midnight = seoul_midnight(FRIDAY + timedelta(days=1))
    with pytest.raises(DayNotOver):
        close_business_day(town.world.begin, day=FRIDAY, at=midnight - timedelta(microseconds=1))
    (closed,) = close_business_day(town.world.begin, day=FRIDAY, at=midnight)
    assert closed.lines == 0


def test_open_days_before_are_closed_first_and_in_order(town: Town) -> None:
    town.wallet("minji", 100_000)
    town.shop("fish")
    town.world.pay("minji", "fish", 10_000)
    town.world.pay("minji", "fish", 20_000, at=seoul(TUESDAY, 9))
    closes = town.close(TUESDAY)
    assert [(each.day.day, each.payable) for each in closes] == [
        (20, 10_000), (21, 0), (22, 0), (23, 0), (24, 20_000),
    ]  # fmt: skip


def test_a_cancel_after_the_close_becomes_a_debt_that_later_sales_repay(town: Town) -> None:
    saturday, sunday, monday = (FRIDAY + timedelta(days=n) for n in (1, 2, 3))
    town.wallet("minji", 100_000)
    town.shop("fish")
    paid = receipt(town.world.pay("minji", "fish", 40_000))
    town.close()
    town.world.cancel(paid, at=seoul(saturday, 9))
    before = last_seq(town.world)
    assert town.close(saturday)[0].payable == 0
    town.world.pay("minji", "fish", 15_000, at=seoul(sunday, 9))
    assert town.close(sunday)[0].payable == 0
    town.world.pay("minji", "fish", 30_000, at=seoul(monday, 9))
    assert town.close(monday)[0].payable == 5_000
    assert journal(town.world, after=before) == books("""
        debt         merchant_receivable:fish -> merchant:fish  40,000
        payment      lot:minji/1 -> merchant:fish               15,000
        debt_repaid  merchant:fish -> merchant_receivable:fish  15,000
        payment      lot:minji/1 -> merchant:fish               30,000
        debt_repaid  merchant:fish -> merchant_receivable:fish  25,000
    """)
    assert town.world.earned("fish") == 45_000
    assert town.balanced()


def test_a_shop_without_account_waits_and_is_paid_once_it_has_one(town: Town) -> None:
    town.wallet("minji", 100_000)
    town.shop("fish", None)
    town.world.pay("minji", "fish", 40_000)
    town.close()
    requested = town.request()
    assert requested.count == 0
    assert [each.amount for each in requested.deferred] == [40_000]
    town.register("fish", "1100000000")
    assert town.request().amount == 40_000
    town.send()
    assert town.statuses() == {"fish": "PAID"}


def test_wallets_in_two_lanes_are_paid_in_one_payout(two_lanes: Town) -> None:
    town = two_lanes
    town.wallet("minji", 100_000)
    town.wallet("jun", 100_000, lane="lane_01")
    town.shop("fish")
    town.world.pay("minji", "fish", 40_000)
    town.world.pay("jun", "fish", 25_000)
    assert [each.payable for each in town.close()] == [40_000, 25_000]
    assert (town.request().count, town.statuses()) == (1, {"fish": "REQUESTED"})
    town.send()
    for lane, amount in (("lane_00", "40,000"), ("lane_01", "25,000")):
        assert books(journal(town.world, lane=lane)).splitlines()[-2:] == [
            f"payout merchant:fish -> payout_in_flight:all {amount}",
            f"payout_paid payout_in_flight:all -> bank:trust {amount}",
        ]
    town.fetch(FRIDAY, TUESDAY)
    report = town.match()
    assert (report.charges, report.payouts, report.breaks_opened) == (2, 1, 0)
    assert (town.bank_comparison().bank, town.balanced()) == (121_000, True)


def test_a_close_cut_short_between_lanes_is_finished_by_running_it_again(two_lanes: Town) -> None:
    town = two_lanes
    town.wallet("minji", 100_000)
    town.wallet("jun", 100_000, lane="lane_01")
    town.shop("fish")
    town.world.pay("minji", "fish", 40_000)
    town.world.pay("jun", "fish", 25_000)
    with town.world.begin("lane_00") as conn:
        assert close_day_in_lanes(conn, day=FRIDAY, at=seoul(FRIDAY + timedelta(days=1), 0, 5))
        assert write_day_lines(conn, day=FRIDAY, at=seoul(FRIDAY + timedelta(days=1), 0, 5))
    assert [(each.lane, each.already) for each in town.close()] == [("lane_00", True), ("lane_01", False)]
    assert town.request().amount == 65_000


def test_a_day_before_the_first_closed_one_stays_as_it_is(town: Town) -> None:
    town.close()
    with pytest.raises(DayClosed):
        close_business_day(town.world.begin, day=FRIDAY - timedelta(days=1), at=seoul(TUESDAY, 1))


def test_lines_written_after_the_close_are_what_they_would_have_been_in_it(town: Town) -> None:
    saturday = FRIDAY + timedelta(days=1)
    town.wallet("minji", 200_000)
    town.shop("fish")
    town.shop("rice")
    paid = receipt(town.world.pay("minji", "fish", 40_000))
    town.world.pay("minji", "rice", 10_000)
    town.close()
    town.world.cancel(paid, 30_000, at=seoul(saturday, 9))
    town.world.pay("minji", "fish", 5_000, at=seoul(saturday, 10))
    town.world.pay("minji", "rice", 8_000, at=seoul(saturday, 10))
    sunday = seoul(saturday + timedelta(days=1), 0, 5)
    with town.world.begin() as conn:
        close_day_in_lanes(conn, day=saturday, at=sunday)
    town.world.pay("minji", "rice", 9_000, at=sunday)
    assert town.world.rows(f"settlement_lines WHERE day = '{saturday}'") == 1
    (closed,) = town.close(saturday)
    assert (closed.lines, closed.net, closed.payable, closed.already) == (2, -17_000, 8_000, False)


def test_what_is_owed_in_one_lane_is_repaid_by_sales_in_another(two_lanes: Town) -> None:
    town, saturday = two_lanes, FRIDAY + timedelta(days=1)
    town.wallet("minji", 100_000)
    town.wallet("jun", 100_000, lane="lane_01")
    town.shop("fish")
    paid = receipt(town.world.pay("minji", "fish", 40_000))
    town.close()
    town.request()
    town.send()
    town.world.cancel(paid, at=seoul(saturday, 9))
    town.world.pay("jun", "fish", 25_000, at=seoul(saturday, 10))
    assert [each.payable for each in town.close(saturday)] == [0, 0]
    debt = account_path("merchant_receivable", town.world.shops["fish"].id)
    assert town.world.balance(debt) == 15_000
    sunday = saturday + timedelta(days=1)
    town.world.pay("jun", "fish", 20_000, at=seoul(sunday, 10))
    assert [each.payable for each in town.close(sunday)] == [0, 5_000]
    assert (town.world.balance(debt), town.world.earned("fish"), town.balanced()) == (0, 5_000, True)


def test_two_lanes_pay_what_one_lane_would(two_lanes: Town) -> None:
    town, world = two_lanes, two_lanes.world
    town.wallet("minji", 200_000)
    town.wallet("jun", 200_000, lane="lane_01")
    town.wallet("sora", 200_000)
    for name in ("fish", "rice", "tofu"):
        town.shop(name)
    totals: list[tuple[int, int]] = []
    for others in ("jun", "sora"):
        day = FRIDAY + timedelta(days=2 * len(totals))
        sold = [receipt(world.pay(who, "fish", 30_000, at=seoul(day, 9))) for who in ("minji", others)]
        receipt(world.pay(others, "rice", 12_000, at=seoul(day, 9)))
        world.cancel(sold[0], 10_000, at=seoul(day, 10))
        town.close(day)
        world.cancel(sold[1], at=seoul(day + timedelta(days=1), 9))
        world.pay("minji", "fish", 45_000, at=seoul(day + timedelta(days=1), 9))
        world.pay(others, "tofu", 1_000, at=seoul(day + timedelta(days=1), 9))
        closes = town.close(day + timedelta(days=1))
        totals.append((sum(each.net for each in closes), sum(each.payable for each in closes)))
    assert totals == [(16_000, 16_000)] * 2
