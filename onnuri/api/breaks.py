"""/v1/breaks: what does not match, with its owner and age; resolved by a finance checker with a reason."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.bodies import ShortText, Strict
from onnuri.api.forms import (
    BODY,
    BreakId,
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    View,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.shop_register import actor
from onnuri.people.model import OVERSIGHT_ROLES, PersonRole
from onnuri.settlement.breaks import Break, list_breaks, list_open_breaks, read_break, resolve_by_hand

router = noun_router("breaks", 404)
BreakPath = Annotated[str, path_id("brk")]


class ResolutionRequest(Strict):
    """Why the difference is accepted."""

    reason: Annotated[ShortText, Field(examples=["은행이 다음 명세서에서 정정함"])]


class BreakView(View):
    """A difference between books and bank; `amount` is bank less books, won.

    `bank_reference` is the bank's own of the line or receipt: what nobody claims is counted as paid in under it.
    """

    id: BreakId
    kind: Annotated[str, Field(examples=["line_missing"])]
    reference: str
    bank_reference: str | None
    amount: int
    opened_on: Annotated[str, Field(examples=["2026-11-04"])]
    owner: str
    explanation: str
    age_days: int
    resolved_at: Instant | None
    resolution: str | None
    resolved_by: str | None


@router.get("", operation_id="listBreaks", responses=problems(400))
def listing(
    house: HouseDep,
    caller: Caller,
    only_open: Annotated[bool, Query(alias="open", description="Leave out the resolved ones.")] = True,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> Page[BreakView]:
    """List breaks, oldest first."""
    caller.need(*OVERSIGHT_ROLES)
    name = "breaks:open" if only_open else "breaks:all"
    place = from_cursor(house, name, cursor)
    after = None if place is None else UUID(place)
    read = list_open_breaks if only_open else list_breaks
    with house.begin() as conn:
        rows = read(conn, on=house.today(), after=after, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    return Page(data=[_view(row) for row in shown], next_cursor=following)


@router.get("/{break_id}", operation_id="getBreak")
def one(break_id: BreakPath, house: HouseDep, caller: Caller) -> BreakView:
    """Show a break."""
    caller.need(*OVERSIGHT_ROLES)
    with house.begin() as conn:
        found = read_break(conn, read_id("brk", break_id), on=house.today())
    return _view(found)


@router.post("/{break_id}/resolutions", status_code=201, operation_id="resolveBreak", responses=problems(409, *BODY))
def resolve(break_id: BreakPath, body: ResolutionRequest, house: HouseDep, caller: Caller) -> BreakView:
    """Resolve a break with a reason; for finance checkers. No money moves by it."""
    caller.need(PersonRole.FINANCE_CHECKER)
    with house.begin() as conn:
        resolved = resolve_by_hand(conn, read_id("brk", break_id), by=actor(caller), reason=body.reason, at=house.now())
    return _view(resolved)


def _view(found: Break) -> BreakView:
    return BreakView(
        id=found.id,
        kind=found.kind,
        reference=found.reference,
        bank_reference=found.bank_reference,
        amount=found.amount,
        opened_on=found.opened_on.isoformat(),
        owner=found.owner,
        explanation=found.explanation,
        age_days=found.age_days,
        resolved_at=found.resolved_at,
        resolution=found.resolution,
        resolved_by=found.resolved_by,
    )
