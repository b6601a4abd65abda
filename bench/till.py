"""Bench `till`: payments over HTTP, whole: sign-in, idempotency, policy, limits, lots, receipt, durable commit.

The server is the real one (`python -m onnuri.ops.serve`, one process or two on one lane); the callers are a process of
their own that keeps connections open and sends prepared requests. Reference: `pgbench` TPC-B at its best number of
clients on the same server, and one bare commit for the latencies. Only answers 201 count.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from bench.lane import pgbench_tps
from bench.stand import Stand, audited, percentile, stand
from onnuri.kit.database import Role
from onnuri.ops.processes import Child, start_child
from onnuri.people.tokens import issue_tokens

SECONDS = 8
CONNECTIONS = (32, 64, 128)
PROCESSES = (1, 2)
WALLETS = 2_000


def run(say: Callable[[str], None]) -> dict[str, object]:
    """Measure; answers the figures."""
    with stand("till", wallets=WALLETS) as bench:
        with bench.engine.begin() as conn:
            tokens = [issued.token for issued in issue_tokens(conn, bench.holders, at=datetime.now(UTC))]
        reference = pgbench_tps(bench, clients=(16, 32, 64))
        bare = _bare_commit_ms(bench)
        best: dict[str, Any] = {"rate": 0.0}
        tried: dict[str, int] = {}
        for processes in PROCESSES:
            with servers(bench, processes) as started:
                urls = [server.base_url for server in started]
                for connections in CONNECTIONS:
                    say(f"{processes} processes, {connections} connections ...")
                    found = load(bench, tokens, urls, connections=connections, seconds=SECONDS)
                    tried[f"{processes}x{connections}"] = round(found["rate"])
                    if found["rate"] > best["rate"]:
                        best = found | {"processes": processes, "connections": connections}
        with servers(bench, best["processes"]) as started:
            say("half load ...")
            urls = [server.base_url for server in started]
            half = load(bench, tokens, urls, connections=16, seconds=SECONDS, rate=int(best["rate"] / 2))
        return {
            "payments_per_s": round(best["rate"]),
            "reference_tps": reference,
            "ratio": round(best["rate"] / reference, 3) if reference else None,
            "processes": best["processes"],
            "connections": best["connections"],
            "tried": tried,
            "half_load_per_s": round(half["rate"]),
            "bare_commit_ms": round(bare, 3),
            "p50_ms": half["p50_ms"],
            "p99_ms": half["p99_ms"],
            "p50_commits": round(half["p50_ms"] / bare, 1),
            "p99_commits": round(half["p99_ms"] / bare, 1),
            "errors": best["errors"] + half["errors"],
            "audit_ok": audited(bench.database),
        }


@dataclass(frozen=True, slots=True)
class Server:
    """A server process, its address, and what it was started with."""

    child: Child
    base_url: str
    environment: dict[str, str]


@contextlib.contextmanager
def servers(bench: Stand, count: int) -> Generator[list[Server]]:
    """Start real server processes on the stand's database."""
    environment = {name: value for name, value in os.environ.items() if name != "ONNURI_APP_DATABASE_URL"} | {
        "DATABASE_URL": bench.database.superuser_url(),
        "ONNURI_SECRET": bench.database.settings.secret.decode(),
        "ONNURI_BANK_URL": "http://127.0.0.1:9",
    }
    started: list[Server] = []
    try:
        for _ in range(count):
            child = start_child(["onnuri.ops.serve", "--port", "0"], environment)
            started.append(Server(child, child.wait_ready(), environment))
        yield started
    finally:
        for server in started:
            server.child.stop()


def load(bench: Stand, tokens: list[str], urls: list[str], *, connections: int, **bounds: int) -> dict[str, Any]:
    """Send payments from a process of their own, for so many `seconds` or `payments`; `rate` paces them."""
    plan = {
        "urls": urls, "tokens": tokens, "stalls": bench.stall_numbers, "connections": connections,
        "run": f"{time.time_ns():x}", **bounds,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "bench.payers"], input=json.dumps(plan), stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    latencies: list[float] = found.pop("latencies_ms")
    return found | {"p50_ms": round(percentile(latencies, 50), 2), "p99_ms": round(percentile(latencies, 99), 2)}


def _bare_commit_ms(bench: Stand) -> float:
    """Measure what one durable commit of one row takes on one connection, median, milliseconds."""
    with psycopg.connect(bench.database.url(Role.OWNER), autocommit=True, prepare_threshold=1) as conn:
        conn.execute("CREATE SCHEMA bare")
        conn.execute("CREATE TABLE bare.commits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text)")
        taken: list[float] = []
        for _ in range(500):
            begun = time.perf_counter()
            conn.execute("INSERT INTO bare.commits (note) VALUES ('x')")
            taken.append((time.perf_counter() - begun) * 1000)
    return percentile(taken, 50)
