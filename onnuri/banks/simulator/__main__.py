"""Run the simulated bank: `python -m onnuri.banks.simulator --port 0 --state FILE [--port-file FILE]`."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import socket
from collections.abc import Sequence
from pathlib import Path

import uvicorn

from onnuri.banks.simulator.app import build_app
from onnuri.banks.simulator.state import StateFile


def main(arguments: Sequence[str] | None = None) -> None:
    """Open the state, listen, say the port as one line of JSON, serve until stopped."""
    options = _options(arguments)
    listener = socket.create_server((options.host, options.port), backlog=512)
    state = StateFile(options.state)
    app = build_app(state, hold_seconds=options.hold_seconds, overdraft=options.overdraft)
    told = json.dumps({"host": options.host, "port": listener.getsockname()[1]})
    if options.port_file is not None:
        unfinished = options.port_file.with_name(options.port_file.name + ".new")
        unfinished.write_text(told + "\n", encoding="utf-8")
        unfinished.replace(options.port_file)
    print(told, flush=True)
    logging.getLogger("uvicorn.error").addFilter(_asked_for)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        state.close()


def _asked_for(record: logging.LogRecord) -> bool:
    """Keep quiet about the connections an account asked us to cut."""
    return record.exc_info is None or not isinstance(record.exc_info[1], ConnectionAbortedError)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m onnuri.banks.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--port-file", type=Path, help="where to write the same line of JSON")
    parser.add_argument("--state", type=Path, required=True, help="the bank's memory, made where missing")
    parser.add_argument("--hold-seconds", type=float, default=3.0, help="how long an account ending in 99 makes wait")
    parser.add_argument("--overdraft", action="store_true", help="let our account go below zero")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
