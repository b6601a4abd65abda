"""Refunds of charges made at another operator: judged per charge by what the file told, posted to the won."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.model import Shares
from onnuri.vouchers.moving_in.migration_file import LOT_HEADER, BadLine, MovedLot, count, read_lots
from onnuri.vouchers.refunding.refund_rule import RefundKind
from onnuri.vouchers.wallets.limits import limits_of
from tests.books import books, journal, last_seq
from tests.vouchers.giving import gift_of, send
from tests.vouchers.money_back import CANCEL, RESIDUAL, ask_back, came_back, explained, give_back, seoul, told, word
from tests.vouchers.test_migrate_in import LANES, Move
from tests.vouchers.test_wallet_life import LATER, block, hand_over
from tests.world import NO_FUNDS, OPENED, PAID, SILENCE, World

USED = "".join((",".join((*LOT_HEADER, "used")), "\n"))
PLAIN = ",".join(LOT_HEADER) + "\n"


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    """Two lanes, a fish shop and two of our people."""
    made = World(database, lanes=LANES)
    made.shop("fish")
    yield made
    made.close()


def move_in(world: World, *tails: str, header: str = PLAIN) -> None:
    """Move lots of Minji in, line by line, and register her bank account."""
    move = Move(world)
    lines = [header, *(move.line(move.minji, f"A{place}", tail) for place, tail in enumerate(tails, 1))]
    move.stage(lines)
    assert move.approve(count(lot for lot in read_lots(lines) if isinstance(lot, MovedLot))) == "ok"
    move.post(limit=500)
    move.switch()
    move.adopt("minji", move.minji)
    world.account("minji")


def test_the_published_example_goes_on_where_the_other_operator_stopped(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,50000,2026-10-05,2031-10-05,settled")
    lane = world.lane_of["minji"]
    (before,) = explained(world, "minji")
    assert (before.facts.face, before.facts.used, before.facts.left, before.facts.away) == (100_000, 50_000, 50_000, 0)
    assert (before.must_be_used, before.residual.missing, before.cancel.comes_back) == (60_000, 10_000, None)
    assert word(ask_back(world, "minji", RESIDUAL)) == "not_used_enough"
    world.pay("minji", "fish", 15_000)
    (now,) = explained(world, "minji")
    assert now.residual.comes_back == Shares(32_550, 2_450)
    at = last_seq(world, lane=lane)
    refund = came_back(give_back(world, "minji", RESIDUAL))
    assert (refund.charge_id, refund.lot_id, refund.used) == (now.facts.charge_id, now.facts.lot_id, 65_000)
    assert journal(world, lane=lane, after=at) == books("""
        refund_paid     lot:minji/1           -> refund_in_flight:all        32,550
        refund_subsidy  lot:minji/1           -> subsidy_receivable:digital   2,450
        refund_done     refund_in_flight:all  -> bank:trust                  32,550
    """)
    assert (world.left("minji"), word(ask_back(world, "minji", RESIDUAL))) == ([0], "nothing_left_to_refund")


def test_what_was_rounded_down_there_is_not_rounded_down_once_more_here(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,35001,2026-10-05,2031-10-05,settled")
    assert [(lot.paid, lot.subsidy) for lot in world.lots("minji")] == [(32_550, 2_451)]
    world.pay("minji", "fish", 1)
    refund = came_back(give_back(world, "minji", RESIDUAL))
    assert (refund.paid, refund.subsidy) == (32_550, 2_450)


@pytest.mark.parametrize(
    ("charged_on", "at", "answer"),
    [
        ("2026-11-13", seoul(2026, 11, 20, 23, 29, 59), "SUCCEEDED"),
        ("2026-11-12", seoul(2026, 11, 20, 10), "charge_cancel_too_late"),
    ],
)
def test_an_unused_charge_is_cancelled_within_its_own_seven_days(
    world: World, charged_on: str, at: datetime, answer: str
) -> None:
    move_in(world, f"bought,digital,100000,93000,100000,{charged_on},2031-11-01,settled")
    given = give_back(world, "minji", CANCEL, at=at)
    assert word(given) == answer
    if answer == "SUCCEEDED":
        assert (came_back(given).paid, came_back(given).subsidy) == (93_000, 7_000)
        with world.begin(world.lane_of["minji"]) as conn:
            now = limits_of(conn, world.wallets["minji"], at=at)
        assert (now.charge_month.used, now.charged_net_this_month) == (100_000, 0)


def test_it_is_judged_by_the_rules_and_the_discount_of_its_own_day(world: World) -> None:
    move_in(
        world,
        "bought,digital,100000,85000,40000,2025-01-20,2030-01-20,settled",
        "bought,digital,100000,90000,40000,2025-06-03,2030-06-03,settled",
        "bought,digital,10000,9300,2000,2026-10-05,2031-10-05,settled",
        "bought,digital,10000,9300,2001,2026-10-05,2031-10-05,settled",
    )
    backs = [each.residual.comes_back for each in explained(world, "minji")]
    assert backs[:2] == [Shares(34_000, 6_000), Shares(36_000, 4_000)]
    assert sorted(map(str, backs[2:])) == sorted(map(str, [Shares(1_860, 140), None]))


def test_what_the_file_says_was_given_away_is_no_use(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,40000,2026-10-05,2031-10-05,settled,30000", header=USED)
    (told_now,) = explained(world, "minji")
    assert (told_now.facts.used, told_now.facts.away, told_now.residual.missing) == (30_000, 30_000, 30_000)
    world.pay("minji", "fish", 30_000)
    refund = came_back(give_back(world, "minji", RESIDUAL))
    assert (refund.paid, refund.subsidy, refund.used) == (9_300, 700, 60_000)


def test_more_used_than_is_gone_can_not_be_taken() -> None:
    line = f"per_{UUID(int=1).hex},A1,bought,digital,1000,930,400,2026-10-05,2031-10-05,settled"
    (bad,) = read_lots([USED, f"{line},601"])
    assert isinstance(bad, BadLine)
    assert bad.problem == "used <= face - left"
    (good,) = read_lots([USED, f"{line},600"])
    assert isinstance(good, MovedLot)
    assert good.used == 600
    (short,) = read_lots([USED, line])
    assert isinstance(short, BadLine)


def test_a_gift_or_a_grant_that_moved_in_is_no_charge(world: World) -> None:
    move_in(world, "gift,digital,33333,31000,33333,2026-01-01,2031-01-01,settled")
    assert explained(world, "minji") == []
    assert [lot.charge_id for lot in world.lots("minji")] == [None]


def test_what_the_bank_refuses_is_in_the_same_lot_again_and_unknown_is_asked_about(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,35000,2026-10-05,2031-10-05,settled")
    unknown = came_back(give_back(world, "minji", RESIDUAL, bank=SILENCE))
    assert word(ask_back(world, "minji", RESIDUAL)) == "refund_on_its_way"
    assert told(world, "minji", unknown, NO_FUNDS, inquired=True).status == "FAILED"
    assert world.left("minji") == [35_000]
    assert word(give_back(world, "minji", RESIDUAL)) == "SUCCEEDED"


def test_without_an_account_here_nothing_is_taken(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,35000,2026-10-05,2031-10-05,settled")
    with world.begin() as conn:
        conn.exec_driver_sql("UPDATE shared.debit_accounts SET revoked_at = now()")
    assert word(ask_back(world, "minji", RESIDUAL)) == "no_debit_account"
    assert world.left("minji") == [35_000]


def test_its_shares_stay_apart_in_gifts_and_at_expiry_too(world: World) -> None:
    move_in(world, "bought,digital,33333,31000,33331,2026-10-05,2031-10-05,settled")
    lane = world.lane_of["minji"]
    world.wallet("halmoni", lane=lane)
    (lot,) = world.lots("minji")
    world.pay("minji", "fish", 1)
    given = gift_of(send(world, "minji", "halmoni", 11_111)).parts[0]
    with world.begin(lane) as conn:
        ((rest,), _) = expire_lots(conn, at=lot.expires_at)
    assert rest.shares is not None
    assert given.paid + rest.shares.paid == 33_330 * 31_000 // 33_333
    assert given.paid + given.subsidy + rest.shares.paid + rest.shares.subsidy == 33_330


def test_an_heir_of_a_charge_that_moved_in_has_its_right_to_a_refund(world: World) -> None:
    move_in(world, "bought,digital,100000,93000,45000,2026-10-05,2031-10-05,settled")
    lane = world.lane_of["minji"]
    world.wallet("jun", lane=lane)
    (before,) = explained(world, "minji")
    block(world, "minji")
    hand_over(world, "minji", "jun")
    (after,) = explained(world, "jun", at=LATER)
    assert explained(world, "minji") == []
    assert (after.facts.charge_id, after.facts.face, after.facts.used) == (before.facts.charge_id, 100_000, 55_000)
    world.pay("jun", "fish", 10_000, at=LATER)
    refund = came_back(give_back(world, "jun", RESIDUAL, at=LATER))
    assert (refund.paid, refund.subsidy, refund.used) == (32_550, 2_450, 65_000)


def test_on_60_random_charges_that_moved_in_the_books_move_what_the_calculator_said(world: World) -> None:
    rng, lines = random.Random(11), list[str]()
    for _ in range(60):
        face = rng.choice((10_000, 11_000, rng.randint(10, 400) * 1_000, rng.randint(1, 99_999)))
        paid = face - face * rng.choice((700, 1_000, 1_500, 0)) // 10_000
        left = rng.choice((face, max(1, face * 4 // 10), max(1, face // 5), rng.randint(1, face)))
        used = rng.choice((face - left, rng.randint(0, face - left)))
        charged_on = (OPENED - timedelta(days=rng.choice((0, 6, 8, 200, 600)))).date()
        lines.append(f"bought,digital,{face},{paid},{left},{charged_on},2031-01-01,settled,{used}")
    move_in(world, *lines, header=USED)
    refunded = 0
    for place, promise in enumerate(explained(world, "minji"), 1):
        for kind, way in ((RefundKind.CHARGE_CANCEL, promise.cancel), (RefundKind.RESIDUAL, promise.residual)):
            answer = ask_back(world, "minji", kind, place=place)
            if way.comes_back is None:
                assert isinstance(way.refusal, DomainError)
                assert word(answer) in (way.refusal.code, "refund_on_its_way", "nothing_left_to_refund")
                continue
            refund = came_back(answer)
            assert (refund.paid, refund.subsidy) == (way.comes_back.paid, way.comes_back.subsidy)
            assert refund.paid <= world.lots("minji")[place - 1].paid
            if refund.status == "REQUESTED":
                told(world, "minji", refund, rng.choice((PAID, NO_FUNDS)))
            refunded += 1
    assert refunded > 15
