-- Wallet life: age and re-joining, closing, handing over, consent to the tax file, and moving in from another operator.
ALTER TABLE shared.policies ADD COLUMN age_min integer NOT NULL DEFAULT 14 CONSTRAINT policies_age_min CHECK (age_min >= 0);
ALTER TABLE shared.policies ADD COLUMN rejoin_days integer NOT NULL DEFAULT 30 CONSTRAINT policies_rejoin_days CHECK (rejoin_days >= 0);
COMMENT ON COLUMN shared.policies.age_min IS 'Completed years of age from which on somebody may open a wallet.';
COMMENT ON COLUMN shared.policies.rejoin_days IS 'Whole days after leaving in which no new wallet is opened.';

CREATE TABLE vault.births (
    person_id    uuid PRIMARY KEY CONSTRAINT births_person REFERENCES shared.people,
    birth_sealed bytea NOT NULL
);
COMMENT ON TABLE vault.births IS 'Dates of birth, sealed; only whether somebody is old enough leaves the vault.';
COMMENT ON COLUMN vault.births.person_id IS 'Who.';
COMMENT ON COLUMN vault.births.birth_sealed IS 'Date of birth, AES-256-GCM.';

CREATE TABLE shared.age_checks (
    person_id  uuid NOT NULL CONSTRAINT age_checks_person REFERENCES shared.people,
    checked_on date NOT NULL,
    age_min    integer NOT NULL,
    old_enough boolean NOT NULL,
    CONSTRAINT age_checks_pk PRIMARY KEY (person_id, checked_on, age_min)
);
COMMENT ON TABLE shared.age_checks IS 'Answers of the vault: whether somebody was old enough on a day.';
COMMENT ON COLUMN shared.age_checks.person_id IS 'Who.';
COMMENT ON COLUMN shared.age_checks.checked_on IS 'Day in Seoul.';
COMMENT ON COLUMN shared.age_checks.age_min IS 'Completed years asked about.';
COMMENT ON COLUMN shared.age_checks.old_enough IS 'The answer.';

ALTER TABLE shared.wallets ADD COLUMN state text NOT NULL DEFAULT 'LIVE'
    CONSTRAINT wallets_state CHECK (state IN ('LIVE', 'MIGRATING', 'CLOSED'));
ALTER TABLE shared.wallets ADD COLUMN closed_at timestamptz;
ALTER TABLE shared.wallets ADD COLUMN rejoin_from timestamptz;
ALTER TABLE shared.wallets ADD CONSTRAINT wallets_closed CHECK ((state = 'CLOSED') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (rejoin_from IS NULL));
ALTER TABLE shared.wallets DROP CONSTRAINT wallets_one_per_holder;
CREATE UNIQUE INDEX wallets_one_per_holder ON shared.wallets (holder_id) WHERE state <> 'CLOSED';
CREATE INDEX wallets_by_holder ON shared.wallets (holder_id);
COMMENT ON COLUMN shared.wallets.holder_id IS 'Whose wallet; one person has one that is not closed.';
COMMENT ON COLUMN shared.wallets.state IS 'LIVE; MIGRATING until what moves in balances, and nobody sees it; CLOSED for ever.';
COMMENT ON COLUMN shared.wallets.closed_at IS 'When its holder left.';
COMMENT ON COLUMN shared.wallets.rejoin_from IS 'First instant at which the holder may open another one.';

INSERT INTO shared.account_kinds (kind, side, floored) VALUES ('handover', 'credit', true);
INSERT INTO shared.transfer_codes (code, debit_kind, credit_kind, share) VALUES
    ('handover_paid', 'lot', 'handover', 'paid'),
    ('handover_subsidy', 'lot', 'handover', 'subsidy'),
    ('handover_face', 'lot', 'handover', NULL),
    ('handover_in_paid', 'handover', 'lot', NULL),
    ('handover_in_subsidy', 'handover', 'lot', NULL),
    ('handover_in_face', 'handover', 'lot', NULL),
    ('handover_in_paid', 'handover', 'lane_clearing', NULL),
    ('handover_in_subsidy', 'handover', 'lane_clearing', NULL),
    ('handover_in_face', 'handover', 'lane_clearing', NULL),
    ('handover_in_paid', 'lane_clearing', 'lot', NULL),
    ('handover_in_subsidy', 'lane_clearing', 'lot', NULL),
    ('handover_in_face', 'lane_clearing', 'lot', NULL),
    ('handover_owed', 'lot', 'handover', NULL),
    ('handover_owed', 'unclaimed', 'handover', NULL),
    ('handover_in_owed', 'handover', 'unclaimed', NULL),
    ('handover_in_owed', 'handover', 'lane_clearing', NULL),
    ('handover_in_owed', 'lane_clearing', 'unclaimed', NULL),
    ('migration_paid', 'bank', 'lot', NULL),
    ('migration_subsidy', 'subsidy_receivable', 'lot', NULL),
    ('migration_grant', 'grant_receivable', 'lot', NULL);

CREATE TABLE shared.handovers (
    id          uuid PRIMARY KEY,
    from_wallet uuid NOT NULL CONSTRAINT handovers_from REFERENCES shared.wallets,
    to_wallet   uuid NOT NULL CONSTRAINT handovers_to REFERENCES shared.wallets,
    kind        text NOT NULL CONSTRAINT handovers_kind CHECK (kind IN ('inheritance', 'transfer')),
    reason      text NOT NULL,
    proposed_by uuid NOT NULL CONSTRAINT handovers_maker REFERENCES shared.people,
    proposed_at timestamptz NOT NULL,
    status      text NOT NULL CONSTRAINT handovers_status CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED')),
    decided_by  uuid CONSTRAINT handovers_checker REFERENCES shared.people,
    decided_at  timestamptz,
    amount      bigint CONSTRAINT handovers_amount CHECK (amount > 0),
    entry_id    uuid,
    in_entry_id uuid,
    CONSTRAINT handovers_other_wallet CHECK (from_wallet <> to_wallet),
    CONSTRAINT handovers_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT handovers_decided CHECK ((status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT handovers_posted CHECK ((status = 'APPROVED') = (entry_id IS NOT NULL) AND (entry_id IS NULL) = (amount IS NULL)
        AND (in_entry_id IS NULL OR entry_id IS NOT NULL))
);
CREATE UNIQUE INDEX handovers_one_open ON shared.handovers (from_wallet) WHERE status = 'PROPOSED';
COMMENT ON TABLE shared.handovers IS 'All that is left in a wallet goes to another one: an operator proposes, another person approves.';
COMMENT ON COLUMN shared.handovers.id IS 'Identity; the account it passes through is handover:id.';
COMMENT ON COLUMN shared.handovers.from_wallet IS 'Whose value.';
COMMENT ON COLUMN shared.handovers.to_wallet IS 'Who gets it.';
COMMENT ON COLUMN shared.handovers.kind IS 'inheritance or transfer.';
COMMENT ON COLUMN shared.handovers.reason IS 'Which papers say so; no names.';
COMMENT ON COLUMN shared.handovers.proposed_by IS 'Maker.';
COMMENT ON COLUMN shared.handovers.proposed_at IS 'When proposed.';
COMMENT ON COLUMN shared.handovers.status IS 'PROPOSED until another person decides.';
COMMENT ON COLUMN shared.handovers.decided_by IS 'Checker; never the maker.';
COMMENT ON COLUMN shared.handovers.decided_at IS 'When decided.';
COMMENT ON COLUMN shared.handovers.amount IS 'What went over, won.';
COMMENT ON COLUMN shared.handovers.entry_id IS 'Entry in the books of the giver''s lane.';
COMMENT ON COLUMN shared.handovers.in_entry_id IS 'Entry in the books of the receiver''s lane, where that is another one.';

CREATE TABLE shared.tax_consents (
    id           uuid PRIMARY KEY,
    person_id    uuid NOT NULL CONSTRAINT tax_consents_person REFERENCES shared.people,
    version      text NOT NULL,
    consented_at timestamptz NOT NULL,
    revoked_at   timestamptz,
    CONSTRAINT tax_consents_period CHECK (revoked_at >= consented_at)
);
CREATE UNIQUE INDEX tax_consents_one_active ON shared.tax_consents (person_id) WHERE revoked_at IS NULL;
CREATE INDEX tax_consents_by_person ON shared.tax_consents (person_id, consented_at);
COMMENT ON TABLE shared.tax_consents IS 'Who agreed that payments are reported for the income deduction, from when until when.';
COMMENT ON COLUMN shared.tax_consents.id IS 'Identity.';
COMMENT ON COLUMN shared.tax_consents.person_id IS 'Who.';
COMMENT ON COLUMN shared.tax_consents.version IS 'Version of the words agreed to.';
COMMENT ON COLUMN shared.tax_consents.consented_at IS 'First instant it holds.';
COMMENT ON COLUMN shared.tax_consents.revoked_at IS 'First instant it no longer holds.';

CREATE TABLE shared.tax_files (
    year       integer NOT NULL CONSTRAINT tax_files_year CHECK (year BETWEEN 2020 AND 2999),
    issue      integer NOT NULL CONSTRAINT tax_files_issue CHECK (issue >= 0),
    made_at    timestamptz NOT NULL,
    made_by    text NOT NULL,
    lines      bigint NOT NULL,
    change     bigint NOT NULL,
    CONSTRAINT tax_files_pk PRIMARY KEY (year, issue)
);
COMMENT ON TABLE shared.tax_files IS 'Yearly files of deductible payments: issue 0 is the file, later ones correct it.';
COMMENT ON COLUMN shared.tax_files.year IS 'Calendar year of the payments, Seoul.';
COMMENT ON COLUMN shared.tax_files.issue IS '0, then one more for each correction.';
COMMENT ON COLUMN shared.tax_files.made_at IS 'Cancels before this instant are in it.';
COMMENT ON COLUMN shared.tax_files.made_by IS 'Who made it.';
COMMENT ON COLUMN shared.tax_files.lines IS 'Lines of wallets in all lanes.';
COMMENT ON COLUMN shared.tax_files.change IS 'What the issue changes in the year''s sum, won; all of it for issue 0.';

GRANT SELECT ON shared.age_checks, shared.handovers, shared.tax_consents, shared.tax_files TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.age_checks, shared.handovers, shared.tax_consents, shared.tax_files TO onnuri_app;
GRANT SELECT, INSERT ON vault.births TO onnuri_app;
GRANT UPDATE (state, closed_at, rejoin_from) ON shared.wallets TO onnuri_app;
GRANT UPDATE (status, decided_by, decided_at, amount, entry_id, in_entry_id) ON shared.handovers TO onnuri_app;
GRANT UPDATE (revoked_at) ON shared.tax_consents TO onnuri_app;
