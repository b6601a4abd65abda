"""The callers of bench `till`: connections kept open, requests prepared; one process, as lean as Python allows.

Reads a plan as JSON on stdin, prints what came of it as JSON on stdout. Sends only to addresses of this machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

SECONDS_MAX = 240


class Payer(asyncio.Protocol):
    """One connection: sends a payment, waits for the whole answer, sends the next."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._sent_at = 0.0
        self.idle = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's has no common base with asyncio's

    def pay(self) -> None:
        """Send the next payment."""
        assert self._transport is not None
        self.idle = False
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._crowd.requests))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        length_at = self._received.lower().find(b"content-length: ", 0, head)
        length = int(self._received[length_at + 16 : self._received.find(b"\r\n", length_at)])
        if len(self._received) < head + 4 + length:
            return
        status = self._received[9:12]
        self._received = self._received[head + 4 + length :]
        self.idle = True
        self._crowd.answered(self, status, time.perf_counter() - self._sent_at)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol calls it so
        if not self._crowd.over:
            self._crowd.errors += 1


class Crowd:
    """All the payers of one run."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self.requests = _requests(plan)
        self.over = False
        self.errors = 0
        self.paid = 0
        self.latencies_ms: list[float] = []
        self._paced = "rate" in plan
        self._enough = plan.get("payments", sys.maxsize)
        self.done = asyncio.Event()

    def answered(self, payer: Payer, status: bytes, seconds: float) -> None:
        """Count an answer; without a pace the next payment follows at once."""
        if status == b"201":
            self.paid += 1
            self.latencies_ms.append(seconds * 1000)
        else:
            self.errors += 1
        if self.paid + self.errors >= self._enough:
            self.done.set()
        elif not self._paced and not self.over:
            payer.pay()


def _requests(plan: dict[str, Any]) -> Iterator[bytes]:
    """Write requests: every holder in turn pays every stall in turn."""
    tokens, stalls, run = plan["tokens"], plan["stalls"], plan["run"]
    for number in itertools.count():
        body = b'{"payee":"%s","amount":10}' % stalls[number % len(stalls)].encode()
        yield (
            b"POST /v1/payments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Authorization: Bearer %s\r\nIdempotency-Key: %s-%d\r\nContent-Length: %d\r\n\r\n%s"
            % (tokens[number % len(tokens)].encode(), run.encode(), number, len(body), body)
        )


async def _run(plan: dict[str, Any]) -> dict[str, Any]:
    crowd = Crowd(plan)
    loop = asyncio.get_running_loop()
    payers: list[Payer] = []
    for number in range(plan["connections"]):
        urls: list[str] = plan["urls"]
        address = urlsplit(urls[number % len(urls)])
        _, payer = await loop.create_connection(lambda: Payer(crowd), "127.0.0.1", address.port or 80)
        payers.append(payer)
    begun = time.perf_counter()
    if "rate" in plan:
        await _paced(payers, plan["rate"], plan["seconds"])
    else:
        for payer in payers:
            payer.pay()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(crowd.done.wait(), plan.get("seconds", SECONDS_MAX))
    paid, elapsed = crowd.paid, time.perf_counter() - begun
    crowd.over = True
    await asyncio.sleep(0.5)
    return {"rate": paid / elapsed, "paid": paid, "errors": crowd.errors, "latencies_ms": crowd.latencies_ms}


async def _paced(payers: list[Payer], rate: int, seconds: int) -> None:
    """Send at a steady rate from whoever is idle; a tick that finds nobody idle waits for its turn."""
    begun = time.perf_counter()
    sent = 0
    while (now := time.perf_counter() - begun) < seconds:
        due = int(now * rate)
        for payer in payers:
            if sent >= due:
                break
            if payer.idle:
                payer.pay()
                sent += 1
        await asyncio.sleep(0.001)


def main() -> None:
    """Run the plan on stdin."""
    plan = json.load(sys.stdin)
    json.dump(uvloop.run(_run(plan)), sys.stdout)


if __name__ == "__main__":
    main()
