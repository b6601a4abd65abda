"""/v1/refunds: take back a charge or the rest of one; and what can come back of each charge, with the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import (
    BODY,
    ChargeId,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    View,
    from_cursor,
    id_field,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.wallets import own_wallet
from onnuri.banks.answers import words_for_people
from onnuri.kit.refusals import Refused
from onnuri.people.model import PersonRole
from onnuri.vouchers.refunding.calculator import Explained, Way, explain_wallet
from onnuri.vouchers.refunding.refund import RefundOrder
from onnuri.vouchers.refunding.refund_rows import UNCLAIMED, Refund, RefundUnknown, refund, refunds_of
from onnuri.vouchers.refunding.refund_rule import RefundKind
from onnuri.vouchers.refunding.run_refund import Refunding, run_refund

router = noun_router("refunds", 404)

RefundId = Annotated[UUID, *id_field("rfd")]


class RefundRefusedByBank(Refused):
    """The holder's bank did not take the money; all of it is in the wallet again."""

    code = "refund_refused_by_bank"
    ko = "은행에서 입금이 거절되었습니다({bank_message}). 금액은 지갑에 그대로 있습니다. 다른 계좌로 다시 신청하세요."
    en = "The bank refused the deposit ({bank_message}). The money is in the wallet; try again with another account."


class RefundRequest(Strict):
    """Which charge, and how: `charge_cancel` while it is unused, `residual` once enough of it is used."""

    charge_id: Annotated[str, Field(pattern="^chg_[0-9a-f]{32}$", examples=["chg_0192f0c1a2b37c4d8e5f60718293a4b5"])]
    kind: Literal["charge_cancel", "residual"]


class RefundView(View):
    """A refund, won: `paid` goes to the bank account, `subsidy` back to the budget, the two add up to `amount`."""

    id: RefundId
    charge_id: ChargeId
    kind: Literal["charge_cancel", "residual"]
    status: Literal["REQUESTED", "SUCCEEDED", "FAILED", "UNKNOWN"]
    amount: Annotated[int, Field(examples=[35000])]
    paid: Annotated[int, Field(examples=[32550])]
    subsidy: Annotated[int, Field(examples=[2450])]
    requested_at: Instant
    answered_at: Instant | None
    bank_message: str | None


class ReasonView(View):
    """Why not: a stable code and words."""

    code: str
    ko: str
    en: str


class WayView(View):
    """One way back today, won: `paid` and `subsidy` where it is open, `reason` where it is not.

    `missing` is what must still be used first; the days are Seoul's, both included.
    """

    possible: bool
    paid: int | None
    subsidy: int | None
    missing: int
    from_on: date | None
    until_on: date | None
    reason: ReasonView | None


class RefundableView(View):
    """A charge and what can come back of it, won: `face = left + used + refunded + given_away + expired`.

    `must_be_used` is what opens the residual refund. `transfers` are the numbers in the books that say all this.
    """

    charge_id: ChargeId
    charged_at: Instant
    face: int
    left: int
    used: int
    refunded: int
    given_away: int
    expired: int
    must_be_used: int
    charge_cancel: WayView
    residual: WayView
    transfers: list[int]


class RefundableList(View):
    """Every charge of a wallet, the newest first."""

    data: list[RefundableView]


@router.post(
    "",
    status_code=201,
    operation_id="createRefund",
    responses={
        202: {"model": RefundView, "description": "The bank's answer is not known yet; ask GET /v1/refunds/{id}."},
        **problems(402, 409, *BODY),
    },
)
def create(
    body: RefundRequest, request: Request, response: Response, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> RefundView:
    """Take money back of a charge: 201 paid out, 202 while the bank's answer is unknown, 402 refused."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    edge = Refunding(begin=lambda: house.begin(lane), bank=house.need_bank(), now=house.now)
    order = RefundOrder(asked, wallet_id, read_id("chg", body.charge_id), RefundKind(body.kind))
    made = settled(request, run_refund(edge, order))
    if made.status == "FAILED":
        raise RefundRefusedByBank(
            refund_id=f"rfd_{made.id.hex}",
            bank_code=made.bank_code_given,
            bank_message=words_for_people(made.bank_message),
        )
    response.status_code = 201 if made.status == "SUCCEEDED" else 202
    response.headers["Location"] = f"/v1/refunds/rfd_{made.id.hex}"
    mark_replay(request, response)
    return refund_view(made)


@router.get("", operation_id="listRefunds", responses=problems(400))
def listing(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20) -> Page[RefundView]:
    """List the caller's refunds, newest first."""
    wallet_id, lane = own_wallet(caller)
    name = f"refunds:{wallet_id.hex}"
    place = from_cursor(house, name, cursor)
    with house.begin(lane) as conn:
        rows = refunds_of(conn, wallet_id, before=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    return Page(data=[refund_view(row) for row in shown], next_cursor=following)


@router.get("/possible", operation_id="listRefundable")
def possible(house: HouseDep, caller: Caller) -> RefundableList:
    """Say for each charge what can come back today, what is missing, until when, and which transfers say so."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        told = explain_wallet(conn, wallet_id, at=house.now())
    return RefundableList(data=[refundable_view(each) for each in told])


@router.get("/{refund_id}", operation_id="getRefund")
def one(refund_id: Annotated[str, path_id("rfd")], house: HouseDep, caller: Caller) -> RefundView:
    """Show one of the caller's refunds."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        found = refund(conn, read_id("rfd", refund_id))
    if found.wallet_id != wallet_id or found.kind == UNCLAIMED:
        raise RefundUnknown
    return refund_view(found)


def refund_view(made: Refund) -> RefundView:
    """Describe a refund."""
    told = replace(made, bank_message=words_for_people(made.bank_message))
    return RefundView.model_validate(told, from_attributes=True)


def refundable_view(told: Explained) -> RefundableView:
    """Describe a charge with what can come back of it."""
    facts = told.facts
    return RefundableView(
        charge_id=facts.charge_id,
        charged_at=facts.charged_at,
        face=facts.face,
        left=facts.left,
        used=facts.used,
        refunded=facts.back,
        given_away=facts.given_away,
        expired=facts.expired,
        must_be_used=told.must_be_used,
        charge_cancel=_way(told.cancel),
        residual=_way(told.residual),
        transfers=list(facts.seqs),
    )


def _way(way: Way) -> WayView:
    back, refusal = way.comes_back, way.refusal
    return WayView(
        possible=back is not None,
        paid=None if back is None else back.paid,
        subsidy=None if back is None else back.subsidy,
        missing=way.missing,
        from_on=way.from_on,
        until_on=way.until_on,
        reason=None
        if refusal is None
        else ReasonView(code=refusal.code, ko=refusal.reason("ko"), en=refusal.reason("en")),
    )
