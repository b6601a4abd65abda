-- Bank calendar, payouts, bank statements, matching, breaks.
CREATE TABLE shared.calendar_overrides (
    day      date PRIMARY KEY,
    business boolean NOT NULL,
    reason   text NOT NULL
);
COMMENT ON TABLE shared.calendar_overrides IS 'Days on which the banks differ from the published calendar (temporary holidays).';
COMMENT ON COLUMN shared.calendar_overrides.day IS 'Which day, Seoul.';
COMMENT ON COLUMN shared.calendar_overrides.business IS 'Whether banks work.';
COMMENT ON COLUMN shared.calendar_overrides.reason IS 'Who announced it.';

CREATE TABLE shared.payouts (
    id              uuid PRIMARY KEY,
    shop_id         uuid NOT NULL CONSTRAINT payouts_shop REFERENCES shared.shops,
    shop_account_id uuid NOT NULL CONSTRAINT payouts_account REFERENCES shared.shop_accounts,
    due_on          date NOT NULL,
    amount          bigint NOT NULL CONSTRAINT payouts_amount CHECK (amount > 0),
    status          text NOT NULL CONSTRAINT payouts_status CHECK (status IN ('REQUESTED', 'PAID', 'REJECTED', 'UNKNOWN', 'RETURNED')),
    bank_tran_id    text NOT NULL CONSTRAINT payouts_bank_tran_id UNIQUE,
    bank_date       date NOT NULL,
    bank_code_given text,
    bank_message    text,
    requested_at    timestamptz NOT NULL,
    answered_at     timestamptz,
    inquiries       integer NOT NULL DEFAULT 0,
    sent_at         timestamptz,
    sends           integer NOT NULL DEFAULT 0,
    inquired_at     timestamptz,
    not_found       integer NOT NULL DEFAULT 0,
    booked_on       date
);
CREATE INDEX payouts_by_bank_date ON shared.payouts (bank_date);
CREATE INDEX payouts_open ON shared.payouts (id) WHERE status IN ('REQUESTED', 'UNKNOWN');
CREATE INDEX payouts_by_shop ON shared.payouts (shop_id, id);
CREATE INDEX payouts_by_due ON shared.payouts (due_on, shop_id);
COMMENT ON TABLE shared.payouts IS 'Instructions to the bank to pay a shop; the sum over lanes of its lines.';
COMMENT ON COLUMN shared.payouts.id IS 'Identity.';
COMMENT ON COLUMN shared.payouts.shop_id IS 'Who is paid.';
COMMENT ON COLUMN shared.payouts.shop_account_id IS 'To which account.';
COMMENT ON COLUMN shared.payouts.due_on IS 'Bank business day on which it was to arrive.';
COMMENT ON COLUMN shared.payouts.amount IS 'Won.';
COMMENT ON COLUMN shared.payouts.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry, never by sending again.';
COMMENT ON COLUMN shared.payouts.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';
COMMENT ON COLUMN shared.payouts.bank_date IS 'Our date of the instruction, needed by the inquiry.';
COMMENT ON COLUMN shared.payouts.bank_code_given IS 'Result code of the bank.';
COMMENT ON COLUMN shared.payouts.bank_message IS 'Its words.';
COMMENT ON COLUMN shared.payouts.requested_at IS 'When stored.';
COMMENT ON COLUMN shared.payouts.answered_at IS 'When the result was known.';
COMMENT ON COLUMN shared.payouts.inquiries IS 'How often the bank was asked for the result.';
COMMENT ON COLUMN shared.payouts.sent_at IS 'When a sender claimed it, written before sending: with it and without an answer the result is unknown.';
COMMENT ON COLUMN shared.payouts.sends IS 'How often it was sent, always under the same id.';
COMMENT ON COLUMN shared.payouts.inquired_at IS 'When the bank was last asked.';
COMMENT ON COLUMN shared.payouts.not_found IS 'How often in a row the bank said that it does not know the id.';
COMMENT ON COLUMN shared.payouts.booked_on IS 'The bank''s own date of the transfer, where it told one.';

CREATE TABLE shared.statement_files (
    file_id     text PRIMARY KEY,
    sha256      bytea NOT NULL CONSTRAINT statement_files_content UNIQUE,
    account     text NOT NULL,
    booked_on   date NOT NULL,
    opening     bigint NOT NULL,
    closing     bigint NOT NULL,
    line_count  integer NOT NULL,
    imported_at timestamptz NOT NULL,
    matched_at  timestamptz
);
CREATE INDEX statement_files_by_day ON shared.statement_files (account, booked_on, file_id);
COMMENT ON TABLE shared.statement_files IS 'Bank statements (camt.053) of the safeguarding account; each imported once.';
COMMENT ON COLUMN shared.statement_files.file_id IS 'The bank''s id of the file.';
COMMENT ON COLUMN shared.statement_files.sha256 IS 'SHA-256 of the file.';
COMMENT ON COLUMN shared.statement_files.account IS 'Account number.';
COMMENT ON COLUMN shared.statement_files.booked_on IS 'Bank date.';
COMMENT ON COLUMN shared.statement_files.opening IS 'Balance before, won.';
COMMENT ON COLUMN shared.statement_files.closing IS 'Balance after, won.';
COMMENT ON COLUMN shared.statement_files.line_count IS 'Lines in it.';
COMMENT ON COLUMN shared.statement_files.imported_at IS 'When.';
COMMENT ON COLUMN shared.statement_files.matched_at IS 'When its lines were first matched.';

CREATE TABLE shared.statement_lines (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_id       text NOT NULL CONSTRAINT statement_lines_file REFERENCES shared.statement_files,
    line_ref      text NOT NULL,
    booked_on     date NOT NULL,
    amount        bigint NOT NULL CONSTRAINT statement_lines_amount CHECK (amount > 0),
    direction     text NOT NULL CONSTRAINT statement_lines_direction CHECK (direction IN ('in', 'out')),
    end_to_end_id text NOT NULL,
    remitter_text text NOT NULL,
    CONSTRAINT statement_lines_once UNIQUE (file_id, line_ref)
);
CREATE INDEX statement_lines_by_reference ON shared.statement_lines (end_to_end_id);
COMMENT ON TABLE shared.statement_lines IS 'Movements the bank booked.';
COMMENT ON COLUMN shared.statement_lines.id IS 'Identity.';
COMMENT ON COLUMN shared.statement_lines.file_id IS 'File it came in.';
COMMENT ON COLUMN shared.statement_lines.line_ref IS 'The bank''s reference of the line.';
COMMENT ON COLUMN shared.statement_lines.booked_on IS 'Bank date.';
COMMENT ON COLUMN shared.statement_lines.amount IS 'Won, always positive.';
COMMENT ON COLUMN shared.statement_lines.direction IS 'in or out of the safeguarding account.';
COMMENT ON COLUMN shared.statement_lines.end_to_end_id IS 'Our bank_tran_id, where the bank gives one.';
COMMENT ON COLUMN shared.statement_lines.remitter_text IS 'Text on the line.';

CREATE TABLE shared.matches (
    line_id      bigint PRIMARY KEY CONSTRAINT matches_line REFERENCES shared.statement_lines,
    matched_kind text NOT NULL CONSTRAINT matches_kind CHECK (matched_kind IN ('charge', 'payout', 'payout_return', 'payout_duplicate', 'subsidy')),
    subject_id   uuid NOT NULL,
    matched_at   timestamptz NOT NULL
);
CREATE INDEX matches_by_subject ON shared.matches (subject_id);
COMMENT ON TABLE shared.matches IS 'Which statement line belongs to which charge or payout; payout_duplicate are a second payment and its return; a subsidy is an entry; a receipt is what it paid.';
COMMENT ON COLUMN shared.matches.line_id IS 'The line.';
COMMENT ON COLUMN shared.matches.matched_kind IS 'What it was matched to.';
COMMENT ON COLUMN shared.matches.subject_id IS 'The charge, the payout, the entry of a subsidy, or what a receipt paid.';
COMMENT ON COLUMN shared.matches.matched_at IS 'When.';

CREATE TABLE shared.breaks (
    id          uuid PRIMARY KEY,
    kind        text NOT NULL,
    reference   text NOT NULL,
    amount      bigint NOT NULL,
    opened_on   date NOT NULL,
    owner       text NOT NULL,
    explanation text NOT NULL,
    resolved_at timestamptz,
    resolution  text,
    resolved_by text,
    CONSTRAINT breaks_once UNIQUE (kind, reference),
    CONSTRAINT breaks_resolved CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
);
CREATE INDEX breaks_open ON shared.breaks (opened_on) WHERE resolved_at IS NULL;
COMMENT ON TABLE shared.breaks IS 'Whatever does not match, with an owner and an age.';
COMMENT ON COLUMN shared.breaks.id IS 'Identity.';
COMMENT ON COLUMN shared.breaks.kind IS 'What is wrong.';
COMMENT ON COLUMN shared.breaks.reference IS 'The line, payout or charge it is about.';
COMMENT ON COLUMN shared.breaks.amount IS 'Bank minus books, won; a sign here says direction, it is no transfer.';
COMMENT ON COLUMN shared.breaks.opened_on IS 'Business date it was seen.';
COMMENT ON COLUMN shared.breaks.owner IS 'Who must explain it.';
COMMENT ON COLUMN shared.breaks.explanation IS 'What was found.';
COMMENT ON COLUMN shared.breaks.resolved_at IS 'When closed.';
COMMENT ON COLUMN shared.breaks.resolution IS 'How.';
COMMENT ON COLUMN shared.breaks.resolved_by IS 'Who: a person, or matching where the missing part arrived.';

CREATE SEQUENCE shared.bank_tran_numbers MAXVALUE 101559956668415;
COMMENT ON SEQUENCE shared.bank_tran_numbers IS 'Numbers inside our ids on the bank rail; gaps are fine, repeats are not (36^9 - 1 at most).';
