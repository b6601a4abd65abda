"""Who read the clock before midnight and gets the lane after the job: the money that comes back expires with the rest,
once, and what is owed for it is paid unasked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.clock import seoul_date
from onnuri.ledger.post import take_lane
from onnuri.vouchers.expiry import expire_now
from onnuri.vouchers.life import LATE_ACTS
from onnuri.vouchers.refunding.unclaimed import looked_at, next_owed
from onnuri.vouchers.upkeep import keep_up
from tests.world import World, code, receipt

INSTANT = timedelta(milliseconds=5)


@pytest.fixture
def market(world: World) -> World:
    """Minji and Bora charged 100,000 won each; Minji spent 60,000 of it a day before it ends."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    world.wallet("bora", 100_000)
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    return world


def work(world: World, at: datetime) -> int:
    """Do what time does; how many lots expired."""
    return keep_up(world.begin, at=at).lots_expired


def paid_unasked(world: World, at: datetime) -> int:
    """Say how many holders are to be paid what expired, and go on after them."""
    with world.begin() as conn:
        orders, place = next_owed(conn, at=at)
        if place is not None:
            looked_at(conn, place)
    return len(orders)


def test_a_cancel_that_read_the_clock_before_midnight_and_comes_after_the_job(market: World) -> None:
    (lot,) = market.lots("minji")
    midnight = lot.expires_at
    paid = receipt(market.pay("minji", "fish", 60_000, at=midnight - timedelta(days=1)))
    assert work(market, midnight + INSTANT) == 0
    assert code(market.pay("minji", "fish", 1, at=midnight + INSTANT)) == "balance_insufficient"
    assert code(market.cancel(paid, at=midnight - INSTANT)) == "ok"
    assert work(market, midnight + LATE_ACTS) == 2
    assert (market.left("minji"), market.balance(f"unclaimed:{market.wallets['minji'].hex}")) == ([0], 93_000)


def test_the_same_at_the_end_of_a_grace(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = receipt(market.pay("minji", "fish", 100_000, at=lot.expires_at - timedelta(days=1)))
    assert code(market.cancel(paid, at=lot.expires_at + timedelta(days=1))) == "ok"
    (graced,) = market.lots("minji")
    again = receipt(market.pay("minji", "fish", 60_000, at=graced.expires_at - timedelta(days=1)))
    work(market, graced.expires_at + INSTANT)
    assert code(market.cancel(again, at=graced.expires_at - INSTANT)) == "ok"
    work(market, graced.expires_at + LATE_ACTS)
    assert market.left("minji") == [0]


def test_what_is_posted_with_an_earlier_clock_is_paid_unasked_too(market: World) -> None:
    (minjis,), (boras,) = market.lots("minji"), market.lots("bora")
    morning = minjis.expires_at + timedelta(hours=10)
    for lot, at in ((boras, morning), (minjis, morning - INSTANT)):
        with market.begin() as conn:
            take_lane(conn)
            expire_now(conn, [lot.id], on=seoul_date(at), at=at)
        assert paid_unasked(market, morning + INSTANT) == 0
    assert paid_unasked(market, morning + LATE_ACTS) == 2
