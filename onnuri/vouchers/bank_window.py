"""When the bank is closed at night: no registrations, charges, charge cancels and refunds; paying goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import Connection, text

from onnuri.kit.clock import SEOUL
from onnuri.kit.refusals import Refused


class BankClosed(Refused):
    """The bank rail is closed around midnight (domain sheet, section 3: bank window)."""

    code = "bank_closed"
    ko = (
        "은행 점검 시간입니다. 계좌 등록, 충전, 충전취소, 환불은 {opens_at_seoul}부터 할 수 있습니다."
        " 결제는 지금도 됩니다. 돈은 움직이지 않았습니다."
    )
    en = (
        "The bank takes registrations, charges and refunds again from {opens_at_seoul} (Seoul); paying goes on."
        " No money moved."
    )


@dataclass(frozen=True, slots=True)
class BankWindow:
    """Times of day in Seoul: closed from `closes_at` on, open again at `opens_at`; the same time means never closed."""

    closes_at: time
    opens_at: time

    def opens_after(self, at: datetime) -> datetime | None:
        """Tell when the bank opens where it is closed at an instant; None where it is open."""
        local = at.astimezone(SEOUL)
        now = local.time()
        over_midnight = self.closes_at > self.opens_at
        if over_midnight:
            closed = now >= self.closes_at or now < self.opens_at
        else:
            closed = self.closes_at <= now < self.opens_at
        if not closed:
            return None
        on = local.date() + timedelta(days=1) if over_midnight and now >= self.closes_at else local.date()
        return datetime.combine(on, self.opens_at, SEOUL)


def bank_window_at(conn: Connection, *, at: datetime) -> BankWindow | None:
    """Give the window of the newest rules that have begun; between programmes the last ones hold on."""
    row = conn.execute(
        text(
            "SELECT bank_closes_at, bank_opens_at FROM shared.policies WHERE valid_from <= :at"
            " ORDER BY valid_from DESC LIMIT 1"
        ),
        {"at": at},
    ).one_or_none()
    return None if row is None else BankWindow(row.bank_closes_at, row.bank_opens_at)


def bank_is_closed(conn: Connection, *, at: datetime) -> bool:
    """Tell whether what needs the bank must wait."""
    return bank_opens(conn, at=at) is not None


def check_bank_open(conn: Connection, *, at: datetime) -> None:
    """Refuse what needs the bank while it is closed (`BankClosed`); says when it opens."""
    opens = bank_opens(conn, at=at)
    if opens is not None:
        raise BankClosed(opens_at=opens.isoformat(), opens_at_seoul=f"{opens:%Y-%m-%d %H:%M}")


def bank_opens(conn: Connection, *, at: datetime) -> datetime | None:
    """Tell when the bank opens again; None where it is open."""
    window = bank_window_at(conn, at=at)
    return None if window is None else window.opens_after(at)
