"""Rules for the life of value once it is sold: gift boxes, notices, grace, the holding cap. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from onnuri.kit.clock import seoul_date, seoul_midnight

LATE_ACTS: Final = timedelta(minutes=5)
"""So long after an end nobody acts any more who read the clock before it (ours): seconds in a queue, and what the
clocks of two machines differ by. What such an act brings back must find that the end was not posted yet."""


@dataclass(frozen=True, slots=True)
class LifeRules:
    """What the newest version that has begun says of value already sold; days and won."""

    policy_id: str
    gift_days: int
    notice_days: tuple[int, ...]
    grace_days: int
    holding_max: int
    validity_years: int


@dataclass(frozen=True, slots=True)
class JoiningRules:
    """What the newest version that has begun says of joining and leaving; years and days."""

    age_min: int
    rejoin_days: int
    cancel_days: int


def whole_days_later(at: datetime, days: int) -> datetime:
    """Tell the Seoul midnight after so many whole days; the day of `at` itself does not count (민법 제157조)."""
    return seoul_midnight(seoul_date(at) + timedelta(days=days + 1))
