"""Paying and taking back, as the books tell it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from onnuri.kit.clock import SEOUL
from onnuri.kit.ids import new_id
from onnuri.ledger.post import AlreadyReversed, BalanceTooLow, EntryUnknown, reverse, take_lane
from onnuri.merchants.status import ShopStatus
from onnuri.payments.batch import Item
from onnuri.payments.model import Payee, PayeeKind
from tests.books import books, journal, last_seq
from tests.world import OPENED, World, cancelled, code, facts, receipt, request_key

TODAY = date(2026, 11, 20)


@pytest.fixture
def market(world: World) -> World:
    """Minji with two lots, of October and of today, and two stalls."""
    world.wallet("minji", 50_000, at=OPENED - timedelta(days=30))
    world.charge("minji", 100_000)
    world.shop("fish")
    world.shop("rice")
    return world


def test_the_lot_that_expires_first_pays_first(market: World) -> None:
    before = last_seq(market)
    paid = receipt(market.pay("minji", "fish", 62_500))
    assert journal(market, after=before) == books("""
        payment  lot:minji/1 -> merchant:fish  50,000
        payment  lot:minji/2 -> merchant:fish  12,500
    """)
    assert [part.amount for part in paid.lots] == [50_000, 12_500]
    assert (market.left("minji"), market.earned("fish")) == ([0, 87_500], 62_500)


def test_what_was_taken_last_comes_back_first(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 62_500))
    before = last_seq(market)
    first = cancelled(market.cancel(paid, 20_000))
    second = cancelled(market.cancel(paid))
    assert journal(market, after=before) == books("""
        cancel  merchant:fish -> lot:minji/2  12,500
        cancel  merchant:fish -> lot:minji/1   7,500
        cancel  merchant:fish -> lot:minji/1  42,500
    """)
    assert [part.amount for part in first.lots] == [12_500, 7_500]
    assert (second.amount, second.same_day, market.left("minji"), market.earned("fish")) == (
        42_500, True, [50_000, 100_000], 0,
    )  # fmt: skip


def test_cancels_together_never_exceed_the_payment(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 30_000))
    cancelled(market.cancel(paid, 10_000))
    too_much = market.cancel(paid, 20_001)
    assert (code(too_much), facts(too_much)) == ("cancel_exceeds_payment", {"left": 20_000})
    cancelled(market.cancel(paid))
    nothing_left = market.cancel(paid)
    assert (code(nothing_left), facts(nothing_left)) == ("cancel_exceeds_payment", {"left": 0})


def test_what_came_back_can_be_spent_again(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 150_000))
    assert facts(market.pay("minji", "rice", 1)) == {"left": 0}
    cancelled(market.cancel(paid, 40_000))
    receipt(market.pay("minji", "rice", 40_000))
    assert (market.earned("fish"), market.earned("rice")) == (110_000, 40_000)


def test_a_cancel_after_the_close_belongs_to_the_next_day(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 30_000))
    late = datetime(2026, 11, 21, 0, 10, tzinfo=SEOUL)
    market.close_day(TODAY, at=late)
    taken_back = cancelled(market.cancel(paid, at=late))
    assert (taken_back.business_date, taken_back.same_day) == (date(2026, 11, 21), False)
    assert market.earned("fish") == 0


def test_a_payment_in_a_day_that_is_closed_already_belongs_to_the_next_one(market: World) -> None:
    market.close_day(TODAY, at=datetime(2026, 11, 21, tzinfo=SEOUL))
    assert receipt(market.pay("minji", "fish", 1_000)).business_date == date(2026, 11, 21)


def test_the_business_day_turns_at_midnight_in_seoul(market: World) -> None:
    before, after = datetime(2026, 11, 20, 23, 59, 59, tzinfo=SEOUL), datetime(2026, 11, 21, tzinfo=SEOUL)
    dates = [receipt(market.pay("minji", "fish", 1_000, at=at)).business_date for at in (before, after)]
    assert dates == [TODAY, date(2026, 11, 21)]


def test_a_merchant_may_cancel_for_seven_days(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 30_000))
    cancelled(market.cancel(paid, 10_000, at=OPENED + timedelta(days=7)))
    refused = market.cancel(paid, 10_000, at=OPENED + timedelta(days=7, microseconds=1))
    assert (code(refused), facts(refused)) == ("cancel_too_late", {"days": 7})


def test_only_the_shop_that_was_paid_can_cancel(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 30_000))
    (foreign, own) = market.run([market.cancel_of(paid.id, shop="rice"), market.cancel_of(paid.id, shop="fish")])
    assert (code(foreign), code(own)) == ("payment_unknown", "ok")


def test_a_charge_is_reversed_once_and_only_while_its_lot_is_whole(market: World) -> None:
    with market.begin() as conn:
        entries = conn.execute(text("SELECT entry_id FROM charges ORDER BY requested_at")).scalars().all()
    receipt(market.pay("minji", "fish", 10_000))
    before = last_seq(market)

    def undo(place: int) -> None:
        with market.begin() as conn:
            take_lane(conn)
            reverse(conn, entries[place], id=new_id(OPENED), on=TODAY, reason="wrong account", at=OPENED)

    undo(1)
    with pytest.raises(AlreadyReversed):
        undo(1)
    with pytest.raises(BalanceTooLow):
        undo(0)
    with pytest.raises(EntryUnknown), market.begin() as conn:
        reverse(conn, new_id(OPENED), id=new_id(OPENED), on=TODAY, reason="?", at=OPENED)
    assert journal(market, after=before) == books("""
        charge_subsidy  lot:minji/2 -> subsidy_receivable:digital   7,000
        charge_paid     lot:minji/2 -> bank:trust                  93,000
    """)
    assert market.left("minji") == [40_000, 0]


def test_a_key_pays_once_and_shows_the_same_receipt_for_ever(market: World) -> None:
    item = market.payment("minji", "fish", 62_500, key="one")
    (first,) = market.run([item])
    (again,) = market.run([replace(item, id=new_id(OPENED))], at=OPENED + timedelta(days=400))
    assert (again.value, again.replayed, first.replayed) == (first.value, True, False)
    (other,) = market.run([market.payment("minji", "fish", 62_501, key="one")])
    assert (code(other), other.replayed) == ("idempotency_key_reused", False)
    taken_back = market.cancel(receipt(first), 1_000, key="two")
    assert market.cancel(receipt(first), 1_000, key="two") == replace(taken_back, replayed=True)
    assert market.earned("fish") == 61_500


def test_a_refused_key_stays_refused_though_money_has_come(world: World) -> None:
    world.wallet("minji", 10_000)
    world.shop("fish")
    refused = world.pay("minji", "fish", 20_000, key="poor")
    world.charge("minji", 100_000)
    again = world.pay("minji", "fish", 20_000, key="poor")
    assert (code(again), facts(again), again.replayed) == ("balance_insufficient", facts(refused), True)
    assert code(world.pay("minji", "fish", 20_000, key="rich")) == "ok"


def test_a_refusal_keeps_its_key_and_writes_nothing_else(market: World) -> None:
    market.shop("closed", status=ShopStatus.APPLIED)
    market.run([market.payment("minji", "fish", 1_000, reference="ticket-1")])
    tables = ("transfers", "entries", "payments", "cancels", "outbox", "chain", "accounts")
    before, keys = [market.rows(table) for table in tables], market.rows("outcomes")
    item = market.payment("minji", "fish", 1_000)
    asked: dict[str, Item] = {
        "balance_insufficient": market.payment("minji", "fish", 149_001),
        "payment_too_large": market.payment("minji", "fish", 2_000_001),
        "shop_unknown": market.payment("minji", "9999999", 1_000),
        "shop_not_payable": market.payment("minji", "closed", 1_000),
        "client_reference_used": market.payment("minji", "fish", 1_000, reference="ticket-1"),
        "wallet_unknown": replace(item, wallet_id=new_id(OPENED)),
        "code_unknown": replace(
            item, payee=Payee(PayeeKind.STICKER, "nobody"), request=request_key("forged", "nobody")
        ),
        "payment_unknown": market.cancel_of(new_id(OPENED)),
    }
    assert [code(answer) for answer in market.run(list(asked.values()))] == list(asked)
    assert [market.rows(table) for table in tables] == before
    assert market.rows("outcomes") == keys + len(asked)


def test_a_frozen_wallet_does_not_pay_but_gets_back(market: World) -> None:
    paid = receipt(market.pay("minji", "fish", 30_000))
    with market.begin() as conn:
        conn.execute(text("UPDATE wallets SET status = 'FROZEN'"))
    assert code(market.pay("minji", "fish", 1_000)) == "wallet_not_open"
    assert code(market.cancel(paid)) == "ok"
    with market.begin() as conn:
        conn.execute(text("UPDATE wallets SET status = 'OPEN'"))


def test_an_expired_lot_does_not_pay(market: World) -> None:
    with market.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    first, second = market.lots("minji")
    assert code(market.pay("minji", "fish", 100_001, at=first.expires_at)) == "balance_insufficient"
    receipt(market.pay("minji", "fish", 100_000, at=first.expires_at))
    assert market.left("minji") == [50_000, 0]
    assert facts(market.pay("minji", "fish", 1, at=second.expires_at)) == {"left": 0}


def test_what_was_sold_is_paid_with_and_cancelled_when_no_programme_is_in_force(world: World) -> None:
    at = datetime(2025, 2, 9, 12, tzinfo=SEOUL)
    world.wallet("minji", 50_000, at=at)
    world.shop("fish")
    paid = receipt(world.pay("minji", "fish", 30_000, at=at))
    between = at + timedelta(days=3)
    answers = world.run([world.payment("minji", "fish", 1_000), world.cancel_of(paid.id)], at=between)
    assert [code(answer) for answer in answers] == ["ok", "ok"]
