"""Limits under 64 threads with real commits: month, holding cap and budget are met to the won and never passed."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from onnuri.banks.answers import Answer
from onnuri.vouchers.gifts.gift_model import Gift
from onnuri.vouchers.wallets.limits import limits_of
from tests.vouchers.giving import accept, gift_of, said, send
from tests.vouchers.money_back import CANCEL, ask_back, told
from tests.vouchers.ruling import RULED, rule
from tests.world import NO_FUNDS, OPENED, PAID, SILENCE, World, code

THREADS = 64


def at_once(world: World, acts: Sequence[Callable[[], str]]) -> Counter[str]:
    """Run every act in a thread and on a connection of its own, all let go together; count what they answered."""
    assert len(acts) == THREADS
    own = world.engines["lane_00"]
    world.engines["lane_00"] = world.database.engine(pool_size=THREADS)
    gate, words = threading.Barrier(THREADS), list[str]()

    def run(act: Callable[[], str]) -> None:
        gate.wait()
        words.append(act())

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.engines["lane_00"].dispose()
    world.engines["lane_00"] = own
    assert len(words) == THREADS
    return Counter(words)


def charge(world: World, name: str, face: int, at: datetime = OPENED, bank: Answer = PAID) -> str:
    """Charge, and say what came of it."""
    return code(world.charge(name, face, at=at, bank=bank))


def take(world: World, gift: Gift) -> str:
    """Accept a gift, and say what came of it."""
    return said(accept(world, gift, "halmoni"))


def test_the_monthly_limit_is_met_and_never_passed(world: World) -> None:
    rule(world, holding_max=9_000_000)  # only the month binds
    world.wallet("minji", at=RULED)
    banks = (PAID, SILENCE, PAID, NO_FUNDS)
    words = at_once(world, [partial(charge, world, "minji", 70_000, RULED, bank) for bank in banks * 16])
    assert words["ok"] + words["monthly_limit_reached"] == THREADS
    with world.begin() as conn:
        month = limits_of(conn, world.wallets["minji"], at=RULED).charge_month
    assert month.used <= 2_000_000
    assert sum(world.left("minji")) <= month.used
    failed = world.rows("charges WHERE status = 'FAILED'")
    assert month.used == (words["ok"] - failed) * 70_000
    while code(world.charge("minji", 10_000, at=RULED)) == "ok":
        pass
    with world.begin() as conn:
        assert limits_of(conn, world.wallets["minji"], at=RULED).charge_month.left == 0


def test_the_holding_cap_is_met_and_never_passed_whatever_lifts_the_wallet(world: World) -> None:
    world.wallet("halmoni", 1_500_000, at=OPENED)
    for number in range(32):
        world.wallet(f"giver-{number}", 30_000)
    gifts = [gift_of(send(world, f"giver-{number}", "halmoni", 30_000)) for number in range(32)]
    acts: list[Callable[[], str]] = [partial(take, world, gift) for gift in gifts]
    acts += [partial(charge, world, "halmoni", 30_000) for _ in gifts]
    words = at_once(world, acts)
    assert words["ok"] == 16  # 500,000 of room
    assert words["gift_above_holding_cap"] + words["holding_cap_reached"] + words["monthly_limit_reached"] == 48
    with world.begin() as conn:
        holding = limits_of(conn, world.wallets["halmoni"], at=OPENED).holding
    assert (holding.used, holding.left) == (1_980_000, 20_000)


def test_a_cap_has_no_room_while_a_refund_may_still_come_back(world: World) -> None:
    world.wallet("minji", 1_000_000)
    asked = ask_back(world, "minji", CANCEL).value
    words = at_once(world, [partial(charge, world, "minji", 40_000)] * THREADS)
    assert words == {"ok": 25, "monthly_limit_reached": 39}
    assert not isinstance(asked, Exception)
    assert told(world, "minji", asked, NO_FUNDS).status == "FAILED"
    assert sum(world.left("minji")) == 2_000_000


def test_a_budget_is_sold_to_the_last_won_that_fits_and_never_passed(world: World) -> None:
    rule(world, name="seollal", rate_bps=1_000, budget=200_500)
    names = [f"holder-{number}" for number in range(THREADS)]
    for name in names:
        world.wallet(name, at=RULED)
    faces = (10_000, 50_000, 70_000, 130_000) * 16
    acts = [partial(charge, world, name, face, RULED) for name, face in zip(names, faces, strict=True)]
    words = at_once(world, acts)
    assert words["ok"] + words["budget_spent"] == THREADS
    granted = world.balance("subsidy_receivable:digital")
    assert granted <= 200_500
    while any(code(world.charge(name, 10_000, at=RULED)) == "ok" for name in names):
        pass
    assert world.balance("subsidy_receivable:digital") == 200_000
