"""Breaks: whatever does not match is listed with owner and age until somebody, or the missing part, resolves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

from onnuri.kit.clock import seoul_date
from onnuri.kit.ids import new_id
from onnuri.kit.refusals import Conflict, Malformed, NotFound
from onnuri.settlement.model import NewBreak

BY_MATCHING = "matching"


class BreakUnknown(NotFound):
    """No break has that id."""

    code = "break_unknown"
    ko = "불일치 내역을 찾을 수 없습니다."
    en = "There is no such break."


class BreakResolvedAlready(Conflict):
    """A break is resolved once."""

    code = "break_resolved_already"
    ko = "이미 해소된 불일치입니다."
    en = "This break is resolved already."


class ResolutionMissing(Malformed):
    """Resolving a break by hand needs a reason in words."""

    code = "break_resolution_missing"
    ko = "불일치를 해소하려면 사유를 적어야 합니다."
    en = "Resolving a break needs a reason."


@dataclass(frozen=True, slots=True)
class Break:
    """A break as it stands; `age_days` counts from the day it was opened to today or to its end.

    `bank_reference` is the bank's own of the line, or of the receipt, that it is about.
    """

    id: UUID
    kind: str
    reference: str
    amount: int
    opened_on: date
    owner: str
    explanation: str
    resolved_at: datetime | None
    resolution: str | None
    resolved_by: str | None
    age_days: int
    bank_reference: str | None


def open_breaks(conn: Connection, found: Sequence[NewBreak], *, at: datetime) -> int:
    """Open breaks that were never open before, and again those that matching took for explained; answer how many.

    What a person resolved stays resolved.
    """
    if not found:
        return 0
    opened = conn.execute(
        text(
            "INSERT INTO shared.breaks (id, kind, reference, amount, opened_on, owner, explanation)"
            " SELECT b.id, b.kind, b.reference, b.amount, :on, b.owner, b.explanation"
            " FROM unnest(CAST(:id AS uuid[]), CAST(:kind AS text[]), CAST(:reference AS text[]),"
            "  CAST(:amount AS bigint[]), CAST(:owner AS text[]), CAST(:explanation AS text[]))"
            "  AS b (id, kind, reference, amount, owner, explanation)"
            " ON CONFLICT (kind, reference) DO UPDATE SET resolved_at = NULL, resolution = NULL, resolved_by = NULL"
            "  WHERE breaks.resolved_by = :matching RETURNING id"
        ),
        {
            "id": [new_id(at) for _ in found],
            "kind": [each.kind for each in found],
            "reference": [each.reference for each in found],
            "amount": [each.amount for each in found],
            "owner": [each.owner for each in found],
            "explanation": [each.explanation for each in found],
            "on": seoul_date(at),
            "matching": BY_MATCHING,
        },
    )
    return len(opened.all())


def resolve_found(conn: Connection, ids: Sequence[UUID], *, resolution: str, at: datetime) -> None:
    """Resolve breaks because what was missing has arrived."""
    conn.execute(
        text(
            "UPDATE shared.breaks SET resolved_at = :at, resolution = :resolution, resolved_by = :by"
            " WHERE id = ANY(CAST(:ids AS uuid[])) AND resolved_at IS NULL"
        ),
        {"ids": list(ids), "at": at, "resolution": resolution, "by": BY_MATCHING},
    )


def resolve_by_hand(conn: Connection, break_id: UUID, *, by: str, reason: str, at: datetime) -> Break:
    """Resolve a break with a reason; no money moves by it.

    Refuses `ResolutionMissing`, `BreakUnknown`, `BreakResolvedAlready`.
    """
    if not reason.strip() or not by.strip():
        raise ResolutionMissing
    done = conn.execute(
        text(
            "UPDATE shared.breaks SET resolved_at = :at, resolution = :reason, resolved_by = :by"
            " WHERE id = :id AND resolved_at IS NULL"
        ),
        {"id": break_id, "at": at, "reason": reason.strip(), "by": by},
    )
    found = read_break(conn, break_id, on=seoul_date(at))
    if done.rowcount == 0:
        raise BreakResolvedAlready
    return found


_COLUMNS = (
    "id, kind, reference, amount, opened_on, owner, explanation, resolved_at, resolution, resolved_by,"
    " coalesce(CAST(timezone('Asia/Seoul', resolved_at) AS date), :on) - opened_on AS age_days,"
    " coalesce((SELECT l.line_ref FROM shared.statement_lines l"
    "  WHERE l.id = CAST(substring(breaks.reference FROM '^line:([0-9]+)$') AS bigint)),"
    " (SELECT r.reference FROM shared.bank_receipts r"
    "  WHERE r.subject_id = CAST(substring(breaks.reference FROM '^receipt:([0-9a-f]{32})$') AS uuid)))"
    " AS bank_reference"
)


def read_break(conn: Connection, break_id: UUID, *, on: date) -> Break:
    """Give one break with its age on a date. Refuses `BreakUnknown`."""
    row = conn.execute(
        text(f"SELECT {_COLUMNS} FROM shared.breaks WHERE id = :id"), {"id": break_id, "on": on}
    ).one_or_none()
    if row is None:
        raise BreakUnknown
    return Break(*row)


def list_open_breaks(conn: Connection, *, on: date, after: UUID | None = None, limit: int = 100) -> list[Break]:
    """List open breaks, oldest first, from after one; ages are counted to the date `on`."""
    rows = conn.execute(
        text(
            f"SELECT {_COLUMNS} FROM shared.breaks WHERE resolved_at IS NULL"
            " AND (CAST(:after AS uuid) IS NULL OR id > :after) ORDER BY id LIMIT :limit"
        ),
        {"on": on, "after": after, "limit": limit},
    )
    return [Break(*row) for row in rows]


def list_breaks(conn: Connection, *, on: date, after: UUID | None = None, limit: int = 100) -> list[Break]:
    """List all breaks, open and resolved, oldest first, from after one."""
    rows = conn.execute(
        text(
            f"SELECT {_COLUMNS} FROM shared.breaks WHERE CAST(:after AS uuid) IS NULL OR id > :after"
            " ORDER BY id LIMIT :limit"
        ),
        {"on": on, "after": after, "limit": limit},
    )
    return [Break(*row) for row in rows]
