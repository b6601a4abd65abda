"""A migration that was begun is always finished, wherever it was stopped; each lot comes in once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers
from threading import Barrier, Event
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from onnuri.kit.database import Database
from onnuri.kit.refusals import DomainError
from onnuri.vouchers.moving_in.migrate_in import approve_migration
from onnuri.vouchers.moving_in.migrate_open import moved_in, open_moved_in, switch_migration
from onnuri.vouchers.moving_in.migrate_post import post_migration_chunk
from onnuri.vouchers.upkeep import keep_up
from onnuri.vouchers.wallets.open_wallet import open_wallet
from tests.invariants import violations
from tests.vouchers.test_migrate_in import LANES, Move
from tests.vouchers.test_migration_clashes import TAIL, reject, totals
from tests.world import OPENED, World


@pytest.fixture
def world(database: Database, invariants: None) -> Iterator[World]:
    made = World(database, lanes=LANES)
    yield made
    made.close()


class Killed(Exception):
    """The process ended here."""


def run_until(world: World, migration_id: UUID, *, statements: int) -> bool:
    """Do what `onnuri migration run` does, and end before so many statements; tell whether it came to its end."""
    left = statements

    def before(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    for engine in world.engines.values():
        event.listen(engine, "before_cursor_execute", before)
    try:
        _run(world, migration_id)
    except Killed:
        return False
    finally:
        for engine in world.engines.values():
            event.remove(engine, "before_cursor_execute", before)
    return True


def _run(world: World, migration_id: UUID) -> None:
    def until_none(step: Callable[[Any], int], lane: str) -> None:
        done = 1
        while done:
            with world.begin(lane) as conn:
                done = step(conn)

    for lane in LANES:
        if _status(world, migration_id) == "APPROVED":
            until_none(lambda conn: post_migration_chunk(conn, migration_id, at=OPENED, limit=1), lane)
    with world.begin() as conn:
        switch_migration(conn, migration_id, at=OPENED)
    for lane in LANES:
        until_none(lambda conn: open_moved_in(conn, at=OPENED, limit=1), lane)


def _status(world: World, migration_id: UUID) -> str:
    with world.begin() as conn:
        query = text("SELECT status FROM shared.migrations WHERE id = :id")
        return str(conn.execute(query, {"id": migration_id}).scalar_one())


def test_stopped_before_any_statement_it_is_finished_by_the_next_run(world: World) -> None:
    move = Move(world)
    move.stage()
    assert move.approve(move.control()) == "ok"
    stopped = 0
    for statements in numbers(1):
        live_before = _status(world, move.id) == "LIVE"
        if run_until(world, move.id, statements=statements):
            break
        stopped += 1
        seen = world.rows("shared.wallets WHERE state = 'LIVE'")
        assert seen == 0 or live_before or _status(world, move.id) == "LIVE"
        if world.rows("lot_origins") and statements % 7 == 0:
            assert reject(move) in ("migration_posted", "migration_not_at_this_step")
            assert violations(world.database) == []
    assert stopped > 20
    with world.begin() as conn:
        assert sum(lane.left for lane in moved_in(conn, move.id)) == 35_000 + 33_333 + 1
        assert sum(lane.lots for lane in moved_in(conn, move.id)) == 3
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 2
    assert world.rows("shared.migrations WHERE opened_at IS NOT NULL") == 1


def test_what_a_stopped_opening_left_hidden_is_opened_by_the_worker(world: World) -> None:
    move = Move(world)
    move.stage()
    move.approve(move.control())
    move.post()
    with world.begin() as conn:
        switch_migration(conn, move.id, at=OPENED)
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 0
    opened = [keep_up(lambda lane=lane: world.begin(lane), at=OPENED).moved_in for lane in LANES]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert sum(opened) == 2
    assert world.rows("shared.wallets WHERE state = 'LIVE'") == 2


def approve(world: World, move: Move, id: UUID, lines: list[str], wait: Barrier) -> str:
    """Approve a file at the same instant as somebody else."""
    wait.wait()
    try:
        with world.begin() as conn:
            return approve_migration(conn, id, totals(lines), by=move.checker, at=OPENED).status
    except DomainError as refusal:
        return refusal.code


def twins(world: World, move: Move, number: int) -> list[tuple[UUID, list[str]]]:
    """Stage the same lot for two people in two files, so that neither upload sees the other's."""
    made: list[tuple[UUID, list[str]]] = []
    for holder, note in ((move.minji, "A"), (move.jun, "B")):
        lines = [move.file()[0], move.line(holder, f"L{number}", TAIL), move.line(holder, f"{note}{number}", TAIL)]
        move.stage(lines)
        made.append((move.id, lines))
        with world.begin() as conn:  # as if the other upload had not been committed yet
            conn.execute(text("UPDATE shared.migrations SET status = 'REJECTED', rejected_by = :by, rejected_at = :at"
                              " WHERE id = :id"), {"id": move.id, "by": move.checker, "at": OPENED})  # fmt: skip
    with world.begin() as conn:
        conn.execute(text("UPDATE shared.migrations SET status = 'STAGED', rejected_by = NULL, rejected_at = NULL"
                          " WHERE id = ANY(:ids)"), {"ids": [id for id, _ in made]})  # fmt: skip
    return made


def test_of_two_files_with_a_lot_approved_at_once_one_takes_it(world: World) -> None:
    move = Move(world)
    for number in range(5):
        files, wait = twins(world, move, number), Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(approve, world, move, id, lines, wait) for id, lines in files]
            answers = [each.result() for each in asked]
        assert sorted(answers) == ["APPROVED", "migration_clashes"]
        for id, _ in files:
            move.id = id
            assert reject(move) == "REJECTED"


def test_the_database_takes_a_lot_once_even_from_who_looks_at_nothing(world: World) -> None:
    move = Move(world)
    (first, lines), (second, _) = twins(world, move, 0)
    move.id = first
    assert move.approve(totals(lines)) == "ok"
    take = text("UPDATE shared.migration_rows SET taken_from = 'earlier operator' WHERE migration_id = :id")
    with pytest.raises(IntegrityError, match="migration_rows_lot_once"), world.begin() as conn:
        conn.execute(take, {"id": second})
    assert reject(move) == "REJECTED"
    assert world.rows("shared.migration_rows WHERE taken_from IS NOT NULL") == 0


def answer(act: Callable[[], object]) -> str:
    try:
        act()
    except DomainError as refusal:
        return refusal.code
    return "ok"


@pytest.mark.parametrize("first", ["opens", "approves"])
def test_who_opens_a_wallet_while_a_file_is_approved_gets_an_answer_and_never_stops_the_file(
    world: World, first: str
) -> None:
    move = Move(world)
    lines = [move.file()[0], move.line(move.jun, "A1", TAIL)]
    move.stage(lines)
    begun = Event()

    def opens() -> None:
        with world.begin() as conn:
            open_wallet(conn, holder_id=move.jun, lane="lane_00", at=OPENED)
            begun.set()
            sleep(0.5 if first == "opens" else 0)

    def approves() -> None:
        with world.begin() as conn:
            approve_migration(conn, move.id, totals(lines), by=move.checker, at=OPENED)
            begun.set()
            sleep(0.5 if first == "approves" else 0)

    early, late = (opens, approves) if first == "opens" else (approves, opens)
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(answer, early)
        begun.wait(10)
        other = pool.submit(answer, late)
        assert one.result() == "ok"
        assert other.result() == ("migration_clashes" if first == "opens" else "wallet_moves_in")
    if first == "opens":
        assert reject(move) == "REJECTED"
        return
    assert move.post() == 1
    assert answer(opens) == "wallet_moves_in"
    move.switch()
    assert answer(opens) == "wallet_exists"
