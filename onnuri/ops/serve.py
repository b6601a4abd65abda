"""Serve the API and the pages: put the application together and listen. Also a process of its own, for the demo.

`python -m onnuri.ops.serve --port 0` says `{"base_url": …}` in one line on stdout when it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

import uvicorn

from onnuri.banks.client import OpenBankingClient
from onnuri.kit.config import ConfigurationError, load_settings
from onnuri.kit.database import Database
from onnuri.ops.application import application
from onnuri.ops.bank import bank_client
from onnuri.ops.bounded_http import BoundedHttp
from onnuri.ops.reach import house_clock, reach
from onnuri.ops.saying import log_to_stderr, refuse_optimised

_BACKLOG = 1024
_DRAIN_SECONDS_MAX = 3


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is started; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def address_of(listener: socket.socket) -> str:
    """Write the address people open: a server on all addresses is reached by this machine's own."""
    host, port = listener.getsockname()[:2]
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def serve(
    database: Database, bank: OpenBankingClient | None, listener: socket.socket, *, ready: Callable[[], None]
) -> None:
    """Serve until stopped by SIGINT or SIGTERM, then let the caller clean up; `ready` is called once it answers."""
    server = _Server(_configuration(application(database, clock=house_clock(database), bank=bank)), ready)
    signal.signal(signal.SIGTERM, _interrupt)  # uvicorn raises it again when it is done; the default would kill us
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _configuration(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        loop="uvloop",
        http=BoundedHttp,
        server_header=False,
        timeout_graceful_shutdown=_DRAIN_SECONDS_MAX,
    )


class _Server(uvicorn.Server):
    def __init__(self, configuration: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(configuration)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            asyncio.get_running_loop().call_soon(self._ready)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the database of the environment on the address given."""
    refuse_optimised()
    log_to_stderr()
    parser = argparse.ArgumentParser(prog="python -m onnuri.ops.serve", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    options = parser.parse_args(arguments)
    settings = load_settings()
    if settings.bank_url is None:
        raise ConfigurationError("this process needs ONNURI_BANK_URL; `onnuri up` starts a simulated bank")
    listener = listen(options.host, options.port)

    def ready() -> None:
        sys.stdout.write(json.dumps({"base_url": address_of(listener)}) + "\n")
        sys.stdout.flush()

    with bank_client(settings, settings.bank_url) as bank:
        serve(reach(settings), bank, listener, ready=ready)


if __name__ == "__main__":
    main()
