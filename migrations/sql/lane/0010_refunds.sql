-- Refunds, standing orders to charge, and what is used of budgets, of one lane. Runs with search_path set to the lane.
CREATE TABLE refunds (
    id               uuid PRIMARY KEY,
    wallet_id        uuid NOT NULL CONSTRAINT refunds_wallet REFERENCES wallets,
    charge_id        uuid CONSTRAINT refunds_charge REFERENCES charges,
    moved_lot        uuid CONSTRAINT refunds_moved_lot REFERENCES lots,
    lot_id           uuid CONSTRAINT refunds_lot REFERENCES lots,
    kind             text NOT NULL CONSTRAINT refunds_kind CHECK (kind IN ('charge_cancel', 'residual', 'unclaimed')),
    amount           bigint NOT NULL CONSTRAINT refunds_amount CHECK (amount > 0),
    paid             bigint NOT NULL CONSTRAINT refunds_paid CHECK (paid >= 0),
    subsidy          bigint NOT NULL CONSTRAINT refunds_subsidy CHECK (subsidy >= 0),
    used             bigint NOT NULL CONSTRAINT refunds_used CHECK (used >= 0),
    status           text NOT NULL CONSTRAINT refunds_status CHECK (status IN ('REQUESTED', 'SUCCEEDED', 'FAILED', 'UNKNOWN')),
    bank_tran_id     text NOT NULL CONSTRAINT refunds_bank_tran_id UNIQUE,
    debit_account_id uuid NOT NULL CONSTRAINT refunds_debit_account REFERENCES shared.debit_accounts,
    requested_at     timestamptz NOT NULL,
    requested_on     date NOT NULL,
    answered_at      timestamptz,
    bank_code_given  text,
    bank_message     text,
    entry_id         uuid NOT NULL CONSTRAINT refunds_entry REFERENCES entries,
    end_entry_id     uuid CONSTRAINT refunds_end_entry REFERENCES entries,
    inquiries        integer NOT NULL,
    CONSTRAINT refunds_shares CHECK (paid + subsidy = amount),
    CONSTRAINT refunds_judged_by CHECK (num_nonnulls(charge_id, moved_lot) = CASE WHEN kind = 'unclaimed' THEN 0 ELSE 1 END),
    CONSTRAINT refunds_taken_from CHECK ((lot_id IS NULL) = (kind = 'unclaimed')),
    CONSTRAINT refunds_unclaimed CHECK (kind <> 'unclaimed' OR (subsidy = 0 AND used = 0)),
    CONSTRAINT refunds_answered CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (answered_at IS NOT NULL)),
    CONSTRAINT refunds_ended CHECK ((end_entry_id IS NOT NULL) = (status = 'FAILED' OR (status = 'SUCCEEDED' AND paid > 0)))
);
CREATE INDEX refunds_by_wallet ON refunds (wallet_id, id);
CREATE INDEX refunds_by_charge ON refunds (charge_id);
CREATE INDEX refunds_by_moved_lot ON refunds (moved_lot) WHERE moved_lot IS NOT NULL;
CREATE INDEX refunds_by_date ON refunds (requested_on);
CREATE INDEX refunds_open ON refunds (wallet_id) WHERE status IN ('REQUESTED', 'UNKNOWN');
COMMENT ON TABLE refunds IS 'What goes to a holder''s bank account: of one charge, whole while unused or the rest once enough of it is used; or what was owed since an expiry.';
COMMENT ON COLUMN refunds.id IS 'Identity.';
COMMENT ON COLUMN refunds.wallet_id IS 'Whose.';
COMMENT ON COLUMN refunds.charge_id IS 'Charge it is judged by; empty where the charge is not in these books.';
COMMENT ON COLUMN refunds.moved_lot IS 'Lot that came here for a charge made elsewhere, by which it is judged then.';
COMMENT ON COLUMN refunds.lot_id IS 'Lot it is taken from; empty for what is owed since an expiry.';
COMMENT ON COLUMN refunds.kind IS 'charge_cancel (unused, within days), residual (enough used), or unclaimed (owed since an expiry).';
COMMENT ON COLUMN refunds.amount IS 'Taken from the lot, or from what is owed, won.';
COMMENT ON COLUMN refunds.paid IS 'Share that goes to the holder''s bank account, won.';
COMMENT ON COLUMN refunds.subsidy IS 'Share that goes back to the budget, won.';
COMMENT ON COLUMN refunds.used IS 'What was used of the charge when it was decided, won.';
COMMENT ON COLUMN refunds.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';
COMMENT ON COLUMN refunds.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';
COMMENT ON COLUMN refunds.debit_account_id IS 'Bank account that gets the money.';
COMMENT ON COLUMN refunds.requested_at IS 'When asked.';
COMMENT ON COLUMN refunds.requested_on IS 'Our date of the instruction, Seoul.';
COMMENT ON COLUMN refunds.answered_at IS 'When the result was known.';
COMMENT ON COLUMN refunds.bank_code_given IS 'Result code of the bank.';
COMMENT ON COLUMN refunds.bank_message IS 'Its words.';
COMMENT ON COLUMN refunds.entry_id IS 'The entry that took it from the lot, or from what is owed.';
COMMENT ON COLUMN refunds.end_entry_id IS 'The entry that paid it out, or brought it back to where it was taken from.';
COMMENT ON COLUMN refunds.inquiries IS 'How often the bank was asked for the result.';

CREATE TABLE budget_use (
    policy_id text PRIMARY KEY CONSTRAINT budget_use_policy REFERENCES shared.policies,
    granted   bigint NOT NULL CONSTRAINT budget_use_granted CHECK (granted >= 0),
    came_back bigint NOT NULL CONSTRAINT budget_use_came_back CHECK (came_back BETWEEN 0 AND granted)
);
COMMENT ON TABLE budget_use IS 'What this lane has used of its part of a budget; kept while the lane is held, recomputed from the books by the auditor.';
COMMENT ON COLUMN budget_use.policy_id IS 'Version.';
COMMENT ON COLUMN budget_use.granted IS 'Subsidy of charges that succeeded or may still succeed, won.';
COMMENT ON COLUMN budget_use.came_back IS 'Subsidy that came back for good, won.';

CREATE TABLE auto_charges (
    id              uuid PRIMARY KEY,
    wallet_id       uuid NOT NULL CONSTRAINT auto_charges_wallet REFERENCES wallets,
    kind            text NOT NULL CONSTRAINT auto_charges_kind CHECK (kind IN ('date', 'balance', 'shortfall')),
    day_of_month    integer CONSTRAINT auto_charges_day CHECK (day_of_month BETWEEN 1 AND 31),
    below           bigint CONSTRAINT auto_charges_below CHECK (below > 0),
    face            bigint CONSTRAINT auto_charges_face CHECK (face > 0),
    consent_version text NOT NULL,
    consented_at    timestamptz NOT NULL,
    revoked_at      timestamptz,
    CONSTRAINT auto_charges_shape CHECK ((kind = 'date') = (day_of_month IS NOT NULL) AND (kind = 'balance') = (below IS NOT NULL)
        AND (kind = 'shortfall') = (face IS NULL))
);
CREATE UNIQUE INDEX auto_charges_one_of_a_kind ON auto_charges (wallet_id, kind) WHERE revoked_at IS NULL;
COMMENT ON TABLE auto_charges IS 'Standing orders to charge, each with its own consent, which can be withdrawn at any time.';
COMMENT ON COLUMN auto_charges.id IS 'Identity.';
COMMENT ON COLUMN auto_charges.wallet_id IS 'Which wallet.';
COMMENT ON COLUMN auto_charges.kind IS 'On a day of the month, below a balance, or for what is missing at a payment.';
COMMENT ON COLUMN auto_charges.day_of_month IS 'Day in Seoul; the last of a shorter month.';
COMMENT ON COLUMN auto_charges.below IS 'Charge when less than this can be spent, won.';
COMMENT ON COLUMN auto_charges.face IS 'Value to buy each time, won; empty where it is what is missing.';
COMMENT ON COLUMN auto_charges.consent_version IS 'Version of the words the holder agreed to.';
COMMENT ON COLUMN auto_charges.consented_at IS 'When the holder agreed.';
COMMENT ON COLUMN auto_charges.revoked_at IS 'When the consent was withdrawn.';

CREATE TABLE late_words (
    kind     text NOT NULL CONSTRAINT late_words_kind CHECK (kind IN ('charge', 'refund', 'purchase')),
    order_id uuid NOT NULL,
    heard_at timestamptz NOT NULL,
    CONSTRAINT late_words_pk PRIMARY KEY (kind, order_id)
);
COMMENT ON TABLE late_words IS 'Orders that had ended as failed when the bank said that it did them; each is a break that a person clears up.';
COMMENT ON COLUMN late_words.kind IS 'charge, refund or purchase.';
COMMENT ON COLUMN late_words.order_id IS 'Which one of this lane.';
COMMENT ON COLUMN late_words.heard_at IS 'When the bank said so first.';

GRANT SELECT ON late_words TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON late_words TO onnuri_app;
GRANT SELECT ON refunds, budget_use, auto_charges TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON refunds, budget_use, auto_charges TO onnuri_app;
GRANT UPDATE (status, answered_at, bank_code_given, bank_message, end_entry_id, inquiries) ON refunds TO onnuri_app;
GRANT UPDATE (granted, came_back) ON budget_use TO onnuri_app;
GRANT UPDATE (revoked_at) ON auto_charges TO onnuri_app;
