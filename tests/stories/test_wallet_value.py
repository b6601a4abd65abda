"""What a wallet holds, row by row of the domain sheet's table: order, validity, gifts, grants, people, tax."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from onnuri.kit.database import FIRST_LANE
from onnuri.kit.ids import new_id, public_id
from onnuri.kit.refusals import DomainError
from onnuri.merchants.tax_registration_end import WhichRegistration, end_tax_registration
from onnuri.people.births import keep_birth
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.claw_backs.claw_back import ClawBackOrder, claw_back
from onnuri.vouchers.expiry import Expired, expire_lots, notify_expiring
from onnuri.vouchers.tax import agree_to_tax_file, make_tax_file, revoke_tax_consent, write_tax_file
from onnuri.vouchers.wallets.open_wallet import RejoinTooEarly, TooYoung, open_own_wallet, open_wallet
from onnuri.vouchers.wallets.wallet_life import close_wallet
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, credit_file, gift_of, programme, return_due, run, said, send
from tests.vouchers.money_back import CANCEL, came_back, explained, give_back, seoul
from tests.world import OPENED, World, code, facts, receipt, request_key, settled

SECOND = timedelta(seconds=1)


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged 100,000 won; there is a fish shop that stays registered for ever."""
    world.shop("fish")
    world.wallet("minji", 100_000)
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.shops SET valid_until = NULL"))
    return world


def test_lot_order_is_soonest_expiry_then_grant_before_gift_before_bought_then_oldest(market: World) -> None:
    expires = market.lots("minji")[0].expires_at
    settled(market.charge("minji", 20_000, at=OPENED + SECOND))
    market.wallet("halmoni", 50_000)
    accept(market, gift_of(send(market, "halmoni", "minji", 50_000, at=OPENED + 2 * SECOND)), "minji",
           at=OPENED + 2 * SECOND)  # fmt: skip
    grants = (("same", expires), ("later", expires + SECOND), ("sooner", expires - SECOND))
    for place, (name, until) in enumerate(grants, 3):
        source = programme(market, name, until=until)
        run(market, source, credit_file(market, [("minji", place * 1_000, name)]), at=OPENED + place * SECOND)
    order = [(lot.source, lot.face, lot.expires_at) for lot in market.lots("minji")]
    assert order == [
        ("bought", 100_000, expires), ("bought", 20_000, expires), ("gift", 50_000, expires),
        ("grant", 3_000, expires), ("grant", 4_000, expires + SECOND), ("grant", 5_000, expires - SECOND),
    ]  # fmt: skip
    before = last_seq(market)
    receipt(market.pay("minji", "fish", 182_000))
    assert journal(market, after=before) == books("""
        payment  lot:minji/6  -> merchant:fish    5,000
        payment  lot:minji/4  -> merchant:fish    3,000
        payment  lot:minji/3  -> merchant:fish   50,000
        payment  lot:minji/1  -> merchant:fish  100,000
        payment  lot:minji/2  -> merchant:fish   20,000
        payment  lot:minji/5  -> merchant:fish    4,000
    """)


def test_validity_is_5_years_from_the_charge_date_with_notices_30_14_10_5_and_1_days_before(market: World) -> None:
    expires = seoul(2031, 11, 20, 0)
    assert market.lots("minji")[0].expires_at == expires
    for days in (30, 14, 10, 5, 1):
        day = expires - timedelta(days=days)
        assert _notices(market, day - SECOND) == []
        assert _notices(market, day) == [(days, 100_000)]
        assert _notices(market, day + SECOND) == []
    before = last_seq(market)
    receipt(market.pay("minji", "fish", 64_999, at=expires - SECOND))
    refused = market.pay("minji", "fish", 1, at=expires)
    assert (code(refused), facts(refused)) == ("balance_insufficient", {"left": 0})
    assert _expire(market, expires - SECOND) == []
    assert [each.amount for each in _expire(market, expires)] == [35_001]
    assert _expire(market, expires + timedelta(days=365)) == []
    assert journal(market, after=before) == books(f"""
        payment         lot:minji/1  -> merchant:fish                               64,999
        expiry_paid     lot:minji/1  -> unclaimed:{market.wallets["minji"].hex}     32,550
        expiry_subsidy  lot:minji/1  -> subsidy_receivable:digital                   2,451
    """)


def test_gift_is_bought_value_in_a_box_for_30_days_within_the_receivers_cap_and_keeps_its_expiry(market: World) -> None:
    run(market, programme(market), credit_file(market, [("minji", 50_000, "r1")]), at=OPENED + SECOND)
    market.wallet("halmoni", 1_970_000)
    assert said(send(market, "minji", "halmoni", 100_001)) == "giftable_insufficient"
    before = last_seq(market)
    too_much, fits = (
        gift_of(send(market, "minji", "halmoni", 30_001)),
        gift_of(send(market, "minji", "halmoni", 30_000)),
    )
    late = fits.deadline
    assert late == seoul(2026, 12, 21, 0)  # 30 whole days
    assert said(accept(market, too_much, "halmoni", at=late - SECOND)) == "gift_above_holding_cap"
    assert said(accept(market, fits, "halmoni", at=late)) == "gift_too_old"
    assert said(accept(market, fits, "halmoni", at=late - SECOND)) == "ok"
    assert return_due(market, at=late - SECOND) == []
    assert [gift.id for gift in return_due(market, at=late)] == [too_much.id]
    assert journal(market, after=before) == books(f"""
        gift_paid            lot:minji/1                 -> gift_box:{too_much.id.hex}  27,900
        gift_subsidy         lot:minji/1                 -> gift_box:{too_much.id.hex}   2,101
        gift_paid            lot:minji/1                 -> gift_box:{fits.id.hex}      27,900
        gift_subsidy         lot:minji/1                 -> gift_box:{fits.id.hex}       2,100
        gift_accept_paid     gift_box:{fits.id.hex}      -> lot:halmoni/2               27,900
        gift_accept_subsidy  gift_box:{fits.id.hex}      -> lot:halmoni/2                2,100
        gift_return_paid     gift_box:{too_much.id.hex}  -> lot:minji/1                 27,900
        gift_return_subsidy  gift_box:{too_much.id.hex}  -> lot:minji/1                  2,101
    """)
    assert market.lots("halmoni")[1].expires_at == market.lots("minji")[0].expires_at
    assert said(send(market, "halmoni", "minji", 1_970_001, at=late)) == "giftable_insufficient"


def test_state_grants_are_credited_in_bulk_and_clawed_back_into_a_receivable_where_spent(market: World) -> None:
    market.wallet("suho")
    source = programme(market)
    before = last_seq(market)
    run(market, source, credit_file(market, [("suho", 50_000, "r1"), ("minji", 50_000, "r2")]), at=OPENED + SECOND)
    assert said(send(market, "suho", "minji", 1)) == "giftable_insufficient"
    assert [each.facts.face for each in explained(market, "minji")] == [100_000]  # only what was bought is refunded
    receipt(market.pay("suho", "fish", 49_999))
    with market.begin() as conn:
        staff = register_people(
            conn, sealer_of(market.database.settings), [NewPerson("maker"), NewPerson("checker")], at=OPENED
        )
    lot = market.lots("suho")[0].id
    words = [_claw(market, lot, amount, (staff[0], staff[1])) for amount in (50_001, 50_000, 1)]
    assert words == ["claw_back_too_much", "ok", "claw_back_too_much"]
    debt = f"holder_receivable:{market.wallets['suho'].hex}"
    assert journal(market, after=before) == books(f"""
        grant            grant_receivable:payback  -> lot:suho/1                50,000
        grant            grant_receivable:payback  -> lot:minji/2               50,000
        payment          lot:suho/1                -> merchant:fish             49,999
        claw_back        lot:suho/1                -> grant_receivable:payback       1
        claw_back_spent  {debt}                    -> grant_receivable:payback  49,999
    """)


def test_age_and_rejoin_from_14_years_and_30_days_after_leaving(world: World) -> None:
    sealer = sealer_of(world.database.settings)
    birthday = seoul(2026, 11, 21, 0)
    with world.begin() as conn:
        (hana,) = register_people(conn, sealer, [NewPerson("hana")], at=OPENED)
        keep_birth(conn, sealer, hana, date(2012, 11, 21), on=date(2026, 11, 20))
        with pytest.raises(TooYoung):
            open_own_wallet(conn, sealer, holder_id=hana, lane=FIRST_LANE, at=birthday - SECOND)
        wallet = open_own_wallet(conn, sealer, holder_id=hana, lane=FIRST_LANE, at=birthday)
        close_wallet(conn, wallet, at=birthday)
        with pytest.raises(RejoinTooEarly):
            open_wallet(conn, holder_id=hana, lane=FIRST_LANE, at=seoul(2026, 12, 22, 0) - SECOND)
        open_wallet(conn, holder_id=hana, lane=FIRST_LANE, at=seoul(2026, 12, 22, 0))
    world.wallet("minji", 10_000)
    came_back(give_back(world, "minji", CANCEL))
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1                 9,300
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1                   700
        refund_paid     lot:minji/1                 -> refund_in_flight:all        9,300
        refund_subsidy  lot:minji/1                 -> subsidy_receivable:digital    700
        refund_done     refund_in_flight:all        -> bank:trust                  9,300
    """)


def test_tax_deduction_only_if_the_market_was_registered_at_pay_time_and_the_consumer_consented(market: World) -> None:
    minji = market.holders["minji"]
    agreed, withdrawn = seoul(2026, 12, 1), seoul(2026, 12, 31, 23, 59, 50)
    with market.begin() as conn:
        agree_to_tax_file(conn, minji, version="2026-1", at=agreed)
    before = last_seq(market)
    for amount, at in ((1, agreed - SECOND), (10_000, agreed), (5_000, withdrawn - SECOND)):
        receipt(market.pay("minji", "fish", amount, at=at))
    with market.begin() as conn:
        revoke_tax_consent(conn, minji, at=withdrawn)
        end_tax_registration(conn, WhichRegistration(market.market), by=market.clerk, at=withdrawn)
        agree_to_tax_file(conn, minji, version="2026-2", at=withdrawn + SECOND)
    receipt(market.pay("minji", "fish", 300, at=withdrawn))  # no consent
    receipt(market.pay("minji", "fish", 20, at=withdrawn + SECOND))  # the market is registered no more
    with market.begin() as conn:
        make_tax_file(conn, year=2026, by="test", at=seoul(2027, 1, 1, 0))
    file = "".join(write_tax_file(market.begin, list(market.engines), year=2026, issue=0)).splitlines()
    assert file[1] == f"2026,0,{public_id('per', minji)},0,15000,15000"
    assert journal(market, after=before) == books("""
        payment  lot:minji/1  -> merchant:fish       1
        payment  lot:minji/1  -> merchant:fish  10,000
        payment  lot:minji/1  -> merchant:fish   5,000
        payment  lot:minji/1  -> merchant:fish     300
        payment  lot:minji/1  -> merchant:fish      20
    """)


def _notices(world: World, at: datetime) -> list[tuple[int, int]]:
    with world.begin() as conn:
        notices, _ = notify_expiring(conn, at=at)
    return [(notice.days_before, notice.left) for notice in notices]


def _expire(world: World, at: datetime) -> list[Expired]:
    with world.begin() as conn:
        done, more = expire_lots(conn, at=at)
    assert not more
    return done


def _claw(world: World, lot: UUID, amount: int, staff: tuple[UUID, UUID]) -> str:
    order = ClawBackOrder(request_key(f"claw-{amount}"), new_id(OPENED), lot, amount, "소득 요건 미달", *staff)
    with world.begin() as conn:
        (answer,) = claw_back(conn, [order], at=OPENED)
    return answer.value.code if isinstance(answer.value, DomainError) else "ok"
