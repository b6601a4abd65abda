"""Standing orders to charge, by date, by balance, and of the shortfall inside a payment; each with its own consent."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import Answered
from onnuri.payments.model import CancelReceipt, Receipt
from onnuri.vouchers.charging.auto_charge import (
    AutoChargeMalformed,
    AutoChargeTerms,
    AutoChargeTooLarge,
    AutoChargeUnknown,
    agree_to_auto_charge,
    auto_charges,
    revoke_auto_charge,
    run_auto_charges,
)
from onnuri.vouchers.charging.run_charge import resolve_charges
from onnuri.vouchers.charging.shortfall import ShortPayment, charge_then_pay, chargeable
from onnuri.vouchers.model import Charge, ChargeTooSmall, Policy
from tests.books import books, journal, last_seq
from tests.vouchers.money_back import seoul
from tests.vouchers.told_bank import Bank, agree, edge
from tests.world import NO_FUNDS, OPENED, SILENCE, World, code


@pytest.fixture
def bank() -> Bank:
    return Bank()


def run(world: World, bank: Bank, at: datetime) -> list[str]:
    return [word(answer) for answer in run_auto_charges(edge(world, bank, at), at=at)]


def word(answer: Answered[Charge]) -> str:
    return answer.value.code if isinstance(answer.value, DomainError) else answer.value.status


def topics(world: World) -> list[str]:
    with world.begin() as conn:
        return list(conn.execute(text("SELECT topic FROM outbox ORDER BY position")).scalars())


def test_auto_charge_by_date_once_a_month_on_its_day(world: World, bank: Bank) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=25, face=100_000)
    assert run(world, bank, seoul(2026, 11, 24, 23)) == []
    assert run(world, bank, seoul(2026, 11, 25, 0, 30)) == ["SUCCEEDED"]
    assert run(world, bank, seoul(2026, 11, 25, 12)) == run(world, bank, seoul(2026, 11, 30)) == []
    assert run(world, bank, seoul(2026, 12, 27)) == ["SUCCEEDED"]  # the worker was away on the 25th and 26th
    assert world.left("minji") == [100_000, 100_000]
    assert [order.amount for order in bank.asked] == [93_000, 93_000]


@pytest.mark.parametrize("last", [seoul(2026, 11, 30), seoul(2027, 2, 28), seoul(2028, 2, 29), seoul(2026, 12, 31)])
def test_auto_charge_on_the_31st_is_on_the_last_day_of_a_shorter_month(
    world: World, bank: Bank, last: datetime
) -> None:
    first = seoul(last.year, last.month, 1)
    world.wallet("minji", at=first)
    agree(world, "minji", "date", day=31, face=10_000, at=first)
    assert run(world, bank, last - timedelta(days=1)) == []
    assert run(world, bank, last) == ["SUCCEEDED"]


def test_a_consent_after_its_day_begins_next_month(world: World, bank: Bank) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=5, face=10_000)
    assert run(world, bank, seoul(2026, 11, 30)) == []
    assert run(world, bank, seoul(2026, 12, 5)) == ["SUCCEEDED"]


def test_auto_charge_by_balance_below_the_bound_and_at_most_once_a_day(world: World, bank: Bank) -> None:
    world.shop("fish")
    world.wallet("minji", 50_000)
    agree(world, "minji", "balance", below=20_000, face=30_000)
    world.pay("minji", "fish", 30_000)
    assert run(world, bank, OPENED) == []
    world.pay("minji", "fish", 1)
    assert run(world, bank, OPENED) == ["SUCCEEDED"]
    world.pay("minji", "fish", 49_999)
    assert run(world, bank, OPENED + timedelta(hours=1)) == []
    assert run(world, bank, OPENED + timedelta(days=1)) == ["SUCCEEDED"]


def test_what_the_bank_has_not_told_yet_counts_as_charged(world: World, bank: Bank) -> None:
    world.wallet("minji")
    agree(world, "minji", "balance", below=20_000, face=30_000)
    bank.says = SILENCE
    assert run(world, bank, OPENED) == ["UNKNOWN"]
    assert run(world, bank, OPENED + timedelta(days=1)) == []


def test_a_withdrawn_consent_charges_nothing_and_a_new_one_takes_the_place_of_the_old(world: World, bank: Bank) -> None:
    world.wallet("minji")
    world.wallet("suho")
    first = agree(world, "minji", "balance", below=20_000, face=10_000)
    second = agree(world, "minji", "balance", below=20_000, face=20_000)
    with world.begin() as conn:
        assert [rule.revoked_at for rule in auto_charges(conn, world.wallets["minji"])] == [None, OPENED]
        with pytest.raises(AutoChargeUnknown):
            revoke_auto_charge(conn, world.wallets["suho"], second.id, at=OPENED)
        assert revoke_auto_charge(conn, world.wallets["minji"], second.id, at=OPENED).revoked_at == OPENED
        assert revoke_auto_charge(conn, world.wallets["minji"], first.id, at=seoul(2027, 1, 1)).revoked_at == OPENED
    assert run(world, bank, OPENED) == []
    assert bank.asked == []


def test_nothing_is_begun_while_the_bank_is_closed_or_about_to_close(world: World, bank: Bank) -> None:
    world.wallet("minji")
    agree(world, "minji", "date", day=20, face=10_000)
    for at in (seoul(2026, 11, 20, 23, 25), seoul(2026, 11, 20, 23, 30), seoul(2026, 11, 21, 0, 29, 59)):
        assert run(world, bank, at) == []
    assert run(world, bank, seoul(2026, 11, 21, 0, 30)) == ["SUCCEEDED"]


def test_a_refused_auto_charge_stands_for_its_period_and_the_holder_is_told(world: World, bank: Bank) -> None:
    world.wallet("minji", 2_000_000)
    agree(world, "minji", "date", day=20, face=10_000)
    assert run(world, bank, OPENED) == ["monthly_limit_reached"]
    assert run(world, bank, OPENED + timedelta(days=1)) == []
    assert topics(world)[-1] == "auto_charge.refused"
    bank.says = NO_FUNDS
    world.shop("fish")
    world.pay("minji", "fish", 2_000_000)
    assert run(world, bank, seoul(2026, 12, 20)) == ["FAILED"]
    assert topics(world)[-2:] == ["charge.failed", "auto_charge.refused"]
    assert run(world, bank, seoul(2026, 12, 21)) == []


@pytest.mark.parametrize(
    "terms",
    [
        AutoChargeTerms("date", None, None, 10_000, "1"),
        AutoChargeTerms("date", 32, None, 10_000, "1"),
        AutoChargeTerms("date", 5, 10_000, 10_000, "1"),
        AutoChargeTerms("balance", None, 0, 10_000, "1"),
        AutoChargeTerms("balance", None, 10_000, None, "1"),
        AutoChargeTerms("shortfall", None, None, 10_000, "1"),
        AutoChargeTerms("shortfall", None, None, None, ""),
        AutoChargeTerms("weather", None, None, 10_000, "1"),
    ],
)
def test_a_consent_says_everything_its_kind_needs(world: World, terms: AutoChargeTerms) -> None:
    world.wallet("minji")
    with pytest.raises(AutoChargeMalformed), world.begin() as conn:
        agree_to_auto_charge(conn, world.wallets["minji"], terms, at=OPENED)
    with pytest.raises(ChargeTooSmall):
        agree(world, "minji", "date", day=1, face=10_500)


def test_a_consent_to_more_than_a_wallet_can_charge_or_hold_is_refused(world: World) -> None:
    world.wallet("minji")
    with pytest.raises(AutoChargeTooLarge, match="at most 2,000,000 won, and its balance at most 2,000,000 won"):
        agree(world, "minji", "date", day=1, face=2_001_000)
    with pytest.raises(AutoChargeTooLarge) as refused:
        agree(world, "minji", "balance", below=2_000_001, face=10_000)
    assert "한 번에 2,000,000원까지, 기준 잔액은 2,000,000원까지" in refused.value.message("ko")
    with world.begin() as conn:
        assert auto_charges(conn, world.wallets["minji"]) == []
    agree(world, "minji", "balance", below=2_000_000, face=2_000_000)


Paying = Callable[[], Answered[Receipt | CancelReceipt]]


def act(world: World, amount: int, key: str, bank: Bank, at: datetime = OPENED) -> Answered[Receipt | CancelReceipt]:
    """Pay the fish shop as one act with what is missing."""
    item = world.payment("minji", "fish", amount, key=key)

    def pay() -> Answered[Receipt | CancelReceipt]:
        (answer,) = world.run([item], at=at)
        return answer

    return charge_then_pay(edge(world, bank, at), ShortPayment(item.request, item.wallet_id, amount), pay)


@pytest.fixture
def shop(world: World) -> World:
    """Minji has 10,000 won and consents to charging what is missing at a payment."""
    world.shop("fish")
    world.wallet("minji", 10_000)
    agree(world, "minji", "shortfall")
    return world


def test_auto_charge_of_the_shortfall_charges_and_pays_as_one_act(shop: World, bank: Bank) -> None:
    before = last_seq(shop)
    assert code(act(shop, 32_500, "one", bank)) == "ok"
    assert journal(shop, after=before) == books("""
        charge_paid     bank:trust                  -> lot:minji/2    21,390
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/2     1,610
        payment         lot:minji/1                 -> merchant:fish  10,000
        payment         lot:minji/2                 -> merchant:fish  22,500
    """)
    again = act(shop, 32_500, "one", bank)
    assert (code(again), again.replayed, len(bank.asked)) == ("ok", True, 1)


def test_with_enough_or_without_a_consent_nothing_is_charged(shop: World, bank: Bank) -> None:
    assert code(act(shop, 10_000, "enough", bank)) == "ok"
    with shop.begin() as conn:
        (rule,) = auto_charges(conn, shop.wallets["minji"])
        revoke_auto_charge(conn, shop.wallets["minji"], rule.id, at=OPENED)
    assert code(act(shop, 10_000, "none", bank)) == "balance_insufficient"
    assert bank.asked == []


def test_if_the_bank_is_silent_nothing_is_paid_then_or_later_and_the_holder_is_told(shop: World, bank: Bank) -> None:
    bank.says = SILENCE
    refused = act(shop, 32_500, "one", bank)
    assert code(refused) == "shortfall_charge_unknown"
    assert topics(shop)[-1] == "payment.not_made"
    resolved = resolve_charges(edge(shop, bank, OPENED + timedelta(minutes=1)))
    assert [charge.status for charge in resolved] == ["SUCCEEDED"]
    again = act(shop, 32_500, "one", bank)
    assert (code(again), again.replayed, shop.earned("fish"), len(bank.asked)) == (
        "shortfall_charge_unknown",
        True,
        0,
        1,
    )
    assert code(act(shop, 32_500, "two", bank)) == "ok"


def test_if_the_bank_or_a_limit_refuses_nothing_is_paid(shop: World, bank: Bank) -> None:
    bank.says = NO_FUNDS
    assert code(act(shop, 32_500, "one", bank)) == "shortfall_not_charged"
    shop.charge("minji", 1_500_000)
    shop.pay("minji", "fish", 1_500_000)
    assert code(act(shop, 600_000, "much", bank)) == "monthly_limit_reached"
    assert code(act(shop, 20_000, "night", bank, seoul(2026, 11, 20, 23, 30))) == "shortfall_bank_closed"
    assert code(act(shop, 10_000, "enough", bank, seoul(2026, 11, 20, 23, 30))) == "ok"


def test_an_act_interrupted_after_its_charge_is_finished_by_the_same_key(shop: World, bank: Bank) -> None:
    item = shop.payment("minji", "fish", 32_500, key="one")
    short = ShortPayment(item.request, item.wallet_id, 32_500)

    def crash() -> Answered[Receipt | CancelReceipt]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        charge_then_pay(edge(shop, bank), short, crash)
    assert code(act(shop, 32_500, "one", bank)) == "ok"
    assert (len(bank.asked), shop.earned("fish")) == (1, 32_500)


def test_of_64_threads_with_one_key_one_charge_and_one_payment_come(shop: World, bank: Bank) -> None:
    with ThreadPoolExecutor(64) as threads:
        waiting = [threads.submit(act, shop, 32_500, "one", bank) for _ in range(64)]
        words = {code(each.result()) for each in waiting}
    assert words <= {"ok", "shortfall_running"}
    assert code(act(shop, 32_500, "one", bank)) == "ok"
    assert (len(bank.asked), shop.earned("fish")) == (1, 32_500)


@given(st.integers(1, 2_000_000), st.integers(1, 100_000), st.integers(1, 10_000))
def test_what_is_charged_covers_what_is_missing_in_whole_units(missing: int, minimum: int, unit: int) -> None:
    policy = Policy("p", OPENED, None, 700, unit, minimum, 1, 1, 1, 1, 1, 1, "")
    face = chargeable(missing, policy)
    assert face >= max(missing, minimum)
    assert face % unit == 0
    assert face - unit < max(missing, minimum)


def test_a_rule_belongs_to_its_wallet(world: World) -> None:
    with pytest.raises(DomainError), world.begin() as conn:
        agree_to_auto_charge(conn, UUID(int=1), AutoChargeTerms("shortfall", None, None, None, "1"), at=OPENED)
