"""Which lots pay and which get back: laws that hold for every wallet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from onnuri.vouchers.lots import Lot, Taking, give_back, spending_order, take
from onnuri.vouchers.model import split, years_later

AT = datetime(2026, 11, 20, tzinfo=UTC)


@st.composite
def wallets(draw: st.DrawFn) -> list[Lot]:
    count = draw(st.integers(0, 8))
    ids = draw(st.permutations(range(count)))
    return [
        Lot(
            id=UUID(int=ids[place]),
            wallet_id=UUID(int=99),
            account_id=ids[place],
            source=draw(st.sampled_from(["bought", "gift", "grant"])),
            charge_id=None,
            face=100_000,
            paid=93_000,
            subsidy=7_000,
            created_at=AT - timedelta(days=draw(st.integers(0, 3))),
            expires_at=AT + timedelta(days=draw(st.integers(-2, 3))),
            left=draw(st.integers(0, 5)) * 1_000,
        )
        for place in range(count)
    ]


def spendable(lots: list[Lot]) -> int:
    return sum(lot.left for lot in lots if lot.expires_at > AT)


@given(lots=wallets(), amount=st.integers(1, 40_000))
def test_lots_pay_exactly_the_amount_or_not_at_all(lots: list[Lot], amount: int) -> None:
    takings = take(lots, amount, at=AT)
    assert (takings is None) == (amount > spendable(lots))
    if takings is not None:
        left = {lot.id: lot for lot in lots}
        assert sum(taking.amount for taking in takings) == amount
        assert len({taking.lot_id for taking in takings}) == len(takings)
        for taking in takings:
            assert 0 < taking.amount <= left[taking.lot_id].left
            assert left[taking.lot_id].expires_at > AT
        assert all(taking.amount == left[taking.lot_id].left for taking in takings[:-1])


@given(lots=wallets())
def test_lots_pay_in_the_published_order_whatever_order_they_were_found_in(lots: list[Lot]) -> None:
    order = spending_order(lots, at=AT)
    assert order == spending_order(lots[::-1], at=AT)
    rank = {"grant": 0, "gift": 1, "bought": 2}
    keys = [(lot.expires_at, rank[lot.source], lot.created_at) for lot in order]
    assert keys == sorted(keys)
    assert {lot.id for lot in order} == {lot.id for lot in lots if lot.left > 0 and lot.expires_at > AT}


@given(lots=wallets(), amount=st.integers(1, 40_000), parts=st.lists(st.integers(1, 20_000), max_size=5))
def test_cancels_in_any_parts_restore_what_was_taken_last_first(lots: list[Lot], amount: int, parts: list[int]) -> None:
    takings = take(lots, amount, at=AT)
    assume(takings is not None)
    assert takings is not None
    back: dict[UUID, int] = {}
    done = 0
    for part in [*parts, amount]:
        asked = min(part, amount - done)
        if asked == 0:
            continue
        restored = give_back(takings, done, asked)
        assert sum(taking.amount for taking in restored) == asked
        for taking in restored:
            back[taking.lot_id] = back.get(taking.lot_id, 0) + taking.amount
        done += asked
        _check_last_first(takings, back, done)
    assert back == {taking.lot_id: taking.amount for taking in takings}


def _check_last_first(takings: tuple[Taking, ...], back: dict[UUID, int], done: int) -> None:
    for taking in reversed(takings):
        part = min(done, taking.amount)
        assert back.get(taking.lot_id, 0) == part
        done -= part


@given(face=st.integers(1, 10**12), rate_bps=st.integers(0, 10_000))
def test_the_two_shares_add_up_and_the_subsidy_is_rounded_down(face: int, rate_bps: int) -> None:
    shares = split(face, rate_bps)
    assert shares.paid + shares.subsidy == face
    assert 0 <= shares.subsidy * 10_000 <= face * rate_bps < (shares.subsidy + 1) * 10_000
    assert shares.paid >= 0


@given(on=st.dates(date(2000, 1, 1), date(2100, 1, 1)), years=st.integers(1, 20))
def test_years_later_is_the_same_day_or_the_first_of_march(on: date, years: int) -> None:
    later = years_later(on, years)
    assert later.year == on.year + years
    assert (later.month, later.day) in {(on.month, on.day), (3, 1)}
    assert (later.month, later.day) == (on.month, on.day) or (on.month, on.day) == (2, 29)
