"""Paint a page: a template, the words for its reader, and headers that let nothing foreign in."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from onnuri.kit.ids import public_id
from onnuri.merchants.stall_number import format_stall_number
from onnuri.payments.model import confirmation
from onnuri.web.desk import desk_of
from onnuri.web.visitor import language_of, size_of
from onnuri.web.words import Tongue

HERE: Final = Path(__file__).parent
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_templates: Final = Environment(
    loader=FileSystemLoader(HERE / "templates", encoding="utf-8"),
    autoescape=True,  # every page is HTML; nothing in the templates is marked safe
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@cache
def asset(name: str) -> str:
    """Give the address of a file of ours, with its content's hash so that browsers may keep it for ever."""
    digest = hashlib.sha256((HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{digest}/{name}"


_templates.filters.update(stall=format_stall_number, digits=confirmation)


def tongue_of(request: Request) -> Tongue:
    """Choose how to speak to the reader of this page."""
    return Tongue(language_of(request), desk_of(request).now())


def paint(request: Request, template: str, *, status: int = 200, **facts: object) -> HTMLResponse:
    """Fill a template for whoever reads it."""
    page = paint_part(request, template, **facts)
    return HTMLResponse(page, status_code=status)


def paint_part(request: Request, template: str, **facts: object) -> str:
    """Fill a template that is a piece of a page."""
    return _templates.get_template(template).render(
        say=tongue_of(request),
        size=size_of(request),
        here=_here(request),
        asset=asset,
        public_id=public_id,
        **facts,
    )


def _here(request: Request) -> str:
    """Write the address of this page without the server's name, where it can be opened again."""
    query = f"?{request.url.query}" if request.url.query and request.method == "GET" else ""
    return request.url.path + query
