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

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import DataError, IntegrityError

from onnuri.kit.ids import new_id
from onnuri.kit.migrate import lane_names
from onnuri.kit.refusals import Conflict, Forbidden, Malformed, Refused
from onnuri.vouchers.model import NoPolicyInForce
from onnuri.vouchers.policies.budget import split_budget
from onnuri.vouchers.policies.policy_proposals import Proposal, ProposalUnknown, proposal, proposals
from onnuri.vouchers.policies.policy_terms import NOT_TERMS, Term, earliest_start, worsened

__all__ = [
    "OwnProposal", "PolicyBaseChanged", "PolicyDatesTaken", "PolicyDraft", "PolicyEndLeavesGap", "PolicyStartsTooEarly",
    "PolicyTermsNotAllowed", "Proposal", "ProposalDecided", "ProposalUnknown", "approve_policy", "proposals",
    "propose_policy", "reject_policy",
]  # fmt: skip


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


class PolicyEndLeavesGap(Refused):
    """After a version with an end the rules before it hold again, but not a budget that was partly sold."""

    code = "policy_end_leaves_gap"
    ko = (
        "이 정책이 끝난 뒤의 정책이 없습니다. {based_on}에는 예산이 있어 저절로 이어지지 않습니다."
        " 끝나는 날({ends_on})에 시작하는 정책을 먼저 승인받으세요."
    )
    en = (
        "Nothing would follow this version: {based_on} has a budget and doesn't resume by itself."
        " Have a version that begins on {ends_on} approved first."
    )


class PolicyBaseChanged(Conflict):
    """The rules that a proposal was compared with are no longer those in force at its start."""

    code = "policy_base_changed"
    ko = "제안한 뒤에 그 날의 정책이 {based_on}에서 {now}(으)로 바뀌었습니다. 반려하고 다시 제안하세요."
    en = (
        "The rules of that day changed from {based_on} to {now} since this was proposed. Reject it and propose it anew."
    )


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
class _Base:
    """The version a draft is based on, until when it or the gap after it lasts, and what the draft would worsen."""

    id: str
    covers: bool
    until: datetime | None
    worsens: list[str]

    def resumes_after(self, draft: PolicyDraft) -> bool:
        """Tell whether the version must be made again after the draft, because nothing else begins at its end."""
        return draft.valid_to is not None and draft.valid_to != self.until


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
    """Make a proposal a version of the rules, announced now. Refuses its maker, and what is too early by now.

    A version with an end is followed by the rules that were in force before it: they are made a version again.
    """
    draft, based_on = _decidable(conn, proposal_id, by)
    base = _base(conn, draft, at)
    if base.id != based_on:
        raise PolicyBaseChanged(based_on=based_on, now=base.id)
    try:
        if base.covers:
            conn.execute(
                text("UPDATE shared.policies SET valid_to = :start WHERE id = :id"),
                {"start": draft.valid_from, "id": base.id},
            )
        decided: dict[str, object] = {
            "source": draft.reason, "approved_by": f"person:{by.hex}", "announced_at": at.isoformat(),
        }  # fmt: skip
        if base.resumes_after(draft):
            again = decided | {"id": f"{draft.policy_id}.after"}
            _insert(conn, base.id, again, draft.valid_to or base.until, base.until)
        changes = {"budget": None} | dict(draft.terms) | decided | {"id": draft.policy_id}
        _insert(conn, base.id, changes, draft.valid_from, draft.valid_to or base.until)
    except (IntegrityError, DataError) as error:
        raise _translated(error, draft) from error
    budget = draft.terms.get("budget")
    if isinstance(budget, int):
        _split(conn, draft.policy_id, budget)
    return _decide(conn, proposal_id, "APPROVED", by, at)


def _insert(
    conn: Connection, base: str, changes: Mapping[str, object], start: datetime | None, until: datetime | None
) -> None:
    """Store a version: the numbers of its base with these changes."""
    dated = {"valid_from": start and start.isoformat(), "valid_to": until and until.isoformat()}
    conn.execute(
        text("""
            INSERT INTO shared.policies
            SELECT (jsonb_populate_record(CAST(NULL AS shared.policies), to_jsonb(p) || CAST(:changes AS jsonb))).*
            FROM shared.policies p WHERE p.id = :base
        """),
        {"base": base, "changes": json.dumps(dict(changes) | dated)},
    )


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
    until = row.valid_to if row.covers else _next_start(conn, draft.valid_from)
    later = row.covers and row.valid_to is not None and draft.valid_to is not None and draft.valid_to > row.valid_to
    if later or (draft.valid_to is not None and draft.valid_to <= draft.valid_from):
        raise PolicyDatesTaken
    ends_earlier = row.covers and draft.valid_to is not None and draft.valid_to != row.valid_to
    worsens = worsened(row.terms, draft.terms, ends_earlier=ends_earlier)
    earliest = earliest_start(at, row.notice_months) if worsens else at
    if draft.valid_from < earliest or draft.valid_from <= at:
        raise PolicyStartsTooEarly(earliest_on=earliest.isoformat(), worsens=", ".join(worsens) or "-")
    base = _Base(row.id, row.covers, until, worsens)
    if base.resumes_after(draft) and row.terms["budget"] is not None:
        raise PolicyEndLeavesGap(based_on=row.id, ends_on=draft.valid_to)
    return base


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


def _decidable(conn: Connection, proposal_id: UUID, by: UUID) -> tuple[PolicyDraft, str]:
    """Lock a proposal that is open and somebody else's, and tell what it is based on. Refuses the others."""
    conn.execute(text("SELECT 1 FROM shared.policy_proposals WHERE id = :id FOR UPDATE"), {"id": proposal_id})
    found = proposal(conn, proposal_id)
    if found.status != "PROPOSED":
        raise ProposalDecided
    if found.proposed_by == by:
        raise OwnProposal
    draft = PolicyDraft(found.policy_id, found.terms, found.valid_from, found.valid_to, found.reason)
    return draft, found.based_on


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
