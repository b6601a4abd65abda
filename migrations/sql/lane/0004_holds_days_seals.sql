-- Holds, daily snapshots and seals of one lane. Runs with search_path set to the lane.
CREATE TABLE holds (
    id             uuid PRIMARY KEY,
    debit_account  bigint NOT NULL CONSTRAINT holds_debit REFERENCES accounts,
    credit_account bigint NOT NULL CONSTRAINT holds_credit REFERENCES accounts,
    amount         bigint NOT NULL CONSTRAINT holds_amount CHECK (amount > 0),
    code           text NOT NULL,
    placed_at      timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL,
    CONSTRAINT holds_two_accounts CHECK (debit_account <> credit_account),
    CONSTRAINT holds_period CHECK (expires_at > placed_at)
);
CREATE INDEX holds_by_expiry ON holds (expires_at);
CREATE INDEX holds_by_debit ON holds (debit_account);
COMMENT ON TABLE holds IS 'Pending transfers: money set aside until captured, voided or timed out.';
COMMENT ON COLUMN holds.id IS 'Identity.';
COMMENT ON COLUMN holds.debit_account IS 'Account that will be debited.';
COMMENT ON COLUMN holds.credit_account IS 'Account that will be credited.';
COMMENT ON COLUMN holds.amount IS 'Won set aside.';
COMMENT ON COLUMN holds.code IS 'What the transfer will be for.';
COMMENT ON COLUMN holds.placed_at IS 'When placed.';
COMMENT ON COLUMN holds.expires_at IS 'From when on it can only time out.';

CREATE TABLE hold_ends (
    hold_id  uuid CONSTRAINT hold_ends_pk PRIMARY KEY CONSTRAINT hold_ends_hold REFERENCES holds,
    how      text NOT NULL CONSTRAINT hold_ends_how CHECK (how IN ('captured', 'voided', 'timed_out')),
    captured bigint NOT NULL,
    entry_id uuid,
    ended_at timestamptz NOT NULL,
    CONSTRAINT hold_ends_captured CHECK (captured >= 0 AND (how = 'captured') = (captured > 0) AND (how = 'captured') = (entry_id IS NOT NULL))
);
COMMENT ON TABLE hold_ends IS 'How each hold ended; once.';
COMMENT ON COLUMN hold_ends.hold_id IS 'Which hold.';
COMMENT ON COLUMN hold_ends.how IS 'captured, voided or timed_out.';
COMMENT ON COLUMN hold_ends.captured IS 'Won captured; the rest was let go.';
COMMENT ON COLUMN hold_ends.entry_id IS 'The entry that moved it.';
COMMENT ON COLUMN hold_ends.ended_at IS 'When.';

CREATE TABLE day_snapshots (
    day        date PRIMARY KEY CONSTRAINT day_snapshots_day REFERENCES days,
    later_from bigint NOT NULL,
    taken_at   timestamptz NOT NULL
);
COMMENT ON TABLE day_snapshots IS 'Days whose balances have been written down.';
COMMENT ON COLUMN day_snapshots.day IS 'Closed day.';
COMMENT ON COLUMN day_snapshots.later_from IS 'First seq that may be dated after the day.';
COMMENT ON COLUMN day_snapshots.taken_at IS 'When.';

CREATE TABLE day_balances (
    account_id    bigint NOT NULL CONSTRAINT day_balances_account REFERENCES accounts,
    day           date NOT NULL,
    debits        bigint NOT NULL,
    credits       bigint NOT NULL,
    debits_dated  bigint NOT NULL,
    credits_dated bigint NOT NULL,
    CONSTRAINT day_balances_pk PRIMARY KEY (account_id, day)
);
COMMENT ON TABLE day_balances IS 'Counters of an account at the close of a day on which it moved; the newest at or before a day holds.';
COMMENT ON COLUMN day_balances.account_id IS 'Account.';
COMMENT ON COLUMN day_balances.day IS 'Closed day.';
COMMENT ON COLUMN day_balances.debits IS 'Debits of transfers up to the day''s seq_hi, won.';
COMMENT ON COLUMN day_balances.credits IS 'Credits of transfers up to the day''s seq_hi, won.';
COMMENT ON COLUMN day_balances.debits_dated IS 'Of these, debits dated up to the day, won.';
COMMENT ON COLUMN day_balances.credits_dated IS 'Of these, credits dated up to the day, won.';

CREATE TABLE day_totals (
    day     date NOT NULL CONSTRAINT day_totals_day REFERENCES days,
    kind    text NOT NULL CONSTRAINT day_totals_kind REFERENCES shared.account_kinds,
    debits  bigint NOT NULL,
    credits bigint NOT NULL,
    CONSTRAINT day_totals_pk PRIMARY KEY (day, kind)
);
COMMENT ON TABLE day_totals IS 'Counters of each kind of account up to the day''s seq_hi.';
COMMENT ON COLUMN day_totals.day IS 'Closed day.';
COMMENT ON COLUMN day_totals.kind IS 'Kind of account.';
COMMENT ON COLUMN day_totals.debits IS 'Won.';
COMMENT ON COLUMN day_totals.credits IS 'Won.';

CREATE TABLE seals (
    number    bigint PRIMARY KEY,
    day       date NOT NULL CONSTRAINT seals_day REFERENCES days CONSTRAINT seals_one_per_day UNIQUE,
    statement text NOT NULL,
    hash      bytea NOT NULL,
    key_id    text NOT NULL CONSTRAINT seals_key REFERENCES shared.public_keys,
    signature bytea NOT NULL,
    sealed_at timestamptz NOT NULL
);
COMMENT ON TABLE seals IS 'The signed root over the transfers and refusals of each closed day, chained to the day before.';
COMMENT ON COLUMN seals.number IS 'Order from 1, without gaps: the place of the day in the log of days.';
COMMENT ON COLUMN seals.day IS 'Closed day.';
COMMENT ON COLUMN seals.statement IS 'What is signed: canonical JSON with lane, day, range, size, root and the hash before.';
COMMENT ON COLUMN seals.hash IS 'SHA-256 of the statement.';
COMMENT ON COLUMN seals.key_id IS 'Key that signed.';
COMMENT ON COLUMN seals.signature IS 'Ed25519 over the statement.';
COMMENT ON COLUMN seals.sealed_at IS 'When.';

CREATE TABLE seal_tiles (
    day   date NOT NULL CONSTRAINT seal_tiles_day REFERENCES days,
    place bigint NOT NULL,
    hash  bytea NOT NULL,
    CONSTRAINT seal_tiles_pk PRIMARY KEY (day, place)
);
COMMENT ON TABLE seal_tiles IS 'Hashes of each 256 leaves of a day, so that a proof reads one tile and not the day.';
COMMENT ON COLUMN seal_tiles.day IS 'Closed day.';
COMMENT ON COLUMN seal_tiles.place IS 'Number of the tile, from 0.';
COMMENT ON COLUMN seal_tiles.hash IS 'Merkle tree hash of its leaves.';

CREATE TABLE archives (
    seq_lo       bigint PRIMARY KEY,
    seq_hi       bigint NOT NULL,
    rows_sha256  bytea NOT NULL,
    archived_at  timestamptz NOT NULL,
    returned_at  timestamptz
);
COMMENT ON TABLE archives IS 'Partitions that were moved to a file; the file is checked against this when it comes back.';
COMMENT ON COLUMN archives.seq_lo IS 'First seq.';
COMMENT ON COLUMN archives.seq_hi IS 'Last seq.';
COMMENT ON COLUMN archives.rows_sha256 IS 'SHA-256 of the rows'' text.';
COMMENT ON COLUMN archives.archived_at IS 'When it left.';
COMMENT ON COLUMN archives.returned_at IS 'When it came back; empty while away.';

CREATE INDEX transfers_by_date ON transfers USING brin (effective_on) WITH (pages_per_range = 32);

CREATE TRIGGER holds_append_only         BEFORE UPDATE OR DELETE ON holds         FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_ends_append_only     BEFORE UPDATE OR DELETE ON hold_ends     FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_snapshots_append_only BEFORE UPDATE OR DELETE ON day_snapshots FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_balances_append_only  BEFORE UPDATE OR DELETE ON day_balances  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_totals_append_only    BEFORE UPDATE OR DELETE ON day_totals    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seals_append_only         BEFORE UPDATE OR DELETE ON seals         FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_tiles_append_only    BEFORE UPDATE OR DELETE ON seal_tiles    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER holds_no_truncate         BEFORE TRUNCATE ON holds         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER hold_ends_no_truncate     BEFORE TRUNCATE ON hold_ends     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_snapshots_no_truncate BEFORE TRUNCATE ON day_snapshots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_balances_no_truncate  BEFORE TRUNCATE ON day_balances  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_totals_no_truncate    BEFORE TRUNCATE ON day_totals    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seals_no_truncate         BEFORE TRUNCATE ON seals         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_tiles_no_truncate    BEFORE TRUNCATE ON seal_tiles    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Set money aside. The floor of balances counts what is pending.
CREATE FUNCTION place_holds(
    p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamptz[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_rows integer;
BEGIN
    PERFORM 1 FROM lane FOR UPDATE;
    INSERT INTO holds (id, debit_account, credit_account, amount, code, placed_at, expires_at)
    SELECT h.id, h.debit, h.credit, h.amount, h.code, p_at, h.expires_at
    FROM unnest(p_id, p_debit, p_credit, p_amount, p_code, p_expires_at) AS h (id, debit, credit, amount, code, expires_at)
    JOIN accounts d ON d.id = h.debit
    JOIN accounts c ON c.id = h.credit
    JOIN shared.transfer_codes k ON (k.code, k.debit_kind, k.credit_kind) = (h.code, d.kind, c.kind);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows <> cardinality(p_id) THEN
        RAISE EXCEPTION 'transfer_not_allowed: a hold is not on the allow-list' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM move_pending(p_id, 1);
END $$;

-- Add (1) or take away (-1) what holds set aside.
CREATE FUNCTION move_pending(p_id uuid[], p_sign integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE balances b SET debits_pending = b.debits_pending + p_sign * s.debits,
                          credits_pending = b.credits_pending + p_sign * s.credits
    FROM (SELECT account, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits FROM (
              SELECT debit_account AS account, amount AS debits, 0 AS credits FROM holds WHERE id = ANY (p_id)
              UNION ALL
              SELECT credit_account, 0, amount FROM holds WHERE id = ANY (p_id)) AS legs
          GROUP BY account) AS s
    WHERE b.account_id = s.account;
$$;

-- End holds, each once: captured before its time is over, voided, or timed out after it.
CREATE FUNCTION end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_rows integer;
BEGIN
    PERFORM 1 FROM lane FOR UPDATE;
    INSERT INTO hold_ends (hold_id, how, captured, entry_id, ended_at)
    SELECT e.id, e.how, e.captured, e.entry_id, p_at
    FROM unnest(p_id, p_how, p_captured, p_entry) AS e (id, how, captured, entry_id)
    JOIN holds h ON h.id = e.id AND e.captured <= h.amount AND (e.how = 'timed_out') = (p_at >= h.expires_at);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows <> cardinality(p_id) THEN
        RAISE EXCEPTION 'hold_not_open: a hold is unknown, too small, or its time is over' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM move_pending(p_id, -1);
END $$;

-- Write down the balances of a closed day: the day before plus what was recorded since. The lane is not held: nothing
-- at or below seq_hi ever changes. Days are written down in order; a second call changes nothing.
CREATE FUNCTION snapshot_day(p_day date, p_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_hi         bigint := (SELECT seq_hi FROM days WHERE day = p_day);
    v_before     date := (SELECT max(day) FROM days WHERE day < p_day);
    v_lo         bigint := coalesce((SELECT seq_hi FROM days WHERE day = v_before), 0);
    v_later_from bigint := coalesce((SELECT later_from FROM day_snapshots WHERE day = v_before), 1);
    v_rows       bigint;
BEGIN
    IF v_hi IS NULL OR (v_before IS NOT NULL AND NOT EXISTS (SELECT 1 FROM day_snapshots WHERE day = v_before)) THEN
        RAISE EXCEPTION 'day_open: % is not closed, or the day before has no snapshot', p_day USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO day_snapshots (day, later_from, taken_at)
    SELECT p_day, coalesce((SELECT min(seq) FROM transfers WHERE seq BETWEEN v_later_from AND v_hi AND effective_on > p_day), v_hi + 1), p_at
    ON CONFLICT (day) DO NOTHING;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- recorded: transfers since the last close. dated: those of them dated up to this day, and earlier ones dated after the last day.
    WITH legs AS (
        SELECT debit_account AS account, amount AS debits, 0::bigint AS credits, seq, effective_on
        FROM transfers WHERE seq BETWEEN least(v_later_from, v_lo + 1) AND v_hi
        UNION ALL
        SELECT credit_account, 0, amount, seq, effective_on
        FROM transfers WHERE seq BETWEEN least(v_later_from, v_lo + 1) AND v_hi
    ), moved AS (
        SELECT account,
               coalesce(sum(debits) FILTER (WHERE seq > v_lo), 0) AS debits,
               coalesce(sum(credits) FILTER (WHERE seq > v_lo), 0) AS credits,
               coalesce(sum(debits) FILTER (WHERE effective_on <= p_day AND (seq > v_lo OR effective_on > v_before)), 0) AS debits_dated,
               coalesce(sum(credits) FILTER (WHERE effective_on <= p_day AND (seq > v_lo OR effective_on > v_before)), 0) AS credits_dated
        FROM legs GROUP BY account
    )
    INSERT INTO day_balances (account_id, day, debits, credits, debits_dated, credits_dated)
    SELECT m.account, p_day, coalesce(b.debits, 0) + m.debits, coalesce(b.credits, 0) + m.credits,
           coalesce(b.debits_dated, 0) + m.debits_dated, coalesce(b.credits_dated, 0) + m.credits_dated
    FROM moved m LEFT JOIN LATERAL (
        SELECT debits, credits, debits_dated, credits_dated FROM day_balances
        WHERE account_id = m.account AND day < p_day ORDER BY day DESC LIMIT 1) AS b ON true
    WHERE m.debits + m.credits + m.debits_dated + m.credits_dated > 0;
    GET DIAGNOSTICS v_rows = ROW_COUNT;

    INSERT INTO day_totals (day, kind, debits, credits)
    SELECT p_day, k.kind, coalesce(b.debits, 0) + coalesce(s.debits, 0), coalesce(b.credits, 0) + coalesce(s.credits, 0)
    FROM shared.account_kinds k
    LEFT JOIN day_totals b ON b.kind = k.kind AND b.day = v_before
    LEFT JOIN (SELECT a.kind, sum(l.debits)::bigint AS debits, sum(l.credits)::bigint AS credits
               FROM (SELECT debit_account AS account, amount AS debits, 0::bigint AS credits FROM transfers WHERE seq > v_lo AND seq <= v_hi
                     UNION ALL
                     SELECT credit_account, 0, amount FROM transfers WHERE seq > v_lo AND seq <= v_hi) AS l
               JOIN accounts a ON a.id = l.account GROUP BY a.kind) AS s ON s.kind = k.kind;
    RETURN v_rows;
END $$;

-- The canonical bytes of a frozen refusal; docs/ledger.md gives the layout.
CREATE FUNCTION refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamptz)
RETURNS bytea LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT int8send(p_number) || prefixed(p_caller) || prefixed(p_key) || p_body_hash || prefixed(p_kind)
        || prefixed(p_refusal::text) || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
$$;

REVOKE EXECUTE ON FUNCTION place_holds, move_pending, end_holds, snapshot_day, refusal_leaf FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_holds, end_holds, snapshot_day TO onnuri_app;
GRANT EXECUTE ON FUNCTION refusal_leaf TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT SELECT ON holds, hold_ends, day_snapshots, day_balances, day_totals, seals, seal_tiles, archives TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT INSERT ON seals, seal_tiles TO onnuri_app;
