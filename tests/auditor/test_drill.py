"""The drill: every cell of the books and their projections is changed, and some check finds it or a reason is given."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from onnuri.auditor.drill import Drill, NotInOrder, Tried, run_drill, try_break
from onnuri.auditor.drill_breaks import Break
from onnuri.auditor.drill_free import FREE, why_free
from onnuri.auditor.report import CHECKS
from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.ops.drill import as_text

BROKEN_BY_HAND = {
    # nothing of these days is in an archive: there is no row to change, so one is invented
    "archives_kept": Break(
        "archives", "invented", ("INSERT INTO archives VALUES (1, 9, 'x', timestamptz '2026-01-01Z')",), "lane_00"
    ),
    # whether a cell of the lot that a drill picks changes the order depends on the lot: this one does
    "lot_order": Break("lots", "source", ("UPDATE lots SET source = 'grant' WHERE face = 33000",), "lane_00"),
}
"""What a drill may not reach in the rows it picks, by the check that must find it."""


@pytest.fixture
def copy(voucher_days: Database) -> Iterator[Database]:
    made = clone_database(voucher_days, f"drilled_{uuid4().hex[:8]}")
    yield made
    drop_database(made)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_cell_and_no_wall_can_be_changed_unseen(copy: Database) -> None:
    done = run_drill(copy.superuser_url())
    assert [f"{each.table}.{each.what}" for each in done.unseen] == []
    assert done.empty == ()
    assert len(done.tried) > 1_500
    books = {"transfers", "entries", "accounts", "balances", "chain", "outcomes", "outbox", "days", "seals", "lots"}
    free = [f"{each.table}.{each.what}" for each in done.tried if each.table in books and not each.found_by]
    assert free == []
    finders = {name for each in done.tried for name in each.found_by} | set(BROKEN_BY_HAND)
    # a drill changes cells of rows that are there: what only a new secret shows is broken by hand elsewhere
    assert {name for name, _ in CHECKS} - finders <= {"secrets_outside_vault"}


@pytest.mark.parametrize("check", BROKEN_BY_HAND)
def test_what_a_drill_may_not_reach_is_broken_by_hand_and_found(market_days: Database, check: str) -> None:
    with psycopg.connect(market_days.superuser_url()) as conn:
        assert check in try_break(conn, BROKEN_BY_HAND[check]).found_by


@pytest.mark.parametrize("code", ["expiry_repaid", "handover_owed", "handover_in_owed"])
def test_money_that_was_repaid_and_came_back_cannot_be_changed_unseen(copy: Database, code: str) -> None:
    with psycopg.connect(copy.superuser_url()) as conn:
        for change in ("amount = amount + 1", "amount = amount - 1", "credit_account = debit_account + 1"):
            kinds = conn.execute(_PATHS, (code,)).fetchall()
            assert len(kinds) == {"expiry_repaid": 1, "handover_owed": 2, "handover_in_owed": 3}[code]
            for (seq,) in kinds:
                update = f"UPDATE transfers SET {change} WHERE seq = {seq}"
                found = try_break(conn, Break("transfers", change.split()[0], (update,), "lane_00")).found_by
                assert found, (code, seq, change)


_PATHS = """
    SELECT min(t.seq) FROM lane_00.transfers t JOIN lane_00.accounts d ON d.id = t.debit_account
    JOIN lane_00.accounts c ON c.id = t.credit_account WHERE t.code = %s GROUP BY d.kind, c.kind ORDER BY 1
"""


def test_a_drill_on_books_that_are_not_in_order_proves_nothing(copy: Database) -> None:
    with psycopg.connect(copy.superuser_url()) as conn:
        conn.execute("SET session_replication_role = replica")
        conn.execute("UPDATE lane_01.balances SET credits = credits + 1")
    with pytest.raises(NotInOrder, match="balances_fold"):
        run_drill(copy.superuser_url())


def test_a_break_leaves_nothing_behind(market_days: Database) -> None:
    statement = "UPDATE lane_01.payments SET amount = amount + 1"
    with psycopg.connect(market_days.superuser_url()) as conn:
        before = conn.execute("SELECT sum(amount) FROM lane_01.payments").fetchone()
        tried = try_break(conn, Break("payments", "amount", (statement,), "lane_01"))
        assert "payment_sums" in tried.found_by
        assert conn.execute("SELECT sum(amount) FROM lane_01.payments").fetchone() == before


def test_what_a_constraint_refuses_is_done_after_its_wall_is_down_and_found(market_days: Database) -> None:
    statement = "UPDATE lane_01.payments SET tender = 'air'"
    with psycopg.connect(market_days.superuser_url()) as conn:
        tried = try_break(conn, Break("payments", "tender", (statement,), "lane_01"))
    assert tried.what == "tender (after its wall)"
    assert "walls_published" in tried.found_by


def test_a_break_that_nobody_sees_is_told() -> None:
    done = Drill((Tried("a", "b", (), None), Tried("a", "c", (), "words"), Tried("a", "d", ("x", "y"), None)), ("e",))
    assert not done.ok
    assert done.as_json()["unseen"] == ["a.b"]
    words = as_text(done)
    assert "UNSEEN  a.b" in words
    assert "3 broken, 1 found, 1 free, 1 unseen" in words


def test_every_free_cell_says_why() -> None:
    assert all(len(reason) > 10 for reason in FREE.values())
    assert why_free("cancels", "reason") is not None
    assert why_free("transfers", "amount") is None
