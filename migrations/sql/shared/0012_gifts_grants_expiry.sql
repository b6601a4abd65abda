-- Gifts, grants, claw-backs, companies and expiry: their rules, who gives, and the transfers they may make.
ALTER TABLE shared.policies ADD COLUMN gift_days integer NOT NULL DEFAULT 30 CONSTRAINT policies_gift_days CHECK (gift_days > 0);
ALTER TABLE shared.policies ADD COLUMN notice_days integer[] NOT NULL DEFAULT '{30,14,10,5,1}';
ALTER TABLE shared.policies ADD COLUMN grace_days integer NOT NULL DEFAULT 30 CONSTRAINT policies_grace_days CHECK (grace_days >= 0);
COMMENT ON COLUMN shared.policies.gift_days IS 'Whole days a gift waits in its box before it returns to the sender.';
COMMENT ON COLUMN shared.policies.notice_days IS 'How many days before a lot expires its holder is told.';
COMMENT ON COLUMN shared.policies.grace_days IS 'Whole days a lot may still be spent after money came back to it when it had expired.';

-- Which share of an existing lot a transfer takes out of it or gives back to it. Payments move face and no share.
ALTER TABLE shared.transfer_codes ADD COLUMN share text CONSTRAINT transfer_codes_share CHECK (share IN ('paid', 'subsidy'));
COMMENT ON COLUMN shared.transfer_codes.share IS 'Share of an existing lot that moves with it; empty where only face moves or the lot begins with it.';

INSERT INTO shared.account_kinds (kind, side, floored) VALUES
    ('lane_clearing', 'credit', false),
    ('purchase', 'credit', true);

INSERT INTO shared.transfer_codes (code, debit_kind, credit_kind, share) VALUES
    ('gift_paid', 'lot', 'gift_box', 'paid'),
    ('gift_subsidy', 'lot', 'gift_box', 'subsidy'),
    ('gift_accept_paid', 'gift_box', 'lot', NULL),
    ('gift_accept_subsidy', 'gift_box', 'lot', NULL),
    ('gift_accept_paid', 'gift_box', 'lane_clearing', NULL),
    ('gift_accept_subsidy', 'gift_box', 'lane_clearing', NULL),
    ('gift_accept_paid', 'lane_clearing', 'lot', NULL),
    ('gift_accept_subsidy', 'lane_clearing', 'lot', NULL),
    ('gift_return_paid', 'gift_box', 'lot', 'paid'),
    ('gift_return_subsidy', 'gift_box', 'lot', 'subsidy'),
    ('grant', 'grant_receivable', 'lot', NULL),
    ('grant_received', 'bank', 'grant_receivable', NULL),
    ('claw_back', 'lot', 'grant_receivable', NULL),
    ('claw_back_spent', 'holder_receivable', 'grant_receivable', NULL),
    ('claw_back_repaid', 'bank', 'holder_receivable', NULL),
    ('claw_back_repaid_paid', 'lot', 'holder_receivable', 'paid'),
    ('claw_back_repaid_subsidy', 'lot', 'holder_receivable', 'subsidy'),
    ('claw_back_repaid_face', 'lot', 'holder_receivable', NULL),
    ('company_bought', 'bank', 'purchase', NULL),
    ('company_credit', 'purchase', 'lot', NULL),
    ('company_moved', 'purchase', 'lane_clearing', NULL),
    ('company_moved', 'lane_clearing', 'purchase', NULL),
    ('expiry_paid', 'lot', 'unclaimed', 'paid'),
    ('expiry_subsidy', 'lot', 'subsidy_receivable', 'subsidy'),
    ('expiry_grant', 'lot', 'grant_receivable', NULL),
    ('expiry_repaid', 'lot', 'unclaimed', NULL),
    ('unclaimed_paid', 'unclaimed', 'refund_in_flight', NULL),
    ('unclaimed_back', 'refund_in_flight', 'unclaimed', NULL);

UPDATE shared.transfer_codes SET share = 'paid' WHERE code IN ('refund_paid', 'refund_back_paid');
UPDATE shared.transfer_codes SET share = 'subsidy' WHERE code IN ('refund_subsidy', 'refund_back_subsidy');

CREATE TABLE shared.grant_programmes (
    id          text PRIMARY KEY CONSTRAINT grant_programmes_id CHECK (id ~ '^[a-z0-9-]{1,40}$'),
    name        text NOT NULL,
    opens_at    timestamptz NOT NULL,
    closes_at   timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    source      text NOT NULL,
    status      text NOT NULL CONSTRAINT grant_programmes_status CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED')),
    proposed_by uuid NOT NULL CONSTRAINT grant_programmes_maker REFERENCES shared.people,
    proposed_at timestamptz NOT NULL,
    decided_by  uuid CONSTRAINT grant_programmes_checker REFERENCES shared.people,
    decided_at  timestamptz,
    CONSTRAINT grant_programmes_period CHECK (opens_at < closes_at AND closes_at <= expires_at),
    CONSTRAINT grant_programmes_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT grant_programmes_decided CHECK ((status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
COMMENT ON TABLE shared.grant_programmes IS 'A programme of the state that credits wallets: not giftable, not refundable, may be clawed back.';
COMMENT ON COLUMN shared.grant_programmes.id IS 'Name of the programme inside account paths.';
COMMENT ON COLUMN shared.grant_programmes.name IS 'Name as people know it.';
COMMENT ON COLUMN shared.grant_programmes.opens_at IS 'First instant at which it may be credited.';
COMMENT ON COLUMN shared.grant_programmes.closes_at IS 'First instant at which it may no longer be credited.';
COMMENT ON COLUMN shared.grant_programmes.expires_at IS 'First instant at which its lots can no longer be spent.';
COMMENT ON COLUMN shared.grant_programmes.source IS 'Where it is announced.';
COMMENT ON COLUMN shared.grant_programmes.status IS 'PROPOSED; APPROVED by another person, and only then it credits; REJECTED.';
COMMENT ON COLUMN shared.grant_programmes.proposed_by IS 'Who proposed it.';
COMMENT ON COLUMN shared.grant_programmes.proposed_at IS 'When.';
COMMENT ON COLUMN shared.grant_programmes.decided_by IS 'Who else approved or rejected it.';
COMMENT ON COLUMN shared.grant_programmes.decided_at IS 'When.';

CREATE TABLE shared.companies (
    id              uuid PRIMARY KEY,
    business_number text NOT NULL CONSTRAINT companies_business_number UNIQUE,
    name            text NOT NULL,
    verified_at     timestamptz NOT NULL,
    verified_by     text NOT NULL
);
COMMENT ON TABLE shared.companies IS 'Companies that were verified and may buy without discount for their people.';
COMMENT ON COLUMN shared.companies.id IS 'Identity.';
COMMENT ON COLUMN shared.companies.business_number IS 'Ten digits with a valid check digit.';
COMMENT ON COLUMN shared.companies.name IS 'Name as registered.';
COMMENT ON COLUMN shared.companies.verified_at IS 'When its papers were checked.';
COMMENT ON COLUMN shared.companies.verified_by IS 'Who checked them.';

CREATE TABLE shared.credit_refusals (
    list_id     text NOT NULL,
    line        bigint NOT NULL,
    code        text NOT NULL,
    facts       jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT credit_refusals_pk PRIMARY KEY (list_id, line)
);
COMMENT ON TABLE shared.credit_refusals IS 'Lines of a list of credits that were refused, and why; their neighbours were credited.';
COMMENT ON COLUMN shared.credit_refusals.list_id IS 'The list: its source and the SHA-256 of the file.';
COMMENT ON COLUMN shared.credit_refusals.line IS 'Line of the file, from 1.';
COMMENT ON COLUMN shared.credit_refusals.code IS 'Code of the refusal.';
COMMENT ON COLUMN shared.credit_refusals.facts IS 'Its facts.';
COMMENT ON COLUMN shared.credit_refusals.recorded_at IS 'When.';

CREATE TABLE shared.bank_receipts (
    reference  text PRIMARY KEY CONSTRAINT bank_receipts_reference CHECK (reference ~ '^[0-9A-Z]+(-[0-9A-Z]+)*$' AND length(reference) <= 35),
    kind       text NOT NULL CONSTRAINT bank_receipts_kind CHECK (kind IN ('purchase', 'repayment', 'migration')),
    subject_id uuid NOT NULL CONSTRAINT bank_receipts_subject UNIQUE,
    amount     bigint NOT NULL CONSTRAINT bank_receipts_amount CHECK (amount > 0),
    lane       text NOT NULL,
    counted_at timestamptz NOT NULL
);
COMMENT ON TABLE shared.bank_receipts IS 'What the bank showed as paid in by hand: each receipt counts once, in whichever lane and for whatever.';
COMMENT ON COLUMN shared.bank_receipts.reference IS 'The bank''s reference, in capitals.';
COMMENT ON COLUMN shared.bank_receipts.kind IS 'What it paid: a company''s purchase, what a holder owed, or what moved in from another operator.';
COMMENT ON COLUMN shared.bank_receipts.subject_id IS 'Which purchase, repayment or migration.';
COMMENT ON COLUMN shared.bank_receipts.amount IS 'How much of it, won.';
COMMENT ON COLUMN shared.bank_receipts.lane IS 'In which lane it is booked.';
COMMENT ON COLUMN shared.bank_receipts.counted_at IS 'When.';

GRANT SELECT ON shared.grant_programmes, shared.companies, shared.credit_refusals, shared.bank_receipts TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.grant_programmes, shared.companies, shared.credit_refusals, shared.bank_receipts TO onnuri_app;
GRANT UPDATE (status, decided_by, decided_at) ON shared.grant_programmes TO onnuri_app;
