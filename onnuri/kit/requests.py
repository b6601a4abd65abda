"""A request with its idempotency key, and what it was answered. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from onnuri.kit.refusals import DomainError, Malformed

T = TypeVar("T")


class KeyReused(Malformed):
    """The same key came with another request."""

    code = "idempotency_key_reused"
    ko = "같은 멱등 키로 다른 요청이 왔습니다. 새 요청으로는 아무 일도 일어나지 않았습니다."
    en = "This idempotency key was used for another request. Nothing happened for this one."


@dataclass(frozen=True, slots=True)
class RequestKey:
    """Who asked, under which key, and the SHA-256 of what was asked."""

    caller: str
    key: str
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a key was answered: the subject that came of it, or the refusal."""

    request: RequestKey
    kind: str
    subject_id: UUID | None
    refusal: DomainError | None


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """An answer: what came of the request or why not; `replayed` says it was answered before."""

    value: T | DomainError
    replayed: bool = False
