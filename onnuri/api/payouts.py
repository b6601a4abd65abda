"""/v1/payouts: what shops were paid and what the bank said, down to the lines and transfers."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.books import TransferView, transfer_view
from onnuri.api.forms import (
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    PayoutId,
    ShopId,
    View,
    from_cursor,
    noun_router,
    page_of,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.people.model import OVERSIGHT_ROLES
from onnuri.settlement.model import Payout, PayoutStatus
from onnuri.settlement.payouts import list_payouts, payout_parts, read_payout

router = noun_router("payouts", 404)


class PayoutView(View):
    """An instruction to the bank to pay a shop, won. UNKNOWN is resolved by inquiry, never by sending again."""

    id: PayoutId
    shop_id: ShopId
    due_on: Annotated[str, Field(examples=["2026-11-04"])]
    amount: int
    status: PayoutStatus
    bank_tran_id: str
    bank_code: str | None
    bank_message: str | None
    requested_at: Instant
    answered_at: Instant | None
    inquiries: int
    money_moved: Literal["true", "false", "unknown"]


class PayoutLineView(View):
    """A closed day whose payable the payout carries, won."""

    day: str
    payable: int


class PayoutPartView(View):
    """What one lane carries of it."""

    lane: str
    lines: list[PayoutLineView]
    transfers: list[TransferView]


class PayoutDetailView(View):
    """A payout with its lines and transfers."""

    payout: PayoutView
    parts: list[PayoutPartView]


@router.get("", operation_id="listPayouts", responses=problems(400))
def listing(
    house: HouseDep,
    caller: Caller,
    status: Annotated[PayoutStatus | None, Query(description="Only these.")] = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = 50,
) -> Page[PayoutView]:
    """List payouts, newest first."""
    caller.need(*OVERSIGHT_ROLES)
    name = f"payouts:{status}"
    place = from_cursor(house, name, cursor)
    before = None if place is None else UUID(place)
    with house.begin() as conn:
        rows = list_payouts(conn, status=status, before=before, limit=limit + 1)
    shown, following = page_of(house, name, rows, limit, place=lambda row: row.id.hex)
    return Page(data=[_view(row) for row in shown], next_cursor=following)


@router.get("/{payout_id}", operation_id="getPayout")
def one(payout_id: Annotated[str, path_id("pyo")], house: HouseDep, caller: Caller) -> PayoutDetailView:
    """Show a payout down to its lines and transfers."""
    caller.need(*OVERSIGHT_ROLES)
    wanted = read_id("pyo", payout_id)
    with house.begin() as conn:
        payout = read_payout(conn, wanted)
        parts = payout_parts(conn, wanted)
    return PayoutDetailView(
        payout=_view(payout),
        parts=[
            PayoutPartView(
                lane=part.lane,
                lines=[PayoutLineView(day=day.isoformat(), payable=payable) for day, payable in part.lines],
                transfers=[transfer_view(part.lane, line) for line in part.transfers],
            )
            for part in parts
        ],
    )


_MOVED: dict[PayoutStatus, Literal["true", "false"]] = {
    PayoutStatus.PAID: "true", PayoutStatus.REJECTED: "false", PayoutStatus.RETURNED: "false",
}  # fmt: skip


def _view(payout: Payout) -> PayoutView:
    return PayoutView(
        id=payout.id,
        shop_id=payout.shop_id,
        due_on=payout.due_on.isoformat(),
        amount=payout.amount,
        status=payout.status,
        bank_tran_id=payout.bank_tran_id,
        bank_code=payout.bank_code_given,
        bank_message=payout.bank_message,
        requested_at=payout.requested_at,
        answered_at=payout.answered_at,
        inquiries=payout.inquiries,
        money_moved=_MOVED.get(payout.status, "unknown"),
    )
