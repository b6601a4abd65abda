"""What is owed to a holder since an expiry, what was paid out of it, and having it sent where it isn't on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.banks.accounts import bank_name
from onnuri.kit.ids import parse_id
from onnuri.kit.refusals import DomainError
from onnuri.people.debit_accounts import DebitAccount, debit_accounts
from onnuri.people.model import PersonRole, Principal
from onnuri.vouchers.bank_window import bank_opens
from onnuri.vouchers.model import WalletUnknown
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.refunding.refund_rows import Refund
from onnuri.vouchers.refunding.run_refund import Refunding, run_unclaimed
from onnuri.vouchers.refunding.unclaimed import Owed, UnclaimedOrder, owed_to, unclaimed_payouts
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.pay import form_key
from onnuri.web.route import Said, pages_router, refused
from onnuri.web.visitor import Visitor

router = pages_router()
Flag = Annotated[str | None, Query(max_length=9)]


@dataclass(frozen=True, slots=True)
class OwedFor:
    """What is owed for one wallet, and whether that is open, frozen (nothing is sent then) or closed."""

    owed: Owed
    status: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a holder sees: what is owed, what was paid, the account it goes to, and when the bank opens if closed."""

    due: list[OwedFor]
    payouts: list[Refund]
    account: DebitAccount | None
    opens: datetime | None


class PayoutForm(BaseModel):
    """What the button sends: the key that makes it happen once."""

    key: Said


@router.get("/wallet/owed")
def show(request: Request, desk: DeskDep, visitor: Visitor, done: Flag = None) -> Response:
    """Tell what is owed, of every wallet one ever had, and each payout with its day, amount and state."""
    visitor.need(PersonRole.HOLDER)
    shown = _shown(desk, visitor)
    return paint(
        request, "owed.html", due=shown.due, payouts=shown.payouts, account=shown.account, opens=shown.opens,
        bank=bank_name(shown.account.bank_code) if shown.account else None, done=done, key=uuid4().hex,
    )  # fmt: skip


@router.post("/wallet/owed/{wallet_id}")
def ask(
    wallet_id: str, request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[PayoutForm, Form()]
) -> Response:
    """Have all that is owed for a wallet sent, once by key; lead to the list, which says what became of it."""
    visitor.need(PersonRole.HOLDER)
    id = parse_id("wal", wallet_id)
    lane = _lane_of_own(desk, visitor, id)
    asked = form_key(visitor, form.key, ["POST", f"/wallet/owed/{wallet_id}"])
    edge = Refunding(begin=lambda: desk.begin(lane), bank=desk.need_bank(), now=desk.now)
    made = run_unclaimed(edge, UnclaimedOrder(asked, id)).value
    if isinstance(made, DomainError):
        return refused(request, made)
    done = {"SUCCEEDED": "paid", "FAILED": "failed"}.get(made.status, "sent")
    return RedirectResponse(f"/wallet/owed?done={done}", status_code=303)


def _shown(desk: Desk, visitor: Principal) -> Shown:
    at = desk.now()
    with desk.begin() as conn:
        found = owed_to(conn, visitor.person_id, at=at)
        payouts = unclaimed_payouts(conn, visitor.person_id)
        kept = debit_accounts(conn, holder_id=visitor.person_id)
        opens = bank_opens(conn, at=at)
    due: list[OwedFor] = []
    for each, lane in found:
        with desk.begin(lane) as conn:
            due.append(OwedFor(each, wallets(conn, [each.wallet_id])[each.wallet_id].status))
    return Shown(due, payouts, next((each for each in kept if each.revoked_at is None), None), opens)


def _lane_of_own(desk: Desk, visitor: Principal, id: UUID) -> str:
    """Tell the lane of one of the visitor's wallets, closed ones too. Refuses `WalletUnknown`."""
    for lane in desk.engines:
        with desk.begin(lane) as conn:
            found = wallets(conn, [id]).get(id)
        if found is not None and found.holder_id == visitor.person_id:
            return lane
    raise WalletUnknown
