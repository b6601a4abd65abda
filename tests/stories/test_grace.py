"""Thirty days' grace for money that comes back to what has expired meanwhile: a refund that the bank refuses late."""

from __future__ import annotations

from datetime import datetime, timedelta

from onnuri.vouchers.expiry import Expired, expire_lots
from tests.books import books, journal, last_seq
from tests.vouchers.money_back import RESIDUAL, came_back, give_back, seoul, told, word
from tests.world import NO_FUNDS, SILENCE, World, code

LAST_MINUTE = seoul(2031, 11, 19, 23, 29)
EXPIRED = seoul(2031, 11, 20, 0)
REFUSED_AT = seoul(2031, 11, 25, 9)
GRACE_ENDS = seoul(2031, 12, 26, 0)
SECOND = timedelta(seconds=1)


def expire(world: World, at: datetime) -> list[Expired]:
    """Post what has expired."""
    with world.begin() as conn:
        return expire_lots(conn, at=at)[0]


def test_a_refund_the_bank_refuses_after_the_expiry_may_be_spent_for_thirty_days_more(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 100_000)
    world.pay("minji", "fish", 65_000)
    asked = came_back(give_back(world, "minji", RESIDUAL, at=LAST_MINUTE, bank=SILENCE))
    assert (asked.status, expire(world, EXPIRED)) == ("UNKNOWN", [])
    before = last_seq(world)
    assert told(world, "minji", asked, NO_FUNDS, at=REFUSED_AT, inquired=True).status == "FAILED"
    assert told(world, "minji", asked, NO_FUNDS, at=REFUSED_AT, inquired=True).status == "FAILED"
    (lot,) = world.lots("minji")
    assert (lot.left, lot.expires_at, world.rows("lot_graces")) == (35_000, GRACE_ENDS, 1)
    with world.begin() as conn:
        conn.exec_driver_sql("UPDATE shared.shops SET valid_until = NULL")
    assert code(world.pay("minji", "fish", 5_000, at=GRACE_ENDS - SECOND)) == "ok"
    assert code(world.pay("minji", "fish", 1, at=GRACE_ENDS)) == "balance_insufficient"
    assert word(give_back(world, "minji", RESIDUAL, at=GRACE_ENDS + timedelta(hours=9))) == "charge_expired"
    assert expire(world, GRACE_ENDS - SECOND) == []
    assert [each.amount for each in expire(world, GRACE_ENDS)] == [30_000]
    assert expire(world, GRACE_ENDS + timedelta(days=400)) == []
    owed = f"unclaimed:{world.wallets['minji'].hex}"
    assert journal(world, after=before) == books(f"""
        refund_back_paid     refund_in_flight:all        -> lot:minji/1                 32,550
        refund_back_subsidy  subsidy_receivable:digital  -> lot:minji/1                  2,450
        payment              lot:minji/1                 -> merchant:fish                5,000
        expiry_paid          lot:minji/1                 -> {owed}  27,900
        expiry_subsidy       lot:minji/1                 -> subsidy_receivable:digital   2,100
    """)
