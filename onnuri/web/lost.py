"""The holder's loss report: what happens from that moment on is read first, then one touch stops the wallet."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.ledger.post import take_lane
from onnuri.vouchers.queries import wallets
from onnuri.vouchers.wallets.wallet_life import Block, Blocking, block_wallet, blocks, borne_by_the_operator
from onnuri.web.desk import DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import Said, pages_router
from onnuri.web.visitor import Visitor
from onnuri.web.wallet import own_wallet

router = pages_router()
REASON: Final = "본인이 화면에서 신고"
Flag = Annotated[str | None, Query(max_length=9)]


class LostForm(BaseModel):
    """What the last step sends; `seen` is the newest loss report when the page was painted, lifted or not."""

    seen: Said = ""


@router.get("/wallet/lost")
def show(request: Request, desk: DeskDep, visitor: Visitor, done: Flag = None) -> Response:
    """Tell what a loss report does; where one stands, since when, what was paid after it, and how it is lifted."""
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        reports = _reports(blocks(conn, wallet_id))
        borne = borne_by_the_operator(conn, wallet_id)
        closed = wallets(conn, [wallet_id])[wallet_id].status == "CLOSED"
    standing = next((each for each in reports if each.lifted_at is None), None)
    return paint(
        request, "lost.html", standing=standing, borne=borne, closed=closed, done=done, seen=_newest(reports),
    )  # fmt: skip


@router.post("/wallet/lost")
def report(desk: DeskDep, visitor: Visitor, form: Annotated[LostForm, Form()]) -> Response:
    """Report the wallet lost, from this instant on.

    A form painted before a report that is lifted by now stops nothing; its reader is told so, and asked again.
    """
    wallet_id, lane = own_wallet(visitor)
    with desk.begin(lane) as conn:
        take_lane(conn)
        fresh = _newest(_reports(blocks(conn, wallet_id))) == form.seen
        if fresh:
            block_wallet(conn, Blocking(wallet_id, "lost", REASON, visitor.person_id), at=desk.now())
    return RedirectResponse(f"/wallet/lost?done={'on' if fresh else 'old'}", status_code=303)


def _reports(found: list[Block]) -> list[Block]:
    return [each for each in found if each.kind == "lost"]


def _newest(reports: list[Block]) -> str:
    return reports[0].id.hex if reports else ""
