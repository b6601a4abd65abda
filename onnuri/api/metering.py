"""Count requests and time them, for /metrics: by route and status, never by who."""

from __future__ import annotations

import time

from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REQUESTS = Counter("onnuri_http_requests", "Requests answered.", ("method", "route", "status"))
_SECONDS = Histogram("onnuri_http_request_seconds", "Time to the first byte of the answer.", ("route",))


class Metering:
    """Plain ASGI, so that nothing stands between a stream and its reader."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note how it was answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unknown")
                _REQUESTS.labels(scope["method"] if route != "unknown" else "-", route, message["status"]).inc()
                _SECONDS.labels(route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, noted)
