"""/v1/policies: the programme's rules, now and as they were; open to everybody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from onnuri.api.forms import Instant, View, noun_router, problems
from onnuri.api.house import HouseDep
from onnuri.vouchers.model import Policy
from onnuri.vouchers.policies.policy import policies, policy_at

router = noun_router("policies")


class PolicyView(View):
    """One version of the rules; won and basis points."""

    id: Annotated[str, Field(examples=["2026-03-01"])]
    valid_from: Instant
    valid_to: Instant | None
    rate_bps: Annotated[int, Field(description="Discount at charge, basis points of face.", examples=[700])]
    charge_unit: Annotated[int, Field(examples=[1000])]
    charge_min: Annotated[int, Field(examples=[10000])]
    charge_month_max: Annotated[int, Field(examples=[2000000])]
    holding_max: Annotated[int, Field(examples=[2000000])]
    payment_max: Annotated[int, Field(examples=[2000000])]
    cancel_days: Annotated[int, Field(examples=[7])]
    validity_years: Annotated[int, Field(examples=[5])]
    settle_after_bank_days: Annotated[int, Field(examples=[2])]
    source: Annotated[str, Field(description="Where the rule is published.")]


class PolicyList(View):
    """Every version, oldest first."""

    data: list[PolicyView]


@router.get("", operation_id="listPolicies")
def history(house: HouseDep) -> PolicyList:
    """List every version of the rules."""
    with house.begin() as conn:
        known = policies(conn)
    return PolicyList(data=[policy_view(policy) for policy in known])


@router.get("/current", operation_id="currentPolicy", responses=problems(402))
def current(house: HouseDep) -> PolicyView:
    """Give the rules in force now."""
    with house.begin() as conn:
        policy = policy_at(conn, at=house.now())
    return policy_view(policy)


def policy_view(policy: Policy) -> PolicyView:
    """Describe a version of the rules."""
    return PolicyView.model_validate(policy, from_attributes=True)
