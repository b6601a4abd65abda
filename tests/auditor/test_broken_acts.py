"""Whoever changes a charge, a payment, a cancel, a line or a payout beside the books is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report

LINES = "settlement_lines"
FIRST_BANK_LINE = "id = (SELECT min(id) FROM shared.statement_lines)"
A_SHOP_ACCOUNT = "account_id = (SELECT min(id) FROM accounts WHERE kind = 'merchant')"
FIRST_TAKEN = "seq = (SELECT min(seq) FROM transfers WHERE code = 'payment')"
RETURNED = "(SELECT id FROM shared.payouts WHERE status = 'RETURNED')"
ANY_LOT = "id = (SELECT min(id::text)::uuid FROM lots)"
ANY_CHARGE = "id = (SELECT min(id::text)::uuid FROM charges WHERE status = 'SUCCEEDED')"
ANY_PAYMENT = "id = (SELECT id FROM payments ORDER BY paid_at, id LIMIT 1)"
LAST_PAYMENT = "id = (SELECT id FROM payments ORDER BY paid_at DESC LIMIT 1)"
ANY_CANCEL = "id = (SELECT id FROM cancels ORDER BY cancelled_at, id LIMIT 1)"
ANOTHER_SHOP = "(SELECT id FROM shared.shops WHERE id <> shop_id LIMIT 1)"
ANOTHER_WALLET = "(SELECT id FROM wallets WHERE id <> wallet_id LIMIT 1)"
ANY_LINE = "(day, shop_id) = (SELECT day, shop_id FROM settlement_lines WHERE payable > 0 ORDER BY 1, 2 LIMIT 1)"
A_PAID_LINE = "(day, shop_id) = (SELECT day, shop_id FROM settlement_lines WHERE payout_id IS NOT NULL LIMIT 1)"

BREAKS = [
    ("lot_bounds", f"UPDATE lots SET paid = paid + 1, subsidy = subsidy - 1 WHERE {ANY_LOT}"),
    ("lot_bounds", f"UPDATE lots SET face = face + 1000 WHERE {ANY_LOT}"),
    ("lot_bounds", f"UPDATE lots SET face = 1, paid = 1, subsidy = 0 WHERE {ANY_LOT}"),
    ("lot_bounds", f"UPDATE lots SET wallet_id = {ANOTHER_WALLET} WHERE {ANY_LOT}"),
    ("lot_bounds", f"UPDATE lots SET account_id = (SELECT min(id) FROM accounts WHERE kind = 'bank') WHERE {ANY_LOT}"),
    ("lot_bounds", f"DELETE FROM lots WHERE {ANY_LOT}"),
    ("lot_bounds", f"UPDATE transfers SET amount = 9000000 WHERE {FIRST_TAKEN}"),
    ("charge_shares", f"UPDATE charges SET paid = paid + 10, subsidy = subsidy - 10 WHERE {ANY_CHARGE}"),
    ("charge_shares", f"UPDATE charges SET face = face + 1000, paid = paid + 1000 WHERE {ANY_CHARGE}"),
    ("charge_shares", f"UPDATE charges SET policy_id = '2025-03-01' WHERE {ANY_CHARGE}"),
    ("charge_shares", f"UPDATE charges SET requested_at = '2025-02-20' WHERE {ANY_CHARGE}"),
    ("charge_shares", f"UPDATE charges SET status = 'FAILED', entry_id = NULL WHERE {ANY_CHARGE}"),
    ("charge_shares", f"DELETE FROM charges WHERE {ANY_CHARGE}"),
    ("charge_shares", "UPDATE shared.policies SET rate_bps = 1000 WHERE valid_to IS NULL"),
    ("payment_sums", f"UPDATE payments SET amount = amount + 1 WHERE {ANY_PAYMENT}"),
    ("payment_sums", f"UPDATE payments SET shop_id = {ANOTHER_SHOP} WHERE {ANY_PAYMENT}"),
    ("payment_sums", f"UPDATE payments SET wallet_id = {ANOTHER_WALLET} WHERE {ANY_PAYMENT}"),
    ("payment_sums", f"UPDATE payments SET entry_id = (SELECT entry_id FROM cancels LIMIT 1) WHERE {ANY_PAYMENT}"),
    ("payment_sums", f"UPDATE payments SET business_date = business_date + 1 WHERE {ANY_PAYMENT}"),
    ("payment_sums", f"UPDATE lots SET expires_at = created_at WHERE {ANY_LOT}"),
    ("payment_sums", f"DELETE FROM payments WHERE {ANY_PAYMENT}"),
    ("cancel_bounds", f"UPDATE cancels SET amount = amount + 1 WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"UPDATE payments SET amount = 1 WHERE id = (SELECT payment_id FROM cancels WHERE {ANY_CANCEL})"),
    ("cancel_bounds", f"UPDATE cancels SET shop_id = {ANOTHER_SHOP} WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"UPDATE cancels SET cancelled_at = cancelled_at + interval '8 days' WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"UPDATE cancels SET same_day = NOT same_day WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"UPDATE cancels SET business_date = business_date + 1 WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"UPDATE cancels SET payment_id = (SELECT max(id::text)::uuid FROM payments) WHERE {ANY_CANCEL}"),
    ("cancel_bounds", f"DELETE FROM cancels WHERE {ANY_CANCEL}"),
    (
        "cancel_bounds",
        ("UPDATE transfers SET credit_account = (SELECT max(account_id) FROM lots) WHERE code = 'cancel'"),
    ),
    ("key_effects", f"DELETE FROM outcomes WHERE subject_id = (SELECT id FROM payments WHERE {ANY_PAYMENT})"),
    ("key_effects", f"DELETE FROM outcomes WHERE subject_id = (SELECT id FROM charges WHERE {ANY_CHARGE})"),
    ("key_effects", f"DELETE FROM outcomes WHERE subject_id = (SELECT id FROM cancels WHERE {ANY_CANCEL})"),
    ("key_effects", "UPDATE outcomes SET subject_id = gen_random_uuid() WHERE kind = 'payment' AND refusal IS NULL"),
    ("key_effects", "UPDATE outcomes SET kind = 'charge' WHERE kind = 'payment'"),
    (
        "key_effects",
        (
            "INSERT INTO outcomes SELECT caller, key || 'x', body_hash, kind, subject_id, refusal, refusal_number,"
            " recorded_at FROM outcomes WHERE kind = 'payment' AND subject_id IS NOT NULL LIMIT 1"
        ),
    ),
    ("policy_limits", "UPDATE shared.policies SET charge_month_max = 100000"),
    ("policy_limits", "UPDATE shared.policies SET holding_max = 100000"),
    ("policy_limits", "UPDATE shared.policies SET payment_max = 100000"),
    ("policy_limits", "UPDATE shared.policies SET charge_min = 100000"),
    ("policy_limits", "UPDATE shared.policies SET charge_unit = 2000"),
    ("policy_limits", f"UPDATE payments SET policy_id = '2025-03-01' WHERE {ANY_PAYMENT}"),
    ("safeguarding_equation", f"UPDATE balances SET credits = credits + 1 WHERE {A_SHOP_ACCOUNT}"),
    ("safeguarding_equation", f"UPDATE charges SET paid = paid + 10, subsidy = subsidy - 10 WHERE {ANY_CHARGE}"),
    ("safeguarding_equation", f"DELETE FROM payments WHERE {ANY_PAYMENT}"),
    ("safeguarding_equation", f"DELETE FROM cancels WHERE {ANY_CANCEL}"),
    ("safeguarding_equation", "UPDATE payout_entries SET amount = amount + 1 WHERE step = 'requested'"),
    ("safeguarding_equation", "DELETE FROM payout_entries WHERE step = 'paid'"),
    (
        "settlement_lines_complete",
        f"UPDATE {LINES} SET gross = gross + 1, net = net + 1, payable = payable + 1 WHERE {ANY_LINE}",
    ),
    ("settlement_lines_complete", f"UPDATE {LINES} SET payments = payments + 1 WHERE {ANY_LINE}"),
    ("settlement_lines_complete", f"UPDATE {LINES} SET payable = payable - 1 WHERE {ANY_LINE}"),
    ("settlement_lines_complete", f"UPDATE {LINES} SET shop_id = {ANOTHER_SHOP}, channel = 'card' WHERE {ANY_LINE}"),
    ("settlement_lines_complete", "UPDATE day_sheets SET payable = payable + 1"),
    ("settlement_lines_complete", "DELETE FROM day_sheets WHERE day = (SELECT min(day) FROM day_sheets)"),
    ("settlement_lines_complete", f"DELETE FROM settlement_lines WHERE {ANY_LINE}"),
    ("settlement_lines_complete", f"UPDATE payments SET business_date = business_date + 1 WHERE {ANY_PAYMENT}"),
    ("settlement_lines_complete", f"UPDATE cancels SET business_date = business_date + 1 WHERE {ANY_CANCEL}"),
    ("merchant_balances", f"UPDATE {LINES} SET payable = payable + 1 WHERE payout_id IS NULL AND payable > 0"),
    ("merchant_balances", f"UPDATE {LINES} SET payout_id = NULL WHERE {A_PAID_LINE}"),
    ("merchant_balances", f"UPDATE {LINES} SET net = 0, cancelled_earlier = gross - cancelled_same_day WHERE net < 0"),
    ("merchant_balances", f"UPDATE payments SET shop_id = {ANOTHER_SHOP} WHERE {LAST_PAYMENT}"),
    ("merchant_balances", f"UPDATE balances SET credits = credits + 1 WHERE {A_SHOP_ACCOUNT}"),
    ("payouts_agree", "UPDATE shared.payouts SET amount = amount + 1 WHERE status = 'PAID'"),
    ("payouts_agree", "UPDATE shared.payouts SET status = 'PAID' WHERE status = 'REJECTED'"),
    ("payouts_agree", "UPDATE shared.payouts SET status = 'REJECTED' WHERE status = 'UNKNOWN'"),
    ("payouts_agree", f"UPDATE shared.payouts SET shop_id = {ANOTHER_SHOP} WHERE status = 'PAID'"),
    ("payouts_agree", "DELETE FROM shared.payouts WHERE status = 'PAID'"),
    ("payouts_agree", "DELETE FROM payout_entries WHERE step = 'returned'"),
    ("payouts_agree", "UPDATE payout_entries SET amount = amount + 1 WHERE step = 'failed'"),
    ("payouts_agree", f"UPDATE {LINES} SET payout_id = NULL WHERE {A_PAID_LINE}"),
    ("payouts_agree", f"UPDATE {LINES} SET payout_id = {RETURNED} WHERE payout_id IS NULL"),
    ("bank_lines_explained", "DELETE FROM shared.matches WHERE matched_kind = 'charge'"),
    ("bank_lines_explained", "DELETE FROM shared.breaks"),
    ("bank_lines_explained", "UPDATE refunds SET status = 'UNKNOWN', end_entry_id = NULL, answered_at = NULL"),
    ("bank_lines_explained", "UPDATE shared.breaks SET resolved_at = opened_on, resolved_by = 'matching'"),
    ("bank_lines_explained", "UPDATE shared.matches SET subject_id = gen_random_uuid() WHERE matched_kind = 'charge'"),
    ("bank_lines_explained", "UPDATE shared.matches SET subject_id = gen_random_uuid() WHERE matched_kind = 'payout'"),
    ("bank_lines_explained", "UPDATE shared.matches SET matched_kind = 'payout' WHERE matched_kind = 'payout_return'"),
    ("bank_lines_explained", f"DELETE FROM shared.statement_lines WHERE {FIRST_BANK_LINE}"),
    ("bank_lines_explained", f"UPDATE shared.statement_lines SET amount = amount + 1 WHERE {FIRST_BANK_LINE}"),
    ("bank_lines_explained", "UPDATE shared.statement_files SET closing = closing + 1"),
    ("bank_lines_explained", f"UPDATE charges SET status = 'UNKNOWN', entry_id = NULL WHERE {ANY_CHARGE}"),
    ("lot_order", f"UPDATE lots SET expires_at = expires_at + interval '1 day' WHERE {ANY_LOT}"),
    ("lot_order", "UPDATE lots SET source = 'grant' WHERE face = 33000"),
    ("acts_agree", f"UPDATE payments SET paid_at = paid_at + interval '1 second' WHERE {ANY_PAYMENT}"),
    ("acts_agree", f"UPDATE payments SET tax_registered = NOT tax_registered WHERE {ANY_PAYMENT}"),
    ("acts_agree", f"UPDATE payments SET channel = 'card' WHERE {LAST_PAYMENT}"),
    ("settlement_lines_complete", f"UPDATE {LINES} SET debt_repaid = debt_repaid + 1 WHERE net < 0"),
    ("seq_gapless", "UPDATE chain SET seq_lo = seq_lo - 1 WHERE batch = 2"),
    ("seq_gapless", "UPDATE outbox SET topic = 'gone' WHERE topic = 'day.closed'"),
    ("acts_agree", f"UPDATE payments SET shop_status = 'SUSPENDED' WHERE {ANY_PAYMENT}"),
    ("acts_agree", f"UPDATE cancels SET cancelled_at = cancelled_at - interval '1 second' WHERE {ANY_CANCEL}"),
    ("acts_agree", f"UPDATE charges SET bank_tran_id = bank_tran_id || '0' WHERE {ANY_CHARGE}"),
    ("acts_agree", f"UPDATE charges SET debit_account_id = gen_random_uuid() WHERE {ANY_CHARGE}"),
    ("acts_agree", "UPDATE charges SET requested_on = requested_on - 1"),
    ("acts_agree", "UPDATE charges SET status = 'UNKNOWN' WHERE status = 'FAILED'"),
    ("acts_agree", "UPDATE refunds SET kind = 'residual'"),
    ("acts_agree", "UPDATE outbox SET payload = payload || '{\"amount\": 1}' WHERE topic = 'payment.made'"),
    (
        "acts_agree",
        "UPDATE outbox SET payload = payload || '{\"confirmation\": \"0000\"}' WHERE topic = 'payment.made'",
    ),
    ("acts_agree", "UPDATE outbox SET topic = 'payment.gone' WHERE topic = 'payment.made'"),
    ("acts_agree", "UPDATE outbox SET recorded_at = recorded_at + interval '1 second' WHERE topic = 'day.closed'"),
    ("acts_agree", "UPDATE shared.debit_accounts SET holder_id = gen_random_uuid()"),
    ("key_effects", "UPDATE outcomes SET key = key || '0' WHERE kind = 'payment'"),
    ("key_effects", "UPDATE outcomes SET caller = 'nobody' WHERE kind = 'charge'"),
    ("key_effects", "UPDATE outcomes SET body_hash = sha256(body_hash) WHERE kind = 'cancel'"),
    ("key_effects", "UPDATE lane SET answers = ~ answers"),
    ("lot_terms", f"UPDATE lots SET source = 'grant' WHERE {ANY_LOT}"),
    ("lot_terms", f"UPDATE lots SET refundable = false WHERE {ANY_LOT}"),
    ("lot_terms", f"UPDATE lots SET created_at = created_at - interval '1 hour' WHERE {ANY_LOT}"),
    ("lot_terms", f"UPDATE lots SET expires_at = expires_at + interval '1 year' WHERE {ANY_LOT}"),
    ("places", "UPDATE lane SET partition_hi = partition_hi + 1"),
    ("places", "UPDATE day_snapshots SET later_from = later_from + 1"),
    ("places", f"UPDATE {LINES} SET due_on = due_on + 1 WHERE {ANY_LINE}"),
    ("places", f"UPDATE {LINES} SET market_id = gen_random_uuid() WHERE {ANY_LINE}"),
    ("places", "DELETE FROM expiry_cursors WHERE what = 'lots'"),
    ("matched_ids", f"UPDATE charges SET bank_tran_id = 'T991234567UZZZZZZZZZ' WHERE {ANY_CHARGE}"),
    ("directory", "UPDATE wallets SET status = 'FROZEN'"),
    ("directory", "DELETE FROM wallets WHERE id = (SELECT id FROM wallets LIMIT 1)"),
    ("directory", "UPDATE shared.wallets SET lane = 'lane_00'"),
    ("directory", "DELETE FROM shared.lanes WHERE name = 'lane_01'"),
    ("register_agrees", "UPDATE shared.shops SET status = 'SUSPENDED'"),
    ("register_agrees", "UPDATE shared.shops SET business_number = '1234567890'"),
    ("register_agrees", "UPDATE shared.payouts SET shop_account_id = gen_random_uuid()"),
    ("register_agrees", "UPDATE shared.payouts SET bank_tran_id = bank_tran_id || 'X'"),
    ("register_agrees", "DELETE FROM shared.statement_files"),
    ("register_agrees", "UPDATE shared.breaks SET amount = amount + 1"),
    ("chart_copy", "UPDATE shared.account_kinds SET side = 'debit' WHERE kind = 'lot'"),
    ("chart_copy", "INSERT INTO shared.transfer_codes VALUES ('gold', 'bank', 'lot')"),
    ("chart_copy", "UPDATE shared.transfer_codes SET share = NULL WHERE code = 'refund_paid'"),
    ("policies_decided", "UPDATE shared.policies SET rate_bps = rate_bps + 1 WHERE valid_to IS NULL"),
    ("policies_decided", "UPDATE shared.policies SET valid_to = '2030-01-01Z' WHERE valid_to IS NULL"),
    ("policies_decided", "UPDATE shared.policies SET budget = 1"),
    ("policies_decided", "DELETE FROM shared.policies WHERE id = '2025-01-10'"),
    ("seals_hold", "INSERT INTO seal_tiles VALUES ('2026-11-24', 0, 'x')"),
    ("reversals", "UPDATE entries SET reason = '' WHERE reverses IS NOT NULL"),
]


@pytest.mark.parametrize(("check", "statement"), BREAKS, ids=[f"{n}-{check}" for n, (check, _) in enumerate(BREAKS)])
def test_a_changed_act_is_found(check: str, statement: str, break_rows: Callable[[str], Report]) -> None:
    found = break_rows(statement).check(check)
    assert found.rows > 0
    assert all(example.detail for example in found.examples)
