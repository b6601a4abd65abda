"""Money back, row by row of the domain sheet's wallet table: each rule kept and broken, by a won and by a second."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.vouchers.expiry import Expired, expire_lots
from tests.books import books, journal, last_seq
from tests.vouchers.money_back import CANCEL, RESIDUAL, came_back, explained, give_back, seoul, why, word
from tests.world import OPENED, World, cancelled, code, receipt, settled

SECOND = timedelta(seconds=1)


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged 100,000 won at 7 percent; there is a fish shop."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    return world


def test_charge_cancel_within_7_days_and_wholly_unused_gives_the_paid_amount_back(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 1))
    refused = give_back(market, "minji", CANCEL)
    assert (word(refused), why(refused)) == ("charge_used", {"gone": 1, "used": 1, "given_away": 0, "refunded": 0})
    cancelled(market.cancel(paid))
    ends = seoul(2026, 11, 28, 0)  # the day of the charge does not count, and the bank is closed at midnight
    (before, after) = [explained(market, "minji", at=at)[0].cancel for at in (ends - SECOND, ends)]
    assert before.comes_back is not None
    assert (before.comes_back.paid, before.comes_back.subsidy) == (93_000, 7_000)
    assert after.refusal is not None
    assert (after.comes_back, after.refusal.code) == (None, "charge_cancel_too_late")
    assert word(give_back(market, "minji", CANCEL, at=seoul(2026, 11, 28, 0, 30))) == "charge_cancel_too_late"
    assert word(give_back(market, "minji", CANCEL, at=seoul(2026, 11, 27, 23, 29, 59))) == "SUCCEEDED"
    assert journal(market) == books("""
        charge_paid     bank:trust                  -> lot:minji/1                 93,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1                  7,000
        payment         lot:minji/1                 -> merchant:fish                    1
        cancel          merchant:fish               -> lot:minji/1                      1
        refund_paid     lot:minji/1                 -> refund_in_flight:all        93,000
        refund_subsidy  lot:minji/1                 -> subsidy_receivable:digital   7,000
        refund_done     refund_in_flight:all        -> bank:trust                  93,000
    """)


def test_residual_refund_charge_100_000_at_7_percent_used_65_000_gives_32_550_and_the_budget_2_450(
    market: World,
) -> None:
    receipt(market.pay("minji", "fish", 65_000))
    came_back(give_back(market, "minji", RESIDUAL))
    assert journal(market) == books("""
        charge_paid     bank:trust                  -> lot:minji/1                 93,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1                  7,000
        payment         lot:minji/1                 -> merchant:fish               65,000
        refund_paid     lot:minji/1                 -> refund_in_flight:all        32,550
        refund_subsidy  lot:minji/1                 -> subsidy_receivable:digital   2,450
        refund_done     refund_in_flight:all        -> bank:trust                  32,550
    """)


@pytest.mark.parametrize(
    ("face", "enough", "back"),
    [(100_000, 60_000, (37_200, 2_800)), (10_000, 8_000, (1_860, 140)), (11_000, 6_600, (4_092, 308))],
)
def test_residual_refund_from_60_percent_used_or_80_where_it_was_10_000_or_less(
    world: World, face: int, enough: int, back: tuple[int, int]
) -> None:
    world.shop("fish")
    world.wallet("minji", face)
    receipt(world.pay("minji", "fish", enough - 1))
    refused = give_back(world, "minji", RESIDUAL)
    assert (word(refused), why(refused)) == ("not_used_enough", {"missing": 1})
    receipt(world.pay("minji", "fish", 1))
    before = last_seq(world)
    came_back(give_back(world, "minji", RESIDUAL))
    assert journal(world, after=before) == books(f"""
        refund_paid     lot:minji/1           -> refund_in_flight:all        {back[0]:,}
        refund_subsidy  lot:minji/1           -> subsidy_receivable:digital  {back[1]:,}
        refund_done     refund_in_flight:all  -> bank:trust                  {back[0]:,}
    """)


def test_residual_refund_is_judged_per_charge(market: World) -> None:
    settled(market.charge("minji", 100_000, at=OPENED + SECOND))
    receipt(market.pay("minji", "fish", 159_999))  # all of the first, 59,999 of the second
    assert word(give_back(market, "minji", RESIDUAL, place=1)) == "nothing_left_to_refund"
    assert why(give_back(market, "minji", RESIDUAL, place=2)) == {"missing": 1}


def test_rounding_gives_the_consumer_the_won_below_and_both_shares_are_the_residual(market: World) -> None:
    receipt(market.pay("minji", "fish", 65_001))
    first = last_seq(market)
    assert explained(market, "minji")[0].facts.left == 34_999  # 93 % of it are 32,549.07
    came_back(give_back(market, "minji", RESIDUAL))
    settled(market.charge("minji", 100_000, at=OPENED + SECOND))
    receipt(market.pay("minji", "fish", 99_999))
    last = last_seq(market)
    came_back(give_back(market, "minji", RESIDUAL, place=2))
    assert (
        journal(market, after=first).splitlines()[:3]
        == books("""
        refund_paid     lot:minji/1           -> refund_in_flight:all        32,549
        refund_subsidy  lot:minji/1           -> subsidy_receivable:digital   2,450
        refund_done     refund_in_flight:all  -> bank:trust                  32,549
    """).splitlines()
    )
    assert journal(market, after=last) == books("""
        refund_subsidy  lot:minji/2           -> subsidy_receivable:digital       1
    """)


def test_a_cancelled_payment_restores_the_same_lots(market: World) -> None:
    settled(market.charge("minji", 50_000, at=OPENED + SECOND))
    paid = receipt(market.pay("minji", "fish", 120_000))
    before = last_seq(market)
    cancelled(market.cancel(paid, 20_001))
    assert market.left("minji") == [1, 50_000]
    cancelled(market.cancel(paid))
    assert journal(market, after=before) == books("""
        cancel  merchant:fish  -> lot:minji/2  20,000
        cancel  merchant:fish  -> lot:minji/1       1
        cancel  merchant:fish  -> lot:minji/1  99,999
    """)
    assert market.left("minji") == [100_000, 50_000]


def test_a_cancelled_payment_gives_a_lot_that_expired_meanwhile_30_days_grace(market: World) -> None:
    with market.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    expires = market.lots("minji")[0].expires_at
    paid = receipt(market.pay("minji", "fish", 60_000, at=expires - SECOND))
    before = last_seq(market)
    assert [each.amount for each in _expire(market, expires)] == [40_000]
    cancelled(market.cancel(paid, at=expires + SECOND))
    (lot,) = market.lots("minji")
    ends = lot.expires_at
    assert (lot.left, ends) == (60_000, seoul(2031, 12, 21, 0))  # 30 whole days after the day of the cancel
    receipt(market.pay("minji", "fish", 10_000, at=ends - SECOND))
    assert code(market.pay("minji", "fish", 1, at=ends)) == "balance_insufficient"
    assert _expire(market, ends - SECOND) == []
    assert [each.amount for each in _expire(market, ends)] == [50_000]
    unclaimed = f"unclaimed:{market.wallets['minji'].hex}"
    assert journal(market, after=before) == books(f"""
        expiry_paid     lot:minji/1    -> {unclaimed}                 37,200
        expiry_subsidy  lot:minji/1    -> subsidy_receivable:digital   2,800
        cancel          merchant:fish  -> lot:minji/1                 60,000
        payment         lot:minji/1    -> merchant:fish               10,000
        expiry_paid     lot:minji/1    -> {unclaimed}                 46,500
        expiry_subsidy  lot:minji/1    -> subsidy_receivable:digital   3,500
    """)


def _expire(world: World, at: datetime) -> list[Expired]:
    with world.begin() as conn:
        done, more = expire_lots(conn, at=at)
    assert not more
    return done
