"""Bench `grant`: a bulk grant of a million lots through the house's own verb, and payments while it runs.

Reference: `COPY` of the same rows into an identical plain table of the same database (columns, checks, indexes, foreign
keys), right after; without its foreign keys it is told too. Payments go through the till at a steady pace, first alone,
then beside a grant that runs in a process of its own. `ONNURI_BENCH_ROWS` asks for another number of lots.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import psycopg
from sqlalchemy import text

from bench.stand import Stand, audited, percentile, stand
from onnuri.kit.clock import SystemClock
from onnuri.kit.config import load_settings
from onnuri.kit.database import Role, open_cluster
from onnuri.kit.ids import new_id
from onnuri.kit.requests import RequestKey
from onnuri.payments.batch import Answer
from onnuri.payments.model import Pay, Payee, PayeeKind
from onnuri.payments.till import Till
from onnuri.people.register import NewPerson, register_people
from onnuri.people.sealing import sealer_of
from onnuri.vouchers.giving.credit_run import CreditEdge, run_list
from onnuri.vouchers.giving.credit_upload import CreditList, approve_list, keep_list
from onnuri.vouchers.giving.grant import ProgrammeDraft, decide_programme, grant_source, propose_programme

ROWS = int(os.environ.get("ONNURI_BENCH_ROWS", "1000000"))
PAYMENTS_PER_S = 50
SECONDS = 12
_ANSWER_WITHIN = 120
"""Seconds; a grant that failed in its process does not answer."""
PROGRAMME = "bench"


def run(say: Callable[[str], None]) -> dict[str, object]:
    """Measure; answers the figures."""
    with stand("grant", wallets=500) as bench:
        say(f"{ROWS:,} wallets ...")
        wallets = _wallets(bench, ROWS)
        with bench.engine.begin() as conn:
            soon = timedelta(days=1)
            sealer = sealer_of(bench.database.settings)
            maker, checker = register_people(conn, sealer, [NewPerson("maker"), NewPerson("checker")], at=bench.at)
            span = (bench.at - soon, bench.at + soon, bench.at + 90 * soon)
            propose_programme(conn, ProgrammeDraft(PROGRAMME, "bench", *span, "bench"), by=maker, at=bench.at)
            decide_programme(conn, PROGRAMME, approved=True, by=checker, at=bench.at)
        say("two lists uploaded and approved ...")
        quarter = wallets[: max(1, ROWS // 4)]
        for name, of in (("beside", quarter), ("rest", wallets)):
            _approve(bench, of, name)
        _settle_down(bench)
        say("payments alone ...")
        without = _payments(bench)
        say("payments beside a grant ...")
        beside, lines_beside, seconds_beside = _beside(bench, quarter)
        say(f"{ROWS:,} lots at rest ...")
        _settle_down(bench)
        begun = time.perf_counter()
        lines = grant(bench.database.name, wallets, "rest")
        taken = time.perf_counter() - begun
        say("COPY of the same rows ...")
        identical, bare = _copy(bench, lines)
        rate = lines / taken
        p99, p99_beside = percentile(without, 99), percentile(beside, 99)
        return {
            "rows": lines,
            "rows_per_s": round(rate),
            "reference_rows_per_s": round(identical),
            "ratio": round(rate / identical, 3),
            "reference_without_foreign_keys_rows_per_s": round(bare),
            "ratio_without_foreign_keys": round(rate / bare, 3),
            "payments_per_s": PAYMENTS_PER_S,
            "p99_without_ms": round(p99, 2),
            "p99_with_ms": round(p99_beside, 2),
            "p99_ratio": round(p99_beside / p99, 2),
            "rows_per_s_with_payments": round(lines_beside / seconds_beside),
            "audit_ok": audited(bench.database),
        }


def grant(database_name: str, wallets: Sequence[UUID], run_name: str, stop: float | None = None) -> int:
    """Run one approved list over the first lane, until its end or so many seconds; answers the lines credited."""
    database = open_cluster(load_settings(), database_name)
    engine = database.engine(Role.APP)
    with engine.begin() as conn:
        source = grant_source(conn, PROGRAMME, at=datetime.now(UTC))
    edge = CreditEdge(lambda _: engine.begin(), lambda: datetime.now(UTC))
    begun, lines = time.perf_counter(), 0
    for report in run_list(edge, source, _digest(run_name), _file(wallets, run_name)):
        lines = report.lines
        if stop is not None and time.perf_counter() - begun > stop:
            break
    engine.dispose()
    return lines


def _approve(bench: Stand, wallets: Sequence[UUID], run_name: str) -> None:
    """Let one person upload a list and another approve it."""
    with bench.engine.begin() as conn:
        sealer = sealer_of(bench.database.settings)
        maker, checker = register_people(conn, sealer, [NewPerson("maker"), NewPerson("checker")], at=bench.at)
        source = grant_source(conn, PROGRAMME, at=bench.at)
        kept = keep_list(conn, source, _digest(run_name), _file(wallets, run_name), by=maker, at=bench.at).value
        assert isinstance(kept, CreditList), kept
        approve_list(conn, kept.id, by=checker, at=bench.at)


def _settle_down(bench: Stand) -> None:
    """Write down and count what was loaded, so that no measured part pays for the one before it."""
    with psycopg.connect(bench.database.superuser_url(), autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE)")
        conn.execute("CHECKPOINT")


def _digest(run_name: str) -> str:
    return sha256(run_name.encode()).hexdigest()


def _file(wallets: Sequence[UUID], run_name: str) -> Iterator[str]:
    yield "wallet,amount,reference"
    for number, wallet in enumerate(wallets):
        yield f"wal_{wallet.hex},50000,{run_name}-{number:08d}"


def _wallets(bench: Stand, count: int) -> list[UUID]:
    made: list[UUID] = []
    for start in range(0, count, 20_000):
        ids = [new_id(bench.at) for _ in range(min(20_000, count - start))]
        given = {"ids": ",".join(id.hex for id in ids), "at": bench.at}
        with bench.engine.begin() as conn:
            for statement in _WALLETS:
                conn.execute(text(statement), given)
        made += ids
    return made


_WALLETS = (
    "INSERT INTO shared.people (id, created_at) SELECT unnest(CAST(string_to_array(:ids, ',') AS uuid[])), :at",
    """INSERT INTO shared.wallets (id, holder_id, lane, opened_at)
       SELECT w, w, 'lane_00', :at FROM unnest(CAST(string_to_array(:ids, ',') AS uuid[])) AS x (w)""",
    """INSERT INTO wallets (id, status, opened_at)
       SELECT w, 'OPEN', :at FROM unnest(CAST(string_to_array(:ids, ',') AS uuid[])) AS x (w)""",
)


def _payments(bench: Stand, *, until: threading.Event | None = None) -> list[float]:
    """Pay at a steady pace for some seconds; answers the latencies, milliseconds."""
    till = Till(bench.engine, SystemClock())
    taken: list[float] = []
    begun, number = time.perf_counter(), 0

    def answered(sent: float) -> Callable[[Future[Answer]], None]:
        return lambda future: taken.append((time.perf_counter() - sent) * 1000) if future.exception() is None else None

    while time.perf_counter() - begun < SECONDS and not (until and until.is_set()):
        if number >= (time.perf_counter() - begun) * PAYMENTS_PER_S:
            time.sleep(0.001)
            continue
        key = f"{begun}-{number}"
        request = RequestKey("bench", key, sha256(key.encode()).digest())
        payee = Payee(PayeeKind.STALL, bench.stall_numbers[number % len(bench.stall_numbers)])
        item = Pay(new_id(datetime.now(UTC)), request, bench.wallets[number % len(bench.wallets)], payee, 10)
        sent = time.perf_counter()
        till.submit(item).add_done_callback(answered(sent))
        number += 1
    till.close()
    return taken


def _beside(bench: Stand, wallets: Sequence[UUID]) -> tuple[list[float], int, float]:
    """Pay while a list runs in a process of its own; latencies, lines credited meanwhile, seconds."""
    spawn = multiprocessing.get_context("spawn")
    result = spawn.Queue()
    process = spawn.Process(target=_grant_into, args=(bench.database.name, list(wallets), result))
    process.start()
    result.get(timeout=_ANSWER_WITHIN)  # it is about to begin
    begun = time.perf_counter()
    latencies = _payments(bench)
    lines, seconds = result.get(timeout=_ANSWER_WITHIN), time.perf_counter() - begun
    process.join()
    return latencies, int(lines), seconds


def _grant_into(database_name: str, wallets: Sequence[UUID], result: multiprocessing.Queue[int]) -> None:
    result.put(0)
    result.put(grant(database_name, wallets, "beside", stop=SECONDS + 1))


def _copy(bench: Stand, lines: int) -> tuple[float, float]:
    """Copy the granted rows into an identical plain table, with and without its foreign keys; rows a second."""
    with psycopg.connect(bench.database.superuser_url(), autocommit=True) as conn:
        conn.execute("SET search_path = lane_00, pg_catalog")
        rows = io.BytesIO()
        newest = f"COPY (SELECT * FROM lots WHERE source = 'grant' ORDER BY account_id DESC LIMIT {lines}) TO STDOUT"
        with conn.cursor().copy(newest.encode()) as out:
            for part in out:
                rows.write(part)
        rates: list[float] = []
        keys = conn.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'lots'::regclass AND"
            " contype = 'f'"
        ).fetchall()
        for foreign_keys in (keys, []):
            conn.execute("CREATE TABLE plain (LIKE lots INCLUDING ALL)")
            for name, definition in foreign_keys:
                conn.execute(f"ALTER TABLE plain ADD CONSTRAINT plain_{name} {definition}".encode())
            conn.execute("CHECKPOINT")
            begun = time.perf_counter()
            with conn.cursor().copy(b"COPY plain FROM STDIN") as into:
                into.write(rows.getvalue())
            rates.append(lines / (time.perf_counter() - begun))
            conn.execute("DROP TABLE plain")
    return rates[0], rates[1]
