"""Bench `memory`: resident size of the server and of the worker while 200,000 payments are made over HTTP."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench.stand import audited, stand
from bench.till import load, servers
from onnuri.people.tokens import issue_tokens

PAYMENTS = 200_000
STEPS = 5
WALLETS = 2_000


def run(say: Callable[[str], None]) -> dict[str, object]:
    """Measure; answers resident sizes in KiB after each step; flat means that the last steps do not grow."""
    with stand("memory", wallets=WALLETS) as bench:
        with bench.engine.begin() as conn:
            tokens = [issued.token for issued in issue_tokens(conn, bench.holders, at=datetime.now(UTC))]
        with servers(bench, 1) as children:
            worker = _worker(children[0].environment)
            try:
                api: list[int] = []
                work: list[int] = []
                paid = errors = 0
                while paid < PAYMENTS:
                    say(f"{paid:,} of {PAYMENTS:,}")
                    found = load(bench, tokens, [children[0].base_url], connections=64, payments=PAYMENTS // STEPS)
                    paid, errors = paid + found["paid"], errors + found["errors"]
                    api.append(_resident_kib(children[0].child.process.pid))
                    work.append(_resident_kib(worker.pid))
            finally:
                worker.terminate()
                worker.wait()
        return {
            "payments": paid,
            "errors": errors,
            "api_kib": api,
            "worker_kib": work,
            "api_growth": round(api[-1] / api[0], 3),
            "worker_growth": round(work[-1] / work[0], 3),
            "audit_ok": audited(bench.database),
        }


def _worker(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "onnuri.ops", "worker"], env=environment, stdout=subprocess.DEVNULL)


def _resident_kib(process_id: int) -> int:
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ProcessLookupError(process_id)
