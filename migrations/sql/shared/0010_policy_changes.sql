-- Terms of refunds, of the bank window and of changes; changes in four eyes; the budget of a version, lane by lane.
-- The defaults only fill the seeded history: they are dropped again, so that every later version says its own numbers.
ALTER TABLE shared.policies ADD COLUMN product text NOT NULL DEFAULT 'digital' CONSTRAINT policies_product CHECK (product IN ('digital'));
ALTER TABLE shared.policies ADD COLUMN charge_cancel_days integer NOT NULL DEFAULT 7 CONSTRAINT policies_charge_cancel CHECK (charge_cancel_days >= 0);
ALTER TABLE shared.policies ADD COLUMN refund_used_bps integer NOT NULL DEFAULT 6000 CONSTRAINT policies_refund_used CHECK (refund_used_bps BETWEEN 1 AND 10000);
ALTER TABLE shared.policies ADD COLUMN refund_small_used_bps integer NOT NULL DEFAULT 8000
    CONSTRAINT policies_refund_small_used CHECK (refund_small_used_bps BETWEEN 1 AND 10000);
ALTER TABLE shared.policies ADD COLUMN refund_small_max bigint NOT NULL DEFAULT 10000 CONSTRAINT policies_refund_small CHECK (refund_small_max >= 0);
ALTER TABLE shared.policies ADD COLUMN bank_closes_at time NOT NULL DEFAULT '23:30';
ALTER TABLE shared.policies ADD COLUMN bank_opens_at time NOT NULL DEFAULT '00:30';
ALTER TABLE shared.policies ADD COLUMN notice_months integer NOT NULL DEFAULT 1 CONSTRAINT policies_notice CHECK (notice_months >= 0);
ALTER TABLE shared.policies ADD COLUMN budget bigint CONSTRAINT policies_budget CHECK (budget >= 0);
ALTER TABLE shared.policies ADD COLUMN announced_at timestamptz;
ALTER TABLE shared.policies ALTER COLUMN product DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN charge_cancel_days DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN refund_used_bps DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN refund_small_used_bps DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN refund_small_max DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN bank_closes_at DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN bank_opens_at DROP DEFAULT;
ALTER TABLE shared.policies ALTER COLUMN notice_months DROP DEFAULT;
COMMENT ON COLUMN shared.policies.product IS 'Which kind of gift certificate the rules are for.';
COMMENT ON COLUMN shared.policies.charge_cancel_days IS 'Days after the day of the charge within which a wholly unused charge can be taken back.';
COMMENT ON COLUMN shared.policies.refund_used_bps IS 'Share of a charge that must be used before the rest is paid back, basis points of its face.';
COMMENT ON COLUMN shared.policies.refund_small_used_bps IS 'The same for a small charge, basis points of its face.';
COMMENT ON COLUMN shared.policies.refund_small_max IS 'A charge up to this face is a small one, won.';
COMMENT ON COLUMN shared.policies.bank_closes_at IS 'From this time of day in Seoul the bank takes no registrations, charges and refunds.';
COMMENT ON COLUMN shared.policies.bank_opens_at IS 'From this time of day in Seoul it takes them again; the same as bank_closes_at means never closed.';
COMMENT ON COLUMN shared.policies.notice_months IS 'Months from the announcement to a change of these rules that worsens the holder''s position.';
COMMENT ON COLUMN shared.policies.budget IS 'Most subsidy that may be granted under the version, won; empty for no bound.';
COMMENT ON COLUMN shared.policies.announced_at IS 'When the approved version was announced; empty for versions older than this software.';

CREATE TABLE shared.policy_proposals (
    id          uuid PRIMARY KEY,
    policy_id   text NOT NULL,
    based_on    text NOT NULL CONSTRAINT policy_proposals_based_on REFERENCES shared.policies,
    terms       jsonb NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_to    timestamptz,
    worsens     text[] NOT NULL,
    reason      text NOT NULL,
    proposed_by uuid NOT NULL CONSTRAINT policy_proposals_maker REFERENCES shared.people,
    proposed_at timestamptz NOT NULL,
    status      text NOT NULL CONSTRAINT policy_proposals_status CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED')),
    decided_by  uuid CONSTRAINT policy_proposals_checker REFERENCES shared.people,
    decided_at  timestamptz,
    CONSTRAINT policy_proposals_period CHECK (valid_to > valid_from),
    CONSTRAINT policy_proposals_four_eyes CHECK (decided_by <> proposed_by),
    CONSTRAINT policy_proposals_decided CHECK ((status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
CREATE UNIQUE INDEX policy_proposals_one_open ON shared.policy_proposals (policy_id) WHERE status <> 'REJECTED';
COMMENT ON TABLE shared.policy_proposals IS 'Changes of the rules: one person proposes, another approves.';
COMMENT ON COLUMN shared.policy_proposals.id IS 'Identity.';
COMMENT ON COLUMN shared.policy_proposals.policy_id IS 'Name of the version it would become.';
COMMENT ON COLUMN shared.policy_proposals.based_on IS 'Version whose numbers hold where the proposal names none.';
COMMENT ON COLUMN shared.policy_proposals.terms IS 'Columns of shared.policies that change, with their new values.';
COMMENT ON COLUMN shared.policy_proposals.valid_from IS 'First instant in force.';
COMMENT ON COLUMN shared.policy_proposals.valid_to IS 'First instant no longer in force; empty for as long as the version it is based on.';
COMMENT ON COLUMN shared.policy_proposals.worsens IS 'Terms that worsen the holder''s position.';
COMMENT ON COLUMN shared.policy_proposals.reason IS 'Why, and where it is published.';
COMMENT ON COLUMN shared.policy_proposals.proposed_by IS 'Maker.';
COMMENT ON COLUMN shared.policy_proposals.proposed_at IS 'When proposed.';
COMMENT ON COLUMN shared.policy_proposals.status IS 'PROPOSED until another person decides.';
COMMENT ON COLUMN shared.policy_proposals.decided_by IS 'Checker; never the maker.';
COMMENT ON COLUMN shared.policy_proposals.decided_at IS 'When decided.';

CREATE TABLE shared.policy_budgets (
    policy_id text NOT NULL CONSTRAINT policy_budgets_policy REFERENCES shared.policies,
    lane      text NOT NULL CONSTRAINT policy_budgets_lane REFERENCES shared.lanes,
    budget    bigint NOT NULL CONSTRAINT policy_budgets_budget CHECK (budget >= 0),
    CONSTRAINT policy_budgets_pk PRIMARY KEY (policy_id, lane)
);
COMMENT ON TABLE shared.policy_budgets IS 'The budget of a version split over the lanes, so that each decides alone; sums to policies.budget.';
COMMENT ON COLUMN shared.policy_budgets.policy_id IS 'Version.';
COMMENT ON COLUMN shared.policy_budgets.lane IS 'Lane.';
COMMENT ON COLUMN shared.policy_budgets.budget IS 'Its part, won.';

INSERT INTO shared.transfer_codes (code, debit_kind, credit_kind) VALUES
    ('refund_paid', 'lot', 'refund_in_flight'),
    ('refund_subsidy', 'lot', 'subsidy_receivable'),
    ('refund_done', 'refund_in_flight', 'bank'),
    ('refund_back_paid', 'refund_in_flight', 'lot'),
    ('refund_back_subsidy', 'subsidy_receivable', 'lot');

-- Refunds leave the safeguarding account, so bank lines are matched to them too.
ALTER TABLE shared.matches DROP CONSTRAINT matches_kind;
ALTER TABLE shared.matches ADD CONSTRAINT matches_kind
    CHECK (matched_kind IN ('charge', 'payout', 'payout_return', 'payout_duplicate', 'subsidy', 'refund'));

GRANT SELECT ON shared.policy_proposals, shared.policy_budgets TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.policy_proposals, shared.policy_budgets TO onnuri_app;
GRANT UPDATE (status, decided_by, decided_at) ON shared.policy_proposals TO onnuri_app;
GRANT UPDATE (valid_to) ON shared.policies TO onnuri_app;
