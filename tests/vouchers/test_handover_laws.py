"""Laws of handing over: shares are kept, refunds come to the same; and lanes that differ are refused."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.handover import HandoverDraft, propose_handover
from onnuri.vouchers.model import split
from onnuri.vouchers.shares import Basis
from tests.vouchers.money_back import explained
from tests.vouchers.test_wallet_life import LATER, block, hand_over
from tests.world import OPENED, World


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
    block(world, name)
    (before,) = explained(world, name, at=LATER)
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


def test_between_lanes_nothing_is_handed_over_as_the_charge_is_judged_in_its_own_books(database: Database) -> None:
    world = World(database, lanes=("lane_00", "lane_01"))
    world.wallet("minji", 100_000)
    world.wallet("jun", lane="lane_01")
    block(world, "minji")
    draft = HandoverDraft(world.wallets["minji"], world.wallets["jun"], "inheritance", "상속 서류")
    with world.begin() as conn, pytest.raises(DomainError) as refused:
        propose_handover(conn, draft, by=UUID(int=1), at=LATER)
    assert (refused.value.code, refused.value.facts) == ("handover_across_lanes", {"lane": "lane_00"})
    with world.begin() as conn:
        assert conn.execute(text("SELECT count(*) FROM shared.handovers")).scalar_one() == 0
    world.close()
