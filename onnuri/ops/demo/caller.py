"""How the demo's people speak HTTP: with idempotency keys, patience, and the occasional dropped connection."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from onnuri.ops.demo.tally import Tally

TRIES_MAX: Final = 10
_NO_TLS: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Everything stays on this machine; one context for all saves making one for each client."""


class ServerGone(RuntimeError):
    """The server did not answer, however often it was asked."""


@dataclass(frozen=True, slots=True)
class Post:
    """A request: where to, by whom, under which key, with which body."""

    path: str
    body: Mapping[str, object]
    token: str | None
    key: str | None

    def headers(self) -> dict[str, str]:
        """Write the headers."""
        given = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return given | ({"Idempotency-Key": self.key} if self.key else {})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, body, and whether it had been given before."""

    status: int
    body: dict[str, Any]
    replayed: bool

    @property
    def code(self) -> str:
        """The stable code of a refusal; empty for a yes."""
        return str(self.body.get("code", "")) if self.status >= 400 else ""


class Caller:
    """Sends requests to one server over one connection, as one telephone would, and counts what comes of them."""

    def __init__(self, base_url: str, tally: Tally) -> None:
        self._address = urlsplit(base_url)
        self._http = httpx.AsyncClient(
            base_url=base_url,
            timeout=30,
            trust_env=False,
            verify=_NO_TLS,
            limits=httpx.Limits(max_connections=1),
        )
        self._tally = tally

    async def post(self, post: Post) -> Reply:
        """Send until there is an answer: the same request under the same key, however often; it has one effect."""
        for attempt in range(TRIES_MAX):
            self._tally.requests += 1
            self._tally.retries += attempt > 0
            began = time.perf_counter()
            try:
                response = await self._http.post(post.path, json=post.body, headers=post.headers())
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code != 503:
                self._tally.milliseconds.append(int((time.perf_counter() - began) * 1000))
                replayed = response.headers.get("Idempotent-Replayed") == "true"
                self._tally.replayed += replayed
                return Reply(response.status_code, response.json(), replayed)
            await asyncio.sleep(0.05 * 2**attempt)
        raise ServerGone(post.path)

    async def get(self, path: str, *, token: str) -> dict[str, Any]:
        """Ask for something."""
        self._tally.requests += 1
        response = await self._http.get(path, headers={"Authorization": f"Bearer {token}"})
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    async def hang_up(self, post: Post) -> None:
        """Send a whole request and hang up before the answer: nobody knows then what became of it."""
        self._tally.requests += 1
        self._tally.hung_up += 1
        body = json.dumps(post.body).encode()
        lines = [f"POST {post.path} HTTP/1.1", f"Host: {self._address.netloc}", "Content-Type: application/json"]
        lines += [f"Content-Length: {len(body)}", *(f"{name}: {value}" for name, value in post.headers().items())]
        _, writer = await asyncio.open_connection(self._address.hostname, self._address.port)
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
