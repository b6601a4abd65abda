"""The functions that write the books are called as a stolen application password would call them: nothing gives way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from onnuri.kit.clock import SEOUL
from onnuri.kit.database import Role
from onnuri.ledger.archive import partitions
from onnuri.ledger.openings import Giving, Opening, post_openings
from onnuri.ledger.post import open_accounts
from tests.world import OPENED, World

LOT = "(SELECT min(account_id) FROM lots)"
SHOP = "(SELECT min(id) FROM accounts WHERE kind = 'merchant')"
TODAY = date(2026, 11, 20)
HOLD = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def busy(world: World) -> Iterator[World]:
    """Books with a payment in them, and one closed day."""
    world.wallet("minji", 100_000)
    world.shop("fish")
    world.pay("minji", "fish", 1_000)
    world.close_day(TODAY, at=datetime(2026, 11, 21, tzinfo=SEOUL))
    before = sums(world)
    yield world
    assert sums(world) == before


def sums(world: World) -> object:
    """Add up everything the balances say, and where the lane stands."""
    with world.begin() as conn:
        return conn.execute(
            text("SELECT sum(debits), sum(credits), sum(debits_pending), (SELECT l::text FROM lane l) FROM balances")
        ).one()


def said(world: World, statement: str) -> str:
    """Say what the database answers the application's role; keeps what it let happen."""
    with psycopg.connect(world.database.url(Role.APP), options="-c search_path=lane_00,pg_catalog") as conn:
        try:
            conn.execute(statement.encode())
        except psycopg.Error as error:
            conn.rollback()
            return str(error).splitlines()[0]
    return "let it happen"


def posting(**changed: str) -> str:
    """Write a call that pays one won, with some of its arguments changed."""
    given = {
        "p_entry": f"ARRAY['{uuid4()}', '{uuid4()}']::uuid[]",
        "p_kind": "ARRAY['payment', 'payment']",
        "p_effective_on": "ARRAY['2026-11-21', '2026-11-21']::date[]",
        "p_reverses": "ARRAY[NULL, NULL]::uuid[]",
        "p_reason": "ARRAY[NULL, NULL]::text[]",
        "p_adjusts": "ARRAY[false, false]",
        "p_of": "ARRAY[1, 2]",
        "p_debit": f"ARRAY[{LOT}, {LOT}]",
        "p_credit": f"ARRAY[{SHOP}, {SHOP}]",
        "p_amount": "ARRAY[1, 1]::bigint[]",
        "p_code": "ARRAY['payment', 'payment']",
        "p_recorded_at": "'2026-11-21T01:00:00Z'",
    } | changed
    return f"SELECT post_entries({', '.join(f'{name} => {value}' for name, value in given.items())})"


@pytest.mark.parametrize(
    "changed",
    [
        {"p_credit": f"ARRAY[{SHOP}, {SHOP}, {LOT}]", "p_amount": "ARRAY[1, 1, 90000]::bigint[]"},
        {"p_debit": f"ARRAY[{LOT}, {LOT}, {SHOP}]", "p_amount": "ARRAY[1, 1, 90000]::bigint[]"},
        {"p_amount": "ARRAY[1, 1, 90000]::bigint[]"},
        {"p_kind": "'[0:1]={payment,payment}'"},
        {"p_reverses": f"'[0:1]={{NULL,{uuid4()}}}'"},
        {"p_kind": "ARRAY['payment']"},
        {"p_of": "NULL", "p_code": "ARRAY['no', 'no']"},
        {"p_of": "'{}'", "p_debit": "'{}'", "p_credit": "'{}'", "p_code": "'{}'", "p_amount": "'{}'"},
        {"p_amount": "ARRAY[[1, 1]]::bigint[]"},
    ],
)
def test_a_balance_moves_only_with_a_transfer(busy: World, changed: dict[str, str]) -> None:
    assert "lists_unequal" in said(busy, posting(**changed))


@pytest.mark.parametrize(
    ("day", "at"),
    [
        ("infinity", "2026-11-22T00:00:00+09:00"),
        ("infinity", "infinity"),
        ("9999-12-31", "2026-11-22T00:00:00+09:00"),
        ("2026-11-21", "2026-11-21T23:59:59+09:00"),
        ("2026-11-21", "infinity"),
        ("2026-11-22", "2026-11-23T00:00:00+09:00"),
    ],
)
def test_a_day_that_is_not_next_or_not_over_cannot_be_closed(busy: World, day: str, at: str) -> None:
    assert "day_not_next" in said(busy, f"SELECT close_day('{day}', '{at}')")


def test_answers_and_events_have_a_time_that_can_be_sealed(busy: World) -> None:
    for never in ("infinity", "-infinity"):
        words = "ARRAY['x'], ARRAY['k'], ARRAY['x'::bytea], ARRAY['payment'], ARRAY[NULL]::uuid[], ARRAY['{}']::jsonb[]"
        assert "outcomes_recorded_at" in said(busy, f"SELECT answer_keys({words}, '{never}')")
        event = f"ARRAY['payment.made'], ARRAY['{uuid4()}']::uuid[], ARRAY['{{}}']::jsonb[]"
        assert "outbox_recorded_at" in said(busy, f"SELECT publish({event}, '{never}')")


def test_there_is_one_bank_account(busy: World) -> None:
    assert "accounts_one_bank" in said(busy, "SELECT open_accounts(ARRAY['bank:mine'], '2026-11-21')")


def test_a_hold_is_not_captured_below_zero(busy: World) -> None:
    placed = (
        f"place_holds(ARRAY['{HOLD}']::uuid[], ARRAY[{LOT}], ARRAY[{SHOP}], ARRAY[5]::bigint[], ARRAY['payment'],"
        " ARRAY['2027-01-01']::timestamptz[], '2026-11-21')"
    )
    ended = (
        f"end_holds(ARRAY['{HOLD}']::uuid[], ARRAY['voided'], ARRAY[-5]::bigint[], ARRAY[NULL]::uuid[], '2026-11-21')"
    )
    assert "hold_ends_captured" in said(busy, f"SELECT {placed}, {ended}")


def test_a_list_runs_over_the_end_of_a_partition(world: World) -> None:
    with psycopg.connect(world.database.superuser_url(), autocommit=True) as conn:
        conn.execute("SET search_path = lane_00")
        conn.execute("DROP TABLE transfers_000000000001")
        conn.execute("UPDATE lane SET partition_rows = 5, partition_hi = 1")
        conn.execute("SELECT add_partition()")
    with world.begin() as conn:
        giver = open_accounts(conn, ["grant_receivable:test"], at=OPENED)["grant_receivable:test"]
        openings = [Opening(f"lot:{uuid4().hex}", 1, uuid4()) for _ in range(12)]
        post_openings(conn, Giving(giver, "grant", "grant", TODAY), openings, at=OPENED)
        assert [(lo, hi) for _, lo, hi in partitions(conn)] == [(1, 6), (6, 11), (11, 16)]
        conn.rollback()
