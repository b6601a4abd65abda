"""/v1/handovers: an inheritance, or value left in a closed wallet: an operator proposes, another person approves."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from sqlalchemy import text

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import BODY, Instant, PersonId, View, WalletId, id_field, noun_router, path_id, problems, read_id
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, KeyMissing
from onnuri.api.wallets import lane_of
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.vouchers.wallets.handover import (
    Handover,
    HandoverDraft,
    HandoverUnknown,
    approve_handover,
    handover,
    handovers,
    propose_handover,
    reject_handover,
)

router = noun_router("handovers", 404)
HandoverId = Annotated[UUID, *id_field("hov")]
HandoverPath = Annotated[str, path_id("hov")]
WalletField = Annotated[str, Field(pattern="^wal_[0-9a-f]{32}$", examples=["wal_0192f0c1a2b37c4d8e5f60718293a4b5"])]


class HandoverRequest(Strict):
    """From which frozen or closed wallet to which one, and which papers say so; no names."""

    from_wallet: WalletField
    to_wallet: WalletField
    kind: Literal["inheritance", "transfer"]
    reason: Annotated[ShortText, Field(examples=["상속 서류 확인 2026-114"])]


class HandoverView(View):
    """A handover, won; APPROVED once everything went over."""

    id: HandoverId
    from_wallet: WalletId
    to_wallet: WalletId
    kind: Literal["inheritance", "transfer"]
    reason: str
    status: Literal["PROPOSED", "APPROVED", "REJECTED"]
    proposed_by: PersonId
    proposed_at: Instant
    decided_by: PersonId | None
    decided_at: Instant | None
    amount: int | None


class HandoverList(View):
    """Handovers, the newest first."""

    data: list[HandoverView]


@router.post("", status_code=201, operation_id="createHandover", responses=problems(409, *BODY))
def propose(body: HandoverRequest, house: HouseDep, caller: Caller) -> HandoverView:
    """Propose a handover; nothing moves before another person approves it."""
    caller.need(PersonRole.OPERATOR)
    giver, lane = lane_of(house, read_id("wal", body.from_wallet))
    draft = HandoverDraft(giver, read_id("wal", body.to_wallet), body.kind, body.reason)
    with house.begin(lane) as conn:
        made = propose_handover(conn, draft, by=caller.person_id, at=house.now())
    return _view(made)


@router.post(
    "/{handover_id}/approvals", status_code=201, operation_id="approveHandover", responses=problems(400, 402, 409)
)
def approve(handover_id: HandoverPath, house: HouseDep, caller: Caller, key: KeyHeader = None) -> HandoverView:
    """Approve a handover, never one's own: all that can be spent goes over. A handover is approved once, by any key."""
    if key is None:
        raise KeyMissing
    caller.need(PersonRole.OPERATOR, PersonRole.FINANCE_CHECKER)
    id, lane = _lane(house, handover_id)
    with house.begin(lane) as conn:
        done = approve_handover(conn, id, by=caller.person_id, at=house.now())
    return _view(done)


@router.post("/{handover_id}/rejections", status_code=201, operation_id="rejectHandover", responses=problems(409))
def reject(handover_id: HandoverPath, house: HouseDep, caller: Caller) -> HandoverView:
    """Turn a handover down, never one's own."""
    caller.need(PersonRole.OPERATOR, PersonRole.FINANCE_CHECKER)
    id, lane = _lane(house, handover_id)
    with house.begin(lane) as conn:
        done = reject_handover(conn, id, by=caller.person_id, at=house.now())
    return _view(done)


@router.get("", operation_id="listHandovers")
def listing(house: HouseDep, caller: Caller) -> HandoverList:
    """List handovers."""
    caller.need(PersonRole.OPERATOR, *OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = handovers(conn)
    return HandoverList(data=[_view(each) for each in found])


def _lane(house: House, handover_id: str) -> tuple[UUID, str]:
    id = read_id("hov", handover_id)
    query = text("SELECT w.lane FROM shared.handovers h JOIN shared.wallets w ON w.id = h.from_wallet WHERE h.id = :id")
    with house.begin() as conn:
        lane = conn.execute(query, {"id": id}).scalar_one_or_none()
        if lane is None:
            raise HandoverUnknown
        handover(conn, id)
    return id, str(lane)


def _view(found: Handover) -> HandoverView:
    return HandoverView.model_validate(found, from_attributes=True)
