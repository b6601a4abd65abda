"""Validity: 5 years; notices 30, 14, 10, 5, 1 days before; the remainder posted once; grace after a late cancel."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.clock import SEOUL, seoul_midnight
from onnuri.vouchers.expiry import Expired, Notice, expire_lots, notify_expiring
from onnuri.vouchers.model import years_later
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, credit_file, gift_of, programme, run, send
from tests.world import OPENED, World, code, receipt

SECOND = timedelta(seconds=1)


def expire(world: World, *, at: datetime, limit: int = 500) -> list[Expired]:
    done: list[Expired] = []
    more = True
    while more:
        with world.begin() as conn:
            some, more = expire_lots(conn, at=at, limit=limit)
        done += some
    return done


def notify(world: World, *, at: datetime) -> list[Notice]:
    with world.begin() as conn:
        notices, _ = notify_expiring(conn, at=at)
    return notices


@pytest.fixture
def market(world: World) -> World:
    world.wallet("minji", 100_000)
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    return world


@pytest.mark.parametrize(
    ("charged", "expires"),
    [
        (date(2026, 11, 20), date(2031, 11, 20)),
        (date(2028, 2, 29), date(2033, 3, 1)),
        (date(2027, 2, 28), date(2032, 2, 28)),
        (date(2026, 12, 31), date(2031, 12, 31)),
    ],
)
def test_validity_of_5_years_ends_at_midnight_in_seoul_though_nothing_ran(
    world: World, charged: date, expires: date
) -> None:
    at = datetime(charged.year, charged.month, charged.day, 23, 29, tzinfo=SEOUL)
    assert years_later(charged, 5) == expires
    world.wallet("minji", 10_000, at=at)
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    assert code(world.pay("minji", "fish", 1, at=seoul_midnight(expires) - SECOND)) == "ok"
    assert code(world.pay("minji", "fish", 1, at=seoul_midnight(expires))) == "balance_insufficient"


def test_expiry_of_bought_value_is_owed_to_its_owner_and_the_subsidy_share_returns(market: World) -> None:
    receipt(market.pay("minji", "fish", 65_000))
    (lot,) = market.lots("minji")
    assert expire(market, at=lot.expires_at - SECOND) == []
    before = last_seq(market)
    (expired,) = expire(market, at=lot.expires_at)
    assert (expired.amount, expired.programme) == (35_000, None)
    assert journal(market, after=before) == books(f"""
        expiry_paid     lot:minji/1 -> unclaimed:{market.wallets["minji"].hex}  32,550
        expiry_subsidy  lot:minji/1 -> subsidy_receivable:digital                2,450
    """)
    assert expire(market, at=lot.expires_at + timedelta(days=400)) == []


def test_expiry_of_a_gift_is_owed_to_its_receiver(market: World) -> None:
    market.wallet("halmoni")
    accept(market, gift_of(send(market, "minji", "halmoni", 30_000)), "halmoni")
    (lot,) = market.lots("halmoni")
    expired = {each.wallet_id: each for each in expire(market, at=lot.expires_at, limit=1)}
    shares = expired[market.wallets["halmoni"]].shares
    assert shares is not None
    assert (shares.paid, shares.subsidy) == (27_900, 2_100)
    assert market.balance(f"unclaimed:{market.wallets['halmoni'].hex}") == 27_900
    assert market.balance("subsidy_receivable:digital") == 0


def test_expiry_of_granted_value_is_extinguished_to_its_programme(market: World) -> None:
    source = programme(market)
    run(market, source, credit_file(market, [("minji", 50_000, "r1")]))
    (expired,) = expire(market, at=source.expires_at)
    assert (expired.amount, expired.shares, expired.programme) == (50_000, None, "payback")
    assert market.balance("grant_receivable:payback") == 0


@pytest.mark.parametrize("days", [30, 14, 10, 5, 1])
def test_notices_go_out_30_14_10_5_and_1_days_before_each_once(market: World, days: int) -> None:
    (lot,) = market.lots("minji")
    day = lot.expires_at - timedelta(days=days)
    if days == 30:
        assert notify(market, at=day - SECOND) == []
    (notice,) = notify(market, at=day)
    assert (notice.days_before, notice.left, notice.lot_id) == (days, 100_000, lot.id)
    assert notify(market, at=day) == []
    assert notify(market, at=day + timedelta(hours=23)) == []


def test_notices_that_were_missed_are_not_sent_all_at_once(market: World) -> None:
    (lot,) = market.lots("minji")
    (notice,) = notify(market, at=lot.expires_at - timedelta(days=12))
    assert notice.days_before == 14
    assert notify(market, at=lot.expires_at - timedelta(days=11)) == []
    (ten,) = notify(market, at=lot.expires_at - timedelta(days=10))
    assert ten.days_before == 10
    receipt(market.pay("minji", "fish", 100_000, at=lot.expires_at - timedelta(days=6)))
    assert notify(market, at=lot.expires_at - timedelta(days=5)) == []
    assert market.rows("outbox WHERE topic = 'lot.expiring'") == 2


def test_grace_of_30_days_for_a_lot_that_a_late_cancel_refilled(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = receipt(market.pay("minji", "fish", 60_000, at=lot.expires_at - timedelta(days=1)))
    assert [each.amount for each in expire(market, at=lot.expires_at)] == [40_000]
    late = lot.expires_at + timedelta(days=2)
    assert code(market.cancel(paid, at=late)) == "ok"
    (revived,) = market.lots("minji")
    assert (revived.left, revived.expires_at) == (60_000, lot.expires_at + timedelta(days=33))
    assert code(market.pay("minji", "fish", 10_000, at=revived.expires_at - SECOND)) == "ok"
    assert code(market.pay("minji", "fish", 1, at=revived.expires_at)) == "balance_insufficient"
    assert expire(market, at=revived.expires_at - SECOND) == []
    (again,) = expire(market, at=revived.expires_at)
    assert (again.amount, again.expired_at) == (50_000, revived.expires_at)
    shares = again.shares
    assert shares is not None
    assert market.balance(f"unclaimed:{market.wallets['minji'].hex}") == 83_700
    assert market.balance("subsidy_receivable:digital") == 700


def test_what_a_lot_held_when_it_expired_stays_dead_though_nothing_ran_before_a_late_cancel(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = receipt(market.pay("minji", "fish", 60_000, at=lot.expires_at - timedelta(days=1)))
    before, late = last_seq(market), lot.expires_at + timedelta(days=2)
    answers = market.run([market.cancel_of(paid.id), market.payment("minji", "fish", 60_001)], at=late)
    assert [code(answer) for answer in answers] == ["ok", "balance_insufficient"]
    assert journal(market, after=before) == books(f"""
        expiry_paid     lot:minji/1    -> unclaimed:{market.wallets["minji"].hex}  37,200
        expiry_subsidy  lot:minji/1    -> subsidy_receivable:digital                2,800
        cancel          merchant:fish  -> lot:minji/1                              60,000
    """)
    assert expire(market, at=late) == []
    again = receipt(market.pay("minji", "fish", 60_000, at=late))
    assert code(market.cancel(again, at=late, amount=20_000)) == "ok"
    assert market.left("minji") == [20_000]
    assert market.rows("expirations") == 1


def test_a_lot_with_two_graces_that_nobody_posted_in_between_keeps_only_what_came_back(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = receipt(market.pay("minji", "fish", 60_000, at=lot.expires_at - timedelta(days=1)))
    assert code(market.cancel(paid, at=lot.expires_at + timedelta(days=2))) == "ok"
    (revived,) = market.lots("minji")
    again = receipt(market.pay("minji", "fish", 50_000, at=revived.expires_at - SECOND))
    assert code(market.cancel(again, at=revived.expires_at + timedelta(days=2))) == "ok"
    (last,) = market.lots("minji")
    assert last.left == 50_000
    (ended,) = expire(market, at=last.expires_at)
    assert (ended.amount, ended.expired_at) == (50_000, last.expires_at)
    assert expire(market, at=last.expires_at) == []
    with market.begin() as conn:
        posted = conn.execute(text("SELECT expired_at, amount FROM expirations ORDER BY expired_at")).all()
    ends = [(lot.expires_at, 40_000), (revived.expires_at, 10_000), (last.expires_at, 50_000)]
    assert [tuple(row) for row in posted] == ends


def test_a_cancel_revives_a_lot_for_the_next_payment_of_the_same_batch(market: World) -> None:
    (lot,) = market.lots("minji")
    paid = receipt(market.pay("minji", "fish", 100_000, at=lot.expires_at - SECOND))
    answers = market.run([market.cancel_of(paid.id), market.payment("minji", "fish", 30_000)], at=lot.expires_at)
    assert [code(answer) for answer in answers] == ["ok", "ok"]


def test_a_gift_that_returns_to_an_expired_lot_has_its_grace(market: World) -> None:
    (lot,) = market.lots("minji")
    market.wallet("halmoni", at=OPENED)
    gift = gift_of(send(market, "minji", "halmoni", 10_000, at=lot.expires_at - timedelta(days=3)))
    assert gift.deadline == lot.expires_at
    assert [each.amount for each in expire(market, at=lot.expires_at)] == [90_000]
    from tests.vouchers.giving import return_due

    return_due(market, at=lot.expires_at)
    assert code(market.pay("minji", "fish", 10_000, at=lot.expires_at + timedelta(days=30))) == "ok"


def test_a_gift_that_returns_before_anything_ran_brings_back_no_more_than_itself(market: World) -> None:
    (lot,) = market.lots("minji")
    market.wallet("halmoni", at=OPENED)
    send(market, "minji", "halmoni", 10_000, at=lot.expires_at - timedelta(days=3))
    from tests.vouchers.giving import return_due

    return_due(market, at=lot.expires_at)
    assert [each.left for each in market.lots("minji")] == [10_000]
    assert expire(market, at=lot.expires_at) == []
