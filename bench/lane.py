"""Bench `lane`: posting without HTTP, spread and hot, against the classic design and `pgbench` on the same server.

Ours: callers hand a transfer to the lane's runner and wait for the answer, which comes after the commit.
Classic: each caller has a connection of its own and, in one transaction per transfer, locks both accounts in id order,
checks the floor, writes two postings with the running balance and updates both balances.
Both sides commit durably; only what was committed counts; callers are threads of one Python process on both sides.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial

import psycopg
from sqlalchemy import Connection

from bench.stand import LEDGER_CHECKS, Stand, audited, median_rate, stand
from onnuri.kit.clock import seoul_date
from onnuri.kit.database import Role, embedded
from onnuri.kit.ids import new_id
from onnuri.kit.runner import Runner
from onnuri.ledger.model import Entry, Transfer
from onnuri.ledger.post import post

CALLERS = (1, 64, 256)
SECONDS = 4.0
ROUNDS = 3
AMOUNT = 10
WALLETS = 2_000

_CLASSIC = """
    CREATE SCHEMA classic;
    CREATE TABLE classic.accounts (id bigint PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0))
        WITH (fillfactor = 50);
    CREATE TABLE classic.postings (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, transfer uuid NOT NULL,
        account bigint NOT NULL REFERENCES classic.accounts, amount bigint NOT NULL, balance bigint NOT NULL,
        recorded_at timestamptz NOT NULL);
    CREATE INDEX ON classic.postings (account, id);
"""


def run(say: Callable[[str], None]) -> dict[str, object]:
    """Measure; answers the figures."""
    with stand("lane", wallets=WALLETS, face=2_000_000) as bench:
        _make_classic(bench)
        figures: dict[str, object] = {"seconds_per_round": SECONDS, "rounds": ROUNDS}
        rates: dict[str, float] = {}
        for callers in CALLERS:
            for hot in (False, True):
                name = f"{'hot' if hot else 'spread'}_{callers}"
                say(f"{name} ...")
                ours = median_rate(partial(_ours, bench, callers, hot=hot), rounds=ROUNDS)
                classic = median_rate(partial(_classic, bench, callers, hot=hot), rounds=ROUNDS)
                rates[name], rates[f"classic_{name}"] = round(ours), round(classic)
        figures |= {f"{name}_per_s": rate for name, rate in rates.items()}
        figures |= {
            "hot_ratio": round(rates["hot_64"] / rates["classic_hot_64"], 2),
            "spread_ratio": round(rates["spread_64"] / rates["classic_spread_64"], 2),
            "hot_over_spread": round(rates["hot_64"] / rates["spread_64"], 2),
            "pgbench_tpcb_tps": pgbench_tps(bench, clients=(16, 32, 64)),
            "audit_ok": audited(bench.database, only=LEDGER_CHECKS),
        }
    return figures


def _pairs(bench: Stand, caller: int, *, hot: bool) -> Iterator[tuple[int, int]]:
    """Say which lot pays which shop: every caller walks the wallets from a place of its own."""
    lots, shops = bench.lot_accounts, bench.shop_accounts
    place = caller * 7919
    while True:
        yield lots[place % len(lots)], shops[0] if hot else shops[place % len(shops)]
        place += 1


def _ours(bench: Stand, callers: int, *, hot: bool) -> float:
    def run_batch(conn: Connection, items: list[Transfer]) -> list[bool]:
        at = datetime.now(UTC)  # nothing is decided here, so the lane is taken where it is written to: by post itself
        post(conn, [Entry(new_id(at), "payment", seoul_date(at), (item,)) for item in items], at=at)
        return [True] * len(items)

    engine = bench.database.writer()  # what a till writes through: one connection, plans made once
    runner: Runner[Transfer, bool] = Runner(engine, run_batch)

    def one(caller: int) -> Callable[[], None]:
        pairs = _pairs(bench, caller, hot=hot)

        def call() -> None:
            debit, credit = next(pairs)
            assert runner.call(Transfer(debit, credit, AMOUNT, "payment"))

        return call

    try:
        return _drive(callers, one)
    finally:
        runner.close()
        engine.dispose()


def _classic(bench: Stand, callers: int, *, hot: bool) -> float:
    opened: list[psycopg.Connection[tuple[object, ...]]] = []

    def one(caller: int) -> Callable[[], None]:
        conn = psycopg.connect(bench.database.url(Role.OWNER), prepare_threshold=1)
        opened.append(conn)
        pairs = _pairs(bench, caller, hot=hot)

        def call() -> None:
            debit, credit = next(pairs)
            _post_classic(conn, debit, credit)

        return call

    try:
        return _drive(min(callers, 150), one)
    finally:
        for conn in opened:
            conn.close()


def _post_classic(conn: psycopg.Connection[tuple[object, ...]], debit: int, credit: int) -> None:
    at = datetime.now(UTC)
    transfer = new_id(at)
    with conn.transaction():
        rows = conn.execute(
            "SELECT id, balance FROM classic.accounts WHERE id = ANY(%s) ORDER BY id FOR UPDATE", ([debit, credit],)
        ).fetchall()
        balances = {row[0]: int(str(row[1])) for row in rows}
        paid, earned = balances[debit] - AMOUNT, balances[credit] + AMOUNT
        assert paid >= 0
        conn.execute(
            "INSERT INTO classic.postings (transfer, account, amount, balance, recorded_at)"
            " VALUES (%s, %s, %s, %s, %s), (%s, %s, %s, %s, %s)",
            (transfer, debit, -AMOUNT, paid, at, transfer, credit, AMOUNT, earned, at),
        )
        conn.execute("UPDATE classic.accounts SET balance = %s WHERE id = %s", (paid, debit))
        conn.execute("UPDATE classic.accounts SET balance = %s WHERE id = %s", (earned, credit))


def _drive(callers: int, make: Callable[[int], Callable[[], None]]) -> float:
    """Let callers call for a while; answers how many calls a second were answered."""
    calls = [make(caller) for caller in range(callers)]
    counts = [0] * callers
    start = threading.Barrier(callers + 1)
    stop = threading.Event()

    def work(caller: int) -> None:
        call = calls[caller]
        start.wait()
        while not stop.is_set():
            call()
            counts[caller] += 1

    threads = [threading.Thread(target=work, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    stop.wait(SECONDS)
    stop.set()
    elapsed = time.perf_counter() - begun
    done = sum(counts)
    for thread in threads:
        thread.join()
    return done / elapsed


def _make_classic(bench: Stand) -> None:
    with psycopg.connect(bench.database.url(Role.OWNER)) as conn:
        conn.execute(_CLASSIC.encode())
        with conn.cursor().copy("COPY classic.accounts (id, balance) FROM STDIN") as copy:
            for account in (*bench.lot_accounts, *bench.shop_accounts):
                copy.write_row((account, 1_000_000_000))


def pgbench_tps(bench: Stand, *, clients: tuple[int, ...], seconds: int = 4) -> int | None:
    """Measure `pgbench` TPC-B at its best number of clients on the same server; None where it is not installed."""
    settings = bench.database.settings
    program = embedded(settings).binary("pgbench") if settings.database_url is None else None
    if program is None or not program.exists():
        return None
    url = bench.database.named(bench.database.name).superuser_url()
    subprocess.run([str(program), "-i", "-s", "10", "-q", url], check=True, capture_output=True)
    best = 0.0
    for count in clients:
        done = subprocess.run(
            [str(program), "-c", str(count), "-j", "2", "-T", str(seconds), "-M", "prepared", url],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        found = re.search(r"tps = ([0-9.]+)", done.stdout)
        best = max(best, float(found.group(1)) if found else 0.0)
    return round(best)
