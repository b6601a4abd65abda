"""HTTP with bounds on the head: how long it may be and how long it may take, so that nobody holds connections open."""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX: Final = 512 * 1024
"""What may arrive until a head ends; one packet may carry the whole body with it."""
HEAD_SECONDS_MAX: Final = 10.0


class BoundedHttp(HttpToolsProtocol):
    """Hangs up on a connection whose next request does not begin and end its head in time or in size.

    Between requests uvicorn's own keep-alive time holds. A body is bounded where it is read.
    """

    seconds_max = HEAD_SECONDS_MAX

    _timer: asyncio.TimerHandle | None = None
    _left = HEAD_BYTES_MAX

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn declares it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Count what arrives while a head is open."""
        if self._timer is not None:
            self._left -= len(data)
            if self._left < 0:
                self.transport.close()
                return
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to wait for a head on a connection that was kept alive."""
        super().on_message_begin()
        if self._timer is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head is there."""
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting: nobody is there."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._left = HEAD_BYTES_MAX
        self._timer = self.loop.call_later(self.seconds_max, self.transport.close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
