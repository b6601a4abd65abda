"""When a market is open: every day, on the days of its five-day cycle (장날), or both. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_DAY: Final = re.compile(r"(\d{1,2})\s*일?")


@dataclass(frozen=True, slots=True)
class OpeningCycle:
    """Open `daily`, and market day on every date whose day of the month ends in one of `day_digits` (0…9)."""

    daily: bool
    day_digits: frozenset[int]

    def is_open(self, on: date) -> bool:
        """Say whether shops trade on that date."""
        return self.daily or self.is_market_day(on)

    def is_market_day(self, on: date) -> bool:
        """Say whether the five-day market stands on that date; the 31st counts by its last digit like any day."""
        return on.day % 10 in self.day_digits

    def text(self) -> str:
        """Write the cycle as it is stored: `daily`, `2,7` or `daily+2,7`; digits ascend, the 10th is 0."""
        digits = ",".join(str(digit) for digit in sorted(self.day_digits))
        return "+".join(part for part in ("daily" if self.daily else "", digits) if part)


def read_opening(cycle: str, kind: str = "") -> OpeningCycle | None:
    """Read `매일`, `2일+7일`, `5,10` with the market's kind (상설장 trades daily too); None where nothing is said."""
    days = [int(day) for day in _DAY.findall(cycle)]
    if any(not 1 <= day <= 31 for day in days):
        return None
    daily = "매일" in cycle or "상설" in kind
    if not daily and not days:
        return None
    return OpeningCycle(daily=daily, day_digits=frozenset(day % 10 for day in days))


def parse_opening(stored: str) -> OpeningCycle:
    """Read back what `text` wrote."""
    parts = stored.split("+")
    digits = [digit for part in parts if part != "daily" for digit in part.split(",") if digit]
    return OpeningCycle(daily="daily" in parts, day_digits=frozenset(int(digit) for digit in digits))
