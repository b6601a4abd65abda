-- The books of one lane. Runs with search_path set to the lane.
CREATE TABLE lane (
    one          boolean PRIMARY KEY CONSTRAINT lane_single CHECK (one),
    last_seq     bigint NOT NULL,
    last_batch   bigint NOT NULL,
    last_event   bigint NOT NULL,
    last_refusal bigint NOT NULL,
    partition_hi bigint NOT NULL,
    partition_rows bigint NOT NULL CONSTRAINT lane_partition_rows CHECK (partition_rows > 0),
    mark_every   bigint NOT NULL CONSTRAINT lane_mark_every CHECK (mark_every > 0),
    last_day     date,
    latest_on    date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    head_hash    bytea NOT NULL,
    answers      bit(256) NOT NULL
);
COMMENT ON TABLE lane IS 'The one row every writer locks: one writer at a time.';
COMMENT ON COLUMN lane.one IS 'One row.';
COMMENT ON COLUMN lane.last_seq IS 'Number of the last transfer; without gaps.';
COMMENT ON COLUMN lane.last_batch IS 'Number of the last batch in the hash chain.';
COMMENT ON COLUMN lane.last_event IS 'Position of the last event; commit order.';
COMMENT ON COLUMN lane.last_refusal IS 'Number of the last frozen refusal; without gaps.';
COMMENT ON COLUMN lane.mark_every IS 'Legs of an account after which its counters are marked.';
COMMENT ON COLUMN lane.latest_on IS 'Latest business date that any entry has.';
COMMENT ON COLUMN lane.recorded_at IS 'When the last batch was recorded; the books never go back in time.';
COMMENT ON COLUMN lane.partition_hi IS 'First seq for which no partition exists yet.';
COMMENT ON COLUMN lane.partition_rows IS 'Transfers a new partition is made for.';
COMMENT ON COLUMN lane.last_day IS 'Last closed business day.';
COMMENT ON COLUMN lane.head_hash IS 'Hash of the last batch.';
COMMENT ON COLUMN lane.answers IS 'All answered keys: the marks of the outcomes, each its SHA-256, added bit by bit (XOR).';

CREATE TABLE accounts (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    path      text NOT NULL CONSTRAINT accounts_path UNIQUE,
    kind      text NOT NULL CONSTRAINT accounts_kind REFERENCES shared.account_kinds,
    opened_at timestamptz NOT NULL,
    CONSTRAINT accounts_one_bank CHECK (kind <> 'bank' OR path = 'bank:trust')
);
COMMENT ON TABLE accounts IS 'Accounts of this lane.';
COMMENT ON COLUMN accounts.id IS 'Identity inside the lane.';
COMMENT ON COLUMN accounts.path IS 'kind:subject, e.g. lot:0192….';
COMMENT ON COLUMN accounts.kind IS 'Kind, see shared.account_kinds.';
COMMENT ON COLUMN accounts.opened_at IS 'When opened.';

CREATE TABLE balances (
    account_id      bigint PRIMARY KEY CONSTRAINT balances_account REFERENCES accounts,
    debits          bigint NOT NULL CONSTRAINT balances_debits CHECK (debits >= 0),
    credits         bigint NOT NULL CONSTRAINT balances_credits CHECK (credits >= 0),
    debits_pending  bigint NOT NULL CONSTRAINT balances_debits_pending CHECK (debits_pending >= 0),
    credits_pending bigint NOT NULL CONSTRAINT balances_credits_pending CHECK (credits_pending >= 0),
    legs            bigint NOT NULL CONSTRAINT balances_legs CHECK (legs >= 0),
    floored         boolean NOT NULL,
    CONSTRAINT balances_floor CHECK (NOT floored OR credits - debits - debits_pending >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE balances IS 'Four counters per account that only grow; the fold of the transfers. Only posting writes them.';
COMMENT ON COLUMN balances.account_id IS 'Account.';
COMMENT ON COLUMN balances.debits IS 'Sum of transfers that debit it, won.';
COMMENT ON COLUMN balances.credits IS 'Sum of transfers that credit it, won.';
COMMENT ON COLUMN balances.debits_pending IS 'Held against it, won.';
COMMENT ON COLUMN balances.credits_pending IS 'Held towards it, won.';
COMMENT ON COLUMN balances.legs IS 'How many sides of transfers have touched it.';
COMMENT ON COLUMN balances.floored IS 'Whether credits must cover debits and holds.';

CREATE TABLE marks (
    account_id bigint NOT NULL CONSTRAINT marks_account REFERENCES accounts,
    seq        bigint NOT NULL,
    debits     bigint NOT NULL,
    credits    bigint NOT NULL,
    CONSTRAINT marks_pk PRIMARY KEY (account_id, seq)
);
COMMENT ON TABLE marks IS 'Counters of an account in between: one row about every 64 legs (lane.mark_every).';
COMMENT ON COLUMN marks.account_id IS 'Account.';
COMMENT ON COLUMN marks.seq IS 'Last transfer counted.';
COMMENT ON COLUMN marks.debits IS 'Sum of transfers that debit it up to seq, won.';
COMMENT ON COLUMN marks.credits IS 'Sum of transfers that credit it up to seq, won.';

CREATE TABLE date_starts (
    day date PRIMARY KEY,
    seq bigint NOT NULL
);
COMMENT ON TABLE date_starts IS 'Where each business date begins: no transfer before seq is dated on that date or later.';
COMMENT ON COLUMN date_starts.day IS 'A business date later than all before it.';
COMMENT ON COLUMN date_starts.seq IS 'First transfer of the batch that brought it.';

CREATE TABLE entries (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL,
    effective_on date NOT NULL,
    recorded_at  timestamptz NOT NULL,
    reverses     uuid CONSTRAINT entries_reverses REFERENCES entries,
    reason       text,
    adjusts      boolean NOT NULL,
    CONSTRAINT entries_adjust_with_reason CHECK (NOT adjusts OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX entries_reversed_once ON entries (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX entries_adjusting ON entries (effective_on) WHERE adjusts;
COMMENT ON TABLE entries IS 'One business act; its transfers stand or fall together.';
COMMENT ON COLUMN entries.id IS 'Identity.';
COMMENT ON COLUMN entries.kind IS 'Which act.';
COMMENT ON COLUMN entries.effective_on IS 'Business date, Seoul.';
COMMENT ON COLUMN entries.recorded_at IS 'When written to the books.';
COMMENT ON COLUMN entries.reverses IS 'The entry this one undoes; each at most once.';
COMMENT ON COLUMN entries.reason IS 'Why, where a person must know.';
COMMENT ON COLUMN entries.adjusts IS 'A late fact, recorded now and dated into a day that was closed already.';

CREATE TABLE transfers (
    seq            bigint NOT NULL,
    entry_id       uuid NOT NULL,
    debit_account  bigint NOT NULL,
    credit_account bigint NOT NULL,
    amount         bigint NOT NULL CONSTRAINT transfers_amount CHECK (amount > 0),
    code           text NOT NULL,
    effective_on   date NOT NULL,
    CONSTRAINT transfers_pk PRIMARY KEY (seq),
    CONSTRAINT transfers_two_accounts CHECK (debit_account <> credit_account)
) PARTITION BY RANGE (seq);
CREATE INDEX transfers_by_entry ON transfers (entry_id);
CREATE INDEX transfers_by_debit ON transfers (debit_account, seq) INCLUDE (amount);
CREATE INDEX transfers_by_credit ON transfers (credit_account, seq) INCLUDE (amount);
COMMENT ON TABLE transfers IS 'Every won that moves: one row, an amount from one account to another.';
COMMENT ON COLUMN transfers.seq IS 'Order of the books, without gaps.';
COMMENT ON COLUMN transfers.entry_id IS 'The act it belongs to.';
COMMENT ON COLUMN transfers.debit_account IS 'Account debited.';
COMMENT ON COLUMN transfers.credit_account IS 'Account credited.';
COMMENT ON COLUMN transfers.amount IS 'Won.';
COMMENT ON COLUMN transfers.code IS 'What for; see shared.transfer_codes.';
COMMENT ON COLUMN transfers.effective_on IS 'Business date, repeated from the entry.';

CREATE TABLE chain (
    batch       bigint PRIMARY KEY,
    seq_lo      bigint NOT NULL,
    seq_hi      bigint NOT NULL CONSTRAINT chain_range CHECK (seq_hi >= seq_lo),
    previous    bytea NOT NULL,
    hash        bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);
COMMENT ON TABLE chain IS 'One hash per batch over the hash before and the transfers of the batch.';
COMMENT ON COLUMN chain.batch IS 'Number, without gaps.';
COMMENT ON COLUMN chain.seq_lo IS 'First transfer.';
COMMENT ON COLUMN chain.seq_hi IS 'Last transfer.';
COMMENT ON COLUMN chain.previous IS 'Hash of the batch before.';
COMMENT ON COLUMN chain.hash IS 'SHA-256(previous || leaves in order of seq).';
COMMENT ON COLUMN chain.recorded_at IS 'When written; never before the batch before.';
CREATE INDEX chain_by_time ON chain (recorded_at);
CREATE INDEX chain_by_seq ON chain (seq_hi);

CREATE TABLE outcomes (
    caller      text NOT NULL,
    key         text NOT NULL CONSTRAINT outcomes_key_length CHECK (length(key) BETWEEN 1 AND 255),
    body_hash   bytea NOT NULL,
    kind        text NOT NULL,
    subject_id  uuid,
    refusal     jsonb,
    refusal_number bigint,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT outcomes_pk PRIMARY KEY (caller, key),
    CONSTRAINT outcomes_answered CHECK ((subject_id IS NULL) = (refusal IS NOT NULL)),
    CONSTRAINT outcomes_refusals_numbered CHECK ((refusal IS NULL) = (refusal_number IS NULL)),
    CONSTRAINT outcomes_recorded_at CHECK (isfinite(recorded_at))
);
CREATE UNIQUE INDEX outcomes_refusal_number ON outcomes (refusal_number) WHERE refusal_number IS NOT NULL;
COMMENT ON TABLE outcomes IS 'What each idempotency key was answered, refusals too: the same for ever.';
COMMENT ON COLUMN outcomes.caller IS 'Who used the key.';
COMMENT ON COLUMN outcomes.key IS 'The Idempotency-Key.';
COMMENT ON COLUMN outcomes.body_hash IS 'SHA-256 of the request; another body under the same key is refused.';
COMMENT ON COLUMN outcomes.kind IS 'What was asked.';
COMMENT ON COLUMN outcomes.subject_id IS 'What came of it.';
COMMENT ON COLUMN outcomes.refusal IS 'Code and facts where it was refused.';
COMMENT ON COLUMN outcomes.refusal_number IS 'Order of the refusals, without gaps; they are sealed with the day.';
COMMENT ON COLUMN outcomes.recorded_at IS 'When answered.';

CREATE TABLE outbox (
    position    bigint PRIMARY KEY,
    topic       text NOT NULL,
    subject_id  uuid NOT NULL,
    payload     jsonb NOT NULL,
    recorded_at timestamptz NOT NULL CONSTRAINT outbox_recorded_at CHECK (isfinite(recorded_at))
);
COMMENT ON TABLE outbox IS 'Events for the outside, in commit order without gaps.';
COMMENT ON COLUMN outbox.position IS 'Place in the order.';
COMMENT ON COLUMN outbox.topic IS 'What happened.';
COMMENT ON COLUMN outbox.subject_id IS 'To what.';
COMMENT ON COLUMN outbox.payload IS 'Facts; no personal data.';
COMMENT ON COLUMN outbox.recorded_at IS 'When.';

CREATE TABLE days (
    day       date PRIMARY KEY,
    seq_hi    bigint NOT NULL,
    refusal_hi bigint NOT NULL,
    closed_at timestamptz NOT NULL
);
COMMENT ON TABLE days IS 'Closed business days: what is dated into one is refused or dated later.';
COMMENT ON COLUMN days.day IS 'Business date, Seoul.';
COMMENT ON COLUMN days.seq_hi IS 'Last transfer recorded before the close.';
COMMENT ON COLUMN days.refusal_hi IS 'Last refusal frozen before the close.';
COMMENT ON COLUMN days.closed_at IS 'When closed.';

INSERT INTO lane (one, last_seq, last_batch, last_event, last_refusal, partition_hi, partition_rows, mark_every, latest_on, recorded_at, head_hash,
                  answers)
VALUES (true, 0, 0, 0, 0, 1, 10000000, 64, '-infinity', '-infinity', decode(repeat('00', 32), 'hex'), repeat('0', 256)::bit(256));
