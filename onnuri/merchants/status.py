"""The life of a shop in the register: which status may follow which, and when it may be paid. No I/O."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from onnuri.kit.refusals import Conflict, NotFound, Refused


class ShopStatus(StrEnum):
    """What the register says of a shop (전통시장법 제26조의3, 제26조의4)."""

    APPLIED = "APPLIED"
    CONDITIONAL = "CONDITIONAL"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    DEREGISTERED = "DEREGISTERED"
    CANCELLED = "CANCELLED"


_ENDED: Final = frozenset({ShopStatus.EXPIRED, ShopStatus.DEREGISTERED, ShopStatus.CANCELLED})

MOVES: Final[dict[ShopStatus, frozenset[ShopStatus]]] = {
    ShopStatus.APPLIED: frozenset({ShopStatus.CONDITIONAL, ShopStatus.ACTIVE, ShopStatus.CANCELLED}),
    ShopStatus.CONDITIONAL: frozenset({ShopStatus.ACTIVE}) | _ENDED,
    ShopStatus.ACTIVE: frozenset({ShopStatus.SUSPENDED}) | _ENDED,
    ShopStatus.SUSPENDED: frozenset({ShopStatus.ACTIVE}) | _ENDED,
    ShopStatus.EXPIRED: frozenset(),
    ShopStatus.DEREGISTERED: frozenset(),
    ShopStatus.CANCELLED: frozenset(),
}
"""The allow-list of moves. An ended registration is never revived: the shop applies anew and gets a new row."""


class StatusMoveRefused(Conflict):
    """The register knows no such step from the present status."""

    code = "shop_status_move_refused"
    ko = "가맹점 상태를 {before}에서 {after}(으)로 바꿀 수 없습니다"
    en = "A shop's status can't go from {before} to {after}"


def check_move(before: ShopStatus, after: ShopStatus) -> None:
    """Refuse a step that the allow-list does not name, the step to the same status too."""
    if after not in MOVES[before]:
        raise StatusMoveRefused(before=before.value, after=after.value)


class ShopUnknown(NotFound):
    """No shop has that id or stall number."""

    code = "shop_unknown"
    ko = "가게 번호를 찾을 수 없습니다: {given}. 돈은 움직이지 않았습니다."
    en = "No shop has the number {given}. No money moved."


class ShopNotPayable(Refused):
    """The shop is not active in the register, or its registration has ended."""

    code = "shop_not_payable"
    ko = "지금은 결제할 수 없는 가맹점입니다: {shop}"
    en = "This shop can't be paid now: {shop} ({status}, valid until {valid_until})"


def may_be_paid(status: ShopStatus, valid_until: date | None, on: date) -> bool:
    """Say whether a shop may take a payment on the business date `on`.

    Only an active shop within its validity may (3 years, the last day included); `valid_until` None means that the
    end is not known yet, as in rows of the official file, and does not bar the shop.
    """
    return status is ShopStatus.ACTIVE and (valid_until is None or on <= valid_until)


def check_may_be_paid(shop: str, status: ShopStatus, valid_until: date | None, on: date) -> None:
    """Refuse a payment to the named shop on the business date `on`, before money moves."""
    if not may_be_paid(status, valid_until, on):
        raise ShopNotPayable(shop=shop, status=status.value, valid_until=valid_until or "-")


def valid_until_after(on: date) -> date:
    """Give the last day of a registration that starts `on`: 3 years less a day (전통시장법 제26조의4)."""
    return date.fromordinal(_same_day_in_three_years(on).toordinal() - 1)


def _same_day_in_three_years(on: date) -> date:
    if (on.month, on.day) == (2, 29):
        return date(on.year + 3, 3, 1)
    return on.replace(year=on.year + 3)
