"""The holder's consent to the income deduction: its words and their version, since when, and withdrawing it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from onnuri.people.model import PersonRole
from onnuri.vouchers.tax import TaxConsent, agree_to_tax_file, consents, revoke_tax_consent
from onnuri.web.desk import DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import Said, pages_router
from onnuri.web.visitor import Visitor

router = pages_router()
CONSENT_VERSION: Final = "2026-11"
"""Of the words in `tax_words.html`; other words, another version."""

Flag = Annotated[str | None, Query(max_length=9)]


class ConsentForm(BaseModel):
    """What a touch sends; `seen` is the newest consent when the page was painted, withdrawn or not."""

    seen: Said = ""


@router.get("/wallet/tax")
def show(request: Request, desk: DeskDep, visitor: Visitor, done: Flag = None) -> Response:
    """Show the words to agree to, or since when and to which version of them was agreed; and what was before."""
    visitor.need(PersonRole.HOLDER)
    with desk.begin() as conn:
        found = consents(conn, visitor.person_id)
    standing = _standing(found)
    return paint(
        request, "tax.html", standing=standing, before=[each for each in found if each.revoked_at is not None],
        version=CONSENT_VERSION, done=done, seen=_newest(found),
    )  # fmt: skip


@router.post("/wallet/tax")
def agree(desk: DeskDep, visitor: Visitor, form: Annotated[ConsentForm, Form()]) -> Response:
    """Agree from now on, once: a form sent again finds another consent than it has seen, and changes nothing."""
    visitor.need(PersonRole.HOLDER)
    with desk.begin() as conn:
        found = consents(conn, visitor.person_id)
        if _newest(found) == form.seen:
            found = [agree_to_tax_file(conn, visitor.person_id, version=CONSENT_VERSION, at=desk.now())]
    now = _standing(found)
    done = "on" if now is not None and now.version == CONSENT_VERSION else "old"
    return RedirectResponse(f"/wallet/tax?done={done}", status_code=303)


@router.post("/wallet/tax/stop")
def stop(desk: DeskDep, visitor: Visitor, form: Annotated[ConsentForm, Form()]) -> Response:
    """Withdraw the consent in one touch; again changes nothing, nor does a form from before a newer consent."""
    visitor.need(PersonRole.HOLDER)
    with desk.begin() as conn:
        fresh = _newest(consents(conn, visitor.person_id)) == form.seen
        if fresh:
            revoke_tax_consent(conn, visitor.person_id, at=desk.now())
    return RedirectResponse(f"/wallet/tax?done={'off' if fresh else 'old'}", status_code=303)


def _standing(found: list[TaxConsent]) -> TaxConsent | None:
    return next((each for each in found if each.revoked_at is None), None)


def _newest(found: list[TaxConsent]) -> str:
    return found[0].id.hex if found else ""
