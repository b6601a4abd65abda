"""Seoul's calendar at its edges: midnight, ends of months and years, 29 February; each by a second."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.clock import seoul_date
from onnuri.vouchers.charging.charge import settle_charge
from onnuri.vouchers.expiry import expire_lots, notify_expiring
from onnuri.vouchers.wallets.limits import limits_of
from tests.vouchers.giving import accept, gift_of, return_due, said, send
from tests.vouchers.money_back import seoul
from tests.world import PAID, SILENCE, World, code, receipt, settled

SECOND = timedelta(seconds=1)


@pytest.fixture
def market(world: World) -> World:
    """A fish shop that stays registered for ever."""
    world.shop("fish")
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    return world


def notices(world: World, at: datetime) -> list[int]:
    with world.begin() as conn:
        return [notice.days_before for notice in notify_expiring(conn, at=at)[0]]


def expired(world: World, at: datetime) -> list[int]:
    with world.begin() as conn:
        return [lot.amount for lot in expire_lots(conn, at=at)[0]]


LIVES = [
    (seoul(2028, 2, 29, 23, 29, 59), seoul(2033, 3, 1, 0), ["01-30", "02-15", "02-19", "02-24", "02-28"]),
    (seoul(2027, 2, 28, 0, 30), seoul(2032, 2, 28, 0), ["01-29", "02-14", "02-18", "02-23", "02-27"]),
    (seoul(2027, 3, 1, 0, 30), seoul(2032, 3, 1, 0), ["01-31", "02-16", "02-20", "02-25", "02-29"]),
    (seoul(2026, 12, 31, 23, 29, 59), seoul(2031, 12, 31, 0), ["12-01", "12-17", "12-21", "12-26", "12-30"]),
    (seoul(2027, 1, 1, 0, 30), seoul(2032, 1, 1, 0), ["12-02", "12-18", "12-22", "12-27", "12-31"]),
]


@pytest.mark.parametrize(("charged", "ends", "told_on"), LIVES)
def test_a_lots_five_years_and_its_notices_at_each_edge(
    market: World, charged: datetime, ends: datetime, told_on: list[str]
) -> None:
    market.wallet("minji", 10_000, at=charged)
    assert market.lots("minji")[0].expires_at == ends
    days = [ends - timedelta(days=days) for days in (30, 14, 10, 5, 1)]
    assert [f"{seoul_date(day):%m-%d}" for day in days] == told_on
    for before, day in zip((30, 14, 10, 5, 1), days, strict=True):
        assert (notices(market, day - SECOND), notices(market, day)) == ([], [before])
        assert notices(market, day + timedelta(days=1) - SECOND) == []
    assert code(market.pay("minji", "fish", 1, at=ends - SECOND)) == "ok"
    assert code(market.pay("minji", "fish", 1, at=ends)) == "balance_insufficient"
    assert (expired(market, ends - SECOND), expired(market, ends)) == ([], [9_999])


@pytest.mark.parametrize(
    ("last", "renews"),
    [
        (date(2028, 2, 29), date(2028, 3, 1)),
        (date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_monthly_limit_renews_at_midnight_after_the_last_day(market: World, last: date, renews: date) -> None:
    evening = seoul(last.year, last.month, last.day, 23, 29, 59)
    midnight, opens = (seoul(renews.year, renews.month, renews.day, *time) for time in ((0,), (0, 30)))
    market.wallet("minji", 2_000_000, at=evening)
    receipt(market.pay("minji", "fish", 2_000_000, at=evening))
    with market.begin() as conn:
        before, after = (limits_of(conn, market.wallets["minji"], at=at) for at in (midnight - SECOND, midnight))
    assert (before.charge_month.left, before.charge_month.renews_at) == (0, midnight)
    assert (after.charge_month.left, after.charge_now) == (2_000_000, 2_000_000)
    assert code(market.charge("minji", 10_000, at=evening)) == "monthly_limit_reached"
    settled(market.charge("minji", 2_000_000, at=opens))


def test_a_charge_asked_for_before_midnight_belongs_to_that_day_whenever_the_bank_answers(market: World) -> None:
    market.wallet("minji", at=seoul(2028, 2, 29))
    asked = settled(market.charge("minji", 2_000_000, at=seoul(2028, 2, 29, 23, 29, 59), bank=SILENCE))
    with market.begin() as conn:
        settle_charge(conn, asked.id, PAID, inquired=True, at=seoul(2028, 3, 1, 0, 0, 1))
        month = limits_of(conn, market.wallets["minji"], at=seoul(2028, 3, 1, 0, 0, 1)).charge_month
    assert (month.used, market.lots("minji")[0].expires_at) == (0, seoul(2033, 3, 1, 0))


@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        (seoul(2028, 1, 30, 23, 59, 59), seoul(2028, 3, 1, 0)),  # 30 whole days end with 29 February
        (seoul(2028, 1, 31, 0), seoul(2028, 3, 2, 0)),
        (seoul(2027, 1, 30, 23, 59, 59), seoul(2027, 3, 2, 0)),
        (seoul(2026, 12, 1, 23, 59, 59), seoul(2027, 1, 1, 0)),
    ],
)
def test_a_gifts_thirty_days_at_each_edge(market: World, sent: datetime, ends: datetime) -> None:
    market.wallet("minji", 100_000, at=seoul(2026, 11, 20))
    market.wallet("halmoni")
    first, second = (gift_of(send(market, "minji", "halmoni", won, at=sent)) for won in (1, 2))
    assert first.deadline == second.deadline == ends
    assert said(accept(market, first, "halmoni", at=ends - SECOND)) == "ok"
    assert (said(accept(market, second, "halmoni", at=ends)), return_due(market, at=ends - SECOND)) == (
        "gift_too_old", [],
    )  # fmt: skip
    assert [gift.id for gift in return_due(market, at=ends)] == [second.id]


@pytest.mark.parametrize(
    ("charged", "grace_ends"),
    [
        (seoul(2027, 1, 30), seoul(2032, 3, 1, 0)),  # expires on 30 January of a leap year: grace ends with 29 February
        (seoul(2026, 12, 1), seoul(2032, 1, 1, 0)),
    ],
)
def test_a_graces_thirty_days_at_each_edge(market: World, charged: datetime, grace_ends: datetime) -> None:
    market.wallet("minji", 10_000, at=charged)
    expires = market.lots("minji")[0].expires_at
    paid = receipt(market.pay("minji", "fish", 10_000, at=expires - SECOND))
    market.cancel(paid, at=expires)
    assert code(market.pay("minji", "fish", 1, at=grace_ends - SECOND)) == "ok"
    assert code(market.pay("minji", "fish", 1, at=grace_ends)) == "balance_insufficient"
    assert (expired(market, grace_ends - SECOND), expired(market, grace_ends)) == ([], [9_999])
