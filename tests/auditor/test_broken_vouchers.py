"""Whoever changes a gift, a credit, a claw-back, an expiry, a wallet's life or a decision beside the books is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onnuri.auditor.findings import Report

A_GIFT = "id = (SELECT id FROM gifts WHERE status = 'ACCEPTED' ORDER BY id LIMIT 1)"
FAR_GIFT = "id = (SELECT id FROM gifts WHERE status = 'ACCEPTED' AND to_lane <> 'lane_01' LIMIT 1)"
BOXED = "id = (SELECT id FROM gifts WHERE status = 'BOXED' LIMIT 1)"
A_PART = "gift_id = (SELECT id FROM gifts WHERE status = 'RETURNED' ORDER BY id LIMIT 1)"
A_GRANT = "id = (SELECT min(lot_id::text)::uuid FROM credits WHERE source_id = 'winter')"
ANOTHER = "(SELECT id FROM shared.people WHERE id NOT IN (ordered_by, approved_by) LIMIT 1)"
EXPIRED = "lot_id = (SELECT lot_id FROM expirations WHERE paid > 0 LIMIT 1)"
TOLD = "(year, issue) = (2026, 1)"
CLOSED = "state = 'CLOSED' AND lane = 'lane_01'"
LOST = "kind = 'lost'"
BOUGHT = "(SELECT credit_account FROM transfers WHERE code = 'charge_paid' LIMIT 1)"
BUDGET_LESS = "WHERE policy_id = 'special' AND lane = 'lane_01'"

PAID_IN = "matched_kind = 'receipt'"
OTHER_RECEIPT = "(SELECT subject_id FROM shared.bank_receipts WHERE reference = 'RECEIPT-1')"
STRAY = "(SELECT id FROM shared.statement_lines WHERE amount = 777)"

TURNED_DOWN = "status = 'REJECTED', parts_done = 0, finished_at = NULL"
NOT_FINISHED = "status = 'APPROVED', parts_done = 0, finished_at = NULL"
UNDER_WAY = f"UPDATE shared.credit_lists SET {NOT_FINISHED} WHERE status = 'DONE'"
WITHOUT = "ALTER TABLE"
NOBODY_PAID = "UPDATE shared.migrations SET paid_by = gen_random_uuid() WHERE paid_at IS NOT NULL"
SOMEBODY = "(SELECT id FROM shared.people WHERE id NOT IN (SELECT person_id FROM shared.roles) LIMIT 1)"

BREAKS = [
    ("budgets_kept", "UPDATE budget_use SET granted = granted - 1000"),
    ("budgets_kept", "UPDATE budget_use SET came_back = came_back + 1000"),
    ("budgets_kept", f"UPDATE shared.policy_budgets SET budget = budget + 1 {BUDGET_LESS}"),
    ("budgets_kept", "UPDATE shared.policies SET budget = 1000 WHERE id = 'special'"),
    ("budgets_kept", f"UPDATE shared.policy_budgets SET budget = 1 {BUDGET_LESS}"),
    ("budgets_kept", "DELETE FROM budget_use"),
    ("gifts_kept", f"UPDATE gifts SET amount = amount + 1 WHERE {A_GIFT}"),
    ("gifts_kept", f"UPDATE gifts SET status = 'RETURNED', end_reason = 'declined' WHERE {A_GIFT}"),
    ("gifts_kept", f"UPDATE gifts SET deadline = deadline + interval '1 day' WHERE {BOXED}"),
    ("gifts_kept", f"UPDATE gifts SET ended_at = deadline + interval '1 second' WHERE {A_GIFT}"),
    ("gifts_kept", f"DELETE FROM gifts WHERE {BOXED}"),
    ("gifts_kept", f"UPDATE gift_parts SET paid = paid + 1, subsidy = subsidy - 1 WHERE {A_PART}"),
    ("gifts_kept", f"DELETE FROM gift_parts WHERE {A_PART}"),
    ("gifts_kept", "UPDATE lots SET giftable = false WHERE id = (SELECT lot_id FROM gift_parts LIMIT 1)"),
    ("gifts_kept", f"UPDATE transfers SET credit_account = {BOUGHT} WHERE code = 'gift_return_paid'"),
    ("gifts_kept", "UPDATE transfers SET amount = amount + 5 WHERE code = 'gift_accept_paid'"),
    ("gifts_kept", "DELETE FROM gift_lots"),
    ("gifts_kept", "UPDATE gifts_received SET to_wallet = (SELECT id FROM wallets WHERE id <> to_wallet LIMIT 1)"),
    ("lanes_agree", f"UPDATE gifts SET ended_at = ended_at + interval '1 second' WHERE {FAR_GIFT}"),
    ("lanes_agree", "DELETE FROM gifts_received"),
    ("lanes_agree", "UPDATE gifts_received SET from_lane = 'lane_00'"),
    ("lanes_agree", "UPDATE lots SET expires_at = expires_at + interval '1 day' WHERE source = 'gift'"),
    (
        "lanes_agree",
        (
            "UPDATE balances SET credits = credits + 1 WHERE account_id = (SELECT id FROM accounts WHERE kind ="
            " 'lane_clearing')"
        ),
    ),
    ("lanes_agree", "UPDATE shared.tax_files SET change = change + 1"),
    ("lanes_agree", "UPDATE shared.tax_files SET lines = lines + 1"),
    ("credits_kept", "DELETE FROM credits WHERE source_id = 'winter'"),
    (
        "credits_kept",
        ("UPDATE credits SET source_id = 'payback', reference = reference || 'w' WHERE source_id = 'winter'"),
    ),
    ("credits_kept", f"UPDATE lots SET expires_at = expires_at + interval '1 day' WHERE {A_GRANT}"),
    ("credits_kept", "UPDATE credit_units SET total = total + 1 WHERE credited > 0"),
    ("credits_kept", "UPDATE credit_units SET credited = credited + 1 WHERE credited > 0"),
    ("credits_kept", "UPDATE credit_units SET unit = unit + 7"),
    ("credits_kept", "DELETE FROM credit_units WHERE kind = 'company'"),
    ("credits_kept", "DELETE FROM shared.grant_programmes"),
    ("credits_kept", "UPDATE shared.credit_refusals SET list_id = 'grant:nobody:1', line = line + hashtext(list_id)"),
    ("credits_kept", "INSERT INTO credits SELECT source_id, reference || 'x', lot_id FROM credits"),
    ("credits_approved", "DELETE FROM shared.credit_lists"),
    ("credits_approved", "UPDATE credit_units SET list_id = regexp_replace(list_id, '.$', 'x')"),
    ("credits_approved", f"UPDATE shared.credit_lists SET {TURNED_DOWN} WHERE status = 'DONE'"),
    (
        "credits_approved",
        (
            f"{WITHOUT} shared.credit_lists DROP CONSTRAINT credit_lists_decided; UPDATE shared.credit_lists"
            " SET decided_by = NULL WHERE status = 'DONE'"
        ),
    ),
    (
        "credits_approved",
        (
            f"{WITHOUT} shared.credit_lists DROP CONSTRAINT credit_lists_four_eyes; UPDATE shared.credit_lists"
            " SET decided_by = uploaded_by WHERE status = 'DONE'"
        ),
    ),
    ("credits_approved", "UPDATE shared.credit_lists SET decided_at = decided_at + interval '9 years'"),
    ("credits_approved", "UPDATE shared.credit_lists SET kind = 'grant', source_id = 'winter'"),
    ("credits_approved", "UPDATE credit_units SET unit = unit + 7"),
    ("lists_kept", f"{UNDER_WAY}; UPDATE credits SET reference = reference || '0' WHERE source_id = 'winter'"),
    ("lists_kept", f"{UNDER_WAY}; UPDATE lots SET face = face + 1 WHERE source = 'grant'"),
    ("lists_kept", f"{UNDER_WAY}; UPDATE credit_units SET credited = credited + 1 WHERE credited > 0"),
    ("lists_kept", "UPDATE credit_units SET unit = unit + 1 WHERE credited > 0"),
    ("lists_kept", "UPDATE shared.credit_lists SET total = total + 1"),
    ("lists_kept", "UPDATE shared.credit_lists SET status = 'APPROVED' WHERE status = 'REJECTED'"),
    ("lists_kept", "UPDATE shared.credit_lists SET decided_by = id WHERE status = 'REJECTED'"),
    ("lists_kept", "DELETE FROM lane_00.outbox WHERE topic = 'credit_list.approved'"),
    ("lists_kept", "UPDATE shared.credit_lists SET bad_lines = bad_lines + 1 WHERE status = 'CHECKED'"),
    ("lists_kept", "UPDATE credit_units SET total = total + 1 WHERE credited > 0"),
    ("lists_kept", "INSERT INTO lane_00.credits SELECT source_id, reference, lot_id FROM lane_01.credits"),
    ("lists_kept", "DELETE FROM shared.credit_list_parts"),
    ("lists_kept", "DELETE FROM shared.credit_list_findings"),
    ("lists_kept", "DELETE FROM shared.credit_lists"),
    ("lists_kept", "UPDATE shared.credit_list_parts SET content = replace(content, ',1000,', ',9000,')"),
    ("lists_kept", f"UPDATE shared.credit_lists SET {TURNED_DOWN} WHERE status = 'DONE'"),
    ("expiries_kept", f"UPDATE expirations SET paid = paid - 1, subsidy = subsidy + 1 WHERE {EXPIRED}"),
    ("expiries_kept", f"UPDATE expirations SET expired_at = expired_at + interval '1 hour' WHERE {EXPIRED}"),
    ("expiries_kept", f"UPDATE expirations SET posted_at = expired_at - interval '1 hour' WHERE {EXPIRED}"),
    ("expiries_kept", f"DELETE FROM expirations WHERE {EXPIRED}"),
    ("expiries_kept", "UPDATE lot_graces SET until = until + interval '1 day'"),
    ("expiries_kept", "DELETE FROM lot_graces"),
    ("expiries_kept", "UPDATE expiry_notices SET days_before = days_before + 2"),
    ("expiries_kept", "UPDATE expiry_notices SET expires_at = expires_at + interval '1 day'"),
    ("claw_backs_kept", "UPDATE claw_backs SET owed = owed - 1, from_lot = from_lot + 1 WHERE owed > 0"),
    ("claw_backs_kept", "UPDATE claw_backs SET amount = amount + 1, from_lot = from_lot + 1"),
    (
        "claw_backs_kept",
        (f"{WITHOUT} claw_backs DROP CONSTRAINT claw_backs_four_eyes; UPDATE claw_backs SET approved_by = ordered_by"),
    ),
    ("claw_backs_kept", f"UPDATE claw_backs SET approved_by = {ANOTHER}"),
    ("claw_backs_kept", "UPDATE claw_backs SET reason = 'other'"),
    ("claw_backs_kept", "UPDATE claw_back_repayments SET amount = amount + 1 WHERE how = 'bank'"),
    (
        "claw_backs_kept",
        ("UPDATE claw_back_repayments SET how = 'refilled', consented_at = NULL WHERE how = 'consent'"),
    ),
    ("claw_backs_kept", "DELETE FROM claw_back_repayments"),
    ("receipts_once", "UPDATE claw_back_repayments SET bank_reference = bank_reference || '-0' WHERE how = 'bank'"),
    (
        "receipts_once",
        "UPDATE lane_00.company_purchases SET bank_reference = bank_reference || ' ' WHERE how = 'receipt'",
    ),
    ("receipts_once", "UPDATE shared.bank_receipts SET lane = 'lane_01' WHERE kind = 'purchase'"),
    ("receipts_once", "UPDATE shared.bank_receipts SET amount = amount + 1 WHERE kind = 'repayment'"),
    ("receipts_once", "DELETE FROM shared.bank_receipts"),
    ("receipts_once", "UPDATE shared.migrations SET paid_reference = 'OTHER-1' WHERE paid_at IS NOT NULL"),
    (
        "receipts_once",
        "UPDATE shared.migrations SET paid_reference = NULL, paid_at = NULL, paid_by = NULL WHERE paid_at IS NOT NULL",
    ),
    ("receipts_once", f"{WITHOUT} shared.migrations DROP CONSTRAINT migrations_paid_recorder; {NOBODY_PAID}"),
    ("late_words_kept", "DELETE FROM lane_00.late_words"),
    ("late_words_kept", "UPDATE lane_00.late_words SET kind = 'charge'"),
    ("late_words_kept", "UPDATE lane_00.late_words SET order_id = gen_random_uuid()"),
    ("late_words_kept", "UPDATE lane_00.late_words SET heard_at = heard_at - interval '1 day'"),
    ("bank_lines_explained", f"UPDATE shared.matches SET subject_id = {OTHER_RECEIPT} WHERE {PAID_IN}"),
    ("bank_lines_explained", f"UPDATE shared.matches SET subject_id = gen_random_uuid() WHERE {PAID_IN}"),
    ("bank_lines_explained", f"UPDATE shared.matches SET line_id = {STRAY} WHERE {PAID_IN}"),
    (
        "bank_lines_explained",
        (
            f"INSERT INTO shared.matches SELECT {STRAY}, matched_kind, subject_id, matched_at FROM shared.matches"
            f" WHERE {PAID_IN}"
        ),
    ),
    ("bank_lines_explained", "UPDATE shared.statement_lines SET line_ref = 'L99' WHERE line_ref = 'RECEIPT-0'"),
    ("bank_lines_explained", "UPDATE shared.statement_lines SET end_to_end_id = 'x' WHERE line_ref = 'RECEIPT-0'"),
    ("bank_lines_explained", "UPDATE shared.bank_receipts SET reference = 'RECEIPT-9' WHERE reference = 'RECEIPT-0'"),
    ("claw_backs_kept", "DELETE FROM claw_backs"),
    ("claw_backs_kept", "UPDATE shared.claw_back_orders SET amount = 1 WHERE status = 'APPROVED'"),
    ("wallet_life", f"UPDATE wallet_blocks SET after_seq = after_seq - 1 WHERE {LOST}"),
    ("wallet_life", f"UPDATE wallet_blocks SET lift_seq = lift_seq + 1 WHERE {LOST}"),
    ("wallet_life", f"UPDATE wallet_blocks SET lifted_at = blocked_at - interval '1 hour' WHERE {LOST}"),
    ("wallet_life", "UPDATE wallet_blocks SET blocked_by = gen_random_uuid()"),
    ("wallet_life", f"UPDATE shared.wallets SET rejoin_from = rejoin_from - interval '1 day' WHERE {CLOSED}"),
    (
        "wallet_life",
        (
            "UPDATE shared.wallets SET opened_at = opened_at - interval '20 days' WHERE state = 'LIVE' AND"
            f" holder_id IN (SELECT holder_id FROM shared.wallets WHERE {CLOSED})"
        ),
    ),
    ("wallet_life", "UPDATE shared.age_checks SET old_enough = false"),
    ("wallet_life", "UPDATE auto_charges SET face = face + 1000 WHERE kind = 'balance'"),
    ("wallet_life", "UPDATE auto_charges SET revoked_at = consented_at WHERE kind = 'balance'"),
    ("wallet_life", "DELETE FROM auto_charges WHERE kind = 'date'"),
    (
        "wallet_life",
        (
            "DROP INDEX auto_charges_one_of_a_kind; INSERT INTO auto_charges SELECT gen_random_uuid(),"
            " wallet_id, kind, day_of_month, below, face, consent_version, consented_at, NULL FROM auto_charges"
            " WHERE kind = 'balance'"
        ),
    ),
    ("tax_kept", f"UPDATE tax_lines SET after_won = after_won + 1 WHERE {TOLD}"),
    ("tax_kept", f"UPDATE tax_lines SET before_won = before_won + 1 WHERE {TOLD}"),
    ("tax_kept", f"DELETE FROM tax_lines WHERE {TOLD}"),
    ("tax_kept", "DELETE FROM shared.tax_consents"),
    ("tax_kept", "UPDATE payments SET tax_registered = false"),
    ("register_agrees", f"INSERT INTO shared.roles VALUES ({SOMEBODY}, 'operator', NULL, timestamptz '2026-11-20Z')"),
    ("register_agrees", "DELETE FROM shared.roles WHERE role = 'finance_checker'"),
    ("register_agrees", "DELETE FROM shared.role_changes WHERE change = 'taken'"),
    ("register_agrees", "UPDATE shared.role_changes SET changed_by = NULL WHERE change = 'taken'"),
    ("register_agrees", "UPDATE shared.role_changes SET changed_by = md5('x')::uuid WHERE change = 'taken'"),
    ("register_agrees", "UPDATE shared.role_changes SET changed_by = person_id WHERE role = 'finance_checker'"),
    ("acts_agree", "UPDATE shared.tax_registrations SET valid_from = valid_from + interval '30 days'"),
    ("acts_agree", "DELETE FROM shared.tax_registrations WHERE valid_to IS NOT NULL"),
    ("tax_kept", "UPDATE shared.tax_files SET made_at = made_at - interval '2 days' WHERE issue = 1"),
    ("voucher_acts", "DELETE FROM outbox WHERE topic = 'gift.sent'"),
    ("voucher_acts", "UPDATE outbox SET payload = payload || '{\"amount\": 1}' WHERE topic = 'lot.expired'"),
    ("voucher_acts", "UPDATE outbox SET topic = 'wallet.frozen' WHERE topic = 'wallet.lost'"),
    ("voucher_acts", "UPDATE outcomes SET kind = 'favour' WHERE kind = 'gift'"),
    ("voucher_acts", "DELETE FROM outcomes WHERE kind = 'claw_back'"),
    ("voucher_acts", "DELETE FROM shared.wallets WHERE state = 'CLOSED'"),
    ("account_paths", "UPDATE accounts SET path = 'unclaimed:' || md5(path) WHERE kind = 'unclaimed'"),
    (
        "account_paths",
        (
            f"{WITHOUT} accounts DROP CONSTRAINT accounts_one_bank; UPDATE accounts SET path = 'bank:mine' WHERE"
            " kind = 'bank'"
        ),
    ),
    ("account_paths", "UPDATE accounts SET path = path || '0' WHERE kind = 'grant_receivable'"),
    ("account_paths", "UPDATE holds SET expires_at = 'infinity'"),
    (
        "decided_by_two",
        (
            f"{WITHOUT} shared.credit_lists DROP CONSTRAINT credit_lists_four_eyes; UPDATE shared.credit_lists"
            " SET decided_by = uploaded_by WHERE decided_by IS NOT NULL"
        ),
    ),
    ("expiries_kept", "UPDATE expiry_cursors SET expires_at = '9999-01-01' WHERE what = 'lots'"),
    ("decided_by_two", "UPDATE shared.claw_back_orders SET decided_by = gen_random_uuid() WHERE status = 'APPROVED'"),
    ("decided_by_two", "UPDATE shared.companies SET business_number = '1234567890' WHERE name = '한빛'"),
    ("decided_by_two", "UPDATE shared.tax_files SET issue = 5 WHERE issue = 1"),
    (
        "decided_by_two",
        (
            "INSERT INTO shared.public_keys SELECT 'seal-7', purpose, sha256('x'), used_from, retired_at FROM"
            " shared.public_keys"
        ),
    ),
    ("decided_by_two", "UPDATE shared.public_keys SET retired_at = used_from + interval '1 hour'"),
]


@pytest.mark.parametrize(("check", "statement"), BREAKS, ids=[f"{n}-{check}" for n, (check, _) in enumerate(BREAKS)])
def test_a_changed_voucher_is_found(check: str, statement: str, break_vouchers: Callable[[str], Report]) -> None:
    found = break_vouchers(statement).check(check)
    assert found.rows > 0
    assert all(example.detail for example in found.examples)


def test_what_no_approved_list_gave_is_told_with_its_won_and_its_loser(break_vouchers: Callable[[str], Report]) -> None:
    found = break_vouchers("DELETE FROM shared.credit_lists WHERE total = 50000").check("credits_approved")
    assert (found.rows, found.losers) == (2, (("holder", 50_000),))
    (example, _) = found.examples
    assert "25000 won, of a list that nobody uploaded" in example.detail


def test_a_list_that_is_under_way_is_in_order(break_vouchers: Callable[[str], Report]) -> None:
    assert break_vouchers(UNDER_WAY).check("lists_kept").ok
