"""All pages together, to be served beside the API or alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.exceptions import HTTPException

from onnuri.kit.refusals import NotFound
from onnuri.web import (
    account,
    auto_charge,
    charge,
    charges,
    finance,
    gift_send,
    gifts,
    live,
    lost,
    opening,
    owed,
    pay,
    sign_in,
    stall,
    static_files,
    tax,
    wallet,
)
from onnuri.web.desk import Desk
from onnuri.web.paint import HEADERS
from onnuri.web.route import refused


class PageUnknown(NotFound):
    """No page has this address."""

    code = "page_unknown"
    ko = "이 주소에는 화면이 없습니다. 주소를 다시 확인해 주세요. 돈은 움직이지 않았습니다."
    en = "There is no page at this address; please check it. No money moved."


def router() -> APIRouter:
    """Give the routes of all pages; they find their desk at `app.state.desk`."""
    together = APIRouter()
    of_a_holder = (wallet, opening, account, pay, charge, charges, auto_charge, gift_send, gifts, lost, tax, owed)
    for each in (static_files, sign_in, *of_a_holder, stall, live, finance):
        together.include_router(each.router)
    return together


def install_pages(app: FastAPI, open_desk: Callable[[], Desk]) -> None:
    """Serve the pages with an application: the desk opens after whatever it opens, and closes before it."""
    app.include_router(router())
    _tell_people_in_words(app)
    opened_before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: Any) -> AsyncGenerator[Any, None]:
        async with opened_before(served) as state:
            app.state.desk = desk = open_desk()
            try:
                yield state
            finally:
                desk.close()

    app.router.lifespan_context = lifespan


def _tell_people_in_words(app: FastAPI) -> None:
    """Answer a mistyped address with a page where a person reads it; programs get what they got before."""
    before = cast("Callable[[Request, Exception], Awaitable[Response]]", app.exception_handlers[HTTPException])

    async def told(request: Request, error: Exception) -> Response:
        read_by_a_person = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")
        if not (isinstance(error, HTTPException) and error.status_code == 404 and read_by_a_person):
            return await before(request, error)
        page = refused(request, PageUnknown())
        page.headers.update(HEADERS)
        return page

    app.add_exception_handler(HTTPException, told)
