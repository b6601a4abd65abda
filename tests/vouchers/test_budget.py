"""A budget sells out to the won under load; what fails or comes back is sold again; paying never asks for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.database import Database
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.model import Policy, Usage, split
from onnuri.vouchers.policies.budget import BudgetLeft, PolicyUnknown, budget_left, face_for, split_budget
from onnuri.vouchers.policies.policy_change import PolicyDraft, approve_policy, propose_policy
from onnuri.vouchers.wallets.limits import limits, limits_of
from tests.invariants import violations
from tests.vouchers.money_back import CANCEL, ask_back, came_back, give_back, seoul, told
from tests.world import NO_FUNDS, OPENED, PAID, SILENCE, World, code, facts, settled

START = seoul(2027, 1, 4, 10)


def with_budget(world: World, budget: int) -> None:
    """Let rules with a budget and 10 percent begin at `START`."""
    with world.begin() as conn:
        maker, checker = register_people(
            conn, sealer_of(world.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
        )
        draft = PolicyDraft("seollal", {"rate_bps": 1_000, "budget": budget}, START, None, "설 특별 할인")
        made = propose_policy(conn, draft, by=maker, at=OPENED)
        approve_policy(conn, made.id, by=checker, at=OPENED)


def left(world: World) -> BudgetLeft:
    """Ask what is left, and check that the counters are what charges and refunds say, lane by lane."""
    for lane in world.engines:
        with world.begin(lane) as conn:
            assert conn.execute(text(WRONG)).all() == []
    with world.begin() as conn:
        return budget_left(conn, "seollal")


WRONG = """
    SELECT p.id, u.granted, u.came_back, c.granted AS charged, c.came_back AS refunded, b.budget
    FROM shared.policies p
    LEFT JOIN shared.policy_budgets b ON b.policy_id = p.id AND b.lane = CAST(current_schema() AS text)
    LEFT JOIN budget_use u ON u.policy_id = p.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(c.subsidy), 0) AS granted,
               coalesce(sum((SELECT sum(r.subsidy) FROM refunds r
                             WHERE r.charge_id = c.id AND r.status = 'SUCCEEDED')), 0) AS came_back
        FROM charges c WHERE c.policy_id = p.id AND c.status <> 'FAILED') AS c
    WHERE p.budget IS NOT NULL
      AND (coalesce(u.granted, 0) <> c.granted OR coalesce(u.came_back, 0) <> c.came_back
           OR c.granted - c.came_back > coalesce(b.budget, 0)
           OR p.budget <> (SELECT sum(x.budget) FROM shared.policy_budgets x WHERE x.policy_id = p.id))
"""


def test_a_budget_sells_out_to_the_won_and_the_refusal_says_what_is_left(world: World) -> None:
    with_budget(world, 15_050)
    world.wallet("minji", at=START)
    settled(world.charge("minji", 100_000, at=START))
    assert (left(world).granted, left(world).left) == (10_000, 5_050)
    refused = world.charge("minji", 51_000, at=START)
    assert (code(refused), facts(refused)) == ("budget_spent", {"left": 5_050, "face_left": 50_000})
    settled(world.charge("minji", 50_000, at=START))
    assert facts(world.charge("minji", 10_000, at=START)) == {"left": 50, "face_left": 0}
    assert left(world).left == 50


def test_a_charge_that_fails_and_one_that_is_unknown(world: World) -> None:
    with_budget(world, 10_000)
    world.wallet("minji", at=START)
    settled(world.charge("minji", 100_000, at=START, bank=NO_FUNDS))
    assert left(world).left == 10_000
    settled(world.charge("minji", 100_000, at=START, bank=SILENCE))
    assert (left(world).left, code(world.charge("minji", 10_000, at=START))) == (0, "budget_spent")


def test_what_came_back_is_sold_again_only_when_it_reached_the_bank(world: World) -> None:
    with_budget(world, 10_000)
    world.wallet("minji", 100_000, at=START)
    asked = came_back(ask_back(world, "minji", CANCEL, at=START))
    assert (left(world).left, code(world.charge("minji", 10_000, at=START))) == (0, "budget_spent")
    told(world, "minji", asked, NO_FUNDS, at=START)
    assert (left(world).left, code(world.charge("minji", 10_000, at=START))) == (0, "budget_spent")
    came_back(give_back(world, "minji", CANCEL, at=START))
    assert left(world) == BudgetLeft("seollal", 10_000, 10_000, 10_000)
    settled(world.charge("minji", 100_000, at=START))
    assert left(world).left == 0


def test_64_threads_never_grant_one_won_over_the_budget(world: World) -> None:
    with_budget(world, 100_999)
    names = [f"holder-{number}" for number in range(64)]
    for name in names:
        world.wallet(name, at=START)
    with ThreadPoolExecutor(64) as threads:
        waiting = [threads.submit(world.charge, name, 31_000, at=START, bank=PAID) for name in names]
        words = [code(each.result()) for each in waiting]
    assert (words.count("ok"), words.count("budget_spent")) == (32, 32)
    assert (left(world).granted, left(world).left) == (99_200, 1_799)
    assert world.balance("subsidy_receivable:digital") == 99_200


def test_two_lanes_share_a_budget_and_each_decides_alone(database: Database) -> None:
    world = World(database, lanes=("lane_00", "lane_01"))
    with_budget(world, 20_001)
    for lane in ("lane_00", "lane_01"):
        world.wallet(lane, 100_000, lane=lane, at=START)
        assert code(world.charge(lane, 10_000, at=START)) == "budget_spent"
    assert left(world) == BudgetLeft("seollal", 20_001, 20_000, 0)
    assert violations(database) == []
    world.close()


def test_without_a_budget_nothing_is_bounded_and_an_unknown_name_is_refused(world: World) -> None:
    world.wallet("minji", 2_000_000)
    with world.begin() as conn:
        assert budget_left(conn, "2026-03-01").left is None
        with pytest.raises(PolicyUnknown):
            budget_left(conn, "1999")


def test_the_largest_charge_told_is_what_the_budget_still_sells(world: World) -> None:
    world.wallet("minji")
    with_budget(world, 5_050)

    def charge_now() -> int:
        with world.begin(world.lane_of["minji"]) as conn:
            return limits_of(conn, world.wallets["minji"], at=START).charge_now

    assert charge_now() == 50_000
    assert code(world.charge("minji", 51_000, at=START)) == "budget_spent"
    assert code(world.charge("minji", 45_000, at=START)) == "ok"
    assert charge_now() == 0, "5,000 won could be sold: less than the smallest charge"
    assert facts(world.charge("minji", 10_000, at=START)) == {"left": 550, "face_left": 0}


def test_where_the_state_adds_nothing_a_budget_bounds_nothing() -> None:
    policy = Policy("p", START, None, 0, 1_000, 10_000, 2_000_000, 1_000_000, 1, 1, 1, 1, "")
    assert limits(policy, Usage(0, 0, 0), at=START, subsidy_left=0).charge_now == 1_000_000


@given(st.integers(0, 10**12), st.integers(1, 10_000), st.sampled_from([1, 1_000]))
def test_the_largest_face_that_fits_fits_and_the_next_does_not(won: int, rate_bps: int, unit: int) -> None:
    policy = Policy("p", START, None, rate_bps, unit, unit, 1, 1, 1, 1, 1, 1, "")
    face = face_for(won, policy)
    assert split(face, rate_bps).subsidy <= won
    assert split(face + unit, rate_bps).subsidy > won


@given(st.integers(0, 10**15), st.integers(1, 99))
def test_a_split_budget_is_the_budget(budget: int, lanes: int) -> None:
    parts = split_budget(budget, [f"lane_{number:02d}" for number in range(lanes)])
    assert sum(parts.values()) == budget
    assert max(parts.values()) - min(parts.values()) <= 1
