"""Laws of handing over: shares are kept, refunds come to the same, inside a lane and between lanes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onnuri.kit.clock import seoul_date, seoul_midnight
from onnuri.kit.database import Database
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.model import Shares, split
from onnuri.vouchers.shares import Basis
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, credit_file, gift_of, programme, run, send
from tests.vouchers.money_back import RESIDUAL, came_back, explained, give_back
from tests.vouchers.test_wallet_life import LATER, block, hand_over
from tests.world import OPENED, World, code, receipt


@given(st.integers(10, 2_000).map(lambda units: units * 1_000), st.integers(0, 10_000), st.data())
def test_shares_that_go_over_add_up_and_leave_none_behind(face: int, rate_bps: int, data: st.DataObject) -> None:
    charged = split(face, rate_bps)
    used = data.draw(st.integers(0, face - 1))
    gone = Basis(charged.paid, charged.subsidy).part(face - used)
    assert gone.paid + gone.subsidy == face - used
    spent = data.draw(st.integers(0, face - used - 1))
    after = Basis(gone.paid, gone.subsidy).part(face - used - spent)
    assert after.paid <= gone.paid
    assert after.subsidy <= gone.subsidy


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=6)
@given(st.integers(60, 99), st.integers(0, 999))
def test_a_refund_after_a_handover_comes_to_the_same_as_before(world: World, percent: int, odd: int) -> None:
    used = min(100_000 - 1, percent * 1_000 + odd)
    name = f"minji-{len(world.wallets)}"
    heir = f"{name}-heir"
    if "fish" not in world.shops:
        world.shop("fish")
    world.wallet(name, 100_000)
    world.wallet(heir)
    world.pay(name, "fish", used)
    (before,) = explained(world, name, at=LATER)
    block(world, name)
    hand_over(world, name, heir)
    (after,) = explained(world, heir, at=LATER)
    assert explained(world, name, at=LATER) == []
    assert (after.facts.used, after.facts.left, after.facts.face) == (used, 100_000 - used, 100_000)
    assert after.residual.comes_back == before.residual.comes_back
    assert after.must_be_used == before.must_be_used


def test_a_handover_of_a_handover_keeps_face_and_use_of_the_first_charge(world: World) -> None:
    world.shop("fish")
    for name in ("minji", "jun", "hana"):
        world.wallet(name, *((100_000,) if name == "minji" else ()))
    world.pay("minji", "fish", 30_000)
    block(world, "minji")
    hand_over(world, "minji", "jun")
    world.pay("jun", "fish", 35_000, at=LATER)
    block(world, "jun")
    later = LATER + (LATER - OPENED)
    hand_over(world, "jun", "hana", at=later)
    (charge,) = explained(world, "hana", at=later)
    assert (charge.facts.face, charge.facts.used, charge.facts.left) == (100_000, 65_000, 35_000)
    assert charge.residual.comes_back is not None
    assert charge.residual.comes_back.paid == 32_550


def test_an_heir_is_owed_what_expired_though_nobody_had_posted_it(world: World) -> None:
    world.wallet("minji", 100_000)
    world.wallet("jun")
    (lot,) = world.lots("minji")
    block(world, "minji")
    handed = hand_over(world, "minji", "jun", at=lot.expires_at)
    assert (handed.amount, world.balance(f"unclaimed:{world.wallets['jun'].hex}")) == (93_000, 93_000)
    assert (world.lots("jun"), world.left("minji")) == ([], [0])


@pytest.fixture
def two_lanes(database: Database, invariants: None) -> Iterator[World]:
    """Minji has charged 100,000 won and spent 60,000 in one lane; Jun's wallet is in another, Hana's in the first."""
    made = World(database, lanes=("lane_00", "lane_01"))
    made.shop("fish")
    made.wallet("minji", 100_000)
    made.wallet("jun", lane="lane_01")
    made.wallet("hana")
    made.pay("minji", "fish", 60_000)
    block(made, "minji")
    yield made
    made.close()


def test_between_lanes_it_goes_by_the_clearing_accounts_and_keeps_the_right_to_a_refund(two_lanes: World) -> None:
    here, there = last_seq(two_lanes), last_seq(two_lanes, lane="lane_01")
    done = hand_over(two_lanes, "minji", "jun")
    assert (done.status, done.amount) == ("APPROVED", 40_000)
    passed = f"handover:{done.id.hex}"
    assert journal(two_lanes, after=here) == books(f"""
        handover_paid        lot:minji/1 -> {passed}              37,200
        handover_in_paid     {passed}    -> lane_clearing:lane_01 37,200
        handover_subsidy     lot:minji/1 -> {passed}               2,800
        handover_in_subsidy  {passed}    -> lane_clearing:lane_01  2,800
    """)
    assert journal(two_lanes, lane="lane_01", after=there) == books("""
        handover_in_paid     lane_clearing:lane_00 -> lot:jun/1 37,200
        handover_in_subsidy  lane_clearing:lane_00 -> lot:jun/1  2,800
    """)
    (old,), (new,) = two_lanes.lots("minji"), two_lanes.lots("jun")
    assert (new.expires_at, new.source, new.face, old.left) == (old.expires_at, "bought", 40_000, 0)
    (after,) = explained(two_lanes, "jun", at=LATER)
    assert explained(two_lanes, "minji", at=LATER) == []
    assert (after.facts.face, after.facts.used, after.must_be_used) == (100_000, 60_000, 60_000)
    assert after.residual.comes_back == Shares(37_200, 2_800)
    assert code(two_lanes.pay("jun", "fish", 5_000, at=LATER)) == "ok"
    refund = came_back(give_back(two_lanes, "jun", RESIDUAL, at=LATER))
    assert (refund.paid, refund.subsidy, refund.used) == (32_550, 2_450, 65_000)


def test_there_and_back_again_face_and_use_of_the_first_charge_are_kept(two_lanes: World) -> None:
    hand_over(two_lanes, "minji", "jun")
    two_lanes.pay("jun", "fish", 5_000, at=LATER)
    block(two_lanes, "jun", at=LATER)
    later = LATER + (LATER - OPENED)
    hand_over(two_lanes, "jun", "hana", at=later)
    (charge,) = explained(two_lanes, "hana", at=later)
    assert (charge.facts.face, charge.facts.used, charge.facts.left) == (100_000, 65_000, 35_000)
    refund = came_back(give_back(two_lanes, "hana", RESIDUAL, at=later))
    assert (refund.paid, refund.subsidy) == (32_550, 2_450)
    assert [explained(two_lanes, name, at=later) for name in ("minji", "jun")] == [[], []]


def test_granted_value_and_gifts_cross_lanes_as_what_they_are(two_lanes: World) -> None:
    source = programme(two_lanes)
    run(two_lanes, source, credit_file(two_lanes, [("hana", 20_000, "r1")]))
    two_lanes.wallet("suho", 50_000)
    accept(two_lanes, gift_of(send(two_lanes, "suho", "hana", 10_000)), "hana")
    block(two_lanes, "hana")
    hand_over(two_lanes, "hana", "jun")
    kept = sorted((lot.source, lot.left, lot.charge_id) for lot in two_lanes.lots("jun"))
    assert kept == [("gift", 10_000, None), ("grant", 20_000, None)]
    assert explained(two_lanes, "jun", at=LATER) == []


def test_of_two_handovers_against_each_other_across_lanes_none_waits_for_ever(two_lanes: World) -> None:
    two_lanes.wallet("suho", 30_000, lane="lane_01")
    block(two_lanes, "suho")
    with ThreadPoolExecutor(2) as threads:
        there = threads.submit(hand_over, two_lanes, "minji", "jun")
        back = threads.submit(hand_over, two_lanes, "suho", "hana")
        assert (there.result(timeout=60).amount, back.result(timeout=60).amount) == (40_000, 30_000)
    assert (two_lanes.left("jun"), two_lanes.left("hana")) == ([40_000], [30_000])


def test_value_that_lives_in_a_grace_is_handed_over_with_the_end_of_its_grace(world: World) -> None:
    world.shop("fish")
    world.wallet("minji")
    world.wallet("jun")
    ends = OPENED + timedelta(days=31)
    run(world, programme(world, until=ends), credit_file(world, [("minji", 20_000, "r1")]))
    paid = receipt(world.pay("minji", "fish", 8_000, at=ends - timedelta(days=2)))
    late = ends + timedelta(days=1)
    with world.begin() as conn:
        expire_lots(conn, at=late)
    assert code(world.cancel(paid, at=late)) == "ok"
    block(world, "minji", at=late)
    assert hand_over(world, "minji", "jun", at=late).amount == 8_000
    (lot,) = world.lots("jun")
    assert lot.expires_at == midnight_after(late, 31)
    assert code(world.pay("jun", "fish", 8_000, at=lot.expires_at - timedelta(seconds=1))) == "ok"


def midnight_after(at: datetime, days: int) -> datetime:
    """The midnight in Seoul that ends so many whole days."""
    return seoul_midnight(seoul_date(at) + timedelta(days=days))
