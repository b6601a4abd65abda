"""A connection that sends no head, half a head, or an endless one is hung up on; an ordinary one is served."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from onnuri.ops.bounded_http import HEAD_BYTES_MAX, BoundedHttp
from onnuri.ops.serve import listen

GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


class Hurried(BoundedHttp):
    """The same, for people who do not like to wait."""

    seconds_max = 0.5


@pytest.fixture
def port() -> Iterator[int]:
    async def hello(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"hi"})

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(hello, http=Hurried, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)
    listener.close()


def heard(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Say pieces, one after the other; answers all that came until the other side hung up."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                line.sendall(piece)
                time.sleep(pause)
        said = b""
        with contextlib.suppress(ConnectionResetError):
            while piece := line.recv(65536):
                said += piece
        return said


def test_an_ordinary_request_is_served(port: int) -> None:
    assert heard(port, GET + b"Connection: close\r\n\r\n").endswith(b"hi")


@pytest.mark.parametrize("begun", [b"", b"GET", GET], ids=["nothing", "a word", "half a head"])
def test_who_does_not_end_a_head_in_time_is_hung_up_on(port: int, begun: bytes) -> None:
    assert heard(port, begun) == b""


def test_a_head_that_drips_is_hung_up_on(port: int) -> None:
    assert heard(port, GET, *(b"x-%d: 1\r\n" % number for number in range(20)), pause=0.05) == b""


def test_a_second_head_must_end_too(port: int) -> None:
    assert heard(port, GET + b"\r\n", GET, pause=0.1).count(b"hi") == 1


def test_an_endless_head_is_hung_up_on(port: int) -> None:
    assert heard(port, GET, b"x: " + b"y" * (HEAD_BYTES_MAX + 1)) == b""


def test_a_slow_body_may_take_longer_than_a_head(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n"
    assert heard(port, head, b"ab", b"cd", pause=0.6).endswith(b"hi")
