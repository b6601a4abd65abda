"""Words people read: won, days and times in plain Korean, or in English where asked. Pure: no I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Final, Literal

from onnuri.banks.answers import words_for_people
from onnuri.kit.clock import SEOUL, seoul_date
from onnuri.kit.refusals import DomainError

Language = Literal["ko", "en"]
WEEKDAYS: Final = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WRITTEN: Final = re.compile(r"\b(\d{4})(?:-|년 )(\d\d?)(?:-|월 )(\d\d?)일?(?: (\d\d:\d\d))?")
_NEAR: Final = {
    -1: ("어제", "yesterday"),
    0: ("오늘", "today"),
    1: ("내일", "tomorrow"),
    2: ("모레", "in two days"),
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """Speaks to one reader at one instant: `at` decides what "today" is."""

    language: Language
    at: datetime

    def __call__(self, ko: str, en: str) -> str:
        """Choose the words for this reader."""
        return en if self.language == "en" else ko

    @property
    def today(self) -> date:
        """Tell the date in Seoul."""
        return seoul_date(self.at)

    def won(self, amount: int) -> str:
        """Write an amount: `12,500원`."""
        return self(f"{amount:,}원", f"{amount:,} won")

    def day(self, on: date) -> str:
        """Write a date the way people say it, with the weekday: `오늘, 11월 23일 월요일`."""
        near = _NEAR.get((on - self.today).days)
        if self.language == "en":
            full = f"{WEEKDAYS['en'][on.weekday()]} {on.day} {MONTHS[on.month - 1]}{self._year_en(on)}"
            return f"{near[1]}, {full}" if near else full
        full = f"{self._year_ko(on)}{on.month}월 {on.day}일 {WEEKDAYS['ko'][on.weekday()]}요일"
        return f"{near[0]}, {full}" if near else full

    def refusal(self, refusal: DomainError) -> str:
        """Write a refusal with its dates the way people say them: `12월 1일`, `오늘 오전 12:30`."""
        return _WRITTEN.sub(self._said, refusal.message(self.language))

    def reason(self, refusal: DomainError) -> str:
        """Write why something is not possible where nothing was tried: without the words about money."""
        return _WRITTEN.sub(self._said, refusal.reason(self.language))

    def bank(self, message: str) -> str:
        """Write what a bank said: its own words; not ours about the line to it."""
        return words_for_people(message) or ""

    def _said(self, found: re.Match[str]) -> str:
        on = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return self.short_day(on)
        return self.moment(datetime.combine(on, time_of_day.fromisoformat(found[4]), SEOUL))

    def short_day(self, on: date) -> str:
        """Write a date in the fewest words: `오늘`, `화요일`, `12월 1일`."""
        days = (on - self.today).days
        if days in _NEAR:
            return self(*_NEAR[days])
        if 0 < days < 7:
            return self(f"{WEEKDAYS['ko'][on.weekday()]}요일", f"on {WEEKDAYS['en'][on.weekday()]}")
        return self(
            f"{self._year_ko(on)}{on.month}월 {on.day}일", f"{on.day} {MONTHS[on.month - 1]}{self._year_en(on)}"
        )

    def time(self, instant: datetime) -> str:
        """Write the time of day in Seoul: `오후 3:07`."""
        return self.clock(instant.astimezone(SEOUL).time())

    def clock(self, local: time_of_day) -> str:
        """Write what a clock in Seoul shows: `오후 11:30`."""
        hour, half = local.hour % 12 or 12, local.hour >= 12
        return self(f"{'오후' if half else '오전'} {hour}:{local:%M}", f"{hour}:{local:%M} {'pm' if half else 'am'}")

    def moment(self, instant: datetime) -> str:
        """Write day and time: `오늘 오후 3:07`."""
        return f"{self.short_day(seoul_date(instant))} {self.time(instant)}"

    def exactly(self, instant: datetime) -> str:
        """Write day and time to the second, where liability hangs on it: `오늘 오후 3시 7분 12초`."""
        local = instant.astimezone(SEOUL)
        if self.language == "en":
            return f"{self.short_day(local.date())} {local:%H:%M:%S}"
        half = "오후" if local.hour >= 12 else "오전"
        time = f"{half} {local.hour % 12 or 12}시 {local.minute}분 {local.second}초"
        return f"{self.short_day(local.date())} {time}"

    def until(self, expires_at: datetime) -> str:
        """Write the last day on which a lot can be spent; it ends at a midnight, which belongs to the next day."""
        last = seoul_date(expires_at - timedelta(microseconds=1))
        return self(
            f"{last.year}년 {last.month}월 {last.day}일까지", f"until {last.day} {MONTHS[last.month - 1]} {last.year}"
        )

    def left(self, expires_at: datetime) -> str:
        """Write how long a lot can still be spent, in the largest unit that fits: `약 5년 남음`, `12일 남음`."""
        last = seoul_date(expires_at - timedelta(microseconds=1))
        days = (last - self.today).days
        months = (last.year - self.today.year) * 12 + last.month - self.today.month - (last.day < self.today.day)
        if days <= 0:
            return self("오늘까지", "last day today")
        if months < 2:
            return self(f"{days}일 남음", f"{days} days left")
        if months < 24:
            return self(f"{months}개월 남음", f"{months} months left")
        years = (months + 6) // 12
        return self(f"약 {years}년 남음", f"about {years} years left")

    def _year_ko(self, on: date) -> str:
        return "" if on.year == self.today.year else f"{on.year}년 "

    def _year_en(self, on: date) -> str:
        return "" if on.year == self.today.year else f" {on.year}"
