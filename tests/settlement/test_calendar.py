"""Bank business days: D+2 as the domain sheet gives it, holidays, substitutes, 1 May, announced exceptions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from onnuri.settlement.calendar import BankCalendar, load_calendar, override_day

PUBLISHED = Path(__file__).parents[3] / "shared" / "rails" / "bank_holidays_kr_2024_2027.json"
CALENDAR = BankCalendar()


@pytest.mark.parametrize(
    ("paid", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 25)),  # Monday -> Wednesday
        (date(2026, 11, 27), date(2026, 12, 1)),  # Friday -> Tuesday
        (date(2026, 11, 28), date(2026, 12, 1)),  # Saturday -> Tuesday
        (date(2026, 4, 29), date(2026, 5, 4)),  # over 1 May, a Friday on which banks are closed
        (date(2026, 9, 22), date(2026, 9, 28)),  # over Chuseok, Thursday and Friday, and the weekend
        (date(2027, 2, 4), date(2027, 2, 10)),  # over Seollal: Saturday to Monday and the substitute on Tuesday
    ],
)
def test_qr_is_settled_two_bank_days_later(paid: date, due: date) -> None:
    assert CALENDAR.after_bank_days(paid, 2) == due


def test_no_days_later_is_the_day_itself_or_the_next_bank_day() -> None:
    assert CALENDAR.after_bank_days(date(2026, 11, 27), 0) == date(2026, 11, 27)
    assert CALENDAR.after_bank_days(date(2026, 11, 28), 0) == date(2026, 11, 30)


def test_every_published_bank_holiday_is_one() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the list of bank holidays is not part of this project and not beside it")
    listed = [date.fromisoformat(day["date"]) for day in json.loads(PUBLISHED.read_text())["days"]]
    assert not [day for day in listed if CALENDAR.is_bank_day(day)]
    years = {day.year for day in listed}
    weekdays = [
        day
        for year in years
        for n in range(366)
        if (day := date.fromordinal(date(year, 1, 1).toordinal() + n)).year == year and day.weekday() < 5
    ]
    assert {day for day in weekdays if not CALENDAR.is_bank_day(day)} == {day for day in listed if day.weekday() < 5}


def test_a_temporary_holiday_moves_the_payout(conn: Connection) -> None:
    override_day(conn, date(2026, 11, 24), business=False, reason="임시공휴일 관보 공고")
    override_day(conn, date(2026, 11, 28), business=True, reason="전산 이관 대체근무")
    calendar = load_calendar(conn)
    assert calendar.after_bank_days(date(2026, 11, 23), 2) == date(2026, 11, 26)
    assert calendar.after_bank_days(date(2026, 11, 27), 1) == date(2026, 11, 28)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 10))
def test_the_due_day_is_a_bank_day_with_exactly_so_many_up_to_it(day: date, count: int) -> None:
    due = CALENDAR.after_bank_days(day, count)
    between = [date.fromordinal(n) for n in range(day.toordinal() + 1, due.toordinal() + 1)]
    assert CALENDAR.is_bank_day(due)
    assert sum(CALENDAR.is_bank_day(on) for on in between) == count
