"""Charging, as the books tell it: shares, limits, the history of the rules, and what writes nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.clock import SEOUL, seoul_midnight
from onnuri.kit.refusals import DomainError
from onnuri.kit.requests import KeyReused
from onnuri.vouchers.charging.charge import charge, settle_charge
from onnuri.vouchers.lots import Lot
from onnuri.vouchers.sending import GIVE_UP_AFTER
from onnuri.vouchers.wallets.open_wallet import WalletExists, open_wallet
from tests.books import books, journal, last_seq
from tests.world import NO_FUNDS, OPENED, PAID, SILENCE, World, code, facts, settled


def seoul(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SEOUL)


def test_a_charge_is_paid_by_the_holder_and_by_the_state(world: World) -> None:
    world.wallet("minji", 100_000)
    assert journal(world) == books("""
        charge_paid     bank:trust                  -> lot:minji/1   93,000
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1    7,000
    """)
    (lot,) = world.lots("minji")
    assert (lot.face, lot.paid, lot.subsidy, lot.left, lot.source) == (100_000, 93_000, 7_000, 100_000, "bought")
    assert lot.expires_at == seoul_midnight(date(2031, 11, 20))


@pytest.mark.parametrize(
    ("at", "rate_bps"),
    [
        (seoul(2025, 1, 10, 0, 30), 1500),
        (seoul(2025, 2, 10, 23, 29), 1500),
        (seoul(2025, 3, 1, 0, 30), 1000),
        (seoul(2025, 12, 31), 1000),
        (seoul(2026, 2, 28, 23, 29), 1000),
        (seoul(2026, 3, 1, 0, 30), 700),
        (seoul(2026, 11, 20), 700),
    ],
)
def test_the_discount_is_the_one_in_force_at_that_instant_in_seoul(world: World, at: datetime, rate_bps: int) -> None:
    world.wallet("minji", at=at)
    charged = settled(world.charge("minji", 100_000, at=at))
    assert charged.subsidy == 100_000 * rate_bps // 10_000
    assert charged.paid + charged.subsidy == charged.face


@pytest.mark.parametrize("at", [seoul(2025, 2, 11, 0, 30), seoul(2025, 2, 28, 23, 29), seoul(2024, 6, 1)])
def test_between_programmes_nothing_is_sold(world: World, at: datetime) -> None:
    world.wallet("minji", at=at)
    assert code(world.charge("minji", 100_000, at=at)) == "no_policy_in_force"
    assert journal(world) == ""
    assert world.rows("charges") == 0


def test_the_monthly_limit_says_what_is_left_and_when_it_renews(world: World) -> None:
    world.wallet("minji", 1_200_000)
    world.shop("fish")
    world.pay("minji", "fish", 1_200_000)
    refused = world.charge("minji", 900_000)
    assert code(refused) == "monthly_limit_reached"
    assert facts(refused) == {"left": 800_000, "chargeable": 800_000, "renews_on": date(2026, 12, 1)}
    settled(world.charge("minji", 800_000))
    assert facts(world.charge("minji", 10_000)) == {"left": 0, "chargeable": 0, "renews_on": date(2026, 12, 1)}


def test_the_month_turns_at_midnight_in_seoul(world: World) -> None:
    # the bank is closed around midnight: these are the last minute before and the first one after
    last, first = seoul(2026, 11, 30, 23, 29), seoul(2026, 12, 1, 0, 30)
    world.wallet("minji", 2_000_000, at=last)
    world.shop("fish")
    world.pay("minji", "fish", 2_000_000, at=last)
    assert code(world.charge("minji", 10_000, at=last)) == "monthly_limit_reached"
    settled(world.charge("minji", 2_000_000, at=first))
    refused = world.charge("minji", 10_000, at=seoul(2026, 12, 31, 23, 29))
    assert facts(refused) == {"left": 0, "chargeable": 0, "renews_on": date(2027, 1, 1)}


def test_the_holding_cap_says_what_is_left(world: World) -> None:
    world.wallet("minji", 1_500_000, at=seoul(2026, 10, 5))
    refused = world.charge("minji", 600_000)
    assert (code(refused), facts(refused)) == ("holding_cap_reached", {"left": 500_000, "chargeable": 500_000})
    settled(world.charge("minji", 500_000))


@pytest.mark.parametrize("face", [1_000, 9_000, 10_500, 100_001])
def test_a_charge_has_a_least_amount_and_a_unit(world: World, face: int) -> None:
    world.wallet("minji")
    refused = world.charge("minji", face)
    assert (code(refused), facts(refused)) == ("charge_amount_not_allowed", {"minimum": 10_000, "unit": 1_000})


def test_what_the_bank_refuses_writes_no_books_and_frees_the_limit(world: World) -> None:
    world.wallet("minji")
    charged = settled(world.charge("minji", 2_000_000, bank=NO_FUNDS))
    assert (charged.status, charged.bank_code_given, charged.bank_message) == ("FAILED", "455", "잔액 부족")
    assert journal(world) == ""
    assert settled(world.charge("minji", 2_000_000)).status == "SUCCEEDED"


def test_silence_of_the_bank_is_unknown_and_counts_until_it_is_resolved(world: World) -> None:
    world.wallet("minji")
    unknown = settled(world.charge("minji", 2_000_000, bank=SILENCE))
    assert (unknown.status, unknown.answered_at) == ("UNKNOWN", None)
    assert code(world.charge("minji", 10_000)) == "monthly_limit_reached"
    assert journal(world) == ""
    later = OPENED + timedelta(minutes=5)
    with world.begin() as conn:
        assert settle_charge(conn, unknown.id, PAID, inquired=True, at=later).status == "SUCCEEDED"
    after = journal(world)
    with world.begin() as conn:
        again = settle_charge(conn, unknown.id, NO_FUNDS, inquired=True, at=later)
    assert (again.status, journal(world)) == ("SUCCEEDED", after)
    assert world.left("minji") == [2_000_000]


def test_no_such_transfer_is_believed_only_when_it_was_heard_repeatedly(world: World) -> None:
    world.wallet("minji")
    unknown = settled(world.charge("minji", 50_000, bank=SILENCE))
    heard = Answer(Verdict.NO_SUCH_TRANSFER)
    told: list[str] = []
    for _ in range(3):
        with world.begin() as conn:
            told.append(settle_charge(conn, unknown.id, heard, inquired=True, at=OPENED + GIVE_UP_AFTER).status)
    assert told == ["UNKNOWN", "UNKNOWN", "FAILED"]


def test_a_key_charges_once_and_answers_the_same_for_ever(world: World) -> None:
    world.wallet("minji")
    first = world.charge("minji", 100_000, key="one")
    again = world.charge("minji", 100_000, key="one")
    assert (again.value, again.replayed) == (first.value, True)
    with pytest.raises(KeyReused):
        world.charge("minji", 200_000, key="one")
    refused = world.charge("minji", 5_000, key="two")
    world_said = world.charge("minji", 5_000, key="two")
    assert (code(refused), code(world_said), world_said.replayed) == ("charge_amount_not_allowed",) * 2 + (True,)
    assert world.left("minji") == [100_000]


def test_a_refused_charge_stays_refused_when_the_limit_has_room_again(world: World) -> None:
    world.wallet("minji", 2_000_000)
    refused = world.charge("minji", 10_000, key="november")
    later = world.charge("minji", 10_000, key="november", at=seoul(2027, 1, 5))
    assert (code(refused), code(later), later.replayed) == ("monthly_limit_reached", "monthly_limit_reached", True)
    assert isinstance(refused.value, DomainError)
    assert isinstance(later.value, DomainError)
    assert str(refused.value) == str(later.value)


def test_without_an_account_or_with_a_frozen_wallet_nothing_is_charged(world: World) -> None:
    world.wallet("minji")
    with world.begin() as conn:
        conn.execute(text("UPDATE wallets SET status = 'FROZEN'"))
    assert code(world.charge("minji", 10_000)) == "wallet_not_open"
    with world.begin() as conn:
        conn.execute(text("UPDATE wallets SET status = 'OPEN'"))
        conn.execute(text("UPDATE shared.debit_accounts SET revoked_at = :at"), {"at": OPENED})
    assert code(world.charge("minji", 10_000)) == "no_debit_account"
    world.wallets["nobody"], world.lane_of["nobody"] = UUID(int=1), "lane_00"
    assert code(world.charge("nobody", 10_000)) == "wallet_unknown"
    del world.wallets["nobody"]
    assert last_seq(world) == 0


def test_one_person_has_one_wallet(world: World) -> None:
    world.wallet("minji")
    with pytest.raises(WalletExists), world.begin() as conn:
        open_wallet(conn, holder_id=world.holders["minji"], lane="lane_00", at=OPENED)


def test_a_charge_on_a_leap_day_expires_on_the_first_of_march(world: World) -> None:
    at = seoul(2028, 2, 29)
    world.wallet("minji", 10_000, at=at)
    (lot,) = world.lots("minji")
    assert isinstance(lot, Lot)
    assert lot.expires_at == seoul_midnight(date(2033, 3, 1))
    with world.begin() as conn:
        assert lot.charge_id is not None
        assert charge(conn, lot.charge_id).requested_at == at.astimezone(UTC)
