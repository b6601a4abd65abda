"""The audit of graces: money that lies dead after one is found, and a grace of its payment's rules is no break."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from onnuri.auditor.report import run_audit
from onnuri.kit.database import Database, Role
from onnuri.vouchers.expiry import expire_lots
from tests.vouchers.ruling import rule
from tests.world import World, code, receipt


@pytest.fixture
def market(database: Database) -> Iterator[World]:
    """Minji charged 100,000 won; nothing is checked at the end, since some of it is broken on purpose."""
    world = World(database)
    world.wallet("minji", 100_000)
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    yield world
    world.close()


def give_grace(world: World) -> None:
    """Let 60,000 won come back to the lot two days after it expired."""
    (lot,) = world.lots("minji")
    paid = receipt(world.pay("minji", "fish", 60_000, at=lot.expires_at - timedelta(days=1)))
    with world.begin() as conn:
        expire_lots(conn, at=lot.expires_at)
    assert code(world.cancel(paid, at=lot.expires_at + timedelta(days=2))) == "ok"


def broken(world: World) -> dict[str, tuple[tuple[str, int], ...]]:
    """Audit: what is broken, and who loses how much."""
    checks = run_audit(world.database.url(Role.AUDITOR)).checks
    return {check.name: check.losers for check in checks if not check.ok}


def test_a_rest_that_the_ends_of_graces_have_passed_over_is_found(market: World) -> None:
    give_grace(market)
    (lot,) = market.lots("minji")
    assert broken(market) == {}
    with market.begin() as conn:
        conn.execute(text("UPDATE expiry_cursors SET expires_at = '2100-01-01Z' WHERE what = 'graces'"))
    with market.begin() as conn:
        assert expire_lots(conn, at=lot.expires_at)[0] == []
    assert broken(market) == {"expiries_kept": (("holder", 60_000),)}


def test_a_late_cancel_has_the_grace_of_its_payments_rules_though_others_hold_by_then(market: World) -> None:
    (before,) = market.lots("minji")
    rule(market, start=before.expires_at + timedelta(days=1), grace_days=60)
    give_grace(market)
    (lot,) = market.lots("minji")
    assert lot.expires_at == before.expires_at + timedelta(days=33)
    assert broken(market) == {}
    with market.begin() as conn:
        longer = "SELECT lot_id, wallet_id, granted_at, until + interval '30 days' FROM lot_graces"
        conn.execute(text(f"INSERT INTO lot_graces {longer}"))
    assert set(broken(market)) == {"expiries_kept"}


def test_of_two_late_cancels_at_once_the_one_with_the_later_clock_may_come_first(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = [receipt(market.pay("minji", "fish", won, at=lot.expires_at - timedelta(days=1))) for won in (60_000, 9_000)]
    late = lot.expires_at + timedelta(days=2)
    for payment, at in zip(paid, (late, late - timedelta(milliseconds=5)), strict=True):
        assert code(market.cancel(payment, at=at)) == "ok"
    assert (market.left("minji"), broken(market)) == ([69_000], {})
