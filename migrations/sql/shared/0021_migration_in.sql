-- Moving in from another operator: the file as it came, staged; what it must add up to; and how far it has come.
CREATE TABLE shared.migrations (
    id          uuid PRIMARY KEY,
    operator    text NOT NULL,
    sha256      bytea NOT NULL,
    status      text NOT NULL CONSTRAINT migrations_status CHECK (status IN ('STAGED', 'APPROVED', 'LIVE', 'REJECTED')),
    staged_by   uuid NOT NULL CONSTRAINT migrations_maker REFERENCES shared.people,
    staged_at   timestamptz NOT NULL,
    approved_by uuid CONSTRAINT migrations_checker REFERENCES shared.people,
    approved_at timestamptz,
    live_at     timestamptz,
    opened_at   timestamptz,
    rejected_by uuid CONSTRAINT migrations_rejecter REFERENCES shared.people,
    rejected_at timestamptz,
    paid_reference text CONSTRAINT migrations_paid_reference CHECK (paid_reference ~ '^[0-9A-Z]+(-[0-9A-Z]+)*$' AND length(paid_reference) <= 35),
    paid_at     timestamptz,
    paid_by     uuid CONSTRAINT migrations_paid_recorder REFERENCES shared.people,
    CONSTRAINT migrations_four_eyes CHECK (approved_by <> staged_by),
    CONSTRAINT migrations_approved CHECK ((status <> 'STAGED' OR approved_by IS NULL) AND (status NOT IN ('APPROVED', 'LIVE') OR approved_by IS NOT NULL)
        AND (approved_by IS NULL) = (approved_at IS NULL)),
    CONSTRAINT migrations_live CHECK ((status = 'LIVE') = (live_at IS NOT NULL)),
    CONSTRAINT migrations_opened CHECK (opened_at IS NULL OR coalesce(opened_at >= live_at, false)),
    CONSTRAINT migrations_paid CHECK (num_nonnulls(paid_reference, paid_at, paid_by) IN (0, 3) AND (paid_at IS NULL OR coalesce(paid_at >= live_at, false))),
    CONSTRAINT migrations_rejected CHECK ((status = 'REJECTED') = (rejected_by IS NOT NULL) AND (rejected_by IS NULL) = (rejected_at IS NULL))
);
CREATE UNIQUE INDEX migrations_once ON shared.migrations (sha256) WHERE status <> 'REJECTED';
COMMENT ON TABLE shared.migrations IS 'Files of opening balances from other operators.';
COMMENT ON COLUMN shared.migrations.id IS 'Identity.';
COMMENT ON COLUMN shared.migrations.operator IS 'From whom.';
COMMENT ON COLUMN shared.migrations.sha256 IS 'Of the file; the same file is staged once, or again after it was rejected.';
COMMENT ON COLUMN shared.migrations.status IS 'STAGED; APPROVED once it balances and another person agreed; LIVE once the books were proven to hold all of it; REJECTED before anything of it was in the books.';
COMMENT ON COLUMN shared.migrations.staged_by IS 'Maker.';
COMMENT ON COLUMN shared.migrations.staged_at IS 'When staged.';
COMMENT ON COLUMN shared.migrations.approved_by IS 'Checker; never the maker.';
COMMENT ON COLUMN shared.migrations.approved_at IS 'When approved.';
COMMENT ON COLUMN shared.migrations.live_at IS 'When the books were proven to hold all of it; its wallets open from here on.';
COMMENT ON COLUMN shared.migrations.opened_at IS 'When the last of its wallets had opened.';
COMMENT ON COLUMN shared.migrations.rejected_by IS 'Who gave it up.';
COMMENT ON COLUMN shared.migrations.rejected_at IS 'When given up.';
COMMENT ON COLUMN shared.migrations.paid_reference IS 'The bank''s reference of what the other operator paid in for it, in capitals; empty while it is awaited.';
COMMENT ON COLUMN shared.migrations.paid_at IS 'When that was counted.';
COMMENT ON COLUMN shared.migrations.paid_by IS 'Who counted it.';

CREATE TABLE shared.migration_rows (
    migration_id uuid NOT NULL CONSTRAINT migration_rows_migration REFERENCES shared.migrations,
    line         bigint NOT NULL,
    holder_id    uuid,
    reference    text NOT NULL,
    source       text,
    programme    text,
    face         bigint,
    paid         bigint,
    left_won     bigint,
    left_paid    bigint,
    used_won     bigint,
    charged_at   timestamptz,
    expires_at   timestamptz,
    in_transit   boolean NOT NULL,
    lane         text,
    problem      text,
    taken_from   text,
    CONSTRAINT migration_rows_pk PRIMARY KEY (migration_id, line),
    CONSTRAINT migration_rows_whole CHECK (problem IS NOT NULL OR num_nulls(holder_id, source, programme, face, paid, left_won,
        left_paid, used_won, charged_at, expires_at, lane) = 0),
    CONSTRAINT migration_rows_taken CHECK (taken_from IS NULL OR (problem IS NULL AND NOT in_transit)),
    CONSTRAINT migration_rows_shares CHECK (problem IS NOT NULL OR (0 <= paid AND paid <= face AND 0 < left_won AND left_won <= face
        AND 0 <= left_paid AND left_paid <= left_won AND 0 <= used_won AND used_won <= face - left_won))
);
-- One lot of one operator comes in once: over all files, lanes and processes.
CREATE UNIQUE INDEX migration_rows_lot_once ON shared.migration_rows (taken_from, reference) WHERE taken_from IS NOT NULL;
CREATE INDEX migration_rows_by_person ON shared.migration_rows (holder_id);
CREATE INDEX migration_rows_by_reference ON shared.migration_rows (reference);
CREATE INDEX migration_rows_by_holder ON shared.migration_rows (migration_id, lane, holder_id);
COMMENT ON TABLE shared.migration_rows IS 'The lots of such a file, line by line; nothing in the books yet.';
COMMENT ON COLUMN shared.migration_rows.migration_id IS 'Which file.';
COMMENT ON COLUMN shared.migration_rows.line IS 'Line of the file, from 1.';
COMMENT ON COLUMN shared.migration_rows.holder_id IS 'Whose lot.';
COMMENT ON COLUMN shared.migration_rows.reference IS 'The other operator''s own reference of the lot.';
COMMENT ON COLUMN shared.migration_rows.source IS 'bought, gift or grant.';
COMMENT ON COLUMN shared.migration_rows.programme IS 'digital, or the grant programme.';
COMMENT ON COLUMN shared.migration_rows.face IS 'Value when it was charged, won.';
COMMENT ON COLUMN shared.migration_rows.paid IS 'Of the face, what was paid, won.';
COMMENT ON COLUMN shared.migration_rows.left_won IS 'What is left of it, won.';
COMMENT ON COLUMN shared.migration_rows.left_paid IS 'Of what is left, the paid share, rounded down to one won; 0 for grants.';
COMMENT ON COLUMN shared.migration_rows.used_won IS 'Spent at shops, won: as the file says, or all that is not left.';
COMMENT ON COLUMN shared.migration_rows.charged_at IS 'Midnight of the day in Seoul on which it was charged.';
COMMENT ON COLUMN shared.migration_rows.expires_at IS 'First instant at which it can no longer be spent.';
COMMENT ON COLUMN shared.migration_rows.in_transit IS 'Still moving at the other operator: listed and counted apart, never posted.';
COMMENT ON COLUMN shared.migration_rows.lane IS 'Lane its wallet will be in.';
COMMENT ON COLUMN shared.migration_rows.problem IS 'Why the line can''t be taken; empty where it can.';
COMMENT ON COLUMN shared.migration_rows.taken_from IS 'The operator, once the file is approved: no other line takes the same lot. Empty before, and where the file was given up.';

CREATE TABLE shared.opening_gate (
    one boolean CONSTRAINT opening_gate_pk PRIMARY KEY CONSTRAINT opening_gate_one CHECK (one)
);
COMMENT ON TABLE shared.opening_gate IS 'A lock: shared by who opens a wallet, held alone by an approval of a migration while it looks who has one.';
COMMENT ON COLUMN shared.opening_gate.one IS 'There is one row.';
INSERT INTO shared.opening_gate (one) VALUES (true);

GRANT UPDATE (one) ON shared.opening_gate TO onnuri_app;
GRANT SELECT ON shared.opening_gate TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT SELECT ON shared.migrations, shared.migration_rows TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON shared.migrations, shared.migration_rows TO onnuri_app;
GRANT UPDATE (status, approved_by, approved_at, live_at, opened_at, rejected_by, rejected_at, paid_reference, paid_at, paid_by) ON shared.migrations TO onnuri_app;
GRANT UPDATE (taken_from) ON shared.migration_rows TO onnuri_app;
