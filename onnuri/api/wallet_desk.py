"""/v1/wallets at the call centre: find one; its limits, charges, what can come back. Every look is kept."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field

from onnuri.api.auth import Caller
from onnuri.api.charges import ChargeView, charge_view
from onnuri.api.forms import (
    CursorQuery,
    Instant,
    LimitQuery,
    Page,
    PersonId,
    View,
    WalletId,
    from_cursor,
    noun_router,
    page_of,
    problems,
    read_id,
)
from onnuri.api.house import HouseDep
from onnuri.api.refunds import RefundableList, refundable_view
from onnuri.api.unclaimed_payouts import OwedView
from onnuri.api.wallet_life import AllLimitsView, limits_view
from onnuri.api.wallets import WalletPath, seen_wallet
from onnuri.people.model import PersonRole
from onnuri.people.register import Reading
from onnuri.vouchers.charging.charge import charges_of
from onnuri.vouchers.refunding.calculator import explain_wallet
from onnuri.vouchers.refunding.unclaimed import owed
from onnuri.vouchers.wallets.find_wallet import find_wallets
from onnuri.vouchers.wallets.limits import limits_of

router = noun_router("wallets", 404)
_PERSON: Final = "^per_[0-9a-f]{32}$"


class FoundView(View):
    """A wallet of somebody; `closed_at` says that its holder left."""

    wallet_id: WalletId
    person_id: PersonId
    closed: bool
    opened_at: Instant
    closed_at: Instant | None


class FoundList(View):
    """Somebody's wallets, the newest first; at most one of them is not closed."""

    data: Annotated[list[FoundView], Field(description="Empty where nobody is known by that.")]


@router.get("", operation_id="findWallets")
def find(
    house: HouseDep,
    caller: Caller,
    login: Annotated[str | None, Query(min_length=1, max_length=200, description="What is typed to sign in.")] = None,
    person: Annotated[str | None, Query(pattern=_PERSON, description="The holder's number.")] = None,
) -> FoundList:
    """Find somebody's wallets, by an operator: by login or by person. Names are sealed and can't be searched."""
    caller.need(PersonRole.OPERATOR)
    id = None if person is None else read_id("per", person)
    reading = Reading(f"person:{caller.person_id.hex}", "wallet: searched for", house.now())
    with house.begin() as conn:
        found = find_wallets(conn, login=login, person_id=id, reading=reading)
    return FoundList(data=[FoundView.model_validate(each, from_attributes=True) for each in found])


@router.get("/{wallet_id}/limits", operation_id="getLimits", responses=problems(402))
def limits(wallet_id: WalletPath, house: HouseDep, caller: Caller) -> AllLimitsView:
    """Tell every limit of a wallet: the caller's own, or any to an operator."""
    wallet, lane = seen_wallet(house, caller, read_id("wal", wallet_id), looked_at="limits")
    with house.begin(lane) as conn:
        return limits_view(limits_of(conn, wallet, at=house.now()))


@router.get("/{wallet_id}/charges", operation_id="listWalletCharges", responses=problems(400))
def charges(
    wallet_id: WalletPath, house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LimitQuery = 20
) -> Page[ChargeView]:
    """List a wallet's charges, newest first: the caller's own, or anybody's to an operator."""
    wallet, lane = seen_wallet(house, caller, read_id("wal", wallet_id), looked_at="charges")
    place = from_cursor(house, f"charges:{wallet.hex}", cursor)
    with house.begin(lane) as conn:
        rows = charges_of(conn, wallet, before=None if place is None else UUID(place), limit=limit + 1)
    shown, following = page_of(house, f"charges:{wallet.hex}", rows, limit, place=lambda row: row.id.hex)
    raw = caller.has(PersonRole.OPERATOR)
    return Page(data=[charge_view(row, raw=raw) for row in shown], next_cursor=following)


@router.get("/{wallet_id}/refundable", operation_id="listWalletRefundable")
def refundable(wallet_id: WalletPath, house: HouseDep, caller: Caller) -> RefundableList:
    """Say for each charge of a wallet what can come back today and why not, with the words its holder is told."""
    wallet, lane = seen_wallet(house, caller, read_id("wal", wallet_id), looked_at="what can come back")
    with house.begin(lane) as conn:
        told = explain_wallet(conn, wallet, at=house.now())
    return RefundableList(data=[refundable_view(each) for each in told])


@router.get("/{wallet_id}/owed", operation_id="getOwed")
def owed_since_expiry(wallet_id: WalletPath, house: HouseDep, caller: Caller) -> OwedView:
    """Tell what is owed to a wallet's holder since an expiry: the caller's own, or anybody's to an operator."""
    wallet, lane = seen_wallet(house, caller, read_id("wal", wallet_id), looked_at="what is owed since an expiry")
    with house.begin(lane) as conn:
        found = owed(conn, wallet, at=house.now())
    return OwedView.model_validate(found, from_attributes=True)
