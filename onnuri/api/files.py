"""Files as request bodies: streamed to a spool on disk, bounded, hashed on the way; nothing is held in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from onnuri.api.bodies import BodyUnreadable, StrictRoute, check_address
from onnuri.kit.refusals import Malformed

FILE_BYTES_MAX: Final = 512 * 1024 * 1024
GRACE_SECONDS = 30.0
BYTES_A_SECOND_MIN: Final = 64 * 1024
"""What an upload has come to after its grace; a slower one holds a connection and a file for nothing."""
CSV_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "wallet,amount,reference\nwal_0192f0c1a2b37c4d8e5f60718293a4b5,50000,2026-000001\n",
            }
        },
    }
}
"""How a route describes that its body is a list: UTF-8, with or without a byte-order mark, or CP949."""


class FileTooLarge(Malformed):
    """The file exceeds 512 MiB."""

    code = "file_too_large"
    ko = "파일이 너무 큽니다. 최대 {bytes_max}바이트입니다. 저장된 것은 없습니다."
    en = "The file is too large: at most {bytes_max} bytes. Nothing was stored."


class FileTooSlow(Malformed):
    """The file comes slower than anybody's line is."""

    code = "file_too_slow"
    ko = "파일이 너무 느리게 옵니다. 초당 {bytes_a_second}바이트 이상이어야 합니다. 저장된 것은 없습니다."
    en = "The file comes too slowly: at least {bytes_a_second} bytes a second are needed. Nothing was stored."


class NotCsv(Malformed):
    """The file's content type is not text/csv."""

    code = "content_type_not_csv"
    ko = "파일은 text/csv여야 합니다. 저장된 것은 없습니다."
    en = "The file must be text/csv. Nothing was stored."


class FileRoute(StrictRoute):
    """A route whose body, if it has one, is a file that the function streams itself by `received`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Check the address only; the body is left to the function."""
        handle = APIRoute.get_route_handler(self)
        known = self.known_queries()

        async def streamed(request: Request) -> Response:
            check_address(request, known)
            return await handle(request)

        return streamed


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came whole."""

    content: IO[bytes]
    sha256: str


@asynccontextmanager
async def received(request: Request) -> AsyncGenerator[Received]:
    """Take the body as a file, for as long as the block lasts. Refuses `NotCsv`, `FileTooLarge`, `FileTooSlow`,
    `BodyUnreadable`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise NotCsv
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 12 or int(declared) > FILE_BYTES_MAX):
        raise FileTooLarge(bytes_max=FILE_BYTES_MAX)
    hashed, size = hashlib.sha256(), 0
    with TemporaryFile() as spool:
        try:
            async with asyncio.timeout(GRACE_SECONDS) as limit:
                begun = asyncio.get_running_loop().time()
                async for piece in request.stream():
                    size += len(piece)
                    if size > FILE_BYTES_MAX:
                        raise FileTooLarge(bytes_max=FILE_BYTES_MAX)
                    hashed.update(piece)
                    spool.write(piece)
                    limit.reschedule(begun + GRACE_SECONDS + size / BYTES_A_SECOND_MIN)
        except TimeoutError:
            raise FileTooSlow(bytes_a_second=BYTES_A_SECOND_MIN) from None
        except ClientDisconnect:  # nobody reads the answer; hanging up is no fault of ours
            raise BodyUnreadable(reason="cut short") from None
        yield Received(spool, hashed.hexdigest())
