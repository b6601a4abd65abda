"""/v1/unclaimed_payouts: what is owed since an expiry, paid to the holder's bank account; also after having left."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, Instant, View, WalletId, noun_router, path_id, problems, read_id
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, mark_replay, request_key, settled
from onnuri.api.refunds import RefundId
from onnuri.api.wallets import lane_of
from onnuri.banks.answers import words_for_people
from onnuri.kit.refusals import Refused
from onnuri.people.model import PersonRole, Principal
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.refund_rows import Refund, RefundUnknown
from onnuri.vouchers.refunding.run_refund import Refunding, run_unclaimed
from onnuri.vouchers.refunding.unclaimed import UnclaimedOrder, owed_to, unclaimed_payouts

router = noun_router("unclaimed_payouts", 404)


class UnclaimedRefusedByBank(Refused):
    """The holder's bank did not take the money; all of it is owed again."""

    code = "unclaimed_refused_by_bank"
    ko = "은행에서 입금이 거절되었습니다({bank_message}). 돌려드릴 돈은 그대로입니다. 다른 계좌로 다시 신청하세요."
    en = (
        "The bank refused the deposit ({bank_message}). All of it is still owed to you; try again with another account."
    )


class UnclaimedRequest(Strict):
    """For which of the caller's wallets, closed ones too; all that is owed for it is paid."""

    wallet_id: Annotated[str, Field(pattern="^wal_[0-9a-f]{32}$", examples=["wal_0192f0c1a2b37c4d8e5f60718293a4b5"])]


class UnclaimedPayoutView(View):
    """A payout of what was owed, won: the share its buyer paid, of value that expired."""

    id: RefundId
    wallet_id: WalletId
    status: Literal["REQUESTED", "SUCCEEDED", "FAILED", "UNKNOWN"]
    amount: Annotated[int, Field(examples=[32550])]
    requested_at: Instant
    answered_at: Instant | None
    bank_message: str | None


class OwedView(View):
    """What is owed for one wallet, won; `on_its_way` is with the bank, which has not answered."""

    wallet_id: WalletId
    amount: Annotated[int, Field(examples=[32550])]
    on_its_way: int


class OwedList(View):
    """What is owed for the caller's wallets, where it is anything, and the payouts of each so far, the newest first."""

    data: list[OwedView]
    payouts: list[UnclaimedPayoutView]


@router.post(
    "",
    status_code=201,
    operation_id="createUnclaimedPayout",
    responses={
        202: {
            "model": UnclaimedPayoutView,
            "description": "The bank's answer is not known yet; ask GET /v1/unclaimed_payouts/{id}.",
        },
        **problems(402, 409, *BODY),
    },
)
def create(
    body: UnclaimedRequest, request: Request, response: Response, house: HouseDep, caller: Caller, key: KeyHeader = None
) -> UnclaimedPayoutView:
    """Have all that is owed for a wallet paid: 201 paid out, 202 while the bank's answer is unknown, 402 refused."""
    asked = request_key(request, caller, key)
    caller.need(PersonRole.HOLDER)
    wallet_id, lane = _own(house, caller, read_id("wal", body.wallet_id))
    edge = Refunding(begin=lambda: house.begin(lane), bank=house.need_bank(), now=house.now)
    made = settled(request, run_unclaimed(edge, UnclaimedOrder(asked, wallet_id)))
    if made.status == "FAILED":
        raise UnclaimedRefusedByBank(
            refund_id=f"rfd_{made.id.hex}",
            bank_code=made.bank_code_given,
            bank_message=words_for_people(made.bank_message),
        )
    response.status_code = 201 if made.status == "SUCCEEDED" else 202
    response.headers["Location"] = f"/v1/unclaimed_payouts/rfd_{made.id.hex}"
    mark_replay(request, response)
    return _view(made)


@router.get("", operation_id="listUnclaimed")
def listing(house: HouseDep, caller: Caller) -> OwedList:
    """Tell what is owed to the caller since an expiry, wallet by wallet, and what of it is on its way."""
    caller.need(PersonRole.HOLDER)
    with house.begin() as conn:
        found = owed_to(conn, caller.person_id, at=house.now())
        payouts = unclaimed_payouts(conn, caller.person_id)
    return OwedList(
        data=[OwedView.model_validate(each, from_attributes=True) for each, _ in found],
        payouts=[_view(each) for each in payouts],
    )


@router.get("/{refund_id}", operation_id="getUnclaimedPayout")
def one(refund_id: Annotated[str, path_id("rfd")], house: HouseDep, caller: Caller) -> UnclaimedPayoutView:
    """Show one of the caller's payouts."""
    caller.need(PersonRole.HOLDER)
    id = read_id("rfd", refund_id)
    with house.begin() as conn:
        mine = next((each for each in unclaimed_payouts(conn, caller.person_id, only=id)), None)
    if mine is None:
        raise RefundUnknown
    return _view(mine)


def _own(house: House, caller: Principal, wallet_id: UUID) -> tuple[UUID, str]:
    """Give one of the caller's wallets, closed ones too, with its lane. Refuses `WalletUnknown`."""
    id, lane = lane_of(house, wallet_id)
    with house.begin(lane) as conn:
        wallet = wallets(conn, [id]).get(id)
    if wallet is None or wallet.holder_id != caller.person_id:
        raise WalletUnknown
    return id, lane


def _view(made: Refund) -> UnclaimedPayoutView:
    told = replace(made, bank_message=words_for_people(made.bank_message))
    return UnclaimedPayoutView.model_validate(told, from_attributes=True)
