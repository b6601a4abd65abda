"""Around midnight the bank is closed for charges and refunds, and paying is not."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onnuri.vouchers.bank_window import BankWindow
from tests.vouchers.money_back import CANCEL, RESIDUAL, give_back, seoul, why, word
from tests.world import World, code, facts

NIGHT = BankWindow(time(23, 30), time(0, 30))


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (seoul(2026, 11, 20, 23, 29, 59), None),
        (seoul(2026, 11, 20, 23, 30), seoul(2026, 11, 21, 0, 30)),
        (seoul(2026, 11, 20, 23, 59, 59), seoul(2026, 11, 21, 0, 30)),
        (seoul(2026, 11, 21, 0), seoul(2026, 11, 21, 0, 30)),
        (seoul(2026, 11, 21, 0, 29, 59), seoul(2026, 11, 21, 0, 30)),
        (seoul(2026, 11, 21, 0, 30), None),
        (seoul(2026, 12, 31, 23, 45), seoul(2027, 1, 1, 0, 30)),
        (seoul(2028, 2, 28, 23, 45), seoul(2028, 2, 29, 0, 30)),
    ],
)
def test_bank_window_is_half_past_eleven_to_half_past_midnight(at: datetime, opens: datetime | None) -> None:
    assert NIGHT.opens_after(at) == opens


@given(st.times(), st.times(), st.integers(0, 10**14))
def test_when_it_opens_it_is_open_and_until_then_it_is_not(closes: time, opens: time, microseconds: int) -> None:
    window = BankWindow(closes, opens)
    moment = seoul(2026, 1, 1) + timedelta(microseconds=microseconds)
    then = window.opens_after(moment)
    if then is not None:
        assert moment < then <= moment + timedelta(days=1)
        assert window.opens_after(then) is None
        assert window.opens_after(then - timedelta(microseconds=1)) == then


@pytest.mark.parametrize("at", [seoul(2026, 11, 20, 23, 30), seoul(2026, 11, 21, 0, 29, 59)])
def test_in_the_bank_window_nothing_is_charged_or_refunded_and_everything_is_paid(world: World, at: datetime) -> None:
    world.shop("fish")
    world.wallet("minji", 100_000, 50_000)
    charge = world.charge("minji", 10_000, at=at)
    assert (code(charge), facts(charge)["opens_at_seoul"]) == ("bank_closed", "2026-11-21 00:30")
    refund = give_back(world, "minji", CANCEL, at=at)
    assert (word(refund), why(refund)["opens_at"]) == ("bank_closed", "2026-11-21T00:30:00+09:00")
    assert code(world.pay("minji", "fish", 60_000, at=at)) == "ok"
    assert word(give_back(world, "minji", RESIDUAL, at=at)) == "bank_closed"
