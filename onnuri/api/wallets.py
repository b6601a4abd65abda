"""/v1/wallets: open one, see what is in it by lot, in the order in which it will be spent."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request
from pydantic import Field
from sqlalchemy import text

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import (
    BODY,
    ChargeId,
    CursorQuery,
    Instant,
    LotId,
    View,
    WalletId,
    from_cursor,
    noun_router,
    path_id,
    problems,
    read_id,
)
from onnuri.api.house import House, HouseDep
from onnuri.kit.clock import seoul_date
from onnuri.people.births import keep_birth
from onnuri.people.model import PersonRole, Principal
from onnuri.people.register import Reading, grant_roles
from onnuri.vouchers.lot_pages import LotPage, lots_in_turn
from onnuri.vouchers.model import Policy, Usage, Wallet, WalletUnknown
from onnuri.vouchers.policies.policy import last_policy_at
from onnuri.vouchers.queries import givers, usage, wallets
from onnuri.vouchers.wallets.blocked import InTheWay, in_the_way
from onnuri.vouchers.wallets.find_wallet import keep_look as keep_wallet_look
from onnuri.vouchers.wallets.open_wallet import open_wallet, why_not_old_enough

router = noun_router("wallets", 404)
WalletPath = Annotated[str, path_id("wal")]
LotLimit = Annotated[int, Query(ge=1, le=100, description="Lots on a page.")]


class WalletRequest(Strict):
    """The wallet is the caller's own. The date of birth is sealed; whoever told it before need not again."""

    birth_date: Annotated[date | None, Field(examples=["1990-05-01"], strict=False)] = None


class LotView(View):
    """One piece of value, won; `place` is its turn in the published spending order, from 1."""

    id: LotId
    place: Annotated[int, Field(examples=[1])]
    source: Literal["bought", "gift", "grant"]
    given_by: Annotated[
        str | None, Field(description="A grant's programme, or the company that gave it.", examples=["상생페이백 2026"])
    ]
    charge_id: ChargeId | None
    face: Annotated[int, Field(description="Value at the start.", examples=[100000])]
    paid: Annotated[int, Field(description="Of the face, what the holder paid.", examples=[93000])]
    subsidy: Annotated[int, Field(description="Of the face, what the state paid.", examples=[7000])]
    left: Annotated[int, Field(description="What is left of it.", examples=[65000])]
    created_at: Instant
    expires_at: Instant


class LimitsView(View):
    """What can still be charged now, won."""

    charge_left_this_month: int
    holding_left: int
    pending: Annotated[int, Field(description="Charges whose result the bank has not told yet.")]


class BlockView(View):
    """What keeps the wallet from being used, since the report was taken, and what its holder can do."""

    kind: Literal["frozen", "lost"]
    since: Instant
    ko: str
    en: str


class WalletView(View):
    """A wallet; `balance` is what can be spent now, the sum of what is left of all its lots, listed here or not. Won.

    The lots stand in the order in which they will be spent, the soonest to expire first, a hundred a page.
    """

    id: WalletId
    status: Literal["OPEN", "FROZEN", "CLOSED"]
    balance: Annotated[int, Field(examples=[65000])]
    lots: list[LotView]
    lots_count: Annotated[int, Field(description="Lots that hold something, on all pages.", examples=[1])]
    next_cursor: Annotated[
        str | None, Field(description="`cursor` of the next page of lots; null where these are the last.")
    ]
    limits: LimitsView | None
    blocks: list[BlockView]


@router.post("", status_code=201, operation_id="openWallet", responses=problems(402, 409, *BODY))
def create(body: WalletRequest, house: HouseDep, caller: Caller) -> WalletView:
    """Open the caller's wallet: one person has one, from 14 years on, and not within 30 days of leaving."""
    at = house.now()
    lane = house.lanes[caller.person_id.int % len(house.lanes)]
    with house.begin(lane) as conn:
        if body.birth_date is not None:
            keep_birth(conn, house.sealer, caller.person_id, body.birth_date, on=seoul_date(at))
        too_young = why_not_old_enough(conn, house.sealer, caller.person_id, at=at)
    if too_young is not None:
        raise too_young
    with house.begin(lane) as conn:
        wallet_id = open_wallet(conn, holder_id=caller.person_id, lane=lane, at=at)
        grant_roles(conn, [(caller.person_id, PersonRole.HOLDER, None)], at=at, by=caller.person_id)
    house.tokens.forget_person(caller.person_id)
    return _shown(house, wallet_id, lane)


@router.get("/current", operation_id="currentWallet", responses=problems(400))
def current(house: HouseDep, caller: Caller, cursor: CursorQuery = None, limit: LotLimit = 100) -> WalletView:
    """Show the caller's wallet: the lots that hold something, in the order in which they will be spent."""
    wallet_id, lane = own_wallet(caller)
    return _shown(house, wallet_id, lane, cursor, limit)


@router.get("/{wallet_id}", operation_id="getWallet", responses=problems(400))
def one(
    wallet_id: WalletPath,
    _request: Request,
    house: HouseDep,
    caller: Caller,
    cursor: CursorQuery = None,
    limit: LotLimit = 100,
) -> WalletView:
    """Show the caller's wallet, or anybody's to an operator, which is kept; others don't find it."""
    wallet, lane = seen_wallet(house, caller, read_id("wal", wallet_id), looked_at="balance and lots")
    return _shown(house, wallet, lane, cursor, limit)


def own_wallet(caller: Principal) -> tuple[UUID, str]:
    """Give the caller's wallet and its lane. Refuses `WalletUnknown`."""
    if caller.wallet_id is None or caller.lane is None:
        raise WalletUnknown
    return caller.wallet_id, caller.lane


def seen_wallet(house: House, caller: Principal, wallet_id: UUID, *, looked_at: str) -> tuple[UUID, str]:
    """Give a wallet the caller may see and its lane: the own one, or any for an operator. Refuses `WalletUnknown`.

    Who looked at whose wallet, at what of it and when is kept before anything is shown.
    """
    if wallet_id == caller.wallet_id and caller.lane is not None:
        return wallet_id, caller.lane
    if not caller.has(PersonRole.OPERATOR):
        raise WalletUnknown
    wallet, lane = lane_of(house, wallet_id)
    keep_look(house, caller, wallet, looked_at=looked_at)
    return wallet, lane


def keep_look(house: House, caller: Principal, wallet_id: UUID, *, looked_at: str) -> None:
    """Keep that the caller looked at somebody's wallet, and at what of it."""
    reading = Reading(f"person:{caller.person_id.hex}", f"wallet: {looked_at}", house.now())
    with house.begin() as conn:
        keep_wallet_look(conn, wallet_id, reading=reading)


def lane_of(house: House, wallet_id: UUID) -> tuple[UUID, str]:
    """Tell in which lane a wallet lives. Refuses `WalletUnknown`."""
    with house.begin() as conn:
        lane = conn.execute(
            text("SELECT lane FROM shared.wallets WHERE id = :id AND state <> 'MIGRATING'"), {"id": wallet_id}
        ).scalar_one_or_none()
    if lane is None:
        raise WalletUnknown
    return wallet_id, str(lane)


def _shown(house: House, wallet_id: UUID, lane: str, cursor: str | None = None, limit: int = 100) -> WalletView:
    at = house.now()
    listing = f"lots:{wallet_id.hex}"
    place = from_cursor(house, listing, cursor)
    with house.begin(lane) as conn:
        wallet = wallets(conn, [wallet_id])[wallet_id]
        page = lots_in_turn(conn, wallet_id, at=at, after=None if place is None else UUID(place), limit=limit)
        policy = last_policy_at(conn, at=at)
        used = usage(conn, wallet_id, at=at)
        blocks = in_the_way(conn, wallet_id)
        named = givers(conn, [lot.id for lot in page.lots])
    following = None if page.next_after is None else house.cursors.write(listing, page.next_after.hex)
    return _wallet_view(wallet, (page, following), named, limits=(policy, used), blocks=blocks)


def _wallet_view(
    wallet: Wallet,
    paged: tuple[LotPage, str | None],
    named: dict[UUID, str],
    *,
    limits: tuple[Policy, Usage],
    blocks: list[InTheWay],
) -> WalletView:
    """Describe a wallet with a page of its lots, where the next one begins, and who gave them."""
    policy, used = limits
    page, following = paged
    return WalletView(
        id=wallet.id,
        status=wallet.status,  # type: ignore[arg-type]  # the table's CHECK allows just these
        balance=page.spendable,
        lots=[
            LotView(
                id=lot.id,
                place=place,
                source=lot.source,  # type: ignore[arg-type]  # the table's CHECK allows just these
                given_by=named.get(lot.id),
                charge_id=lot.charge_id,
                face=lot.face,
                paid=lot.paid,
                subsidy=lot.subsidy,
                left=lot.left,
                created_at=lot.created_at,
                expires_at=lot.expires_at,
            )
            for place, lot in enumerate(page.lots, page.first_place)
        ],
        lots_count=page.count,
        next_cursor=following,
        limits=LimitsView(
            charge_left_this_month=max(0, policy.charge_month_max - used.charged_this_month),
            holding_left=max(0, policy.holding_max - used.held - used.pending),
            pending=used.pending,
        ),
        blocks=[BlockView.model_validate(each, from_attributes=True) for each in blocks],
    )
