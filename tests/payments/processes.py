"""Start a till in a process of its own, talk to it, and see how it ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from onnuri.kit.database import Database, Role

ROOT = Path(__file__).resolve().parents[2]


class TillProcess:
    """One process with a till; its answers are collected while it lives."""

    def __init__(self, database: Database, *, point: str = "never", times: int = 1) -> None:
        self.answers: dict[str, str] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.till_process", database.url(Role.APP), point, str(times)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self._process.stdout is not None
        assert json.loads(self._process.stdout.readline()) == {"ready": True}
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def pay(self, key: str, wallet: UUID, stall: str, amount: int) -> None:
        """Ask for a payment; a dead process does not hear it."""
        self._send({"key": key, "wallet": str(wallet), "stall": stall, "amount": amount})

    def charge(self, key: str, wallet: UUID, face: int, book: Path) -> None:
        """Ask for a charge at a bank that keeps its book in a file."""
        self._send({"key": key, "wallet": str(wallet), "charge": face, "book": str(book)})

    def hear(self, key: str) -> None:
        """Wait for one answer."""
        deadline = time.monotonic() + 30
        while key not in self.answers:
            assert time.monotonic() < deadline, f"{key} was never answered"
            time.sleep(0.002)

    def kill(self) -> None:
        """Kill it, now."""
        os.kill(self._process.pid, signal.SIGKILL)

    def end(self) -> dict[str, str]:
        """Ask for nothing more, wait for its end and give what it answered: key -> payment id, or code of a refusal."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self.exit_code = self._process.wait(timeout=60)
        self._reader.join(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self.answers

    def _send(self, asked: dict[str, object]) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                answer = json.loads(line)
            except ValueError:
                return  # killed while it spoke
            self.answers[answer["key"]] = answer.get("id") or answer.get("code") or answer["charge"]
