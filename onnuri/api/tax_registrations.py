"""/v1/markets/{code}/tax_registrations: an operator records when a market is registered at the tax service."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, Instant, PersonId, View, id_field, noun_router, problems, read_date
from onnuri.api.house import HouseDep
from onnuri.api.markets import MarketPath
from onnuri.ledger.lanes import take_lanes
from onnuri.merchants.queries import find_market
from onnuri.merchants.tax_registration import (
    TaxRegistration,
    end_tax_registration,
    register_for_tax,
    tax_registrations,
)
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


class RegistrationRequest(Strict):
    """From which day the tax service knows the market; never of the past."""

    from_on: Day = None


class EndRequest(Strict):
    """From which day the tax service no longer knows the market; never of the past."""

    on: Day = None


class TaxRegistrationView(View):
    """A period in which payments at the market count, with who recorded it; `valid_to` is the first instant after."""

    id: Annotated[UUID, *id_field("txr")]
    valid_from: Instant
    valid_to: Instant | None
    recorded_by: PersonId
    recorded_at: Instant
    ended_by: PersonId | None
    ended_at: Instant | None


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
    "/{code}/tax_registrations/current/endings",
    status_code=201,
    operation_id="endTaxRegistration",
    responses=problems(409, *BODY),
)
def end(code: MarketPath, body: EndRequest, house: HouseDep, caller: Caller) -> TaxRegistrationView:
    """Record that the tax service no longer knows a market: what was paid before keeps its stamp."""
    caller.need(PersonRole.OPERATOR)
    on = None if body.on is None else read_date(body.on)
    with house.begin() as conn:
        take_lanes(conn, house.lanes)
        done = end_tax_registration(conn, code=code, by=caller.person_id, at=house.now(), on=on)
    return _view(done)


@router.get("/{code}/tax_registrations", operation_id="listTaxRegistrations")
def listing(code: MarketPath, house: HouseDep, caller: Caller) -> TaxRegistrationList:
    """List a market's registrations with who recorded them; for operators and oversight."""
    caller.need(PersonRole.OPERATOR, *OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = tax_registrations(conn, market_id=find_market(conn, code=code).id)
    return TaxRegistrationList(data=[_view(each) for each in found])


def _view(found: TaxRegistration) -> TaxRegistrationView:
    return TaxRegistrationView.model_validate(found, from_attributes=True)
