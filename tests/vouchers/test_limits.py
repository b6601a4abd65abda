"""Limits of a wallet: what is used and left, gross and net, at month ends, under 64 threads, and what refusals say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.vouchers.model import HoldingCapReached, MonthlyLimitReached, Policy, Usage, check_limits
from onnuri.vouchers.policies.budget import BudgetSpent
from onnuri.vouchers.wallets.limits import Limits, limits, limits_of, next_month
from tests.vouchers.money_back import CANCEL, RESIDUAL, came_back, give_back, seoul
from tests.world import OPENED, SILENCE, World, code, facts, receipt, settled

POLICY = Policy("p", OPENED, None, 700, 1_000, 10_000, 2_000_000, 2_000_000, 2_000_000, 7, 5, 2, "test")


def of(world: World, name: str, *, at: datetime = OPENED) -> Limits:
    """Ask for a wallet's limits."""
    with world.begin(world.lane_of[name]) as conn:
        return limits_of(conn, world.wallets[name], at=at)


def test_monthly_charge_limit_says_what_is_left_and_when_it_renews(world: World) -> None:
    world.wallet("minji", 1_500_000)
    month = of(world, "minji").charge_month
    assert (month.used, month.left, month.renews_at) == (1_500_000, 500_000, seoul(2026, 12, 1, 0))
    refused = world.charge("minji", 501_000)
    assert code(refused) == "monthly_limit_reached"
    assert (facts(refused)["left"], str(facts(refused)["renews_on"])) == (500_000, "2026-12-01")
    assert code(world.charge("minji", 500_000)) == "ok"
    assert of(world, "minji").charge_now == 0


def test_monthly_charge_limit_counts_gross_a_cancel_gives_no_room_back(world: World) -> None:
    world.wallet("minji", 2_000_000)
    came_back(give_back(world, "minji", CANCEL))
    now = of(world, "minji")
    assert (now.charge_month.used, now.charged_net_this_month, now.holding.used) == (2_000_000, 0, 0)
    assert code(world.charge("minji", 10_000)) == "monthly_limit_reached"


def test_monthly_charge_limit_renews_at_midnight_in_seoul(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 2_000_000, at=seoul(2026, 12, 31, 23, 29, 59))
    assert of(world, "minji", at=seoul(2026, 12, 31, 23, 59, 59)).charge_month.left == 0
    fresh = of(world, "minji", at=seoul(2027, 1, 1, 0)).charge_month
    assert (fresh.left, fresh.renews_at) == (2_000_000, seoul(2027, 2, 1, 0))
    assert code(world.charge("minji", 10_000, at=seoul(2027, 1, 1, 0, 30))) == "holding_cap_reached"
    assert code(world.pay("minji", "fish", 10_000, at=seoul(2027, 1, 1, 0, 30))) == "ok"
    assert code(world.charge("minji", 10_000, at=seoul(2027, 1, 1, 0, 30))) == "ok"


def test_holding_cap_counts_what_the_bank_has_not_answered(world: World) -> None:
    world.wallet("minji", 1_000_000)
    world.charge("minji", 990_000, bank=SILENCE)
    now = of(world, "minji")
    assert (now.holding.used, now.holding.left, now.holding.renews_at) == (1_990_000, 10_000, None)
    assert now.charge_now == 10_000


def test_per_payment_cap_is_told(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 10_000)
    assert of(world, "minji").payment_max == 2_000_000
    refused = world.pay("minji", "fish", 2_000_001)
    assert (code(refused), facts(refused)["maximum"]) == ("payment_too_large", 2_000_000)


def test_a_refund_of_the_rest_counts_net_only_when_the_charge_was_cancelled(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 100_000)
    world.pay("minji", "fish", 60_000)
    came_back(give_back(world, "minji", RESIDUAL))
    now = of(world, "minji")
    assert (now.charge_month.used, now.charged_net_this_month, now.holding.used) == (100_000, 100_000, 0)


def test_monthly_charge_limit_holds_under_64_threads(world: World) -> None:
    world.wallet("minji")

    def charge(_place: int) -> str:
        return code(world.charge("minji", 50_000))

    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(charge, range(64)))
    assert answers.count("ok") == 40
    assert answers.count("monthly_limit_reached") == 24
    assert of(world, "minji").charge_month.left == 0


def test_where_nothing_is_left_nobody_is_told_that_0_won_can_be_charged(world: World) -> None:
    world.wallet("minji", 2_000_000)
    refused = world.charge("minji", 10_000).value
    assert isinstance(refused, MonthlyLimitReached)
    assert refused.message("ko") == (
        "이번 달에는 더 충전할 수 없습니다. 충전 한도는 2026년 12월 1일에 다시 채워집니다. 돈은 움직이지 않았습니다."
    )
    assert HoldingCapReached(left=0).message("ko").startswith("보유 한도가 차서 더 충전할 수 없습니다.")
    assert BudgetSpent(left=69, face_left=0).message("ko").startswith("남은 할인 예산이 69원이어서 더 충전할 수")
    assert "500,000원까지 충전할 수 있" in HoldingCapReached(left=500_500, chargeable=500_000).message("ko")


def test_nobody_is_told_to_charge_what_is_less_than_the_smallest_charge(world: World) -> None:
    world.wallet("minji", 1_990_000, at=seoul(2026, 10, 5))
    world.shop("fish")
    receipt(world.pay("minji", "fish", 7_500))
    full = world.charge("minji", 20_000).value
    assert isinstance(full, HoldingCapReached)
    assert full.facts == {"left": 17_500, "chargeable": 17_000}
    assert "17,000원까지 충전할 수 있" in full.message("ko")
    receipt(world.pay("minji", "fish", 1_982_500))
    world.wallet("suho", 1_995_000, at=seoul(2026, 10, 5))
    full = world.charge("suho", 10_000).value
    assert isinstance(full, HoldingCapReached)
    assert full.facts == {"left": 5_000, "chargeable": 0}
    assert full.message("ko").startswith(
        "더 담을 수 있는 5,000원은 한 번에 충전할 수 있는 가장 적은 금액보다 적습니다."
    )
    assert "Room for 5,000 won is less than the smallest charge" in full.message("en")
    settled(world.charge("minji", 1_993_000))
    spent = world.charge("minji", 10_000).value
    assert isinstance(spent, MonthlyLimitReached)
    assert (spent.facts["left"], spent.facts["chargeable"]) == (7_000, 0)
    assert spent.message("ko").startswith(
        "이번 달 남은 한도 7,000원은 한 번에 충전할 수 있는 가장 적은 금액보다 적어 더 충전할 수 없습니다."
    )
    assert "2026년 12월 1일에 다시 채워집니다" in spent.message("ko")
    assert "7,000 won left this month are less than the smallest charge" in spent.message("en")


@given(st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.integers(0, 500_000))
def test_the_largest_charge_told_is_allowed_and_one_unit_more_is_not(charged: int, held: int, pending: int) -> None:
    used = Usage(charged, held, pending)
    now = limits(POLICY, used, at=OPENED).charge_now
    if now:
        check_limits(now, POLICY, used, at=OPENED)
    with pytest.raises(Exception, match="No money moved"):
        check_limits(max(now, POLICY.charge_min - 1_000) + 1_000, POLICY, used, at=OPENED)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (seoul(2026, 12, 31, 23, 59, 59), "2027-01-01"),
        (seoul(2027, 1, 1, 0), "2027-02-01"),
        (seoul(2028, 2, 29, 12), "2028-03-01"),
    ],
)
def test_the_month_is_the_one_in_seoul(at: datetime, first: str) -> None:
    assert next_month(at).isoformat() == first
