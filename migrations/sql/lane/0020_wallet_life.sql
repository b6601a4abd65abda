-- Wallet life of one lane: blocks, where moved lots come from, and lines of the yearly tax file. Runs with search_path set to the lane.
ALTER TABLE wallets DROP CONSTRAINT wallets_status;
ALTER TABLE wallets ADD CONSTRAINT wallets_status CHECK (status IN ('OPEN', 'FROZEN', 'CLOSED', 'MIGRATING'));
CREATE INDEX wallets_migrating ON wallets (id) WHERE status = 'MIGRATING';

CREATE TABLE wallet_blocks (
    id          uuid PRIMARY KEY,
    wallet_id   uuid NOT NULL CONSTRAINT wallet_blocks_wallet REFERENCES wallets,
    kind        text NOT NULL CONSTRAINT wallet_blocks_kind CHECK (kind IN ('frozen', 'lost')),
    reason      text NOT NULL,
    blocked_by  uuid NOT NULL CONSTRAINT wallet_blocks_by REFERENCES shared.people,
    blocked_at  timestamptz NOT NULL,
    after_seq   bigint NOT NULL,
    lifted_by   uuid CONSTRAINT wallet_blocks_lifted_by REFERENCES shared.people,
    lifted_at   timestamptz,
    lift_reason text,
    lift_seq    bigint,
    CONSTRAINT wallet_blocks_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason IS NULL)
        AND (lifted_at IS NULL) = (lift_seq IS NULL))
);
CREATE UNIQUE INDEX wallet_blocks_one_open ON wallet_blocks (wallet_id, kind) WHERE lifted_at IS NULL;
CREATE INDEX wallet_blocks_by_wallet ON wallet_blocks (wallet_id, id);
COMMENT ON TABLE wallet_blocks IS 'Why a wallet is frozen: by an operator, or reported lost by its holder. It opens again when no block stands.';
COMMENT ON COLUMN wallet_blocks.id IS 'Identity.';
COMMENT ON COLUMN wallet_blocks.wallet_id IS 'Which wallet.';
COMMENT ON COLUMN wallet_blocks.kind IS 'frozen by an operator, or lost.';
COMMENT ON COLUMN wallet_blocks.reason IS 'Why.';
COMMENT ON COLUMN wallet_blocks.blocked_by IS 'Who did it.';
COMMENT ON COLUMN wallet_blocks.blocked_at IS 'When it was reported: from here on the operator is liable.';
COMMENT ON COLUMN wallet_blocks.after_seq IS 'Last transfer in the books then; no payment of the wallet comes later while it stands.';
COMMENT ON COLUMN wallet_blocks.lifted_by IS 'Who lifted it.';
COMMENT ON COLUMN wallet_blocks.lifted_at IS 'When.';
COMMENT ON COLUMN wallet_blocks.lift_reason IS 'Why it could be lifted.';
COMMENT ON COLUMN wallet_blocks.lift_seq IS 'Last transfer in the books when it was lifted.';

CREATE TABLE lot_origins (
    lot_id      uuid PRIMARY KEY CONSTRAINT lot_origins_lot REFERENCES lots,
    kind        text NOT NULL CONSTRAINT lot_origins_kind CHECK (kind IN ('handover', 'migration')),
    from_lot    uuid CONSTRAINT lot_origins_from REFERENCES lots CONSTRAINT lot_origins_once UNIQUE,
    other_lot   uuid CONSTRAINT lot_origins_other_once UNIQUE,
    charge_id   uuid CONSTRAINT lot_origins_charge REFERENCES charges,
    moved_lot   uuid CONSTRAINT lot_origins_moved_lot REFERENCES lots,
    policy_id   text CONSTRAINT lot_origins_policy REFERENCES shared.policies,
    handover_id uuid CONSTRAINT lot_origins_handover REFERENCES shared.handovers,
    migration_id uuid CONSTRAINT lot_origins_migration REFERENCES shared.migrations,
    line        bigint,
    programme   text CONSTRAINT lot_origins_programme REFERENCES shared.grant_programmes,
    company_id  uuid CONSTRAINT lot_origins_company REFERENCES shared.companies,
    face        bigint NOT NULL CONSTRAINT lot_origins_face CHECK (face > 0),
    paid        bigint NOT NULL CONSTRAINT lot_origins_paid CHECK (paid BETWEEN 0 AND face),
    used        bigint NOT NULL CONSTRAINT lot_origins_used CHECK (used BETWEEN 0 AND face),
    charged_at  timestamptz NOT NULL,
    entry_id    uuid NOT NULL CONSTRAINT lot_origins_entry REFERENCES entries,
    CONSTRAINT lot_origins_shape CHECK (num_nonnulls(from_lot, other_lot) = CASE WHEN kind = 'handover' THEN 1 ELSE 0 END AND (kind = 'handover') = (handover_id IS NOT NULL)
        AND (kind = 'migration') = (migration_id IS NOT NULL) AND (kind = 'migration') = (line IS NOT NULL)),
    CONSTRAINT lot_origins_judged_by CHECK (num_nonnulls(charge_id, moved_lot) <= 1 AND (moved_lot IS NULL) = (policy_id IS NULL)),
    CONSTRAINT lot_origins_line_once UNIQUE (migration_id, line)
);
CREATE INDEX lot_origins_by_charge ON lot_origins (charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX lot_origins_by_moved_lot ON lot_origins (moved_lot) WHERE moved_lot IS NOT NULL;
COMMENT ON TABLE lot_origins IS 'Lots that go on for another: handed over, or moved in. Face and use of the first one count for refunds.';
COMMENT ON COLUMN lot_origins.lot_id IS 'The lot as it is here.';
COMMENT ON COLUMN lot_origins.kind IS 'handover or migration.';
COMMENT ON COLUMN lot_origins.from_lot IS 'Lot it goes on for; each once.';
COMMENT ON COLUMN lot_origins.other_lot IS 'The same, where that lot is in another lane.';
COMMENT ON COLUMN lot_origins.charge_id IS 'Charge by which refunds are judged; empty where it is not in these books.';
COMMENT ON COLUMN lot_origins.moved_lot IS 'Where bought value came from elsewhere: the first lot of it here, by which refunds are judged.';
COMMENT ON COLUMN lot_origins.policy_id IS 'Rules of the day of that charge; empty where a charge here names them.';
COMMENT ON COLUMN lot_origins.handover_id IS 'Act that handed it over.';
COMMENT ON COLUMN lot_origins.migration_id IS 'File it came with.';
COMMENT ON COLUMN lot_origins.line IS 'Line of that file.';
COMMENT ON COLUMN lot_origins.programme IS 'Of granted value, the programme that gave it, whoever holds it now.';
COMMENT ON COLUMN lot_origins.company_id IS 'Of value that a company gave, that company, whoever holds it now.';
COMMENT ON COLUMN lot_origins.face IS 'Value when it was charged, won.';
COMMENT ON COLUMN lot_origins.paid IS 'Of that value, what was paid for it, won; 0 for grants.';
COMMENT ON COLUMN lot_origins.used IS 'Spent at shops before it came here, won.';
COMMENT ON COLUMN lot_origins.charged_at IS 'When it was charged.';
COMMENT ON COLUMN lot_origins.entry_id IS 'Entry that made it here.';

-- What expires is paid to its owner unasked: how far the expiries have been looked at for that.
ALTER TABLE expiry_cursors DROP CONSTRAINT expiry_cursors_what;
ALTER TABLE expiry_cursors ADD CONSTRAINT expiry_cursors_what CHECK (what IN ('lots', 'graces', 'owed'));
COMMENT ON TABLE expiry_cursors IS 'Up to which expiry and lot the remainders have been posted, and paid where there is an account; no lot begins expired, so nothing lies behind.';
COMMENT ON COLUMN expiry_cursors.what IS 'Lots by their own expiry, by the end of a grace; owed: expiries by when they were posted, for paying them.';
COMMENT ON COLUMN expiry_cursors.expires_at IS 'Expiry of the last one, or when it was posted.';
INSERT INTO expiry_cursors (what, expires_at, lot_id) VALUES ('owed', '-infinity', '00000000-0000-0000-0000-000000000000');
CREATE INDEX expirations_by_posting ON expirations (posted_at, lot_id);

CREATE TABLE tax_lines (
    year       integer NOT NULL,
    issue      integer NOT NULL,
    wallet_id  uuid NOT NULL CONSTRAINT tax_lines_wallet REFERENCES wallets,
    before_won bigint NOT NULL CONSTRAINT tax_lines_before CHECK (before_won >= 0),
    after_won  bigint NOT NULL CONSTRAINT tax_lines_after CHECK (after_won >= 0),
    CONSTRAINT tax_lines_pk PRIMARY KEY (year, issue, wallet_id),
    CONSTRAINT tax_lines_change CHECK (before_won <> after_won),
    CONSTRAINT tax_lines_file FOREIGN KEY (year, issue) REFERENCES shared.tax_files
);
CREATE INDEX tax_lines_by_wallet ON tax_lines (wallet_id, year);
COMMENT ON TABLE tax_lines IS 'What was reported of a wallet for a year; a later issue says what it corrects.';
COMMENT ON COLUMN tax_lines.year IS 'Year of the payments.';
COMMENT ON COLUMN tax_lines.issue IS '0 for the file, later ones for corrections.';
COMMENT ON COLUMN tax_lines.wallet_id IS 'Wallet that paid.';
COMMENT ON COLUMN tax_lines.before_won IS 'Reported before, won.';
COMMENT ON COLUMN tax_lines.after_won IS 'Deductible sum net of cancels, won.';

CREATE TRIGGER lot_origins_append_only BEFORE UPDATE OR DELETE ON lot_origins FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER tax_lines_append_only   BEFORE UPDATE OR DELETE ON tax_lines   FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT ON wallet_blocks, lot_origins, tax_lines TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON wallet_blocks, lot_origins, tax_lines TO onnuri_app;
GRANT UPDATE (lifted_by, lifted_at, lift_reason, lift_seq) ON wallet_blocks TO onnuri_app;
