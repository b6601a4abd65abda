"""Change the programme's rules in four eyes: one person proposes a version, another approves it, and it is announced.

A version begins in the future; where it worsens the holder's position, as long after its announcement as the rules in
force say. What was charged keeps the terms of its own version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Row, RowMapping, text
from sqlalchemy.exc import DataError, IntegrityError

from onnuri.kit.ids import new_id
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Conflict, Forbidden, Malformed, NotFound, Refused
from onnuri.vouchers.budget import split_budget
from onnuri.vouchers.model import NoPolicyInForce
from onnuri.vouchers.policy_terms import NOT_TERMS, Term, earliest_start, worsened


class PolicyStartsTooEarly(Refused):
    """A version begins in the future, and later still where it worsens the holder's position."""

    code = "policy_starts_too_early"
    ko = "이 변경은 {earliest_on} 이후에 시행할 수 있습니다. 이용자에게 불리해지는 항목: {worsens}"
    en = "This change may begin on {earliest_on} at the earliest; it worsens: {worsens}."


class PolicyTermsNotAllowed(Malformed):
    """A proposal names what is no term of the rules, or a value that no rule can have."""

    code = "policy_terms_not_allowed"
    ko = "정책 항목이나 값이 올바르지 않습니다: {terms}"
    en = "These terms or their values are not allowed: {terms}."


class PolicyDatesTaken(Conflict):
    """Another version begins then, has that name, or follows before this one would end."""

    code = "policy_dates_taken"
    ko = "같은 이름이나 같은 기간의 정책이 이미 있습니다."
    en = "Another version has that name or that time."


class ProposalUnknown(NotFound):
    """No proposal has that id."""

    code = "policy_proposal_unknown"
    ko = "정책 변경안을 찾을 수 없습니다."
    en = "There is no such proposal."


class ProposalDecided(Conflict):
    """A proposal is decided once."""

    code = "policy_proposal_decided"
    ko = "이미 처리된 정책 변경안입니다."
    en = "That proposal was decided already."


class OwnProposal(Forbidden):
    """Who proposes does not approve."""

    code = "own_policy_proposal"
    ko = "본인이 제안한 변경안은 승인하거나 반려할 수 없습니다."
    en = "Who proposes a change does not decide it."


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """A version somebody proposes: what changes against the rules in force then, and from when until when."""

    policy_id: str
    terms: Mapping[str, Term]
    valid_from: datetime
    valid_to: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it stands."""

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


@dataclass(frozen=True, slots=True)
class _Base:
    """The version a draft is based on, and what it would worsen against it."""

    id: str
    covers: bool
    valid_to: datetime | None
    worsens: list[str]


def propose_policy(conn: Connection, draft: PolicyDraft, *, by: UUID, at: datetime) -> Proposal:
    """Propose a version. Refuses unknown terms, and a beginning that would be too early if it were approved now."""
    base = _base(conn, draft, at)
    proposal_id = new_id(at)
    try:
        conn.execute(
            text("""
                INSERT INTO shared.policy_proposals (id, policy_id, based_on, terms, valid_from, valid_to, worsens,
                    reason, proposed_by, proposed_at, status)
                VALUES (:id, :policy, :base, CAST(:terms AS jsonb), :valid_from, :valid_to, :worsens, :reason, :by, :at,
                    'PROPOSED')
            """),
            {
                "id": proposal_id, "policy": draft.policy_id, "base": base.id, "terms": json.dumps(dict(draft.terms)),
                "valid_from": draft.valid_from, "valid_to": draft.valid_to, "worsens": base.worsens,
                "reason": draft.reason, "by": by, "at": at,
            },
        )  # fmt: skip
    except IntegrityError as error:
        raise _translated(error, draft) from error
    return proposal(conn, proposal_id)


def approve_policy(conn: Connection, proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Make a proposal a version of the rules, announced now. Refuses its maker, and what is too early by now."""
    draft = _decidable(conn, proposal_id, by)
    base = _base(conn, draft, at)
    until = draft.valid_to or (base.valid_to if base.covers else _next_start(conn, draft.valid_from))
    try:
        if base.covers:
            conn.execute(
                text("UPDATE shared.policies SET valid_to = :start WHERE id = :id"),
                {"start": draft.valid_from, "id": base.id},
            )
        conn.execute(
            text("""
                INSERT INTO shared.policies
                SELECT (jsonb_populate_record(CAST(NULL AS shared.policies), to_jsonb(p) || CAST(:changes AS jsonb))).*
                FROM shared.policies p WHERE p.id = :base
            """),
            {"base": base.id, "changes": json.dumps({"budget": None} | dict(draft.terms) | {
                "id": draft.policy_id, "valid_from": draft.valid_from.isoformat(), "source": draft.reason,
                "valid_to": until.isoformat() if until else None, "approved_by": f"person:{by.hex}",
                "announced_at": at.isoformat(),
            })},
        )  # fmt: skip
    except (IntegrityError, DataError) as error:
        raise _translated(error, draft) from error
    budget = draft.terms.get("budget")
    if isinstance(budget, int):
        _split(conn, draft.policy_id, budget)
    return _decide(conn, proposal_id, "APPROVED", by, at)


def reject_policy(conn: Connection, proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Turn a proposal down. Refuses its maker."""
    _decidable(conn, proposal_id, by)
    return _decide(conn, proposal_id, "REJECTED", by, at)


def _base(conn: Connection, draft: PolicyDraft, at: datetime) -> _Base:
    """Find the rules that would hold without the draft, or the last ones before; refuse what may not follow them."""
    row = conn.execute(
        text("""
            SELECT to_jsonb(p) AS terms, p.id, p.notice_months, p.valid_from, p.valid_to,
                   p.valid_to IS NULL OR p.valid_to > :start AS covers
            FROM shared.policies p WHERE p.valid_from <= :start ORDER BY p.valid_from DESC LIMIT 1
            FOR NO KEY UPDATE
        """),
        {"start": draft.valid_from},
    ).one_or_none()
    if row is None:
        raise NoPolicyInForce
    _check_terms(draft, row)
    if row.valid_from == draft.valid_from:
        raise PolicyDatesTaken
    later = row.covers and row.valid_to is not None and draft.valid_to is not None and draft.valid_to > row.valid_to
    if later or (draft.valid_to is not None and draft.valid_to <= draft.valid_from):
        raise PolicyDatesTaken
    ends_earlier = row.covers and draft.valid_to is not None and draft.valid_to != row.valid_to
    worsens = worsened(row.terms, draft.terms, ends_earlier=ends_earlier)
    earliest = earliest_start(at, row.notice_months) if worsens else at
    if draft.valid_from < earliest or draft.valid_from <= at:
        raise PolicyStartsTooEarly(earliest_on=earliest.isoformat(), worsens=", ".join(worsens) or "-")
    return _Base(row.id, row.covers, row.valid_to, worsens)


def _check_terms(draft: PolicyDraft, row: Row[tuple[object, ...]]) -> None:
    """A term is a column of the rules that no proposal is forbidden to set; its value has the type it has now."""
    known = row.terms
    wrong = [
        name
        for name, value in draft.terms.items()
        if name not in known
        or name in NOT_TERMS
        or isinstance(value, bool)
        or (name != "budget" and type(value) is not type(known[name]))
        or (name == "budget" and value is not None and not (isinstance(value, int) and 0 <= value <= 10**15))
    ]
    if wrong or not draft.policy_id or len(draft.policy_id) > 100:
        raise PolicyTermsNotAllowed(terms=", ".join(sorted(wrong)) or "id")


def _decidable(conn: Connection, proposal_id: UUID, by: UUID) -> PolicyDraft:
    """Lock a proposal that is open and somebody else's. Refuses the others."""
    conn.execute(text("SELECT 1 FROM shared.policy_proposals WHERE id = :id FOR UPDATE"), {"id": proposal_id})
    found = proposal(conn, proposal_id)
    if found.status != "PROPOSED":
        raise ProposalDecided
    if found.proposed_by == by:
        raise OwnProposal
    return PolicyDraft(found.policy_id, found.terms, found.valid_from, found.valid_to, found.reason)


def _next_start(conn: Connection, start: datetime) -> datetime | None:
    query = text("SELECT min(valid_from) FROM shared.policies WHERE valid_from > :start")
    found: datetime | None = conn.execute(query, {"start": start}).scalar_one()
    return found


def _split(conn: Connection, policy_id: str, budget: int) -> None:
    parts = split_budget(budget, lane_names(conn))
    conn.execute(
        text("""
            INSERT INTO shared.policy_budgets (policy_id, lane, budget)
            SELECT :policy, b.lane, b.budget
            FROM unnest(CAST(:lanes AS text[]), CAST(:parts AS bigint[])) AS b (lane, budget)
        """),
        {"policy": policy_id, "lanes": list(parts), "parts": list(parts.values())},
    )


def _decide(conn: Connection, proposal_id: UUID, status: str, by: UUID, at: datetime) -> Proposal:
    conn.execute(
        text("UPDATE shared.policy_proposals SET status = :status, decided_by = :by, decided_at = :at WHERE id = :id"),
        {"status": status, "by": by, "at": at, "id": proposal_id},
    )
    return proposal(conn, proposal_id)


def _translated(error: IntegrityError | DataError, draft: PolicyDraft) -> Exception:
    words = str(error.orig)
    taken = ("policy_proposals_one_open", "policies_pkey", "policies_no_overlap", "policies_period")
    if any(name in words for name in taken):
        return PolicyDatesTaken()
    return PolicyTermsNotAllowed(terms=", ".join(sorted(draft.terms)))


_COLUMNS = (
    "id, policy_id, based_on, terms, valid_from, valid_to, worsens, reason, proposed_by, proposed_at, status,"
    " decided_by, decided_at"
)


def proposal(conn: Connection, proposal_id: UUID) -> Proposal:
    """Give one proposal. Refuses `ProposalUnknown`."""
    query = text(f"SELECT {_COLUMNS} FROM shared.policy_proposals WHERE id = :id")
    row = conn.execute(query, {"id": proposal_id}).mappings().one_or_none()
    if row is None:
        raise ProposalUnknown
    return _proposal(row)


def proposals(conn: Connection, *, limit: int = 100) -> list[Proposal]:
    """List proposals, the newest first."""
    query = text(f"SELECT {_COLUMNS} FROM shared.policy_proposals ORDER BY id DESC LIMIT :limit")
    return [_proposal(row) for row in conn.execute(query, {"limit": limit}).mappings()]


def _proposal(row: RowMapping) -> Proposal:
    columns = dict(row)
    columns["worsens"] = tuple(columns["worsens"])
    return Proposal(**columns)
