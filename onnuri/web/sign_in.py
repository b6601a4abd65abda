"""Sign in and out, and the two choices every page offers: language and size of the letters."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from onnuri.kit.refusals import DomainError
from onnuri.people.sign_in import sign_in
from onnuri.people.tokens import IssuedToken, NotSignedIn, revoke_token
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.paint import paint
from onnuri.web.route import Said, pages_router
from onnuri.web.visitor import (
    LANGUAGE,
    SIZE,
    TOKEN,
    Visitor,
    check_own_form,
    forget_token,
    home_of,
    keep_choice,
    keep_token,
    visitor_of,
)

router = pages_router()
_CHOICES: Final = {"ko": LANGUAGE, "en": LANGUAGE, "usual": SIZE, "large": SIZE}


@router.get("/")
def first(request: Request, desk: DeskDep) -> Response:
    """Lead everybody to the own first page."""
    try:
        return RedirectResponse(home_of(visitor_of(request, desk)), status_code=303)
    except NotSignedIn:
        return RedirectResponse("/sign-in", status_code=303)


@router.get("/sign-in")
def ask(request: Request) -> Response:
    """Ask who it is."""
    return paint(request, "sign_in.html", refusal=None, login="")


@router.post("/sign-in", dependencies=[Depends(check_own_form)])
async def enter(
    request: Request,
    desk: DeskDep,
    login: Annotated[Said, Form()] = "",
    password: Annotated[Said, Form()] = "",
) -> Response:
    """Sign in, then lead to the first page; a wrong pair asks again."""
    given = await anyio.to_thread.run_sync(_given, desk, login, password, limiter=desk.sign_ins)
    if isinstance(given, DomainError):
        return paint(request, "sign_in.html", status=403, refusal=given, login=login)
    response = RedirectResponse("/", status_code=303)
    keep_token(request, response, given.token)
    return response


def _given(desk: Desk, login: str, password: str) -> IssuedToken | DomainError:
    with desk.begin() as conn:
        return sign_in(conn, login=login, password=password, at=desk.now())


@router.post("/sign-out")
def leave(request: Request, desk: DeskDep, _visitor: Visitor) -> Response:
    """Sign out: the token no longer works."""
    token = request.cookies[TOKEN]
    with desk.begin() as conn:
        revoke_token(conn, token, at=desk.now())
    desk.tokens.forget(token)
    response = RedirectResponse("/sign-in", status_code=303)
    forget_token(response)
    return response


@router.post("/choose", dependencies=[Depends(check_own_form)])
def choose(choice: Annotated[Said, Form()], back: Annotated[Said, Form()] = "/") -> Response:
    """Keep a choice of language or size and lead back to the page it was made on."""
    place = urlsplit(back)
    own = not place.scheme and not place.netloc and back.startswith("/") and not back.startswith(("//", "/\\"))
    response = RedirectResponse(back if own else "/", status_code=303)
    if choice in _CHOICES:
        keep_choice(response, _CHOICES[choice], choice)
    return response
