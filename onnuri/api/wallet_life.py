"""/v1/wallets/…: limits, loss reports, blocks by operators, and leaving."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import BODY, Instant, PaymentId, View, WalletId, noun_router, path_id, problems, read_id
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.wallets import keep_look, lane_of, own_wallet
from onnuri.kit.requests import RequestKey
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.vouchers.refunding.run_refund import Refunding, run_refund
from onnuri.vouchers.wallets.leave import Leaving, leave, left_before
from onnuri.vouchers.wallets.limits import Limits, limits_of
from onnuri.vouchers.wallets.wallet_life import (
    Block,
    Blocking,
    Closed,
    block_wallet,
    blocks,
    borne_by_the_operator,
    lift_block,
)

router = noun_router("wallets", 404)
WalletPath = Annotated[str, path_id("wal")]


class LimitView(View):
    """One limit, won; without `renews_at` only spending makes room."""

    maximum: Annotated[int, Field(examples=[2000000])]
    used: Annotated[int, Field(examples=[500000])]
    left: Annotated[int, Field(examples=[1500000])]
    renews_at: Instant | None


class AllLimitsView(View):
    """What the holder may still do now, won. The monthly limit counts gross: a cancelled charge gives no room back."""

    charge_month: LimitView
    charged_net_this_month: Annotated[int, Field(description="Charges of the month less those that were cancelled.")]
    holding: LimitView
    payment_max: Annotated[int, Field(examples=[2000000])]
    charge_now: Annotated[int, Field(description="The largest charge that all limits and the budget allow; 0: none.")]


@router.get("/current/limits", operation_id="currentLimits", responses=problems(402))
def current_limits(house: HouseDep, caller: Caller) -> AllLimitsView:
    """Tell every limit of the caller's wallet: used, left, and when it renews."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        now = limits_of(conn, wallet_id, at=house.now())
    return limits_view(now)


def limits_view(now: Limits) -> AllLimitsView:
    """Describe every limit."""
    return AllLimitsView(
        charge_month=LimitView.model_validate(now.charge_month, from_attributes=True),
        charged_net_this_month=now.charged_net_this_month,
        holding=LimitView.model_validate(now.holding, from_attributes=True),
        payment_max=now.payment_max,
        charge_now=now.charge_now,
    )


class ReasonRequest(Strict):
    """Why."""

    reason: Annotated[ShortText, Field(examples=["휴대전화 분실"])]


class LiftRequest(Strict):
    """Which block is lifted, and why it may be."""

    kind: Literal["frozen", "lost"]
    reason: Annotated[ShortText, Field(examples=["본인 확인"])]


class BlockView(View):
    """A block: from `blocked_at` on nothing is paid, and the operator is liable."""

    wallet_id: WalletId
    kind: Literal["frozen", "lost"]
    reason: str
    blocked_at: Instant
    lifted_at: Instant | None
    lift_reason: str | None


class BlockList(View):
    """The blocks of a wallet, the newest first; and payments after a loss report that the operator bears."""

    data: list[BlockView]
    borne_by_the_operator: list[PaymentId]


@router.post("/current/loss_reports", status_code=201, operation_id="createLossReport", responses=problems(409, *BODY))
def report_loss(body: ReasonRequest, house: HouseDep, caller: Caller) -> BlockView:
    """Report the caller's wallet lost: from this instant on nothing is paid out of it. Again, it answers the first."""
    wallet_id, lane = own_wallet(caller)
    with house.begin(lane) as conn:
        made = block_wallet(conn, Blocking(wallet_id, "lost", body.reason, caller.person_id), at=house.now())
    return _block_view(made)


@router.post("/{wallet_id}/blocks", status_code=201, operation_id="createBlock", responses=problems(409, *BODY))
def freeze(wallet_id: WalletPath, body: ReasonRequest, house: HouseDep, caller: Caller) -> BlockView:
    """Freeze a wallet, by an operator."""
    caller.need(PersonRole.OPERATOR)
    wallet, lane = lane_of(house, read_id("wal", wallet_id))
    with house.begin(lane) as conn:
        made = block_wallet(conn, Blocking(wallet, "frozen", body.reason, caller.person_id), at=house.now())
    return _block_view(made)


@router.post("/{wallet_id}/unblocks", status_code=201, operation_id="createUnblock", responses=problems(409, *BODY))
def lift(wallet_id: WalletPath, body: LiftRequest, house: HouseDep, caller: Caller) -> BlockView:
    """Lift a block, by an operator; the wallet opens again when none stands."""
    caller.need(PersonRole.OPERATOR)
    wallet, lane = lane_of(house, read_id("wal", wallet_id))
    with house.begin(lane) as conn:
        lifted = lift_block(conn, Blocking(wallet, body.kind, body.reason, caller.person_id), at=house.now())
    return _block_view(lifted)


@router.get("/{wallet_id}/blocks", operation_id="listBlocks")
def listing(wallet_id: WalletPath, house: HouseDep, caller: Caller) -> BlockList:
    """List the blocks of a wallet, for operators and those who look after them."""
    caller.need(PersonRole.OPERATOR, *OVERSIGHT_ROLES)
    wallet, lane = lane_of(house, read_id("wal", wallet_id))
    keep_look(house, caller, wallet, looked_at="blocks")
    with house.begin(lane) as conn:
        found = blocks(conn, wallet)
        borne = borne_by_the_operator(conn, wallet)
    return BlockList(data=[_block_view(each) for each in found], borne_by_the_operator=[id for id, _ in borne])


class LeaveRequest(Strict):
    """Whether every charge that can be paid back is, before the wallet is closed."""

    refund: bool = True


class ClosedView(View):
    """A closed wallet; its holder may open another one from `rejoin_from` on."""

    wallet_id: WalletId
    closed_at: Instant
    rejoin_from: Instant


@router.post("/current/closings", status_code=201, operation_id="createClosing", responses=problems(402, 409, *BODY))
def close(
    body: LeaveRequest, request: Request, response: Response, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> ClosedView:
    """Leave: what can be paid back is, then the empty wallet is closed. What is left otherwise is named and kept."""
    asked = request_key(request, caller, key)
    closed = _left_before(house, asked) if caller.wallet_id is None else None
    if closed is None:
        wallet_id, lane = own_wallet(caller)
        edge = Refunding(begin=lambda: house.begin(lane), bank=house.need_bank(), now=house.now)
        act = Leaving(asked, wallet_id, body.refund)
        closed = settled(request, leave(edge, act, lambda order: run_refund(edge, order)))
        house.tokens.forget_person(caller.person_id)
        mark_replay(request, response)
    else:
        request.state.replayed = True
        mark_replay(request, response)
    return ClosedView.model_validate(closed, from_attributes=True)


def _left_before(house: House, asked: RequestKey) -> Closed | None:
    """Find the answer for a holder who has no wallet any more: the key says which one it was."""
    for lane in house.lanes:
        with house.begin(lane) as conn:
            closed = left_before(conn, asked)
        if closed is not None:
            return closed
    return None


def _block_view(block: Block) -> BlockView:
    return BlockView.model_validate(block, from_attributes=True)
