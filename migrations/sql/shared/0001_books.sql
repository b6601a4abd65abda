-- What every lane needs to know: the lanes themselves, the chart of accounts and the allow-list of transfers.
CREATE TABLE shared.lanes (
    name      text PRIMARY KEY CONSTRAINT lanes_name_form CHECK (name ~ '^lane_[0-9]{2}$'),
    opened_at timestamptz NOT NULL
);
COMMENT ON TABLE shared.lanes IS 'Each lane is a schema with a complete ledger for its wallets; one writer at a time.';
COMMENT ON COLUMN shared.lanes.name IS 'Name of the schema.';
COMMENT ON COLUMN shared.lanes.opened_at IS 'When the lane was made.';

CREATE TABLE shared.account_kinds (
    kind    text PRIMARY KEY,
    side    text NOT NULL CONSTRAINT account_kinds_side CHECK (side IN ('debit', 'credit')),
    floored boolean NOT NULL
);
COMMENT ON TABLE shared.account_kinds IS 'The chart: what kinds of account exist.';
COMMENT ON COLUMN shared.account_kinds.kind IS 'First part of an account path.';
COMMENT ON COLUMN shared.account_kinds.side IS 'The side on which the balance grows: assets and expenses debit, liabilities and income credit.';
COMMENT ON COLUMN shared.account_kinds.floored IS 'Whether the balance may never go below zero.';

INSERT INTO shared.account_kinds (kind, side, floored) VALUES
    ('bank', 'debit', false), ('subsidy_receivable', 'debit', false), ('grant_receivable', 'debit', false),
    ('holder_receivable', 'debit', false), ('merchant_receivable', 'debit', false), ('loss', 'debit', false),
    ('lot', 'credit', true), ('gift_box', 'credit', true), ('merchant', 'credit', false), ('merchant_held', 'credit', true),
    ('card_issuer', 'credit', false), ('payout_in_flight', 'credit', true), ('refund_in_flight', 'credit', true),
    ('unclaimed', 'credit', false), ('suspense', 'credit', false), ('fee_income', 'credit', false), ('breakage', 'credit', false);

CREATE TABLE shared.transfer_codes (
    code        text NOT NULL,
    debit_kind  text NOT NULL CONSTRAINT transfer_codes_debit_kind REFERENCES shared.account_kinds,
    credit_kind text NOT NULL CONSTRAINT transfer_codes_credit_kind REFERENCES shared.account_kinds,
    CONSTRAINT transfer_codes_pk PRIMARY KEY (code, debit_kind, credit_kind)
);
COMMENT ON TABLE shared.transfer_codes IS 'The allow-list: which transfer may run from which kind of account to which. A reversal runs the other way.';
COMMENT ON COLUMN shared.transfer_codes.code IS 'What the transfer is for.';
COMMENT ON COLUMN shared.transfer_codes.debit_kind IS 'Kind of the account that is debited.';
COMMENT ON COLUMN shared.transfer_codes.credit_kind IS 'Kind of the account that is credited.';

INSERT INTO shared.transfer_codes (code, debit_kind, credit_kind) VALUES
    ('charge_paid', 'bank', 'lot'),
    ('charge_subsidy', 'subsidy_receivable', 'lot'),
    ('payment', 'lot', 'merchant'),
    ('cancel', 'merchant', 'lot'),
    ('debt', 'merchant_receivable', 'merchant'),
    ('debt_repaid', 'merchant', 'merchant_receivable'),
    ('payout', 'merchant', 'payout_in_flight'),
    ('payout_paid', 'payout_in_flight', 'bank'),
    ('payout_failed', 'payout_in_flight', 'merchant'),
    ('payout_returned', 'bank', 'merchant'),
    ('subsidy_received', 'bank', 'subsidy_receivable');

CREATE TABLE shared.public_keys (
    key_id     text PRIMARY KEY,
    purpose    text NOT NULL CONSTRAINT public_keys_purpose CHECK (purpose IN ('seal', 'sticker')),
    public_key bytea NOT NULL CONSTRAINT public_keys_length CHECK (length(public_key) = 32),
    used_from  timestamptz NOT NULL,
    retired_at timestamptz
);
COMMENT ON TABLE shared.public_keys IS 'Public halves of the signing keys, the retired ones too: what they signed stays verifiable.';
COMMENT ON COLUMN shared.public_keys.key_id IS 'Name of the key, inside what it signs.';
COMMENT ON COLUMN shared.public_keys.purpose IS 'What it signs.';
COMMENT ON COLUMN shared.public_keys.public_key IS 'Ed25519 public key.';
COMMENT ON COLUMN shared.public_keys.used_from IS 'Since when it signs.';
COMMENT ON COLUMN shared.public_keys.retired_at IS 'When a newer one took over.';
