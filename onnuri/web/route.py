"""The route of a page: refusals become pages that say whether money moved, and every answer carries our headers."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final, TypeAlias, cast

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from pydantic import AfterValidator, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onnuri.kit import refusals
from onnuri.kit.refusals import DomainError, Malformed, Unavailable
from onnuri.kit.visible import UNSEEN
from onnuri.payments.till import OutcomeUnknown
from onnuri.people.tokens import NotSignedIn
from onnuri.web.paint import HEADERS, paint

FORM_BYTES_MAX: Final = 16 * 1024


def _seen(given: str) -> str:
    if UNSEEN.search(given):
        raise ValueError("characters that nobody sees")
    return given


Said: TypeAlias = Annotated[str, Field(max_length=1000, pattern="^[^\\t\\n]*$"), AfterValidator(_seen)]
"""A field of a form: one line of text."""

_log = structlog.get_logger()
_STATUS: Final[tuple[tuple[type[DomainError], int], ...]] = (
    (refusals.NotFound, 404),
    (refusals.Forbidden, 403),
    (refusals.Refused, 402),
    (refusals.Conflict, 409),
    (refusals.Malformed, 422),
    (refusals.Unavailable, 503),
)


_STATUS_BY_CODE: Final = {"gift_names_spent": 429}


class PageMalformed(Malformed):
    """A page was asked for with fields that are missing or hold what no text has."""

    code = "page_malformed"
    ko = "요청을 읽을 수 없습니다. 돈은 움직이지 않았습니다."
    en = "The request can't be read. No money moved."


class PageUnavailable(Unavailable):
    """The database is away; a page that only shows something moves no money."""

    code = "page_unavailable"
    ko = "지금은 화면을 보여 드릴 수 없습니다. 돈은 움직이지 않았습니다. 잠시 후 다시 열어 주세요."
    en = "This page can't be shown right now. No money moved; open it again in a moment."


class PageRoute(APIRoute):
    """Paints refusals, and adds the headers to whatever is answered."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                _check_request(request)
                response = await handle(request)
            except NotSignedIn:
                response = RedirectResponse("/sign-in", status_code=303)
            except DomainError as refusal:
                response = refused(request, refusal)
            except RequestValidationError:
                response = refused(request, PageMalformed())
            except (DBAPIError, PoolTimeout):
                _log.exception("page.database_away", path=request.url.path)
                response = refused(request, PageUnavailable() if request.method == "GET" else OutcomeUnknown())
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
            return response

        return guarded


def pages_router() -> APIRouter:
    """Make the router of one kind of page; pages are no part of the published API."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def status_of(refusal: DomainError) -> int:
    """Choose the HTTP status of a refusal: by its code where that is special, else by its kind."""
    if refusal.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[refusal.code]
    return next(status for kind, status in _STATUS if isinstance(refusal, kind))


def refused(request: Request, refusal: DomainError) -> Response:
    """Paint a refusal: what is wrong, and whether money moved."""
    return paint(
        request,
        "refused.html",
        status=status_of(refusal),
        refusal=refusal,
        unknown=refusal.money_moved == "unknown",
    )


def _check_request(request: Request) -> None:
    texts = [*cast("dict[str, str]", request.path_params).values(), *request.query_params.values()]
    if any("\ufffd" in given or UNSEEN.search(given) for given in texts) or "\ufffd" in request.url.path:
        raise PageMalformed
    length = request.headers.get("content-length", "0")
    if request.method != "GET" and (
        not length.isdigit() or int(length[:9]) > FORM_BYTES_MAX or "transfer-encoding" in request.headers
    ):
        raise PageMalformed
