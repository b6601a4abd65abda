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
    """A process of ours; it says `{"base_url": …}` in one line on stdout when it is ready."""

    process: subprocess.Popen[str]

    def wait_ready(self) -> str:
        """Wait until it is ready and give its address. Raises `ChildDidNotStart`."""
        told = self.process.stdout.readline() if self.process.stdout is not None else ""
        try:
            address = cast("dict[str, object]", json.loads(told))["base_url"]
        except (ValueError, KeyError, TypeError):
            address = None
        if not isinstance(address, str):
            raise ChildDidNotStart(told.strip() or "it ended before it was ready")
        return address

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
    """Start `python -m …` and come back at once: it gets ready while other things are done."""
    return Child(
        subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environment),
        )
    )
