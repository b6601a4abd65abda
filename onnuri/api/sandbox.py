"""/v1/sandbox: the test clock, moved forward only; not there in production."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import text

from onnuri.api.auth import Caller
from onnuri.api.bodies import Strict
from onnuri.api.forms import BODY, Instant, View, noun_router, problems
from onnuri.api.house import HouseDep
from onnuri.api.problems import RouteUnknown
from onnuri.kit.clock import AheadClock
from onnuri.kit.refusals import Conflict
from onnuri.people.model import FINANCE_ROLES, PersonRole

router = noun_router("sandbox", 404)
_AHEAD_MAX = 20 * 366 * 86_400


class ClockBackward(Conflict):
    """The sandbox clock never goes back."""

    code = "clock_backward"
    ko = "시험용 시계는 앞으로만 움직입니다. 지금 {ahead_seconds}초 앞서 있습니다."
    en = "The sandbox clock only moves forward; it is {ahead_seconds} seconds ahead now."


class ClockRequest(Strict):
    """How many seconds the sandbox runs ahead of the real clock."""

    ahead_seconds: Annotated[int, Field(ge=0, le=_AHEAD_MAX, examples=[86400])]


class ClockView(View):
    """Where the sandbox clock stands."""

    ahead_seconds: int
    now: Instant


@router.get("/clock", operation_id="sandboxClock")
def show(house: HouseDep) -> ClockView:
    """Tell the sandbox's time."""
    _only_in_sandbox(house)
    with house.begin() as conn:
        ahead: int = conn.execute(text("SELECT ahead_seconds FROM shared.test_clock")).scalar_one()
    return ClockView(ahead_seconds=ahead, now=house.now())


@router.post("/clock", operation_id="moveSandboxClock", responses=problems(409, *BODY))
def move(body: ClockRequest, house: HouseDep, caller: Caller) -> ClockView:
    """Move the sandbox's time forward; every process follows within a second."""
    _only_in_sandbox(house)
    caller.need(PersonRole.OPERATOR, *FINANCE_ROLES)
    with house.begin() as conn:
        moved = conn.execute(
            text("UPDATE shared.test_clock SET ahead_seconds = :ahead WHERE ahead_seconds <= :ahead"),
            {"ahead": body.ahead_seconds},
        ).rowcount
        ahead: int = conn.execute(text("SELECT ahead_seconds FROM shared.test_clock")).scalar_one()
    if not moved:
        raise ClockBackward(ahead_seconds=ahead)
    if isinstance(house.clock, AheadClock):
        house.clock.set_ahead(ahead)
    return ClockView(ahead_seconds=ahead, now=house.now())


def _only_in_sandbox(house: HouseDep) -> None:
    if not house.settings.sandbox:
        raise RouteUnknown
