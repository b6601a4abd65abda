"""Idempotency: one key, one effect, one answer for ever; refusals are answers too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from onnuri.kit.refusals import DomainError, Refused
from onnuri.kit.requests import KeyReused, Outcome, RequestKey


def earlier_outcomes(conn: Connection, requests: Sequence[RequestKey]) -> dict[tuple[str, str], Outcome]:
    """Find which keys have been answered before in this lane. Hold the lane, or the answer may be outdated."""
    rows = conn.execute(
        text("""
            SELECT o.caller, o.key, o.body_hash, o.kind, o.subject_id, o.refusal FROM outcomes o
            JOIN unnest(CAST(:callers AS text[]), CAST(:keys AS text[])) AS r (caller, key)
                ON r.caller = o.caller AND r.key = o.key
        """),
        {"callers": [request.caller for request in requests], "keys": [request.key for request in requests]},
    )
    return {
        (row.caller, row.key): Outcome(
            RequestKey(row.caller, row.key, bytes(row.body_hash)),
            row.kind,
            row.subject_id,
            thaw(row.refusal) if row.refusal else None,
        )
        for row in rows
    }


def record_outcomes(conn: Connection, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Freeze answers; a key that has one already makes the transaction fail, so nothing is done twice."""
    if outcomes:
        conn.execute(
            text("""
                SELECT answer_keys(:caller, :key, :hash, :kind, CAST(:subject AS uuid[]), CAST(:refusal AS jsonb[]),
                                   :at)
            """),
            {
                "caller": [outcome.request.caller for outcome in outcomes],
                "key": [outcome.request.key for outcome in outcomes],
                "hash": [outcome.request.body_hash for outcome in outcomes],
                "kind": [outcome.kind for outcome in outcomes],
                "subject": [outcome.subject_id for outcome in outcomes],
                "refusal": [freeze(outcome.refusal) if outcome.refusal else None for outcome in outcomes],
                "at": at,
            },
        )


def check_same_request(earlier: Outcome, request: RequestKey) -> None:
    """Refuse a key that comes back with another body (`KeyReused`)."""
    if earlier.request.body_hash != request.body_hash:
        raise KeyReused


def frozen(outcome: Outcome) -> dict[str, object]:
    """Write an outcome as it goes into the database; the refusal in its frozen form."""
    return {
        "caller": outcome.request.caller,
        "key": outcome.request.key,
        "body_hash": outcome.request.body_hash.hex(),
        "kind": outcome.kind,
        "subject_id": outcome.subject_id.hex if outcome.subject_id else None,
        "refusal": json.loads(freeze(outcome.refusal)) if outcome.refusal else None,
    }


def freeze(refusal: DomainError) -> str:
    """Write a refusal as JSON: its code, and its facts as they are shown."""
    return json.dumps({"code": refusal.code, "facts": refusal.facts}, ensure_ascii=False, default=str)


def thaw(frozen: Mapping[str, Any]) -> DomainError:
    """Read a frozen refusal back; a code that no longer exists is still a refusal."""
    code, facts = frozen["code"], frozen["facts"]
    kind = next((kind for kind in all_refusals() if kind.code == code), RefusedBefore)
    return kind(**facts)


class RefusedBefore(Refused):
    """An answer from an older version of the software whose code is no longer in use."""

    code = "refused_before"
    ko = "이 요청은 이전에 거절되었습니다. 돈은 움직이지 않았습니다."
    en = "This request was refused before. No money moved."


def all_refusals(root: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """List every refusal that is defined: the subclasses that carry a code."""
    for kind in root.__subclasses__():
        if "code" in vars(kind):
            yield kind
        yield from all_refusals(kind)
