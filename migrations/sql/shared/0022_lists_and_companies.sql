-- Lists of credits as they were uploaded, claw-backs as they were ordered, and the bank accounts of companies.
CREATE TABLE shared.credit_lists (
    id          uuid PRIMARY KEY,
    name        text NOT NULL CONSTRAINT credit_lists_once UNIQUE,
    kind        text NOT NULL CONSTRAINT credit_lists_kind CHECK (kind IN ('grant', 'company')),
    source_id   text NOT NULL,
    sha256      text NOT NULL CONSTRAINT credit_lists_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    status      text NOT NULL CONSTRAINT credit_lists_status CHECK (status IN ('CHECKED', 'APPROVED', 'REJECTED', 'DONE')),
    parts       bigint NOT NULL CONSTRAINT credit_lists_parts CHECK (parts >= 0),
    good_lines  bigint NOT NULL CONSTRAINT credit_lists_good_lines CHECK (good_lines >= 0),
    total       bigint NOT NULL CONSTRAINT credit_lists_total CHECK (total >= 0),
    bad_lines   bigint NOT NULL CONSTRAINT credit_lists_bad_lines CHECK (bad_lines >= 0),
    uploaded_by uuid NOT NULL CONSTRAINT credit_lists_maker REFERENCES shared.people,
    uploaded_at timestamptz NOT NULL,
    decided_by  uuid CONSTRAINT credit_lists_checker REFERENCES shared.people,
    decided_at  timestamptz,
    parts_done  bigint NOT NULL DEFAULT 0 CONSTRAINT credit_lists_parts_done CHECK (parts_done BETWEEN 0 AND parts),
    stopped_by  text,
    finished_at timestamptz,
    CONSTRAINT credit_lists_four_eyes CHECK (decided_by <> uploaded_by),
    CONSTRAINT credit_lists_decided CHECK ((status = 'CHECKED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT credit_lists_finished CHECK ((status = 'DONE') = (finished_at IS NOT NULL) AND (status <> 'DONE' OR parts_done = parts))
);
CREATE FUNCTION shared.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% does not change once it is there', TG_TABLE_NAME;
END $$;
COMMENT ON FUNCTION shared.refuse_change() IS 'Refuses a change to what stands for ever.';
CREATE TRIGGER credit_lists_found_once BEFORE UPDATE OF id, name, kind, source_id, sha256, parts, good_lines, total, bad_lines ON shared.credit_lists
    FOR EACH ROW WHEN (OLD.parts > 0 OR OLD.status <> 'CHECKED') EXECUTE FUNCTION shared.refuse_change();
CREATE FUNCTION shared.refuse_unapproved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shared.credit_lists l WHERE l.name = NEW.list_id AND l.kind = NEW.kind AND l.source_id = NEW.source_id
                   AND l.status = 'APPROVED' AND NEW.unit BETWEEN 0 AND l.parts - 1) THEN
        RAISE EXCEPTION 'unit % of % is of no approved list', NEW.unit, NEW.list_id USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION shared.refuse_unapproved() IS 'Refuses to credit what is of no approved list, or of a part that the list does not have.';
CREATE INDEX credit_lists_by_source ON shared.credit_lists (kind, source_id, id);
CREATE INDEX credit_lists_to_run ON shared.credit_lists (id) WHERE status = 'APPROVED';
COMMENT ON TABLE shared.credit_lists IS 'Lists of credits that were uploaded: looked through, approved by another person, then credited part by part.';
COMMENT ON COLUMN shared.credit_lists.id IS 'Identity.';
COMMENT ON COLUMN shared.credit_lists.name IS 'Its source and the SHA-256 of the file: the same file for the same giver is the same list.';
COMMENT ON COLUMN shared.credit_lists.kind IS 'grant of the state, or company.';
COMMENT ON COLUMN shared.credit_lists.source_id IS 'Which programme or company.';
COMMENT ON COLUMN shared.credit_lists.sha256 IS 'Of the file''s bytes, hexadecimal.';
COMMENT ON COLUMN shared.credit_lists.status IS 'CHECKED; APPROVED or REJECTED by another person; DONE once every part was credited.';
COMMENT ON COLUMN shared.credit_lists.parts IS 'Parts the file was cut into.';
COMMENT ON COLUMN shared.credit_lists.good_lines IS 'Lines that could be credited when it was looked through.';
COMMENT ON COLUMN shared.credit_lists.total IS 'Of these, won.';
COMMENT ON COLUMN shared.credit_lists.bad_lines IS 'Lines that could not.';
COMMENT ON COLUMN shared.credit_lists.uploaded_by IS 'Maker.';
COMMENT ON COLUMN shared.credit_lists.uploaded_at IS 'When.';
COMMENT ON COLUMN shared.credit_lists.decided_by IS 'Checker; never the maker.';
COMMENT ON COLUMN shared.credit_lists.decided_at IS 'When decided.';
COMMENT ON COLUMN shared.credit_lists.parts_done IS 'So many parts from the first are credited; where an interrupted run goes on.';
COMMENT ON COLUMN shared.credit_lists.stopped_by IS 'Code of the refusal that stopped the last run; empty where none did.';
COMMENT ON COLUMN shared.credit_lists.finished_at IS 'When the last part was credited.';

CREATE TABLE shared.credit_list_parts (
    list_id uuid NOT NULL CONSTRAINT credit_list_parts_list REFERENCES shared.credit_lists,
    part    bigint NOT NULL,
    content text NOT NULL,
    CONSTRAINT credit_list_parts_pk PRIMARY KEY (list_id, part)
);
COMMENT ON TABLE shared.credit_list_parts IS 'The lines of an uploaded list, a hundred at a time; ids, amounts and references only.';
COMMENT ON COLUMN shared.credit_list_parts.list_id IS 'Which list.';
COMMENT ON COLUMN shared.credit_list_parts.part IS 'Place in the file, from 0; its first line is 100 times that and 2.';
COMMENT ON COLUMN shared.credit_list_parts.content IS 'The lines as they came, CSV.';

CREATE TABLE shared.credit_list_findings (
    list_id uuid NOT NULL CONSTRAINT credit_list_findings_list REFERENCES shared.credit_lists,
    line    bigint NOT NULL,
    code    text NOT NULL,
    facts   jsonb NOT NULL,
    CONSTRAINT credit_list_findings_pk PRIMARY KEY (list_id, line)
);
COMMENT ON TABLE shared.credit_list_findings IS 'What the look through a list found wrong, before anything was credited.';
COMMENT ON COLUMN shared.credit_list_findings.list_id IS 'Which list.';
COMMENT ON COLUMN shared.credit_list_findings.line IS 'Line of the file, from 1.';
COMMENT ON COLUMN shared.credit_list_findings.code IS 'Code of the refusal.';
COMMENT ON COLUMN shared.credit_list_findings.facts IS 'Its facts.';

CREATE TABLE shared.claw_back_orders (
    id         uuid PRIMARY KEY,
    lot_id     uuid NOT NULL,
    wallet_id  uuid NOT NULL CONSTRAINT claw_back_orders_wallet REFERENCES shared.wallets,
    amount     bigint CONSTRAINT claw_back_orders_amount CHECK (amount > 0),
    reason     text NOT NULL,
    ordered_by uuid NOT NULL CONSTRAINT claw_back_orders_maker REFERENCES shared.people,
    ordered_at timestamptz NOT NULL,
    status     text NOT NULL CONSTRAINT claw_back_orders_status CHECK (status IN ('PROPOSED', 'APPROVED', 'REJECTED')),
    decided_by uuid CONSTRAINT claw_back_orders_checker REFERENCES shared.people,
    decided_at timestamptz,
    CONSTRAINT claw_back_orders_four_eyes CHECK (decided_by <> ordered_by),
    CONSTRAINT claw_back_orders_decided CHECK ((status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL))
);
CREATE UNIQUE INDEX claw_back_orders_one_open ON shared.claw_back_orders (lot_id) WHERE status = 'PROPOSED';
CREATE INDEX claw_back_orders_by_wallet ON shared.claw_back_orders (wallet_id, id);
COMMENT ON TABLE shared.claw_back_orders IS 'Claw-backs as one person orders them; another one approves, and the claw-back carries the same identity.';
COMMENT ON COLUMN shared.claw_back_orders.id IS 'Identity, also of the claw-back that comes of it.';
COMMENT ON COLUMN shared.claw_back_orders.lot_id IS 'The grant''s lot.';
COMMENT ON COLUMN shared.claw_back_orders.wallet_id IS 'Whose.';
COMMENT ON COLUMN shared.claw_back_orders.amount IS 'Won; empty for all of it.';
COMMENT ON COLUMN shared.claw_back_orders.reason IS 'Why, in words the holder is told.';
COMMENT ON COLUMN shared.claw_back_orders.ordered_by IS 'Maker.';
COMMENT ON COLUMN shared.claw_back_orders.ordered_at IS 'When.';
COMMENT ON COLUMN shared.claw_back_orders.status IS 'PROPOSED, then APPROVED or REJECTED for ever.';
COMMENT ON COLUMN shared.claw_back_orders.decided_by IS 'Checker; never the maker.';
COMMENT ON COLUMN shared.claw_back_orders.decided_at IS 'When decided.';

CREATE TABLE shared.company_accounts (
    id              uuid PRIMARY KEY,
    company_id      uuid NOT NULL CONSTRAINT company_accounts_company REFERENCES shared.companies,
    fintech_use_num text NOT NULL,
    bank_code       text NOT NULL CONSTRAINT company_accounts_bank_code CHECK (bank_code ~ '^[0-9]{3}$'),
    masked          text NOT NULL,
    consented_at    timestamptz NOT NULL,
    recorded_by     uuid NOT NULL CONSTRAINT company_accounts_recorded_by REFERENCES shared.people,
    revoked_at      timestamptz,
    revoked_by      uuid CONSTRAINT company_accounts_revoked_by REFERENCES shared.people,
    CONSTRAINT company_accounts_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
CREATE UNIQUE INDEX company_accounts_one_active ON shared.company_accounts (company_id) WHERE revoked_at IS NULL;
COMMENT ON TABLE shared.company_accounts IS 'The bank account a company buys from, with its consent to be debited.';
COMMENT ON COLUMN shared.company_accounts.id IS 'Identity.';
COMMENT ON COLUMN shared.company_accounts.company_id IS 'Whose account.';
COMMENT ON COLUMN shared.company_accounts.fintech_use_num IS 'Token of the account on the bank rail.';
COMMENT ON COLUMN shared.company_accounts.bank_code IS 'Standard bank code, three digits.';
COMMENT ON COLUMN shared.company_accounts.masked IS 'Number as it may be shown.';
COMMENT ON COLUMN shared.company_accounts.consented_at IS 'When the company consented to debits.';
COMMENT ON COLUMN shared.company_accounts.recorded_by IS 'Who saw the consent and recorded it.';
COMMENT ON COLUMN shared.company_accounts.revoked_at IS 'When the consent was withdrawn.';
COMMENT ON COLUMN shared.company_accounts.revoked_by IS 'Who recorded that, or recorded another account instead.';

-- What companies buy comes in at the bank too, so its lines are matched to purchases; what was paid in, to its receipt.
ALTER TABLE shared.matches DROP CONSTRAINT matches_kind;
ALTER TABLE shared.matches ADD CONSTRAINT matches_kind
    CHECK (matched_kind IN ('charge', 'payout', 'payout_return', 'payout_duplicate', 'subsidy', 'refund', 'purchase', 'receipt'));
CREATE INDEX statement_lines_paid_in ON shared.statement_lines (upper(line_ref)) WHERE direction = 'in' AND end_to_end_id = '';

GRANT SELECT ON shared.credit_lists, shared.credit_list_parts, shared.credit_list_findings, shared.claw_back_orders, shared.company_accounts
    TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.credit_lists, shared.credit_list_parts, shared.credit_list_findings, shared.claw_back_orders, shared.company_accounts
    TO onnuri_app;
GRANT UPDATE (parts, good_lines, total, bad_lines, status, decided_by, decided_at, parts_done, stopped_by, finished_at) ON shared.credit_lists TO onnuri_app;
GRANT UPDATE (status, decided_by, decided_at) ON shared.claw_back_orders TO onnuri_app;
GRANT UPDATE (revoked_at, revoked_by) ON shared.company_accounts TO onnuri_app;

-- Credits are keyed by the id of their giver: no programme is named as a company's id is written.
ALTER TABLE shared.grant_programmes ADD CONSTRAINT grant_programmes_no_company CHECK (id !~ '^[0-9a-f]{32}$');
