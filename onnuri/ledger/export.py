"""Export the journal of every lane as text that other accounting programs read and check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, text

from onnuri.kit.lanes import each_lane
from onnuri.ledger.journal_text import (
    STYLES,
    DayBalance,
    JournalAccount,
    JournalEntry,
    JournalFormat,
    account_name,
)
from onnuri.ledger.model import JournalLine

_STREAM = {"yield_per": 5_000}

_ACCOUNTS = text("""
    WITH moved AS (
        -- the first day each account appears in the journal
        SELECT account, min(effective_on) AS first_on
        FROM (SELECT debit_account AS account, effective_on FROM transfers WHERE seq <= :seq_hi
              UNION ALL SELECT credit_account, effective_on FROM transfers WHERE seq <= :seq_hi) AS legs
        GROUP BY account
    )
    SELECT a.path, k.side, least(m.first_on, CAST(timezone('Asia/Seoul', a.opened_at) AS date)) AS opened_on
    FROM moved m JOIN accounts a ON a.id = m.account JOIN shared.account_kinds k ON k.kind = a.kind ORDER BY a.id
""")

_LINES = text("""
    SELECT t.seq, t.entry_id, e.kind, t.code, d.path AS debit, c.path AS credit, t.amount, t.effective_on,
           e.recorded_at, e.reverses, e.reason
    FROM transfers t JOIN entries e ON e.id = t.entry_id
    JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
    WHERE t.seq <= :seq_hi ORDER BY t.seq
""")

_BALANCES = text("""
    WITH days AS (
        -- what each account moved on each date, debits less credits
        SELECT account, effective_on, sum(signed) AS moved
        FROM (SELECT debit_account AS account, effective_on, amount AS signed FROM transfers WHERE seq <= :seq_hi
              UNION ALL SELECT credit_account, effective_on, -amount FROM transfers WHERE seq <= :seq_hi) AS legs
        GROUP BY account, effective_on
    )
    SELECT a.path, k.side, d.effective_on,
           CAST(sum(d.moved) OVER (PARTITION BY d.account ORDER BY d.effective_on) AS bigint) AS balance
    FROM days d JOIN accounts a ON a.id = d.account JOIN shared.account_kinds k ON k.kind = a.kind
    ORDER BY d.effective_on, a.id
""")


def export_journal(conn: Connection, form: JournalFormat | str) -> Iterator[str]:
    """Write the journal of every lane as a stream of text: accounts, entries in order, balances at each day's end.

    `form` is beancount, hledger or csv. Each lane is written as it stood when its turn began, so payments go on
    meanwhile. Transfers that were moved to an archive are not in it: bring them back first.
    """
    style = STYLES[JournalFormat(form)]
    yield style.head
    for lane in each_lane(conn):
        seq_hi = int(conn.execute(text("SELECT last_seq FROM lane")).scalar_one())
        names: dict[str, str] = {}
        for account in _accounts(conn, lane, seq_hi):
            names[account.path] = account_name(account.path, side=account.side, lane=lane)
            if style.account is not None:
                yield style.account(account)
        for entry in _entries(conn, lane, seq_hi):
            yield style.entry(entry, names)
        if style.balances is not None:
            for on, balances in _balances(conn, lane, seq_hi):
                yield style.balances(on, balances)


def _accounts(conn: Connection, lane: str, seq_hi: int) -> Iterator[JournalAccount]:
    for row in conn.execute(_ACCOUNTS, {"seq_hi": seq_hi}, execution_options=_STREAM):
        yield JournalAccount(lane, row.path, row.side, row.opened_on)


def _entries(conn: Connection, lane: str, seq_hi: int) -> Iterator[JournalEntry]:
    """Transfers of one entry follow one another in the books."""
    rows = conn.execute(_LINES, {"seq_hi": seq_hi}, execution_options=_STREAM)
    for (entry_id, reverses, reason), lines in groupby(rows, key=lambda row: (row.entry_id, row.reverses, row.reason)):
        yield JournalEntry(lane, entry_id, reverses, reason, [JournalLine(*row[:9]) for row in lines])


def _balances(conn: Connection, lane: str, seq_hi: int) -> Iterator[tuple[date, list[DayBalance]]]:
    rows = conn.execute(_BALANCES, {"seq_hi": seq_hi}, execution_options=_STREAM)
    for on, found in groupby(rows, key=lambda row: row.effective_on):
        yield on, [DayBalance(lane, row.path, row.side, on, row.balance) for row in found]
