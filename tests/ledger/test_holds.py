"""Holds: money set aside counts, is captured once or let go once, and never after its time; against a plain model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onnuri.auditor.report import run_audit
from onnuri.kit.clock import seoul_date
from onnuri.kit.database import Database, Role
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import DomainError
from onnuri.ledger.holds import (
    Capture,
    Hold,
    HoldEnded,
    HoldTooOld,
    HoldTooSmall,
    HoldUnknown,
    capture_holds,
    place_holds,
    time_out_holds,
    void_holds,
)
from onnuri.ledger.model import Transfer, account_path
from onnuri.ledger.post import BalanceTooLow, TransferNotAllowed, open_accounts
from tests.world import OPENED, World

HOUR = timedelta(hours=1)


LEDGER_TRUTHS = ("transfers_balance", "balances_fold", "seq_gapless", "chain_unbroken", "allow_list", "lot_bounds")


@pytest.fixture
def market(database: Database) -> Iterator[World]:
    """A market whose captures have no payment beside them: only the truths of the ledger hold at the end."""
    world = World(database)
    world.wallet("minji", 100_000)
    world.shop("fish")
    yield world
    world.close()
    checks = run_audit(database.url(Role.AUDITOR)).checks
    assert [check for check in checks if check.name in LEDGER_TRUTHS and not check.ok] == []


def accounts(world: World) -> tuple[int, int]:
    """The lot and the shop's account."""
    shop = account_path("merchant", world.shops["fish"].id)
    with world.begin() as conn:
        return world.lots("minji")[0].account_id, open_accounts(conn, [shop], at=OPENED)[shop]


def place(world: World, amount: int, *, at: datetime = OPENED, hours: int = 1) -> UUID:
    lot, shop = accounts(world)
    hold = Hold(new_id(at), Transfer(lot, shop, amount, "payment"), at + hours * HOUR)
    with world.begin() as conn:
        place_holds(conn, [hold], at=at)
    return hold.id


def capture(world: World, hold: UUID, amount: int | None = None, *, at: datetime = OPENED) -> None:
    with world.begin() as conn:
        capture_holds(conn, [Capture(hold, new_id(at), seoul_date(at), "payment", amount)], at=at)


def test_held_money_can_not_be_spent_and_comes_free_again(market: World) -> None:
    hold = place(market, 70_000)
    assert market.left("minji") == [30_000]
    assert market.pay("minji", "fish", 40_000).value.code == "balance_insufficient"  # type: ignore[union-attr]  # a refusal
    with market.begin() as conn:
        void_holds(conn, [hold], at=OPENED)
    assert market.left("minji") == [100_000]
    assert market.earned("fish") == 0


def test_a_part_is_captured_and_the_rest_let_go(market: World) -> None:
    hold = place(market, 70_000)
    capture(market, hold, 45_000)
    assert (market.left("minji"), market.earned("fish")) == ([55_000], 45_000)


def test_more_than_there_is_can_not_be_held(market: World) -> None:
    place(market, 70_000)
    with pytest.raises(BalanceTooLow):
        place(market, 30_001)
    lot, shop = accounts(market)
    with pytest.raises(TransferNotAllowed), market.begin() as conn:
        place_holds(conn, [Hold(new_id(OPENED), Transfer(shop, lot, 1, "payment"), OPENED + HOUR)], at=OPENED)


def test_a_hold_ends_once(market: World) -> None:
    hold = place(market, 10_000)
    with pytest.raises(HoldTooSmall):
        capture(market, hold, 10_001)
    capture(market, hold)
    for again in (capture, void):
        with pytest.raises(HoldEnded):
            again(market, hold)
    with pytest.raises(HoldUnknown):
        capture(market, UUID(int=1))


def void(world: World, hold: UUID, *, at: datetime = OPENED) -> None:
    with world.begin() as conn:
        void_holds(conn, [hold], at=at)


def test_after_its_time_a_hold_can_only_time_out_and_before_it_can_not(market: World) -> None:
    hold = place(market, 10_000)
    last = OPENED + HOUR - timedelta(microseconds=1)
    with market.begin() as conn:
        assert time_out_holds(conn, at=last) == 0
    for late in (capture, void):
        with pytest.raises(HoldTooOld):
            late(market, hold, at=OPENED + HOUR)
    with market.begin() as conn:
        assert time_out_holds(conn, at=OPENED + HOUR) == 1
        assert time_out_holds(conn, at=OPENED + HOUR) == 0
    with pytest.raises(HoldEnded):
        capture(market, hold)
    assert market.left("minji") == [100_000]


@dataclass
class Model:
    """What should be, in plain Python."""

    left: int = 100_000
    earned: int = 0
    holds: dict[int, tuple[int, datetime, str]] = field(default_factory=dict[int, tuple[int, datetime, str]])

    def free(self) -> int:
        return self.left - sum(amount for amount, _, how in self.holds.values() if how == "open")

    def step(self, verb: str, number: int, amount: int, at: datetime) -> str:
        if verb == "place":
            if amount > self.free():
                return "balance_too_low"
            self.holds[number] = (amount, at + HOUR, "open")
            return "ok"
        if verb == "time_out":
            self.holds = {
                n: (a, e, "timed_out" if how == "open" and at >= e else how) for n, (a, e, how) in self.holds.items()
            }
            return "ok"
        if number not in self.holds:
            return "hold_unknown"
        held, expires, how = self.holds[number]
        if how != "open":
            return "hold_ended"
        if at >= expires:
            return "hold_too_old"
        if verb == "capture" and amount > held:
            return "hold_too_small"
        if verb == "capture":
            self.left, self.earned = self.left - amount, self.earned + amount
        self.holds[number] = (held, expires, "captured" if verb == "capture" else "voided")
        return "ok"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("place", "capture", "void", "time_out")),
        st.integers(0, 5),
        st.integers(1, 60_000),
        st.integers(0, 30),
    ),
    max_size=25,
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_holds_answers_as_the_model_says(market: World, steps: list[tuple[str, int, int, int]]) -> None:
    begun = now_free(market)
    model, at, names = Model(left=begun, earned=market.earned("fish")), OPENED, dict[int, UUID]()
    for number, (verb, which, amount, minutes) in enumerate(steps):
        at += timedelta(minutes=minutes)
        chosen = sorted(names)[which] if which < len(names) else -1
        if verb == "place":
            chosen = number
            names[number] = UUID(int=0)
        expected = model.step(verb, chosen, amount, at)
        assert answer(market, verb, names, chosen, amount, at) == expected
        if expected != "ok" and verb == "place":
            del names[number]
        assert (now_free(market), market.earned("fish")) == (model.free(), model.earned)
    with market.begin() as conn:
        time_out_holds(conn, at=at + 2 * HOUR)


def now_free(world: World) -> int:
    return world.left("minji")[0]


def answer(world: World, verb: str, names: dict[int, UUID], chosen: int, amount: int, at: datetime) -> str:
    """Do it for real and say what it was answered."""
    try:
        if verb == "place":
            names[chosen] = place(world, amount, at=at)
        else:
            act(world, verb, names.get(chosen, UUID(int=1)), amount, at)
    except DomainError as refusal:
        return refusal.code
    return "ok"


def act(world: World, verb: str, hold: UUID, amount: int, at: datetime) -> None:
    if verb == "capture":
        capture(world, hold, amount, at=at)
    elif verb == "void":
        void(world, hold, at=at)
    else:
        with world.begin() as conn:
            time_out_holds(conn, at=at)
