"""Open a wallet in two touches: the date of birth, and whether it is right, since the first one told stays."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.kit.clock import seoul_date
from onnuri.kit.refusals import DomainError
from onnuri.people.births import BirthDateImpossible, birth_told, completed, keep_birth
from onnuri.people.model import PersonRole
from onnuri.people.register import grant_roles
from onnuri.vouchers.life_rules import joining_rules_at
from onnuri.vouchers.wallets.open_wallet import TooYoung, WalletExists, WalletMovesIn, open_wallet, why_not_old_enough
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import Said, pages_router, refused, status_of
from onnuri.web.visitor import Visitor

router = pages_router()


class BirthForm(BaseModel):
    """A date of birth as people say it; all empty where the vault knows it already."""

    year: Said = ""
    month: Said = ""
    day: Said = ""


@router.get("/wallet/open")
def ask(request: Request, desk: DeskDep, visitor: Visitor) -> Response:
    """First touch: the date of birth, unless it was told before; from how many years on, before it is typed."""
    if visitor.wallet_id is not None:
        return RedirectResponse("/wallet", status_code=303)
    with desk.begin() as conn:
        told = birth_told(conn, visitor.person_id)
    if told:
        return paint(request, "open_confirm.html", born_on=None, form=BirthForm())
    return _ask(request, desk, BirthForm(), None)


def _ask(request: Request, desk: Desk, form: BirthForm, refusal: DomainError | None) -> Response:
    with desk.begin() as conn:
        age_min = joining_rules_at(conn, at=desk.now()).age_min
    status = 200 if refusal is None else status_of(refusal)
    return paint(request, "open_birth.html", status=status, form=form, age_min=age_min, refusal=refusal)


@router.post("/wallet/open/check")  # a date of birth is in no address, so the question is sent as a form
def check(request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[BirthForm, Form()]) -> Response:
    """Second touch: is this the date? Nothing is kept yet, so that a slip of the finger stays without effect."""
    if visitor.wallet_id is not None:
        return RedirectResponse("/wallet", status_code=303)
    today = seoul_date(desk.now())
    try:
        born_on = _read(form)
        if not date(1900, 1, 1) <= born_on <= today:
            raise BirthDateImpossible
        with desk.begin() as conn:
            age_min = joining_rules_at(conn, at=desk.now()).age_min
        if completed(born_on, age_min) > today:
            raise TooYoung(age_min=age_min)
    except DomainError as refusal:
        return _ask(request, desk, form, refusal)
    return paint(request, "open_confirm.html", born_on=born_on, form=form)


@router.post("/wallet/open")
def open_it(request: Request, desk: DeskDep, visitor: Visitor, form: Annotated[BirthForm, Form()]) -> Response:
    """Open the visitor's wallet and lead on to the bank account; who has one already is led to it."""
    if visitor.wallet_id is not None:
        return RedirectResponse("/wallet", status_code=303)
    at = desk.now()
    lanes = list(desk.engines)
    lane = lanes[visitor.person_id.int % len(lanes)]
    with desk.begin(lane) as conn:
        if form.year:
            keep_birth(conn, desk.sealer, visitor.person_id, _read(form), on=seoul_date(at))
        too_young = why_not_old_enough(conn, desk.sealer, visitor.person_id, at=at)
    if too_young is not None:
        return refused(request, too_young)
    try:
        with desk.begin(lane) as conn:
            open_wallet(conn, holder_id=visitor.person_id, lane=lane, at=at)
            grant_roles(conn, [(visitor.person_id, PersonRole.HOLDER, None)], at=at, by=visitor.person_id)
    except WalletMovesIn:
        raise
    except WalletExists:  # the same form, sent twice
        pass
    desk.tokens.forget_person(visitor.person_id)
    return RedirectResponse("/wallet/account?done=opened", status_code=303)


def _read(form: BirthForm) -> date:
    """Read a date as it was typed. Refuses `BirthDateImpossible`."""
    parts = (form.year, form.month, form.day)
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise BirthDateImpossible
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        raise BirthDateImpossible from None
