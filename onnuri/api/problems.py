"""Problems: every answer that is not a yes, as RFC 9457 problem+json in Korean and English."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from onnuri.kit import refusals
from onnuri.kit.refusals import DomainError, Malformed, MoneyMoved, NotFound, Unavailable
from onnuri.payments.till import OutcomeUnknown

logger = logging.getLogger("onnuri.api")

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_STATUS_BY_KIND: Final[tuple[tuple[type[DomainError], int], ...]] = (
    (refusals.NotFound, 404),
    (refusals.Forbidden, 403),
    (refusals.Refused, 402),
    (refusals.Conflict, 409),
    (refusals.Malformed, 422),
    (refusals.Unavailable, 503),
)
_STATUS_BY_CODE: Final[Mapping[str, int]] = {
    "not_signed_in": 401,
    "sign_in_refused": 401,
    "sign_in_blocked": 429,
    "body_unreadable": 400,
    "body_too_large": 413,
    "content_type_not_json": 415,
    "file_too_large": 413,
    "content_type_not_csv": 415,
    "idempotency_key_missing": 400,
    "idempotency_key_malformed": 400,
    "cursor_unreadable": 400,
    "method_not_allowed": 405,
    "http_malformed": 400,
    "internal_error": 500,
}
_TITLES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("요청을 읽을 수 없습니다", "Bad request"),
    401: ("로그인이 필요합니다", "Not signed in"),
    402: ("거절되었습니다", "Refused"),
    403: ("권한이 없습니다", "Forbidden"),
    404: ("찾을 수 없습니다", "Not found"),
    405: ("허용되지 않은 방식입니다", "Method not allowed"),
    409: ("지금은 할 수 없습니다", "Conflict"),
    413: ("요청이 너무 큽니다", "Too large"),
    415: ("받지 않는 형식입니다", "Not the type of body this takes"),
    422: ("요청 내용이 올바르지 않습니다", "Malformed"),
    429: ("잠시 뒤에 다시 시도해 주세요", "Too many attempts"),
    500: ("오류가 발생했습니다", "Internal error"),
    503: ("일시적으로 이용할 수 없습니다", "Unavailable"),
}


class ProblemView(BaseModel):
    """An answer that is not a yes (RFC 9457). Programs decide by `code`; people read `detail`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:onnuri:problem:balance_too_low",
                    "title": "거절되었습니다",
                    "status": 402,
                    "code": "balance_too_low",
                    "detail": "잔액이 부족합니다. 돈은 움직이지 않았습니다.",
                    "detail_ko": "잔액이 부족합니다. 돈은 움직이지 않았습니다.",
                    "detail_en": "The balance is too low. No money moved.",
                    "facts": {},
                    "money_moved": "false",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    detail_ko: str
    detail_en: str
    facts: dict[str, object]
    money_moved: MoneyMoved


class RequestMalformed(Malformed):
    """Fields are missing, unknown, of the wrong type or out of bounds; the facts name them."""

    code = "request_malformed"
    ko = "요청 내용이 올바르지 않습니다: {where}"
    en = "The request is malformed: {where}"


class ConsentMissing(Malformed):
    """Something is done in somebody's name or with their money, and they have not agreed to it."""

    code = "consent_missing"
    ko = (
        "동의가 필요합니다. 내용을 읽고 동의 칸을 선택한 뒤 다시 해 주세요"
        "({field} 값이 true여야 합니다). 동의는 언제든지 거둘 수 있습니다."
    )
    en = "This needs a consent: agree and send {field} as true. It can be withdrawn any time."


class RouteUnknown(NotFound):
    """There is nothing at this address."""

    code = "route_unknown"
    ko = "없는 주소입니다."
    en = "There is nothing at this address."


class MethodNotAllowed(Malformed):
    """The address does not know this method."""

    code = "method_not_allowed"
    ko = "이 주소에서는 쓸 수 없는 방식입니다."
    en = "This address does not know that method."


class HttpMalformed(Malformed):
    """The HTTP request itself can't be understood."""

    code = "http_malformed"
    ko = "요청을 읽을 수 없습니다."
    en = "The request can't be read."


class DatabaseUnavailable(Unavailable):
    """The database can't be reached; nothing was written."""

    code = "database_unavailable"
    ko = "지금은 처리할 수 없습니다. 잠시 뒤에 다시 시도해 주세요."
    en = "The database can't be reached right now. Please try again."


class InternalError(Unavailable):
    """A fault of ours; the same key tells what became of it."""

    code = "internal_error"
    money_moved = "unknown"
    ko = "오류가 발생했습니다. 같은 멱등 키로 다시 요청하면 한 번만 처리됩니다."
    en = "Something went wrong on our side. Ask again with the same idempotency key: it happens once only."


def install_problems(app: FastAPI) -> None:
    """Answer every refusal, malformed request and fault with a problem."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeout, _database_busy)
    app.add_exception_handler(Exception, _fault)


def status_of(refusal: DomainError) -> int:
    """Choose the HTTP status of a refusal: by its code where that is special, else by its kind."""
    if refusal.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[refusal.code]
    return next(status for kind, status in _STATUS_BY_KIND if isinstance(refusal, kind))


def speaks_english(request: Request) -> bool:
    """Tell whether the caller prefers English; Korean is first where nothing is said."""
    weights = {"ko": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        name, _, rest = part.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        weight = rest.strip().removeprefix("q=")
        if language in weights:
            weights[language] = max(weights[language], _quality(weight))
    return weights["en"] > weights["ko"]


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0


def problem(request: Request, refusal: DomainError, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Write a refusal as a problem in the caller's language."""
    status = status_of(refusal)
    english = speaks_english(request)
    ko, en = refusal.message("ko"), refusal.message("en")
    extra = dict(headers or {})
    if status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    if status in (429, 503):
        minutes = refusal.facts.get("minutes", 0)  # a refusal that says how long says it here too
        extra.setdefault("Retry-After", str(minutes * 60 if isinstance(minutes, int) and minutes else 1))
    view = ProblemView(
        type=f"urn:onnuri:problem:{refusal.code}",
        title=_TITLES[status][english],
        status=status,
        code=refusal.code,
        detail=en if english else ko,
        detail_ko=ko,
        detail_en=en,
        facts=plain_facts(refusal.facts),
        money_moved=_money_moved(request, refusal),
    )
    return JSONResponse(
        view.model_dump(),
        status_code=status,
        media_type="application/problem+json",
        headers={**extra, "Content-Language": "en" if english else "ko", "Vary": "Accept-Language"},
    )


def plain_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """Make facts plain JSON, the same for a fresh and for a replayed refusal."""
    return cast("dict[str, object]", json.loads(json.dumps(dict(facts), ensure_ascii=False, default=str)))


def _money_moved(request: Request, refusal: DomainError) -> MoneyMoved:
    return "false" if request.method in _SAFE_METHODS else refusal.money_moved


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DomainError)
    headers = {"Idempotent-Replayed": "true"} if getattr(request.state, "replayed", False) else None
    return problem(request, error, headers=headers)


async def _validation_error(request: Request, error: Exception) -> JSONResponse:
    """Name the fields and what is wrong with each, and what a field of certain words takes; never repeats what was
    sent."""
    assert isinstance(error, RequestValidationError)
    wrong = [_wrong(found) for found in error.errors()[:20]]
    names = [str(found["field"]) for found in wrong]
    if len(wrong) == 1 and names[0].endswith(".consent"):
        return problem(request, ConsentMissing(field=names[0], fields=wrong))
    where = ", ".join(name + _allowed_words(found) for name, found in zip(names, wrong, strict=True))
    return problem(request, RequestMalformed(where=where, fields=wrong))


def _wrong(found: Mapping[str, Any]) -> dict[str, object]:
    told: dict[str, object] = {
        "field": ".".join(str(step) for step in found["loc"])[:120], "reason": str(found["type"])[:60]
    }  # fmt: skip
    if found["type"] in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(found["ctx"]["expected"]))  # of our own fields, none with a quote in it
        return told | ({"allowed": allowed} if allowed else {})
    return told


def _allowed_words(found: Mapping[str, object]) -> str:
    allowed = found.get("allowed")
    return f" ({' | '.join(cast('list[str]', allowed))})" if allowed else ""


async def _http_exception(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    refusal: DomainError = {404: RouteUnknown(), 405: MethodNotAllowed()}.get(error.status_code) or HttpMalformed()
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem(request, refusal, headers=headers)


def _allowed(request: Request) -> str:
    """List the methods an address knows, as the document says; the router itself names one route's only."""
    path = getattr(request.scope.get("route"), "path_format", "")
    operations = cast("FastAPI", request.app).openapi()["paths"].get(path, {})
    return ", ".join(sorted(method.upper() for method in operations))


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    """A lost database leaves a write in doubt: it is never told as done, nor as not done."""
    logger.error("database error", exc_info=error)
    return problem(request, DatabaseUnavailable() if request.method in _SAFE_METHODS else OutcomeUnknown())


async def _database_busy(request: Request, _error: Exception) -> JSONResponse:
    return problem(request, DatabaseUnavailable())


async def _fault(request: Request, error: Exception) -> JSONResponse:
    logger.error("fault", exc_info=error)
    return problem(request, InternalError())
