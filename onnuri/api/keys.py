"""The Idempotency-Key header: required on every POST that moves money."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header, Request, Response

from onnuri.kit.refusals import DomainError, Malformed
from onnuri.kit.requests import Answered, RequestKey, T
from onnuri.people.model import Principal

REPLAYED: Final = "Idempotent-Replayed"
_FORM: Final = re.compile(r"[\x21-\x7e]{1,255}")


class KeyMissing(Malformed):
    """A POST that moves money came without an Idempotency-Key."""

    code = "idempotency_key_missing"
    ko = "Idempotency-Key 헤더가 필요합니다. 돈은 움직이지 않았습니다."
    en = "The header Idempotency-Key is required. No money moved."


class KeyMalformed(Malformed):
    """The key is not 1 to 255 visible ASCII characters, or there are several."""

    code = "idempotency_key_malformed"
    ko = "Idempotency-Key는 하나이고 1~255자의 ASCII 문자입니다. 돈은 움직이지 않았습니다."
    en = "One Idempotency-Key is needed, of 1 to 255 visible ASCII characters. No money moved."


KeyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Required. Chosen by the caller, new for each act: one key has one effect and one answer for ever.",
        examples=["7c1f6c0e-6f0f-4a3e-9d0b-6a1f1f1c2d3e"],
    ),
]


def request_key(request: Request, caller: Principal, given: str | None) -> RequestKey:
    """Tie the caller, the key and the body's hash together. Refuses `KeyMissing`, `KeyMalformed`."""
    if given is None:
        raise KeyMissing
    if len(request.headers.getlist("idempotency-key")) != 1 or not _FORM.fullmatch(given):
        raise KeyMalformed
    return RequestKey(f"person:{caller.person_id.hex}", given, request.state.body_hash)


def settled(request: Request, answered: Answered[T]) -> T:
    """Give what came of a request, or raise its refusal; a replay is marked on the answer either way."""
    request.state.replayed = answered.replayed
    if isinstance(answered.value, DomainError):
        raise answered.value
    return answered.value


def mark_replay(request: Request, response: Response) -> None:
    """Say on a good answer that it was given before."""
    if getattr(request.state, "replayed", False):
        response.headers[REPLAYED] = "true"
