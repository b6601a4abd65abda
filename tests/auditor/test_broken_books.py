"""Whoever changes a row of the books behind the house's back is found: each break, and the check that must see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report

LOT = "(SELECT min(account_id) FROM lots)"
TRUST = "(SELECT id FROM accounts WHERE path = 'bank:trust')"
SHOP = "(SELECT min(id) FROM accounts WHERE kind = 'merchant')"
A_PAYMENT = "(SELECT min(seq) FROM transfers WHERE code = 'payment')"
A_CANCEL = "(SELECT min(seq) FROM transfers WHERE code = 'cancel')"
REVERSAL = "(SELECT id FROM entries WHERE reverses IS NOT NULL)"

A_REFUND = "id = (SELECT id FROM refunds WHERE status = 'SUCCEEDED' LIMIT 1)"
A_HOLD = "id = (SELECT hold_id FROM hold_ends LIMIT 1)"
TREE = "UPDATE seals SET statement = replace(statement, "

BREAKS = [
    ("balances_fold", "DELETE FROM hold_ends"),
    ("balances_fold", "UPDATE holds SET amount = amount + 1"),
    ("holds_end_once", f"DELETE FROM holds WHERE {A_HOLD}"),
    ("holds_end_once", "UPDATE hold_ends SET how = 'timed_out' WHERE how = 'voided'"),
    ("holds_end_once", "UPDATE hold_ends SET ended_at = ended_at - interval '1 hour'"),
    (
        "holds_end_once",
        "UPDATE hold_ends SET how = 'captured', captured = 700, entry_id = gen_random_uuid() WHERE how = 'voided'",
    ),
    ("holds_end_once", f"UPDATE holds SET code = 'payout' WHERE {A_HOLD}"),
    ("refund_shares", f"UPDATE refunds SET paid = paid - 1, subsidy = subsidy + 1 WHERE {A_REFUND}"),
    ("refund_shares", f"UPDATE refunds SET amount = amount + 1, paid = paid + 1 WHERE {A_REFUND}"),
    ("refund_shares", f"UPDATE refunds SET status = 'FAILED' WHERE {A_REFUND}"),
    ("refund_shares", "UPDATE refunds SET status = 'SUCCEEDED' WHERE status = 'FAILED'"),
    ("refund_shares", "UPDATE refunds SET wallet_id = (SELECT id FROM wallets WHERE id <> wallet_id LIMIT 1)"),
    ("refund_shares", f"DELETE FROM refunds WHERE {A_REFUND}"),
    ("key_effects", f"DELETE FROM outcomes WHERE subject_id = (SELECT id FROM refunds WHERE {A_REFUND})"),
    ("marks_fold", "UPDATE marks SET debits = debits + 1"),
    ("marks_fold", "UPDATE marks SET credits = credits - 1"),
    ("marks_fold", "UPDATE marks SET seq = seq + 1000000"),
    ("marks_fold", "UPDATE date_starts SET seq = seq + 1"),
    ("marks_fold", "DELETE FROM date_starts WHERE day = '2026-11-20'"),
    ("marks_fold", "UPDATE lane SET latest_on = latest_on + 1"),
    ("snapshots_fold", "UPDATE day_balances SET debits = debits + 1 WHERE day = '2026-11-20' AND debits > 0"),
    ("snapshots_fold", "UPDATE day_balances SET credits_dated = credits_dated + 1 WHERE day = '2026-11-21'"),
    ("snapshots_fold", "DELETE FROM day_balances WHERE day = '2026-11-21' AND debits > 0"),
    ("snapshots_fold", "UPDATE day_totals SET credits = credits + 1 WHERE kind = 'lot'"),
    ("snapshots_fold", "DELETE FROM day_totals WHERE kind = 'bank'"),
    ("snapshots_fold", "DELETE FROM day_snapshots WHERE day = '2026-11-20'"),
    ("snapshots_fold", f"UPDATE transfers SET amount = amount + 1 WHERE seq = {A_PAYMENT}"),
    ("seals_hold", f"UPDATE transfers SET amount = amount + 1 WHERE seq = {A_PAYMENT}"),
    ("seals_hold", "UPDATE outcomes SET refusal = refusal || '{\"more\": 1}' WHERE refusal IS NOT NULL"),
    ("seals_hold", "UPDATE outcomes SET recorded_at = recorded_at + interval '1 second' WHERE refusal IS NOT NULL"),
    ("seals_hold", f"{TREE} '\"size\":', '\"size\":1')"),
    ("seals_hold", "UPDATE seals SET statement = 'x'"),
    (
        "seals_hold",
        "UPDATE seals SET signature = set_byte(signature, 0, 255 - get_byte(signature, 0)) WHERE number = 2",
    ),
    ("seals_hold", "UPDATE seals SET hash = sha256(hash) WHERE number = 1"),
    ("seals_hold", "UPDATE shared.public_keys SET public_key = sha256(public_key)"),
    ("seals_hold", "DELETE FROM shared.public_keys"),
    ("seals_hold", "UPDATE seal_tiles SET hash = sha256(hash) WHERE day = '2026-11-20'"),
    ("seals_hold", "DELETE FROM seals WHERE number = 1"),
    ("seals_hold", "UPDATE days SET seq_hi = seq_hi - 1 WHERE day = '2026-11-20'"),
    ("seals_hold", "UPDATE chain SET hash = sha256(hash)"),
    ("transfers_balance", f"UPDATE balances SET debits = debits + 1 WHERE account_id = {TRUST}"),
    ("transfers_balance", f"DELETE FROM transfers WHERE seq = {A_PAYMENT}"),
    ("transfers_balance", f"UPDATE transfers SET debit_account = 999999 WHERE seq = {A_PAYMENT}"),
    ("transfers_balance", f"UPDATE transfers SET amount = amount + 7 WHERE seq = {A_PAYMENT}"),
    ("balances_fold", f"UPDATE balances SET credits = credits + 5, debits = debits + 5 WHERE account_id = {LOT}"),
    ("balances_fold", f"UPDATE balances SET credits = credits + 1000 WHERE account_id = {SHOP}"),
    ("balances_fold", f"UPDATE balances SET debits_pending = 1 WHERE account_id = {SHOP}"),
    ("balances_fold", f"UPDATE transfers SET credit_account = {TRUST} WHERE seq = {A_PAYMENT}"),
    ("accounts_have_balances", f"DELETE FROM balances WHERE account_id = {SHOP}"),
    ("accounts_have_balances", f"UPDATE balances SET floored = false WHERE account_id = {LOT}"),
    ("accounts_have_balances", f"UPDATE accounts SET kind = 'merchant_held' WHERE id = {SHOP}"),
    ("accounts_have_balances", f"DELETE FROM accounts WHERE id = {SHOP}"),
    ("seq_gapless", "DELETE FROM transfers WHERE seq = 3"),
    ("seq_gapless", "DELETE FROM transfers WHERE seq = (SELECT max(seq) FROM transfers)"),
    ("seq_gapless", "UPDATE lane SET last_seq = last_seq + 1"),
    ("seq_gapless", "UPDATE lane SET last_event = last_event - 1"),
    ("seq_gapless", "DELETE FROM outbox WHERE position = 2"),
    ("seq_gapless", "DELETE FROM chain WHERE batch = 2"),
    ("seq_gapless", "DELETE FROM outcomes WHERE refusal IS NOT NULL"),
    ("seq_gapless", "DELETE FROM lane"),
    ("chain_unbroken", f"UPDATE transfers SET amount = amount + 1 WHERE seq = {A_PAYMENT}"),
    ("chain_unbroken", f"UPDATE transfers SET code = 'payments' WHERE seq = {A_PAYMENT}"),
    ("chain_unbroken", f"UPDATE transfers SET effective_on = effective_on - 1 WHERE seq = {A_PAYMENT}"),
    ("chain_unbroken", f"UPDATE transfers SET credit_account = {TRUST} WHERE seq = {A_PAYMENT}"),
    ("chain_unbroken", f"UPDATE transfers SET debit_account = {TRUST} WHERE seq = {A_PAYMENT}"),
    (
        "chain_unbroken",
        f"UPDATE transfers SET entry_id = (SELECT id FROM entries LIMIT 1) WHERE seq = {A_CANCEL}",
    ),
    ("chain_unbroken", "UPDATE entries SET kind = 'gift' WHERE kind = 'payment'"),
    ("chain_unbroken", "UPDATE entries SET recorded_at = recorded_at + interval '1 microsecond' WHERE kind = 'charge'"),
    ("chain_unbroken", f"UPDATE accounts SET path = path || '0' WHERE id = {SHOP}"),
    ("chain_unbroken", f"DELETE FROM entries WHERE id = {REVERSAL}"),
    ("chain_unbroken", "UPDATE chain SET hash = sha256(hash) WHERE batch = 2"),
    ("chain_unbroken", "UPDATE chain SET previous = sha256(previous) WHERE batch = 2"),
    ("chain_unbroken", "UPDATE chain SET recorded_at = recorded_at + interval '1 second' WHERE batch = 2"),
    ("chain_unbroken", "UPDATE chain SET seq_hi = seq_hi - 1 WHERE seq_hi > seq_lo AND batch = 1"),
    ("chain_unbroken", "UPDATE lane SET head_hash = sha256(head_hash)"),
    ("chain_unbroken", "DELETE FROM chain WHERE batch = (SELECT max(batch) FROM chain)"),
    ("allow_list", f"UPDATE transfers SET code = 'payout' WHERE seq = {A_PAYMENT}"),
    ("allow_list", f"UPDATE transfers SET debit_account = {TRUST} WHERE seq = {A_PAYMENT}"),
    ("allow_list", f"DELETE FROM entries WHERE id = {REVERSAL}"),
    ("allow_list", "DELETE FROM shared.transfer_codes WHERE code = 'payment'"),
    ("allow_list", f"UPDATE entries SET reverses = NULL WHERE id = {REVERSAL}"),
    ("effective_dates", f"UPDATE transfers SET effective_on = effective_on - 1 WHERE seq = {A_PAYMENT}"),
    ("effective_dates", "UPDATE entries SET effective_on = effective_on + 1 WHERE kind = 'payment'"),
    ("effective_dates", "UPDATE days SET seq_hi = 1 WHERE day = (SELECT max(day) FROM days)"),
    ("effective_dates", "UPDATE days SET seq_hi = 100000 WHERE day = (SELECT max(day) FROM days)"),
    ("effective_dates", "UPDATE days SET day = day - 1 WHERE day = (SELECT min(day) FROM days)"),
    ("effective_dates", "UPDATE lane SET last_day = last_day + 1"),
    ("effective_dates", "UPDATE entries SET adjusts = true, reason = 'late' WHERE kind = 'payment'"),
    ("effective_dates", "UPDATE chain SET recorded_at = recorded_at - interval '1 year' WHERE batch = 2"),
    ("effective_dates", "UPDATE lane SET recorded_at = recorded_at + interval '1 hour'"),
    (
        "effective_dates",
        (
            "UPDATE entries SET effective_on = '2026-11-20' WHERE effective_on > '2026-11-21';"
            "UPDATE transfers SET effective_on = '2026-11-20' WHERE effective_on > '2026-11-21'"
        ),
    ),
    ("reversals", f"UPDATE transfers SET amount = amount - 1 WHERE entry_id = {REVERSAL}"),
    ("reversals", f"UPDATE entries SET reverses = (SELECT min(id::text)::uuid FROM entries) WHERE id = {REVERSAL}"),
    ("reversals", f"UPDATE entries SET reverses = NULL WHERE id = {REVERSAL}"),
    ("reversals", f"UPDATE entries SET kind = 'payment' WHERE id = {REVERSAL}"),
    ("reversals", f"UPDATE entries SET reverses = '{'0' * 32}' WHERE id = {REVERSAL}"),
    (
        "reversals",
        (
            "DROP INDEX entries_reversed_once; INSERT INTO entries SELECT gen_random_uuid(), kind, effective_on,"
            " recorded_at, reverses, reason, adjusts FROM entries WHERE reverses IS NOT NULL"
        ),
    ),
]


@pytest.mark.parametrize(("check", "statement"), BREAKS, ids=[f"{n}-{check}" for n, (check, _) in enumerate(BREAKS)])
def test_a_changed_row_of_the_books_is_found(check: str, statement: str, break_rows: Callable[[str], Report]) -> None:
    found = break_rows(statement).check(check)
    assert found.rows > 0
    assert all(example.subject.startswith("lane_01") for example in found.examples) or "shared." in statement
