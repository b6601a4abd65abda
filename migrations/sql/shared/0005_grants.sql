-- What the roles may do with shared tables.
GRANT SELECT ON ALL TABLES IN SCHEMA shared TO onnuri_app, onnuri_reader, onnuri_auditor;
REVOKE SELECT ON shared.logins, shared.tokens, shared.sign_in_failures FROM onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.people, shared.logins, shared.roles, shared.role_changes, shared.tokens, shared.sign_in_failures, shared.debit_accounts, shared.wallets, shared.markets,
    shared.shops, shared.shop_statuses, shared.shop_accounts, shared.stickers, shared.sticker_aliases, shared.calendar_overrides,
    shared.payouts, shared.statement_files, shared.statement_lines, shared.matches, shared.breaks, shared.policies TO onnuri_app;
GRANT UPDATE (password_hash) ON shared.logins TO onnuri_app;
GRANT DELETE ON shared.roles TO onnuri_app;
GRANT UPDATE (revoked_at) ON shared.tokens, shared.debit_accounts TO onnuri_app;
GRANT UPDATE (ahead_seconds) ON shared.test_clock TO onnuri_app;
GRANT UPDATE ON shared.markets TO onnuri_app;
GRANT UPDATE (market_id, name, business_number, status, valid_until, goods) ON shared.shops TO onnuri_app;
GRANT UPDATE (closed_at, closed_reason) ON shared.shop_accounts TO onnuri_app;
GRANT UPDATE (revoked_at, expires_on) ON shared.stickers TO onnuri_app;
GRANT UPDATE (status, bank_date, bank_code_given, bank_message, answered_at, inquiries, sent_at, sends, inquired_at, not_found,
              booked_on) ON shared.payouts TO onnuri_app;
GRANT UPDATE (matched_at) ON shared.statement_files TO onnuri_app;
GRANT UPDATE (resolved_at, resolution, resolved_by, owner) ON shared.breaks TO onnuri_app;
GRANT SELECT, INSERT ON vault.persons, vault.access_log TO onnuri_app;
GRANT USAGE ON SEQUENCE shared.bank_tran_numbers TO onnuri_app;
GRANT INSERT ON shared.public_keys TO onnuri_app;
GRANT UPDATE (retired_at) ON shared.public_keys TO onnuri_app;
