"""Start and stop the simulated bank as a process of its own: for the demo, for `onnuri up` and for tests."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast


class SimulatorDidNotStart(RuntimeError):
    """The process ended, or said something else than its port."""


@dataclass(frozen=True, slots=True)
class SimulatorProcess:
    """A running simulated bank and where it listens."""

    process: subprocess.Popen[str]
    port: int

    @property
    def base_url(self) -> str:
        """The address to give to a client or a mailbox."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Ask it to end and wait for it; kill it where it does not."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def start_simulator(
    state: Path, *, port: int = 0, hold_seconds: float = 3.0, overdraft: bool = False
) -> SimulatorProcess:
    """Start the simulator over a state file and wait until it listens; port 0 takes a free one."""
    command = [sys.executable, "-m", "onnuri.banks.simulator"]
    command += ["--port", str(port), "--state", str(state.resolve()), "--hold-seconds", str(hold_seconds)]
    command += ["--overdraft"] if overdraft else []
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]
    )
    told = process.stdout.readline() if process.stdout is not None else ""
    try:
        listening = cast("dict[str, object]", json.loads(told))["port"]
    except (ValueError, KeyError, TypeError):
        listening = None
    if not isinstance(listening, int):
        process.kill()
        process.wait()
        raise SimulatorDidNotStart(told)
    return SimulatorProcess(process, listening)
