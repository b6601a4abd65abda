"""/v1/claw_backs: grants taken back in four eyes; /v1/wallets/…/debt: what a holder owes for it, and repays."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict, Won
from onnuri.api.credit_lists import READERS
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    EntryId,
    Instant,
    LimitQuery,
    LotId,
    Page,
    PersonId,
    View,
    WalletId,
    from_cursor,
    id_field,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import KeyHeader, KeyMissing
from onnuri.api.wallets import lane_of
from onnuri.people.model import PersonRole
from onnuri.vouchers.claw_backs.claw_back import ClawBack, GrantUnknown, claw_backs, granted_lots
from onnuri.vouchers.claw_backs.claw_back_order import (
    ClawBackDraft,
    OrderedClawBack,
    approve_claw_back,
    order_claw_back,
    ordered_claw_back,
    ordered_claw_backs,
    reject_claw_back,
)

router = noun_router("claw_backs", 404)
ClawBackId = Annotated[UUID, *id_field("clb")]
ClawBackPath = Annotated[str, path_id("clb")]
LotField = Annotated[str, Field(pattern="^lot_[0-9a-f]{32}$", examples=["lot_0192f0c1a2b37c4d8e5f60718293a4b5"])]


class ClawBackRequest(Strict):
    """Which grant, how much of it (won; all where it is left out), and why, as the holder is told."""

    lot_id: LotField
    amount: Won | None = None
    reason: Annotated[ShortText, Field(examples=["소득 요건 미달"])]


class BookedView(View):
    """A claw-back in the books, won: what was left came from the lot, what was spent is owed."""

    amount: int
    from_lot: int
    owed: int
    entry_id: EntryId
    clawed_at: Instant


class ClawBackView(View):
    """A claw-back as it stands, won; `amount` is null for all of it, `booked` until it was approved."""

    id: ClawBackId
    lot_id: LotId
    wallet_id: WalletId
    amount: int | None
    reason: str
    status: Literal["PROPOSED", "APPROVED", "REJECTED"]
    ordered_by: PersonId
    ordered_at: Instant
    decided_by: PersonId | None
    decided_at: Instant | None
    booked: BookedView | None


@router.post("", status_code=201, operation_id="orderClawBack", responses=problems(409, *BODY))
def create(body: ClawBackRequest, house: HouseDep, caller: Caller) -> ClawBackView:
    """Order a claw-back, by an operator or a finance maker; nothing is taken before another person approves it."""
    caller.need(PersonRole.OPERATOR, PersonRole.FINANCE_MAKER)
    lot_id = read_id("lot", body.lot_id)
    draft = ClawBackDraft(lot_id, body.amount, body.reason)
    with house.begin(_lane_of_lot(house, lot_id)) as conn:
        made = order_claw_back(conn, draft, by=caller.person_id, at=house.now())
    return _view(made, None)


@router.get("", operation_id="listClawBacks", responses=problems(400))
def listing(
    house: HouseDep,
    caller: Caller,
    wallet: Annotated[str | None, Query(pattern="^wal_[0-9a-f]{32}$", description="Of one wallet.")] = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[ClawBackView]:
    """List claw-backs, the newest first."""
    caller.need(*READERS)
    wallet_id = None if wallet is None else read_id("wal", wallet)
    name = f"claw_backs:{wallet or ''}"
    place = from_cursor(house, name, cursor)
    with house.begin() as conn:
        read = ordered_claw_backs(
            conn, wallet_id=wallet_id, before=None if place is None else UUID(place), limit=limit + 1
        )
    shown, following = page_of(house, name, read, limit, place=lambda row: row.id.hex)
    booked = _booked(house, [row.id for row in shown if row.status == "APPROVED"])
    return Page(data=[_view(row, booked.get(row.id)) for row in shown], next_cursor=following)


@router.get("/{claw_back_id}", operation_id="getClawBack")
def one(claw_back_id: ClawBackPath, house: HouseDep, caller: Caller) -> ClawBackView:
    """Show a claw-back."""
    caller.need(*READERS)
    with house.begin() as conn:
        found = ordered_claw_back(conn, read_id("clb", claw_back_id))
    return _view(found, _booked(house, [found.id]).get(found.id))


@router.post(
    "/{claw_back_id}/approvals", status_code=201, operation_id="approveClawBack", responses=problems(400, 402, 409)
)
def approve(claw_back_id: ClawBackPath, house: HouseDep, caller: Caller, key: KeyHeader = None) -> ClawBackView:
    """Approve a claw-back, never one's own: the grant is taken back now. It is approved once, by any key."""
    if key is None:
        raise KeyMissing
    caller.need(PersonRole.FINANCE_CHECKER)
    id, lane = _found(house, claw_back_id)
    with house.begin(lane) as conn:
        done = approve_claw_back(conn, id, by=caller.person_id, at=house.now())
        booked = claw_backs(conn, [id])[id]
    return _view(done, booked)


@router.post("/{claw_back_id}/rejections", status_code=201, operation_id="rejectClawBack", responses=problems(402, 409))
def reject(claw_back_id: ClawBackPath, house: HouseDep, caller: Caller) -> ClawBackView:
    """Turn a claw-back down, never one's own."""
    caller.need(PersonRole.FINANCE_CHECKER)
    id, lane = _found(house, claw_back_id)
    with house.begin(lane) as conn:
        done = reject_claw_back(conn, id, by=caller.person_id, at=house.now())
    return _view(done, None)


def _found(house: House, given: str) -> tuple[UUID, str]:
    with house.begin() as conn:
        found = ordered_claw_back(conn, read_id("clb", given))
    _, lane = lane_of(house, found.wallet_id)
    return found.id, lane


def _lane_of_lot(house: House, lot_id: UUID) -> str:
    """Find the lane of a granted lot. Refuses `GrantUnknown`."""
    for lane in house.lanes:
        with house.begin(lane) as conn:
            if granted_lots(conn, [lot_id]):
                return lane
    raise GrantUnknown


def _booked(house: House, ids: list[UUID]) -> dict[UUID, ClawBack]:
    found: dict[UUID, ClawBack] = {}
    for lane in house.lanes if ids else ():
        with house.begin(lane) as conn:
            found |= claw_backs(conn, ids)
    return found


def _view(found: OrderedClawBack, booked: ClawBack | None) -> ClawBackView:
    return ClawBackView(
        id=found.id,
        lot_id=found.lot_id,
        wallet_id=found.wallet_id,
        amount=found.amount,
        reason=found.reason,
        status=found.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        ordered_by=found.ordered_by,
        ordered_at=found.ordered_at,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        booked=None if booked is None else BookedView.model_validate(booked, from_attributes=True),
    )
