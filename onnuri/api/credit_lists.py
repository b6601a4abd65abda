"""/v1/credit_lists: a list of credits after its upload: approved by another person, run, told line by line."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sqlalchemy import Connection

from onnuri.api.auth import Caller
from onnuri.api.files import Received
from onnuri.api.forms import (
    CursorQuery,
    Instant,
    LimitQuery,
    LotId,
    Page,
    PersonId,
    View,
    from_cursor,
    id_field,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.api.keys import REPLAYED, KeyHeader, KeyMissing
from onnuri.kit.refusals import Unavailable
from onnuri.people.model import FINANCE_ROLES, OVERSIGHT_ROLES, PersonRole
from onnuri.vouchers.giving.credit_file import lines_of
from onnuri.vouchers.giving.credit_list import CreditSource
from onnuri.vouchers.giving.credit_progress import ListRow, Progress, progress_of, rows_of, run_stretch
from onnuri.vouchers.giving.credit_run import CreditEdge
from onnuri.vouchers.giving.credit_upload import (
    CreditList,
    approve_list,
    credit_list,
    credit_lists,
    keep_list,
    reject_list,
)

router = noun_router("credit_lists", 404)
CreditListId = Annotated[UUID, *id_field("crl")]
CreditListPath = Annotated[str, path_id("crl")]
READERS = (PersonRole.OPERATOR, *OVERSIGHT_ROLES)
LOOKS_AT_ONCE = 4
_looking = threading.BoundedSemaphore(LOOKS_AT_ONCE)


class UploadsBusy(Unavailable):
    """As many lists are being looked through as the server does at once; threads are left for payments."""

    code = "uploads_busy"
    ko = "지금 다른 지급 목록을 살펴보는 중입니다. 잠시 후 다시 올려 주세요. 저장된 것은 없습니다."
    en = "Other lists are being looked through right now; upload again in a while. Nothing was stored."


class ProgressView(View):
    """What the list has come to in the books, won."""

    credited: Annotated[int, Field(description="Lines credited.")]
    total: int
    refused: Annotated[int, Field(description="Lines refused when they were to be credited.")]


class CreditListView(View):
    """An uploaded list, won. `good_lines`, `total` and `bad_lines` are what the look through it found."""

    id: CreditListId
    kind: Literal["grant", "company"]
    source: Annotated[str, Field(description="The programme, or the company's id.", examples=["win-win-2026"])]
    sha256: Annotated[str, Field(description="Of the file: the same file for the same giver is the same list.")]
    status: Literal["CHECKED", "APPROVED", "REJECTED", "DONE"]
    good_lines: int
    total: int
    bad_lines: int
    uploaded_by: PersonId
    uploaded_at: Instant
    decided_by: PersonId | None
    decided_at: Instant | None
    parts: Annotated[int, Field(description="The file in parts of a hundred lines.")]
    parts_done: int
    stopped_by: Annotated[str | None, Field(description="Code of what stopped the last run; it goes on there.")]
    finished_at: Instant | None
    progress: Annotated[ProgressView | None, Field(description="Null in lists; ask for the one.")]


class RowView(View):
    """A line of the file as it came, and what became of it; won."""

    line: Annotated[int, Field(description="From 1; the first line is the header.")]
    wallet: str
    amount: Annotated[int | None, Field(description="Null where it can't be read.")]
    reference: str
    status: Literal["WAITING", "CREDITED", "REFUSED"]
    lot_id: LotId | None
    code: str | None
    detail_ko: str | None
    detail_en: str | None


@router.get("/{credit_list_id}", operation_id="getCreditList")
def one(credit_list_id: CreditListPath, house: HouseDep, caller: Caller) -> CreditListView:
    """Show a list and how far it has come in the books."""
    caller.need(*READERS)
    with house.begin() as conn:
        found = credit_list(conn, read_id("crl", credit_list_id))
        progress = progress_of(conn, found)
    return list_view(found, progress)


@router.get("/{credit_list_id}/rows", operation_id="listCreditListRows", responses=problems(400))
def rows(
    credit_list_id: CreditListPath,
    house: HouseDep,
    caller: Caller,
    which: Annotated[Literal["all", "refused"], Query(description="Every line, or those that are refused.")] = "all",
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
) -> Page[RowView]:
    """List the lines in the order of the file: before a run what would be refused, after it what was."""
    caller.need(*READERS)
    place = from_cursor(house, f"rows:{which}:{credit_list_id}", cursor)
    with house.begin() as conn:
        found = credit_list(conn, read_id("crl", credit_list_id))
        after = 0 if place is None else int(place)
        read = rows_of(conn, found, after=after, limit=limit + 1, only_bad=which == "refused")
    shown, following = page_of(house, f"rows:{which}:{credit_list_id}", read, limit, place=lambda row: str(row.line))
    return Page(data=[_row_view(row) for row in shown], next_cursor=following)


@router.post(
    "/{credit_list_id}/approvals", status_code=201, operation_id="approveCreditList", responses=problems(400, 402, 409)
)
def approve(credit_list_id: CreditListPath, house: HouseDep, caller: Caller, key: KeyHeader = None) -> CreditListView:
    """Approve a list, never one's own: the worker credits it from now on. It is approved once, by any key."""
    if key is None:
        raise KeyMissing
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        done = approve_list(conn, read_id("crl", credit_list_id), by=caller.person_id, at=house.now())
    return list_view(done)


@router.post("/{credit_list_id}/rejections", status_code=201, operation_id="rejectCreditList", responses=problems(409))
def reject(credit_list_id: CreditListPath, house: HouseDep, caller: Caller) -> CreditListView:
    """Turn a list down, never one's own; the same file is not credited any more."""
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        done = reject_list(conn, read_id("crl", credit_list_id), by=caller.person_id, at=house.now())
    return list_view(done)


@router.post("/{credit_list_id}/runs", status_code=201, operation_id="runCreditList", responses=problems(400, 402, 409))
def run(credit_list_id: CreditListPath, house: HouseDep, caller: Caller, key: KeyHeader = None) -> CreditListView:
    """Credit the next 20,000 lines now, beside the worker; ask again until DONE. No line is credited twice, by any key.

    An interrupted run goes on where it stopped. While payments wait the lane is held for a hundred lines at a time.
    """
    if key is None:
        raise KeyMissing
    caller.need(*FINANCE_ROLES)
    edge = CreditEdge(house.begin, house.now)
    run_stretch(edge, id := read_id("crl", credit_list_id))
    with house.begin() as conn:
        done = credit_list(conn, id)
        progress = progress_of(conn, done)
    return list_view(done, progress)


async def take_list(
    house: House, file: Received, source: Callable[[Connection], CreditSource], by: UUID, response: Response
) -> CreditListView:
    """Keep an uploaded list off the event loop; 201, or 200 where the same file was uploaded before."""

    def keep() -> tuple[CreditList, Progress, bool]:
        with house.begin() as conn:
            answer = keep_list(conn, source(conn), file.sha256, lines_of(file.content), by=by, at=house.now())
            assert isinstance(answer.value, CreditList)
            return answer.value, progress_of(conn, answer.value), answer.replayed

    if not _looking.acquire(blocking=False):
        raise UploadsBusy
    try:
        made, progress, replayed = await run_in_threadpool(keep)
    finally:
        _looking.release()
    response.status_code = 200 if replayed else 201
    response.headers["Location"] = f"/v1/credit_lists/crl_{made.id.hex}"
    if replayed:
        response.headers[REPLAYED] = "true"
    return list_view(made, progress)


def page_of_lists(house: House, kind: str, source_id: str, cursor: str | None, limit: int) -> Page[CreditListView]:
    """Give a page of the lists that were uploaded for a programme or company, the newest first."""
    listing = f"credit_lists:{kind}:{source_id}"
    place = from_cursor(house, listing, cursor)
    with house.begin() as conn:
        read = credit_lists(
            conn, kind=kind, source_id=source_id, before=None if place is None else UUID(place), limit=limit + 1
        )
    shown, following = page_of(house, listing, read, limit, place=lambda row: row.id.hex)
    return Page(data=[list_view(each) for each in shown], next_cursor=following)


def list_view(found: CreditList, progress: Progress | None = None) -> CreditListView:
    """Describe a list."""
    return CreditListView(
        id=found.id,
        kind="grant" if found.kind == "grant" else "company",
        source=found.source_id if found.kind == "grant" else f"com_{found.source_id}",
        sha256=found.sha256,
        status=found.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        good_lines=found.good_lines,
        total=found.total,
        bad_lines=found.bad_lines,
        uploaded_by=found.uploaded_by,
        uploaded_at=found.uploaded_at,
        decided_by=found.decided_by,
        decided_at=found.decided_at,
        parts=found.parts,
        parts_done=found.parts_done,
        stopped_by=found.stopped_by,
        finished_at=found.finished_at,
        progress=None if progress is None else ProgressView.model_validate(progress, from_attributes=True),
    )


def _row_view(row: ListRow) -> RowView:
    return RowView(
        line=row.line,
        wallet=row.wallet,
        amount=row.amount,
        reference=row.reference,
        status=row.status,  # type: ignore[arg-type]  # one of the three that rows_of gives
        lot_id=row.lot_id,
        code=None if row.refusal is None else row.refusal.code,
        detail_ko=None if row.refusal is None else row.refusal.message("ko"),
        detail_en=None if row.refusal is None else row.refusal.message("en"),
    )
