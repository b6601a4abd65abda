-- Gifts, credits by list, claw-backs and expiry of one lane. Runs with search_path set to the lane.
CREATE TABLE gifts (
    id          uuid PRIMARY KEY,
    from_wallet uuid NOT NULL CONSTRAINT gifts_from REFERENCES wallets,
    to_wallet   uuid NOT NULL CONSTRAINT gifts_to REFERENCES shared.wallets,
    to_lane     text NOT NULL CONSTRAINT gifts_to_lane REFERENCES shared.lanes,
    amount      bigint NOT NULL CONSTRAINT gifts_amount CHECK (amount > 0),
    status      text NOT NULL CONSTRAINT gifts_status CHECK (status IN ('BOXED', 'ACCEPTED', 'RETURNED')),
    sent_at     timestamptz NOT NULL,
    deadline    timestamptz NOT NULL,
    entry_id    uuid NOT NULL CONSTRAINT gifts_entry REFERENCES entries,
    ended_at    timestamptz,
    end_entry   uuid CONSTRAINT gifts_end_entry REFERENCES entries,
    end_reason  text CONSTRAINT gifts_end_reason CHECK (end_reason IN ('accepted', 'declined', 'withdrawn', 'timed_out')),
    CONSTRAINT gifts_other_wallet CHECK (from_wallet <> to_wallet),
    CONSTRAINT gifts_deadline CHECK (deadline > sent_at),
    CONSTRAINT gifts_ended CHECK ((status = 'BOXED') = (ended_at IS NULL) AND (status = 'BOXED') = (end_entry IS NULL)
                                  AND (status = 'BOXED') = (end_reason IS NULL))
);
CREATE INDEX gifts_by_sender ON gifts (from_wallet, id);
CREATE INDEX gifts_boxed ON gifts (deadline, id) WHERE status = 'BOXED';
COMMENT ON TABLE gifts IS 'Value sent from a wallet of this lane; it waits in its box until accepted or returned.';
COMMENT ON COLUMN gifts.id IS 'Identity; the box is the account gift_box:id.';
COMMENT ON COLUMN gifts.from_wallet IS 'Who sent it.';
COMMENT ON COLUMN gifts.to_wallet IS 'To whom.';
COMMENT ON COLUMN gifts.to_lane IS 'Lane of the receiver.';
COMMENT ON COLUMN gifts.amount IS 'Won.';
COMMENT ON COLUMN gifts.status IS 'BOXED, then ACCEPTED or RETURNED for ever.';
COMMENT ON COLUMN gifts.sent_at IS 'When sent.';
COMMENT ON COLUMN gifts.deadline IS 'First instant at which it can only return.';
COMMENT ON COLUMN gifts.entry_id IS 'Entry that boxed it.';
COMMENT ON COLUMN gifts.ended_at IS 'When accepted or returned.';
COMMENT ON COLUMN gifts.end_entry IS 'Entry of this lane that emptied the box.';
COMMENT ON COLUMN gifts.end_reason IS 'Why it ended.';

CREATE TABLE gift_parts (
    gift_id    uuid NOT NULL CONSTRAINT gift_parts_gift REFERENCES gifts,
    lot_id     uuid NOT NULL CONSTRAINT gift_parts_lot REFERENCES lots,
    place      integer NOT NULL,
    paid       bigint NOT NULL CONSTRAINT gift_parts_paid CHECK (paid >= 0),
    subsidy    bigint NOT NULL CONSTRAINT gift_parts_subsidy CHECK (subsidy >= 0),
    expires_at timestamptz NOT NULL,
    CONSTRAINT gift_parts_pk PRIMARY KEY (gift_id, lot_id),
    CONSTRAINT gift_parts_amount CHECK (paid + subsidy > 0)
);
COMMENT ON TABLE gift_parts IS 'From which lots a gift was taken, with the shares that go along.';
COMMENT ON COLUMN gift_parts.gift_id IS 'Gift.';
COMMENT ON COLUMN gift_parts.lot_id IS 'Lot of the sender.';
COMMENT ON COLUMN gift_parts.place IS 'Order, from 0.';
COMMENT ON COLUMN gift_parts.paid IS 'Share its buyer paid, won.';
COMMENT ON COLUMN gift_parts.subsidy IS 'Share the state paid, won.';
COMMENT ON COLUMN gift_parts.expires_at IS 'Expiry that the receiver''s lot keeps.';

CREATE TABLE gifts_received (
    gift_id    uuid PRIMARY KEY,
    from_lane  text NOT NULL CONSTRAINT gifts_received_lane REFERENCES shared.lanes,
    to_wallet  uuid NOT NULL CONSTRAINT gifts_received_wallet REFERENCES wallets,
    amount     bigint NOT NULL CONSTRAINT gifts_received_amount CHECK (amount > 0),
    status     text NOT NULL CONSTRAINT gifts_received_status CHECK (status IN ('BOXED', 'ACCEPTED', 'RETURNED')),
    sent_at    timestamptz NOT NULL,
    deadline   timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX gifts_received_by_wallet ON gifts_received (to_wallet, gift_id);
COMMENT ON TABLE gifts_received IS 'Gifts sent to wallets of this lane, from whatever lane; their state is told to both.';
COMMENT ON COLUMN gifts_received.gift_id IS 'The gift.';
COMMENT ON COLUMN gifts_received.from_lane IS 'Lane in whose books the box is.';
COMMENT ON COLUMN gifts_received.to_wallet IS 'Who may accept it.';
COMMENT ON COLUMN gifts_received.amount IS 'Won.';
COMMENT ON COLUMN gifts_received.status IS 'Same as in the sender''s lane.';
COMMENT ON COLUMN gifts_received.sent_at IS 'When sent.';
COMMENT ON COLUMN gifts_received.deadline IS 'First instant at which it can only return.';
COMMENT ON COLUMN gifts_received.ended_at IS 'When accepted or returned.';

CREATE TABLE gift_lots (
    lot_id  uuid PRIMARY KEY CONSTRAINT gift_lots_lot REFERENCES lots,
    gift_id uuid NOT NULL CONSTRAINT gift_lots_gift REFERENCES gifts_received,
    entry_id uuid NOT NULL CONSTRAINT gift_lots_entry REFERENCES entries
);
CREATE INDEX gift_lots_by_gift ON gift_lots (gift_id);
COMMENT ON TABLE gift_lots IS 'Lots that came of accepted gifts.';
COMMENT ON COLUMN gift_lots.lot_id IS 'Lot of the receiver.';
COMMENT ON COLUMN gift_lots.gift_id IS 'The gift.';
COMMENT ON COLUMN gift_lots.entry_id IS 'Entry of this lane that made it.';

CREATE TABLE credit_units (
    id          uuid PRIMARY KEY,
    list_id     text NOT NULL,
    kind        text NOT NULL CONSTRAINT credit_units_kind CHECK (kind IN ('grant', 'company')),
    source_id   text NOT NULL,
    unit        bigint NOT NULL,
    credited    integer NOT NULL,
    total       bigint NOT NULL,
    entry_id    uuid CONSTRAINT credit_units_entry REFERENCES entries,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT credit_units_once UNIQUE (list_id, unit),
    CONSTRAINT credit_units_posted CHECK ((credited > 0) = (entry_id IS NOT NULL) AND (credited > 0) = (total > 0))
);
CREATE TRIGGER credit_units_approved BEFORE INSERT ON credit_units FOR EACH ROW EXECUTE FUNCTION shared.refuse_unapproved();
COMMENT ON TABLE credit_units IS 'A few lines of a list of credits that were written together under one key; an interrupted list goes on after the last.';
COMMENT ON COLUMN credit_units.id IS 'Identity.';
COMMENT ON COLUMN credit_units.list_id IS 'The list: its source and the SHA-256 of the file.';
COMMENT ON COLUMN credit_units.kind IS 'grant of the state, or company.';
COMMENT ON COLUMN credit_units.source_id IS 'Which programme or company.';
COMMENT ON COLUMN credit_units.unit IS 'Number of the unit in the file, from 0.';
COMMENT ON COLUMN credit_units.credited IS 'Lines credited in this lane.';
COMMENT ON COLUMN credit_units.total IS 'Won credited.';
COMMENT ON COLUMN credit_units.entry_id IS 'Entry in the books; empty where no line was good.';
COMMENT ON COLUMN credit_units.recorded_at IS 'When.';

CREATE TABLE credits (
    source_id text NOT NULL,
    reference text NOT NULL,
    lot_id    uuid NOT NULL,
    CONSTRAINT credits_pk PRIMARY KEY (source_id, reference)
);
COMMENT ON TABLE credits IS 'What was credited by list: a reference is credited once per programme or company.';
COMMENT ON COLUMN credits.source_id IS 'Programme or company.';
COMMENT ON COLUMN credits.reference IS 'Their own reference of the credit.';
COMMENT ON COLUMN credits.lot_id IS 'The lot it made.';

CREATE TABLE company_purchases (
    id             uuid PRIMARY KEY,
    company_id     uuid NOT NULL CONSTRAINT company_purchases_company REFERENCES shared.companies,
    amount         bigint NOT NULL CONSTRAINT company_purchases_amount CHECK (amount > 0),
    how            text NOT NULL CONSTRAINT company_purchases_how CHECK (how IN ('receipt', 'withdrawal')),
    status         text NOT NULL CONSTRAINT company_purchases_status CHECK (status IN ('REQUESTED', 'SUCCEEDED', 'FAILED', 'UNKNOWN')),
    bank_reference text CONSTRAINT company_purchases_receipt UNIQUE,
    bank_tran_id   text CONSTRAINT company_purchases_bank_tran_id UNIQUE,
    account_id     uuid CONSTRAINT company_purchases_account REFERENCES shared.company_accounts,
    requested_at   timestamptz NOT NULL,
    requested_on   date NOT NULL,
    answered_at    timestamptz,
    bank_code_given text,
    bank_message   text,
    inquiries      integer NOT NULL DEFAULT 0,
    entry_id       uuid CONSTRAINT company_purchases_entry REFERENCES entries,
    CONSTRAINT company_purchases_proof CHECK ((how = 'receipt') = (bank_reference IS NOT NULL) AND (how = 'withdrawal') = (bank_tran_id IS NOT NULL)
        AND (how = 'withdrawal') = (account_id IS NOT NULL) AND (how = 'withdrawal' OR status = 'SUCCEEDED')),
    CONSTRAINT company_purchases_posted CHECK ((status = 'SUCCEEDED') = (entry_id IS NOT NULL)),
    CONSTRAINT company_purchases_answered CHECK ((status IN ('SUCCEEDED', 'FAILED')) = (answered_at IS NOT NULL))
);
CREATE INDEX company_purchases_by_company ON company_purchases (company_id, id);
CREATE INDEX company_purchases_open ON company_purchases (id) WHERE status IN ('REQUESTED', 'UNKNOWN');
CREATE INDEX company_purchases_by_date ON company_purchases (requested_on);
COMMENT ON TABLE company_purchases IS 'A company pays in, won for won, by a receipt or by a withdrawal; it waits in purchase:company until distributed.';
COMMENT ON COLUMN company_purchases.id IS 'Identity.';
COMMENT ON COLUMN company_purchases.company_id IS 'Which company.';
COMMENT ON COLUMN company_purchases.amount IS 'Won, without discount.';
COMMENT ON COLUMN company_purchases.how IS 'receipt: the bank showed that it came in; withdrawal: we draw it from the company''s account.';
COMMENT ON COLUMN company_purchases.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';
COMMENT ON COLUMN company_purchases.bank_reference IS 'The bank''s reference of the receipt; each counts once.';
COMMENT ON COLUMN company_purchases.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';
COMMENT ON COLUMN company_purchases.account_id IS 'Bank account debited.';
COMMENT ON COLUMN company_purchases.requested_at IS 'When asked.';
COMMENT ON COLUMN company_purchases.requested_on IS 'Our date of the instruction, Seoul.';
COMMENT ON COLUMN company_purchases.answered_at IS 'When the result was known.';
COMMENT ON COLUMN company_purchases.bank_code_given IS 'Result code of the bank.';
COMMENT ON COLUMN company_purchases.bank_message IS 'Its words.';
COMMENT ON COLUMN company_purchases.inquiries IS 'How often the bank was asked for the result.';
COMMENT ON COLUMN company_purchases.entry_id IS 'Entry in the books; empty until it is bought.';

CREATE TABLE claw_backs (
    id          uuid PRIMARY KEY,
    lot_id      uuid NOT NULL CONSTRAINT claw_backs_lot REFERENCES lots,
    wallet_id   uuid NOT NULL CONSTRAINT claw_backs_wallet REFERENCES wallets,
    programme   text NOT NULL CONSTRAINT claw_backs_programme REFERENCES shared.grant_programmes,
    amount      bigint NOT NULL CONSTRAINT claw_backs_amount CHECK (amount > 0),
    from_lot    bigint NOT NULL CONSTRAINT claw_backs_from_lot CHECK (from_lot >= 0),
    owed        bigint NOT NULL CONSTRAINT claw_backs_owed CHECK (owed >= 0),
    reason      text NOT NULL,
    ordered_by  uuid NOT NULL CONSTRAINT claw_backs_ordered_by REFERENCES shared.people,
    approved_by uuid NOT NULL CONSTRAINT claw_backs_approved_by REFERENCES shared.people,
    entry_id    uuid NOT NULL CONSTRAINT claw_backs_entry REFERENCES entries,
    clawed_at   timestamptz NOT NULL,
    CONSTRAINT claw_backs_parts CHECK (from_lot + owed = amount),
    CONSTRAINT claw_backs_four_eyes CHECK (ordered_by <> approved_by)
);
CREATE INDEX claw_backs_by_lot ON claw_backs (lot_id);
CREATE INDEX claw_backs_by_wallet ON claw_backs (wallet_id, id);
COMMENT ON TABLE claw_backs IS 'Granted value taken back: what was left of the lot, and a debt of the holder where it was spent.';
COMMENT ON COLUMN claw_backs.id IS 'Identity.';
COMMENT ON COLUMN claw_backs.lot_id IS 'The grant''s lot.';
COMMENT ON COLUMN claw_backs.wallet_id IS 'Whose.';
COMMENT ON COLUMN claw_backs.programme IS 'Programme that gets it back.';
COMMENT ON COLUMN claw_backs.amount IS 'Won.';
COMMENT ON COLUMN claw_backs.from_lot IS 'Of it taken from the lot, won.';
COMMENT ON COLUMN claw_backs.owed IS 'Of it owed by the holder, won.';
COMMENT ON COLUMN claw_backs.reason IS 'Why, in words the holder is told.';
COMMENT ON COLUMN claw_backs.ordered_by IS 'Who proposed it.';
COMMENT ON COLUMN claw_backs.approved_by IS 'Who else approved it.';
COMMENT ON COLUMN claw_backs.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN claw_backs.clawed_at IS 'When.';

CREATE TABLE claw_back_repayments (
    id          uuid PRIMARY KEY,
    wallet_id   uuid NOT NULL CONSTRAINT claw_back_repayments_wallet REFERENCES wallets,
    amount      bigint NOT NULL CONSTRAINT claw_back_repayments_amount CHECK (amount > 0),
    how         text NOT NULL CONSTRAINT claw_back_repayments_how CHECK (how IN ('bank', 'consent', 'refilled')),
    consented_at timestamptz,
    bank_reference text CONSTRAINT claw_back_repayments_receipt UNIQUE,
    entry_id    uuid NOT NULL CONSTRAINT claw_back_repayments_entry REFERENCES entries,
    repaid_at   timestamptz NOT NULL,
    CONSTRAINT claw_back_repayments_proof CHECK ((how = 'consent') = (consented_at IS NOT NULL) AND (how = 'bank') = (bank_reference IS NOT NULL))
);
CREATE INDEX claw_back_repayments_by_wallet ON claw_back_repayments (wallet_id, id);
COMMENT ON TABLE claw_back_repayments IS 'How a holder''s debt was repaid: a bank receipt, value the holder agreed to give, or the clawed lot refilled by a cancel.';
COMMENT ON COLUMN claw_back_repayments.id IS 'Identity.';
COMMENT ON COLUMN claw_back_repayments.wallet_id IS 'Whose debt.';
COMMENT ON COLUMN claw_back_repayments.amount IS 'Won.';
COMMENT ON COLUMN claw_back_repayments.how IS 'bank, consent or refilled.';
COMMENT ON COLUMN claw_back_repayments.consented_at IS 'When the holder agreed to pay with value.';
COMMENT ON COLUMN claw_back_repayments.bank_reference IS 'The bank''s reference of the receipt; each counts once.';
COMMENT ON COLUMN claw_back_repayments.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN claw_back_repayments.repaid_at IS 'When.';
