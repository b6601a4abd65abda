"""/v1/sessions: sign in, see who is signed in, sign out."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import Request, Response
from pydantic import Field

from onnuri.api.auth import Caller, forget_in_browser, keep_in_browser, token_of
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, Instant, PersonId, View, WalletId, noun_router, problems
from onnuri.api.house import House, HouseDep
from onnuri.kit.refusals import DomainError
from onnuri.people.model import PersonRole, Principal
from onnuri.people.sign_in import sign_in
from onnuri.people.tokens import IssuedToken, revoke_token

router = noun_router("sessions")


class SessionRequest(Strict):
    """Login and password; `cookie` also keeps the token in this browser."""

    login: Annotated[str, Field(min_length=1, max_length=100, examples=["minji"])]
    password: Annotated[str, Field(min_length=1, max_length=200, examples=["correct horse battery staple"])]
    cookie: bool = False


class RoleView(View):
    """A role; `scope` is the shop or market it is limited to, null for none."""

    role: PersonRole
    scope: Annotated[str | None, Field(examples=["shp_0192f0c1a2b37c4d8e5f60718293a4b5"])]


class WhoView(View):
    """Who is signed in."""

    person_id: PersonId
    roles: list[RoleView]
    wallet_id: WalletId | None


class SessionView(View):
    """A bearer token, shown this once."""

    token: Annotated[str, Field(examples=["onk_5VtWc2yYlqX0dGk2QmJr5n0o9v3bKQ1hXy7cZ4eUu8s"])]
    expires_at: Instant


@router.post("", status_code=201, operation_id="signIn", responses=problems(429, *BODY))
async def create(body: SessionRequest, request: Request, response: Response, house: HouseDep) -> SessionView:
    """Sign in: the token works for 12 hours."""
    # Few at once, and never on the threads that pay: a storm of sign-ins waits behind itself only.
    given = await anyio.to_thread.run_sync(_given, house, body, limiter=house.sign_ins)
    if isinstance(given, DomainError):
        raise given
    if body.cookie:
        keep_in_browser(response, given.token, secure=request.url.scheme == "https")
    return SessionView(token=given.token, expires_at=given.expires_at)


def _given(house: House, body: SessionRequest) -> IssuedToken | DomainError:
    with house.begin() as conn:
        return sign_in(conn, login=body.login, password=body.password, at=house.real_now())


@router.get("/current", operation_id="whoAmI")
def current(caller: Caller) -> WhoView:
    """Tell whose token this is and what it may do."""
    return who(caller)


@router.delete("/current", status_code=204, operation_id="signOut")
def end(request: Request, response: Response, house: HouseDep, _caller: Caller) -> None:
    """Sign out: the token no longer works."""
    token = token_of(request)
    with house.begin() as conn:
        revoke_token(conn, token, at=house.real_now())
    house.tokens.forget(token)
    forget_in_browser(response)


def who(principal: Principal) -> WhoView:
    """Describe a principal."""
    prefixes = {PersonRole.SHOP_OWNER: "shp", PersonRole.SHOP_CLERK: "shp", PersonRole.MARKET_OFFICE: "mkt"}
    roles = [
        RoleView(
            role=grant.role,
            scope=None if grant.scope_id is None else f"{prefixes.get(grant.role, 'shp')}_{grant.scope_id.hex}",
        )
        for grant in sorted(principal.grants, key=lambda grant: (grant.role, str(grant.scope_id)))
    ]
    return WhoView(person_id=principal.person_id, roles=roles, wallet_id=principal.wallet_id)
