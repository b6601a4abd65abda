"""/v1/policy_proposals and a version's budget: change the rules in four eyes, and see what is left to sell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import (
    BODY,
    Instant,
    PersonId,
    View,
    id_field,
    noun_router,
    path_id,
    problems,
    read_id,
    read_instant,
)
from onnuri.api.house import HouseDep
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.vouchers.policies.budget import budget_left
from onnuri.vouchers.policies.policy_change import (
    PolicyDraft,
    Proposal,
    approve_policy,
    proposals,
    propose_policy,
    reject_policy,
)

router = noun_router("policy_proposals", 404)
budgets = noun_router("policies", 404)

ProposalId = Annotated[UUID, *id_field("ppr")]
PolicyName = Annotated[str, Field(pattern="^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$", examples=["2027-03-01"])]
TermName = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
TermValue = Annotated[int, Field(ge=-(10**15), le=10**15)] | Annotated[str, Field(max_length=60)] | None
GivenInstant = Annotated[
    str, Field(max_length=40, description="RFC 3339 with an offset.", examples=["2027-03-01T00:00:00+09:00"])
]


class ProposalRequest(Strict):
    """A version to come: its name, what changes against the rules in force then, from when until when, and why."""

    policy_id: PolicyName
    terms: Annotated[dict[TermName, TermValue], Field(max_length=40, examples=[{"rate_bps": 1000}])]
    valid_from: GivenInstant
    valid_to: GivenInstant | None = None
    reason: ShortText


class ProposalView(View):
    """A proposal as it stands; `worsens` are the terms that need a month's notice.

    `followed_by` begins at `in_force_until`: the next version, or the rules before this one again (`….after`).
    """

    id: ProposalId
    policy_id: str
    based_on: str
    terms: Mapping[str, int | str | list[int] | None]
    valid_from: Instant
    valid_to: Instant | None
    in_force_until: Instant | None
    followed_by: str | None
    worsens: list[str]
    reason: str
    proposed_by: PersonId
    proposed_at: Instant
    status: Literal["PROPOSED", "APPROVED", "REJECTED"]
    decided_by: PersonId | None
    decided_at: Instant | None


class ProposalList(View):
    """Proposals, newest first."""

    data: list[ProposalView]


class BudgetView(View):
    """The discount budget of a version, won; `budget` and `left` are null where there is no bound."""

    policy_id: str
    budget: int | None
    granted: int
    came_back: int
    left: int | None


@budgets.get("/{policy_id}/budget", operation_id="getPolicyBudget")
def budget(policy_id: Annotated[str, Path(min_length=1, max_length=100)], house: HouseDep) -> BudgetView:
    """Show what is left of the budget of a version, over all lanes; open to everybody."""
    with house.begin() as conn:
        found = budget_left(conn, policy_id)
    return BudgetView.model_validate(found, from_attributes=True)


@router.post("", status_code=201, operation_id="proposePolicy", responses=problems(402, 409, *BODY))
def create(body: ProposalRequest, house: HouseDep, caller: Caller) -> ProposalView:
    """Propose a version of the rules; another person decides."""
    caller.need(PersonRole.FINANCE_MAKER)
    until = None if body.valid_to is None else read_instant(body.valid_to)
    draft = PolicyDraft(body.policy_id, body.terms, read_instant(body.valid_from), until, body.reason)
    with house.begin() as conn:
        made = propose_policy(conn, draft, by=caller.person_id, at=house.now())
    return _view(made)


@router.get("", operation_id="listPolicyProposals")
def listing(house: HouseDep, caller: Caller) -> ProposalList:
    """List proposals, newest first."""
    caller.need(*OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = proposals(conn)
    return ProposalList(data=[_view(each) for each in found])


@router.post("/{proposal_id}/approve", operation_id="approvePolicy", responses=problems(402, 409))
def approve(proposal_id: Annotated[str, path_id("ppr")], house: HouseDep, caller: Caller) -> ProposalView:
    """Approve somebody else's proposal: it is announced now and begins at its instant."""
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        made = approve_policy(conn, read_id("ppr", proposal_id), by=caller.person_id, at=house.now())
    return _view(made)


@router.post("/{proposal_id}/reject", operation_id="rejectPolicy", responses=problems(409))
def reject(proposal_id: Annotated[str, path_id("ppr")], house: HouseDep, caller: Caller) -> ProposalView:
    """Turn somebody else's proposal down."""
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        made = reject_policy(conn, read_id("ppr", proposal_id), by=caller.person_id, at=house.now())
    return _view(made)


def _view(made: Proposal) -> ProposalView:
    return ProposalView.model_validate(made, from_attributes=True)
