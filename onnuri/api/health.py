"""/health, /v1/status and /metrics: whether this process lives, whether it can work, and its figures."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pydantic import Field
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from onnuri.api.bodies import StrictRoute
from onnuri.api.forms import Instant, View, problems
from onnuri.api.house import House, HouseDep
from onnuri.api.problems import DatabaseUnavailable

router = APIRouter(tags=["health"], route_class=StrictRoute)


class LiveView(View):
    """The process answers."""

    ok: Literal[True] = True


class LaneStatusView(View):
    """How far the books of a lane are."""

    lane: Annotated[str, Field(examples=["lane_00"])]
    last_seq: int
    last_closed_day: Annotated[str | None, Field(examples=["2026-11-01"])]


class StatusView(View):
    """What works right now, honestly."""

    database: Literal["up", "down"]
    bank: Literal["connected", "not_connected"]
    mode: Literal["sandbox", "production"]
    now: Instant
    lanes: list[LaneStatusView]


@router.get("/health/live", operation_id="live")
async def live() -> LiveView:
    """Say that the process answers."""
    return LiveView()


@router.get("/health/ready", operation_id="ready", responses=problems(500, 503))
def ready(house: HouseDep) -> LiveView:
    """Say that the database answers too."""
    try:
        _lanes(house)
    except (DBAPIError, PoolTimeout):
        raise DatabaseUnavailable from None
    return LiveView()


@router.get("/v1/status", operation_id="status", responses=problems(500))
def status(house: HouseDep) -> StatusView:
    """Say what works right now; answers also when the database does not."""
    try:
        lanes, database = _lanes(house), "up"
    except (DBAPIError, PoolTimeout):
        lanes, database = [], "down"
    return StatusView(
        database="up" if database == "up" else "down",
        bank="not_connected" if house.bank is None else "connected",
        mode="sandbox" if house.settings.sandbox else "production",
        now=house.now(),
        lanes=lanes,
    )


@router.get("/metrics", operation_id="metrics", response_class=Response, include_in_schema=False)
def metrics() -> Response:
    """Give this process's figures in the form Prometheus reads."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _lanes(house: House) -> list[LaneStatusView]:
    views: list[LaneStatusView] = []
    for lane in house.lanes:
        with house.begin(lane) as conn:
            row = conn.execute(text("SELECT last_seq, last_day FROM lane")).one()
        last_day = None if row.last_day is None else row.last_day.isoformat()
        views.append(LaneStatusView(lane=lane, last_seq=row.last_seq, last_closed_day=last_day))
    return views
