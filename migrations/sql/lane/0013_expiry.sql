-- Expiry of one lane: grace, notices, postings, and how far the postings have come. Runs with search_path set to the lane.
CREATE TABLE lot_graces (
    lot_id     uuid NOT NULL CONSTRAINT lot_graces_lot REFERENCES lots,
    wallet_id  uuid NOT NULL CONSTRAINT lot_graces_wallet REFERENCES wallets,
    granted_at timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    CONSTRAINT lot_graces_pk PRIMARY KEY (lot_id, until),
    CONSTRAINT lot_graces_period CHECK (until > granted_at)
);
CREATE INDEX lot_graces_by_wallet ON lot_graces (wallet_id, until);
CREATE INDEX lot_graces_by_end ON lot_graces (until, lot_id);
COMMENT ON TABLE lot_graces IS 'A lot to which money came back after it had expired may be spent until then; its latest grace counts.';
COMMENT ON COLUMN lot_graces.lot_id IS 'Lot.';
COMMENT ON COLUMN lot_graces.wallet_id IS 'Whose, repeated from the lot.';
COMMENT ON COLUMN lot_graces.granted_at IS 'When the money came back.';
COMMENT ON COLUMN lot_graces.until IS 'First instant at which it can no longer be spent.';

CREATE TABLE expiry_notices (
    lot_id      uuid NOT NULL CONSTRAINT expiry_notices_lot REFERENCES lots,
    days_before integer NOT NULL,
    expires_at  timestamptz NOT NULL,
    noticed_at  timestamptz NOT NULL,
    CONSTRAINT expiry_notices_pk PRIMARY KEY (lot_id, days_before)
);
COMMENT ON TABLE expiry_notices IS 'Holders told that a lot will expire; each notice once.';
COMMENT ON COLUMN expiry_notices.lot_id IS 'Lot.';
COMMENT ON COLUMN expiry_notices.days_before IS 'Which notice of the policy.';
COMMENT ON COLUMN expiry_notices.expires_at IS 'Expiry as it was told.';
COMMENT ON COLUMN expiry_notices.noticed_at IS 'When.';

CREATE TABLE expirations (
    id         uuid PRIMARY KEY,
    lot_id     uuid NOT NULL CONSTRAINT expirations_lot REFERENCES lots,
    expired_at timestamptz NOT NULL,
    amount     bigint NOT NULL CONSTRAINT expirations_amount CHECK (amount > 0),
    paid       bigint NOT NULL CONSTRAINT expirations_paid CHECK (paid >= 0),
    subsidy    bigint NOT NULL CONSTRAINT expirations_subsidy CHECK (subsidy >= 0),
    entry_id   uuid NOT NULL CONSTRAINT expirations_entry REFERENCES entries,
    posted_at  timestamptz NOT NULL,
    CONSTRAINT expirations_once UNIQUE (lot_id, expired_at),
    CONSTRAINT expirations_shares CHECK (paid + subsidy <= amount AND (subsidy = 0 OR paid + subsidy = amount))
);
COMMENT ON TABLE expirations IS 'Remainders of expired lots, posted once per expiry: bought and gifted value to its owner and the state, granted value to the state.';
COMMENT ON COLUMN expirations.id IS 'Identity.';
COMMENT ON COLUMN expirations.lot_id IS 'Lot.';
COMMENT ON COLUMN expirations.expired_at IS 'Its expiry, or the end of its grace.';
COMMENT ON COLUMN expirations.amount IS 'What was left, won.';
COMMENT ON COLUMN expirations.paid IS 'Share owed to the owner, won; of granted value what the owner had repaid before it came back.';
COMMENT ON COLUMN expirations.subsidy IS 'Share that returned to the state, won; 0 and 0 for granted value.';
COMMENT ON COLUMN expirations.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN expirations.posted_at IS 'When posted.';

CREATE TABLE expiry_cursors (
    what       text PRIMARY KEY CONSTRAINT expiry_cursors_what CHECK (what IN ('lots', 'graces')),
    expires_at timestamptz NOT NULL,
    lot_id     uuid NOT NULL
);
COMMENT ON TABLE expiry_cursors IS 'Up to which expiry and lot the remainders have been posted; no lot begins expired, so nothing lies behind.';
COMMENT ON COLUMN expiry_cursors.what IS 'Lots by their own expiry, or by the end of a grace.';
COMMENT ON COLUMN expiry_cursors.expires_at IS 'Expiry of the last one.';
COMMENT ON COLUMN expiry_cursors.lot_id IS 'The last one.';
INSERT INTO expiry_cursors (what, expires_at, lot_id) VALUES
    ('lots', '-infinity', '00000000-0000-0000-0000-000000000000'), ('graces', '-infinity', '00000000-0000-0000-0000-000000000000');

CREATE INDEX lots_by_expiry ON lots (expires_at, id);

CREATE TRIGGER lot_graces_append_only     BEFORE UPDATE OR DELETE ON lot_graces     FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expiry_notices_append_only BEFORE UPDATE OR DELETE ON expiry_notices FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER expirations_append_only    BEFORE UPDATE OR DELETE ON expirations    FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT ON gifts, gift_parts, gifts_received, gift_lots, credit_units, credits, company_purchases, claw_backs,
    claw_back_repayments, lot_graces, expiry_notices, expirations, expiry_cursors TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON gifts, gift_parts, gifts_received, gift_lots, credit_units, credits, company_purchases, claw_backs,
    claw_back_repayments, lot_graces, expiry_notices, expirations TO onnuri_app;
GRANT UPDATE (status, ended_at, end_entry, end_reason) ON gifts TO onnuri_app;
GRANT UPDATE (status, ended_at) ON gifts_received TO onnuri_app;
GRANT UPDATE (expires_at, lot_id) ON expiry_cursors TO onnuri_app;
GRANT UPDATE (status, entry_id, answered_at, bank_code_given, bank_message, inquiries) ON company_purchases TO onnuri_app;
