"""/v1/markets/{code}/tax_registrations: an operator records when a market is registered at the tax service."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import BODY, Instant, PersonId, View, id_field, noun_router, problems, read_date, read_id
from onnuri.api.house import HouseDep
from onnuri.api.markets import MarketPath
from onnuri.ledger.lanes import take_lanes
from onnuri.merchants.queries import find_market
from onnuri.merchants.tax_registration import TaxRegistration, register_for_tax, tax_registrations
from onnuri.merchants.tax_registration_end import WhichRegistration, end_tax_registration, take_back_tax_end
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole

router = noun_router("markets", 404)
Day = Annotated[
    str | None,
    Field(
        pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$",
        examples=["2026-12-01"],
        description="From 00:00 of this day in Seoul; without it, or with today's date, from now on.",
    ),
]
RegistrationPath = Annotated[
    str,
    Path(
        pattern=r"^(current|txr_[0-9a-f]{32})$",
        examples=["current"],
        description="A registration's id; `current` for the only one that is meant.",
    ),
]


class RegistrationRequest(Strict):
    """From which day the tax service knows the market; never of the past."""

    from_on: Day = None


class EndRequest(Strict):
    """From which day the tax service no longer knows the market; never of the past."""

    on: Day = None
    reason: Annotated[
        ShortText | None, Field(examples=["국세청 통지일을 잘못 적음"], description="Needed where an end was recorded.")
    ] = None


class EndWithdrawalRequest(Strict):
    """Why an end that has not come is taken back."""

    reason: Annotated[ShortText, Field(examples=["등록이 연장됨"])]


class TaxEndView(View):
    """What was once recorded of an end, and by whom; `ends_at` is null where the end before was taken back."""

    ends_at: Instant | None
    reason: str | None
    recorded_by: PersonId
    recorded_at: Instant


class TaxRegistrationView(View):
    """A period in which payments at the market count, with who recorded it; `valid_to` is the first instant after.

    `ended_by` and `ended_at` tell of the end that counts, `ends` of every one that was recorded, the last one last.
    """

    id: Annotated[UUID, *id_field("txr")]
    valid_from: Instant
    valid_to: Instant | None
    recorded_by: PersonId
    recorded_at: Instant
    ended_by: PersonId | None
    ended_at: Instant | None
    ends: list[TaxEndView]


class TaxRegistrationList(View):
    """A market's registrations, the newest first."""

    data: list[TaxRegistrationView]


@router.post(
    "/{code}/tax_registrations", status_code=201, operation_id="createTaxRegistration", responses=problems(409, *BODY)
)
def register(code: MarketPath, body: RegistrationRequest, house: HouseDep, caller: Caller) -> TaxRegistrationView:
    """Record that the tax service knows a market: payments there count from then on."""
    caller.need(PersonRole.OPERATOR)
    since = None if body.from_on is None else read_date(body.from_on)
    with house.begin() as conn:
        take_lanes(conn, house.lanes)  # no payment stands between the old word and the new
        (made,) = register_for_tax(conn, codes=[code], by=caller.person_id, at=house.now(), since=since)
    return _view(made)


@router.post(
    "/{code}/tax_registrations/{registration}/endings",
    status_code=201,
    operation_id="endTaxRegistration",
    responses=problems(409, *BODY),
)
def end(
    code: MarketPath, registration: RegistrationPath, body: EndRequest, house: HouseDep, caller: Caller
) -> TaxRegistrationView:
    """Record that the tax service no longer knows a market, or from which other day: an end that has not come yet.

    What was paid before keeps its stamp. The same end again changes nothing.
    """
    caller.need(PersonRole.OPERATOR)
    which, on = _which(code, registration), None if body.on is None else read_date(body.on)
    with house.begin() as conn:
        take_lanes(conn, house.lanes)
        done = end_tax_registration(conn, which, by=caller.person_id, at=house.now(), on=on, reason=body.reason or "")
    return _view(done)


@router.post(
    "/{code}/tax_registrations/{registration}/endings/current/withdrawals",
    status_code=201,
    operation_id="takeBackTaxRegistrationEnd",
    responses=problems(409, *BODY),
)
def take_back(
    code: MarketPath, registration: RegistrationPath, body: EndWithdrawalRequest, house: HouseDep, caller: Caller
) -> TaxRegistrationView:
    """Take back an end that has not come yet: payments go on to count."""
    caller.need(PersonRole.OPERATOR)
    which = _which(code, registration)
    with house.begin() as conn:
        take_lanes(conn, house.lanes)
        done = take_back_tax_end(conn, which, by=caller.person_id, at=house.now(), reason=body.reason)
    return _view(done)


@router.get("/{code}/tax_registrations", operation_id="listTaxRegistrations")
def listing(code: MarketPath, house: HouseDep, caller: Caller) -> TaxRegistrationList:
    """List a market's registrations with who recorded them; for operators and oversight."""
    caller.need(PersonRole.OPERATOR, *OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = tax_registrations(conn, market_id=find_market(conn, code=code).id)
    return TaxRegistrationList(data=[_view(each) for each in found])


def _which(code: str, registration: str) -> WhichRegistration:
    return WhichRegistration(code, None if registration == "current" else read_id("txr", registration))


def _view(found: TaxRegistration) -> TaxRegistrationView:
    return TaxRegistrationView.model_validate(found, from_attributes=True)
