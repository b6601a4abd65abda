"""One charge, explained: what came of it, what can come back of it today, what is missing, and getting it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.kit.ids import parse_id, public_id
from onnuri.kit.refusals import DomainError
from onnuri.payments.lot_uses import LotUse, uses_of_lot
from onnuri.vouchers.bank_window import bank_opens
from onnuri.vouchers.charging.charge import charge, charges_of
from onnuri.vouchers.model import Charge, ChargeUnknown, Shares
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.calculator import Explained, explain_charge, explain_wallet
from onnuri.vouchers.refunding.charge_facts import facts_of_charges
from onnuri.vouchers.refunding.refund import RefundOrder
from onnuri.vouchers.refunding.refund_rows import refunds_under_way
from onnuri.vouchers.refunding.refund_rule import RefundKind
from onnuri.vouchers.refunding.run_refund import Refunding, run_refund
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import form_key
from onnuri.web.route import Said, pages_router, refused
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
ORDERS: Final = 20
Flag = Annotated[str | None, Query(max_length=9)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A charge as its holder sees it: the order where it was made here, the explanation where it succeeded, the
    payments that say how much of it is used, when the bank opens where it is closed, and what is on its way back."""

    order: Charge | None
    explained: Explained | None
    uses: list[LotUse]
    opens: datetime | None = None
    under_way: Shares | None = None


class RefundForm(BaseModel):
    """What the last step sends: which way back, and the key that makes it happen once."""

    kind: Said
    key: Said


@router.get("/wallet/charges")
def listing(request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """List every charge with what can come back of it today, and orders that came to nothing or are not known yet."""
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        explained = explain_wallet(conn, wallet_id, at=desk.now())
        orders = charges_of(conn, wallet_id, before=None, limit=ORDERS)
    return paint(
        request, "charges.html", explained=explained, orders=[each for each in orders if each.status != "SUCCEEDED"]
    )


@router.get("/wallet/charges/{charge_id}")
def one(
    charge_id: str, request: Request, desk: DeskDep, visitor: Visitor, new: Flag = None, back: Flag = None
) -> Response:
    """Show a charge: what is known of it, and what can come back today in plain words."""
    id = parse_id("chg", charge_id)
    shown = _shown(desk, visitor, id)
    return paint(
        request, "charge.html", id=id, order=shown.order, explained=shown.explained, uses=shown.uses,
        opens=shown.opens, under_way=shown.under_way,
        new=new is not None, back=back,
    )  # fmt: skip


@router.get("/wallet/charges/{charge_id}/refund")
def confirm(charge_id: str, request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """Ask once more: what comes to the bank account, what goes back to the state, and that it can't be undone."""
    id = parse_id("chg", charge_id)
    shown = _shown(desk, visitor, id)
    explained = shown.explained
    if explained is None or explained.comes_back is None or shown.opens is not None:
        return RedirectResponse(f"/wallet/charges/{charge_id}", status_code=303)
    kind = RefundKind.CHARGE_CANCEL if explained.cancel.comes_back else RefundKind.RESIDUAL
    return paint(
        request, "charge_refund.html", id=id, explained=explained, back=explained.comes_back, kind=kind.value,
        key=uuid4().hex,
    )  # fmt: skip


@router.post("/wallet/charges/{charge_id}/refund")
def refund(
    charge_id: str, request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[RefundForm, Form()]
) -> Response:
    """Pay back, once by key, and lead to the charge's page, which says whether it is on its way or back."""
    wallet_id, lane = own_wallet(visitor)
    id = parse_id("chg", charge_id)
    if form.kind not in list(RefundKind):
        raise ChargeUnknown
    asked = form_key(visitor, form.key, ["POST", f"/wallet/charges/{charge_id}/refund", form.kind])
    edge = Refunding(begin=lambda: desk.begin(lane), bank=desk.need_bank(), now=desk.now)
    made = run_refund(edge, RefundOrder(asked, wallet_id, id, RefundKind(form.kind))).value
    if isinstance(made, DomainError):
        return refused(request, made)
    return RedirectResponse(f"/wallet/charges/{public_id('chg', id)}?back={made.status}", status_code=303)


def _shown(desk: Desk, visitor: Visitor, id: UUID) -> Shown:
    """Load a charge of the visitor's. Refuses `ChargeUnknown`."""
    wallet_id, lane = own_wallet(visitor)
    at = desk.now()
    with desk.begin(lane) as conn:
        is_open = wallets(conn, [wallet_id])[wallet_id].status == "OPEN"
        found = facts_of_charges(conn, [id]).get(id)
        moved_in = found is not None and found[0].from_elsewhere
        order = None if moved_in else charge(conn, id)
        opens = bank_opens(conn, at=at)
        account = None if found is None else found[0].account_id
        uses = [] if account is None else uses_of_lot(conn, wallet_id=wallet_id, account_id=account)
        asked = [each for each in refunds_under_way(conn, wallet_id) if each.charge_id == id]
    owner = found[0].wallet_id if found is not None else order and order.wallet_id
    if owner != wallet_id:
        raise ChargeUnknown
    explained = None if found is None else explain_charge(*found, at=at, wallet_open=is_open)
    under_way = Shares(sum(each.paid for each in asked), sum(each.subsidy for each in asked)) if asked else None
    return Shown(order, explained, uses, opens, under_way)
