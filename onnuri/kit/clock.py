"""Time: the clock, Seoul dates, and the sandbox clock that can be moved forward. Only the edges ask it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock(Protocol):
    """Tells the time; everything below the edges is given it."""

    def now(self) -> datetime:
        """Tell the instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Tell the instant, in UTC."""
        return datetime.now(UTC)


class AheadClock:
    """The machine's clock plus a number of seconds that only grows."""

    def __init__(self, ahead_seconds: int = 0) -> None:
        self._ahead = timedelta(seconds=ahead_seconds)

    def now(self) -> datetime:
        """Tell the instant, in UTC."""
        return datetime.now(UTC) + self._ahead

    def set_ahead(self, ahead_seconds: int) -> None:
        """Move forward to so many seconds ahead; never backward."""
        self._ahead = max(self._ahead, timedelta(seconds=ahead_seconds))


def seoul_date(at: datetime) -> date:
    """Tell the business date of an instant: the calendar date in Seoul."""
    return at.astimezone(SEOUL).date()


def seoul_words(at: datetime) -> str:
    """Write an instant for people: `2026-12-01 00:00`, as Seoul's clocks show it."""
    return f"{at.astimezone(SEOUL):%Y-%m-%d %H:%M}"


def korean_day(on: date) -> str:
    """Write a date for people: `2026년 12월 1일`."""
    return f"{on.year}년 {on.month}월 {on.day}일"


def seoul_midnight(on: date) -> datetime:
    """Tell the first instant of a date in Seoul, in UTC."""
    return datetime.combine(on, time(), SEOUL).astimezone(UTC)


def month_start(at: datetime) -> datetime:
    """Tell the first instant of the calendar month in Seoul, in UTC."""
    return seoul_midnight(seoul_date(at).replace(day=1))
