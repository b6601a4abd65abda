"""Bank business days of Korea: weekends, public and bank holidays (1 May too) are none; a table can say otherwise.

Only `load_calendar` reads the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays
from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class BankCalendar:
    """When banks work. `overrides` holds the days announced after the published calendar (temporary holidays)."""

    overrides: Mapping[date, bool] = field(default_factory=dict[date, bool])

    def is_bank_day(self, on: date) -> bool:
        """Tell whether banks work on this date."""
        known = self.overrides.get(on)
        return _published(on) if known is None else known

    def after_bank_days(self, day: date, count: int) -> date:
        """Give the bank day `count` bank days after a date; the date itself need not be one.

        Count 0 gives the date itself, or the next bank day where banks do not work on it.
        """
        assert count >= 0
        while count > 0 or not self.is_bank_day(day):
            day += timedelta(days=1)
            if count > 0 and self.is_bank_day(day):
                count -= 1
        return day


@lru_cache(maxsize=10_000)
def _published(on: date) -> bool:
    return on.weekday() < 5 and on not in _year(on.year)


@lru_cache(maxsize=64)
def _year(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("KR", years=year, categories=("public", "bank")))


def load_calendar(conn: Connection) -> BankCalendar:
    """Read the published calendar together with the overrides."""
    rows = conn.execute(text("SELECT day, business FROM shared.calendar_overrides"))
    return BankCalendar({row.day: row.business for row in rows})


def override_day(conn: Connection, day: date, *, business: bool, reason: str) -> None:
    """Say that banks work, or do not, on a day, against the published calendar; once for each day."""
    conn.execute(
        text("INSERT INTO shared.calendar_overrides (day, business, reason) VALUES (:day, :business, :reason)"),
        {"day": day, "business": business, "reason": reason},
    )
