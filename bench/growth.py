"""Bench `growth`: a payment, a balance in the past and a statement page, at ten thousand and at five million transfers.

The reference is the same database when it was small. Both sizes have closed days with snapshots.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import psycopg
from sqlalchemy import text

from bench.stand import LEDGER_CHECKS, Stand, audited, stand
from onnuri.kit.clock import SystemClock, seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.requests import RequestKey
from onnuri.ledger.model import account_path
from onnuri.ledger.post import close_day
from onnuri.ledger.snapshots import balance_at, balance_on, snapshot_days
from onnuri.ledger.statement import statement
from onnuri.payments.batch import run_batch
from onnuri.payments.model import Pay, Payee, PayeeKind

SMALL = 10_000
LARGE = 5_000_000
DAYS = 10
PER_ENTRY = 10
PER_CALL = 1_000
BATCH = 64
SAMPLES = 60
WALLETS = 2_000

_FILL = text("""
    -- entries of ten transfers each, from lots in turn to shops in turn; half of all goes to the first shop
    SELECT post_entries(e.ids, array_fill('payment'::text, ARRAY[:entries]),
                        array_fill(CAST(:on AS date), ARRAY[:entries]),
                        array_fill(NULL::uuid, ARRAY[:entries]), array_fill(NULL::text, ARRAY[:entries]),
                        array_fill(false, ARRAY[:entries]), t.of, t.debit, t.credit, t.amount, t.code, :at)
    FROM (SELECT array_agg(uuidv7()) AS ids FROM generate_series(1, :entries)) AS e,
         (SELECT array_agg((n - 1) / :per_entry + 1 ORDER BY n) AS of,
                 array_agg((CAST(:lots AS bigint[]))[(n * 7919) % cardinality(CAST(:lots AS bigint[])) + 1]
                           ORDER BY n) AS debit,
                 array_agg((CAST(:shops AS bigint[]))[CASE WHEN n % 2 = 0 THEN 1
                           ELSE n % cardinality(CAST(:shops AS bigint[])) + 1 END] ORDER BY n) AS credit,
                 array_agg(CAST(1 AS bigint) ORDER BY n) AS amount, array_agg('payment'::text ORDER BY n) AS code
          FROM generate_series(1, CAST(:entries AS integer) * :per_entry) AS g (n)) AS t
""")


def run(say: Callable[[str], None]) -> dict[str, object]:
    """Measure; answers the figures."""
    with stand("growth", wallets=WALLETS) as bench:
        today = seoul_date(bench.at)
        first = today - timedelta(days=2 * DAYS)
        small = _measure_at(bench, SMALL, first, say)
        large = _measure_at(bench, LARGE, first + timedelta(days=DAYS), say)
        names = ("payment", "balance", "balance_on_date", "statement_page")
        figures: dict[str, object] = {f"{name}_ratio": round(large[name] / small[name], 2) for name in names}
        figures |= {f"{name}_ms_at_{SMALL}": round(small[name], 3) for name in names}
        figures |= {f"{name}_ms_at_{LARGE}": round(large[name], 3) for name in names}
        say("auditing ...")
        figures["audit_ok"] = audited(bench.database, only=LEDGER_CHECKS)
        return figures


def _measure_at(bench: Stand, size: int, first: date, say: Callable[[str], None]) -> dict[str, float]:
    """Fill up to a size over closed days, then time the three."""
    for number in range(DAYS):
        say(f"filling to {size:,}: day {number + 1} of {DAYS}")
        _fill_day(bench, first + timedelta(days=number), size * (number + 1) // DAYS)
    _vacuum(bench)
    return {
        "payment": _payment_ms(bench),
        "balance": _read_ms(bench, _past_balance),
        "balance_on_date": _read_ms(bench, partial(_dated_balance, first + timedelta(days=DAYS - 1))),
        "statement_page": _read_ms(bench, _statement_page),
    }


def _fill_day(bench: Stand, day: date, size: int) -> None:
    at = SystemClock().now()
    while (left := size - _last_seq(bench)) >= PER_ENTRY:
        entries = min(PER_CALL, left) // PER_ENTRY
        with bench.engine.begin() as conn:
            conn.execute(
                _FILL,
                {
                    "entries": entries, "per_entry": PER_ENTRY, "on": day, "at": at,
                    "lots": bench.lot_accounts, "shops": bench.shop_accounts,
                },
            )  # fmt: skip
    with bench.engine.begin() as conn:
        close_day(conn, day, at=at)
        snapshot_days(conn, at=at)


def _payment_ms(bench: Stand) -> float:
    """Time a batch of payments with its commit, per payment, median."""
    taken: list[float] = []
    for _ in range(SAMPLES):
        at = SystemClock().now()
        items = [_pay(bench, new_id(at), number) for number in range(BATCH)]
        begun = time.perf_counter()
        with bench.engine.begin() as conn:
            run_batch(conn, items, at=at)
        taken.append((time.perf_counter() - begun) * 1000 / BATCH)
    return statistics.median(taken)


def _pay(bench: Stand, payment_id: UUID, number: int) -> Pay:
    request = RequestKey("bench", payment_id.hex, payment_id.bytes * 2)
    stall = bench.stall_numbers[number % len(bench.stall_numbers)]
    return Pay(payment_id, request, random.choice(bench.wallets), Payee(PayeeKind.STALL, stall), 10)


def _read_ms(bench: Stand, read: Callable[[Stand, int], None]) -> float:
    last = _last_seq(bench)
    draw = random.Random(7)
    taken: list[float] = []
    for _ in range(SAMPLES * 3):
        place = draw.randrange(last)
        begun = time.perf_counter()
        read(bench, place)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _past_balance(bench: Stand, place: int) -> None:
    with bench.engine.connect() as conn:
        balance_at(conn, account_path("merchant", bench.shops[place % len(bench.shops)]), seq=place)


def _dated_balance(last_day: date, bench: Stand, place: int) -> None:
    on = last_day - timedelta(days=place % DAYS)
    with bench.engine.connect() as conn:
        balance_on(conn, account_path("merchant", bench.shops[place % len(bench.shops)]), on=on)


def _statement_page(bench: Stand, place: int) -> None:
    with bench.engine.connect() as conn:
        statement(conn, account_path("merchant", bench.shops[place % len(bench.shops)]), after_seq=place, limit=50)


def _last_seq(bench: Stand) -> int:
    with bench.engine.connect() as conn:
        return int(conn.execute(text("SELECT last_seq FROM lane")).scalar_one())


def _vacuum(bench: Stand) -> None:
    with psycopg.connect(bench.database.superuser_url(), autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
        conn.execute("CHECKPOINT")
