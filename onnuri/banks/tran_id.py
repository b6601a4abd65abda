"""Transaction ids and Korean times as the open-banking wire wants them. No I/O, no clock."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Final

from onnuri.kit.refusals import Malformed

KST: Final = timezone(timedelta(hours=9), "KST")
NUMBER_MAX: Final = 36**9 - 1
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INSTITUTION: Final = re.compile(r"[0-9A-Z]{10}")
_TRAN_ID: Final = re.compile(r"[0-9A-Z]{10}U[0-9A-Z]{9}")


class BadTransactionId(Malformed):
    """An id can't be built from these parts."""

    code = "bank_transaction_id_malformed"
    ko = "은행 거래고유번호를 만들 수 없습니다."
    en = "A bank transaction id can't be built from these parts."


def bank_tran_id(institution_code: str, number: int) -> str:
    """Build the 20 characters: institution code (10), `U`, and the number in base 36 (9).

    The number is the caller's own (a database identity), so the id can be stored before the bank hears of it.
    Refuses a number outside 0..36^9-1 and a malformed institution code.
    """
    if not _INSTITUTION.fullmatch(institution_code) or not 0 <= number <= NUMBER_MAX:
        raise BadTransactionId(institution_code=institution_code, number=number)
    tail = ""
    for _ in range(9):
        number, digit = divmod(number, 36)
        tail = _DIGITS[digit] + tail
    return f"{institution_code}U{tail}"


def is_bank_tran_id(text: str) -> bool:
    """Tell whether the text has the shape of a bank transaction id."""
    return _TRAN_ID.fullmatch(text) is not None


class NaiveTime(Malformed):
    """An instant came without its zone."""

    code = "bank_time_without_zone"
    ko = "시간대가 없는 시각은 은행에 보낼 수 없습니다."
    en = "An instant without a time zone can't be sent to the bank."


def kst_date(at: datetime) -> date:
    """Give the bank's calendar date (KST) of an instant; refuses a naive one."""
    if at.tzinfo is None:
        raise NaiveTime(at=at)
    return at.astimezone(KST).date()


def kst_stamp(at: datetime) -> str:
    """Write an instant as `yyyyMMddHHmmss` in KST; refuses a naive one."""
    if at.tzinfo is None:
        raise NaiveTime(at=at)
    local = at.astimezone(KST)
    return f"{local.year:04d}{local:%m%d%H%M%S}"


def date_stamp(on: date) -> str:
    """Write a date as `yyyyMMdd`."""
    return f"{on.year:04d}{on:%m%d}"


_STAMP: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2}))?")


def parse_stamp(text: str) -> datetime | None:
    """Read `yyyyMMddHHmmss` or `yyyyMMdd` (midnight) as KST; None where it is neither."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=KST)
    except ValueError:
        return None
