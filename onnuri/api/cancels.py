"""/v1/payments/{id}/cancels: the shop takes a payment back, whole or in part, within seven days."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import anyio.to_thread
from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller, QuickCaller
from onnuri.api.bodies import Currency, ShortText, Strict, Won
from onnuri.api.forms import BODY, View, noun_router, path_id, problems, read_id
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.payments import visible_payment
from onnuri.api.receipts import CancelView, cancel_view
from onnuri.kit.database import FIRST_LANE
from onnuri.kit.ids import new_id
from onnuri.payments.model import Cancel, CancelReceipt
from onnuri.payments.receipts import receipts
from onnuri.people.model import OVERSIGHT_ROLES, SHOP_ROLES

router = noun_router("payments", 404)
PaymentPath = Annotated[str, path_id("pay")]


class CancelRequest(Strict):
    """How much to take back, all that is left where nothing is said; and why."""

    amount: Won | None = None
    currency: Currency = "KRW"
    reason: Annotated[ShortText, Field(examples=["단순 변심"])]


class CancelList(View):
    """The cancels of a payment, oldest first."""

    data: list[CancelView]


@router.post(
    "/{payment_id}/cancels",
    status_code=201,
    operation_id="createCancel",
    response_model=CancelView,
    responses=problems(402, 409, *BODY),
)
async def create(
    payment_id: PaymentPath,
    body: CancelRequest,
    request: Request,
    house: HouseDep,
    caller: QuickCaller,
    key: KeyHeader = None,
) -> Response:
    """Cancel a payment of the caller's shop; the money goes back to the same lots and can't be taken again."""
    asked = request_key(request, caller, key)
    caller.need(*SHOP_ROLES)
    payment = read_id("pay", payment_id)
    lane = await _lane_of(house, payment)
    item = Cancel(
        id=new_id(house.now()),
        request=asked,
        payment_id=payment,
        amount=body.amount,
        reason=body.reason,
        cancelled_by=caller.person_id,
        shop_ids=caller.scopes(*SHOP_ROLES),
    )
    answered = await house.tills[lane].ask(item)
    receipt = settled(request, answered)
    assert isinstance(receipt, CancelReceipt)
    response = Response(
        cancel_view(receipt, for_holder=False).model_dump_json(), status_code=201, media_type="application/json"
    )
    mark_replay(request, response)
    return response


@router.get("/{payment_id}/cancels", operation_id="listCancels")
def listing(payment_id: PaymentPath, house: HouseDep, caller: Caller) -> CancelList:
    """List the cancels of a payment."""
    receipt, cancels, _ = visible_payment(house, caller, read_id("pay", payment_id))
    with_lots = receipt.wallet_id == caller.wallet_id or caller.has(*OVERSIGHT_ROLES)
    return CancelList(data=[cancel_view(cancel, for_holder=with_lots) for cancel in cancels])


async def _lane_of(house: House, payment_id: UUID) -> str:
    """Tell in which lane a payment is; the first one where there is none such, whose till then refuses it."""
    return FIRST_LANE if len(house.lanes) == 1 else await anyio.to_thread.run_sync(_search, house, payment_id)


def _search(house: House, payment_id: UUID) -> str:
    for lane in house.lanes:
        with house.begin(lane) as conn:
            if receipts(conn, [payment_id]):
                return lane
    return FIRST_LANE
