"""/v1/wallets/…/debt and …/repayments: what a holder was granted, what was taken back, what is owed and repaid."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict, Won
from onnuri.api.claw_backs import ClawBackId
from onnuri.api.credit_lists import READERS
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    EntryId,
    Instant,
    LimitQuery,
    LotId,
    View,
    WalletId,
    from_cursor,
    id_field,
    noun_router,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.wallet_life import WalletPath
from onnuri.api.wallets import keep_look, lane_of, own_wallet
from onnuri.kit.ids import new_id
from onnuri.people.model import PersonRole
from onnuri.vouchers.claw_backs.claw_back_repay import Repaid, Repayment, repay
from onnuri.vouchers.claw_backs.debts import Debt, debt_of

router = noun_router("wallets", 404)
RepaymentId = Annotated[UUID, *id_field("rpm")]


class GrantedView(View):
    """A grant, won: what is left of it to spend, and what expired or was taken back."""

    lot_id: LotId
    programme: str | None
    given_by: Annotated[str | None, Field(description="The programme's name.", examples=["상생페이백 2026"])]
    face: int
    left: int
    gone: int


class TakenBackView(View):
    """A claw-back of the wallet, won: `owed` had been spent already."""

    id: ClawBackId
    lot_id: LotId
    amount: int
    from_lot: int
    owed: int
    reason: str
    clawed_at: Instant


class RepaymentView(View):
    """A repayment, won: from value with the holder's consent, by a bank receipt, or as cancels refilled the grant."""

    id: RepaymentId
    wallet_id: WalletId
    amount: int
    how: Literal["bank", "consent", "refilled"]
    entry_id: EntryId
    repaid_at: Instant


class DebtView(View):
    """What is owed after claw-backs, won, and what led there, the newest first; each count is of all there are.

    Grants come a page at a time, beside the last 500 claw-backs and repayments.
    """

    wallet_id: WalletId
    owed: Annotated[int, Field(examples=[20000])]
    grants: list[GrantedView]
    grants_count: int
    next_cursor: Annotated[
        str | None, Field(description="`cursor` of the next page of grants; null where these are the last.")
    ]
    claw_backs: list[TakenBackView]
    claw_backs_count: int
    repayments: list[RepaymentView]
    repayments_count: int


class OwnRepaymentRequest(Strict):
    """The holder agrees that so much of the wallet's value repays the debt."""

    amount: Won
    consent: Annotated[Literal[True], Field(description="Nothing is taken without it.")]


class ReceiptRequest(Strict):
    """The holder paid in: the bank's reference of the receipt, which counts once."""

    amount: Won
    bank_reference: Annotated[str, Field(min_length=1, max_length=64, examples=["20261102-000124"])]


@router.get("/current/debt", operation_id="currentDebt", responses=problems(400))
def current(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 100) -> DebtView:
    """Tell the caller what was granted, what was taken back and why, and what is still owed."""
    wallet_id, lane = own_wallet(caller)
    return _shown(house, wallet_id, lane, cursor, limit)


@router.get("/{wallet_id}/debt", operation_id="getDebt", responses=problems(400))
def one(
    wallet_id: WalletPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 100
) -> DebtView:
    """Tell the same of any wallet, for operators and those who look after them."""
    caller.need(*READERS)
    id, lane = lane_of(house, read_id("wal", wallet_id))
    keep_look(house, caller, id, looked_at="debt")
    return _shown(house, id, lane, cursor, limit)


@router.post(
    "/current/repayments", status_code=201, operation_id="createRepayment", responses=problems(402, 409, *BODY)
)
def repay_own(
    body: OwnRepaymentRequest,
    request: Request,
    response: Response,
    house: HouseDep,
    caller: Caller,
    key: KeyHeader = None,
) -> RepaymentView:
    """Repay from the caller's own value, in the published order of spending."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = own_wallet(caller)
    at = house.now()
    with house.begin(lane) as conn:
        (answer,) = repay(conn, [Repayment(asked, new_id(at), wallet_id, body.amount, consented_at=at)], at=at)
    done = settled(request, answer)
    mark_replay(request, response)
    return _repaid(done)


@router.post(
    "/{wallet_id}/repayments",
    status_code=201,
    operation_id="bookRepayment",
    response_model=RepaymentView,
    responses=problems(402, 409, *BODY),
)
def repay_by_receipt(
    wallet_id: WalletPath,
    body: ReceiptRequest,
    request: Request,
    house: HouseDep,
    caller: Caller,
    key: KeyHeader = None,
) -> Response:
    """Book what a holder paid in at the bank, by a finance maker."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.FINANCE_MAKER)
    id, lane = lane_of(house, read_id("wal", wallet_id))
    at = house.now()
    item = Repayment(asked, new_id(at), id, body.amount, bank_reference=body.bank_reference)
    with house.begin(lane) as conn:
        (answer,) = repay(conn, [item], at=at)
    done = _repaid(settled(request, answer))
    response = Response(done.model_dump_json(), status_code=201, media_type="application/json")
    mark_replay(request, response)
    return response


def _repaid(done: Repaid) -> RepaymentView:
    return RepaymentView.model_validate(done, from_attributes=True)


def _shown(house: House, wallet_id: UUID, lane: str, cursor: str | None, limit: int) -> DebtView:
    listing = f"grants:{wallet_id.hex}"
    place = from_cursor(house, listing, cursor)
    with house.begin(lane) as conn:
        found = debt_of(conn, wallet_id, after=None if place is None else UUID(place), limit=limit)
    following = None if found.next_after is None else house.cursors.write(listing, found.next_after.hex)
    return _view(wallet_id, found, following)


def _view(wallet_id: UUID, found: Debt, following: str | None) -> DebtView:
    return DebtView(
        wallet_id=wallet_id,
        owed=found.owed,
        grants=[
            GrantedView(
                lot_id=each.id,
                programme=each.programme,
                given_by=each.given_by,
                face=each.face,
                left=each.left,
                gone=each.gone,
            )
            for each in found.grants
        ],
        grants_count=found.grants_count,
        next_cursor=following,
        claw_backs=[TakenBackView.model_validate(each, from_attributes=True) for each in found.claw_backs],
        claw_backs_count=found.claw_backs_count,
        repayments=[_repaid(each) for each in found.repayments],
        repayments_count=found.repayments_count,
    )
