"""Proposals to change the programme's rules, as they stand, with what follows each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from onnuri.kit.refusals import NotFound
from onnuri.vouchers.policies.policy_terms import Term


class ProposalUnknown(NotFound):
    """No proposal has that id."""

    code = "policy_proposal_unknown"
    ko = "정책 변경안을 찾을 수 없습니다."
    en = "There is no such proposal."


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it stands; `in_force_until` and `followed_by` tell what comes of it if it is approved."""

    id: UUID
    policy_id: str
    based_on: str
    terms: Mapping[str, Term]
    valid_from: datetime
    valid_to: datetime | None
    worsens: tuple[str, ...]
    reason: str
    proposed_by: UUID
    proposed_at: datetime
    status: str
    decided_by: UUID | None
    decided_at: datetime | None
    in_force_until: datetime | None
    """Its own end, or the beginning of what follows; empty while nothing does."""
    followed_by: str | None
    """The version that begins there: the next one, or the rules in force before it, again."""


_COLUMNS = (
    "id, policy_id, based_on, terms, q.valid_from, q.valid_to, worsens, reason, proposed_by, proposed_at, status,"
    " decided_by, decided_at,"
    " coalesce(q.valid_to, (SELECT min(p.valid_from) FROM shared.policies p WHERE p.valid_from > q.valid_from))"
    " AS in_force_until,"
    " coalesce((SELECT p.id FROM shared.policies p WHERE p.valid_from > q.valid_from"
    " AND (q.valid_to IS NULL OR p.valid_from = q.valid_to) ORDER BY p.valid_from LIMIT 1),"
    " CASE WHEN q.valid_to IS NOT NULL THEN q.policy_id || '.after' END) AS followed_by"
)


def proposal(conn: Connection, proposal_id: UUID) -> Proposal:
    """Give one proposal. Refuses `ProposalUnknown`."""
    query = text(f"SELECT {_COLUMNS} FROM shared.policy_proposals q WHERE id = :id")
    row = conn.execute(query, {"id": proposal_id}).mappings().one_or_none()
    if row is None:
        raise ProposalUnknown
    return _proposal(row)


def proposals(conn: Connection, *, limit: int = 100) -> list[Proposal]:
    """List proposals, the newest first."""
    query = text(f"SELECT {_COLUMNS} FROM shared.policy_proposals q ORDER BY id DESC LIMIT :limit")
    return [_proposal(row) for row in conn.execute(query, {"limit": limit}).mappings()]


def _proposal(row: RowMapping) -> Proposal:
    columns = dict(row)
    columns["worsens"] = tuple(columns["worsens"])
    return Proposal(**columns)
