"""/v1/charges: a holder buys value from the own bank account; the state adds its share."""

from __future__ import annotations

import contextlib
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Currency, Strict, Won
from onnuri.api.forms import (
    BODY,
    ChargeId,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    View,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.wallets import own_wallet, seen_wallet
from onnuri.banks.answers import words_for_people
from onnuri.kit.refusals import Refused
from onnuri.people.model import PersonRole
from onnuri.vouchers.charging.charge import charge, charges_of
from onnuri.vouchers.charging.run_charge import Charging, run_charge
from onnuri.vouchers.model import Charge, ChargeOrder, ChargeUnknown

router = noun_router("charges", 404)


class BankRefused(Refused):
    """The holder's bank said no; nothing was debited."""

    code = "charge_refused_by_bank"
    ko = "은행에서 출금이 거절되었습니다({bank_message}). 돈은 움직이지 않았습니다."
    en = "The bank refused the debit ({bank_message}). No money moved."


class ChargeRequest(Strict):
    """How much value to buy; the discount of the day comes off the debit."""

    face: Won
    currency: Currency = "KRW"


class ChargeView(View):
    """A charge, won: `paid` is debited, `subsidy` is the state's share, the two add up to `face`."""

    id: ChargeId
    status: Literal["REQUESTED", "SUCCEEDED", "FAILED", "UNKNOWN"]
    face: Annotated[int, Field(examples=[100000])]
    paid: Annotated[int, Field(examples=[93000])]
    subsidy: Annotated[int, Field(examples=[7000])]
    policy_id: Annotated[str, Field(examples=["2026-03-01"])]
    requested_at: Instant
    answered_at: Instant | None
    bank_message: str | None
    money_moved: Literal["true", "false", "unknown"]


@router.post(
    "",
    status_code=201,
    operation_id="createCharge",
    responses={
        202: {"model": ChargeView, "description": "The bank's answer is not known yet; ask GET /v1/charges/{id}."},
        **problems(402, 409, *BODY),
    },
)
def create(
    body: ChargeRequest, request: Request, response: Response, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> ChargeView:
    """Charge the caller's wallet: 201 succeeded, 202 while the bank's answer is unknown, 402 refused."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    edge = Charging(begin=lambda: house.begin(lane), bank=house.need_bank(), now=house.now)
    made = settled(request, run_charge(edge, ChargeOrder(asked, wallet_id, body.face)))
    if made.status == "FAILED":
        raise BankRefused(
            charge_id=f"chg_{made.id.hex}",
            bank_code=made.bank_code_given,
            bank_message=words_for_people(made.bank_message),
        )
    response.status_code = 201 if made.status == "SUCCEEDED" else 202
    response.headers["Location"] = f"/v1/charges/chg_{made.id.hex}"
    mark_replay(request, response)
    return charge_view(made)


@router.get("", operation_id="listCharges", responses=problems(400))
def listing(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20) -> Page[ChargeView]:
    """List the caller's charges, newest first."""
    wallet_id, lane = own_wallet(caller)
    place = from_cursor(house, f"charges:{wallet_id.hex}", cursor)
    with house.begin(lane) as conn:
        rows = charges_of(conn, wallet_id, before=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, f"charges:{wallet_id.hex}", rows, limit, place=lambda row: row.id.hex)
    return Page(data=[charge_view(row) for row in shown], next_cursor=following)


@router.get("/{charge_id}", operation_id="getCharge")
def one(charge_id: Annotated[str, path_id("chg")], house: HouseDep, caller: Caller) -> ChargeView:
    """Show one of the caller's charges, or any to an operator, which is kept."""
    id = read_id("chg", charge_id)
    if caller.has(PersonRole.OPERATOR):
        found = _anybodys(house, id)
        seen_wallet(house, caller, found.wallet_id, looked_at="a charge")
        return charge_view(found, raw=True)
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        found = charge(conn, id)
    if found.wallet_id != wallet_id:
        raise ChargeUnknown
    return charge_view(found)


def _anybodys(house: House, charge_id: UUID) -> Charge:
    for lane in house.lanes:
        with house.begin(lane) as conn, contextlib.suppress(ChargeUnknown):
            return charge(conn, charge_id)
    raise ChargeUnknown


def charge_view(made: Charge, *, raw: bool = False) -> ChargeView:
    """Describe a charge; `raw` shows operators what came from the bank as it came."""
    moved = {"SUCCEEDED": "true", "FAILED": "false"}.get(made.status, "unknown")
    return ChargeView(
        id=made.id,
        status=made.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        face=made.face,
        paid=made.paid,
        subsidy=made.subsidy,
        policy_id=made.policy_id,
        requested_at=made.requested_at,
        answered_at=made.answered_at,
        bank_message=made.bank_message if raw else words_for_people(made.bank_message),
        money_moved=moved,  # type: ignore[arg-type]  # one of the three by the line above
    )
