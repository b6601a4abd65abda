"""/v1/grant_programmes: programmes of the state that credit wallets, and the lists that are uploaded for them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sqlalchemy import Connection

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.credit_lists import READERS, CreditListView, page_of_lists, take_list
from onnuri.api.files import CSV_BODY, FileRoute, received
from onnuri.api.forms import BODY, CursorQuery, Instant, LimitQuery, Page, View, noun_router, problems, read_instant
from onnuri.api.house import House, HouseDep
from onnuri.api.policy_changes import GivenInstant
from onnuri.people.model import PersonRole
from onnuri.vouchers.credit_list import CreditSource
from onnuri.vouchers.grant import Programme, grant_source, open_programme, programme, programmes

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
    """A programme of the state."""

    id: str
    name: str
    opens_at: Instant
    closes_at: Instant
    expires_at: Instant
    source: str
    approved_by: str


class ProgrammeList(View):
    """Programmes, the oldest first."""

    data: list[ProgrammeView]


@router.post("", status_code=201, operation_id="openGrantProgramme", responses=problems(402, 409, *BODY))
def create(body: ProgrammeRequest, house: HouseDep, caller: Caller) -> ProgrammeView:
    """Open a programme, by a finance checker. It credits nobody: lists do, and each needs two people."""
    caller.need(PersonRole.FINANCE_CHECKER)
    made = Programme(
        body.id,
        body.name,
        read_instant(body.opens_at),
        read_instant(body.closes_at),
        read_instant(body.expires_at),
        body.source,
        f"per_{caller.person_id.hex}",
    )
    with house.begin() as conn:
        open_programme(conn, made)
    return ProgrammeView.model_validate(made, from_attributes=True)


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
