"""Request bodies, read strictly: bounded, UTF-8, JSON without duplicate keys; and their hash for idempotency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Set
from typing import Annotated, Any, Final, cast

from fastapi import Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import ClientDisconnect
from starlette.types import Message

from onnuri.api.problems import RequestMalformed
from onnuri.kit.refusals import Malformed
from onnuri.kit.visible import UNSEEN

BODY_BYTES_MAX: Final = 64 * 1024
AMOUNT_MAX: Final = 1_000_000_000_000


class BodyUnreadable(Malformed):
    """The body is no JSON object in UTF-8, repeats a key, or holds characters that no text has or that nobody sees."""

    code = "body_unreadable"
    ko = "요청 본문을 읽을 수 없습니다: {reason}"
    en = "The body can't be read: {reason}"


class BodyTooLarge(Malformed):
    """The body exceeds 64 KiB."""

    code = "body_too_large"
    ko = "요청 본문이 너무 큽니다. 최대 {bytes_max}바이트입니다."
    en = "The body is too large: at most {bytes_max} bytes."


class NotJson(Malformed):
    """The body's content type is not application/json."""

    code = "content_type_not_json"
    ko = "본문은 application/json이어야 합니다."
    en = "The body must be application/json."


class AddressMalformed(Malformed):
    """The address holds control characters, or is not UTF-8."""

    code = "address_malformed"
    ko = "주소를 읽을 수 없습니다."
    en = "The address can't be read."


class Strict(BaseModel):
    """A request body: no unknown fields, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Won = Annotated[int, Field(gt=0, le=AMOUNT_MAX, strict=True, description="Whole won.", examples=[15000])]
Currency = Annotated[str, Field(pattern="^KRW$", description="Always KRW; may be left out.", examples=["KRW"])]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=False)]


class StrictRoute(APIRoute):
    """Reads the body itself before anything else does; refuses unknown query parameters and what no text holds."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route: body first."""
        handle = super().get_route_handler()
        known = self.known_queries()

        async def strict(request: Request) -> Response:
            check_address(request, known)
            if request.method not in ("GET", "HEAD", "DELETE"):
                body, _ = await read_strictly(request)
                request = _with_body(request, body)
            return await handle(request)

        return strict

    def known_queries(self) -> Set[str]:
        """Name the query parameters this route takes."""
        return {given.alias for given in get_flat_params(self.dependant) if isinstance(given.field_info, params.Query)}


async def read_strictly(request: Request) -> tuple[bytes, object]:
    """Read and decode the body, keeping its hash for idempotency; None where it is empty."""
    body = await _read(request)
    parsed = parse_json(body, request.headers.get("content-type", "")) if body else None
    request.state.body_hash = body_hash(request.method, request.url.path, parsed)
    return body, parsed


def parse_json(body: bytes, content_type: str) -> object:
    """Decode a JSON body strictly. Refuses `NotJson` and `BodyUnreadable`."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    try:
        parsed: object = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique_keys, parse_constant=_no_constant, parse_int=_whole_number
        )
    except UnicodeDecodeError:
        raise BodyUnreadable(reason="not UTF-8") from None
    except RecursionError:
        raise BodyUnreadable(reason="nested too deeply") from None
    except ValueError:
        raise BodyUnreadable(reason="not JSON") from None
    _check_texts(parsed)
    return parsed


def body_hash(method: str, path: str, parsed: object) -> bytes:
    """Compute the SHA-256 over method, path and body in one canonical form: order of keys and blanks do not matter."""
    canonical = json.dumps([method, path, parsed], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).digest()


async def _read(request: Request) -> bytes:
    """Read the body up to the bound. Refuses `BodyTooLarge`."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and (len(declared) > 9 or int(declared) > BODY_BYTES_MAX):
        raise BodyTooLarge(bytes_max=BODY_BYTES_MAX)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_BYTES_MAX:
                raise BodyTooLarge(bytes_max=BODY_BYTES_MAX)
    except ClientDisconnect:  # nobody reads the answer; hanging up is no fault of ours
        raise BodyUnreadable(reason="cut short") from None
    return bytes(body)


def _with_body(request: Request, body: bytes) -> Request:
    """Give the same request to the next reader, with its body still to be read."""
    unread = [body]

    async def receive() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await request.receive()

    return Request(request.scope, receive)


def check_address(request: Request, known: Set[str]) -> None:
    """Refuse text that no text has, and query parameters that the route does not take."""
    texts = [*cast("dict[str, str]", request.path_params).values(), *request.query_params.values()]
    if any(UNSEEN.search(text) for text in texts) or "\ufffd" in request.url.path:
        raise AddressMalformed
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise RequestMalformed(where=", ".join(f"query.{name[:60]}" for name in unknown[:5]))


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        raise BodyUnreadable(reason="a key is repeated")
    return unique


def _no_constant(_name: str) -> object:
    raise BodyUnreadable(reason="NaN and Infinity are not JSON")


def _whole_number(digits: str) -> int:
    if len(digits) > 30:
        raise BodyUnreadable(reason="a number is too long")
    return int(digits)


def _check_texts(value: object) -> None:
    """Refuse control characters and lone surrogates in every key and text; the depth is bounded by the parser."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if UNSEEN.search(current):
                raise BodyUnreadable(reason="a text has characters that nobody sees")
        elif isinstance(current, dict):
            members = cast("dict[str, object]", current)
            waiting += [*members, *members.values()]
        elif isinstance(current, list):
            waiting += cast("list[object]", current)
