"""The holder's pages: what is in the wallet, and what was paid with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy import Connection

from onnuri.kit.ids import parse_id
from onnuri.merchants.queries import shops_by_id
from onnuri.payments.history import cancels_of, payments_of_wallet
from onnuri.payments.model import PaymentUnknown
from onnuri.payments.receipts import receipts
from onnuri.people.model import SHOP_ROLES, PersonRole, Principal
from onnuri.vouchers.charging.auto_charge_results import last_not_charged
from onnuri.vouchers.gifts.gift_rows import waiting_gifts
from onnuri.vouchers.lot_pages import LotPage, lots_by_id, lots_in_turn
from onnuri.vouchers.lot_pages import ends as ends_of
from onnuri.vouchers.lots import Lot
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.policies.policy import last_policy_at
from onnuri.vouchers.queries import givers, usage, wallets
from onnuri.vouchers.refunding.calculator import Explained, explain_charge
from onnuri.vouchers.refunding.charge_facts import facts_of_charges
from onnuri.vouchers.refunding.refund_rows import refunds_under_way
from onnuri.vouchers.refunding.refund_rule import ChargeFacts, RefundTerms, shares_of
from onnuri.vouchers.refunding.unclaimed import owed, owed_to
from onnuri.vouchers.wallets.blocked import in_the_way
from onnuri.vouchers.wallets.limits import next_month
from onnuri.web.desk import DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import pages_router
from onnuri.web.visitor import Visitor, home_of

router = pages_router()
RECENT = 5
LOTS, ENDS = 20, 100
"""So many lots, and so many days on which something ends, are on a page."""


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot as its holder sees it: of what is left, what the holder paid and what the state; won.

    `explained` says what can come back of its charge and what is missing; a lot without a charge has none.
    """

    lot: Lot
    own: int
    state: int
    explained: Explained | None


def held_lot(lot: Lot, facts: tuple[ChargeFacts, RefundTerms] | None, *, at: datetime, wallet_open: bool) -> HeldLot:
    """Explain a lot; the shares are those that a refund would bring back, rounded down for the holder."""
    if facts is None:
        own = lot.left * lot.paid // lot.face
        return HeldLot(lot, own, lot.left - own, None)
    own = shares_of(facts[0]).paid
    return HeldLot(lot, own, lot.left - own, explain_charge(*facts, at=at, wallet_open=wallet_open))


def own_wallet(visitor: Principal) -> tuple[UUID, str]:
    """Give the visitor's wallet and its lane. Refuses who is no holder, and a holder without a wallet."""
    visitor.need(PersonRole.HOLDER)
    if visitor.wallet_id is None or visitor.lane is None:
        raise WalletUnknown
    return visitor.wallet_id, visitor.lane


@router.get("/wallet")
def balance(request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Show the balance, piece by piece, the limits and the last payments."""
    if visitor.wallet_id is None and home_of(visitor) == "/wallet":
        with desk.begin() as conn:
            due_before = owed_to(conn, visitor.person_id, at=desk.now())
        return paint(request, "no_wallet.html", status=404, due_before=due_before)
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        blocks = in_the_way(conn, wallet_id)
        page = lots_in_turn(conn, wallet_id, at=at, limit=LOTS)
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
        held, named = _told(conn, page, at=at, wallet_open=is_open)
        policy = last_policy_at(conn, at=at)
        used = usage(conn, wallet_id, at=at)
        due = owed(conn, wallet_id, at=at)
        under_way = refunds_under_way(conn, wallet_id)
        not_charged = last_not_charged(conn, wallet_id, visitor.person_id, at=at) if is_open else None
        gifts = waiting_gifts(conn, wallet_id, at=at)
        recent = payments_of_wallet(conn, wallet_id, before=None, limit=RECENT)
        cancels = cancels_of(conn, [receipt.id for receipt in recent])
    return paint(
        request,
        "wallet.html",
        page=page,
        lots=held,
        named=named,
        is_open=is_open,
        blocks=blocks,
        due=due,
        under_way=under_way,
        not_charged=not_charged,
        gifts=gifts,
        has_shop=visitor.has(*SHOP_ROLES),
        charge_left=max(0, policy.charge_month_max - used.charged_this_month),
        holding_left=max(0, policy.holding_max - used.held - used.pending),
        renews_on=next_month(at),
        charge_max=policy.charge_month_max,
        pending=used.pending,
        recent=recent,
        cancelled={id: sum(cancel.amount for cancel in found) for id, found in cancels.items()},
    )


@router.get("/wallet/lots")
def lots(
    request: Request, desk: DeskDep, visitor: Visitor, after: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """List what is in the wallet, the first to be spent first, twenty a page."""
    wallet_id, lane = own_wallet(visitor)
    place = None if after is None else parse_id("lot", after)
    at = desk.now()
    with desk.begin(lane) as conn:
        page = lots_in_turn(conn, wallet_id, at=at, after=place, limit=LOTS)
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
        held, named = _told(conn, page, at=at, wallet_open=is_open)
    return paint(request, "lots.html", page=page, lots=held, named=named)


def _told(conn: Connection, page: LotPage, *, at: datetime, wallet_open: bool) -> tuple[list[HeldLot], dict[UUID, str]]:
    """Explain the lots of a page: what can come back of each; and who gave them."""
    charges = facts_of_charges(conn, [lot.charge_id for lot in page.lots if lot.charge_id is not None])
    held = [
        held_lot(lot, charges.get(lot.charge_id) if lot.charge_id else None, at=at, wallet_open=wallet_open)
        for lot in page.lots
    ]
    return held, givers(conn, [lot.id for lot in page.lots])


@router.get("/wallet/ends")
def ends(request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Show which money ends when, the soonest first, and what happens to it then."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        found = ends_of(conn, wallet_id, at=at, limit=ENDS + 1)
    return paint(request, "ends.html", ends=found[:ENDS], more=len(found) > ENDS)


@router.get("/wallet/payments")
def listing(
    request: Request, desk: DeskDep, visitor: Visitor, before: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """List what was paid, newest first, twenty a page."""
    wallet_id, lane = own_wallet(visitor)
    place = None if before is None else parse_id("pay", before)
    with desk.begin(lane) as conn:
        found = payments_of_wallet(conn, wallet_id, before=place, limit=21)
        cancels = cancels_of(conn, [receipt.id for receipt in found])
    return paint(
        request,
        "payments.html",
        payments=found[:20],
        more=len(found) > 20,
        cancelled={id: sum(cancel.amount for cancel in each) for id, each in cancels.items()},
    )


@router.get("/wallet/payments/{payment_id}")
def receipt(
    payment_id: str,
    request: Request,
    desk: DeskDep,
    visitor: Visitor,
    paid: Annotated[str | None, Query(max_length=1)] = None,
) -> Response:
    """Show a receipt: whom, how much, the four digits the stall shows too, and which lots paid."""
    wallet_id, lane = own_wallet(visitor)
    asked = parse_id("pay", payment_id)
    with desk.begin(lane) as conn:
        found = receipts(conn, [asked]).get(asked)
        if found is None or found.wallet_id != wallet_id:
            raise PaymentUnknown
        cancels = cancels_of(conn, [asked]).get(asked, [])
        taken = lots_by_id(conn, [part.lot_id for part in found.lots])
        shop = shops_by_id(conn, ids=[found.shop_id]).get(found.shop_id)
    return paint(
        request,
        "receipt.html",
        receipt=found,
        shop=shop,
        cancels=cancels,
        cancelled=sum(cancel.amount for cancel in cancels),
        lots=[(taken[part.lot_id], part.amount) for part in found.lots],
        just_paid=paid is not None,
    )
