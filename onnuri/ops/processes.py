"""Start a process of ours and wait until it says where it listens; end it politely, then not."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

_STOP_SECONDS_MAX = 20


class ChildDidNotStart(RuntimeError):
    """The process ended before it was ready, or said something else than its address."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running process and the address it serves."""

    process: subprocess.Popen[str]
    base_url: str

    def stop(self) -> None:
        """Ask it to end, wait, and kill it where it does not."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=_STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start_child(arguments: Sequence[str], environment: Mapping[str, str]) -> Child:
    """Start `python -m onnuri.ops.serve` or the like, which says `{"base_url": …}` in one line when it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(environment),
    )
    told = process.stdout.readline() if process.stdout is not None else ""
    try:
        address = cast("dict[str, object]", json.loads(told))["base_url"]
    except (ValueError, KeyError, TypeError):
        address = None
    if not isinstance(address, str):
        process.kill()
        process.wait()
        raise ChildDidNotStart(f"{arguments[0]}: {told.strip() or 'ended'}")
    return Child(process, address)
