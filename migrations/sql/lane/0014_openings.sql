-- Open many accounts with their first transfer: what open_accounts and post_entries do, in one go for bulk credits. Same
-- allow-list, same leaves, same chain; an account's balance row begins with its credit. Runs with search_path set to the lane.
CREATE FUNCTION post_openings(
    p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text,
    p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamptz)
RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_lane     lane%ROWTYPE;
    v_at       timestamptz;
    v_rows     integer := cardinality(p_of);
    v_accounts bigint[];
    v_giver    accounts%ROWTYPE;
    v_opened   text := split_part(p_path[1], ':', 1);
    v_floored  boolean := (SELECT floored FROM shared.account_kinds WHERE kind = split_part(p_path[1], ':', 1));
    v_leaves   bytea;
    v_hash     bytea;
BEGIN
    SELECT * INTO v_lane FROM lane FOR UPDATE;
    SELECT * INTO v_giver FROM accounts WHERE id = p_giver;
    v_at := greatest(p_recorded_at, v_lane.recorded_at);
    IF p_effective_on <= v_lane.last_day THEN
        RAISE EXCEPTION 'day_closed: an entry is dated into a closed day' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM shared.transfer_codes WHERE (code, debit_kind, credit_kind) = (p_code, v_giver.kind, v_opened))
       OR EXISTS (SELECT 1 FROM unnest(p_path) AS p (path) WHERE split_part(p.path, ':', 1) <> v_opened) THEN
        RAISE EXCEPTION 'transfer_not_allowed: % from % to % is not on the allow-list', p_code, v_giver.kind, v_opened
            USING ERRCODE = 'check_violation';
    END IF;
    WHILE v_lane.last_seq + v_rows >= v_lane.partition_hi LOOP
        PERFORM add_partition();
        v_lane.partition_hi := v_lane.partition_hi + v_lane.partition_rows;
    END LOOP;

    INSERT INTO entries (id, kind, effective_on, recorded_at, reverses, reason, adjusts)
    SELECT e.id, p_kind, p_effective_on, v_at, NULL, NULL, false FROM unnest(p_entry) AS e (id);

    WITH opened AS (
        INSERT INTO accounts (path, kind, opened_at)
        SELECT p.path, v_opened, v_at FROM unnest(p_path) WITH ORDINALITY AS p (path, place) ORDER BY p.place
        RETURNING id
    )
    SELECT array_agg(id ORDER BY id) INTO v_accounts FROM opened;

    INSERT INTO balances (account_id, debits, credits, debits_pending, credits_pending, legs, floored)
    SELECT b.id, 0, b.amount, 0, 0, 1, v_floored FROM unnest(v_accounts, p_amount) AS b (id, amount);

    INSERT INTO transfers (seq, entry_id, debit_account, credit_account, amount, code, effective_on)
    SELECT v_lane.last_seq + t.place, p_entry[t.of], p_giver, t.id, t.amount, p_code, p_effective_on
    FROM unnest(p_of, v_accounts, p_amount) WITH ORDINALITY AS t (of, id, amount, place);

    WITH moved AS (
        UPDATE balances SET debits = debits + (SELECT sum(a) FROM unnest(p_amount) AS x (a)), legs = legs + v_rows WHERE account_id = p_giver
        RETURNING account_id, debits, credits, legs / v_lane.mark_every > (legs - v_rows) / v_lane.mark_every AS due
    )
    INSERT INTO marks (account_id, seq, debits, credits)
    SELECT account_id, v_lane.last_seq + v_rows, debits, credits FROM moved WHERE due;

    IF p_effective_on > v_lane.latest_on THEN
        INSERT INTO date_starts (day, seq) VALUES (p_effective_on, v_lane.last_seq + 1);
    END IF;

    SELECT string_agg(leaf(v_lane.last_seq + t.place, p_entry[t.of], p_kind, p_code, v_giver.path, t.path, t.amount,
                           p_effective_on, v_at), ''::bytea ORDER BY t.place)
    INTO v_leaves FROM unnest(p_of, p_path, p_amount) WITH ORDINALITY AS t (of, path, amount, place);
    v_hash := sha256(v_lane.head_hash || v_leaves);
    INSERT INTO chain (batch, seq_lo, seq_hi, previous, hash, recorded_at)
    VALUES (v_lane.last_batch + 1, v_lane.last_seq + 1, v_lane.last_seq + v_rows, v_lane.head_hash, v_hash, v_at);
    UPDATE lane SET last_seq = v_lane.last_seq + v_rows, last_batch = v_lane.last_batch + 1, head_hash = v_hash, recorded_at = v_at,
                    latest_on = greatest(latest_on, p_effective_on);
    RETURN v_accounts;
END $$;

REVOKE EXECUTE ON FUNCTION post_openings FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_openings TO onnuri_app;
