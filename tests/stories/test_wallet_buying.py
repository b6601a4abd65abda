"""Buying value, row by row of the domain sheet's wallet table: each rule kept and broken, by a won and by a second."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.payments.model import CancelReceipt, Receipt
from onnuri.vouchers.charging.auto_charge import revoke_auto_charge, run_auto_charges
from onnuri.vouchers.charging.shortfall import ShortPayment, charge_then_pay
from onnuri.vouchers.giving.corporate import CompanyPurchase, buy_for_company, company_source, register_company
from onnuri.vouchers.giving.credit_upload import CompanyValueTooLow
from onnuri.vouchers.model import Charge
from onnuri.vouchers.policies.policy import policy_at
from onnuri.vouchers.wallets.limits import limits_of
from tests.books import books, journal, last_seq
from tests.vouchers.giving import accept, credit_file, gift_of, programme, run, said, send
from tests.vouchers.money_back import CANCEL, RESIDUAL, give_back, seoul, why, word
from tests.vouchers.ruling import RULED, rule, rule_to_the_won
from tests.vouchers.told_bank import Bank, agree, edge
from tests.world import OPENED, World, code, facts, receipt, request_key, settled

SECOND = timedelta(seconds=1)


def test_discount_at_charge_is_7_percent_since_march_10_before_15_at_seollal_until_the_budget_is_spent(
    world: World,
) -> None:
    for start, rate_bps in ((seoul(2026, 3, 1, 0), 700), (seoul(2025, 3, 1, 0), 1_000), (seoul(2025, 1, 10, 0), 1_500)):
        with world.begin() as conn:
            assert policy_at(conn, at=start).rate_bps == rate_bps
    with world.begin() as conn:
        assert policy_at(conn, at=seoul(2026, 3, 1, 0) - SECOND).rate_bps == 1_000
        assert policy_at(conn, at=seoul(2025, 2, 11, 0) - SECOND).rate_bps == 1_500
    world.wallet("minji", 100_000, at=seoul(2025, 2, 10, 23, 29, 59))
    assert code(world.charge("minji", 100_000, at=seoul(2025, 2, 11, 0, 30))) == "no_policy_in_force"
    settled(world.charge("minji", 100_000, at=seoul(2026, 2, 28, 23, 29, 59)))
    settled(world.charge("minji", 100_000, at=seoul(2026, 3, 1, 0, 30)))
    rule(world, budget=7_699)
    refused = world.charge("minji", 110_000, at=RULED)  # one won of its 7,700 is missing
    assert (code(refused), facts(refused)) == ("budget_spent", {"left": 7_699, "face_left": 109_000})
    settled(world.charge("minji", 109_000, at=RULED))
    assert facts(world.charge("minji", 10_000, at=RULED)) == {"left": 69, "face_left": 0}
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1   85,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1   15,000
        charge_paid     bank:trust                  -> lot:minji/2   90,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/2   10,000
        charge_paid     bank:trust                  -> lot:minji/3   93,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/3    7,000
        charge_paid     bank:trust                  -> lot:minji/4  101,370
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/4    7,630
    """)


def test_monthly_charge_limit_is_2_000_000_a_person_and_calendar_month(world: World) -> None:
    rule_to_the_won(world)
    world.shop("fish")
    world.wallet("minji", 1_999_999, at=RULED)
    receipt(world.pay("minji", "fish", 1_999_999, at=RULED))
    refused = world.charge("minji", 2, at=RULED)
    assert (code(refused), facts(refused)) == (
        "monthly_limit_reached",
        {"left": 1, "chargeable": 1, "renews_on": date(2027, 2, 1)},
    )
    settled(world.charge("minji", 1, at=RULED + SECOND))
    last = seoul(2027, 1, 31, 23, 29, 59)
    assert facts(world.charge("minji", 1, at=last)) == {"left": 0, "chargeable": 0, "renews_on": date(2027, 2, 1)}
    with world.begin() as conn:
        left = [
            limits_of(conn, world.wallets["minji"], at=at).charge_month.left
            for at in (seoul(2027, 2, 1, 0) - SECOND, seoul(2027, 2, 1, 0))
        ]
    assert left == [0, 2_000_000]
    settled(world.charge("minji", 1_999_999, at=seoul(2027, 2, 1, 0, 30)))
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1    1,860,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1      139,999
        payment         lot:minji/1                 -> merchant:fish  1,999,999
        charge_paid     bank:trust                  -> lot:minji/2            1
        charge_paid     bank:trust                  -> lot:minji/3    1,860,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/3      139,999
    """)


def test_holding_cap_is_2_000_000(world: World) -> None:
    rule_to_the_won(world)
    world.shop("fish")
    world.wallet("minji", 1_500_000, at=seoul(2026, 12, 5))
    refused = world.charge("minji", 500_001, at=RULED)
    assert (code(refused), facts(refused)) == ("holding_cap_reached", {"left": 500_000, "chargeable": 500_000})
    settled(world.charge("minji", 500_000, at=RULED))
    assert facts(world.charge("minji", 1, at=RULED)) == {"left": 0, "chargeable": 0}
    before = last_seq(world)
    receipt(world.pay("minji", "fish", 1, at=RULED))
    assert facts(world.charge("minji", 2, at=RULED)) == {"left": 1, "chargeable": 1}
    settled(world.charge("minji", 1, at=RULED + SECOND))
    assert journal(world, after=before) == books("""
        payment      lot:minji/1  -> merchant:fish  1
        charge_paid  bank:trust   -> lot:minji/3    1
    """)


def test_charge_unit_and_minimum_are_1_000_and_10_000(world: World) -> None:
    world.wallet("minji")
    for face in (1, 9_000, 9_999, 10_001, 10_999):
        refused = world.charge("minji", face)
        assert (code(refused), facts(refused)) == ("charge_amount_not_allowed", {"minimum": 10_000, "unit": 1_000})
    settled(world.charge("minji", 10_000))
    settled(world.charge("minji", 11_000, at=OPENED + SECOND))
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1   9,300
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1     700
        charge_paid     bank:trust                  -> lot:minji/2  10,230
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/2     770
    """)


def test_per_payment_cap_is_the_holding_cap(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 2_000_000)
    run(world, programme(world), credit_file(world, [("minji", 50_000, "r1")]))  # the state may lift it above the cap
    before = last_seq(world)
    refused = world.pay("minji", "fish", 2_000_001)
    assert (code(refused), facts(refused)) == ("payment_too_large", {"maximum": 2_000_000})
    receipt(world.pay("minji", "fish", 2_000_000))
    assert journal(world, after=before) == books("""
        payment  lot:minji/2  -> merchant:fish     50,000
        payment  lot:minji/1  -> merchant:fish  1,950,000
    """)


def test_auto_charge_on_a_date_on_a_low_balance_or_of_the_shortfall_with_revocable_consent(world: World) -> None:
    bank = Bank()
    world.shop("fish")
    world.wallet("minji", 40_000)
    world.wallet("suho")
    agree(world, "suho", "date", day=25, face=50_000)
    low = agree(world, "minji", "balance", below=20_000, face=30_000)

    def due(at_hour: tuple[int, int, int, int]) -> list[int]:
        at = seoul(2026, 11, *at_hour)
        done = [answer.value for answer in run_auto_charges(edge(world, bank, at), at=at)]
        return [each.face for each in done if isinstance(each, Charge)]

    receipt(world.pay("minji", "fish", 20_000))
    assert due((21, 10, 0, 0)) == []  # 20,000 left is not below 20,000
    receipt(world.pay("minji", "fish", 1))
    assert due((21, 10, 0, 0)) == [30_000]
    assert due((24, 23, 29, 59)) == due((25, 0, 29, 59)) == []
    assert due((25, 0, 30, 0)) == [50_000]
    with world.begin() as conn:
        revoke_auto_charge(conn, world.wallets["minji"], low.id, at=seoul(2026, 11, 25, 1))
    assert code(_short(world, bank, 50_000)) == "balance_insufficient"
    agree(world, "minji", "shortfall")
    before = last_seq(world)
    assert code(_short(world, bank, 60_000)) == "ok"  # 49,999 there, 10,001 missing, charged in thousands
    assert journal(world, after=before) == books("""
        charge_paid     bank:trust                  -> lot:minji/3    10,230
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/3       770
        payment         lot:minji/1                 -> merchant:fish  19,999
        payment         lot:minji/2                 -> merchant:fish  30,000
        payment         lot:minji/3                 -> merchant:fish  10,001
    """)


def _short(world: World, bank: Bank, amount: int) -> Answered[Receipt | CancelReceipt]:
    """Pay the fish shop as one act with what is missing."""
    item, at = world.payment("minji", "fish", amount), seoul(2026, 11, 26)
    short = ShortPayment(item.request, item.wallet_id, amount)
    return charge_then_pay(edge(world, bank, at), short, lambda: world.run([item], at=at)[0])


def test_corporate_purchase_is_without_discount_and_sent_to_recipients(world: World) -> None:
    world.wallet("minji")
    world.wallet("suho")
    with world.begin() as conn:
        company = register_company(conn, business_number="1234567891", name="한빛", by="op", at=OPENED)
        order = CompanyPurchase(new_id(OPENED), request_key("buy"), company, 100_000, "bank-1")
        (bought,) = buy_for_company(conn, [order], at=OPENED)
        source = company_source(conn, company, at=OPENED)
    assert not isinstance(bought.value, DomainError)
    run(world, source, credit_file(world, [("minji", 60_000, "r1")]))
    with pytest.raises(CompanyValueTooLow):
        run(world, source, credit_file(world, [("suho", 40_001, "r2")]))
    run(world, source, credit_file(world, [("suho", 40_000, "r3")]))
    purchase = f"purchase:{company.hex}"
    assert journal(world) == books(f"""
        company_bought  bank:trust   -> {purchase}   100,000
        company_credit  {purchase}   -> lot:minji/1   60,000
        company_credit  {purchase}   -> lot:suho/1    40,000
    """)
    (lot,) = world.lots("minji")
    assert (lot.face, lot.paid, lot.subsidy) == (60_000, 60_000, 0)
    assert said(send(world, "minji", "suho", 1)) == "giftable_insufficient"


def test_bank_window_is_closed_for_charge_and_refund_from_2330_to_0030_and_payment_is_not(world: World) -> None:
    world.shop("fish")
    world.wallet("minji", 100_000)
    for place in (1, 2):
        settled(world.charge("minji", 50_000, at=OPENED + place * SECOND))
    closes, opens = seoul(2026, 11, 20, 23, 30), seoul(2026, 11, 21, 0, 30)
    settled(world.charge("minji", 10_000, at=closes - SECOND))
    assert word(give_back(world, "minji", CANCEL, place=3, at=closes - SECOND)) == "SUCCEEDED"
    before = last_seq(world)
    for at in (closes, seoul(2026, 11, 21, 0), opens - SECOND):
        charge = world.charge("minji", 10_000, at=at)
        assert (code(charge), facts(charge)["opens_at_seoul"]) == ("bank_closed", "2026-11-21 00:30")
        for kind in (CANCEL, RESIDUAL):
            refund = give_back(world, "minji", kind, at=at)
            assert (word(refund), why(refund)["opens_at_seoul"]) == ("bank_closed", "2026-11-21 00:30")
        receipt(world.pay("minji", "fish", 20_000, at=at))
    assert word(give_back(world, "minji", RESIDUAL, at=opens)) == "SUCCEEDED"
    assert word(give_back(world, "minji", CANCEL, place=2, at=opens)) == "SUCCEEDED"
    settled(world.charge("minji", 10_000, at=opens))
    assert journal(world, after=before) == books("""
        payment         lot:minji/1                 -> merchant:fish               20,000
        payment         lot:minji/1                 -> merchant:fish               20,000
        payment         lot:minji/1                 -> merchant:fish               20,000
        refund_paid     lot:minji/1                 -> refund_in_flight:all        37,200
        refund_subsidy  lot:minji/1                 -> subsidy_receivable:digital   2,800
        refund_done     refund_in_flight:all        -> bank:trust                  37,200
        refund_paid     lot:minji/2                 -> refund_in_flight:all        46,500
        refund_subsidy  lot:minji/2                 -> subsidy_receivable:digital   3,500
        refund_done     refund_in_flight:all        -> bank:trust                  46,500
        charge_paid     bank:trust                  -> lot:minji/5                  9,300
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/5                    700
    """)


def test_a_gift_and_the_holding_cap_meet_to_the_won(world: World) -> None:
    rule_to_the_won(world)
    world.wallet("minji", 100_000, at=RULED)
    world.wallet("halmoni", 1_999_990, at=RULED)
    too_much = gift_of(send(world, "minji", "halmoni", 11, at=RULED))
    assert said(accept(world, too_much, "halmoni", at=RULED)) == "gift_above_holding_cap"
    fits = gift_of(send(world, "minji", "halmoni", 10, at=RULED))
    assert said(accept(world, fits, "halmoni", at=RULED)) == "ok"
    assert code(world.charge("halmoni", 1, at=RULED)) == "holding_cap_reached"
