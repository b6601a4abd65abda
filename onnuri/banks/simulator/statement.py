"""The simulated bank's statements: which files a date has, and each as camt.053; the same lines, the same bytes."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime, time, timedelta
from typing import Final

from onnuri.banks.camt import StatementFile, StatementLine
from onnuri.banks.camt_write import write_statement
from onnuri.banks.tran_id import KST, date_stamp

_NAME: Final = re.compile(r"([0-9]{7,16})-([0-9]{4})([0-9]{2})([0-9]{2})-([1-9])(-again)?\.xml")


def file_names(conn: sqlite3.Connection, *, account: str, on: date) -> list[str]:
    """List the files of a date: one at least, and a file that is delivered twice comes under a second name."""
    rows = conn.execute(
        "SELECT file_no, max(copied) FROM lines WHERE contract = ? AND booked_on = ? GROUP BY file_no",
        (account, on.isoformat()),
    ).fetchall()
    files: dict[int, int] = {1: 0, **dict(rows)}
    stem = f"{account}-{date_stamp(on)}"
    plain = [f"{stem}-{number}.xml" for number in sorted(files)]
    again = [f"{stem}-{number}-again.xml" for number in sorted(files) if files[number]]
    return plain + again


def file_content(conn: sqlite3.Connection, name: str) -> bytes | None:
    """Write one file by its name; None where no such file exists."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    account, number = match[1], int(match[5])
    try:
        on = date(int(match[2]), int(match[3]), int(match[4]))
    except ValueError:
        return None
    if name not in file_names(conn, account=account, on=on):
        return None
    created_at = datetime.combine(on + timedelta(days=1), time(6), tzinfo=KST)
    return write_statement(_statement(conn, account=account, on=on, number=number), created_at=created_at)


def _statement(conn: sqlite3.Connection, *, account: str, on: date, number: int) -> StatementFile:
    opening: int = conn.execute(
        "SELECT COALESCE(sum(signed), 0) FROM lines WHERE contract = :account"
        " AND (booked_on < :on OR (booked_on = :on AND file_no < :number))",
        {"account": account, "on": on.isoformat(), "number": number},
    ).fetchone()[0]
    rows = conn.execute(
        "SELECT id, signed, bank_tran_id, counterparty, remitter, purpose FROM lines"
        " WHERE contract = ? AND booked_on = ? AND file_no = ? ORDER BY id",
        (account, on.isoformat(), number),
    )
    lines = tuple(
        StatementLine(
            line_ref=f"L{line_id:012d}",
            booked_on=on,
            amount=abs(signed),
            direction="in" if signed > 0 else "out",
            end_to_end_id=bank_tran_id,
            counterparty=counterparty,
            remitter=remitter,
            purpose=purpose,
        )
        for line_id, signed, bank_tran_id, counterparty, remitter, purpose in rows
    )
    return StatementFile(
        file_id=f"{account}-{date_stamp(on)}-{number}",
        account=account,
        on=on,
        opening=opening,
        closing=opening + sum(line.signed for line in lines),
        lines=lines,
    )
