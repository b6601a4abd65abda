"""Who is looking at a page: the token in a strict cookie, the language, the size of the letters."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from onnuri.kit.refusals import Forbidden
from onnuri.people.model import OVERSIGHT_ROLES, SHOP_ROLES, PersonRole, Principal
from onnuri.people.tokens import LIFETIME, NotSignedIn, recognise
from onnuri.web.desk import Desk, DeskDep
from onnuri.web.words import Language

TOKEN: Final = "onnuri_token"  # noqa: S105 - the cookie's name; the API keeps its tokens in the same one
LANGUAGE: Final = "onnuri_language"
SIZE: Final = "onnuri_size"
_YEAR_SECONDS: Final = 365 * 24 * 3600


class FormFromElsewhere(Forbidden):
    """A page of another site tried to send one of our forms."""

    code = "form_from_elsewhere"
    ko = "다른 사이트에서 보낸 요청은 받지 않습니다. 돈은 움직이지 않았습니다."
    en = "Forms of other sites are not accepted. No money moved."


def check_own_form(request: Request) -> None:
    """Refuse a form that another site sent; the strict cookie is the first wall, this is the second.

    A browser tells where a form comes from in `Sec-Fetch-Site` or `Origin`; one that tells neither is refused.
    """
    fetched, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if fetched is None and origin is None:
        raise FormFromElsewhere
    if fetched not in (None, "same-origin"):
        raise FormFromElsewhere
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise FormFromElsewhere


def visitor_of(request: Request, desk: DeskDep) -> Principal:
    """Recognise who is signed in. Refuses `NotSignedIn`, and `FormFromElsewhere` for a form that is not ours."""
    if request.method not in ("GET", "HEAD"):
        check_own_form(request)
    token = request.cookies.get(TOKEN)
    if token is None:
        raise NotSignedIn
    at = desk.now()
    known = desk.tokens.find(token, at=at)
    if known is None:
        known = _recognised(desk, token)
        desk.tokens.remember(token, known, at=at)
    return known


def _recognised(desk: Desk, token: str) -> Principal:
    with desk.begin() as conn:
        return recognise(conn, token, at=desk.now())


Visitor = Annotated[Principal, Depends(visitor_of)]


def home_of(visitor: Principal) -> str:
    """Choose the first page for somebody: finance, then the stall, then the wallet."""
    if visitor.has(*OVERSIGHT_ROLES, PersonRole.OPERATOR):
        return "/finance"
    return "/stall" if visitor.has(*SHOP_ROLES) else "/wallet"


def keep_token(request: Request, response: Response, token: str) -> None:
    """Keep a token in a cookie that scripts can't read and other sites can't make the browser send."""
    response.set_cookie(
        TOKEN, token, max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def forget_token(response: Response) -> None:
    """Take the token out of the browser."""
    response.delete_cookie(TOKEN, httponly=True, samesite="strict")


def language_of(request: Request) -> Language:
    """Tell in which language to write: Korean, until somebody chooses English."""
    return "en" if request.cookies.get(LANGUAGE) == "en" else "ko"


def size_of(request: Request) -> Literal["usual", "large"]:
    """Tell how large to write: elder mode is reachable from every page."""
    return "large" if request.cookies.get(SIZE) == "large" else "usual"


def keep_choice(response: Response, name: str, value: str) -> None:
    """Keep a choice of language or size for a year."""
    response.set_cookie(name, value, max_age=_YEAR_SECONDS, httponly=True, samesite="lax")
