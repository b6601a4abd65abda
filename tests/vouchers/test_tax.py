"""The income deduction: what counts, consent that comes and goes, the year's edges, corrections, and the sums."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from onnuri.kit.ids import public_id
from onnuri.merchants.tax_registration_end import WhichRegistration, end_tax_registration
from onnuri.vouchers.tax import (
    HEADER,
    TaxFile,
    TaxYearNotOver,
    agree_to_tax_file,
    consents,
    make_tax_file,
    revoke_tax_consent,
    write_tax_file,
)
from tests.vouchers.money_back import seoul
from tests.world import OPENED, World, receipt

NEXT_YEAR = seoul(2027, 1, 15)


@pytest.fixture
def market(world: World) -> World:
    """Minji has charged; the fish shop's market is registered at the tax service."""
    world.shop("fish")
    world.wallet("minji", 1_000_000)
    return world


def agree(world: World, name: str = "minji", *, at: datetime = OPENED, version: str = "2026-1") -> None:
    with world.begin() as conn:
        agree_to_tax_file(conn, world.holders[name], version=version, at=at)


def make(world: World, *, at: datetime = NEXT_YEAR, year: int = 2026) -> TaxFile | None:
    with world.begin() as conn:
        return make_tax_file(conn, year=year, by="test", at=at)


def lines(world: World, issue: int = 0, *, year: int = 2026) -> list[tuple[str, int, int]]:
    """Read a file back: who, before, after."""
    written = list(write_tax_file(world.begin, list(world.engines), year=year, issue=issue))
    assert written[0] == HEADER
    fields = [line.split(",") for line in written[1:-1]]
    assert written[-1].endswith(f",{sum(int(f[5]) for f in fields)}\n")
    return [(f[2], int(f[3]), int(f[4])) for f in fields]


def who(world: World, name: str) -> str:
    holder: UUID = world.holders[name]
    return public_id("per", holder)


def test_tax_deduction_counts_registered_markets_at_pay_time_and_only_with_consent(market: World) -> None:
    market.pay("minji", "fish", 1_000, at=OPENED - timedelta(seconds=1))
    agree(market)
    market.pay("minji", "fish", 20_000)
    with market.begin() as conn:
        end_tax_registration(conn, WhichRegistration(market.market), by=market.clerk, at=OPENED + timedelta(seconds=1))
    market.pay("minji", "fish", 300_000, at=OPENED + timedelta(seconds=2))
    made = make(market)
    assert made is not None
    assert (made.issue, made.lines, made.change) == (0, 1, 20_000)
    assert lines(market) == [(who(market, "minji"), 0, 20_000)]


def test_consent_holds_from_its_instant_to_its_withdrawal(market: World) -> None:
    second = timedelta(seconds=1)
    agree(market, at=OPENED)
    for place, at in enumerate((OPENED - second, OPENED, OPENED + 9 * second, OPENED + 10 * second)):
        receipt(market.pay("minji", "fish", 10**place, at=at))
    with market.begin() as conn:
        withdrawn = revoke_tax_consent(conn, market.holders["minji"], at=OPENED + 10 * second)
        assert revoke_tax_consent(conn, market.holders["minji"], at=OPENED + 11 * second) == withdrawn
    assert withdrawn.revoked_at == OPENED + 10 * second
    assert make(market)
    assert lines(market) == [(who(market, "minji"), 0, 10 + 100)]


def test_newer_words_take_the_place_of_older_ones_without_a_gap(market: World) -> None:
    agree(market, at=OPENED)
    agree(market, at=OPENED + timedelta(days=1))
    agree(market, at=OPENED + timedelta(days=2), version="2026-2")
    with market.begin() as conn:
        new, old = consents(conn, market.holders["minji"])
    assert (new.version, old.version, old.revoked_at, new.consented_at) == (
        "2026-2", "2026-1", OPENED + timedelta(days=2), OPENED + timedelta(days=2),
    )  # fmt: skip


def test_the_year_is_the_one_in_seoul(market: World) -> None:
    agree(market)
    market.pay("minji", "fish", 10_000, at=seoul(2026, 12, 31, 23, 59, 59))
    market.pay("minji", "fish", 2_000, at=seoul(2027, 1, 1, 0, 0, 0))
    with pytest.raises(TaxYearNotOver):
        make(market, at=seoul(2026, 12, 31, 23, 59, 59))
    assert make(market, at=seoul(2027, 1, 1, 0, 0, 1))
    assert make(market, at=seoul(2028, 1, 1, 0), year=2027)
    assert lines(market) == [(who(market, "minji"), 0, 10_000)]
    assert lines(market, year=2027) == [(who(market, "minji"), 0, 2_000)]


def test_a_cancel_in_a_later_year_corrects_the_earlier_years_file(market: World) -> None:
    agree(market)
    paid = receipt(market.pay("minji", "fish", 50_000, at=seoul(2026, 12, 30)))
    market.cancel(paid, 1_000, at=seoul(2026, 12, 31))
    assert make(market, at=seoul(2027, 1, 2))
    assert make(market, at=seoul(2027, 1, 3)) is None
    market.cancel(paid, 20_000, at=seoul(2027, 1, 4))
    corrected = make(market, at=seoul(2027, 1, 5))
    assert corrected is not None
    assert (corrected.issue, corrected.change) == (1, -20_000)
    assert lines(market, 0) == [(who(market, "minji"), 0, 49_000)]
    assert lines(market, 1) == [(who(market, "minji"), 49_000, 29_000)]
    assert make(market, at=seoul(2028, 1, 5), year=2027) == TaxFile(2027, 0, seoul(2028, 1, 5), "test", 0, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
@given(
    acts=st.lists(
        st.tuples(st.integers(1, 900), st.booleans(), st.integers(0, 900), st.booleans()), min_size=1, max_size=6
    )
)
def test_all_issues_together_say_what_payments_less_cancels_say(
    market: World, acts: list[tuple[int, bool, int, bool]]
) -> None:
    with market.begin() as conn:
        taken = conn.execute(text("SELECT count(*) FROM shared.tax_files")).scalar_one()
    agree(market)
    for amount, made_between, back, _ in acts:
        paid = receipt(market.pay("minji", "fish", amount, at=seoul(2026, 12, 30)))
        if made_between:
            make(market, at=seoul(2027, 1, 1, 1))
        if 0 < back <= amount:
            market.cancel(paid, back, at=seoul(2027, 1, 2))
    make(market, at=seoul(2027, 1, 3))
    with market.begin() as conn:
        truth = conn.execute(
            text("SELECT (SELECT sum(amount) FROM payments) - (SELECT coalesce(sum(amount), 0) FROM cancels)")
        ).scalar_one()
        told = conn.execute(text("SELECT sum(after_won - before_won) FROM tax_lines")).scalar_one()
        issues = conn.execute(text("SELECT count(*) FROM shared.tax_files")).scalar_one()
    assert told == truth
    assert issues >= taken
