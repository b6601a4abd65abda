"""All pages together, to be served beside the API or alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI

from onnuri.web import finance, live, pay, sign_in, stall, static_files, wallet
from onnuri.web.desk import Desk


def router() -> APIRouter:
    """Give the routes of all pages; they find their desk at `app.state.desk`."""
    together = APIRouter()
    for each in (static_files, sign_in, wallet, pay, stall, live, finance):
        together.include_router(each.router)
    return together


def install_pages(app: FastAPI, open_desk: Callable[[], Desk]) -> None:
    """Serve the pages with an application: the desk opens after whatever it opens, and closes before it."""
    app.include_router(router())
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
