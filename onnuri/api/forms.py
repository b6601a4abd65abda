"""How things look outside: ids, instants, pages, and which problems a route may answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from onnuri.api.bodies import StrictRoute
from onnuri.api.house import House
from onnuri.api.problems import ProblemView
from onnuri.kit.ids import parse_id, public_id
from onnuri.kit.refusals import Malformed

T = TypeVar("T")
R = TypeVar("R")

_EXAMPLE_HEX = "0192f0c1a2b37c4d8e5f60718293a4b5"


class View(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True)


def instant(at: datetime) -> str:
    """Write an instant as RFC 3339 in UTC with a Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    PlainSerializer(instant, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-02T03:04:05.678901Z"]}),
]


def id_field(prefix: str) -> Any:
    """Describe an id of a kind in answers: written as `prefix_` and 32 hexadecimal digits."""
    return (
        PlainSerializer(lambda value: public_id(prefix, value), return_type=str),
        WithJsonSchema(
            {"type": "string", "pattern": f"^{prefix}_[0-9a-f]{{32}}$", "examples": [f"{prefix}_{_EXAMPLE_HEX}"]}
        ),
    )


PaymentId = Annotated[UUID, *id_field("pay")]
CancelId = Annotated[UUID, *id_field("cnl")]
ChargeId = Annotated[UUID, *id_field("chg")]
WalletId = Annotated[UUID, *id_field("wal")]
LotId = Annotated[UUID, *id_field("lot")]
ShopId = Annotated[UUID, *id_field("shp")]
MarketId = Annotated[UUID, *id_field("mkt")]
EntryId = Annotated[UUID, *id_field("ent")]
PayoutId = Annotated[UUID, *id_field("pyo")]
BreakId = Annotated[UUID, *id_field("brk")]
DebitAccountId = Annotated[UUID, *id_field("dba")]
ShopAccountId = Annotated[UUID, *id_field("sac")]
PersonId = Annotated[UUID, *id_field("per")]


def path_id(prefix: str) -> Any:
    """Describe an id of a kind in an address."""
    return Path(pattern=f"^{prefix}_[0-9a-f]{{32}}$", examples=[f"{prefix}_{_EXAMPLE_HEX}"])


def read_id(prefix: str, given: str) -> UUID:
    """Read an id that came from outside. Refuses `IdUnreadable`."""
    return parse_id(prefix, given)


class DateUnreadable(Malformed):
    """A date is not written as YYYY-MM-DD, or is no date between 2000 and 2999."""

    code = "date_unreadable"
    ko = "날짜는 YYYY-MM-DD 형식입니다."
    en = "A date is written as YYYY-MM-DD."


def read_date(given: str) -> date:
    """Read a business date of Seoul. Refuses `DateUnreadable`."""
    try:
        read = date.fromisoformat(given) if len(given) == 10 else None
    except ValueError:
        read = None
    if read is None or not 2000 <= read.year < 3000:
        raise DateUnreadable
    return read


DayPath = Annotated[str, Path(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}$", examples=["2026-11-02"])]


class InstantUnreadable(Malformed):
    """An instant is not written as RFC 3339 with an offset, or is not between 2000 and 2999."""

    code = "instant_unreadable"
    ko = "시각은 2027-03-01T00:00:00+09:00 형식입니다."
    en = "An instant is written as 2027-03-01T00:00:00+09:00."


def read_instant(given: str) -> datetime:
    """Read an instant with its offset. Refuses `InstantUnreadable`."""
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise InstantUnreadable from None
    if at.tzinfo is None or not 2000 <= at.year <= 2999:
        raise InstantUnreadable
    return at.astimezone(UTC)


class Page(View, Generic[T]):
    """A page of a list; `next_cursor` is null on the last one."""

    data: list[T]
    next_cursor: str | None


CursorQuery = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")]
LimitQuery = Annotated[int, Query(ge=1, le=100, description="Rows on a page.")]


def page_of(
    house: House, listing: str, rows: Sequence[R], limit: int, *, place: Callable[[R], str]
) -> tuple[Sequence[R], str | None]:
    """Cut a list that was read one row too long, and sign where the next page begins."""
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], house.cursors.write(listing, place(rows[limit - 1]))


def from_cursor(house: House, listing: str, cursor: str | None) -> str | None:
    """Read where a page begins. Refuses `CursorUnreadable`."""
    return None if cursor is None else house.cursors.read(listing, cursor)


_DESCRIPTIONS = {
    400: "The request can't be read; nothing was written.",
    401: "Not signed in.",
    402: "A rule about money says no; no money moved.",
    403: "Not allowed.",
    404: "There is no such thing, or not for this caller.",
    409: "Not in this state; no money moved.",
    413: "The body is too large: 64 KiB, or 512 MiB for a file.",
    415: "The body is not of the type this takes.",
    422: "The request is malformed; nothing was written.",
    429: "Too many attempts.",
    500: "A fault of ours; whether money moved is asked with the same key.",
    503: "Not available right now; try again, with the same key.",
}


BODY = (400, 413, 415)
"""What any route with a body may answer besides."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare which problems a route may answer."""
    return {
        status: {
            "model": ProblemView,
            "description": _DESCRIPTIONS[status],
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemView"}}},
        }
        for status in statuses
    }


def noun_router(noun: str, *statuses: int, route_class: type[StrictRoute] = StrictRoute) -> APIRouter:
    """Make the router of a noun under /v1; every route of it may answer 401, 403, 422, 500 and 503 anyway."""
    return APIRouter(
        prefix=f"/v1/{noun}" if noun else "/v1",
        tags=[noun or "books"],
        route_class=route_class,
        responses=problems(*sorted({401, 403, 422, 500, 503, *statuses})),
    )
