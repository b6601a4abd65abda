"""/v1/grant_programmes: programmes of the state that credit wallets, and the lists that are uploaded for them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sqlalchemy import Connection

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.credit_lists import READERS, CreditListView, page_of_lists, take_list
from onnuri.api.files import CSV_BODY, FileRoute, received
from onnuri.api.forms import (
    BODY,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    PersonId,
    View,
    noun_router,
    problems,
    read_instant,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.policy_changes import GivenInstant
from onnuri.people.model import PersonRole, Principal
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.grant import (
    ProgrammeDraft,
    decide_programme,
    grant_source,
    programme,
    programmes,
    propose_programme,
)

router = noun_router("grant_programmes", 404)
uploads = noun_router("grant_programmes", 404, route_class=FileRoute)
ProgrammeName = Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$", examples=["win-win-2026"])]
ProgrammePath = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$", examples=["win-win-2026"])]
REPLAYED_LIST: dict[int | str, dict[str, Any]] = {
    200: {"model": CreditListView, "description": "The same file was uploaded before: the list it already is."}
}


class ProgrammeRequest(Strict):
    """A programme: when it may be credited, until when its value can be spent, and where it is announced."""

    id: ProgrammeName
    name: ShortText
    opens_at: GivenInstant
    closes_at: GivenInstant
    expires_at: GivenInstant
    source: ShortText


class ProgrammeView(View):
    """A programme of the state; it credits once another person approved it."""

    id: str
    name: str
    opens_at: Instant
    closes_at: Instant
    expires_at: Instant
    source: str
    status: Literal["PROPOSED", "APPROVED", "REJECTED"]
    proposed_by: PersonId
    proposed_at: Instant
    decided_by: PersonId | None
    decided_at: Instant | None


class ProgrammeList(View):
    """Programmes, the oldest first."""

    data: list[ProgrammeView]


@router.post("", status_code=201, operation_id="openGrantProgramme", responses=problems(402, 409, *BODY))
def create(body: ProgrammeRequest, house: HouseDep, caller: Caller) -> ProgrammeView:
    """Propose a programme, by a finance maker; another person approves it. It credits nobody: lists do."""
    caller.need(PersonRole.FINANCE_MAKER)
    draft = ProgrammeDraft(
        body.id,
        body.name,
        read_instant(body.opens_at),
        read_instant(body.closes_at),
        read_instant(body.expires_at),
        body.source,
    )
    with house.begin() as conn:
        made = propose_programme(conn, draft, by=caller.person_id, at=house.now())
    return ProgrammeView.model_validate(made, from_attributes=True)


@router.post(
    "/{programme_id}/approvals", status_code=201, operation_id="approveGrantProgramme", responses=problems(402, 409)
)
def approve(programme_id: ProgrammePath, house: HouseDep, caller: Caller) -> ProgrammeView:
    """Approve a programme, by a finance checker, never one's own; again it answers the first approval."""
    return _decided(house, caller, programme_id, approved=True)


@router.post(
    "/{programme_id}/rejections", status_code=201, operation_id="rejectGrantProgramme", responses=problems(402, 409)
)
def reject(programme_id: ProgrammePath, house: HouseDep, caller: Caller) -> ProgrammeView:
    """Turn a programme down, by a finance checker, never one's own; its name stays taken."""
    return _decided(house, caller, programme_id, approved=False)


def _decided(house: House, caller: Principal, programme_id: str, *, approved: bool) -> ProgrammeView:
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        done = decide_programme(conn, programme_id, approved=approved, by=caller.person_id, at=house.now())
    return ProgrammeView.model_validate(done, from_attributes=True)


@router.get("", operation_id="listGrantProgrammes")
def listing(house: HouseDep, caller: Caller) -> ProgrammeList:
    """List every programme."""
    caller.need(*READERS)
    with house.begin() as conn:
        known = programmes(conn)
    return ProgrammeList(data=[ProgrammeView.model_validate(each, from_attributes=True) for each in known])


@uploads.post(
    "/{programme_id}/lists",
    status_code=201,
    operation_id="uploadGrantList",
    responses={**REPLAYED_LIST, **problems(409, *BODY)},
    openapi_extra=CSV_BODY,
)
async def upload(
    programme_id: ProgrammePath, request: Request, response: Response, house: HouseDep, caller: Caller
) -> CreditListView:
    """Upload a list (`wallet,amount,reference`, `지갑,금액,지급번호`) and look through it: nothing is credited yet."""
    caller.need(PersonRole.FINANCE_MAKER)
    await run_in_threadpool(_known, house, programme_id)  # before half a gigabyte is taken

    def source(conn: Connection) -> CreditSource:
        return grant_source(conn, programme_id, at=house.now())

    async with received(request) as file:
        return await take_list(house, file, source, caller.person_id, response)


@router.get("/{programme_id}/lists", operation_id="listGrantLists", responses=problems(400))
def lists(
    programme_id: ProgrammePath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[CreditListView]:
    """List what was uploaded for a programme, the newest first."""
    caller.need(*READERS)
    _known(house, programme_id)
    return page_of_lists(house, "grant", programme_id, cursor, limit)


def _known(house: House, programme_id: str) -> None:
    with house.begin() as conn:
        programme(conn, programme_id)
