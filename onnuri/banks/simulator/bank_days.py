"""The bank's own working days: weekends, public holidays and Labour Day are none. No I/O."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import holidays

_KOREA: Final = holidays.country_holidays("KR", categories=("public", "bank"))


def is_bank_day(on: date) -> bool:
    """Tell whether banks work on this date."""
    return on.weekday() < 5 and on not in _KOREA


def bank_days_after(on: date, count: int) -> date:
    """Give the bank day `count` bank days after a date."""
    while count > 0:
        on += timedelta(days=1)
        count -= is_bank_day(on)
    return on
