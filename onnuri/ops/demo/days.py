"""What follows the market day: midnight, the close, two bank days, the payouts, the statements, the match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import httpx
from sqlalchemy import text

from onnuri.banks.mailbox import StatementMailbox
from onnuri.kit.clock import SEOUL, seoul_date, seoul_midnight
from onnuri.kit.database import Database
from onnuri.ops.demo.morning import post
from onnuri.ops.demo.setting import OPERATOR_LOGIN, Stage
from onnuri.ops.work import Bench
from onnuri.people.sealing import sealer_of
from onnuri.settlement.calendar import BankCalendar, load_calendar
from onnuri.settlement.close import close_business_day, due_on
from onnuri.settlement.inquire import inquire_payouts
from onnuri.settlement.match import match_statements
from onnuri.settlement.model import PayoutRequests
from onnuri.settlement.payout import request_payouts
from onnuri.settlement.seal import seal_closed_days
from onnuri.settlement.send import send_payouts
from onnuri.settlement.statement import import_statement

OPENS_AT = time(10)
_AFTER_MIDNIGHT = timedelta(minutes=40)
_INQUIRY_AFTER = timedelta(minutes=2)


def next_market_morning(now: datetime, calendar: BankCalendar) -> datetime:
    """Tell the next ten o'clock in Seoul of a day on which banks work; always ahead of now."""
    day = seoul_date(now)
    while not calendar.is_bank_day(day) or _ten_o_clock(day) <= now:
        day += timedelta(days=1)
    return _ten_o_clock(day)


def _ten_o_clock(day: date) -> datetime:
    return datetime.combine(day, OPENS_AT, SEOUL).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Evening:
    """When what happened: the market's day, the day of the payouts, and what the payouts asked for."""

    day: date
    paid_on: date
    requests: PayoutRequests


@dataclass(frozen=True, slots=True)
class Settling:
    """What settling needs: the books, the bank, and a server whose clock can be moved."""

    database: Database
    bench: Bench
    bank_url: str
    base_url: str
    stage: Stage

    def run(self, day: date, told: Callable[[str], None]) -> Evening:
        """Go through the days that follow; `told` hears what comes next."""
        told("자정을 넘겨 마감 · close after midnight")
        self._move_clock(seoul_midnight(day + timedelta(days=1)) + _AFTER_MIDNIGHT)
        close_business_day(self.bench.begin, day=day, at=self.bench.now())
        seal_closed_days(self.bench.begin, self.database.settings, at=self.bench.now())
        with self.bench.begin() as conn:
            paid_on = due_on(conn, day)

        told(f"{paid_on} 지급 · payouts, two bank days later")
        self._move_clock(_ten_o_clock(paid_on))
        bank, at = self.bench.bank, self.bench.now()
        requests = request_payouts(self.bench.begin, on=paid_on, institution_code=bank.institution_code, at=at)
        send_payouts(self.bench.begin, bank, sealer=sealer_of(self.database.settings), now=self.bench.now)

        told("응답 없는 지급 조회 · inquire for what was not answered")
        self._move_clock(at + _INQUIRY_AFTER)
        inquire_payouts(self.bench.begin, bank, at=self.bench.now())

        told("은행 거래명세 가져와 맞추기 · import and match the statements")
        self._move_clock(seoul_midnight(paid_on + timedelta(days=1)) + timedelta(hours=7))
        self._take_in_statements(day, paid_on)
        return Evening(day, paid_on, requests)

    def _take_in_statements(self, first: date, last: date) -> None:
        """Import the file of every bank date since the market day, as the night job would."""
        mailbox, account = StatementMailbox(self.bank_url), self.bench.bank.contract.account_num
        dates = [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
        files = [mailbox.fetch(name) for on in dates for name in mailbox.names(account, on=on)]
        at = self.bench.now()
        with self.bench.begin() as conn:
            for content in files:
                import_statement(conn, content, account=account, at=at)
            match_statements(conn, at=at)

    def _move_clock(self, to: datetime) -> None:
        """Move the sandbox clock forward through the API, as anybody who tests does."""
        with self.bench.begin() as conn:
            before: int = conn.execute(text("SELECT ahead_seconds FROM shared.test_clock")).scalar_one()
        ahead = before + int((to - self.bench.now()).total_seconds()) + 1
        operator = next(each for each in self.stage.sign_ins if each.login == OPERATOR_LOGIN)
        with httpx.Client(base_url=self.base_url, timeout=30, trust_env=False) as http:
            session = post(http, "/v1/sessions", {"login": operator.login, "password": operator.password})
            http.headers["Authorization"] = f"Bearer {session['token']}"
            post(http, "/v1/sandbox/clock", {"ahead_seconds": ahead})


def open_market(bench: Bench) -> datetime:
    """Set the clock of a scratch database to the next market morning, before any server reads it."""
    now = bench.now()
    with bench.begin() as conn:
        morning = next_market_morning(now, load_calendar(conn))
        ahead = int((morning - datetime.now(UTC)).total_seconds()) + 1
        conn.execute(text("UPDATE shared.test_clock SET ahead_seconds = greatest(ahead_seconds, :a)"), {"a": ahead})
    return bench.now()
