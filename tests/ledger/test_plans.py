"""Plans at size: over a million transfers no read walks a large table, and page 200 costs what page 1 costs.

Rows are written in bulk behind the house's back: this is about how they are found, not about how they came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event, text

from onnuri.kit.database import Database, clone_database, drop_database
from onnuri.ledger.model import account_path
from onnuri.ledger.read import balances, journal
from onnuri.ledger.snapshots import balance_at, balance_on, seq_at, snapshot_days, trial_balance_at, trial_balance_for
from onnuri.ledger.statement import statement
from onnuri.payments.history import cancels_of, happenings, payments_of_shop, payments_of_wallet, shop_day
from onnuri.payments.receipts import receipts
from onnuri.settlement.queries import closed_days, day_by_shop, shop_statement
from tests.world import OPENED, World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TRANSFERS = 1_000_000
PAYMENTS = TRANSFERS // 4
DAYS = 20
FIRST = date(2026, 10, 1)
LARGE = {
    "transfers", "entries", "balances", "payments", "cancels", "outcomes", "outbox", "chain", "day_balances",
    "settlement_lines",
}  # fmt: skip

_FILL = """
    SET session_replication_role = replica;
    SET search_path = lane_00, pg_catalog;
    -- five thousand more lots and five hundred more shops; every second payment goes to the first shop
    INSERT INTO accounts (path, kind, opened_at) SELECT 'lot:' || md5('lot' || n), 'lot', '{at}' FROM generate_series(1, 5000) AS n;
    INSERT INTO accounts (path, kind, opened_at) SELECT 'merchant:' || md5('shop' || n), 'merchant', '{at}' FROM generate_series(1, 500) AS n;
    INSERT INTO balances SELECT a.id, 0, 1000000000, 0, 0, 0, false FROM accounts a WHERE NOT EXISTS (SELECT 1 FROM balances b WHERE b.account_id = a.id);
    INSERT INTO lots (id, wallet_id, account_id, source, charge_id, face, paid, subsidy, giftable, refundable, created_at, expires_at)
    SELECT md5('lot' || n)::uuid, md5('wallet' || n / 5)::uuid, a.id, 'grant', NULL, 1000000000, 0, 0, false, false, '{at}', '2031-01-01Z'
    FROM generate_series(1, 5000) AS n JOIN accounts a ON a.path = 'lot:' || md5('lot' || n);
    CREATE TEMP TABLE made AS
    SELECT n, md5('entry' || n)::uuid AS entry_id, ('01a0' || lpad(to_hex(n), 28, '0'))::uuid AS payment_id, date '{first}' + (n - 1) / {per_day} AS day,
           timestamptz '{first} 01:00Z' + (n - 1) / {per_day} * interval '1 day' + n % {per_day} * interval '1 second' AS at,
           CASE WHEN n % 2 = 0 THEN 1 ELSE n % 500 + 1 END AS shop, n * 7919 % 1000 + 1 AS wallet
    FROM generate_series(1, {payments}) AS n;
    INSERT INTO entries SELECT entry_id, 'payment', day, at, NULL, NULL, false FROM made;
    -- four transfers each; of every twentieth payment the last one comes back
    INSERT INTO transfers (seq, entry_id, debit_account, credit_account, amount, code, effective_on)
    SELECT l.last_seq + (m.n - 1) * 4 + p, CASE WHEN b.back THEN md5('back' || m.n)::uuid ELSE m.entry_id END,
           CASE WHEN b.back THEN c.id ELSE d.id END, CASE WHEN b.back THEN d.id ELSE c.id END, 10, CASE WHEN b.back THEN 'cancel' ELSE 'payment' END, m.day
    FROM made m CROSS JOIN generate_series(1, 4) AS p CROSS JOIN lane l CROSS JOIN LATERAL (SELECT p = 4 AND m.n % 20 = 0 AS back) AS b
    JOIN accounts d ON d.path = 'lot:' || md5('lot' || (m.wallet * 5 + p - 5)) JOIN accounts c ON c.path = 'merchant:' || md5('shop' || m.shop);
    INSERT INTO payments (id, wallet_id, shop_id, market_id, amount, entry_id, paid_at, business_date, channel, tender, tax_registered, shop_status, policy_id, shop_name)
    SELECT m.payment_id, md5('wallet' || m.wallet)::uuid, md5('shop' || m.shop)::uuid, md5('market')::uuid, 40, m.entry_id, m.at, m.day, 'qr', 'wallet',
           true, 'ACTIVE', '2026-03-01', 'fish' FROM made m;
    INSERT INTO cancels SELECT md5('cancel' || n)::uuid, payment_id, md5('shop' || shop)::uuid, 10, md5('back' || n)::uuid, at, day, true, 'why', md5('by')::uuid
    FROM made WHERE n % 20 = 0;
    INSERT INTO entries SELECT md5('back' || n)::uuid, 'cancel', day, at, NULL, NULL, false FROM made WHERE n % 20 = 0;
    INSERT INTO outcomes SELECT 'holder:' || wallet, 'key-' || n, sha256('x'), 'payment', payment_id, NULL, NULL, at FROM made;
    INSERT INTO outbox SELECT l.last_event + m.n, 'payment.made', m.payment_id, jsonb_build_object('shop_id', md5('shop' || m.shop), 'amount', 40), m.at
    FROM made m CROSS JOIN lane l;
    INSERT INTO chain SELECT l.last_batch + m.n, l.last_seq + m.n * 4 - 3, l.last_seq + m.n * 4, sha256('x'), sha256('x'), m.at FROM made m CROSS JOIN lane l;
    INSERT INTO days SELECT day, (SELECT last_seq FROM lane) + max(n) * 4, 0, max(at) + interval '1 day' FROM made GROUP BY day;
    INSERT INTO shared.shops SELECT md5('shop' || n)::uuid, 'x' || n, md5('market')::uuid, 'shop', '1234567890', 'ACTIVE', NULL, NULL, '{at}' FROM generate_series(1, 500) AS n;
    INSERT INTO settlement_lines (day, shop_id, market_id, channel, payments, gross, cancels, cancelled_same_day, cancelled_earlier, net, fee, held, debt_repaid, payable, due_on)
    SELECT d.day, md5('shop' || n)::uuid, md5('market')::uuid, 'qr', 1, 40, 0, 0, 0, 40, 0, 0, 0, 40, d.day + 2 FROM days d CROSS JOIN generate_series(1, 500) AS n;
    INSERT INTO marks SELECT account, seq, debits, credits FROM (
        SELECT account, seq, sum(debit) OVER w AS debits, sum(credit) OVER w AS credits, row_number() OVER w AS place
        FROM (SELECT debit_account AS account, seq, amount AS debit, 0 AS credit FROM transfers
              UNION ALL SELECT credit_account, seq, 0, amount FROM transfers) AS l WINDOW w AS (PARTITION BY account ORDER BY seq)) AS f
    WHERE place % 64 = 0;
    INSERT INTO date_starts SELECT effective_on, min(seq) FROM transfers GROUP BY effective_on ON CONFLICT DO NOTHING;
    UPDATE lane SET last_seq = last_seq + {payments} * 4, last_batch = last_batch + {payments}, last_event = last_event + {payments}, last_day = (SELECT max(day) FROM days);
"""  # noqa: E501 - one statement a line reads better than one broken into five

HOT = UUID(bytes=hashlib.md5(b"shop1", usedforsecurity=False).digest())
WALLET = UUID(bytes=hashlib.md5(b"wallet7", usedforsecurity=False).digest())
"""One of a thousand wallets: 250 payments."""


@pytest.fixture(scope="module")
def large(template: Database) -> Iterator[Engine]:
    """A lane with a million transfers over twenty closed days with snapshots; statistics are fresh."""
    made = clone_database(template, f"plans_{uuid4().hex[:8]}")
    world = World(made)
    world.wallet("minji", 100_000)
    world.close()
    filled = _FILL.format(at=OPENED, first=FIRST, per_day=PAYMENTS // DAYS, payments=PAYMENTS)
    with psycopg.connect(made.superuser_url(), autocommit=True) as conn:
        conn.execute(filled.encode())
    engine = made.engine(pool_size=2)
    with engine.begin() as conn:
        assert len(snapshot_days(conn, at=OPENED)) == DAYS
    with psycopg.connect(made.superuser_url(), autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
    yield engine
    engine.dispose()
    drop_database(made)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a read asked of the database: the blocks it touched, and the large tables it walked from end to end."""

    blocks: int
    walked: tuple[str, ...]


def look(engine: Engine, read: Callable[[Connection], object]) -> Seen:
    """Run a read, then explain each of its statements with the same facts."""
    asked: list[tuple[str, Any]] = []
    with engine.connect() as conn:

        def keep(_c: Any, _cursor: Any, words: str, facts: Any, _context: Any, _many: bool) -> None:
            asked.append((words, facts))

        event.listen(conn, "before_cursor_execute", keep)
        read(conn)
        event.remove(conn, "before_cursor_execute", keep)
        assert asked
        blocks, walked = 0, list[str]()
        for words, facts in asked:
            if not words.lstrip().upper().startswith(("SELECT", "WITH", "--")):
                continue
            explained = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {words}", facts).scalar_one()
            plan = explained[0]["Plan"]
            blocks += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
            walked += _walked(plan)
        return Seen(blocks, tuple(walked))


def _walked(plan: dict[str, Any]) -> Iterator[str]:
    name = str(plan.get("Relation Name", ""))
    if plan["Node Type"] == "Seq Scan" and (name in LARGE or name.startswith("transfers_")):
        yield f"{name}: {plan.get('Filter', 'all of it')}"
    for inner in plan.get("Plans", ()):
        yield from _walked(inner)


def _payment(number: int) -> UUID:
    return UUID(int=(0x01A0 << 112) + number)


HOT_PATH = account_path("merchant", HOT)
MIDDLE = FIRST + timedelta(days=DAYS // 2)

READS: dict[str, Callable[[Connection], object]] = {
    "statement": lambda conn: statement(conn, HOT_PATH, after_seq=500_000, limit=50),
    "balance now": lambda conn: balances(conn, [HOT_PATH, "bank:trust"]),
    "balance at a seq": lambda conn: balance_at(conn, HOT_PATH, seq=777_777),
    "balance on a date": lambda conn: balance_on(conn, HOT_PATH, on=MIDDLE),
    "balance before all": lambda conn: balance_on(conn, HOT_PATH, on=FIRST - timedelta(days=1)),
    "seq at an instant": lambda conn: seq_at(conn, at=OPENED - timedelta(days=45)),
    "journal": lambda conn: journal(conn, after_seq=600_000, limit=100),
    "journal of an entry": lambda conn: journal(conn, entry_id=UUID("0" * 32)),
    "trial balance": lambda conn: trial_balance_at(conn, seq=777_777),
    "trial balance of a time": lambda conn: trial_balance_for(conn, after_seq=200_000, to_seq=777_777),
    "receipts": lambda conn: receipts(conn, [_payment(number) for number in range(1000, 1050)]),
    "payments of a wallet": lambda conn: payments_of_wallet(conn, WALLET, before=None, limit=20),
    "payments of a shop": lambda conn: payments_of_shop(conn, HOT, before=_payment(100_000), limit=20),
    "cancels of payments": lambda conn: cancels_of(conn, [_payment(number) for number in range(20, 400, 20)]),
    "happenings": lambda conn: happenings(conn, after=100_000, limit=100),
    "happenings of a shop": lambda conn: happenings(conn, after=249_000, upto=250_000, shop_id=HOT, limit=100),
    "a shop's day": lambda conn: shop_day(conn, UUID(bytes=HOT.bytes[:15] + b"x"), on=MIDDLE),
    "closed days": lambda conn: closed_days(conn, limit=5),
    "a day by shop": lambda conn: day_by_shop(conn, day=MIDDLE, limit=50),
    "a shop's statement": lambda conn: shop_statement(conn, shop_id=HOT, limit=10),
}


@pytest.mark.parametrize("name", READS)
def test_no_read_walks_a_large_table(large: Engine, name: str) -> None:
    seen = look(large, READS[name])
    assert seen.walked == ()


PER_DAY = TRANSFERS // DAYS


def statement_page(number: int) -> Callable[[Connection], object]:
    """As far into a day each time: the tail after the nearest snapshot is never longer than a day."""
    return lambda conn: statement(conn, HOT_PATH, after_seq=number // 12 * PER_DAY + 2_000, limit=50)


def journal_page(number: int) -> Callable[[Connection], object]:
    return lambda conn: journal(conn, after_seq=100 * number, limit=100)


def payments_page(number: int) -> Callable[[Connection], object]:
    return lambda conn: payments_of_shop(conn, HOT, before=_payment(PAYMENTS - 40 * number), limit=20)


def happenings_page(number: int) -> Callable[[Connection], object]:
    return lambda conn: happenings(conn, after=100 * number, limit=100)


@pytest.mark.parametrize("page", [statement_page, journal_page, payments_page, happenings_page])
def test_page_200_costs_what_page_1_costs(large: Engine, page: Callable[[int], Callable[[Connection], object]]) -> None:
    look(large, page(1))
    first, late = look(large, page(12)), look(large, page(200))
    assert late.blocks <= first.blocks * 1.5 + 20, (first, late)


def test_there_are_a_million_transfers(large: Engine) -> None:
    with large.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM transfers")).scalar_one() >= TRANSFERS
