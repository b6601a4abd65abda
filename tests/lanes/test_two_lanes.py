"""The same market in two lanes as in one: each wallet the same lots, each shop the same money over all lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from onnuri.banks.answers import Answer
from onnuri.banks.codes import Verdict
from onnuri.kit.clock import SEOUL
from onnuri.kit.database import Database, Role, clone_database, drop_database
from onnuri.kit.lanes import each_lane
from onnuri.ledger.read import trial_balance
from onnuri.merchants.settlement_account import NewShopAccount, register_shop_accounts
from onnuri.people.sealing import sealer_of
from onnuri.settlement.model import BankWord
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.record import record_words
from tests.books import books, journal
from tests.invariants import violations
from tests.world import INSTITUTION, NO_FUNDS, OPENED, World, cancelled, code, receipt

LANES = ("lane_00", "lane_01")
HOLDERS = ("minji", "junho", "sora", "dowon")
FRIDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 24)


@dataclass(frozen=True)
class Totals:
    """What must not depend on the number of lanes; won."""

    answers: list[str]
    left: dict[str, list[int]]
    earned: dict[str, int]
    trial: dict[str, int]
    lines: list[tuple[object, ...]]
    payouts: list[tuple[object, ...]]


@pytest.fixture
def two_lanes(database: Database, invariants: None) -> Iterator[World]:
    made = World(database, lanes=LANES)
    yield made
    made.close()


def market_day(world: World) -> list[str]:
    """Charge, pay, cancel, refuse, close, cancel after the close, pay out with one failure; say every answer."""
    said: list[str] = []
    for place, name in enumerate(HOLDERS):
        world.wallet(name, 50_000, 100_000, lane=list(world.engines)[place % len(world.engines)])
    for shop in ("fish", "rice", "tea"):
        world.shop(shop)
    _register_accounts(world, ("fish", "rice"))
    said.append(code(world.charge("minji", 2_000_000)))
    said.append(str(world.charge("junho", 30_000, bank=NO_FUNDS).value.__class__.__name__))
    paid = {name: receipt(world.pay(name, "fish", 62_500)) for name in HOLDERS}
    said += [code(world.pay(name, shop, 20_000)) for name in HOLDERS for shop in ("rice", "tea", "fish", "rice", "tea")]
    said.append(code(world.cancel(paid["minji"], 12_500)))
    said.append(code(world.cancel(paid["junho"])))
    night = datetime(2026, 11, 21, 0, 5, tzinfo=SEOUL)
    world.close_day(FRIDAY, at=night)
    said.append(code(world.cancel(paid["sora"], 60_000, at=night)))
    said.append(code(world.cancel(paid["sora"], 60_000, at=night)))
    world.close_day(TUESDAY - timedelta(days=1), at=datetime(2026, 11, 24, 0, 5, tzinfo=SEOUL))
    tuesday = datetime(2026, 11, 24, 10, tzinfo=SEOUL)
    made = request_payouts(world.begin, on=TUESDAY, institution_code=INSTITUTION, at=tuesday)
    said.append(f"{made.count} payouts of {made.amount}, {len(made.deferred)} deferred")
    with world.begin() as conn:
        rows = conn.execute(text("SELECT p.id, s.name FROM shared.payouts p JOIN shared.shops s ON s.id = p.shop_id"))
        verdicts = {"fish": Verdict.SUCCEEDED, "rice": Verdict.FAILED_ACCOUNT}
        words = [BankWord(row.id, Answer(verdicts[row.name]), inquired=False) for row in rows]
    with world.begin() as conn:
        record_words(conn, words, at=tuesday)
    return said


def _register_accounts(world: World, shops: tuple[str, ...]) -> None:
    accounts = [NewShopAccount(world.shops[shop].id, "097", "1234567890", "상인") for shop in shops]
    with world.begin() as conn:
        register_shop_accounts(conn, sealer_of(world.database.settings), accounts, at=OPENED)


def totals(world: World) -> Totals:
    answers = market_day(world)
    trial: dict[str, int] = {}
    lines: dict[tuple[object, ...], list[int]] = {}
    with world.begin() as conn:
        for _ in each_lane(conn):
            for line in trial_balance(conn):
                trial[line.kind] = trial.get(line.kind, 0) + line.balance
            for row in conn.execute(
                text("""SELECT l.day, s.name, l.due_on, l.payments, l.gross, l.cancels, l.cancelled_same_day,
                               l.cancelled_earlier, l.net
                        FROM settlement_lines l JOIN shared.shops s ON s.id = l.shop_id""")
            ):
                sums = lines.setdefault((row[0], row[1], row[2]), [0] * 6)
                lines[row[0], row[1], row[2]] = [a + int(b) for a, b in zip(sums, row[3:], strict=True)]
        payouts = conn.execute(
            text("""SELECT s.name, p.amount, p.status, p.due_on FROM shared.payouts p
                    JOIN shared.shops s ON s.id = p.shop_id ORDER BY 1""")
        ).all()
    return Totals(
        answers=answers,
        left={name: world.left(name) for name in HOLDERS},
        earned={shop: world.earned(shop) for shop in world.shops},
        trial=trial,
        lines=sorted(((*key, *sums) for key, sums in lines.items()), key=str),
        payouts=[tuple(row) for row in payouts],
    )


def test_a_market_day_comes_to_the_same_in_two_lanes_as_in_one(two_lanes: World, template: Database) -> None:
    other = clone_database(template, f"one_lane_{uuid4().hex[:8]}")
    one = World(other)
    try:
        alone = totals(one)
        assert totals(two_lanes) == alone
        assert violations(other) == []
    finally:
        one.close()
        drop_database(other)
    assert [status for _, _, status, _ in alone.payouts] == ["PAID", "REJECTED"]
    assert {two_lanes.rows("payments", lane=lane) for lane in LANES} != {0}


def test_each_lane_has_its_own_books_without_gaps(two_lanes: World) -> None:
    two_lanes.wallet("minji", 50_000, lane="lane_00")
    two_lanes.wallet("junho", 80_000, lane="lane_01")
    two_lanes.shop("fish")
    receipt(two_lanes.pay("minji", "fish", 30_000))
    paid = receipt(two_lanes.pay("junho", "fish", 70_000))
    cancelled(two_lanes.cancel(paid, 20_000))
    assert journal(two_lanes, lane="lane_00") == books("""
        charge_paid     bank:trust                  -> lot:minji/1    46,500
        charge_subsidy  subsidy_receivable:digital  -> lot:minji/1     3,500
        payment         lot:minji/1                 -> merchant:fish  30,000
    """)
    assert journal(two_lanes, lane="lane_01") == books("""
        charge_paid     bank:trust                  -> lot:junho/1    74,400
        charge_subsidy  subsidy_receivable:digital  -> lot:junho/1     5,600
        payment         lot:junho/1                 -> merchant:fish  70,000
        cancel          merchant:fish               -> lot:junho/1    20,000
    """)
    assert two_lanes.earned("fish") == 80_000


def test_a_wallet_is_known_in_its_own_lane_only(two_lanes: World) -> None:
    two_lanes.wallet("junho", 80_000, lane="lane_01")
    two_lanes.shop("fish")
    paid = receipt(two_lanes.pay("junho", "fish", 10_000))
    (foreign,) = two_lanes.run([two_lanes.payment("junho", "fish", 1_000)], lane="lane_00")
    (elsewhere,) = two_lanes.run([two_lanes.cancel_of(paid.id)], lane="lane_00")
    assert (code(foreign), code(elsewhere)) == ("wallet_unknown", "payment_unknown")


def test_only_the_owner_adds_a_lane_and_the_application_is_as_small_there(two_lanes: World) -> None:
    engine = two_lanes.database.single(Role.APP, "lane_01")
    for statement in (
        "DELETE FROM transfers",
        "UPDATE balances SET credits = 1",
        "SELECT add_partition()",
        "CREATE SCHEMA lane_02",
    ):
        with pytest.raises(Exception, match="permission denied"), engine.begin() as conn:
            conn.execute(text(statement))
