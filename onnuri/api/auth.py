"""Who is calling: a bearer token, or the same token in a strict cookie that only our own pages can send."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response, Security
from fastapi.security import HTTPBearer

from onnuri.api.house import House, HouseDep
from onnuri.kit.refusals import Forbidden
from onnuri.people.model import Principal
from onnuri.people.tokens import LIFETIME, NotSignedIn, recognise

COOKIE: Final = "onnuri_token"
_bearer = HTTPBearer(auto_error=False, description="A token from POST /v1/sessions.")


class CrossSite(Forbidden):
    """A page of another site tried to use a signed-in browser."""

    code = "cross_site_request"
    ko = "다른 사이트에서 보낸 요청은 받지 않습니다."
    en = "Requests from other sites are not accepted."


def token_of(request: Request) -> str:
    """Read the token of a request; `Authorization` goes before the cookie. Refuses `NotSignedIn`, `CrossSite`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    kept = request.cookies.get(COOKIE)
    if kept is None or scheme:
        raise NotSignedIn
    if request.method not in ("GET", "HEAD"):
        _check_same_site(request)
    return kept


def _check_same_site(request: Request) -> None:
    """The cookie is SameSite=Strict already; this is the second wall."""
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if fetched not in (None, "same-origin", "none"):
        raise CrossSite
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossSite


def principal_of(house: House, token: str) -> Principal:
    """Recognise a token, from the five-second cache where possible. Refuses `NotSignedIn`."""
    at = house.real_now()
    known = house.tokens.find(token, at=at)
    if known is None:
        with house.begin() as conn:
            known = recognise(conn, token, at=at)
        house.tokens.remember(token, known, at=at)
    return known


def _principal(
    request: Request, house: HouseDep, _documented: Annotated[object, Security(_bearer)] = None
) -> Principal:
    return principal_of(house, token_of(request))


Caller = Annotated[Principal, Depends(_principal)]


async def quick_principal(
    request: Request, house: HouseDep, _documented: Annotated[object, Security(_bearer)] = None
) -> Principal:
    """Recognise without leaving the event loop where the cache knows the token; payments take this way."""
    token = token_of(request)
    known = house.tokens.find(token, at=house.real_now())
    if known is not None:
        return known
    found = await house.recogniser.ask(token)
    if isinstance(found, NotSignedIn):
        raise found
    house.tokens.remember(token, found, at=house.real_now())
    return found


QuickCaller = Annotated[Principal, Depends(quick_principal)]


def keep_in_browser(response: Response, token: str, *, secure: bool) -> None:
    """Put the token into a cookie that scripts can't read and other sites can't make the browser send."""
    response.set_cookie(
        COOKIE, token, max_age=int(LIFETIME.total_seconds()), httponly=True, samesite="strict", secure=secure, path="/"
    )


def forget_in_browser(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
