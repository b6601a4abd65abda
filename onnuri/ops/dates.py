"""Business dates as they are typed on the command line."""

from __future__ import annotations

from datetime import date

from onnuri.kit.refusals import Malformed


class DateNotRead(Malformed):
    """A date is typed as YYYY-MM-DD."""

    code = "date_not_read"
    ko = "날짜를 읽을 수 없습니다: {given}. 2026-11-02와 같이 적어 주세요."
    en = "This is not a date: {given}. Write it like 2026-11-02."


def read_day(given: str) -> date:
    """Read a date. Refuses `DateNotRead`."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise DateNotRead(given=given[:40]) from None
