-- Wallets, lots, charges, payments and cancels of one lane. Runs with search_path set to the lane.
CREATE TABLE wallets (
    id        uuid PRIMARY KEY CONSTRAINT wallets_directory REFERENCES shared.wallets,
    status    text NOT NULL CONSTRAINT wallets_status CHECK (status IN ('OPEN', 'FROZEN', 'CLOSED')),
    opened_at timestamptz NOT NULL
);
COMMENT ON TABLE wallets IS 'Wallets of this lane.';
COMMENT ON COLUMN wallets.id IS 'Same as in the directory.';
COMMENT ON COLUMN wallets.status IS 'Whether it may pay and charge.';
COMMENT ON COLUMN wallets.opened_at IS 'When opened.';

CREATE TABLE charges (
    id             uuid PRIMARY KEY,
    wallet_id      uuid NOT NULL CONSTRAINT charges_wallet REFERENCES wallets,
    face           bigint NOT NULL CONSTRAINT charges_face CHECK (face > 0),
    paid           bigint NOT NULL CONSTRAINT charges_paid CHECK (paid >= 0),
    subsidy        bigint NOT NULL CONSTRAINT charges_subsidy CHECK (subsidy >= 0),
    policy_id      text NOT NULL CONSTRAINT charges_policy REFERENCES shared.policies,
    status         text NOT NULL CONSTRAINT charges_status CHECK (status IN ('REQUESTED', 'SUCCEEDED', 'FAILED', 'UNKNOWN')),
    bank_tran_id   text NOT NULL CONSTRAINT charges_bank_tran_id UNIQUE,
    debit_account_id uuid NOT NULL CONSTRAINT charges_debit_account REFERENCES shared.debit_accounts,
    requested_at   timestamptz NOT NULL,
    requested_on   date NOT NULL,
    answered_at    timestamptz,
    bank_code_given text,
    bank_message   text,
    entry_id       uuid CONSTRAINT charges_entry REFERENCES entries,
    inquiries      integer NOT NULL DEFAULT 0,
    CONSTRAINT charges_shares CHECK (paid + subsidy = face),
    CONSTRAINT charges_posted CHECK ((status = 'SUCCEEDED') = (entry_id IS NOT NULL))
);
CREATE INDEX charges_by_wallet ON charges (wallet_id, id);
CREATE INDEX charges_open ON charges (id) WHERE status IN ('REQUESTED', 'UNKNOWN');
CREATE INDEX charges_by_date ON charges (requested_on);
COMMENT ON TABLE charges IS 'A holder buys value: money from the own bank account plus the discount the state pays.';
COMMENT ON COLUMN charges.id IS 'Identity.';
COMMENT ON COLUMN charges.wallet_id IS 'Which wallet.';
COMMENT ON COLUMN charges.face IS 'Value bought, won.';
COMMENT ON COLUMN charges.paid IS 'Share of the holder, won.';
COMMENT ON COLUMN charges.subsidy IS 'Share of the state, won.';
COMMENT ON COLUMN charges.policy_id IS 'Policy in force when asked.';
COMMENT ON COLUMN charges.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';
COMMENT ON COLUMN charges.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';
COMMENT ON COLUMN charges.debit_account_id IS 'Bank account debited.';
COMMENT ON COLUMN charges.requested_at IS 'When asked.';
COMMENT ON COLUMN charges.requested_on IS 'Our date of the instruction, Seoul.';
COMMENT ON COLUMN charges.answered_at IS 'When the result was known.';
COMMENT ON COLUMN charges.bank_code_given IS 'Result code of the bank.';
COMMENT ON COLUMN charges.bank_message IS 'Its words.';
COMMENT ON COLUMN charges.entry_id IS 'The entry that made the lot.';
COMMENT ON COLUMN charges.inquiries IS 'How often the bank was asked for the result.';

CREATE TABLE lots (
    id         uuid PRIMARY KEY,
    wallet_id  uuid NOT NULL CONSTRAINT lots_wallet REFERENCES wallets,
    account_id bigint NOT NULL CONSTRAINT lots_account REFERENCES accounts CONSTRAINT lots_own_account UNIQUE,
    source     text NOT NULL CONSTRAINT lots_source CHECK (source IN ('bought', 'gift', 'grant')),
    charge_id  uuid CONSTRAINT lots_charge REFERENCES charges CONSTRAINT lots_one_per_charge UNIQUE,
    face       bigint NOT NULL CONSTRAINT lots_face CHECK (face > 0),
    paid       bigint NOT NULL CONSTRAINT lots_paid CHECK (paid >= 0),
    subsidy    bigint NOT NULL CONSTRAINT lots_subsidy CHECK (subsidy >= 0),
    giftable   boolean NOT NULL,
    refundable boolean NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT lots_shares CHECK (paid + subsidy <= face)
);
CREATE INDEX lots_by_wallet ON lots (wallet_id, expires_at);
COMMENT ON TABLE lots IS 'What a holder owns, piece by piece; what is left of it is the balance of its account.';
COMMENT ON COLUMN lots.id IS 'Identity.';
COMMENT ON COLUMN lots.wallet_id IS 'Whose.';
COMMENT ON COLUMN lots.account_id IS 'Account in the books.';
COMMENT ON COLUMN lots.source IS 'How it came: bought, gift, grant.';
COMMENT ON COLUMN lots.charge_id IS 'The charge it came from; refund rights are judged per charge.';
COMMENT ON COLUMN lots.face IS 'Value at the start, won.';
COMMENT ON COLUMN lots.paid IS 'Share the holder paid, won.';
COMMENT ON COLUMN lots.subsidy IS 'Share the state paid, won.';
COMMENT ON COLUMN lots.giftable IS 'Whether it may be given away.';
COMMENT ON COLUMN lots.refundable IS 'Whether it can be paid back.';
COMMENT ON COLUMN lots.created_at IS 'When made.';
COMMENT ON COLUMN lots.expires_at IS 'First instant at which it can no longer be spent.';

CREATE TABLE payments (
    id               uuid PRIMARY KEY,
    wallet_id        uuid NOT NULL CONSTRAINT payments_wallet REFERENCES wallets,
    shop_id          uuid NOT NULL CONSTRAINT payments_shop REFERENCES shared.shops,
    market_id        uuid NOT NULL CONSTRAINT payments_market REFERENCES shared.markets,
    amount           bigint NOT NULL CONSTRAINT payments_amount CHECK (amount > 0),
    entry_id         uuid NOT NULL,
    paid_at          timestamptz NOT NULL,
    business_date    date NOT NULL,
    sticker_id       text,
    channel          text NOT NULL CONSTRAINT payments_channel CHECK (channel IN ('qr', 'card')),
    tender           text NOT NULL CONSTRAINT payments_tender CHECK (tender IN ('wallet')),
    tax_registered   boolean NOT NULL,
    shop_status      text NOT NULL,
    policy_id        text NOT NULL,
    shop_name        text NOT NULL,
    client_reference text CONSTRAINT payments_client_reference UNIQUE
);
CREATE INDEX payments_by_wallet ON payments (wallet_id, id);
CREATE INDEX payments_by_shop ON payments (shop_id, id);
CREATE INDEX payments_by_day ON payments (business_date, shop_id);
COMMENT ON TABLE payments IS 'A holder paid a shop; the money is in the entry.';
COMMENT ON COLUMN payments.id IS 'Identity.';
COMMENT ON COLUMN payments.wallet_id IS 'Who paid.';
COMMENT ON COLUMN payments.shop_id IS 'Whom.';
COMMENT ON COLUMN payments.market_id IS 'Market as of pay time.';
COMMENT ON COLUMN payments.amount IS 'Won; the sum of its transfers.';
COMMENT ON COLUMN payments.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN payments.paid_at IS 'When decided.';
COMMENT ON COLUMN payments.business_date IS 'Day in which it is settled.';
COMMENT ON COLUMN payments.sticker_id IS 'Code that was scanned; empty where the stall number was typed.';
COMMENT ON COLUMN payments.channel IS 'qr or card.';
COMMENT ON COLUMN payments.tender IS 'What it was paid with.';
COMMENT ON COLUMN payments.tax_registered IS 'Whether the market was registered at the tax service at pay time.';
COMMENT ON COLUMN payments.shop_status IS 'Status of the shop at pay time.';
COMMENT ON COLUMN payments.policy_id IS 'Policy in force at pay time.';
COMMENT ON COLUMN payments.shop_name IS 'Name on the sign at pay time, as the receipt says.';
COMMENT ON COLUMN payments.client_reference IS 'The caller''s own reference; unique for ever.';

CREATE TABLE cancels (
    id            uuid PRIMARY KEY,
    payment_id    uuid NOT NULL CONSTRAINT cancels_payment REFERENCES payments,
    shop_id       uuid NOT NULL CONSTRAINT cancels_shop REFERENCES shared.shops,
    amount        bigint NOT NULL CONSTRAINT cancels_amount CHECK (amount > 0),
    entry_id      uuid NOT NULL,
    cancelled_at  timestamptz NOT NULL,
    business_date date NOT NULL,
    same_day      boolean NOT NULL,
    reason        text NOT NULL,
    cancelled_by  uuid NOT NULL
);
CREATE INDEX cancels_by_payment ON cancels (payment_id);
CREATE INDEX cancels_by_day ON cancels (business_date, shop_id);
CREATE INDEX cancels_by_shop ON cancels (shop_id, id);
COMMENT ON TABLE cancels IS 'A merchant took a payment back, whole or in part; the money went to the same lots.';
COMMENT ON COLUMN cancels.id IS 'Identity.';
COMMENT ON COLUMN cancels.payment_id IS 'Which payment.';
COMMENT ON COLUMN cancels.shop_id IS 'Which shop.';
COMMENT ON COLUMN cancels.amount IS 'Won.';
COMMENT ON COLUMN cancels.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN cancels.cancelled_at IS 'When decided.';
COMMENT ON COLUMN cancels.business_date IS 'Day in which it is settled.';
COMMENT ON COLUMN cancels.same_day IS 'Whether it falls into the payment''s own business day.';
COMMENT ON COLUMN cancels.reason IS 'Why.';
COMMENT ON COLUMN cancels.cancelled_by IS 'Who pressed it.';

CREATE TABLE settlement_lines (
    day             date NOT NULL CONSTRAINT settlement_lines_day REFERENCES days,
    shop_id         uuid NOT NULL CONSTRAINT settlement_lines_shop REFERENCES shared.shops,
    market_id       uuid NOT NULL CONSTRAINT settlement_lines_market REFERENCES shared.markets,
    channel         text NOT NULL,
    payments        integer NOT NULL,
    gross           bigint NOT NULL,
    cancels         integer NOT NULL,
    cancelled_same_day bigint NOT NULL,
    cancelled_earlier  bigint NOT NULL,
    net             bigint NOT NULL,
    fee             bigint NOT NULL,
    held            bigint NOT NULL,
    debt_repaid     bigint NOT NULL,
    payable         bigint NOT NULL,
    due_on          date NOT NULL,
    payout_id       uuid CONSTRAINT settlement_lines_payout REFERENCES shared.payouts,
    CONSTRAINT settlement_lines_pk PRIMARY KEY (day, shop_id, channel),
    CONSTRAINT settlement_lines_net CHECK (net = gross - cancelled_same_day - cancelled_earlier),
    CONSTRAINT settlement_lines_payable CHECK (payable >= 0)
);
CREATE INDEX settlement_lines_unpaid ON settlement_lines (due_on, shop_id) WHERE payout_id IS NULL AND payable > 0;
CREATE INDEX settlement_lines_by_payout ON settlement_lines (payout_id) WHERE payout_id IS NOT NULL;
CREATE INDEX settlement_lines_by_shop ON settlement_lines (shop_id, day);
CREATE INDEX settlement_lines_by_market ON settlement_lines (day, market_id, shop_id);
COMMENT ON TABLE settlement_lines IS 'One line per shop, closed day and channel.';
COMMENT ON COLUMN settlement_lines.day IS 'Business date.';
COMMENT ON COLUMN settlement_lines.shop_id IS 'Shop.';
COMMENT ON COLUMN settlement_lines.market_id IS 'Its market.';
COMMENT ON COLUMN settlement_lines.channel IS 'qr or card.';
COMMENT ON COLUMN settlement_lines.payments IS 'Count of payments.';
COMMENT ON COLUMN settlement_lines.gross IS 'Sum of payments, won.';
COMMENT ON COLUMN settlement_lines.cancels IS 'Count of cancels.';
COMMENT ON COLUMN settlement_lines.cancelled_same_day IS 'Cancels of payments of this day, won.';
COMMENT ON COLUMN settlement_lines.cancelled_earlier IS 'Cancels of payments of earlier days, won.';
COMMENT ON COLUMN settlement_lines.net IS 'gross less both, won; may be below zero.';
COMMENT ON COLUMN settlement_lines.fee IS 'Fee kept, won.';
COMMENT ON COLUMN settlement_lines.held IS 'Held for fraud, won.';
COMMENT ON COLUMN settlement_lines.debt_repaid IS 'Kept to repay what earlier days ended below zero, won.';
COMMENT ON COLUMN settlement_lines.payable IS 'What will be paid out for this line, won.';
COMMENT ON COLUMN settlement_lines.due_on IS 'Bank business day of the payout.';
COMMENT ON COLUMN settlement_lines.payout_id IS 'The payout that carries it.';

CREATE TABLE payout_entries (
    payout_id uuid NOT NULL CONSTRAINT payout_entries_payout REFERENCES shared.payouts,
    step      text NOT NULL CONSTRAINT payout_entries_step CHECK (step IN ('requested', 'paid', 'failed', 'returned')),
    entry_id  uuid NOT NULL CONSTRAINT payout_entries_entry REFERENCES entries,
    amount    bigint NOT NULL CONSTRAINT payout_entries_amount CHECK (amount > 0),
    CONSTRAINT payout_entries_pk PRIMARY KEY (payout_id, step)
);
COMMENT ON TABLE payout_entries IS 'What this lane posted for a payout.';
COMMENT ON COLUMN payout_entries.payout_id IS 'Payout.';
COMMENT ON COLUMN payout_entries.step IS 'Which step of its life.';
COMMENT ON COLUMN payout_entries.entry_id IS 'Entry in the books.';
COMMENT ON COLUMN payout_entries.amount IS 'This lane''s part, won.';

-- Write what a batch decided in one go: entries with their transfers, payments, cancels, answers, events.
CREATE FUNCTION write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF json_array_length(p_entries) > 0 THEN
        PERFORM post_document(p_entries, p_transfers, p_at);

        INSERT INTO payments (id, wallet_id, shop_id, market_id, amount, entry_id, paid_at, business_date, sticker_id, channel,
                              tender, tax_registered, shop_status, policy_id, shop_name, client_reference)
        SELECT p.id, p.wallet_id, p.shop_id, p.market_id, p.amount, p.entry_id, p_at, p.business_date, p.sticker_id, 'qr',
               'wallet', p.tax_registered, p.shop_status, p.policy_id, p.shop_name, p.client_reference
        FROM json_to_recordset(p_payments) AS p (id uuid, wallet_id uuid, shop_id uuid, market_id uuid, amount bigint,
             entry_id uuid, business_date date, sticker_id text, tax_registered boolean, shop_status text, policy_id text,
             shop_name text, client_reference text);

        INSERT INTO cancels (id, payment_id, shop_id, amount, entry_id, cancelled_at, business_date, same_day, reason, cancelled_by)
        SELECT c.id, c.payment_id, c.shop_id, c.amount, c.entry_id, p_at, c.business_date, c.same_day, c.reason, c.cancelled_by
        FROM json_to_recordset(p_cancels) AS c (id uuid, payment_id uuid, shop_id uuid, amount bigint, entry_id uuid,
             business_date date, same_day boolean, reason text, cancelled_by uuid);

        -- events in the order of the entries
        PERFORM publish(array_agg(e.topic ORDER BY e.place), array_agg(e.subject_id ORDER BY e.place),
                        array_agg(e.payload ORDER BY e.place), p_at)
        FROM (SELECT 'payment.made' AS topic, p.id AS subject_id, p.place,
                     jsonb_build_object('shop_id', p.shop_id, 'wallet_id', p.wallet_id, 'amount', p.amount,
                                        'confirmation', p.confirmation) AS payload
              FROM json_to_recordset(p_payments) AS p (id uuid, shop_id text, wallet_id text, amount bigint, confirmation text,
                                                       place integer)
              UNION ALL
              SELECT 'payment.cancelled', c.payment_id, c.place,
                     jsonb_build_object('shop_id', c.shop_id, 'cancel_id', c.id, 'amount', c.amount)
              FROM json_to_recordset(p_cancels) AS c (id text, payment_id uuid, shop_id text, amount bigint, place integer)) AS e;
    END IF;
    IF json_array_length(p_outcomes) > 0 THEN
        PERFORM answer_keys(array_agg(o.caller ORDER BY o.place), array_agg(o.key ORDER BY o.place),
                            array_agg(decode(o.body_hash, 'hex') ORDER BY o.place), array_agg(o.kind ORDER BY o.place),
                            array_agg(o.subject_id ORDER BY o.place), array_agg(o.refusal ORDER BY o.place), p_at)
        FROM ROWS FROM (json_to_recordset(p_outcomes) AS (caller text, key text, body_hash text, kind text, subject_id uuid,
                                                          refusal jsonb)) WITH ORDINALITY
            AS o (caller, key, body_hash, kind, subject_id, refusal, place);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION write_batch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION write_batch TO onnuri_app;

GRANT SELECT ON wallets, charges, lots, payments, cancels, settlement_lines, payout_entries TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON wallets, charges, lots, payments, cancels, settlement_lines, payout_entries TO onnuri_app;
GRANT UPDATE (status) ON wallets TO onnuri_app;
GRANT UPDATE (status, answered_at, bank_code_given, bank_message, entry_id, inquiries) ON charges TO onnuri_app;
GRANT UPDATE (payout_id) ON settlement_lines TO onnuri_app;
