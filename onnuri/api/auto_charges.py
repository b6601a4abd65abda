"""/v1/auto_charges: standing orders to charge, each a consent of its own that can be withdrawn."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict, Won
from onnuri.api.forms import BODY, Instant, View, id_field, noun_router, path_id, problems, read_id
from onnuri.api.house import HouseDep
from onnuri.api.wallets import own_wallet
from onnuri.people.model import PersonRole
from onnuri.vouchers.charging.auto_charge import (
    AutoCharge,
    AutoChargeTerms,
    agree_to_auto_charge,
    auto_charges,
    revoke_auto_charge,
)

router = noun_router("auto_charges", 404)

AutoChargeId = Annotated[UUID, *id_field("acg")]
Kind = Literal["date", "balance", "shortfall"]


class AutoChargeRequest(Strict):
    """When to charge and how much: `date` needs a day, `balance` a bound, both a face; `shortfall` needs neither."""

    kind: Kind
    day_of_month: Annotated[int | None, Field(ge=1, le=31, description="The last day of a shorter month.")] = None
    below: Annotated[Won | None, Field(description="Charge when less than this can be spent.")] = None
    face: Won | None = None
    consent_version: Annotated[str, Field(min_length=1, max_length=40, pattern="^[!-~]+$", examples=["2026-11"])]
    consent: Annotated[Literal[True], Field(description="The holder consents; can be withdrawn any time.")]


class AutoChargeView(View):
    """A rule as it stands; won."""

    id: AutoChargeId
    kind: Kind
    day_of_month: int | None
    below: int | None
    face: int | None
    consent_version: str
    consented_at: Instant
    revoked_at: Instant | None


class AutoChargeList(View):
    """The caller's rules, newest first."""

    data: list[AutoChargeView]


@router.post("", status_code=201, operation_id="agreeToAutoCharge", responses=problems(402, 409, *BODY))
def create(body: AutoChargeRequest, house: HouseDep, caller: Caller) -> AutoChargeView:
    """Consent to a standing order; it takes the place of the one of the same kind."""
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    terms = AutoChargeTerms(body.kind, body.day_of_month, body.below, body.face, body.consent_version)
    with house.begin(lane) as conn:
        made = agree_to_auto_charge(conn, wallet_id, terms, at=house.now())
    return _view(made)


@router.get("", operation_id="listAutoCharges")
def listing(house: HouseDep, caller: Caller) -> AutoChargeList:
    """List the caller's rules, withdrawn ones too."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        rules = auto_charges(conn, wallet_id)
    return AutoChargeList(data=[_view(rule) for rule in rules])


@router.delete("/{auto_charge_id}", operation_id="revokeAutoCharge")
def revoke(auto_charge_id: Annotated[str, path_id("acg")], house: HouseDep, caller: Caller) -> AutoChargeView:
    """Withdraw a consent: nothing is charged by it from then on."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        rule = revoke_auto_charge(conn, wallet_id, read_id("acg", auto_charge_id), at=house.now())
    return _view(rule)


def _view(rule: AutoCharge) -> AutoChargeView:
    return AutoChargeView.model_validate(rule, from_attributes=True)
