"""A lot of another operator is booked once, a holder moves in by one file, and a file that can't go on is given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import psycopg
import pytest

from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.clock import seoul_midnight
from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.expiry import expire_lots
from onnuri.vouchers.moving_in.migrate_list import migrations, reject_migration
from onnuri.vouchers.moving_in.migrate_open import switch_migration
from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk
from onnuri.vouchers.moving_in.migration_file import MovedLot, Totals, count, read_lots
from onnuri.vouchers.wallets.open_wallet import WalletExists, open_wallet
from tests.vouchers.test_migrate_in import LANES, Move
from tests.world import OPENED, World

TAIL = "bought,digital,10000,9300,10000,2026-01-01,2026-12-01,settled"


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    made = World(database, lanes=LANES)
    yield made
    made.close()


def totals(lines: list[str]) -> Totals:
    """Add a file up, whatever its lines are worth."""
    return count(lot for lot in read_lots(lines) if isinstance(lot, MovedLot))


def reject(move: Move) -> str:
    """Give a migration up, in one word."""
    try:
        with move.world.begin() as conn:
            return reject_migration(conn, move.id, by=move.checker, at=OPENED).status
    except DomainError as refusal:
        return refusal.code


def test_the_same_lots_in_two_files_are_taken_once(world: World) -> None:
    move = Move(world)
    lines = [move.file()[0], move.line(move.minji, "A1", TAIL)]
    move.stage(lines)
    first = move.id
    move.stage([*lines, "\n"])
    (bad,) = move.reconcile(totals(lines)).bad_lines
    assert bad.problem == "the operator's lot is in another migration"
    assert move.approve(totals(lines)) == "migration_does_not_balance"
    other = [lines[0], move.line(move.minji, "A9", TAIL)]
    move.stage(other)
    assert move.reconcile(totals(other)).bad_lines[0].problem == "the holder is in another open migration"
    move.id = first
    assert move.approve(totals(lines)) == "ok"
    assert move.post() == 1
    assert reject(move) == "migration_posted"
    move.switch()
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 1
    for operator in ("earlier operator", "earlier  operator ", "ｅarlier operator"):
        move.operator = operator
        move.stage([lines[0], move.line(move.jun, "A1", TAIL), "\n" * len(operator)])
        assert len(move.reconcile(totals(lines)).bad_lines) == 1
        assert reject(move) == "REJECTED"


def test_who_moves_in_by_an_approved_file_opens_no_other_wallet(world: World) -> None:
    move = Move(world)
    lines = [move.file()[0], move.line(move.minji, "A1", TAIL)]
    move.stage(lines)
    with world.begin() as conn:
        open_wallet(conn, holder_id=move.minji, lane="lane_00", at=OPENED)
    assert move.approve(totals(lines)) == "migration_clashes"
    assert reject(move) == "REJECTED"
    assert reject(move) == "migration_not_at_this_step"
    lines = [lines[0], move.line(move.jun, "A1", TAIL)]
    move.stage(lines)
    assert move.approve(totals(lines)) == "ok"
    with world.begin() as conn, pytest.raises(WalletExists):
        open_wallet(conn, holder_id=move.jun, lane="lane_00", at=OPENED)
    assert reject(move) == "REJECTED"
    with world.begin() as conn:
        assert {each.status for each in migrations(conn)} == {"REJECTED"}
        open_wallet(conn, holder_id=move.jun, lane="lane_00", at=OPENED)
    move.stage(lines)


def test_a_lot_that_expired_on_its_way_in_is_found_by_the_expiry_run(world: World, database: Database) -> None:
    move = Move(world)
    lines = [move.file()[0], move.line(move.minji, "A1", TAIL)]
    world.wallet("suho", 10_000)
    world.wallet("sora", 10_000, lane="lane_01")
    move.stage(lines)
    assert move.approve(totals(lines)) == "ok"
    (kept,) = world.lots("suho")
    late = kept.expires_at + timedelta(days=1)
    for lane in LANES:
        with world.begin(lane) as conn:
            assert len(expire_lots(conn, at=late)[0]) == 1
    for lane in LANES:
        with world.begin(lane) as conn:
            post_migration_chunk(conn, move.id, at=late)
    with world.begin() as conn:
        switch_migration(conn, move.id, at=late)
    assert move.open() == 1
    move.adopt("minji", move.minji)
    lane = world.lane_of["minji"]
    with psycopg.connect(database.superuser_url()) as conn:
        conn.execute("SET LOCAL session_replication_role = replica")
        ahead = f"UPDATE {lane}.expiry_cursors SET expires_at = now() + interval '9 years' WHERE what = 'lots'"
        conn.execute(ahead.encode())
        assert "expiries_kept" in audit(look_through(conn)).failed()
        conn.rollback()
    with world.begin(lane) as conn:
        (expired,), _ = expire_lots(conn, at=late)
    assert (expired.amount, expired.expired_at) == (10_000, seoul_midnight(date(2026, 12, 1)))
