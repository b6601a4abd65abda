"""What a change of the rules means for holders, and how early it must be announced. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal

from onnuri.kit.clock import seoul_date, seoul_midnight

Term = int | str | None
Direction = Literal["lower", "higher", "any", "never"]

WORSE: Final[Mapping[str, Direction]] = {
    "rate_bps": "lower",
    "charge_min": "higher",
    "charge_month_max": "lower",
    "holding_max": "lower",
    "payment_max": "lower",
    "cancel_days": "lower",
    "validity_years": "lower",
    "charge_cancel_days": "lower",
    "refund_used_bps": "higher",
    "refund_small_used_bps": "higher",
    "settle_after_bank_days": "never",
    "budget": "lower",
}
"""Which change of a term worsens the holder's position; whatever is not named here does so when it changes at all."""

NOT_TERMS: Final = frozenset(
    {"id", "product", "valid_from", "valid_to", "source", "approved_by", "announced_at", "notice_months"}
)
"""Columns of a version that no proposal sets: they name it, date it, or say who approved it."""


def worsened(before: Mapping[str, object], changes: Mapping[str, Term], *, ends_earlier: bool) -> list[str]:
    """List the terms whose change worsens the holder's position, in order; an earlier end of the rules is one."""
    found = [name for name, after in changes.items() if name in before and _worse(name, before[name], after)]
    return sorted([*found, "valid_to"] if ends_earlier else found)


def _worse(name: str, before: object, after: Term) -> bool:
    direction = WORSE.get(name, "any")
    if before == after or direction == "never":
        return False
    if name == "budget" and (before is None or after is None):
        return after is not None
    if direction == "any" or not isinstance(before, int) or not isinstance(after, int):
        return True
    return after < before if direction == "lower" else after > before


def earliest_start(announced_at: datetime, months: int) -> datetime:
    """Tell from when on a change may worsen the holder's position: whole months after the day of the announcement.

    That day does not count, and a day that a month does not have is the first of the next one (민법 제157조, 제160조).
    Source: 전자금융거래법 제24조.
    """
    return seoul_midnight(months_later(seoul_date(announced_at) + timedelta(days=1), months))


def months_later(on: date, months: int) -> date:
    """Tell the same day so many months later, or the first of the month after where there is none."""
    place = on.year * 12 + on.month - 1 + months
    try:
        return on.replace(year=place // 12, month=place % 12 + 1)
    except ValueError:
        place += 1
        return date(place // 12, place % 12 + 1, 1)
