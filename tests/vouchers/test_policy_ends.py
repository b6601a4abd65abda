"""A version of the rules with an end: what follows it, what is refused, and a wallet that needs no sale to live."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from onnuri.auditor.report import run_audit
from onnuri.kit.database import Role
from onnuri.vouchers.policies.policy import policies
from onnuri.vouchers.policies.policy_change import (
    PolicyBaseChanged,
    PolicyEndLeavesGap,
    approve_policy,
    propose_policy,
    reject_policy,
)
from onnuri.vouchers.wallets.limits import limits_of
from tests.vouchers.giving import send
from tests.vouchers.money_back import RESIDUAL, give_back, seoul, word
from tests.vouchers.test_policy_change import NOW, change, draft, offices
from tests.world import World, code

__all__ = ["offices"]


def in_order(world: World) -> None:
    """Ask the auditor."""
    report = run_audit(world.database.url(Role.AUDITOR))
    assert report.ok, report.as_text()


def test_after_a_version_with_an_end_the_rules_before_it_hold_again_and_everybody_is_told(
    world: World, offices: tuple[UUID, UUID]
) -> None:
    start, end = seoul(2026, 12, 23, 0), seoul(2026, 12, 30, 0)
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
        asked = draft(start, end, name="sellout", rate_bps=1_000, budget=15_000)
        made = propose_policy(conn, asked, by=offices[0], at=NOW)
        assert (made.in_force_until, made.followed_by) == (end, "sellout.after")
        made = approve_policy(conn, made.id, by=offices[1], at=NOW)
        assert (made.in_force_until, made.followed_by) == (end, "sellout.after")
        last = policies(conn)[-1]
        assert (last.id, last.valid_from, last.valid_to, last.rate_bps) == ("sellout.after", end, None, 700)
    late = seoul(2027, 1, 2, 12)
    world.wallet("minji", 100_000, at=late)
    assert code(world.pay("minji", "fish", 1_000, at=late)) == "ok"
    in_order(world)


def test_an_end_that_nothing_would_follow_is_refused_and_says_what_to_do(
    world: World, offices: tuple[UUID, UUID]
) -> None:
    change(world, offices, draft(seoul(2026, 12, 28, 0), name="special", rate_bps=1_000, budget=15_000))
    start, end = seoul(2027, 2, 1, 0), seoul(2027, 2, 11, 0)
    with pytest.raises(PolicyEndLeavesGap, match="special has a budget"):
        change(world, offices, draft(start, end, name="seollal", rate_bps=1_500))
    change(world, offices, draft(end, name="spring", rate_bps=1_000))
    made = change(world, offices, draft(start, end, name="seollal", rate_bps=1_500))
    assert (made.in_force_until, made.followed_by) == (end, "spring")


def test_a_proposal_is_approved_against_the_rules_it_was_compared_with(
    world: World, offices: tuple[UUID, UUID]
) -> None:
    maker, checker = offices
    with world.begin() as conn:
        first = draft(seoul(2026, 12, 23, 0), seoul(2026, 12, 30, 0), name="sale", rate_bps=1_000)
        later = draft(seoul(2026, 12, 25, 0), name="later", rate_bps=900)
        ids = [propose_policy(conn, each, by=maker, at=NOW).id for each in (first, later)]
        approve_policy(conn, ids[0], by=checker, at=NOW)
        with pytest.raises(PolicyBaseChanged):
            approve_policy(conn, ids[1], by=checker, at=NOW)
        reject_policy(conn, ids[1], by=checker, at=NOW)
        made = propose_policy(conn, later, by=maker, at=NOW)
        assert (made.based_on, made.worsens) == ("sale", ("rate_bps",))
        assert (made.in_force_until, made.followed_by) == (first.valid_to, "sale.after")
        approve_policy(conn, made.id, by=checker, at=NOW)
    in_order(world)


def test_a_wallet_lives_on_when_nothing_is_on_sale(world: World) -> None:
    bought, between = seoul(2025, 2, 9, 12), seoul(2025, 2, 12, 12)
    world.shop("fish")
    world.wallet("minji", 100_000, at=bought)
    world.wallet("suho", at=bought)
    assert code(world.charge("minji", 10_000, at=between)) == "no_policy_in_force"
    with world.begin() as conn:
        told = limits_of(conn, world.wallets["minji"], at=between)
        assert (told.payment_max, told.charge_now) == (2_000_000, 0)
    assert code(world.pay("minji", "fish", 61_000, at=between)) == "ok"
    send(world, "minji", "suho", 9_000, at=between)
    assert word(give_back(world, "minji", RESIDUAL, at=between)) == "SUCCEEDED"
    in_order(world)
