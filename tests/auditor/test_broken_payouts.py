"""Whoever changes what was paid since an expiry, refunded of a charge that moved in, or handed to a lane, is found."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from onnuri.auditor.report import audit
from onnuri.auditor.snapshot import look_through
from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.vouchers.expiry import expire_lots
from tests.vouchers.money_back import RESIDUAL, give_back
from tests.vouchers.test_refund_moved_in import move_in
from tests.vouchers.test_unclaimed import MORNING, ask, paid, tell
from tests.vouchers.test_wallet_life import block, hand_over
from tests.world import NO_FUNDS, PAID, World

UNCLAIMED = "kind = 'unclaimed' AND status = 'SUCCEEDED'"
SOURCE = "(SELECT id FROM accounts WHERE kind = 'unclaimed' ORDER BY id LIMIT 1)"

BREAKS = [
    ("refund_shares", f"UPDATE refunds SET amount = amount + 1, paid = paid + 1 WHERE {UNCLAIMED}"),
    ("refund_shares", f"UPDATE refunds SET status = 'FAILED' WHERE {UNCLAIMED}"),
    ("refund_shares", "UPDATE refunds SET status = 'SUCCEEDED' WHERE kind = 'unclaimed' AND status = 'FAILED'"),
    ("refund_shares", f"DELETE FROM refunds WHERE {UNCLAIMED}"),
    ("refund_shares", f"UPDATE balances SET debits = credits + 1 WHERE account_id = {SOURCE}"),
    ("refund_shares", f"UPDATE refunds SET wallet_id = (SELECT max(id::text)::uuid FROM wallets) WHERE {UNCLAIMED}"),
    ("refund_shares", "UPDATE refunds SET moved_lot = gen_random_uuid() WHERE moved_lot IS NOT NULL"),
    (
        "refund_shares",
        "UPDATE lots SET paid = paid - 1 WHERE id = (SELECT moved_lot FROM refunds WHERE moved_lot IS NOT NULL)",
    ),
    ("acts_agree", "UPDATE outbox SET payload = payload - 'amount' WHERE topic = 'unclaimed.requested'"),
    ("acts_agree", "UPDATE outbox SET topic = 'unclaimed.failed' WHERE topic = 'unclaimed.succeeded'"),
    ("key_effects", f"DELETE FROM outcomes WHERE subject_id = (SELECT id FROM refunds WHERE {UNCLAIMED})"),
    ("lanes_agree", "UPDATE lot_origins SET used = used + 1 WHERE other_lot IS NOT NULL"),
    ("lanes_agree", "UPDATE lot_origins SET paid = paid - 1 WHERE other_lot IS NOT NULL"),
    ("lanes_agree", "UPDATE lot_origins SET programme = 'payback' WHERE other_lot IS NOT NULL"),
    ("lanes_agree", "UPDATE lot_origins SET other_lot = gen_random_uuid() WHERE other_lot IS NOT NULL"),
    (
        "lanes_agree",
        "UPDATE lots SET refundable = false WHERE id IN (SELECT lot_id FROM lot_origins WHERE other_lot IS NOT NULL)",
    ),
    ("moved_lots", "UPDATE shared.handovers SET in_entry_id = gen_random_uuid()"),
    ("moved_lots", "UPDATE lot_origins SET moved_lot = gen_random_uuid() WHERE other_lot IS NOT NULL"),
    ("moved_lots", "UPDATE shared.handovers SET amount = amount + 1"),
    ("places", "DELETE FROM expiry_cursors WHERE what = 'owed'"),
    ("chart_copy", "DELETE FROM shared.transfer_codes WHERE code = 'unclaimed_back'"),
]


@pytest.fixture(scope="module")
def paid_out(template: Database) -> Iterator[Database]:
    """Minji's charge moved in and was refunded; Suho's and Jun's expired: Suho was paid, Jun's bank refused.

    Before, Yuna's was handed to Hana, who lives in another lane.
    """
    made = clone_database(template, f"payouts_{uuid4().hex[:8]}")
    world = World(made, lanes=("lane_00", "lane_01"))
    world.shop("fish")
    for name in ("suho", "jun"):
        world.wallet(name, 10_000)
    move_in(world, "bought,digital,100000,93000,35000,2026-10-05,2031-12-05,settled")
    give_back(world, "minji", RESIDUAL)
    world.wallet("yuna", 50_000)
    world.wallet("hana", lane="lane_01")
    world.pay("yuna", "fish", 20_000)
    block(world, "yuna")
    hand_over(world, "yuna", "hana")
    with world.begin() as conn:
        expire_lots(conn, at=MORNING)
    tell(world, paid(ask(world, "suho")), PAID)
    tell(world, paid(ask(world, "jun")), NO_FUNDS)
    world.close()
    yield made
    drop_database(made)


def found(database: Database, statement: str, lane: str) -> set[str]:
    """Break rows as the superuser with every trigger off, and tell which checks see it; leaves nothing behind."""
    with psycopg.connect(database.superuser_url()) as conn:
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute(f"SET LOCAL search_path = {lane}, pg_catalog".encode())
        conn.execute(statement.encode())
        conn.execute("SET LOCAL ROLE onnuri_auditor")
        report = audit(look_through(conn))
        conn.rollback()
    return {check.name for check in report.checks if not check.ok}


@pytest.mark.parametrize(("check", "statement"), BREAKS)
def test_each_break_of_what_was_paid_is_found(paid_out: Database, check: str, statement: str) -> None:
    seen = found(paid_out, statement, "lane_00") | found(paid_out, statement, "lane_01")
    assert check in seen


def test_unbroken_nothing_is_found(paid_out: Database) -> None:
    assert found(paid_out, "SELECT 1", "lane_00") == set()
