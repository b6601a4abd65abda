-- The one writing function of the books and what guards them. Runs with search_path set to the lane.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % on % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER entries_append_only   BEFORE UPDATE OR DELETE ON entries   FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_append_only     BEFORE UPDATE OR DELETE ON chain     FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outcomes_append_only  BEFORE UPDATE OR DELETE ON outcomes  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_append_only    BEFORE UPDATE OR DELETE ON outbox    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER days_append_only      BEFORE UPDATE OR DELETE ON days      FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_append_only  BEFORE UPDATE OR DELETE ON accounts  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER marks_append_only     BEFORE UPDATE OR DELETE ON marks     FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER date_starts_append_only BEFORE UPDATE OR DELETE ON date_starts FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balances_kept         BEFORE DELETE ON balances            FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entries_no_truncate   BEFORE TRUNCATE ON entries   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON transfers FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER chain_no_truncate     BEFORE TRUNCATE ON chain     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outcomes_no_truncate  BEFORE TRUNCATE ON outcomes  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER outbox_no_truncate    BEFORE TRUNCATE ON outbox    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER days_no_truncate      BEFORE TRUNCATE ON days      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_no_truncate  BEFORE TRUNCATE ON accounts  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER marks_no_truncate     BEFORE TRUNCATE ON marks     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER date_starts_no_truncate BEFORE TRUNCATE ON date_starts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER balances_no_truncate  BEFORE TRUNCATE ON balances  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A partition of the transfers: [lo, hi). Its name carries lo; privileges and triggers are those of every other.
CREATE FUNCTION make_partition(p_lo bigint, p_hi bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_name text := format('transfers_%s', to_char(p_lo, 'FM000000000000'));
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF transfers FOR VALUES FROM (%s) TO (%s)', v_name, p_lo, p_hi);
    EXECUTE format('COMMENT ON TABLE %I IS %L', v_name, format('Transfers %s to %s.', p_lo, p_hi - 1));
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
                   v_name || '_no_truncate', v_name);
    EXECUTE format('GRANT SELECT ON %I TO onnuri_app, onnuri_reader, onnuri_auditor', v_name);
END $$;

-- The next partition, of so many rows as lane.partition_rows says.
CREATE FUNCTION add_partition() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_lane lane%ROWTYPE;
BEGIN
    SELECT * INTO v_lane FROM lane FOR UPDATE;
    PERFORM make_partition(v_lane.partition_hi, v_lane.partition_hi + v_lane.partition_rows);
    UPDATE lane SET partition_hi = v_lane.partition_hi + v_lane.partition_rows;
END $$;
SELECT add_partition();

-- Lock the lane for this transaction; say where it stands.
CREATE FUNCTION take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date)
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT l.last_seq, l.last_event, l.last_day FROM lane l FOR UPDATE
$$;

-- Open accounts that do not exist yet; answer the ids of all.
CREATE FUNCTION open_accounts(p_paths text[], p_opened_at timestamptz)
RETURNS TABLE (path text, id bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    WITH opened AS (
        INSERT INTO accounts (path, kind, opened_at)
        SELECT p, split_part(p, ':', 1), p_opened_at FROM unnest(p_paths) WITH ORDINALITY AS a (p, place) ORDER BY place
        ON CONFLICT (path) DO NOTHING
        RETURNING accounts.id, accounts.kind
    )
    INSERT INTO balances (account_id, debits, credits, debits_pending, credits_pending, legs, floored)
    SELECT o.id, 0, 0, 0, 0, 0, k.floored FROM opened o JOIN shared.account_kinds k ON k.kind = o.kind;
    RETURN QUERY SELECT a.path, a.id FROM accounts a WHERE a.path = ANY (p_paths);
END $$;

-- Text with its length in front, so that no two different leaves have the same bytes.
CREATE FUNCTION prefixed(p_text text) RETURNS bytea LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT int4send(octet_length(p_text)) || convert_to(p_text, 'UTF8')
$$;

-- The canonical bytes of one transfer; docs/ledger.md gives the layout.
CREATE FUNCTION leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint,
                     p_effective_on date, p_recorded_at timestamptz)
RETURNS bytea LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT int8send(p_seq) || uuid_send(p_entry) || prefixed(p_kind) || prefixed(p_code) || prefixed(p_debit)
        || prefixed(p_credit) || int8send(p_amount) || int4send(p_effective_on - date '1970-01-01')
        || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
$$;

-- Write entries and their transfers: the only way into the books. Transfers come in order; p_of says, for each, the
-- place of its entry (from 1). All or nothing. An entry dated into a closed day must say that it adjusts, and why.
-- The time recorded never goes back: a clock that does is overruled by the time of the batch before.
-- Lists of different lengths, or counted from another place than 1, are refused: a side without its other side would
-- move a balance and no transfer.
CREATE FUNCTION post_entries(
    p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[],
    p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_lane    lane%ROWTYPE;
    v_at      timestamptz;
    v_rows    integer := cardinality(p_of);
    v_entries text := format('[1:%s]', cardinality(p_entry));
    v_legs    text := format('[1:%s]', v_rows);
    v_written integer;
    v_latest  date;
    v_leaves  bytea;
    v_hash    bytea;
BEGIN
    IF (array_dims(p_entry), array_dims(p_kind), array_dims(p_effective_on), array_dims(p_reverses), array_dims(p_reason),
        array_dims(p_adjusts)) IS DISTINCT FROM (v_entries, v_entries, v_entries, v_entries, v_entries, v_entries)
       OR (array_dims(p_of), array_dims(p_debit), array_dims(p_credit), array_dims(p_amount), array_dims(p_code))
        IS DISTINCT FROM (v_legs, v_legs, v_legs, v_legs, v_legs) THEN
        RAISE EXCEPTION 'lists_unequal: entries or transfers are described by lists that do not belong together'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO v_lane FROM lane FOR UPDATE;
    v_at := greatest(p_recorded_at, v_lane.recorded_at);
    IF EXISTS (SELECT 1 FROM unnest(p_effective_on, p_adjusts) AS e (day, adjusts)
               WHERE coalesce(e.day <= v_lane.last_day, false) <> e.adjusts) THEN
        RAISE EXCEPTION 'day_closed: an entry is dated into a closed day without adjusting it, or adjusts an open one'
            USING ERRCODE = 'check_violation';
    END IF;
    WHILE v_lane.last_seq + v_rows >= v_lane.partition_hi LOOP
        PERFORM add_partition();
        v_lane.partition_hi := v_lane.partition_hi + v_lane.partition_rows;
    END LOOP;

    INSERT INTO entries (id, kind, effective_on, recorded_at, reverses, reason, adjusts)
    SELECT e.id, e.kind, e.effective_on, v_at, e.reverses, e.reason, e.adjusts
    FROM unnest(p_entry, p_kind, p_effective_on, p_reverses, p_reason, p_adjusts)
        AS e (id, kind, effective_on, reverses, reason, adjusts);

    -- allowed: the pair of kinds is on the allow-list, the other way round for a reversal
    WITH asked AS (
        SELECT t.place, p_entry[t.of] AS entry_id, p_kind[t.of] AS kind, p_effective_on[t.of] AS effective_on,
               t.debit, t.credit, t.amount, t.code, d.path AS debit_path, c.path AS credit_path
        FROM unnest(p_of, p_debit, p_credit, p_amount, p_code) WITH ORDINALITY AS t (of, debit, credit, amount, code, place)
        JOIN accounts d ON d.id = t.debit
        JOIN accounts c ON c.id = t.credit
        JOIN shared.transfer_codes k ON k.code = t.code AND (
            CASE WHEN p_reverses[t.of] IS NULL THEN (k.debit_kind, k.credit_kind) = (d.kind, c.kind)
                 ELSE (k.debit_kind, k.credit_kind) = (c.kind, d.kind) END)
    ), written AS (
        INSERT INTO transfers (seq, entry_id, debit_account, credit_account, amount, code, effective_on)
        SELECT v_lane.last_seq + place, entry_id, debit, credit, amount, code, effective_on FROM asked ORDER BY place
        RETURNING 1
    )
    SELECT count(*), string_agg(leaf(v_lane.last_seq + place, entry_id, kind, code, debit_path, credit_path, amount,
                                     effective_on, v_at), ''::bytea ORDER BY place)
    INTO v_written, v_leaves FROM asked;
    IF v_written <> v_rows THEN
        RAISE EXCEPTION 'transfer_not_allowed: % of % transfers are not on the allow-list', v_rows - v_written, v_rows
            USING ERRCODE = 'check_violation';
    END IF;

    -- an account is marked whenever so many of its legs are full as lane.mark_every says
    WITH moved AS (
        UPDATE balances b SET debits = b.debits + s.debits, credits = b.credits + s.credits, legs = b.legs + s.legs
        FROM (SELECT account, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits, count(*) AS legs FROM (
                  SELECT account, amount AS debits, 0 AS credits FROM unnest(p_debit, p_amount) AS d (account, amount)
                  UNION ALL
                  SELECT account, 0, amount FROM unnest(p_credit, p_amount) AS c (account, amount)) AS sides
              GROUP BY account) AS s
        WHERE b.account_id = s.account
        RETURNING b.account_id, b.debits, b.credits, b.legs / v_lane.mark_every > (b.legs - s.legs) / v_lane.mark_every AS due
    )
    INSERT INTO marks (account_id, seq, debits, credits)
    SELECT account_id, v_lane.last_seq + v_rows, debits, credits FROM moved WHERE due;

    v_latest := (SELECT max(day) FROM unnest(p_effective_on) AS e (day));
    IF v_latest > v_lane.latest_on THEN
        INSERT INTO date_starts (day, seq) VALUES (v_latest, v_lane.last_seq + 1);
    END IF;

    v_hash := sha256(v_lane.head_hash || v_leaves);
    INSERT INTO chain (batch, seq_lo, seq_hi, previous, hash, recorded_at)
    VALUES (v_lane.last_batch + 1, v_lane.last_seq + 1, v_lane.last_seq + v_rows, v_lane.head_hash, v_hash, v_at);
    UPDATE lane SET last_seq = v_lane.last_seq + v_rows, last_batch = v_lane.last_batch + 1, head_hash = v_hash, recorded_at = v_at,
                    latest_on = greatest(latest_on, v_latest);
    RETURN v_lane.last_seq + 1;
END $$;

-- The same from two documents: a program writes JSON faster than arrays.
CREATE FUNCTION post_document(p_entries json, p_transfers json, p_recorded_at timestamptz) RETURNS bigint
LANGUAGE sql VOLATILE AS $$
    SELECT post_entries(e.id, e.kind, e.effective_on, e.reverses, e.reason, e.adjusts, t.of, t.debit, t.credit, t.amount, t.code,
                        p_recorded_at)
    FROM (SELECT array_agg(id ORDER BY place) AS id, array_agg(kind ORDER BY place) AS kind,
                 array_agg(effective_on ORDER BY place) AS effective_on, array_agg(reverses ORDER BY place) AS reverses,
                 array_agg(reason ORDER BY place) AS reason, array_agg(coalesce(adjusts, false) ORDER BY place) AS adjusts
          FROM ROWS FROM (json_to_recordset(p_entries)
                   AS (id uuid, kind text, effective_on date, reverses uuid, reason text, adjusts boolean)) WITH ORDINALITY
              AS x (id, kind, effective_on, reverses, reason, adjusts, place)) AS e,
         (SELECT array_agg(of ORDER BY place) AS of, array_agg(debit ORDER BY place) AS debit,
                 array_agg(credit ORDER BY place) AS credit, array_agg(amount ORDER BY place) AS amount,
                 array_agg(code ORDER BY place) AS code
          FROM ROWS FROM (json_to_recordset(p_transfers)
                   AS (of integer, debit bigint, credit bigint, amount bigint, code text)) WITH ORDINALITY
              AS x (of, debit, credit, amount, code, place)) AS t
$$;

-- What stands for one answered key in lane.answers.
CREATE FUNCTION answer_mark(p_caller text, p_key text, p_body_hash bytea, p_kind text, p_subject uuid, p_refusal jsonb, p_recorded_at timestamptz)
RETURNS bit LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ('x' || encode(sha256(prefixed(p_caller) || prefixed(p_key) || p_body_hash || prefixed(p_kind)
        || coalesce(uuid_send(p_subject), prefixed(p_refusal::text)) || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)), 'hex'))::bit(256)
$$;

-- Freeze what keys were answered; refusals are numbered, so that the day can be sealed over them.
CREATE FUNCTION answer_keys(
    p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_last    bigint;
    v_refused integer := (SELECT count(*) FROM unnest(p_refusal) AS r (refusal) WHERE r.refusal IS NOT NULL);
BEGIN
    SELECT last_refusal INTO v_last FROM lane FOR UPDATE;
    INSERT INTO outcomes (caller, key, body_hash, kind, subject_id, refusal, refusal_number, recorded_at)
    SELECT o.caller, o.key, o.body_hash, o.kind, o.subject_id, o.refusal,
           CASE WHEN o.refusal IS NOT NULL THEN v_last + count(o.refusal) OVER (ORDER BY o.place) END, p_recorded_at
    FROM unnest(p_caller, p_key, p_body_hash, p_kind, p_subject, p_refusal)
        WITH ORDINALITY AS o (caller, key, body_hash, kind, subject_id, refusal, place);
    UPDATE lane SET last_refusal = v_last + v_refused, answers = answers # coalesce((
        SELECT bit_xor(answer_mark(o.caller, o.key, o.body_hash, o.kind, o.subject_id, o.refusal, p_recorded_at))
        FROM unnest(p_caller, p_key, p_body_hash, p_kind, p_subject, p_refusal) AS o (caller, key, body_hash, kind, subject_id, refusal)),
        repeat('0', 256)::bit(256));
END $$;

-- Write events in commit order.
CREATE FUNCTION publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_last bigint;
BEGIN
    UPDATE lane SET last_event = last_event + cardinality(p_topic) RETURNING last_event - cardinality(p_topic) INTO v_last;
    INSERT INTO outbox (position, topic, subject_id, payload, recorded_at)
    SELECT v_last + e.place, e.topic, e.subject_id, e.payload, p_recorded_at
    FROM unnest(p_topic, p_subject, p_payload) WITH ORDINALITY AS e (topic, subject_id, payload, place);
END $$;

-- Close a business day: a row, not a lock. Days close in order, none is left out, and none before it is over in Seoul.
CREATE FUNCTION close_day(p_day date, p_closed_at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    v_lane    lane%ROWTYPE;
    v_before  days%ROWTYPE;
    v_seq     bigint;
    v_refusal bigint;
BEGIN
    SELECT * INTO v_lane FROM lane FOR UPDATE;
    IF p_day <= v_lane.last_day THEN
        RAISE EXCEPTION 'day_closed: % is closed or before a closed day', p_day USING ERRCODE = 'check_violation';
    END IF;
    IF p_day > v_lane.last_day + 1 OR p_day >= (p_closed_at AT TIME ZONE 'Asia/Seoul')::date OR NOT isfinite(p_closed_at) THEN
        RAISE EXCEPTION 'day_not_next: % is not over, or a day before it is open', p_day USING ERRCODE = 'check_violation';
    END IF;
    -- A day reaches to the last batch with something dated into it, so that days closed late, several at once, each
    -- hold their own; what was recorded in between belongs to it too. Refusals count by when they were answered.
    SELECT * INTO v_before FROM days ORDER BY day DESC LIMIT 1;
    SELECT t.seq INTO v_seq FROM transfers t
    WHERE t.seq > coalesce(v_before.seq_hi, 0) AND t.effective_on <= p_day ORDER BY t.seq DESC LIMIT 1;
    SELECT coalesce(min(c.seq_hi), v_before.seq_hi, 0) INTO v_seq FROM chain c WHERE c.seq_hi >= v_seq AND c.seq_lo <= v_seq;
    SELECT coalesce(max(o.refusal_number), v_before.refusal_hi, 0) INTO v_refusal FROM outcomes o
    WHERE o.refusal_number > coalesce(v_before.refusal_hi, 0)
      AND o.recorded_at < (p_day + 1)::timestamp AT TIME ZONE 'Asia/Seoul';
    INSERT INTO days (day, seq_hi, refusal_hi, closed_at) VALUES (p_day, v_seq, v_refusal, p_closed_at);
    UPDATE lane SET last_day = p_day;
    RETURN v_seq;
END $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA @lane@ FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_lane, open_accounts, post_entries, post_document, answer_keys, publish, close_day TO onnuri_app;
GRANT EXECUTE ON FUNCTION leaf, prefixed TO onnuri_app, onnuri_reader, onnuri_auditor;
GRANT SELECT ON lane, accounts, balances, marks, date_starts, entries, transfers, chain, outcomes, outbox, days TO onnuri_app, onnuri_reader, onnuri_auditor;
