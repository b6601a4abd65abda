"""`onnuri up` in a process of its own: everything comes up, answers, and goes down together."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest


@contextmanager
def running(house: dict[str, str], *arguments: str) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """Run a command and collect what it says."""
    process = subprocess.Popen(
        [sys.executable, "-m", "onnuri.ops", *arguments], env=house, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    said: list[str] = []
    assert process.stderr is not None
    reader = threading.Thread(target=lambda: said.extend(iter(process.stderr.readline, "")), daemon=True)  # type: ignore[union-attr]  # it is piped
    reader.start()
    try:
        yield process, said
    finally:
        process.terminate()
        process.wait(timeout=30)
        reader.join(timeout=5)
        process.stderr.close()


def heard(said: list[str], words: str, seconds: int = 60) -> str:
    """Wait until a line with these words was said."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for line in list(said):
            if words in line:
                return line
        time.sleep(0.05)
    pytest.fail(f"{words!r} was never said: {said}")


def test_up_serves_api_and_pages_and_takes_its_bank_along(house: dict[str, str], tmp_path: Path) -> None:
    with running(house, "up", "--port", "0") as (process, said):
        address = heard(said, "pages").split()[-1].rstrip("/")
        bank = heard(said, "simulator").split()[2]
        status = httpx.get(f"{address}/v1/status", trust_env=False).json()
        assert status["database"] == "up"
        assert status["bank"] == "connected"
        assert httpx.get(f"{address}/health/ready", trust_env=False).status_code == 200
        assert "온누리" in httpx.get(f"{address}/sign-in", trust_env=False).text
        assert httpx.get(f"{bank}/health", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{bank}/health", trust_env=False)


def test_a_taken_port_is_said_so_and_nothing_is_left_behind(house: dict[str, str]) -> None:
    with running(house, "up", "--port", "0") as (_, said):
        port = heard(said, "pages").split()[-1].rstrip("/").rpartition(":")[2]
        with running(house, "up", "--port", port) as (second, words):
            assert second.wait(timeout=60) == 4
            heard(words, "Address already in use")


def test_the_worker_works_until_it_is_told_to_stop(house: dict[str, str]) -> None:
    with running({**house, "ONNURI_BANK_URL": "http://127.0.0.1:9"}, "worker") as (process, said):
        heard(said, "The worker runs")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
