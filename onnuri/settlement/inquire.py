"""Resolve payouts of unknown result: by inquiry with back-off, never by sending again on a guess."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from onnuri.banks.wire import Inquiry
from onnuri.kit.clock import seoul_date
from onnuri.settlement.close import Begin
from onnuri.settlement.model import BankWord, Payout, PayoutResults, inquiry_due_at
from onnuri.settlement.record import PAYOUT_COLUMNS, payout_of, record_words
from onnuri.settlement.send import WORKERS, Bank


def inquire_payouts(
    begin: Begin, bank: Bank, *, at: datetime, limit: int = 200, workers: int = WORKERS
) -> PayoutResults:
    """Ask the bank about payouts whose time for a question has come, at most `limit`; answer how they stand then.

    A payout the bank does not know, often enough, becomes REQUESTED again: `send_payouts` sends it under the same id.
    """
    with begin() as conn:
        waiting = uncertain_payouts(conn, at=at)[:limit]
    if not waiting:
        return PayoutResults()
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="inquiry") as pool:
        words = list(pool.map(partial(ask, bank, at=at), waiting))
    with begin() as conn:
        return record_words(conn, words, at=at)


def uncertain_payouts(conn: Connection, *, at: datetime) -> list[Payout]:
    """List the payouts that may have been sent, have no final result, and may be asked about now."""
    rows = conn.execute(
        text(
            f"SELECT {PAYOUT_COLUMNS} FROM shared.payouts WHERE status IN ('REQUESTED', 'UNKNOWN') AND sends > 0"
            " AND (sent_at IS NOT NULL OR bank_date < :today) ORDER BY id"
        ),
        {"today": seoul_date(at)},
    )
    payouts = [payout_of(row) for row in rows]
    return [payout for payout in payouts if (due_at := inquiry_due_at(payout)) is not None and due_at <= at]


def ask(bank: Bank, payout: Payout, *, at: datetime) -> BankWord:
    """Ask what became of one payout, by our own id, date and amount."""
    inquiry = Inquiry(
        kind="deposit",
        original_tran_id=payout.bank_tran_id,
        original_on=payout.bank_date,
        original_amount=payout.amount,
        at=at,
    )
    return BankWord(payout.id, bank.inquire(inquiry), inquired=True)
