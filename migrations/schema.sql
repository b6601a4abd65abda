-- The schema of a freshly migrated database; written by `make schema`, compared in a test. Not run by anything.
--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: lane_00; Type: SCHEMA; Schema: -; Owner: onnuri_owner
--

CREATE SCHEMA lane_00;

ALTER SCHEMA lane_00 OWNER TO onnuri_owner;

--
-- Name: shared; Type: SCHEMA; Schema: -; Owner: onnuri_owner
--

CREATE SCHEMA shared;

ALTER SCHEMA shared OWNER TO onnuri_owner;

--
-- Name: vault; Type: SCHEMA; Schema: -; Owner: onnuri_owner
--

CREATE SCHEMA vault;

ALTER SCHEMA vault OWNER TO onnuri_owner;

--
-- Name: add_partition(); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.add_partition() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_lane lane%ROWTYPE;
BEGIN
    SELECT * INTO v_lane FROM lane FOR UPDATE;
    PERFORM make_partition(v_lane.partition_hi, v_lane.partition_hi + v_lane.partition_rows);
    UPDATE lane SET partition_hi = v_lane.partition_hi + v_lane.partition_rows;
END $$;

ALTER FUNCTION lane_00.add_partition() OWNER TO onnuri_owner;

--
-- Name: answer_keys(text[], text[], bytea[], text[], uuid[], jsonb[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.answer_keys(p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.answer_keys(p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: answer_mark(text, text, bytea, text, uuid, jsonb, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.answer_mark(p_caller text, p_key text, p_body_hash bytea, p_kind text, p_subject uuid, p_refusal jsonb, p_recorded_at timestamp with time zone) RETURNS bit
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
    SELECT ('x' || encode(sha256(prefixed(p_caller) || prefixed(p_key) || p_body_hash || prefixed(p_kind)
        || coalesce(uuid_send(p_subject), prefixed(p_refusal::text)) || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)), 'hex'))::bit(256)
$$;

ALTER FUNCTION lane_00.answer_mark(p_caller text, p_key text, p_body_hash bytea, p_kind text, p_subject uuid, p_refusal jsonb, p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: close_day(date, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.close_day(p_day date, p_closed_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.close_day(p_day date, p_closed_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: end_holds(uuid[], text[], bigint[], uuid[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: leaf(bigint, uuid, text, text, text, text, bigint, date, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) RETURNS bytea
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    AS $$
    SELECT int8send(p_seq) || uuid_send(p_entry) || prefixed(p_kind) || prefixed(p_code) || prefixed(p_debit)
        || prefixed(p_credit) || int8send(p_amount) || int4send(p_effective_on - date '1970-01-01')
        || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
$$;

ALTER FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: make_partition(bigint, bigint); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.make_partition(p_lo bigint, p_hi bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_name text := format('transfers_%s', to_char(p_lo, 'FM000000000000'));
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF transfers FOR VALUES FROM (%s) TO (%s)', v_name, p_lo, p_hi);
    EXECUTE format('COMMENT ON TABLE %I IS %L', v_name, format('Transfers %s to %s.', p_lo, p_hi - 1));
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()',
                   v_name || '_no_truncate', v_name);
    EXECUTE format('GRANT SELECT ON %I TO onnuri_app, onnuri_reader, onnuri_auditor', v_name);
END $$;

ALTER FUNCTION lane_00.make_partition(p_lo bigint, p_hi bigint) OWNER TO onnuri_owner;

--
-- Name: move_pending(uuid[], integer); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.move_pending(p_id uuid[], p_sign integer) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
    UPDATE balances b SET debits_pending = b.debits_pending + p_sign * s.debits,
                          credits_pending = b.credits_pending + p_sign * s.credits
    FROM (SELECT account, sum(debits)::bigint AS debits, sum(credits)::bigint AS credits FROM (
              SELECT debit_account AS account, amount AS debits, 0 AS credits FROM holds WHERE id = ANY (p_id)
              UNION ALL
              SELECT credit_account, 0, amount FROM holds WHERE id = ANY (p_id)) AS legs
          GROUP BY account) AS s
    WHERE b.account_id = s.account;
$$;

ALTER FUNCTION lane_00.move_pending(p_id uuid[], p_sign integer) OWNER TO onnuri_owner;

--
-- Name: open_accounts(text[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.open_accounts(p_paths text[], p_opened_at timestamp with time zone) RETURNS TABLE(path text, id bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.open_accounts(p_paths text[], p_opened_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: place_holds(uuid[], bigint[], bigint[], bigint[], text[], timestamp with time zone[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.place_holds(p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamp with time zone[], p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.place_holds(p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamp with time zone[], p_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: post_document(json, json, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.post_document(p_entries json, p_transfers json, p_recorded_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql
    AS $$
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

ALTER FUNCTION lane_00.post_document(p_entries json, p_transfers json, p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: post_entries(uuid[], text[], date[], uuid[], text[], boolean[], integer[], bigint[], bigint[], bigint[], text[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.post_entries(p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[], p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.post_entries(p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[], p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: post_openings(uuid[], text, date, bigint, text, integer[], text[], bigint[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.post_openings(p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text, p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamp with time zone) RETURNS bigint[]
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.post_openings(p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text, p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: prefixed(text); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.prefixed(p_text text) RETURNS bytea
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    AS $$
    SELECT int4send(octet_length(p_text)) || convert_to(p_text, 'UTF8')
$$;

ALTER FUNCTION lane_00.prefixed(p_text text) OWNER TO onnuri_owner;

--
-- Name: publish(text[], uuid[], jsonb[], timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    v_last bigint;
BEGIN
    UPDATE lane SET last_event = last_event + cardinality(p_topic) RETURNING last_event - cardinality(p_topic) INTO v_last;
    INSERT INTO outbox (position, topic, subject_id, payload, recorded_at)
    SELECT v_last + e.place, e.topic, e.subject_id, e.payload, p_recorded_at
    FROM unnest(p_topic, p_subject, p_payload) WITH ORDINALITY AS e (topic, subject_id, payload, place);
END $$;

ALTER FUNCTION lane_00.publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: refusal_leaf(bigint, text, text, bytea, text, jsonb, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) RETURNS bytea
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    AS $$
    SELECT int8send(p_number) || prefixed(p_caller) || prefixed(p_key) || p_body_hash || prefixed(p_kind)
        || prefixed(p_refusal::text) || int8send((extract(epoch FROM p_recorded_at) * 1000000)::bigint)
$$;

ALTER FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % on % is not allowed', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

ALTER FUNCTION lane_00.refuse_change() OWNER TO onnuri_owner;

--
-- Name: snapshot_day(date, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.snapshot_day(p_day date, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
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

ALTER FUNCTION lane_00.snapshot_day(p_day date, p_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: take_lane(); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date) RETURNS record
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'lane_00', 'pg_catalog', 'pg_temp'
    AS $$
    SELECT l.last_seq, l.last_event, l.last_day FROM lane l FOR UPDATE
$$;

ALTER FUNCTION lane_00.take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date) OWNER TO onnuri_owner;

--
-- Name: write_batch(json, json, json, json, json, timestamp with time zone); Type: FUNCTION; Schema: lane_00; Owner: onnuri_owner
--

CREATE FUNCTION lane_00.write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

ALTER FUNCTION lane_00.write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamp with time zone) OWNER TO onnuri_owner;

--
-- Name: keep_tax_end(); Type: FUNCTION; Schema: shared; Owner: onnuri_owner
--

CREATE FUNCTION shared.keep_tax_end() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    registration shared.tax_registrations;
    said_at      timestamptz;
BEGIN
    SELECT * INTO STRICT registration FROM shared.tax_registrations WHERE id = NEW.registration_id FOR UPDATE;
    SELECT recorded_at INTO said_at FROM shared.tax_registration_ends WHERE registration_id = NEW.registration_id AND number = NEW.number - 1;
    IF (NEW.number > 1 AND said_at IS NULL) OR NEW.recorded_at < coalesce(said_at, registration.recorded_at)
       OR registration.valid_to <= NEW.recorded_at OR coalesce(NEW.ends_at, registration.valid_to) IS NULL
       OR NEW.ends_at < greatest(NEW.recorded_at, registration.valid_from)
       OR EXISTS (SELECT 1 FROM shared.tax_registrations o WHERE o.market_id = registration.market_id AND o.id <> registration.id
                  AND tstzrange(o.valid_from, o.valid_to) && tstzrange(least(registration.valid_from, NEW.ends_at), NEW.ends_at)) THEN
        RAISE EXCEPTION 'registration % can''t end at % any more', NEW.registration_id, NEW.ends_at USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    UPDATE shared.tax_registrations SET valid_to = NEW.ends_at WHERE id = registration.id;
    RETURN NULL;
END $$;

ALTER FUNCTION shared.keep_tax_end() OWNER TO onnuri_owner;

--
-- Name: FUNCTION keep_tax_end(); Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON FUNCTION shared.keep_tax_end() IS 'Keeps a registration''s end as last recorded; refuses one of the past, one after an end that has come, and an overlap.';

--
-- Name: refuse_change(); Type: FUNCTION; Schema: shared; Owner: onnuri_owner
--

CREATE FUNCTION shared.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION '% does not change once it is there', TG_TABLE_NAME;
END $$;

ALTER FUNCTION shared.refuse_change() OWNER TO onnuri_owner;

--
-- Name: FUNCTION refuse_change(); Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON FUNCTION shared.refuse_change() IS 'Refuses a change to what stands for ever.';

--
-- Name: refuse_unapproved(); Type: FUNCTION; Schema: shared; Owner: onnuri_owner
--

CREATE FUNCTION shared.refuse_unapproved() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM shared.credit_lists l WHERE l.name = NEW.list_id AND l.kind = NEW.kind AND l.source_id = NEW.source_id
                   AND l.status = 'APPROVED' AND NEW.unit BETWEEN 0 AND l.parts - 1) THEN
        RAISE EXCEPTION 'unit % of % is of no approved list', NEW.unit, NEW.list_id USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;

ALTER FUNCTION shared.refuse_unapproved() OWNER TO onnuri_owner;

--
-- Name: FUNCTION refuse_unapproved(); Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON FUNCTION shared.refuse_unapproved() IS 'Refuses to credit what is of no approved list, or of a part that the list does not have.';

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: accounts; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.accounts (
    id bigint NOT NULL,
    path text NOT NULL,
    kind text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT accounts_one_bank CHECK (((kind <> 'bank'::text) OR (path = 'bank:trust'::text)))
);

ALTER TABLE lane_00.accounts OWNER TO onnuri_owner;

--
-- Name: TABLE accounts; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.accounts IS 'Accounts of this lane.';

--
-- Name: COLUMN accounts.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.accounts.id IS 'Identity inside the lane.';

--
-- Name: COLUMN accounts.path; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.accounts.path IS 'kind:subject, e.g. lot:0192….';

--
-- Name: COLUMN accounts.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.accounts.kind IS 'Kind, see shared.account_kinds.';

--
-- Name: COLUMN accounts.opened_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.accounts.opened_at IS 'When opened.';

--
-- Name: accounts_id_seq; Type: SEQUENCE; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE lane_00.accounts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME lane_00.accounts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: archives; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.archives (
    seq_lo bigint NOT NULL,
    seq_hi bigint NOT NULL,
    rows_sha256 bytea NOT NULL,
    archived_at timestamp with time zone NOT NULL,
    returned_at timestamp with time zone
);

ALTER TABLE lane_00.archives OWNER TO onnuri_owner;

--
-- Name: TABLE archives; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.archives IS 'Partitions that were moved to a file; the file is checked against this when it comes back.';

--
-- Name: COLUMN archives.seq_lo; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.archives.seq_lo IS 'First seq.';

--
-- Name: COLUMN archives.seq_hi; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.archives.seq_hi IS 'Last seq.';

--
-- Name: COLUMN archives.rows_sha256; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.archives.rows_sha256 IS 'SHA-256 of the rows'' text.';

--
-- Name: COLUMN archives.archived_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.archives.archived_at IS 'When it left.';

--
-- Name: COLUMN archives.returned_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.archives.returned_at IS 'When it came back; empty while away.';

--
-- Name: auto_charges; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.auto_charges (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    kind text NOT NULL,
    day_of_month integer,
    below bigint,
    face bigint,
    consent_version text NOT NULL,
    consented_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT auto_charges_below CHECK ((below > 0)),
    CONSTRAINT auto_charges_day CHECK (((day_of_month >= 1) AND (day_of_month <= 31))),
    CONSTRAINT auto_charges_face CHECK ((face > 0)),
    CONSTRAINT auto_charges_kind CHECK ((kind = ANY (ARRAY['date'::text, 'balance'::text, 'shortfall'::text]))),
    CONSTRAINT auto_charges_shape CHECK ((((kind = 'date'::text) = (day_of_month IS NOT NULL)) AND ((kind = 'balance'::text) = (below IS NOT NULL)) AND ((kind = 'shortfall'::text) = (face IS NULL))))
);

ALTER TABLE lane_00.auto_charges OWNER TO onnuri_owner;

--
-- Name: TABLE auto_charges; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.auto_charges IS 'Standing orders to charge, each with its own consent, which can be withdrawn at any time.';

--
-- Name: COLUMN auto_charges.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.id IS 'Identity.';

--
-- Name: COLUMN auto_charges.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.wallet_id IS 'Which wallet.';

--
-- Name: COLUMN auto_charges.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.kind IS 'On a day of the month, below a balance, or for what is missing at a payment.';

--
-- Name: COLUMN auto_charges.day_of_month; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.day_of_month IS 'Day in Seoul; the last of a shorter month.';

--
-- Name: COLUMN auto_charges.below; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.below IS 'Charge when less than this can be spent, won.';

--
-- Name: COLUMN auto_charges.face; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.face IS 'Value to buy each time, won; empty where it is what is missing.';

--
-- Name: COLUMN auto_charges.consent_version; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.consent_version IS 'Version of the words the holder agreed to.';

--
-- Name: COLUMN auto_charges.consented_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.consented_at IS 'When the holder agreed.';

--
-- Name: COLUMN auto_charges.revoked_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.auto_charges.revoked_at IS 'When the consent was withdrawn.';

--
-- Name: balances; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.balances (
    account_id bigint NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    debits_pending bigint NOT NULL,
    credits_pending bigint NOT NULL,
    legs bigint NOT NULL,
    floored boolean NOT NULL,
    CONSTRAINT balances_credits CHECK ((credits >= 0)),
    CONSTRAINT balances_credits_pending CHECK ((credits_pending >= 0)),
    CONSTRAINT balances_debits CHECK ((debits >= 0)),
    CONSTRAINT balances_debits_pending CHECK ((debits_pending >= 0)),
    CONSTRAINT balances_floor CHECK (((NOT floored) OR (((credits - debits) - debits_pending) >= 0))),
    CONSTRAINT balances_legs CHECK ((legs >= 0))
)
WITH (fillfactor='50');

ALTER TABLE lane_00.balances OWNER TO onnuri_owner;

--
-- Name: TABLE balances; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.balances IS 'Four counters per account that only grow; the fold of the transfers. Only posting writes them.';

--
-- Name: COLUMN balances.account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.account_id IS 'Account.';

--
-- Name: COLUMN balances.debits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.debits IS 'Sum of transfers that debit it, won.';

--
-- Name: COLUMN balances.credits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.credits IS 'Sum of transfers that credit it, won.';

--
-- Name: COLUMN balances.debits_pending; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.debits_pending IS 'Held against it, won.';

--
-- Name: COLUMN balances.credits_pending; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.credits_pending IS 'Held towards it, won.';

--
-- Name: COLUMN balances.legs; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.legs IS 'How many sides of transfers have touched it.';

--
-- Name: COLUMN balances.floored; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.balances.floored IS 'Whether credits must cover debits and holds.';

--
-- Name: budget_use; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.budget_use (
    policy_id text NOT NULL,
    granted bigint NOT NULL,
    came_back bigint NOT NULL,
    CONSTRAINT budget_use_came_back CHECK (((came_back >= 0) AND (came_back <= granted))),
    CONSTRAINT budget_use_granted CHECK ((granted >= 0))
);

ALTER TABLE lane_00.budget_use OWNER TO onnuri_owner;

--
-- Name: TABLE budget_use; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.budget_use IS 'What this lane has used of its part of a budget; kept while the lane is held, recomputed from the books by the auditor.';

--
-- Name: COLUMN budget_use.policy_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.budget_use.policy_id IS 'Version.';

--
-- Name: COLUMN budget_use.granted; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.budget_use.granted IS 'Subsidy of charges that succeeded or may still succeed, won.';

--
-- Name: COLUMN budget_use.came_back; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.budget_use.came_back IS 'Subsidy that came back for good, won.';

--
-- Name: cancels; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.cancels (
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    amount bigint NOT NULL,
    entry_id uuid NOT NULL,
    cancelled_at timestamp with time zone NOT NULL,
    business_date date NOT NULL,
    same_day boolean NOT NULL,
    reason text NOT NULL,
    cancelled_by uuid NOT NULL,
    CONSTRAINT cancels_amount CHECK ((amount > 0))
);

ALTER TABLE lane_00.cancels OWNER TO onnuri_owner;

--
-- Name: TABLE cancels; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.cancels IS 'A merchant took a payment back, whole or in part; the money went to the same lots.';

--
-- Name: COLUMN cancels.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.id IS 'Identity.';

--
-- Name: COLUMN cancels.payment_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.payment_id IS 'Which payment.';

--
-- Name: COLUMN cancels.shop_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.shop_id IS 'Which shop.';

--
-- Name: COLUMN cancels.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.amount IS 'Won.';

--
-- Name: COLUMN cancels.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN cancels.cancelled_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.cancelled_at IS 'When decided.';

--
-- Name: COLUMN cancels.business_date; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.business_date IS 'Day in which it is settled.';

--
-- Name: COLUMN cancels.same_day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.same_day IS 'Whether it falls into the payment''s own business day.';

--
-- Name: COLUMN cancels.reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.reason IS 'Why.';

--
-- Name: COLUMN cancels.cancelled_by; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.cancels.cancelled_by IS 'Who pressed it.';

--
-- Name: chain; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.chain (
    batch bigint NOT NULL,
    seq_lo bigint NOT NULL,
    seq_hi bigint NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT chain_range CHECK ((seq_hi >= seq_lo))
);

ALTER TABLE lane_00.chain OWNER TO onnuri_owner;

--
-- Name: TABLE chain; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.chain IS 'One hash per batch over the hash before and the transfers of the batch.';

--
-- Name: COLUMN chain.batch; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.batch IS 'Number, without gaps.';

--
-- Name: COLUMN chain.seq_lo; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.seq_lo IS 'First transfer.';

--
-- Name: COLUMN chain.seq_hi; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.seq_hi IS 'Last transfer.';

--
-- Name: COLUMN chain.previous; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.previous IS 'Hash of the batch before.';

--
-- Name: COLUMN chain.hash; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.hash IS 'SHA-256(previous || leaves in order of seq).';

--
-- Name: COLUMN chain.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.chain.recorded_at IS 'When written; never before the batch before.';

--
-- Name: charges; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.charges (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    face bigint NOT NULL,
    paid bigint NOT NULL,
    subsidy bigint NOT NULL,
    policy_id text NOT NULL,
    status text NOT NULL,
    bank_tran_id text NOT NULL,
    debit_account_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_on date NOT NULL,
    answered_at timestamp with time zone,
    bank_code_given text,
    bank_message text,
    entry_id uuid,
    inquiries integer DEFAULT 0 NOT NULL,
    CONSTRAINT charges_face CHECK ((face > 0)),
    CONSTRAINT charges_paid CHECK ((paid >= 0)),
    CONSTRAINT charges_posted CHECK (((status = 'SUCCEEDED'::text) = (entry_id IS NOT NULL))),
    CONSTRAINT charges_shares CHECK (((paid + subsidy) = face)),
    CONSTRAINT charges_status CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'UNKNOWN'::text]))),
    CONSTRAINT charges_subsidy CHECK ((subsidy >= 0))
);

ALTER TABLE lane_00.charges OWNER TO onnuri_owner;

--
-- Name: TABLE charges; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.charges IS 'A holder buys value: money from the own bank account plus the discount the state pays.';

--
-- Name: COLUMN charges.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.id IS 'Identity.';

--
-- Name: COLUMN charges.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.wallet_id IS 'Which wallet.';

--
-- Name: COLUMN charges.face; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.face IS 'Value bought, won.';

--
-- Name: COLUMN charges.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.paid IS 'Share of the holder, won.';

--
-- Name: COLUMN charges.subsidy; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.subsidy IS 'Share of the state, won.';

--
-- Name: COLUMN charges.policy_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.policy_id IS 'Policy in force when asked.';

--
-- Name: COLUMN charges.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';

--
-- Name: COLUMN charges.bank_tran_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';

--
-- Name: COLUMN charges.debit_account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.debit_account_id IS 'Bank account debited.';

--
-- Name: COLUMN charges.requested_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.requested_at IS 'When asked.';

--
-- Name: COLUMN charges.requested_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.requested_on IS 'Our date of the instruction, Seoul.';

--
-- Name: COLUMN charges.answered_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.answered_at IS 'When the result was known.';

--
-- Name: COLUMN charges.bank_code_given; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.bank_code_given IS 'Result code of the bank.';

--
-- Name: COLUMN charges.bank_message; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.bank_message IS 'Its words.';

--
-- Name: COLUMN charges.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.entry_id IS 'The entry that made the lot.';

--
-- Name: COLUMN charges.inquiries; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.charges.inquiries IS 'How often the bank was asked for the result.';

--
-- Name: claw_back_repayments; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.claw_back_repayments (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    amount bigint NOT NULL,
    how text NOT NULL,
    consented_at timestamp with time zone,
    bank_reference text,
    entry_id uuid NOT NULL,
    repaid_at timestamp with time zone NOT NULL,
    CONSTRAINT claw_back_repayments_amount CHECK ((amount > 0)),
    CONSTRAINT claw_back_repayments_how CHECK ((how = ANY (ARRAY['bank'::text, 'consent'::text, 'refilled'::text]))),
    CONSTRAINT claw_back_repayments_proof CHECK ((((how = 'consent'::text) = (consented_at IS NOT NULL)) AND ((how = 'bank'::text) = (bank_reference IS NOT NULL))))
);

ALTER TABLE lane_00.claw_back_repayments OWNER TO onnuri_owner;

--
-- Name: TABLE claw_back_repayments; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.claw_back_repayments IS 'How a holder''s debt was repaid: a bank receipt, value the holder agreed to give, or the clawed lot refilled by a cancel.';

--
-- Name: COLUMN claw_back_repayments.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.id IS 'Identity.';

--
-- Name: COLUMN claw_back_repayments.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.wallet_id IS 'Whose debt.';

--
-- Name: COLUMN claw_back_repayments.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.amount IS 'Won.';

--
-- Name: COLUMN claw_back_repayments.how; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.how IS 'bank, consent or refilled.';

--
-- Name: COLUMN claw_back_repayments.consented_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.consented_at IS 'When the holder agreed to pay with value.';

--
-- Name: COLUMN claw_back_repayments.bank_reference; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.bank_reference IS 'The bank''s reference of the receipt; each counts once.';

--
-- Name: COLUMN claw_back_repayments.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN claw_back_repayments.repaid_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_back_repayments.repaid_at IS 'When.';

--
-- Name: claw_backs; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.claw_backs (
    id uuid NOT NULL,
    lot_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    programme text NOT NULL,
    amount bigint NOT NULL,
    from_lot bigint NOT NULL,
    owed bigint NOT NULL,
    reason text NOT NULL,
    ordered_by uuid NOT NULL,
    approved_by uuid NOT NULL,
    entry_id uuid NOT NULL,
    clawed_at timestamp with time zone NOT NULL,
    CONSTRAINT claw_backs_amount CHECK ((amount > 0)),
    CONSTRAINT claw_backs_four_eyes CHECK ((ordered_by <> approved_by)),
    CONSTRAINT claw_backs_from_lot CHECK ((from_lot >= 0)),
    CONSTRAINT claw_backs_owed CHECK ((owed >= 0)),
    CONSTRAINT claw_backs_parts CHECK (((from_lot + owed) = amount))
);

ALTER TABLE lane_00.claw_backs OWNER TO onnuri_owner;

--
-- Name: TABLE claw_backs; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.claw_backs IS 'Granted value taken back: what was left of the lot, and a debt of the holder where it was spent.';

--
-- Name: COLUMN claw_backs.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.id IS 'Identity.';

--
-- Name: COLUMN claw_backs.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.lot_id IS 'The grant''s lot.';

--
-- Name: COLUMN claw_backs.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.wallet_id IS 'Whose.';

--
-- Name: COLUMN claw_backs.programme; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.programme IS 'Programme that gets it back.';

--
-- Name: COLUMN claw_backs.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.amount IS 'Won.';

--
-- Name: COLUMN claw_backs.from_lot; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.from_lot IS 'Of it taken from the lot, won.';

--
-- Name: COLUMN claw_backs.owed; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.owed IS 'Of it owed by the holder, won.';

--
-- Name: COLUMN claw_backs.reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.reason IS 'Why, in words the holder is told.';

--
-- Name: COLUMN claw_backs.ordered_by; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.ordered_by IS 'Who proposed it.';

--
-- Name: COLUMN claw_backs.approved_by; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.approved_by IS 'Who else approved it.';

--
-- Name: COLUMN claw_backs.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN claw_backs.clawed_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.claw_backs.clawed_at IS 'When.';

--
-- Name: company_purchases; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.company_purchases (
    id uuid NOT NULL,
    company_id uuid NOT NULL,
    amount bigint NOT NULL,
    how text NOT NULL,
    status text NOT NULL,
    bank_reference text,
    bank_tran_id text,
    account_id uuid,
    requested_at timestamp with time zone NOT NULL,
    requested_on date NOT NULL,
    answered_at timestamp with time zone,
    bank_code_given text,
    bank_message text,
    inquiries integer DEFAULT 0 NOT NULL,
    entry_id uuid,
    CONSTRAINT company_purchases_amount CHECK ((amount > 0)),
    CONSTRAINT company_purchases_answered CHECK (((status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text])) = (answered_at IS NOT NULL))),
    CONSTRAINT company_purchases_how CHECK ((how = ANY (ARRAY['receipt'::text, 'withdrawal'::text]))),
    CONSTRAINT company_purchases_posted CHECK (((status = 'SUCCEEDED'::text) = (entry_id IS NOT NULL))),
    CONSTRAINT company_purchases_proof CHECK ((((how = 'receipt'::text) = (bank_reference IS NOT NULL)) AND ((how = 'withdrawal'::text) = (bank_tran_id IS NOT NULL)) AND ((how = 'withdrawal'::text) = (account_id IS NOT NULL)) AND ((how = 'withdrawal'::text) OR (status = 'SUCCEEDED'::text)))),
    CONSTRAINT company_purchases_status CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'UNKNOWN'::text])))
);

ALTER TABLE lane_00.company_purchases OWNER TO onnuri_owner;

--
-- Name: TABLE company_purchases; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.company_purchases IS 'A company pays in, won for won, by a receipt or by a withdrawal; it waits in purchase:company until distributed.';

--
-- Name: COLUMN company_purchases.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.id IS 'Identity.';

--
-- Name: COLUMN company_purchases.company_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.company_id IS 'Which company.';

--
-- Name: COLUMN company_purchases.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.amount IS 'Won, without discount.';

--
-- Name: COLUMN company_purchases.how; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.how IS 'receipt: the bank showed that it came in; withdrawal: we draw it from the company''s account.';

--
-- Name: COLUMN company_purchases.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';

--
-- Name: COLUMN company_purchases.bank_reference; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.bank_reference IS 'The bank''s reference of the receipt; each counts once.';

--
-- Name: COLUMN company_purchases.bank_tran_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';

--
-- Name: COLUMN company_purchases.account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.account_id IS 'Bank account debited.';

--
-- Name: COLUMN company_purchases.requested_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.requested_at IS 'When asked.';

--
-- Name: COLUMN company_purchases.requested_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.requested_on IS 'Our date of the instruction, Seoul.';

--
-- Name: COLUMN company_purchases.answered_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.answered_at IS 'When the result was known.';

--
-- Name: COLUMN company_purchases.bank_code_given; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.bank_code_given IS 'Result code of the bank.';

--
-- Name: COLUMN company_purchases.bank_message; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.bank_message IS 'Its words.';

--
-- Name: COLUMN company_purchases.inquiries; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.inquiries IS 'How often the bank was asked for the result.';

--
-- Name: COLUMN company_purchases.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.company_purchases.entry_id IS 'Entry in the books; empty until it is bought.';

--
-- Name: credit_units; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.credit_units (
    id uuid NOT NULL,
    list_id text NOT NULL,
    kind text NOT NULL,
    source_id text NOT NULL,
    unit bigint NOT NULL,
    credited integer NOT NULL,
    total bigint NOT NULL,
    entry_id uuid,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT credit_units_kind CHECK ((kind = ANY (ARRAY['grant'::text, 'company'::text]))),
    CONSTRAINT credit_units_posted CHECK ((((credited > 0) = (entry_id IS NOT NULL)) AND ((credited > 0) = (total > 0))))
);

ALTER TABLE lane_00.credit_units OWNER TO onnuri_owner;

--
-- Name: TABLE credit_units; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.credit_units IS 'A few lines of a list of credits that were written together under one key; an interrupted list goes on after the last.';

--
-- Name: COLUMN credit_units.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.id IS 'Identity.';

--
-- Name: COLUMN credit_units.list_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.list_id IS 'The list: its source and the SHA-256 of the file.';

--
-- Name: COLUMN credit_units.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.kind IS 'grant of the state, or company.';

--
-- Name: COLUMN credit_units.source_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.source_id IS 'Which programme or company.';

--
-- Name: COLUMN credit_units.unit; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.unit IS 'Number of the unit in the file, from 0.';

--
-- Name: COLUMN credit_units.credited; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.credited IS 'Lines credited in this lane.';

--
-- Name: COLUMN credit_units.total; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.total IS 'Won credited.';

--
-- Name: COLUMN credit_units.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.entry_id IS 'Entry in the books; empty where no line was good.';

--
-- Name: COLUMN credit_units.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credit_units.recorded_at IS 'When.';

--
-- Name: credits; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.credits (
    source_id text NOT NULL,
    reference text NOT NULL,
    lot_id uuid NOT NULL
);

ALTER TABLE lane_00.credits OWNER TO onnuri_owner;

--
-- Name: TABLE credits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.credits IS 'What was credited by list: a reference is credited once per programme or company.';

--
-- Name: COLUMN credits.source_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credits.source_id IS 'Programme or company.';

--
-- Name: COLUMN credits.reference; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credits.reference IS 'Their own reference of the credit.';

--
-- Name: COLUMN credits.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.credits.lot_id IS 'The lot it made.';

--
-- Name: date_starts; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.date_starts (
    day date NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE lane_00.date_starts OWNER TO onnuri_owner;

--
-- Name: TABLE date_starts; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.date_starts IS 'Where each business date begins: no transfer before seq is dated on that date or later.';

--
-- Name: COLUMN date_starts.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.date_starts.day IS 'A business date later than all before it.';

--
-- Name: COLUMN date_starts.seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.date_starts.seq IS 'First transfer of the batch that brought it.';

--
-- Name: day_balances; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.day_balances (
    account_id bigint NOT NULL,
    day date NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    debits_dated bigint NOT NULL,
    credits_dated bigint NOT NULL
);

ALTER TABLE lane_00.day_balances OWNER TO onnuri_owner;

--
-- Name: TABLE day_balances; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.day_balances IS 'Counters of an account at the close of a day on which it moved; the newest at or before a day holds.';

--
-- Name: COLUMN day_balances.account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.account_id IS 'Account.';

--
-- Name: COLUMN day_balances.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.day IS 'Closed day.';

--
-- Name: COLUMN day_balances.debits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.debits IS 'Debits of transfers up to the day''s seq_hi, won.';

--
-- Name: COLUMN day_balances.credits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.credits IS 'Credits of transfers up to the day''s seq_hi, won.';

--
-- Name: COLUMN day_balances.debits_dated; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.debits_dated IS 'Of these, debits dated up to the day, won.';

--
-- Name: COLUMN day_balances.credits_dated; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_balances.credits_dated IS 'Of these, credits dated up to the day, won.';

--
-- Name: day_sheets; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.day_sheets (
    day date NOT NULL,
    lines integer NOT NULL,
    gross bigint NOT NULL,
    net bigint NOT NULL,
    payable bigint NOT NULL,
    written_at timestamp with time zone NOT NULL
);

ALTER TABLE lane_00.day_sheets OWNER TO onnuri_owner;

--
-- Name: TABLE day_sheets; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.day_sheets IS 'Closed days whose lines are all written: a day is closed in an instant, its lines follow without holding the lane.';

--
-- Name: COLUMN day_sheets.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.day IS 'Closed day.';

--
-- Name: COLUMN day_sheets.lines; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.lines IS 'Count of lines.';

--
-- Name: COLUMN day_sheets.gross; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.gross IS 'Sum of payments, won.';

--
-- Name: COLUMN day_sheets.net; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.net IS 'Less cancels, won.';

--
-- Name: COLUMN day_sheets.payable; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.payable IS 'To be paid out, won.';

--
-- Name: COLUMN day_sheets.written_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_sheets.written_at IS 'When the last line was written.';

--
-- Name: day_snapshots; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.day_snapshots (
    day date NOT NULL,
    later_from bigint NOT NULL,
    taken_at timestamp with time zone NOT NULL
);

ALTER TABLE lane_00.day_snapshots OWNER TO onnuri_owner;

--
-- Name: TABLE day_snapshots; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.day_snapshots IS 'Days whose balances have been written down.';

--
-- Name: COLUMN day_snapshots.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_snapshots.day IS 'Closed day.';

--
-- Name: COLUMN day_snapshots.later_from; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_snapshots.later_from IS 'First seq that may be dated after the day.';

--
-- Name: COLUMN day_snapshots.taken_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_snapshots.taken_at IS 'When.';

--
-- Name: day_totals; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.day_totals (
    day date NOT NULL,
    kind text NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL
);

ALTER TABLE lane_00.day_totals OWNER TO onnuri_owner;

--
-- Name: TABLE day_totals; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.day_totals IS 'Counters of each kind of account up to the day''s seq_hi.';

--
-- Name: COLUMN day_totals.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_totals.day IS 'Closed day.';

--
-- Name: COLUMN day_totals.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_totals.kind IS 'Kind of account.';

--
-- Name: COLUMN day_totals.debits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_totals.debits IS 'Won.';

--
-- Name: COLUMN day_totals.credits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.day_totals.credits IS 'Won.';

--
-- Name: days; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.days (
    day date NOT NULL,
    seq_hi bigint NOT NULL,
    refusal_hi bigint NOT NULL,
    closed_at timestamp with time zone NOT NULL
);

ALTER TABLE lane_00.days OWNER TO onnuri_owner;

--
-- Name: TABLE days; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.days IS 'Closed business days: what is dated into one is refused or dated later.';

--
-- Name: COLUMN days.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.days.day IS 'Business date, Seoul.';

--
-- Name: COLUMN days.seq_hi; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.days.seq_hi IS 'Last transfer recorded before the close.';

--
-- Name: COLUMN days.refusal_hi; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.days.refusal_hi IS 'Last refusal frozen before the close.';

--
-- Name: COLUMN days.closed_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.days.closed_at IS 'When closed.';

--
-- Name: entries; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.entries (
    id uuid NOT NULL,
    kind text NOT NULL,
    effective_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    reverses uuid,
    reason text,
    adjusts boolean NOT NULL,
    CONSTRAINT entries_adjust_with_reason CHECK (((NOT adjusts) OR (reason IS NOT NULL)))
);

ALTER TABLE lane_00.entries OWNER TO onnuri_owner;

--
-- Name: TABLE entries; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.entries IS 'One business act; its transfers stand or fall together.';

--
-- Name: COLUMN entries.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.id IS 'Identity.';

--
-- Name: COLUMN entries.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.kind IS 'Which act.';

--
-- Name: COLUMN entries.effective_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.effective_on IS 'Business date, Seoul.';

--
-- Name: COLUMN entries.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.recorded_at IS 'When written to the books.';

--
-- Name: COLUMN entries.reverses; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.reverses IS 'The entry this one undoes; each at most once.';

--
-- Name: COLUMN entries.reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.reason IS 'Why, where a person must know.';

--
-- Name: COLUMN entries.adjusts; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.entries.adjusts IS 'A late fact, recorded now and dated into a day that was closed already.';

--
-- Name: expirations; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.expirations (
    id uuid NOT NULL,
    lot_id uuid NOT NULL,
    expired_at timestamp with time zone NOT NULL,
    amount bigint NOT NULL,
    paid bigint NOT NULL,
    subsidy bigint NOT NULL,
    entry_id uuid NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    CONSTRAINT expirations_amount CHECK ((amount > 0)),
    CONSTRAINT expirations_paid CHECK ((paid >= 0)),
    CONSTRAINT expirations_shares CHECK ((((paid + subsidy) <= amount) AND ((subsidy = 0) OR ((paid + subsidy) = amount)))),
    CONSTRAINT expirations_subsidy CHECK ((subsidy >= 0))
);

ALTER TABLE lane_00.expirations OWNER TO onnuri_owner;

--
-- Name: TABLE expirations; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.expirations IS 'Remainders of expired lots, posted once per expiry: bought and gifted value to its owner and the state, granted value to the state.';

--
-- Name: COLUMN expirations.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.id IS 'Identity.';

--
-- Name: COLUMN expirations.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.lot_id IS 'Lot.';

--
-- Name: COLUMN expirations.expired_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.expired_at IS 'Its expiry, or the end of its grace.';

--
-- Name: COLUMN expirations.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.amount IS 'What was left, won.';

--
-- Name: COLUMN expirations.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.paid IS 'Share owed to the owner, won; of granted value what the owner had repaid before it came back.';

--
-- Name: COLUMN expirations.subsidy; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.subsidy IS 'Share that returned to the state, won; 0 and 0 for granted value.';

--
-- Name: COLUMN expirations.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN expirations.posted_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expirations.posted_at IS 'When posted.';

--
-- Name: expiry_cursors; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.expiry_cursors (
    what text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    lot_id uuid NOT NULL,
    CONSTRAINT expiry_cursors_what CHECK ((what = ANY (ARRAY['lots'::text, 'graces'::text, 'owed'::text])))
);

ALTER TABLE lane_00.expiry_cursors OWNER TO onnuri_owner;

--
-- Name: TABLE expiry_cursors; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.expiry_cursors IS 'Up to which expiry and lot the remainders have been posted, and paid where there is an account; no lot begins expired, so nothing lies behind.';

--
-- Name: COLUMN expiry_cursors.what; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_cursors.what IS 'Lots by their own expiry, by the end of a grace; owed: expiries by when they were posted, for paying them.';

--
-- Name: COLUMN expiry_cursors.expires_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_cursors.expires_at IS 'Expiry of the last one, or when it was posted.';

--
-- Name: COLUMN expiry_cursors.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_cursors.lot_id IS 'The last one.';

--
-- Name: expiry_notices; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.expiry_notices (
    lot_id uuid NOT NULL,
    days_before integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    noticed_at timestamp with time zone NOT NULL
);

ALTER TABLE lane_00.expiry_notices OWNER TO onnuri_owner;

--
-- Name: TABLE expiry_notices; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.expiry_notices IS 'Holders told that a lot will expire; each notice once.';

--
-- Name: COLUMN expiry_notices.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_notices.lot_id IS 'Lot.';

--
-- Name: COLUMN expiry_notices.days_before; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_notices.days_before IS 'Which notice of the policy.';

--
-- Name: COLUMN expiry_notices.expires_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_notices.expires_at IS 'Expiry as it was told.';

--
-- Name: COLUMN expiry_notices.noticed_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.expiry_notices.noticed_at IS 'When.';

--
-- Name: gift_lots; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.gift_lots (
    lot_id uuid NOT NULL,
    gift_id uuid NOT NULL,
    entry_id uuid NOT NULL
);

ALTER TABLE lane_00.gift_lots OWNER TO onnuri_owner;

--
-- Name: TABLE gift_lots; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.gift_lots IS 'Lots that came of accepted gifts.';

--
-- Name: COLUMN gift_lots.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_lots.lot_id IS 'Lot of the receiver.';

--
-- Name: COLUMN gift_lots.gift_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_lots.gift_id IS 'The gift.';

--
-- Name: COLUMN gift_lots.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_lots.entry_id IS 'Entry of this lane that made it.';

--
-- Name: gift_parts; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.gift_parts (
    gift_id uuid NOT NULL,
    lot_id uuid NOT NULL,
    place integer NOT NULL,
    paid bigint NOT NULL,
    subsidy bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT gift_parts_amount CHECK (((paid + subsidy) > 0)),
    CONSTRAINT gift_parts_paid CHECK ((paid >= 0)),
    CONSTRAINT gift_parts_subsidy CHECK ((subsidy >= 0))
);

ALTER TABLE lane_00.gift_parts OWNER TO onnuri_owner;

--
-- Name: TABLE gift_parts; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.gift_parts IS 'From which lots a gift was taken, with the shares that go along.';

--
-- Name: COLUMN gift_parts.gift_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.gift_id IS 'Gift.';

--
-- Name: COLUMN gift_parts.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.lot_id IS 'Lot of the sender.';

--
-- Name: COLUMN gift_parts.place; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.place IS 'Order, from 0.';

--
-- Name: COLUMN gift_parts.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.paid IS 'Share its buyer paid, won.';

--
-- Name: COLUMN gift_parts.subsidy; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.subsidy IS 'Share the state paid, won.';

--
-- Name: COLUMN gift_parts.expires_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gift_parts.expires_at IS 'Expiry that the receiver''s lot keeps.';

--
-- Name: gifts; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.gifts (
    id uuid NOT NULL,
    from_wallet uuid NOT NULL,
    to_wallet uuid NOT NULL,
    to_lane text NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    ended_at timestamp with time zone,
    end_entry uuid,
    end_reason text,
    CONSTRAINT gifts_amount CHECK ((amount > 0)),
    CONSTRAINT gifts_deadline CHECK ((deadline > sent_at)),
    CONSTRAINT gifts_end_reason CHECK ((end_reason = ANY (ARRAY['accepted'::text, 'declined'::text, 'withdrawn'::text, 'timed_out'::text]))),
    CONSTRAINT gifts_ended CHECK ((((status = 'BOXED'::text) = (ended_at IS NULL)) AND ((status = 'BOXED'::text) = (end_entry IS NULL)) AND ((status = 'BOXED'::text) = (end_reason IS NULL)))),
    CONSTRAINT gifts_other_wallet CHECK ((from_wallet <> to_wallet)),
    CONSTRAINT gifts_status CHECK ((status = ANY (ARRAY['BOXED'::text, 'ACCEPTED'::text, 'RETURNED'::text])))
);

ALTER TABLE lane_00.gifts OWNER TO onnuri_owner;

--
-- Name: TABLE gifts; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.gifts IS 'Value sent from a wallet of this lane; it waits in its box until accepted or returned.';

--
-- Name: COLUMN gifts.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.id IS 'Identity; the box is the account gift_box:id.';

--
-- Name: COLUMN gifts.from_wallet; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.from_wallet IS 'Who sent it.';

--
-- Name: COLUMN gifts.to_wallet; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.to_wallet IS 'To whom.';

--
-- Name: COLUMN gifts.to_lane; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.to_lane IS 'Lane of the receiver.';

--
-- Name: COLUMN gifts.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.amount IS 'Won.';

--
-- Name: COLUMN gifts.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.status IS 'BOXED, then ACCEPTED or RETURNED for ever.';

--
-- Name: COLUMN gifts.sent_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.sent_at IS 'When sent.';

--
-- Name: COLUMN gifts.deadline; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.deadline IS 'First instant at which it can only return.';

--
-- Name: COLUMN gifts.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.entry_id IS 'Entry that boxed it.';

--
-- Name: COLUMN gifts.ended_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.ended_at IS 'When accepted or returned.';

--
-- Name: COLUMN gifts.end_entry; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.end_entry IS 'Entry of this lane that emptied the box.';

--
-- Name: COLUMN gifts.end_reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts.end_reason IS 'Why it ended.';

--
-- Name: gifts_received; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.gifts_received (
    gift_id uuid NOT NULL,
    from_lane text NOT NULL,
    to_wallet uuid NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    deadline timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT gifts_received_amount CHECK ((amount > 0)),
    CONSTRAINT gifts_received_status CHECK ((status = ANY (ARRAY['BOXED'::text, 'ACCEPTED'::text, 'RETURNED'::text])))
);

ALTER TABLE lane_00.gifts_received OWNER TO onnuri_owner;

--
-- Name: TABLE gifts_received; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.gifts_received IS 'Gifts sent to wallets of this lane, from whatever lane; their state is told to both.';

--
-- Name: COLUMN gifts_received.gift_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.gift_id IS 'The gift.';

--
-- Name: COLUMN gifts_received.from_lane; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.from_lane IS 'Lane in whose books the box is.';

--
-- Name: COLUMN gifts_received.to_wallet; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.to_wallet IS 'Who may accept it.';

--
-- Name: COLUMN gifts_received.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.amount IS 'Won.';

--
-- Name: COLUMN gifts_received.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.status IS 'Same as in the sender''s lane.';

--
-- Name: COLUMN gifts_received.sent_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.sent_at IS 'When sent.';

--
-- Name: COLUMN gifts_received.deadline; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.deadline IS 'First instant at which it can only return.';

--
-- Name: COLUMN gifts_received.ended_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.gifts_received.ended_at IS 'When accepted or returned.';

--
-- Name: hold_ends; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.hold_ends (
    hold_id uuid NOT NULL,
    how text NOT NULL,
    captured bigint NOT NULL,
    entry_id uuid,
    ended_at timestamp with time zone NOT NULL,
    CONSTRAINT hold_ends_captured CHECK (((captured >= 0) AND ((how = 'captured'::text) = (captured > 0)) AND ((how = 'captured'::text) = (entry_id IS NOT NULL)))),
    CONSTRAINT hold_ends_how CHECK ((how = ANY (ARRAY['captured'::text, 'voided'::text, 'timed_out'::text])))
);

ALTER TABLE lane_00.hold_ends OWNER TO onnuri_owner;

--
-- Name: TABLE hold_ends; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.hold_ends IS 'How each hold ended; once.';

--
-- Name: COLUMN hold_ends.hold_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.hold_ends.hold_id IS 'Which hold.';

--
-- Name: COLUMN hold_ends.how; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.hold_ends.how IS 'captured, voided or timed_out.';

--
-- Name: COLUMN hold_ends.captured; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.hold_ends.captured IS 'Won captured; the rest was let go.';

--
-- Name: COLUMN hold_ends.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.hold_ends.entry_id IS 'The entry that moved it.';

--
-- Name: COLUMN hold_ends.ended_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.hold_ends.ended_at IS 'When.';

--
-- Name: holds; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.holds (
    id uuid NOT NULL,
    debit_account bigint NOT NULL,
    credit_account bigint NOT NULL,
    amount bigint NOT NULL,
    code text NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT holds_amount CHECK ((amount > 0)),
    CONSTRAINT holds_period CHECK ((expires_at > placed_at)),
    CONSTRAINT holds_two_accounts CHECK ((debit_account <> credit_account))
);

ALTER TABLE lane_00.holds OWNER TO onnuri_owner;

--
-- Name: TABLE holds; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.holds IS 'Pending transfers: money set aside until captured, voided or timed out.';

--
-- Name: COLUMN holds.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.id IS 'Identity.';

--
-- Name: COLUMN holds.debit_account; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.debit_account IS 'Account that will be debited.';

--
-- Name: COLUMN holds.credit_account; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.credit_account IS 'Account that will be credited.';

--
-- Name: COLUMN holds.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.amount IS 'Won set aside.';

--
-- Name: COLUMN holds.code; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.code IS 'What the transfer will be for.';

--
-- Name: COLUMN holds.placed_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.placed_at IS 'When placed.';

--
-- Name: COLUMN holds.expires_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.holds.expires_at IS 'From when on it can only time out.';

--
-- Name: lane; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.lane (
    one boolean NOT NULL,
    last_seq bigint NOT NULL,
    last_batch bigint NOT NULL,
    last_event bigint NOT NULL,
    last_refusal bigint NOT NULL,
    partition_hi bigint NOT NULL,
    partition_rows bigint NOT NULL,
    mark_every bigint NOT NULL,
    last_day date,
    latest_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    head_hash bytea NOT NULL,
    answers bit(256) NOT NULL,
    CONSTRAINT lane_mark_every CHECK ((mark_every > 0)),
    CONSTRAINT lane_partition_rows CHECK ((partition_rows > 0)),
    CONSTRAINT lane_single CHECK (one)
);

ALTER TABLE lane_00.lane OWNER TO onnuri_owner;

--
-- Name: TABLE lane; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.lane IS 'The one row every writer locks: one writer at a time.';

--
-- Name: COLUMN lane.one; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.one IS 'One row.';

--
-- Name: COLUMN lane.last_seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.last_seq IS 'Number of the last transfer; without gaps.';

--
-- Name: COLUMN lane.last_batch; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.last_batch IS 'Number of the last batch in the hash chain.';

--
-- Name: COLUMN lane.last_event; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.last_event IS 'Position of the last event; commit order.';

--
-- Name: COLUMN lane.last_refusal; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.last_refusal IS 'Number of the last frozen refusal; without gaps.';

--
-- Name: COLUMN lane.partition_hi; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.partition_hi IS 'First seq for which no partition exists yet.';

--
-- Name: COLUMN lane.partition_rows; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.partition_rows IS 'Transfers a new partition is made for.';

--
-- Name: COLUMN lane.mark_every; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.mark_every IS 'Legs of an account after which its counters are marked.';

--
-- Name: COLUMN lane.last_day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.last_day IS 'Last closed business day.';

--
-- Name: COLUMN lane.latest_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.latest_on IS 'Latest business date that any entry has.';

--
-- Name: COLUMN lane.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.recorded_at IS 'When the last batch was recorded; the books never go back in time.';

--
-- Name: COLUMN lane.head_hash; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.head_hash IS 'Hash of the last batch.';

--
-- Name: COLUMN lane.answers; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lane.answers IS 'All answered keys: the marks of the outcomes, each its SHA-256, added bit by bit (XOR).';

--
-- Name: late_words; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.late_words (
    kind text NOT NULL,
    order_id uuid NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    CONSTRAINT late_words_kind CHECK ((kind = ANY (ARRAY['charge'::text, 'refund'::text, 'purchase'::text])))
);

ALTER TABLE lane_00.late_words OWNER TO onnuri_owner;

--
-- Name: TABLE late_words; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.late_words IS 'Orders that had ended as failed when the bank said that it did them; each is a break that a person clears up.';

--
-- Name: COLUMN late_words.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.late_words.kind IS 'charge, refund or purchase.';

--
-- Name: COLUMN late_words.order_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.late_words.order_id IS 'Which one of this lane.';

--
-- Name: COLUMN late_words.heard_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.late_words.heard_at IS 'When the bank said so first.';

--
-- Name: lot_graces; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.lot_graces (
    lot_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    CONSTRAINT lot_graces_period CHECK ((until > granted_at))
);

ALTER TABLE lane_00.lot_graces OWNER TO onnuri_owner;

--
-- Name: TABLE lot_graces; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.lot_graces IS 'A lot to which money came back after it had expired may be spent until then; its latest grace counts.';

--
-- Name: COLUMN lot_graces.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_graces.lot_id IS 'Lot.';

--
-- Name: COLUMN lot_graces.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_graces.wallet_id IS 'Whose, repeated from the lot.';

--
-- Name: COLUMN lot_graces.granted_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_graces.granted_at IS 'When the money came back.';

--
-- Name: COLUMN lot_graces.until; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_graces.until IS 'First instant at which it can no longer be spent.';

--
-- Name: lot_origins; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.lot_origins (
    lot_id uuid NOT NULL,
    kind text NOT NULL,
    from_lot uuid,
    other_lot uuid,
    charge_id uuid,
    moved_lot uuid,
    policy_id text,
    handover_id uuid,
    migration_id uuid,
    line bigint,
    programme text,
    company_id uuid,
    face bigint NOT NULL,
    paid bigint NOT NULL,
    used bigint NOT NULL,
    charged_at timestamp with time zone NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT lot_origins_face CHECK ((face > 0)),
    CONSTRAINT lot_origins_judged_by CHECK (((num_nonnulls(charge_id, moved_lot) <= 1) AND ((moved_lot IS NULL) = (policy_id IS NULL)))),
    CONSTRAINT lot_origins_kind CHECK ((kind = ANY (ARRAY['handover'::text, 'migration'::text]))),
    CONSTRAINT lot_origins_paid CHECK (((paid >= 0) AND (paid <= face))),
    CONSTRAINT lot_origins_shape CHECK (((num_nonnulls(from_lot, other_lot) =
CASE
    WHEN (kind = 'handover'::text) THEN 1
    ELSE 0
END) AND ((kind = 'handover'::text) = (handover_id IS NOT NULL)) AND ((kind = 'migration'::text) = (migration_id IS NOT NULL)) AND ((kind = 'migration'::text) = (line IS NOT NULL)))),
    CONSTRAINT lot_origins_used CHECK (((used >= 0) AND (used <= face)))
);

ALTER TABLE lane_00.lot_origins OWNER TO onnuri_owner;

--
-- Name: TABLE lot_origins; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.lot_origins IS 'Lots that go on for another: handed over, or moved in. Face and use of the first one count for refunds.';

--
-- Name: COLUMN lot_origins.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.lot_id IS 'The lot as it is here.';

--
-- Name: COLUMN lot_origins.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.kind IS 'handover or migration.';

--
-- Name: COLUMN lot_origins.from_lot; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.from_lot IS 'Lot it goes on for; each once.';

--
-- Name: COLUMN lot_origins.other_lot; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.other_lot IS 'The same, where that lot is in another lane.';

--
-- Name: COLUMN lot_origins.charge_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.charge_id IS 'Charge by which refunds are judged; empty where it is not in these books.';

--
-- Name: COLUMN lot_origins.moved_lot; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.moved_lot IS 'Where bought value came from elsewhere: the first lot of it here, by which refunds are judged.';

--
-- Name: COLUMN lot_origins.policy_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.policy_id IS 'Rules of the day of that charge; empty where a charge here names them.';

--
-- Name: COLUMN lot_origins.handover_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.handover_id IS 'Act that handed it over.';

--
-- Name: COLUMN lot_origins.migration_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.migration_id IS 'File it came with.';

--
-- Name: COLUMN lot_origins.line; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.line IS 'Line of that file.';

--
-- Name: COLUMN lot_origins.programme; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.programme IS 'Of granted value, the programme that gave it, whoever holds it now.';

--
-- Name: COLUMN lot_origins.company_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.company_id IS 'Of value that a company gave, that company, whoever holds it now.';

--
-- Name: COLUMN lot_origins.face; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.face IS 'Value when it was charged, won.';

--
-- Name: COLUMN lot_origins.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.paid IS 'Of that value, what was paid for it, won; 0 for grants.';

--
-- Name: COLUMN lot_origins.used; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.used IS 'Spent at shops before it came here, won.';

--
-- Name: COLUMN lot_origins.charged_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.charged_at IS 'When it was charged.';

--
-- Name: COLUMN lot_origins.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lot_origins.entry_id IS 'Entry that made it here.';

--
-- Name: lots; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.lots (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    account_id bigint NOT NULL,
    source text NOT NULL,
    charge_id uuid,
    face bigint NOT NULL,
    paid bigint NOT NULL,
    subsidy bigint NOT NULL,
    giftable boolean NOT NULL,
    refundable boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT lots_face CHECK ((face > 0)),
    CONSTRAINT lots_paid CHECK ((paid >= 0)),
    CONSTRAINT lots_shares CHECK (((paid + subsidy) <= face)),
    CONSTRAINT lots_source CHECK ((source = ANY (ARRAY['bought'::text, 'gift'::text, 'grant'::text]))),
    CONSTRAINT lots_subsidy CHECK ((subsidy >= 0))
);

ALTER TABLE lane_00.lots OWNER TO onnuri_owner;

--
-- Name: TABLE lots; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.lots IS 'What a holder owns, piece by piece; what is left of it is the balance of its account.';

--
-- Name: COLUMN lots.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.id IS 'Identity.';

--
-- Name: COLUMN lots.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.wallet_id IS 'Whose.';

--
-- Name: COLUMN lots.account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.account_id IS 'Account in the books.';

--
-- Name: COLUMN lots.source; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.source IS 'How it came: bought, gift, grant.';

--
-- Name: COLUMN lots.charge_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.charge_id IS 'The charge it came from; refund rights are judged per charge.';

--
-- Name: COLUMN lots.face; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.face IS 'Value at the start, won.';

--
-- Name: COLUMN lots.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.paid IS 'Share the holder paid, won.';

--
-- Name: COLUMN lots.subsidy; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.subsidy IS 'Share the state paid, won.';

--
-- Name: COLUMN lots.giftable; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.giftable IS 'Whether it may be given away.';

--
-- Name: COLUMN lots.refundable; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.refundable IS 'Whether it can be paid back.';

--
-- Name: COLUMN lots.created_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.created_at IS 'When made.';

--
-- Name: COLUMN lots.expires_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.lots.expires_at IS 'First instant at which it can no longer be spent.';

--
-- Name: marks; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.marks (
    account_id bigint NOT NULL,
    seq bigint NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL
);

ALTER TABLE lane_00.marks OWNER TO onnuri_owner;

--
-- Name: TABLE marks; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.marks IS 'Counters of an account in between: one row about every 64 legs (lane.mark_every).';

--
-- Name: COLUMN marks.account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.marks.account_id IS 'Account.';

--
-- Name: COLUMN marks.seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.marks.seq IS 'Last transfer counted.';

--
-- Name: COLUMN marks.debits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.marks.debits IS 'Sum of transfers that debit it up to seq, won.';

--
-- Name: COLUMN marks.credits; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.marks.credits IS 'Sum of transfers that credit it up to seq, won.';

--
-- Name: outbox; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.outbox (
    "position" bigint NOT NULL,
    topic text NOT NULL,
    subject_id uuid NOT NULL,
    payload jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT outbox_recorded_at CHECK (isfinite(recorded_at))
);

ALTER TABLE lane_00.outbox OWNER TO onnuri_owner;

--
-- Name: TABLE outbox; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.outbox IS 'Events for the outside, in commit order without gaps.';

--
-- Name: COLUMN outbox."position"; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outbox."position" IS 'Place in the order.';

--
-- Name: COLUMN outbox.topic; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outbox.topic IS 'What happened.';

--
-- Name: COLUMN outbox.subject_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outbox.subject_id IS 'To what.';

--
-- Name: COLUMN outbox.payload; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outbox.payload IS 'Facts; no personal data.';

--
-- Name: COLUMN outbox.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outbox.recorded_at IS 'When.';

--
-- Name: outcomes; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.outcomes (
    caller text NOT NULL,
    key text NOT NULL,
    body_hash bytea NOT NULL,
    kind text NOT NULL,
    subject_id uuid,
    refusal jsonb,
    refusal_number bigint,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT outcomes_answered CHECK (((subject_id IS NULL) = (refusal IS NOT NULL))),
    CONSTRAINT outcomes_key_length CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT outcomes_recorded_at CHECK (isfinite(recorded_at)),
    CONSTRAINT outcomes_refusals_numbered CHECK (((refusal IS NULL) = (refusal_number IS NULL)))
);

ALTER TABLE lane_00.outcomes OWNER TO onnuri_owner;

--
-- Name: TABLE outcomes; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.outcomes IS 'What each idempotency key was answered, refusals too: the same for ever.';

--
-- Name: COLUMN outcomes.caller; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.caller IS 'Who used the key.';

--
-- Name: COLUMN outcomes.key; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.key IS 'The Idempotency-Key.';

--
-- Name: COLUMN outcomes.body_hash; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.body_hash IS 'SHA-256 of the request; another body under the same key is refused.';

--
-- Name: COLUMN outcomes.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.kind IS 'What was asked.';

--
-- Name: COLUMN outcomes.subject_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.subject_id IS 'What came of it.';

--
-- Name: COLUMN outcomes.refusal; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.refusal IS 'Code and facts where it was refused.';

--
-- Name: COLUMN outcomes.refusal_number; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.refusal_number IS 'Order of the refusals, without gaps; they are sealed with the day.';

--
-- Name: COLUMN outcomes.recorded_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.outcomes.recorded_at IS 'When answered.';

--
-- Name: payments; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.payments (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    shop_id uuid NOT NULL,
    market_id uuid NOT NULL,
    amount bigint NOT NULL,
    entry_id uuid NOT NULL,
    paid_at timestamp with time zone NOT NULL,
    business_date date NOT NULL,
    sticker_id text,
    channel text NOT NULL,
    tender text NOT NULL,
    tax_registered boolean NOT NULL,
    shop_status text NOT NULL,
    policy_id text NOT NULL,
    shop_name text NOT NULL,
    client_reference text,
    CONSTRAINT payments_amount CHECK ((amount > 0)),
    CONSTRAINT payments_channel CHECK ((channel = ANY (ARRAY['qr'::text, 'card'::text]))),
    CONSTRAINT payments_tender CHECK ((tender = 'wallet'::text))
);

ALTER TABLE lane_00.payments OWNER TO onnuri_owner;

--
-- Name: TABLE payments; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.payments IS 'A holder paid a shop; the money is in the entry.';

--
-- Name: COLUMN payments.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.id IS 'Identity.';

--
-- Name: COLUMN payments.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.wallet_id IS 'Who paid.';

--
-- Name: COLUMN payments.shop_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.shop_id IS 'Whom.';

--
-- Name: COLUMN payments.market_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.market_id IS 'Market as of pay time.';

--
-- Name: COLUMN payments.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.amount IS 'Won; the sum of its transfers.';

--
-- Name: COLUMN payments.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN payments.paid_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.paid_at IS 'When decided.';

--
-- Name: COLUMN payments.business_date; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.business_date IS 'Day in which it is settled.';

--
-- Name: COLUMN payments.sticker_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.sticker_id IS 'Code that was scanned; empty where the stall number was typed.';

--
-- Name: COLUMN payments.channel; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.channel IS 'qr or card.';

--
-- Name: COLUMN payments.tender; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.tender IS 'What it was paid with.';

--
-- Name: COLUMN payments.tax_registered; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.tax_registered IS 'Whether the market was registered at the tax service at pay time.';

--
-- Name: COLUMN payments.shop_status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.shop_status IS 'Status of the shop at pay time.';

--
-- Name: COLUMN payments.policy_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.policy_id IS 'Policy in force at pay time.';

--
-- Name: COLUMN payments.shop_name; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.shop_name IS 'Name on the sign at pay time, as the receipt says.';

--
-- Name: COLUMN payments.client_reference; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payments.client_reference IS 'The caller''s own reference; unique for ever.';

--
-- Name: payout_entries; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.payout_entries (
    payout_id uuid NOT NULL,
    step text NOT NULL,
    entry_id uuid NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT payout_entries_amount CHECK ((amount > 0)),
    CONSTRAINT payout_entries_step CHECK ((step = ANY (ARRAY['requested'::text, 'paid'::text, 'failed'::text, 'returned'::text])))
);

ALTER TABLE lane_00.payout_entries OWNER TO onnuri_owner;

--
-- Name: TABLE payout_entries; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.payout_entries IS 'What this lane posted for a payout.';

--
-- Name: COLUMN payout_entries.payout_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payout_entries.payout_id IS 'Payout.';

--
-- Name: COLUMN payout_entries.step; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payout_entries.step IS 'Which step of its life.';

--
-- Name: COLUMN payout_entries.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payout_entries.entry_id IS 'Entry in the books.';

--
-- Name: COLUMN payout_entries.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.payout_entries.amount IS 'This lane''s part, won.';

--
-- Name: refunds; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.refunds (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    charge_id uuid,
    moved_lot uuid,
    lot_id uuid,
    kind text NOT NULL,
    amount bigint NOT NULL,
    paid bigint NOT NULL,
    subsidy bigint NOT NULL,
    used bigint NOT NULL,
    status text NOT NULL,
    bank_tran_id text NOT NULL,
    debit_account_id uuid NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    requested_on date NOT NULL,
    answered_at timestamp with time zone,
    bank_code_given text,
    bank_message text,
    entry_id uuid NOT NULL,
    end_entry_id uuid,
    inquiries integer NOT NULL,
    CONSTRAINT refunds_amount CHECK ((amount > 0)),
    CONSTRAINT refunds_answered CHECK (((status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text])) = (answered_at IS NOT NULL))),
    CONSTRAINT refunds_ended CHECK (((end_entry_id IS NOT NULL) = ((status = 'FAILED'::text) OR ((status = 'SUCCEEDED'::text) AND (paid > 0))))),
    CONSTRAINT refunds_judged_by CHECK ((num_nonnulls(charge_id, moved_lot) =
CASE
    WHEN (kind = 'unclaimed'::text) THEN 0
    ELSE 1
END)),
    CONSTRAINT refunds_kind CHECK ((kind = ANY (ARRAY['charge_cancel'::text, 'residual'::text, 'unclaimed'::text]))),
    CONSTRAINT refunds_paid CHECK ((paid >= 0)),
    CONSTRAINT refunds_shares CHECK (((paid + subsidy) = amount)),
    CONSTRAINT refunds_status CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'UNKNOWN'::text]))),
    CONSTRAINT refunds_subsidy CHECK ((subsidy >= 0)),
    CONSTRAINT refunds_taken_from CHECK (((lot_id IS NULL) = (kind = 'unclaimed'::text))),
    CONSTRAINT refunds_unclaimed CHECK (((kind <> 'unclaimed'::text) OR ((subsidy = 0) AND (used = 0)))),
    CONSTRAINT refunds_used CHECK ((used >= 0))
);

ALTER TABLE lane_00.refunds OWNER TO onnuri_owner;

--
-- Name: TABLE refunds; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.refunds IS 'What goes to a holder''s bank account: of one charge, whole while unused or the rest once enough of it is used; or what was owed since an expiry.';

--
-- Name: COLUMN refunds.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.id IS 'Identity.';

--
-- Name: COLUMN refunds.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.wallet_id IS 'Whose.';

--
-- Name: COLUMN refunds.charge_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.charge_id IS 'Charge it is judged by; empty where the charge is not in these books.';

--
-- Name: COLUMN refunds.moved_lot; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.moved_lot IS 'Lot that came here for a charge made elsewhere, by which it is judged then.';

--
-- Name: COLUMN refunds.lot_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.lot_id IS 'Lot it is taken from; empty for what is owed since an expiry.';

--
-- Name: COLUMN refunds.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.kind IS 'charge_cancel (unused, within days), residual (enough used), or unclaimed (owed since an expiry).';

--
-- Name: COLUMN refunds.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.amount IS 'Taken from the lot, or from what is owed, won.';

--
-- Name: COLUMN refunds.paid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.paid IS 'Share that goes to the holder''s bank account, won.';

--
-- Name: COLUMN refunds.subsidy; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.subsidy IS 'Share that goes back to the budget, won.';

--
-- Name: COLUMN refunds.used; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.used IS 'What was used of the charge when it was decided, won.';

--
-- Name: COLUMN refunds.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry.';

--
-- Name: COLUMN refunds.bank_tran_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';

--
-- Name: COLUMN refunds.debit_account_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.debit_account_id IS 'Bank account that gets the money.';

--
-- Name: COLUMN refunds.requested_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.requested_at IS 'When asked.';

--
-- Name: COLUMN refunds.requested_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.requested_on IS 'Our date of the instruction, Seoul.';

--
-- Name: COLUMN refunds.answered_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.answered_at IS 'When the result was known.';

--
-- Name: COLUMN refunds.bank_code_given; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.bank_code_given IS 'Result code of the bank.';

--
-- Name: COLUMN refunds.bank_message; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.bank_message IS 'Its words.';

--
-- Name: COLUMN refunds.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.entry_id IS 'The entry that took it from the lot, or from what is owed.';

--
-- Name: COLUMN refunds.end_entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.end_entry_id IS 'The entry that paid it out, or brought it back to where it was taken from.';

--
-- Name: COLUMN refunds.inquiries; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.refunds.inquiries IS 'How often the bank was asked for the result.';

--
-- Name: seal_tiles; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.seal_tiles (
    day date NOT NULL,
    place bigint NOT NULL,
    hash bytea NOT NULL
);

ALTER TABLE lane_00.seal_tiles OWNER TO onnuri_owner;

--
-- Name: TABLE seal_tiles; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.seal_tiles IS 'Hashes of each 256 leaves of a day, so that a proof reads one tile and not the day.';

--
-- Name: COLUMN seal_tiles.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seal_tiles.day IS 'Closed day.';

--
-- Name: COLUMN seal_tiles.place; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seal_tiles.place IS 'Number of the tile, from 0.';

--
-- Name: COLUMN seal_tiles.hash; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seal_tiles.hash IS 'Merkle tree hash of its leaves.';

--
-- Name: seals; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.seals (
    number bigint NOT NULL,
    day date NOT NULL,
    statement text NOT NULL,
    hash bytea NOT NULL,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);

ALTER TABLE lane_00.seals OWNER TO onnuri_owner;

--
-- Name: TABLE seals; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.seals IS 'The signed root over the transfers and refusals of each closed day, chained to the day before.';

--
-- Name: COLUMN seals.number; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.number IS 'Order from 1, without gaps: the place of the day in the log of days.';

--
-- Name: COLUMN seals.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.day IS 'Closed day.';

--
-- Name: COLUMN seals.statement; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.statement IS 'What is signed: canonical JSON with lane, day, range, size, root and the hash before.';

--
-- Name: COLUMN seals.hash; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.hash IS 'SHA-256 of the statement.';

--
-- Name: COLUMN seals.key_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.key_id IS 'Key that signed.';

--
-- Name: COLUMN seals.signature; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.signature IS 'Ed25519 over the statement.';

--
-- Name: COLUMN seals.sealed_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.seals.sealed_at IS 'When.';

--
-- Name: settlement_lines; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.settlement_lines (
    day date NOT NULL,
    shop_id uuid NOT NULL,
    market_id uuid NOT NULL,
    channel text NOT NULL,
    payments integer NOT NULL,
    gross bigint NOT NULL,
    cancels integer NOT NULL,
    cancelled_same_day bigint NOT NULL,
    cancelled_earlier bigint NOT NULL,
    net bigint NOT NULL,
    fee bigint NOT NULL,
    held bigint NOT NULL,
    debt_repaid bigint NOT NULL,
    payable bigint NOT NULL,
    due_on date NOT NULL,
    payout_id uuid,
    CONSTRAINT settlement_lines_net CHECK ((net = ((gross - cancelled_same_day) - cancelled_earlier))),
    CONSTRAINT settlement_lines_payable CHECK ((payable >= 0))
);

ALTER TABLE lane_00.settlement_lines OWNER TO onnuri_owner;

--
-- Name: TABLE settlement_lines; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.settlement_lines IS 'One line per shop, closed day and channel.';

--
-- Name: COLUMN settlement_lines.day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.day IS 'Business date.';

--
-- Name: COLUMN settlement_lines.shop_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.shop_id IS 'Shop.';

--
-- Name: COLUMN settlement_lines.market_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.market_id IS 'Its market.';

--
-- Name: COLUMN settlement_lines.channel; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.channel IS 'qr or card.';

--
-- Name: COLUMN settlement_lines.payments; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.payments IS 'Count of payments.';

--
-- Name: COLUMN settlement_lines.gross; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.gross IS 'Sum of payments, won.';

--
-- Name: COLUMN settlement_lines.cancels; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.cancels IS 'Count of cancels.';

--
-- Name: COLUMN settlement_lines.cancelled_same_day; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.cancelled_same_day IS 'Cancels of payments of this day, won.';

--
-- Name: COLUMN settlement_lines.cancelled_earlier; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.cancelled_earlier IS 'Cancels of payments of earlier days, won.';

--
-- Name: COLUMN settlement_lines.net; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.net IS 'gross less both, won; may be below zero.';

--
-- Name: COLUMN settlement_lines.fee; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.fee IS 'Fee kept, won.';

--
-- Name: COLUMN settlement_lines.held; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.held IS 'Held for fraud, won.';

--
-- Name: COLUMN settlement_lines.debt_repaid; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.debt_repaid IS 'Kept to repay what earlier days ended below zero, won.';

--
-- Name: COLUMN settlement_lines.payable; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.payable IS 'What will be paid out for this line, won.';

--
-- Name: COLUMN settlement_lines.due_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.due_on IS 'Bank business day of the payout.';

--
-- Name: COLUMN settlement_lines.payout_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.settlement_lines.payout_id IS 'The payout that carries it.';

--
-- Name: tax_lines; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.tax_lines (
    year integer NOT NULL,
    issue integer NOT NULL,
    wallet_id uuid NOT NULL,
    before_won bigint NOT NULL,
    after_won bigint NOT NULL,
    CONSTRAINT tax_lines_after CHECK ((after_won >= 0)),
    CONSTRAINT tax_lines_before CHECK ((before_won >= 0)),
    CONSTRAINT tax_lines_change CHECK ((before_won <> after_won))
);

ALTER TABLE lane_00.tax_lines OWNER TO onnuri_owner;

--
-- Name: TABLE tax_lines; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.tax_lines IS 'What was reported of a wallet for a year; a later issue says what it corrects.';

--
-- Name: COLUMN tax_lines.year; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.tax_lines.year IS 'Year of the payments.';

--
-- Name: COLUMN tax_lines.issue; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.tax_lines.issue IS '0 for the file, later ones for corrections.';

--
-- Name: COLUMN tax_lines.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.tax_lines.wallet_id IS 'Wallet that paid.';

--
-- Name: COLUMN tax_lines.before_won; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.tax_lines.before_won IS 'Reported before, won.';

--
-- Name: COLUMN tax_lines.after_won; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.tax_lines.after_won IS 'Deductible sum net of cancels, won.';

--
-- Name: transfers; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.transfers (
    seq bigint NOT NULL,
    entry_id uuid NOT NULL,
    debit_account bigint NOT NULL,
    credit_account bigint NOT NULL,
    amount bigint NOT NULL,
    code text NOT NULL,
    effective_on date NOT NULL,
    CONSTRAINT transfers_amount CHECK ((amount > 0)),
    CONSTRAINT transfers_two_accounts CHECK ((debit_account <> credit_account))
)
PARTITION BY RANGE (seq);

ALTER TABLE lane_00.transfers OWNER TO onnuri_owner;

--
-- Name: TABLE transfers; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.transfers IS 'Every won that moves: one row, an amount from one account to another.';

--
-- Name: COLUMN transfers.seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.seq IS 'Order of the books, without gaps.';

--
-- Name: COLUMN transfers.entry_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.entry_id IS 'The act it belongs to.';

--
-- Name: COLUMN transfers.debit_account; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.debit_account IS 'Account debited.';

--
-- Name: COLUMN transfers.credit_account; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.credit_account IS 'Account credited.';

--
-- Name: COLUMN transfers.amount; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.amount IS 'Won.';

--
-- Name: COLUMN transfers.code; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.code IS 'What for; see shared.transfer_codes.';

--
-- Name: COLUMN transfers.effective_on; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.transfers.effective_on IS 'Business date, repeated from the entry.';

--
-- Name: transfers_000000000001; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.transfers_000000000001 (
    seq bigint CONSTRAINT transfers_seq_not_null NOT NULL,
    entry_id uuid CONSTRAINT transfers_entry_id_not_null NOT NULL,
    debit_account bigint CONSTRAINT transfers_debit_account_not_null NOT NULL,
    credit_account bigint CONSTRAINT transfers_credit_account_not_null NOT NULL,
    amount bigint CONSTRAINT transfers_amount_not_null NOT NULL,
    code text CONSTRAINT transfers_code_not_null NOT NULL,
    effective_on date CONSTRAINT transfers_effective_on_not_null NOT NULL,
    CONSTRAINT transfers_amount CHECK ((amount > 0)),
    CONSTRAINT transfers_two_accounts CHECK ((debit_account <> credit_account))
);

ALTER TABLE lane_00.transfers_000000000001 OWNER TO onnuri_owner;

--
-- Name: TABLE transfers_000000000001; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.transfers_000000000001 IS 'Transfers 1 to 10000000.';

--
-- Name: wallet_blocks; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.wallet_blocks (
    id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    blocked_by uuid NOT NULL,
    blocked_at timestamp with time zone NOT NULL,
    after_seq bigint NOT NULL,
    lifted_by uuid,
    lifted_at timestamp with time zone,
    lift_reason text,
    lift_seq bigint,
    CONSTRAINT wallet_blocks_kind CHECK ((kind = ANY (ARRAY['frozen'::text, 'lost'::text]))),
    CONSTRAINT wallet_blocks_lifted CHECK ((((lifted_at IS NULL) = (lifted_by IS NULL)) AND ((lifted_at IS NULL) = (lift_reason IS NULL)) AND ((lifted_at IS NULL) = (lift_seq IS NULL))))
);

ALTER TABLE lane_00.wallet_blocks OWNER TO onnuri_owner;

--
-- Name: TABLE wallet_blocks; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.wallet_blocks IS 'Why a wallet is frozen: by an operator, or reported lost by its holder. It opens again when no block stands.';

--
-- Name: COLUMN wallet_blocks.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.id IS 'Identity.';

--
-- Name: COLUMN wallet_blocks.wallet_id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.wallet_id IS 'Which wallet.';

--
-- Name: COLUMN wallet_blocks.kind; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.kind IS 'frozen by an operator, or lost.';

--
-- Name: COLUMN wallet_blocks.reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.reason IS 'Why.';

--
-- Name: COLUMN wallet_blocks.blocked_by; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.blocked_by IS 'Who did it.';

--
-- Name: COLUMN wallet_blocks.blocked_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.blocked_at IS 'When it was reported: from here on the operator is liable.';

--
-- Name: COLUMN wallet_blocks.after_seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.after_seq IS 'Last transfer in the books then; no payment of the wallet comes later while it stands.';

--
-- Name: COLUMN wallet_blocks.lifted_by; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.lifted_by IS 'Who lifted it.';

--
-- Name: COLUMN wallet_blocks.lifted_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.lifted_at IS 'When.';

--
-- Name: COLUMN wallet_blocks.lift_reason; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.lift_reason IS 'Why it could be lifted.';

--
-- Name: COLUMN wallet_blocks.lift_seq; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallet_blocks.lift_seq IS 'Last transfer in the books when it was lifted.';

--
-- Name: wallets; Type: TABLE; Schema: lane_00; Owner: onnuri_owner
--

CREATE TABLE lane_00.wallets (
    id uuid NOT NULL,
    status text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT wallets_status CHECK ((status = ANY (ARRAY['OPEN'::text, 'FROZEN'::text, 'CLOSED'::text, 'MIGRATING'::text])))
);

ALTER TABLE lane_00.wallets OWNER TO onnuri_owner;

--
-- Name: TABLE wallets; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON TABLE lane_00.wallets IS 'Wallets of this lane.';

--
-- Name: COLUMN wallets.id; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallets.id IS 'Same as in the directory.';

--
-- Name: COLUMN wallets.status; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallets.status IS 'Whether it may pay and charge.';

--
-- Name: COLUMN wallets.opened_at; Type: COMMENT; Schema: lane_00; Owner: onnuri_owner
--

COMMENT ON COLUMN lane_00.wallets.opened_at IS 'When opened.';

--
-- Name: account_kinds; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.account_kinds (
    kind text NOT NULL,
    side text NOT NULL,
    floored boolean NOT NULL,
    CONSTRAINT account_kinds_side CHECK ((side = ANY (ARRAY['debit'::text, 'credit'::text])))
);

ALTER TABLE shared.account_kinds OWNER TO onnuri_owner;

--
-- Name: TABLE account_kinds; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.account_kinds IS 'The chart: what kinds of account exist.';

--
-- Name: COLUMN account_kinds.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.account_kinds.kind IS 'First part of an account path.';

--
-- Name: COLUMN account_kinds.side; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.account_kinds.side IS 'The side on which the balance grows: assets and expenses debit, liabilities and income credit.';

--
-- Name: COLUMN account_kinds.floored; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.account_kinds.floored IS 'Whether the balance may never go below zero.';

--
-- Name: age_checks; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.age_checks (
    person_id uuid NOT NULL,
    checked_on date NOT NULL,
    age_min integer NOT NULL,
    old_enough boolean NOT NULL
);

ALTER TABLE shared.age_checks OWNER TO onnuri_owner;

--
-- Name: TABLE age_checks; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.age_checks IS 'Answers of the vault: whether somebody was old enough on a day.';

--
-- Name: COLUMN age_checks.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.age_checks.person_id IS 'Who.';

--
-- Name: COLUMN age_checks.checked_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.age_checks.checked_on IS 'Day in Seoul.';

--
-- Name: COLUMN age_checks.age_min; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.age_checks.age_min IS 'Completed years asked about.';

--
-- Name: COLUMN age_checks.old_enough; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.age_checks.old_enough IS 'The answer.';

--
-- Name: alembic_version; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE shared.alembic_version OWNER TO onnuri_owner;

--
-- Name: bank_receipts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.bank_receipts (
    reference text NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    amount bigint NOT NULL,
    lane text NOT NULL,
    counted_at timestamp with time zone NOT NULL,
    CONSTRAINT bank_receipts_amount CHECK ((amount > 0)),
    CONSTRAINT bank_receipts_kind CHECK ((kind = ANY (ARRAY['purchase'::text, 'repayment'::text, 'migration'::text]))),
    CONSTRAINT bank_receipts_reference CHECK (((reference ~ '^[0-9A-Z]+(-[0-9A-Z]+)*$'::text) AND (length(reference) <= 35)))
);

ALTER TABLE shared.bank_receipts OWNER TO onnuri_owner;

--
-- Name: TABLE bank_receipts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.bank_receipts IS 'What the bank showed as paid in by hand: each receipt counts once, in whichever lane and for whatever.';

--
-- Name: COLUMN bank_receipts.reference; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.reference IS 'The bank''s reference, in capitals.';

--
-- Name: COLUMN bank_receipts.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.kind IS 'What it paid: a company''s purchase, what a holder owed, or what moved in from another operator.';

--
-- Name: COLUMN bank_receipts.subject_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.subject_id IS 'Which purchase, repayment or migration.';

--
-- Name: COLUMN bank_receipts.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.amount IS 'How much of it, won.';

--
-- Name: COLUMN bank_receipts.lane; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.lane IS 'In which lane it is booked.';

--
-- Name: COLUMN bank_receipts.counted_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.bank_receipts.counted_at IS 'When.';

--
-- Name: bank_tran_numbers; Type: SEQUENCE; Schema: shared; Owner: onnuri_owner
--

CREATE SEQUENCE shared.bank_tran_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    MAXVALUE 101559956668415
    CACHE 1;

ALTER SEQUENCE shared.bank_tran_numbers OWNER TO onnuri_owner;

--
-- Name: SEQUENCE bank_tran_numbers; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON SEQUENCE shared.bank_tran_numbers IS 'Numbers inside our ids on the bank rail; gaps are fine, repeats are not (36^9 - 1 at most).';

--
-- Name: breaks; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.breaks (
    id uuid NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    amount bigint NOT NULL,
    opened_on date NOT NULL,
    owner text NOT NULL,
    explanation text NOT NULL,
    resolved_at timestamp with time zone,
    resolution text,
    resolved_by text,
    CONSTRAINT breaks_resolved CHECK (((resolved_at IS NULL) = (resolved_by IS NULL)))
);

ALTER TABLE shared.breaks OWNER TO onnuri_owner;

--
-- Name: TABLE breaks; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.breaks IS 'Whatever does not match, with an owner and an age.';

--
-- Name: COLUMN breaks.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.id IS 'Identity.';

--
-- Name: COLUMN breaks.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.kind IS 'What is wrong.';

--
-- Name: COLUMN breaks.reference; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.reference IS 'The line, payout or charge it is about.';

--
-- Name: COLUMN breaks.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.amount IS 'Bank minus books, won; a sign here says direction, it is no transfer.';

--
-- Name: COLUMN breaks.opened_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.opened_on IS 'Business date it was seen.';

--
-- Name: COLUMN breaks.owner; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.owner IS 'Who must explain it.';

--
-- Name: COLUMN breaks.explanation; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.explanation IS 'What was found.';

--
-- Name: COLUMN breaks.resolved_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.resolved_at IS 'When closed.';

--
-- Name: COLUMN breaks.resolution; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.resolution IS 'How.';

--
-- Name: COLUMN breaks.resolved_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.breaks.resolved_by IS 'Who: a person, or matching where the missing part arrived.';

--
-- Name: calendar_overrides; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.calendar_overrides (
    day date NOT NULL,
    business boolean NOT NULL,
    reason text NOT NULL
);

ALTER TABLE shared.calendar_overrides OWNER TO onnuri_owner;

--
-- Name: TABLE calendar_overrides; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.calendar_overrides IS 'Days on which the banks differ from the published calendar (temporary holidays).';

--
-- Name: COLUMN calendar_overrides.day; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.calendar_overrides.day IS 'Which day, Seoul.';

--
-- Name: COLUMN calendar_overrides.business; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.calendar_overrides.business IS 'Whether banks work.';

--
-- Name: COLUMN calendar_overrides.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.calendar_overrides.reason IS 'Who announced it.';

--
-- Name: claw_back_orders; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.claw_back_orders (
    id uuid NOT NULL,
    lot_id uuid NOT NULL,
    wallet_id uuid NOT NULL,
    amount bigint,
    reason text NOT NULL,
    ordered_by uuid NOT NULL,
    ordered_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT claw_back_orders_amount CHECK ((amount > 0)),
    CONSTRAINT claw_back_orders_decided CHECK ((((status = 'PROPOSED'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT claw_back_orders_four_eyes CHECK ((decided_by <> ordered_by)),
    CONSTRAINT claw_back_orders_status CHECK ((status = ANY (ARRAY['PROPOSED'::text, 'APPROVED'::text, 'REJECTED'::text])))
);

ALTER TABLE shared.claw_back_orders OWNER TO onnuri_owner;

--
-- Name: TABLE claw_back_orders; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.claw_back_orders IS 'Claw-backs as one person orders them; another one approves, and the claw-back carries the same identity.';

--
-- Name: COLUMN claw_back_orders.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.id IS 'Identity, also of the claw-back that comes of it.';

--
-- Name: COLUMN claw_back_orders.lot_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.lot_id IS 'The grant''s lot.';

--
-- Name: COLUMN claw_back_orders.wallet_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.wallet_id IS 'Whose.';

--
-- Name: COLUMN claw_back_orders.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.amount IS 'Won; empty for all of it.';

--
-- Name: COLUMN claw_back_orders.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.reason IS 'Why, in words the holder is told.';

--
-- Name: COLUMN claw_back_orders.ordered_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.ordered_by IS 'Maker.';

--
-- Name: COLUMN claw_back_orders.ordered_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.ordered_at IS 'When.';

--
-- Name: COLUMN claw_back_orders.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.status IS 'PROPOSED, then APPROVED or REJECTED for ever.';

--
-- Name: COLUMN claw_back_orders.decided_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.decided_by IS 'Checker; never the maker.';

--
-- Name: COLUMN claw_back_orders.decided_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.claw_back_orders.decided_at IS 'When decided.';

--
-- Name: companies; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.companies (
    id uuid NOT NULL,
    business_number text NOT NULL,
    name text NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    verified_by text NOT NULL
);

ALTER TABLE shared.companies OWNER TO onnuri_owner;

--
-- Name: TABLE companies; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.companies IS 'Companies that were verified and may buy without discount for their people.';

--
-- Name: COLUMN companies.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.companies.id IS 'Identity.';

--
-- Name: COLUMN companies.business_number; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.companies.business_number IS 'Ten digits with a valid check digit.';

--
-- Name: COLUMN companies.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.companies.name IS 'Name as registered.';

--
-- Name: COLUMN companies.verified_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.companies.verified_at IS 'When its papers were checked.';

--
-- Name: COLUMN companies.verified_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.companies.verified_by IS 'Who checked them.';

--
-- Name: company_accounts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.company_accounts (
    id uuid NOT NULL,
    company_id uuid NOT NULL,
    fintech_use_num text NOT NULL,
    bank_code text NOT NULL,
    masked text NOT NULL,
    consented_at timestamp with time zone NOT NULL,
    recorded_by uuid NOT NULL,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    CONSTRAINT company_accounts_bank_code CHECK ((bank_code ~ '^[0-9]{3}$'::text)),
    CONSTRAINT company_accounts_revoked CHECK (((revoked_at IS NULL) = (revoked_by IS NULL)))
);

ALTER TABLE shared.company_accounts OWNER TO onnuri_owner;

--
-- Name: TABLE company_accounts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.company_accounts IS 'The bank account a company buys from, with its consent to be debited.';

--
-- Name: COLUMN company_accounts.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.id IS 'Identity.';

--
-- Name: COLUMN company_accounts.company_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.company_id IS 'Whose account.';

--
-- Name: COLUMN company_accounts.fintech_use_num; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.fintech_use_num IS 'Token of the account on the bank rail.';

--
-- Name: COLUMN company_accounts.bank_code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.bank_code IS 'Standard bank code, three digits.';

--
-- Name: COLUMN company_accounts.masked; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.masked IS 'Number as it may be shown.';

--
-- Name: COLUMN company_accounts.consented_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.consented_at IS 'When the company consented to debits.';

--
-- Name: COLUMN company_accounts.recorded_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.recorded_by IS 'Who saw the consent and recorded it.';

--
-- Name: COLUMN company_accounts.revoked_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.revoked_at IS 'When the consent was withdrawn.';

--
-- Name: COLUMN company_accounts.revoked_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.company_accounts.revoked_by IS 'Who recorded that, or recorded another account instead.';

--
-- Name: credit_list_findings; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.credit_list_findings (
    list_id uuid NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    facts jsonb NOT NULL
);

ALTER TABLE shared.credit_list_findings OWNER TO onnuri_owner;

--
-- Name: TABLE credit_list_findings; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.credit_list_findings IS 'What the look through a list found wrong, before anything was credited.';

--
-- Name: COLUMN credit_list_findings.list_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_findings.list_id IS 'Which list.';

--
-- Name: COLUMN credit_list_findings.line; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_findings.line IS 'Line of the file, from 1.';

--
-- Name: COLUMN credit_list_findings.code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_findings.code IS 'Code of the refusal.';

--
-- Name: COLUMN credit_list_findings.facts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_findings.facts IS 'Its facts.';

--
-- Name: credit_list_parts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.credit_list_parts (
    list_id uuid NOT NULL,
    part bigint NOT NULL,
    content text NOT NULL
);

ALTER TABLE shared.credit_list_parts OWNER TO onnuri_owner;

--
-- Name: TABLE credit_list_parts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.credit_list_parts IS 'The lines of an uploaded list, a hundred at a time; ids, amounts and references only.';

--
-- Name: COLUMN credit_list_parts.list_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_parts.list_id IS 'Which list.';

--
-- Name: COLUMN credit_list_parts.part; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_parts.part IS 'Place in the file, from 0; its first line is 100 times that and 2.';

--
-- Name: COLUMN credit_list_parts.content; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_list_parts.content IS 'The lines as they came, CSV.';

--
-- Name: credit_lists; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.credit_lists (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    source_id text NOT NULL,
    sha256 text NOT NULL,
    status text NOT NULL,
    parts bigint NOT NULL,
    good_lines bigint NOT NULL,
    total bigint NOT NULL,
    bad_lines bigint NOT NULL,
    uploaded_by uuid NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    parts_done bigint DEFAULT 0 NOT NULL,
    stopped_by text,
    finished_at timestamp with time zone,
    CONSTRAINT credit_lists_bad_lines CHECK ((bad_lines >= 0)),
    CONSTRAINT credit_lists_decided CHECK ((((status = 'CHECKED'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT credit_lists_finished CHECK ((((status = 'DONE'::text) = (finished_at IS NOT NULL)) AND ((status <> 'DONE'::text) OR (parts_done = parts)))),
    CONSTRAINT credit_lists_four_eyes CHECK ((decided_by <> uploaded_by)),
    CONSTRAINT credit_lists_good_lines CHECK ((good_lines >= 0)),
    CONSTRAINT credit_lists_kind CHECK ((kind = ANY (ARRAY['grant'::text, 'company'::text]))),
    CONSTRAINT credit_lists_parts CHECK ((parts >= 0)),
    CONSTRAINT credit_lists_parts_done CHECK (((parts_done >= 0) AND (parts_done <= parts))),
    CONSTRAINT credit_lists_sha256 CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT credit_lists_status CHECK ((status = ANY (ARRAY['CHECKED'::text, 'APPROVED'::text, 'REJECTED'::text, 'DONE'::text]))),
    CONSTRAINT credit_lists_total CHECK ((total >= 0))
);

ALTER TABLE shared.credit_lists OWNER TO onnuri_owner;

--
-- Name: TABLE credit_lists; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.credit_lists IS 'Lists of credits that were uploaded: looked through, approved by another person, then credited part by part.';

--
-- Name: COLUMN credit_lists.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.id IS 'Identity.';

--
-- Name: COLUMN credit_lists.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.name IS 'Its source and the SHA-256 of the file: the same file for the same giver is the same list.';

--
-- Name: COLUMN credit_lists.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.kind IS 'grant of the state, or company.';

--
-- Name: COLUMN credit_lists.source_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.source_id IS 'Which programme or company.';

--
-- Name: COLUMN credit_lists.sha256; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.sha256 IS 'Of the file''s bytes, hexadecimal.';

--
-- Name: COLUMN credit_lists.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.status IS 'CHECKED; APPROVED or REJECTED by another person; DONE once every part was credited.';

--
-- Name: COLUMN credit_lists.parts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.parts IS 'Parts the file was cut into.';

--
-- Name: COLUMN credit_lists.good_lines; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.good_lines IS 'Lines that could be credited when it was looked through.';

--
-- Name: COLUMN credit_lists.total; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.total IS 'Of these, won.';

--
-- Name: COLUMN credit_lists.bad_lines; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.bad_lines IS 'Lines that could not.';

--
-- Name: COLUMN credit_lists.uploaded_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.uploaded_by IS 'Maker.';

--
-- Name: COLUMN credit_lists.uploaded_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.uploaded_at IS 'When.';

--
-- Name: COLUMN credit_lists.decided_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.decided_by IS 'Checker; never the maker.';

--
-- Name: COLUMN credit_lists.decided_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.decided_at IS 'When decided.';

--
-- Name: COLUMN credit_lists.parts_done; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.parts_done IS 'So many parts from the first are credited; where an interrupted run goes on.';

--
-- Name: COLUMN credit_lists.stopped_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.stopped_by IS 'Code of the refusal that stopped the last run; empty where none did.';

--
-- Name: COLUMN credit_lists.finished_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_lists.finished_at IS 'When the last part was credited.';

--
-- Name: credit_refusals; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.credit_refusals (
    list_id text NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    facts jsonb NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

ALTER TABLE shared.credit_refusals OWNER TO onnuri_owner;

--
-- Name: TABLE credit_refusals; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.credit_refusals IS 'Lines of a list of credits that were refused, and why; their neighbours were credited.';

--
-- Name: COLUMN credit_refusals.list_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_refusals.list_id IS 'The list: its source and the SHA-256 of the file.';

--
-- Name: COLUMN credit_refusals.line; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_refusals.line IS 'Line of the file, from 1.';

--
-- Name: COLUMN credit_refusals.code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_refusals.code IS 'Code of the refusal.';

--
-- Name: COLUMN credit_refusals.facts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_refusals.facts IS 'Its facts.';

--
-- Name: COLUMN credit_refusals.recorded_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.credit_refusals.recorded_at IS 'When.';

--
-- Name: debit_accounts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.debit_accounts (
    id uuid NOT NULL,
    holder_id uuid NOT NULL,
    fintech_use_num text NOT NULL,
    bank_code text NOT NULL,
    masked text NOT NULL,
    consented_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

ALTER TABLE shared.debit_accounts OWNER TO onnuri_owner;

--
-- Name: TABLE debit_accounts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.debit_accounts IS 'The bank account a holder charges from, with the revocable consent.';

--
-- Name: COLUMN debit_accounts.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.id IS 'Identity.';

--
-- Name: COLUMN debit_accounts.holder_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.holder_id IS 'Whose account.';

--
-- Name: COLUMN debit_accounts.fintech_use_num; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.fintech_use_num IS 'Token of the account on the bank rail.';

--
-- Name: COLUMN debit_accounts.bank_code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.bank_code IS 'Standard bank code, three digits.';

--
-- Name: COLUMN debit_accounts.masked; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.masked IS 'Number as it may be shown.';

--
-- Name: COLUMN debit_accounts.consented_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.consented_at IS 'When the holder consented to debits.';

--
-- Name: COLUMN debit_accounts.revoked_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.debit_accounts.revoked_at IS 'When the consent was withdrawn.';

--
-- Name: grant_programmes; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.grant_programmes (
    id text NOT NULL,
    name text NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    source text NOT NULL,
    status text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT grant_programmes_decided CHECK ((((status = 'PROPOSED'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT grant_programmes_four_eyes CHECK ((decided_by <> proposed_by)),
    CONSTRAINT grant_programmes_id CHECK ((id ~ '^[a-z0-9-]{1,40}$'::text)),
    CONSTRAINT grant_programmes_no_company CHECK ((id !~ '^[0-9a-f]{32}$'::text)),
    CONSTRAINT grant_programmes_period CHECK (((opens_at < closes_at) AND (closes_at <= expires_at))),
    CONSTRAINT grant_programmes_status CHECK ((status = ANY (ARRAY['PROPOSED'::text, 'APPROVED'::text, 'REJECTED'::text])))
);

ALTER TABLE shared.grant_programmes OWNER TO onnuri_owner;

--
-- Name: TABLE grant_programmes; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.grant_programmes IS 'A programme of the state that credits wallets: not giftable, not refundable, may be clawed back.';

--
-- Name: COLUMN grant_programmes.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.id IS 'Name of the programme inside account paths.';

--
-- Name: COLUMN grant_programmes.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.name IS 'Name as people know it.';

--
-- Name: COLUMN grant_programmes.opens_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.opens_at IS 'First instant at which it may be credited.';

--
-- Name: COLUMN grant_programmes.closes_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.closes_at IS 'First instant at which it may no longer be credited.';

--
-- Name: COLUMN grant_programmes.expires_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.expires_at IS 'First instant at which its lots can no longer be spent.';

--
-- Name: COLUMN grant_programmes.source; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.source IS 'Where it is announced.';

--
-- Name: COLUMN grant_programmes.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.status IS 'PROPOSED; APPROVED by another person, and only then it credits; REJECTED.';

--
-- Name: COLUMN grant_programmes.proposed_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.proposed_by IS 'Who proposed it.';

--
-- Name: COLUMN grant_programmes.proposed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.proposed_at IS 'When.';

--
-- Name: COLUMN grant_programmes.decided_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.decided_by IS 'Who else approved or rejected it.';

--
-- Name: COLUMN grant_programmes.decided_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.grant_programmes.decided_at IS 'When.';

--
-- Name: handovers; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.handovers (
    id uuid NOT NULL,
    from_wallet uuid NOT NULL,
    to_wallet uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    amount bigint,
    entry_id uuid,
    in_entry_id uuid,
    CONSTRAINT handovers_amount CHECK ((amount > 0)),
    CONSTRAINT handovers_decided CHECK ((((status = 'PROPOSED'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT handovers_four_eyes CHECK ((decided_by <> proposed_by)),
    CONSTRAINT handovers_kind CHECK ((kind = ANY (ARRAY['inheritance'::text, 'transfer'::text]))),
    CONSTRAINT handovers_other_wallet CHECK ((from_wallet <> to_wallet)),
    CONSTRAINT handovers_posted CHECK ((((status = 'APPROVED'::text) = (entry_id IS NOT NULL)) AND ((entry_id IS NULL) = (amount IS NULL)) AND ((in_entry_id IS NULL) OR (entry_id IS NOT NULL)))),
    CONSTRAINT handovers_status CHECK ((status = ANY (ARRAY['PROPOSED'::text, 'APPROVED'::text, 'REJECTED'::text])))
);

ALTER TABLE shared.handovers OWNER TO onnuri_owner;

--
-- Name: TABLE handovers; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.handovers IS 'All that is left in a wallet goes to another one: an operator proposes, another person approves.';

--
-- Name: COLUMN handovers.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.id IS 'Identity; the account it passes through is handover:id.';

--
-- Name: COLUMN handovers.from_wallet; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.from_wallet IS 'Whose value.';

--
-- Name: COLUMN handovers.to_wallet; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.to_wallet IS 'Who gets it.';

--
-- Name: COLUMN handovers.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.kind IS 'inheritance or transfer.';

--
-- Name: COLUMN handovers.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.reason IS 'Which papers say so; no names.';

--
-- Name: COLUMN handovers.proposed_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.proposed_by IS 'Maker.';

--
-- Name: COLUMN handovers.proposed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.proposed_at IS 'When proposed.';

--
-- Name: COLUMN handovers.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.status IS 'PROPOSED until another person decides.';

--
-- Name: COLUMN handovers.decided_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.decided_by IS 'Checker; never the maker.';

--
-- Name: COLUMN handovers.decided_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.decided_at IS 'When decided.';

--
-- Name: COLUMN handovers.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.amount IS 'What went over, won.';

--
-- Name: COLUMN handovers.entry_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.entry_id IS 'Entry in the books of the giver''s lane.';

--
-- Name: COLUMN handovers.in_entry_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.handovers.in_entry_id IS 'Entry in the books of the receiver''s lane, where that is another one.';

--
-- Name: lanes; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.lanes (
    name text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT lanes_name_form CHECK ((name ~ '^lane_[0-9]{2}$'::text))
);

ALTER TABLE shared.lanes OWNER TO onnuri_owner;

--
-- Name: TABLE lanes; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.lanes IS 'Each lane is a schema with a complete ledger for its wallets; one writer at a time.';

--
-- Name: COLUMN lanes.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.lanes.name IS 'Name of the schema.';

--
-- Name: COLUMN lanes.opened_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.lanes.opened_at IS 'When the lane was made.';

--
-- Name: logins; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.logins (
    login text NOT NULL,
    person_id uuid NOT NULL,
    password_hash text NOT NULL
);

ALTER TABLE shared.logins OWNER TO onnuri_owner;

--
-- Name: TABLE logins; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.logins IS 'Names people sign in with.';

--
-- Name: COLUMN logins.login; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.logins.login IS 'What is typed.';

--
-- Name: COLUMN logins.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.logins.person_id IS 'Whose login it is.';

--
-- Name: COLUMN logins.password_hash; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.logins.password_hash IS 'Argon2id.';

--
-- Name: markets; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.markets (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    join_name text NOT NULL,
    sido text NOT NULL,
    sigungu text NOT NULL,
    kind text NOT NULL,
    address text,
    opening_cycle text NOT NULL,
    latitude_e7 bigint,
    longitude_e7 bigint,
    shop_count integer,
    source text NOT NULL,
    imported_at timestamp with time zone NOT NULL
);

ALTER TABLE shared.markets OWNER TO onnuri_owner;

--
-- Name: TABLE markets; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.markets IS 'Designated markets and zones.';

--
-- Name: COLUMN markets.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.id IS 'Identity.';

--
-- Name: COLUMN markets.code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.code IS 'Official market code, or one derived from place and name.';

--
-- Name: COLUMN markets.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.name IS 'Name as published.';

--
-- Name: COLUMN markets.join_name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.join_name IS 'Name folded for joining files.';

--
-- Name: COLUMN markets.sido; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.sido IS 'Province or metropolitan city, current official name.';

--
-- Name: COLUMN markets.sigungu; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.sigungu IS 'City, county or district.';

--
-- Name: COLUMN markets.kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.kind IS 'Traditional market, shopping street, alley.';

--
-- Name: COLUMN markets.address; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.address IS 'Street address.';

--
-- Name: COLUMN markets.opening_cycle; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.opening_cycle IS 'daily, or the days of the month on which it opens.';

--
-- Name: COLUMN markets.latitude_e7; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.latitude_e7 IS 'Latitude, 1e-7 degrees.';

--
-- Name: COLUMN markets.longitude_e7; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.longitude_e7 IS 'Longitude, 1e-7 degrees.';

--
-- Name: COLUMN markets.shop_count; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.shop_count IS 'Shops as published.';

--
-- Name: COLUMN markets.source; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.source IS 'Which file or list it came from.';

--
-- Name: COLUMN markets.imported_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.markets.imported_at IS 'When last imported.';

--
-- Name: matches; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.matches (
    line_id bigint NOT NULL,
    matched_kind text NOT NULL,
    subject_id uuid NOT NULL,
    matched_at timestamp with time zone NOT NULL,
    CONSTRAINT matches_kind CHECK ((matched_kind = ANY (ARRAY['charge'::text, 'payout'::text, 'payout_return'::text, 'payout_duplicate'::text, 'subsidy'::text, 'refund'::text, 'purchase'::text, 'receipt'::text])))
);

ALTER TABLE shared.matches OWNER TO onnuri_owner;

--
-- Name: TABLE matches; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.matches IS 'Which statement line belongs to which charge or payout; payout_duplicate are a second payment and its return; a subsidy is an entry; a receipt is what it paid.';

--
-- Name: COLUMN matches.line_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.matches.line_id IS 'The line.';

--
-- Name: COLUMN matches.matched_kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.matches.matched_kind IS 'What it was matched to.';

--
-- Name: COLUMN matches.subject_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.matches.subject_id IS 'The charge, the payout, the entry of a subsidy, or what a receipt paid.';

--
-- Name: COLUMN matches.matched_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.matches.matched_at IS 'When.';

--
-- Name: migration_rows; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.migration_rows (
    migration_id uuid NOT NULL,
    line bigint NOT NULL,
    holder_id uuid,
    reference text NOT NULL,
    source text,
    programme text,
    face bigint,
    paid bigint,
    left_won bigint,
    left_paid bigint,
    used_won bigint,
    charged_at timestamp with time zone,
    expires_at timestamp with time zone,
    in_transit boolean NOT NULL,
    lane text,
    problem text,
    taken_from text,
    CONSTRAINT migration_rows_shares CHECK (((problem IS NOT NULL) OR ((0 <= paid) AND (paid <= face) AND (0 < left_won) AND (left_won <= face) AND (0 <= left_paid) AND (left_paid <= left_won) AND (0 <= used_won) AND (used_won <= (face - left_won))))),
    CONSTRAINT migration_rows_taken CHECK (((taken_from IS NULL) OR ((problem IS NULL) AND (NOT in_transit)))),
    CONSTRAINT migration_rows_whole CHECK (((problem IS NOT NULL) OR (num_nulls(holder_id, source, programme, face, paid, left_won, left_paid, used_won, charged_at, expires_at, lane) = 0)))
);

ALTER TABLE shared.migration_rows OWNER TO onnuri_owner;

--
-- Name: TABLE migration_rows; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.migration_rows IS 'The lots of such a file, line by line; nothing in the books yet.';

--
-- Name: COLUMN migration_rows.migration_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.migration_id IS 'Which file.';

--
-- Name: COLUMN migration_rows.line; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.line IS 'Line of the file, from 1.';

--
-- Name: COLUMN migration_rows.holder_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.holder_id IS 'Whose lot.';

--
-- Name: COLUMN migration_rows.reference; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.reference IS 'The other operator''s own reference of the lot.';

--
-- Name: COLUMN migration_rows.source; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.source IS 'bought, gift or grant.';

--
-- Name: COLUMN migration_rows.programme; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.programme IS 'digital, or the grant programme.';

--
-- Name: COLUMN migration_rows.face; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.face IS 'Value when it was charged, won.';

--
-- Name: COLUMN migration_rows.paid; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.paid IS 'Of the face, what was paid, won.';

--
-- Name: COLUMN migration_rows.left_won; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.left_won IS 'What is left of it, won.';

--
-- Name: COLUMN migration_rows.left_paid; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.left_paid IS 'Of what is left, the paid share, rounded down to one won; 0 for grants.';

--
-- Name: COLUMN migration_rows.used_won; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.used_won IS 'Spent at shops, won: as the file says, or all that is not left.';

--
-- Name: COLUMN migration_rows.charged_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.charged_at IS 'Midnight of the day in Seoul on which it was charged.';

--
-- Name: COLUMN migration_rows.expires_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.expires_at IS 'First instant at which it can no longer be spent.';

--
-- Name: COLUMN migration_rows.in_transit; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.in_transit IS 'Still moving at the other operator: listed and counted apart, never posted.';

--
-- Name: COLUMN migration_rows.lane; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.lane IS 'Lane its wallet will be in.';

--
-- Name: COLUMN migration_rows.problem; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.problem IS 'Why the line can''t be taken; empty where it can.';

--
-- Name: COLUMN migration_rows.taken_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migration_rows.taken_from IS 'The operator, once the file is approved: no other line takes the same lot. Empty before, and where the file was given up.';

--
-- Name: migrations; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.migrations (
    id uuid NOT NULL,
    operator text NOT NULL,
    sha256 bytea NOT NULL,
    status text NOT NULL,
    staged_by uuid NOT NULL,
    staged_at timestamp with time zone NOT NULL,
    approved_by uuid,
    approved_at timestamp with time zone,
    live_at timestamp with time zone,
    opened_at timestamp with time zone,
    rejected_by uuid,
    rejected_at timestamp with time zone,
    paid_reference text,
    paid_at timestamp with time zone,
    paid_by uuid,
    CONSTRAINT migrations_approved CHECK ((((status <> 'STAGED'::text) OR (approved_by IS NULL)) AND ((status <> ALL (ARRAY['APPROVED'::text, 'LIVE'::text])) OR (approved_by IS NOT NULL)) AND ((approved_by IS NULL) = (approved_at IS NULL)))),
    CONSTRAINT migrations_four_eyes CHECK ((approved_by <> staged_by)),
    CONSTRAINT migrations_live CHECK (((status = 'LIVE'::text) = (live_at IS NOT NULL))),
    CONSTRAINT migrations_opened CHECK (((opened_at IS NULL) OR COALESCE((opened_at >= live_at), false))),
    CONSTRAINT migrations_paid CHECK (((num_nonnulls(paid_reference, paid_at, paid_by) = ANY (ARRAY[0, 3])) AND ((paid_at IS NULL) OR COALESCE((paid_at >= live_at), false)))),
    CONSTRAINT migrations_paid_reference CHECK (((paid_reference ~ '^[0-9A-Z]+(-[0-9A-Z]+)*$'::text) AND (length(paid_reference) <= 35))),
    CONSTRAINT migrations_rejected CHECK ((((status = 'REJECTED'::text) = (rejected_by IS NOT NULL)) AND ((rejected_by IS NULL) = (rejected_at IS NULL)))),
    CONSTRAINT migrations_status CHECK ((status = ANY (ARRAY['STAGED'::text, 'APPROVED'::text, 'LIVE'::text, 'REJECTED'::text])))
);

ALTER TABLE shared.migrations OWNER TO onnuri_owner;

--
-- Name: TABLE migrations; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.migrations IS 'Files of opening balances from other operators.';

--
-- Name: COLUMN migrations.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.id IS 'Identity.';

--
-- Name: COLUMN migrations.operator; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.operator IS 'From whom.';

--
-- Name: COLUMN migrations.sha256; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.sha256 IS 'Of the file; the same file is staged once, or again after it was rejected.';

--
-- Name: COLUMN migrations.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.status IS 'STAGED; APPROVED once it balances and another person agreed; LIVE once the books were proven to hold all of it; REJECTED before anything of it was in the books.';

--
-- Name: COLUMN migrations.staged_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.staged_by IS 'Maker.';

--
-- Name: COLUMN migrations.staged_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.staged_at IS 'When staged.';

--
-- Name: COLUMN migrations.approved_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.approved_by IS 'Checker; never the maker.';

--
-- Name: COLUMN migrations.approved_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.approved_at IS 'When approved.';

--
-- Name: COLUMN migrations.live_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.live_at IS 'When the books were proven to hold all of it; its wallets open from here on.';

--
-- Name: COLUMN migrations.opened_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.opened_at IS 'When the last of its wallets had opened.';

--
-- Name: COLUMN migrations.rejected_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.rejected_by IS 'Who gave it up.';

--
-- Name: COLUMN migrations.rejected_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.rejected_at IS 'When given up.';

--
-- Name: COLUMN migrations.paid_reference; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.paid_reference IS 'The bank''s reference of what the other operator paid in for it, in capitals; empty while it is awaited.';

--
-- Name: COLUMN migrations.paid_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.paid_at IS 'When that was counted.';

--
-- Name: COLUMN migrations.paid_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.migrations.paid_by IS 'Who counted it.';

--
-- Name: opening_gate; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.opening_gate (
    one boolean NOT NULL,
    CONSTRAINT opening_gate_one CHECK (one)
);

ALTER TABLE shared.opening_gate OWNER TO onnuri_owner;

--
-- Name: TABLE opening_gate; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.opening_gate IS 'A lock: shared by who opens a wallet, held alone by an approval of a migration while it looks who has one.';

--
-- Name: COLUMN opening_gate.one; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.opening_gate.one IS 'There is one row.';

--
-- Name: payouts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.payouts (
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    shop_account_id uuid NOT NULL,
    due_on date NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    bank_tran_id text NOT NULL,
    bank_date date NOT NULL,
    bank_code_given text,
    bank_message text,
    requested_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    inquiries integer DEFAULT 0 NOT NULL,
    sent_at timestamp with time zone,
    sends integer DEFAULT 0 NOT NULL,
    inquired_at timestamp with time zone,
    not_found integer DEFAULT 0 NOT NULL,
    booked_on date,
    CONSTRAINT payouts_amount CHECK ((amount > 0)),
    CONSTRAINT payouts_status CHECK ((status = ANY (ARRAY['REQUESTED'::text, 'PAID'::text, 'REJECTED'::text, 'UNKNOWN'::text, 'RETURNED'::text])))
);

ALTER TABLE shared.payouts OWNER TO onnuri_owner;

--
-- Name: TABLE payouts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.payouts IS 'Instructions to the bank to pay a shop; the sum over lanes of its lines.';

--
-- Name: COLUMN payouts.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.id IS 'Identity.';

--
-- Name: COLUMN payouts.shop_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.shop_id IS 'Who is paid.';

--
-- Name: COLUMN payouts.shop_account_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.shop_account_id IS 'To which account.';

--
-- Name: COLUMN payouts.due_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.due_on IS 'Bank business day on which it was to arrive.';

--
-- Name: COLUMN payouts.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.amount IS 'Won.';

--
-- Name: COLUMN payouts.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.status IS 'REQUESTED until the bank answers; UNKNOWN is resolved by inquiry, never by sending again.';

--
-- Name: COLUMN payouts.bank_tran_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.bank_tran_id IS 'Our id on the rail, stored before anything is sent.';

--
-- Name: COLUMN payouts.bank_date; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.bank_date IS 'Our date of the instruction, needed by the inquiry.';

--
-- Name: COLUMN payouts.bank_code_given; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.bank_code_given IS 'Result code of the bank.';

--
-- Name: COLUMN payouts.bank_message; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.bank_message IS 'Its words.';

--
-- Name: COLUMN payouts.requested_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.requested_at IS 'When stored.';

--
-- Name: COLUMN payouts.answered_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.answered_at IS 'When the result was known.';

--
-- Name: COLUMN payouts.inquiries; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.inquiries IS 'How often the bank was asked for the result.';

--
-- Name: COLUMN payouts.sent_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.sent_at IS 'When a sender claimed it, written before sending: with it and without an answer the result is unknown.';

--
-- Name: COLUMN payouts.sends; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.sends IS 'How often it was sent, always under the same id.';

--
-- Name: COLUMN payouts.inquired_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.inquired_at IS 'When the bank was last asked.';

--
-- Name: COLUMN payouts.not_found; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.not_found IS 'How often in a row the bank said that it does not know the id.';

--
-- Name: COLUMN payouts.booked_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.payouts.booked_on IS 'The bank''s own date of the transfer, where it told one.';

--
-- Name: people; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.people (
    id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

ALTER TABLE shared.people OWNER TO onnuri_owner;

--
-- Name: TABLE people; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.people IS 'A human being or a machine that may sign in; nothing personal here.';

--
-- Name: COLUMN people.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.people.id IS 'Identity used everywhere else.';

--
-- Name: COLUMN people.created_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.people.created_at IS 'When first known.';

--
-- Name: policies; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.policies (
    id text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    rate_bps integer NOT NULL,
    charge_unit bigint NOT NULL,
    charge_min bigint NOT NULL,
    charge_month_max bigint NOT NULL,
    holding_max bigint NOT NULL,
    payment_max bigint NOT NULL,
    cancel_days integer NOT NULL,
    validity_years integer NOT NULL,
    settle_after_bank_days integer NOT NULL,
    source text NOT NULL,
    approved_by text NOT NULL,
    product text NOT NULL,
    charge_cancel_days integer NOT NULL,
    refund_used_bps integer NOT NULL,
    refund_small_used_bps integer NOT NULL,
    refund_small_max bigint NOT NULL,
    bank_closes_at time without time zone NOT NULL,
    bank_opens_at time without time zone NOT NULL,
    notice_months integer NOT NULL,
    budget bigint,
    announced_at timestamp with time zone,
    gift_days integer DEFAULT 30 NOT NULL,
    notice_days integer[] DEFAULT '{30,14,10,5,1}'::integer[] NOT NULL,
    grace_days integer DEFAULT 30 NOT NULL,
    age_min integer DEFAULT 14 NOT NULL,
    rejoin_days integer DEFAULT 30 NOT NULL,
    CONSTRAINT policies_age_min CHECK ((age_min >= 0)),
    CONSTRAINT policies_budget CHECK ((budget >= 0)),
    CONSTRAINT policies_cancel CHECK ((cancel_days > 0)),
    CONSTRAINT policies_charge_cancel CHECK ((charge_cancel_days >= 0)),
    CONSTRAINT policies_gift_days CHECK ((gift_days > 0)),
    CONSTRAINT policies_grace_days CHECK ((grace_days >= 0)),
    CONSTRAINT policies_holding CHECK ((holding_max > 0)),
    CONSTRAINT policies_min CHECK ((charge_min > 0)),
    CONSTRAINT policies_month CHECK ((charge_month_max > 0)),
    CONSTRAINT policies_notice CHECK ((notice_months >= 0)),
    CONSTRAINT policies_payment CHECK ((payment_max > 0)),
    CONSTRAINT policies_period CHECK ((valid_to > valid_from)),
    CONSTRAINT policies_product CHECK ((product = 'digital'::text)),
    CONSTRAINT policies_rate CHECK (((rate_bps >= 0) AND (rate_bps <= 10000))),
    CONSTRAINT policies_refund_small CHECK ((refund_small_max >= 0)),
    CONSTRAINT policies_refund_small_used CHECK (((refund_small_used_bps >= 1) AND (refund_small_used_bps <= 10000))),
    CONSTRAINT policies_refund_used CHECK (((refund_used_bps >= 1) AND (refund_used_bps <= 10000))),
    CONSTRAINT policies_rejoin_days CHECK ((rejoin_days >= 0)),
    CONSTRAINT policies_settle CHECK ((settle_after_bank_days >= 0)),
    CONSTRAINT policies_unit CHECK ((charge_unit > 0)),
    CONSTRAINT policies_validity CHECK ((validity_years > 0))
);

ALTER TABLE shared.policies OWNER TO onnuri_owner;

--
-- Name: TABLE policies; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.policies IS 'Effective-dated rules of the programme; no number of the programme lives in code.';

--
-- Name: COLUMN policies.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.id IS 'Name of the version, stamped on charges and payments.';

--
-- Name: COLUMN policies.valid_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.valid_from IS 'First instant in force.';

--
-- Name: COLUMN policies.valid_to; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.valid_to IS 'First instant no longer in force; empty while open.';

--
-- Name: COLUMN policies.rate_bps; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.rate_bps IS 'Discount the state pays at charge, basis points of face.';

--
-- Name: COLUMN policies.charge_unit; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.charge_unit IS 'A charge is a multiple of this, won.';

--
-- Name: COLUMN policies.charge_min; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.charge_min IS 'Smallest charge, won.';

--
-- Name: COLUMN policies.charge_month_max; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.charge_month_max IS 'Most one person may charge in a calendar month of Seoul, won.';

--
-- Name: COLUMN policies.holding_max; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.holding_max IS 'Most a wallet may hold, won.';

--
-- Name: COLUMN policies.payment_max; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.payment_max IS 'Largest single payment, won.';

--
-- Name: COLUMN policies.cancel_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.cancel_days IS 'Days after the payment within which the merchant may cancel.';

--
-- Name: COLUMN policies.validity_years; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.validity_years IS 'Years from the charge date to expiry.';

--
-- Name: COLUMN policies.settle_after_bank_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.settle_after_bank_days IS 'Bank business days from the business date to the payout.';

--
-- Name: COLUMN policies.source; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.source IS 'Where the rule is published.';

--
-- Name: COLUMN policies.approved_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.approved_by IS 'Who approved the version.';

--
-- Name: COLUMN policies.product; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.product IS 'Which kind of gift certificate the rules are for.';

--
-- Name: COLUMN policies.charge_cancel_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.charge_cancel_days IS 'Days after the day of the charge within which a wholly unused charge can be taken back.';

--
-- Name: COLUMN policies.refund_used_bps; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.refund_used_bps IS 'Share of a charge that must be used before the rest is paid back, basis points of its face.';

--
-- Name: COLUMN policies.refund_small_used_bps; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.refund_small_used_bps IS 'The same for a small charge, basis points of its face.';

--
-- Name: COLUMN policies.refund_small_max; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.refund_small_max IS 'A charge up to this face is a small one, won.';

--
-- Name: COLUMN policies.bank_closes_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.bank_closes_at IS 'From this time of day in Seoul the bank takes no registrations, charges and refunds.';

--
-- Name: COLUMN policies.bank_opens_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.bank_opens_at IS 'From this time of day in Seoul it takes them again; the same as bank_closes_at means never closed.';

--
-- Name: COLUMN policies.notice_months; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.notice_months IS 'Months from the announcement to a change of these rules that worsens the holder''s position.';

--
-- Name: COLUMN policies.budget; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.budget IS 'Most subsidy that may be granted under the version, won; empty for no bound.';

--
-- Name: COLUMN policies.announced_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.announced_at IS 'When the approved version was announced; empty for versions older than this software.';

--
-- Name: COLUMN policies.gift_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.gift_days IS 'Whole days a gift waits in its box before it returns to the sender.';

--
-- Name: COLUMN policies.notice_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.notice_days IS 'How many days before a lot expires its holder is told.';

--
-- Name: COLUMN policies.grace_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.grace_days IS 'Whole days a lot may still be spent after money came back to it when it had expired.';

--
-- Name: COLUMN policies.age_min; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.age_min IS 'Completed years of age from which on somebody may open a wallet.';

--
-- Name: COLUMN policies.rejoin_days; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policies.rejoin_days IS 'Whole days after leaving in which no new wallet is opened.';

--
-- Name: policy_budgets; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.policy_budgets (
    policy_id text NOT NULL,
    lane text NOT NULL,
    budget bigint NOT NULL,
    CONSTRAINT policy_budgets_budget CHECK ((budget >= 0))
);

ALTER TABLE shared.policy_budgets OWNER TO onnuri_owner;

--
-- Name: TABLE policy_budgets; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.policy_budgets IS 'The budget of a version split over the lanes, so that each decides alone; sums to policies.budget.';

--
-- Name: COLUMN policy_budgets.policy_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_budgets.policy_id IS 'Version.';

--
-- Name: COLUMN policy_budgets.lane; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_budgets.lane IS 'Lane.';

--
-- Name: COLUMN policy_budgets.budget; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_budgets.budget IS 'Its part, won.';

--
-- Name: policy_proposals; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.policy_proposals (
    id uuid NOT NULL,
    policy_id text NOT NULL,
    based_on text NOT NULL,
    terms jsonb NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    worsens text[] NOT NULL,
    reason text NOT NULL,
    proposed_by uuid NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    CONSTRAINT policy_proposals_decided CHECK ((((status = 'PROPOSED'::text) = (decided_by IS NULL)) AND ((decided_by IS NULL) = (decided_at IS NULL)))),
    CONSTRAINT policy_proposals_four_eyes CHECK ((decided_by <> proposed_by)),
    CONSTRAINT policy_proposals_period CHECK ((valid_to > valid_from)),
    CONSTRAINT policy_proposals_status CHECK ((status = ANY (ARRAY['PROPOSED'::text, 'APPROVED'::text, 'REJECTED'::text])))
);

ALTER TABLE shared.policy_proposals OWNER TO onnuri_owner;

--
-- Name: TABLE policy_proposals; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.policy_proposals IS 'Changes of the rules: one person proposes, another approves.';

--
-- Name: COLUMN policy_proposals.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.id IS 'Identity.';

--
-- Name: COLUMN policy_proposals.policy_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.policy_id IS 'Name of the version it would become.';

--
-- Name: COLUMN policy_proposals.based_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.based_on IS 'Version whose numbers hold where the proposal names none.';

--
-- Name: COLUMN policy_proposals.terms; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.terms IS 'Columns of shared.policies that change, with their new values.';

--
-- Name: COLUMN policy_proposals.valid_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.valid_from IS 'First instant in force.';

--
-- Name: COLUMN policy_proposals.valid_to; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.valid_to IS 'First instant no longer in force; empty for as long as the version it is based on.';

--
-- Name: COLUMN policy_proposals.worsens; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.worsens IS 'Terms that worsen the holder''s position.';

--
-- Name: COLUMN policy_proposals.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.reason IS 'Why, and where it is published.';

--
-- Name: COLUMN policy_proposals.proposed_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.proposed_by IS 'Maker.';

--
-- Name: COLUMN policy_proposals.proposed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.proposed_at IS 'When proposed.';

--
-- Name: COLUMN policy_proposals.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.status IS 'PROPOSED until another person decides.';

--
-- Name: COLUMN policy_proposals.decided_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.decided_by IS 'Checker; never the maker.';

--
-- Name: COLUMN policy_proposals.decided_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.policy_proposals.decided_at IS 'When decided.';

--
-- Name: public_keys; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.public_keys (
    key_id text NOT NULL,
    purpose text NOT NULL,
    public_key bytea NOT NULL,
    used_from timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT public_keys_length CHECK ((length(public_key) = 32)),
    CONSTRAINT public_keys_purpose CHECK ((purpose = ANY (ARRAY['seal'::text, 'sticker'::text])))
);

ALTER TABLE shared.public_keys OWNER TO onnuri_owner;

--
-- Name: TABLE public_keys; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.public_keys IS 'Public halves of the signing keys, the retired ones too: what they signed stays verifiable.';

--
-- Name: COLUMN public_keys.key_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.public_keys.key_id IS 'Name of the key, inside what it signs.';

--
-- Name: COLUMN public_keys.purpose; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.public_keys.purpose IS 'What it signs.';

--
-- Name: COLUMN public_keys.public_key; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.public_keys.public_key IS 'Ed25519 public key.';

--
-- Name: COLUMN public_keys.used_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.public_keys.used_from IS 'Since when it signs.';

--
-- Name: COLUMN public_keys.retired_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.public_keys.retired_at IS 'When a newer one took over.';

--
-- Name: role_changes; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.role_changes (
    id bigint NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL,
    scope_id uuid,
    change text NOT NULL,
    changed_by uuid,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT role_changes_change CHECK ((change = ANY (ARRAY['granted'::text, 'taken'::text])))
);

ALTER TABLE shared.role_changes OWNER TO onnuri_owner;

--
-- Name: TABLE role_changes; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.role_changes IS 'Every role that was granted or taken, by whom and when; what it comes to is shared.roles.';

--
-- Name: COLUMN role_changes.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.id IS 'Order.';

--
-- Name: COLUMN role_changes.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.person_id IS 'Whose role.';

--
-- Name: COLUMN role_changes.role; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.role IS 'Which role.';

--
-- Name: COLUMN role_changes.scope_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.scope_id IS 'Shop or market the role is limited to; empty for none.';

--
-- Name: COLUMN role_changes.change; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.change IS 'granted or taken.';

--
-- Name: COLUMN role_changes.changed_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.changed_by IS 'Who did it; empty where it was done at the machine itself, as for the first people of a house.';

--
-- Name: COLUMN role_changes.changed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.role_changes.changed_at IS 'When.';

--
-- Name: role_changes_id_seq; Type: SEQUENCE; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE shared.role_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shared.role_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: roles; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.roles (
    person_id uuid NOT NULL,
    role text NOT NULL,
    scope_id uuid,
    granted_at timestamp with time zone NOT NULL,
    CONSTRAINT roles_known CHECK ((role = ANY (ARRAY['holder'::text, 'shop_owner'::text, 'shop_clerk'::text, 'market_office'::text, 'operator'::text, 'finance_maker'::text, 'finance_checker'::text, 'auditor'::text, 'machine'::text])))
);

ALTER TABLE shared.roles OWNER TO onnuri_owner;

--
-- Name: TABLE roles; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.roles IS 'What someone may do, and for which shop or market.';

--
-- Name: COLUMN roles.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.roles.person_id IS 'Who.';

--
-- Name: COLUMN roles.role; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.roles.role IS 'Which role.';

--
-- Name: COLUMN roles.scope_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.roles.scope_id IS 'Shop or market the role is limited to; empty for none.';

--
-- Name: COLUMN roles.granted_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.roles.granted_at IS 'Since when.';

--
-- Name: shop_accounts; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.shop_accounts (
    id uuid NOT NULL,
    shop_id uuid NOT NULL,
    bank_code text NOT NULL,
    account_number_sealed bytea NOT NULL,
    masked text NOT NULL,
    account_holder_sealed bytea NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    closed_reason text
);

ALTER TABLE shared.shop_accounts OWNER TO onnuri_owner;

--
-- Name: TABLE shop_accounts; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.shop_accounts IS 'Settlement accounts; at most one open per shop.';

--
-- Name: COLUMN shop_accounts.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.id IS 'Identity.';

--
-- Name: COLUMN shop_accounts.shop_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.shop_id IS 'Which shop.';

--
-- Name: COLUMN shop_accounts.bank_code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.bank_code IS 'Standard bank code.';

--
-- Name: COLUMN shop_accounts.account_number_sealed; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.account_number_sealed IS 'Account number, AES-256-GCM.';

--
-- Name: COLUMN shop_accounts.masked; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.masked IS 'Number as it may be shown.';

--
-- Name: COLUMN shop_accounts.account_holder_sealed; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.account_holder_sealed IS 'Name at the bank, AES-256-GCM.';

--
-- Name: COLUMN shop_accounts.registered_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.registered_at IS 'When registered.';

--
-- Name: COLUMN shop_accounts.closed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.closed_at IS 'When it stopped being used.';

--
-- Name: COLUMN shop_accounts.closed_reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_accounts.closed_reason IS 'Why: replaced, or the bank rejected it.';

--
-- Name: shop_statuses; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.shop_statuses (
    id bigint NOT NULL,
    shop_id uuid NOT NULL,
    status text NOT NULL,
    since timestamp with time zone NOT NULL,
    reason text NOT NULL,
    changed_by text NOT NULL
);

ALTER TABLE shared.shop_statuses OWNER TO onnuri_owner;

--
-- Name: TABLE shop_statuses; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.shop_statuses IS 'Every past status of every shop.';

--
-- Name: COLUMN shop_statuses.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.id IS 'Order.';

--
-- Name: COLUMN shop_statuses.shop_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.shop_id IS 'Which shop.';

--
-- Name: COLUMN shop_statuses.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.status IS 'Status entered.';

--
-- Name: COLUMN shop_statuses.since; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.since IS 'From when.';

--
-- Name: COLUMN shop_statuses.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.reason IS 'Why.';

--
-- Name: COLUMN shop_statuses.changed_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shop_statuses.changed_by IS 'By whom.';

--
-- Name: shop_statuses_id_seq; Type: SEQUENCE; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE shared.shop_statuses ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shared.shop_statuses_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: shops; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.shops (
    id uuid NOT NULL,
    stall_number text NOT NULL,
    market_id uuid NOT NULL,
    name text NOT NULL,
    business_number text NOT NULL,
    status text NOT NULL,
    valid_until date,
    goods text,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT shops_business_number_form CHECK ((business_number ~ '^[0-9]{10}$'::text)),
    CONSTRAINT shops_status CHECK ((status = ANY (ARRAY['APPLIED'::text, 'CONDITIONAL'::text, 'ACTIVE'::text, 'SUSPENDED'::text, 'EXPIRED'::text, 'DEREGISTERED'::text, 'CANCELLED'::text])))
);

ALTER TABLE shared.shops OWNER TO onnuri_owner;

--
-- Name: TABLE shops; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.shops IS 'Merchants: a shop inside a designated market; one owner may register several.';

--
-- Name: COLUMN shops.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.id IS 'Identity.';

--
-- Name: COLUMN shops.stall_number; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.stall_number IS 'Short number people can type, last digit checks.';

--
-- Name: COLUMN shops.market_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.market_id IS 'Its market.';

--
-- Name: COLUMN shops.name; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.name IS 'Name on the sign.';

--
-- Name: COLUMN shops.business_number; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.business_number IS 'Business registration number, checksum verified.';

--
-- Name: COLUMN shops.status; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.status IS 'Current status; the past is in shop_statuses.';

--
-- Name: COLUMN shops.valid_until; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.valid_until IS 'Last day of the registration (three years).';

--
-- Name: COLUMN shops.goods; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.goods IS 'What it sells.';

--
-- Name: COLUMN shops.registered_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.shops.registered_at IS 'When first registered.';

--
-- Name: sign_in_failures; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.sign_in_failures (
    id bigint NOT NULL,
    login_hash bytea NOT NULL,
    failed_at timestamp with time zone NOT NULL
);

ALTER TABLE shared.sign_in_failures OWNER TO onnuri_owner;

--
-- Name: TABLE sign_in_failures; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.sign_in_failures IS 'Failed attempts to sign in: too many within a while are refused.';

--
-- Name: COLUMN sign_in_failures.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sign_in_failures.id IS 'Order.';

--
-- Name: COLUMN sign_in_failures.login_hash; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sign_in_failures.login_hash IS 'SHA-256 of what was typed as login.';

--
-- Name: COLUMN sign_in_failures.failed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sign_in_failures.failed_at IS 'When.';

--
-- Name: sign_in_failures_id_seq; Type: SEQUENCE; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE shared.sign_in_failures ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shared.sign_in_failures_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: statement_files; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.statement_files (
    file_id text NOT NULL,
    sha256 bytea NOT NULL,
    account text NOT NULL,
    booked_on date NOT NULL,
    opening bigint NOT NULL,
    closing bigint NOT NULL,
    line_count integer NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    matched_at timestamp with time zone
);

ALTER TABLE shared.statement_files OWNER TO onnuri_owner;

--
-- Name: TABLE statement_files; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.statement_files IS 'Bank statements (camt.053) of the safeguarding account; each imported once.';

--
-- Name: COLUMN statement_files.file_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.file_id IS 'The bank''s id of the file.';

--
-- Name: COLUMN statement_files.sha256; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.sha256 IS 'SHA-256 of the file.';

--
-- Name: COLUMN statement_files.account; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.account IS 'Account number.';

--
-- Name: COLUMN statement_files.booked_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.booked_on IS 'Bank date.';

--
-- Name: COLUMN statement_files.opening; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.opening IS 'Balance before, won.';

--
-- Name: COLUMN statement_files.closing; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.closing IS 'Balance after, won.';

--
-- Name: COLUMN statement_files.line_count; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.line_count IS 'Lines in it.';

--
-- Name: COLUMN statement_files.imported_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.imported_at IS 'When.';

--
-- Name: COLUMN statement_files.matched_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_files.matched_at IS 'When its lines were first matched.';

--
-- Name: statement_lines; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.statement_lines (
    id bigint NOT NULL,
    file_id text NOT NULL,
    line_ref text NOT NULL,
    booked_on date NOT NULL,
    amount bigint NOT NULL,
    direction text NOT NULL,
    end_to_end_id text NOT NULL,
    remitter_text text NOT NULL,
    CONSTRAINT statement_lines_amount CHECK ((amount > 0)),
    CONSTRAINT statement_lines_direction CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text])))
);

ALTER TABLE shared.statement_lines OWNER TO onnuri_owner;

--
-- Name: TABLE statement_lines; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.statement_lines IS 'Movements the bank booked.';

--
-- Name: COLUMN statement_lines.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.id IS 'Identity.';

--
-- Name: COLUMN statement_lines.file_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.file_id IS 'File it came in.';

--
-- Name: COLUMN statement_lines.line_ref; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.line_ref IS 'The bank''s reference of the line.';

--
-- Name: COLUMN statement_lines.booked_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.booked_on IS 'Bank date.';

--
-- Name: COLUMN statement_lines.amount; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.amount IS 'Won, always positive.';

--
-- Name: COLUMN statement_lines.direction; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.direction IS 'in or out of the safeguarding account.';

--
-- Name: COLUMN statement_lines.end_to_end_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.end_to_end_id IS 'Our bank_tran_id, where the bank gives one.';

--
-- Name: COLUMN statement_lines.remitter_text; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.statement_lines.remitter_text IS 'Text on the line.';

--
-- Name: statement_lines_id_seq; Type: SEQUENCE; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE shared.statement_lines ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shared.statement_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: sticker_aliases; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.sticker_aliases (
    old_id text NOT NULL,
    sticker_id text NOT NULL,
    source text NOT NULL,
    added_at timestamp with time zone NOT NULL
);

ALTER TABLE shared.sticker_aliases OWNER TO onnuri_owner;

--
-- Name: TABLE sticker_aliases; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.sticker_aliases IS 'Ids of earlier operators that still stick on the walls.';

--
-- Name: COLUMN sticker_aliases.old_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sticker_aliases.old_id IS 'Id or payload of the old code.';

--
-- Name: COLUMN sticker_aliases.sticker_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sticker_aliases.sticker_id IS 'Our sticker it stands for.';

--
-- Name: COLUMN sticker_aliases.source; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sticker_aliases.source IS 'Whose code it was.';

--
-- Name: COLUMN sticker_aliases.added_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.sticker_aliases.added_at IS 'When recorded.';

--
-- Name: stickers; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.stickers (
    id text NOT NULL,
    shop_id uuid NOT NULL,
    payload text NOT NULL,
    key_id text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_on date,
    revoked_at timestamp with time zone
);

ALTER TABLE shared.stickers OWNER TO onnuri_owner;

--
-- Name: TABLE stickers; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.stickers IS 'Static QR stickers (EMVCo, signed).';

--
-- Name: COLUMN stickers.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.id IS 'Id inside the code.';

--
-- Name: COLUMN stickers.shop_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.shop_id IS 'Which shop is paid.';

--
-- Name: COLUMN stickers.payload; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.payload IS 'The text inside the QR.';

--
-- Name: COLUMN stickers.key_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.key_id IS 'Which key signed it.';

--
-- Name: COLUMN stickers.issued_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.issued_at IS 'When issued.';

--
-- Name: COLUMN stickers.expires_on; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.expires_on IS 'Last day it works; empty for none.';

--
-- Name: COLUMN stickers.revoked_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.stickers.revoked_at IS 'When it was withdrawn.';

--
-- Name: tax_consents; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.tax_consents (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    version text NOT NULL,
    consented_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT tax_consents_period CHECK ((revoked_at >= consented_at))
);

ALTER TABLE shared.tax_consents OWNER TO onnuri_owner;

--
-- Name: TABLE tax_consents; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.tax_consents IS 'Who agreed that payments are reported for the income deduction, from when until when.';

--
-- Name: COLUMN tax_consents.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_consents.id IS 'Identity.';

--
-- Name: COLUMN tax_consents.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_consents.person_id IS 'Who.';

--
-- Name: COLUMN tax_consents.version; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_consents.version IS 'Version of the words agreed to.';

--
-- Name: COLUMN tax_consents.consented_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_consents.consented_at IS 'First instant it holds.';

--
-- Name: COLUMN tax_consents.revoked_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_consents.revoked_at IS 'First instant it no longer holds.';

--
-- Name: tax_files; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.tax_files (
    year integer NOT NULL,
    issue integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    lines bigint NOT NULL,
    change bigint NOT NULL,
    CONSTRAINT tax_files_issue CHECK ((issue >= 0)),
    CONSTRAINT tax_files_year CHECK (((year >= 2020) AND (year <= 2999)))
);

ALTER TABLE shared.tax_files OWNER TO onnuri_owner;

--
-- Name: TABLE tax_files; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.tax_files IS 'Yearly files of deductible payments: issue 0 is the file, later ones correct it.';

--
-- Name: COLUMN tax_files.year; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.year IS 'Calendar year of the payments, Seoul.';

--
-- Name: COLUMN tax_files.issue; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.issue IS '0, then one more for each correction.';

--
-- Name: COLUMN tax_files.made_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.made_at IS 'Cancels before this instant are in it.';

--
-- Name: COLUMN tax_files.made_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.made_by IS 'Who made it.';

--
-- Name: COLUMN tax_files.lines; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.lines IS 'Lines of wallets in all lanes.';

--
-- Name: COLUMN tax_files.change; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_files.change IS 'What the issue changes in the year''s sum, won; all of it for issue 0.';

--
-- Name: tax_registration_ends; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.tax_registration_ends (
    registration_id uuid NOT NULL,
    number integer NOT NULL,
    ends_at timestamp with time zone,
    reason text,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT tax_registration_ends_not_backdated CHECK ((ends_at >= recorded_at)),
    CONSTRAINT tax_registration_ends_number CHECK ((number >= 1)),
    CONSTRAINT tax_registration_ends_reason CHECK (((number = 1) OR (reason IS NOT NULL))),
    CONSTRAINT tax_registration_ends_something_to_take_back CHECK (((number > 1) OR (ends_at IS NOT NULL)))
);

ALTER TABLE shared.tax_registration_ends OWNER TO onnuri_owner;

--
-- Name: TABLE tax_registration_ends; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.tax_registration_ends IS 'Every end that was recorded of a registration; the last one counts. One that has come is never replaced.';

--
-- Name: COLUMN tax_registration_ends.registration_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.registration_id IS 'Which registration.';

--
-- Name: COLUMN tax_registration_ends.number; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.number IS 'Its first, second, … record, without a gap.';

--
-- Name: COLUMN tax_registration_ends.ends_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.ends_at IS 'First instant at which payments no longer count; empty where the end before was taken back.';

--
-- Name: COLUMN tax_registration_ends.reason; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.reason IS 'Why; always said where an earlier record is replaced.';

--
-- Name: COLUMN tax_registration_ends.recorded_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.recorded_by IS 'Operator who recorded it.';

--
-- Name: COLUMN tax_registration_ends.recorded_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registration_ends.recorded_at IS 'When it was recorded.';

--
-- Name: tax_registrations; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.tax_registrations (
    id uuid NOT NULL,
    market_id uuid NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    recorded_by uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT tax_registrations_not_backdated CHECK ((valid_from >= recorded_at)),
    CONSTRAINT tax_registrations_period CHECK ((valid_to >= valid_from))
);

ALTER TABLE shared.tax_registrations OWNER TO onnuri_owner;

--
-- Name: TABLE tax_registrations; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.tax_registrations IS 'When a market was registered at the tax service: payments there count for the deduction; never said of the past.';

--
-- Name: COLUMN tax_registrations.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.id IS 'Identity.';

--
-- Name: COLUMN tax_registrations.market_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.market_id IS 'Which market.';

--
-- Name: COLUMN tax_registrations.valid_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.valid_from IS 'First instant at which payments count.';

--
-- Name: COLUMN tax_registrations.valid_to; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.valid_to IS 'First instant at which they no longer do, as its last record of an end says; empty while no end is known.';

--
-- Name: COLUMN tax_registrations.recorded_by; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.recorded_by IS 'Operator who recorded it.';

--
-- Name: COLUMN tax_registrations.recorded_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tax_registrations.recorded_at IS 'When it was recorded.';

--
-- Name: test_clock; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.test_clock (
    one boolean DEFAULT true NOT NULL,
    ahead_seconds bigint NOT NULL,
    CONSTRAINT test_clock_forward CHECK ((ahead_seconds >= 0)),
    CONSTRAINT test_clock_single CHECK (one)
);

ALTER TABLE shared.test_clock OWNER TO onnuri_owner;

--
-- Name: TABLE test_clock; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.test_clock IS 'Sandbox only: how far the clock runs ahead of the real one; moved forward only.';

--
-- Name: COLUMN test_clock.one; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.test_clock.one IS 'One row.';

--
-- Name: COLUMN test_clock.ahead_seconds; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.test_clock.ahead_seconds IS 'Seconds added to the real time.';

--
-- Name: tokens; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.tokens (
    token_hash bytea NOT NULL,
    person_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

ALTER TABLE shared.tokens OWNER TO onnuri_owner;

--
-- Name: TABLE tokens; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.tokens IS 'Bearer tokens, stored as SHA-256 only.';

--
-- Name: COLUMN tokens.token_hash; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tokens.token_hash IS 'SHA-256 of the token.';

--
-- Name: COLUMN tokens.person_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tokens.person_id IS 'Who presents it.';

--
-- Name: COLUMN tokens.created_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tokens.created_at IS 'When it was given.';

--
-- Name: COLUMN tokens.expires_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tokens.expires_at IS 'From when on it no longer works.';

--
-- Name: COLUMN tokens.revoked_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.tokens.revoked_at IS 'When it was withdrawn.';

--
-- Name: transfer_codes; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.transfer_codes (
    code text NOT NULL,
    debit_kind text NOT NULL,
    credit_kind text NOT NULL,
    share text,
    CONSTRAINT transfer_codes_share CHECK ((share = ANY (ARRAY['paid'::text, 'subsidy'::text])))
);

ALTER TABLE shared.transfer_codes OWNER TO onnuri_owner;

--
-- Name: TABLE transfer_codes; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.transfer_codes IS 'The allow-list: which transfer may run from which kind of account to which. A reversal runs the other way.';

--
-- Name: COLUMN transfer_codes.code; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.transfer_codes.code IS 'What the transfer is for.';

--
-- Name: COLUMN transfer_codes.debit_kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.transfer_codes.debit_kind IS 'Kind of the account that is debited.';

--
-- Name: COLUMN transfer_codes.credit_kind; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.transfer_codes.credit_kind IS 'Kind of the account that is credited.';

--
-- Name: COLUMN transfer_codes.share; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.transfer_codes.share IS 'Share of an existing lot that moves with it; empty where only face moves or the lot begins with it.';

--
-- Name: wallets; Type: TABLE; Schema: shared; Owner: onnuri_owner
--

CREATE TABLE shared.wallets (
    id uuid NOT NULL,
    holder_id uuid NOT NULL,
    lane text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    state text DEFAULT 'LIVE'::text NOT NULL,
    closed_at timestamp with time zone,
    rejoin_from timestamp with time zone,
    CONSTRAINT wallets_closed CHECK ((((state = 'CLOSED'::text) = (closed_at IS NOT NULL)) AND ((closed_at IS NULL) = (rejoin_from IS NULL)))),
    CONSTRAINT wallets_state CHECK ((state = ANY (ARRAY['LIVE'::text, 'MIGRATING'::text, 'CLOSED'::text])))
);

ALTER TABLE shared.wallets OWNER TO onnuri_owner;

--
-- Name: TABLE wallets; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON TABLE shared.wallets IS 'Directory: in which lane a wallet lives.';

--
-- Name: COLUMN wallets.id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.id IS 'The wallet.';

--
-- Name: COLUMN wallets.holder_id; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.holder_id IS 'Whose wallet; one person has one that is not closed.';

--
-- Name: COLUMN wallets.lane; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.lane IS 'Lane chosen at opening.';

--
-- Name: COLUMN wallets.opened_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.opened_at IS 'When opened.';

--
-- Name: COLUMN wallets.state; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.state IS 'LIVE; MIGRATING until what moves in balances, and nobody sees it; CLOSED for ever.';

--
-- Name: COLUMN wallets.closed_at; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.closed_at IS 'When its holder left.';

--
-- Name: COLUMN wallets.rejoin_from; Type: COMMENT; Schema: shared; Owner: onnuri_owner
--

COMMENT ON COLUMN shared.wallets.rejoin_from IS 'First instant at which the holder may open another one.';

--
-- Name: access_log; Type: TABLE; Schema: vault; Owner: onnuri_owner
--

CREATE TABLE vault.access_log (
    id bigint NOT NULL,
    person_id uuid NOT NULL,
    reader text NOT NULL,
    reason text NOT NULL,
    read_at timestamp with time zone NOT NULL
);

ALTER TABLE vault.access_log OWNER TO onnuri_owner;

--
-- Name: TABLE access_log; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON TABLE vault.access_log IS 'Every reading of the vault.';

--
-- Name: COLUMN access_log.id; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.access_log.id IS 'Order.';

--
-- Name: COLUMN access_log.person_id; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.access_log.person_id IS 'Whose data was read.';

--
-- Name: COLUMN access_log.reader; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.access_log.reader IS 'Who read.';

--
-- Name: COLUMN access_log.reason; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.access_log.reason IS 'Why.';

--
-- Name: COLUMN access_log.read_at; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.access_log.read_at IS 'When.';

--
-- Name: access_log_id_seq; Type: SEQUENCE; Schema: vault; Owner: onnuri_owner
--

ALTER TABLE vault.access_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME vault.access_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: births; Type: TABLE; Schema: vault; Owner: onnuri_owner
--

CREATE TABLE vault.births (
    person_id uuid NOT NULL,
    birth_sealed bytea NOT NULL
);

ALTER TABLE vault.births OWNER TO onnuri_owner;

--
-- Name: TABLE births; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON TABLE vault.births IS 'Dates of birth, sealed; only whether somebody is old enough leaves the vault.';

--
-- Name: COLUMN births.person_id; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.births.person_id IS 'Who.';

--
-- Name: COLUMN births.birth_sealed; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.births.birth_sealed IS 'Date of birth, AES-256-GCM.';

--
-- Name: persons; Type: TABLE; Schema: vault; Owner: onnuri_owner
--

CREATE TABLE vault.persons (
    person_id uuid NOT NULL,
    name_sealed bytea NOT NULL,
    phone_sealed bytea
);

ALTER TABLE vault.persons OWNER TO onnuri_owner;

--
-- Name: TABLE persons; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON TABLE vault.persons IS 'Personal data, sealed; destroyed after five years while money rows stay.';

--
-- Name: COLUMN persons.person_id; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.persons.person_id IS 'Who.';

--
-- Name: COLUMN persons.name_sealed; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.persons.name_sealed IS 'Name, AES-256-GCM.';

--
-- Name: COLUMN persons.phone_sealed; Type: COMMENT; Schema: vault; Owner: onnuri_owner
--

COMMENT ON COLUMN vault.persons.phone_sealed IS 'Phone number, AES-256-GCM.';

--
-- Name: transfers_000000000001; Type: TABLE ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.transfers ATTACH PARTITION lane_00.transfers_000000000001 FOR VALUES FROM ('1') TO ('10000001');

--
-- Name: accounts accounts_path; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.accounts
    ADD CONSTRAINT accounts_path UNIQUE (path);

--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

--
-- Name: archives archives_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.archives
    ADD CONSTRAINT archives_pkey PRIMARY KEY (seq_lo);

--
-- Name: auto_charges auto_charges_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.auto_charges
    ADD CONSTRAINT auto_charges_pkey PRIMARY KEY (id);

--
-- Name: balances balances_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.balances
    ADD CONSTRAINT balances_pkey PRIMARY KEY (account_id);

--
-- Name: budget_use budget_use_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.budget_use
    ADD CONSTRAINT budget_use_pkey PRIMARY KEY (policy_id);

--
-- Name: cancels cancels_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.cancels
    ADD CONSTRAINT cancels_pkey PRIMARY KEY (id);

--
-- Name: chain chain_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.chain
    ADD CONSTRAINT chain_pkey PRIMARY KEY (batch);

--
-- Name: charges charges_bank_tran_id; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_bank_tran_id UNIQUE (bank_tran_id);

--
-- Name: charges charges_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_pkey PRIMARY KEY (id);

--
-- Name: claw_back_repayments claw_back_repayments_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_back_repayments
    ADD CONSTRAINT claw_back_repayments_pkey PRIMARY KEY (id);

--
-- Name: claw_back_repayments claw_back_repayments_receipt; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_back_repayments
    ADD CONSTRAINT claw_back_repayments_receipt UNIQUE (bank_reference);

--
-- Name: claw_backs claw_backs_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_pkey PRIMARY KEY (id);

--
-- Name: company_purchases company_purchases_bank_tran_id; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_bank_tran_id UNIQUE (bank_tran_id);

--
-- Name: company_purchases company_purchases_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_pkey PRIMARY KEY (id);

--
-- Name: company_purchases company_purchases_receipt; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_receipt UNIQUE (bank_reference);

--
-- Name: credit_units credit_units_once; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.credit_units
    ADD CONSTRAINT credit_units_once UNIQUE (list_id, unit);

--
-- Name: credit_units credit_units_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.credit_units
    ADD CONSTRAINT credit_units_pkey PRIMARY KEY (id);

--
-- Name: credits credits_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.credits
    ADD CONSTRAINT credits_pk PRIMARY KEY (source_id, reference);

--
-- Name: date_starts date_starts_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.date_starts
    ADD CONSTRAINT date_starts_pkey PRIMARY KEY (day);

--
-- Name: day_balances day_balances_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_balances
    ADD CONSTRAINT day_balances_pk PRIMARY KEY (account_id, day);

--
-- Name: day_sheets day_sheets_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_sheets
    ADD CONSTRAINT day_sheets_pkey PRIMARY KEY (day);

--
-- Name: day_snapshots day_snapshots_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_snapshots
    ADD CONSTRAINT day_snapshots_pkey PRIMARY KEY (day);

--
-- Name: day_totals day_totals_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_totals
    ADD CONSTRAINT day_totals_pk PRIMARY KEY (day, kind);

--
-- Name: days days_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.days
    ADD CONSTRAINT days_pkey PRIMARY KEY (day);

--
-- Name: entries entries_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (id);

--
-- Name: expirations expirations_once; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expirations
    ADD CONSTRAINT expirations_once UNIQUE (lot_id, expired_at);

--
-- Name: expirations expirations_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expirations
    ADD CONSTRAINT expirations_pkey PRIMARY KEY (id);

--
-- Name: expiry_cursors expiry_cursors_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expiry_cursors
    ADD CONSTRAINT expiry_cursors_pkey PRIMARY KEY (what);

--
-- Name: expiry_notices expiry_notices_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expiry_notices
    ADD CONSTRAINT expiry_notices_pk PRIMARY KEY (lot_id, days_before);

--
-- Name: gift_lots gift_lots_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_lots
    ADD CONSTRAINT gift_lots_pkey PRIMARY KEY (lot_id);

--
-- Name: gift_parts gift_parts_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_parts
    ADD CONSTRAINT gift_parts_pk PRIMARY KEY (gift_id, lot_id);

--
-- Name: gifts gifts_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_pkey PRIMARY KEY (id);

--
-- Name: gifts_received gifts_received_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts_received
    ADD CONSTRAINT gifts_received_pkey PRIMARY KEY (gift_id);

--
-- Name: hold_ends hold_ends_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.hold_ends
    ADD CONSTRAINT hold_ends_pk PRIMARY KEY (hold_id);

--
-- Name: holds holds_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (id);

--
-- Name: lane lane_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lane
    ADD CONSTRAINT lane_pkey PRIMARY KEY (one);

--
-- Name: late_words late_words_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.late_words
    ADD CONSTRAINT late_words_pk PRIMARY KEY (kind, order_id);

--
-- Name: lot_graces lot_graces_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_graces
    ADD CONSTRAINT lot_graces_pk PRIMARY KEY (lot_id, until);

--
-- Name: lot_origins lot_origins_line_once; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_line_once UNIQUE (migration_id, line);

--
-- Name: lot_origins lot_origins_once; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_once UNIQUE (from_lot);

--
-- Name: lot_origins lot_origins_other_once; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_other_once UNIQUE (other_lot);

--
-- Name: lot_origins lot_origins_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_pkey PRIMARY KEY (lot_id);

--
-- Name: lots lots_one_per_charge; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_one_per_charge UNIQUE (charge_id);

--
-- Name: lots lots_own_account; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_own_account UNIQUE (account_id);

--
-- Name: lots lots_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_pkey PRIMARY KEY (id);

--
-- Name: marks marks_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.marks
    ADD CONSTRAINT marks_pk PRIMARY KEY (account_id, seq);

--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY ("position");

--
-- Name: outcomes outcomes_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.outcomes
    ADD CONSTRAINT outcomes_pk PRIMARY KEY (caller, key);

--
-- Name: payments payments_client_reference; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payments
    ADD CONSTRAINT payments_client_reference UNIQUE (client_reference);

--
-- Name: payments payments_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);

--
-- Name: payout_entries payout_entries_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payout_entries
    ADD CONSTRAINT payout_entries_pk PRIMARY KEY (payout_id, step);

--
-- Name: refunds refunds_bank_tran_id; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_bank_tran_id UNIQUE (bank_tran_id);

--
-- Name: refunds refunds_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_pkey PRIMARY KEY (id);

--
-- Name: seal_tiles seal_tiles_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seal_tiles
    ADD CONSTRAINT seal_tiles_pk PRIMARY KEY (day, place);

--
-- Name: seals seals_one_per_day; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seals
    ADD CONSTRAINT seals_one_per_day UNIQUE (day);

--
-- Name: seals seals_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seals
    ADD CONSTRAINT seals_pkey PRIMARY KEY (number);

--
-- Name: settlement_lines settlement_lines_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.settlement_lines
    ADD CONSTRAINT settlement_lines_pk PRIMARY KEY (day, shop_id, channel);

--
-- Name: tax_lines tax_lines_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.tax_lines
    ADD CONSTRAINT tax_lines_pk PRIMARY KEY (year, issue, wallet_id);

--
-- Name: transfers transfers_pk; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.transfers
    ADD CONSTRAINT transfers_pk PRIMARY KEY (seq);

--
-- Name: transfers_000000000001 transfers_000000000001_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.transfers_000000000001
    ADD CONSTRAINT transfers_000000000001_pkey PRIMARY KEY (seq);

--
-- Name: wallet_blocks wallet_blocks_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallet_blocks
    ADD CONSTRAINT wallet_blocks_pkey PRIMARY KEY (id);

--
-- Name: wallets wallets_pkey; Type: CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallets
    ADD CONSTRAINT wallets_pkey PRIMARY KEY (id);

--
-- Name: account_kinds account_kinds_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.account_kinds
    ADD CONSTRAINT account_kinds_pkey PRIMARY KEY (kind);

--
-- Name: age_checks age_checks_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.age_checks
    ADD CONSTRAINT age_checks_pk PRIMARY KEY (person_id, checked_on, age_min);

--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

--
-- Name: bank_receipts bank_receipts_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.bank_receipts
    ADD CONSTRAINT bank_receipts_pkey PRIMARY KEY (reference);

--
-- Name: bank_receipts bank_receipts_subject; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.bank_receipts
    ADD CONSTRAINT bank_receipts_subject UNIQUE (subject_id);

--
-- Name: breaks breaks_once; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.breaks
    ADD CONSTRAINT breaks_once UNIQUE (kind, reference);

--
-- Name: breaks breaks_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.breaks
    ADD CONSTRAINT breaks_pkey PRIMARY KEY (id);

--
-- Name: calendar_overrides calendar_overrides_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.calendar_overrides
    ADD CONSTRAINT calendar_overrides_pkey PRIMARY KEY (day);

--
-- Name: claw_back_orders claw_back_orders_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.claw_back_orders
    ADD CONSTRAINT claw_back_orders_pkey PRIMARY KEY (id);

--
-- Name: companies companies_business_number; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.companies
    ADD CONSTRAINT companies_business_number UNIQUE (business_number);

--
-- Name: companies companies_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.companies
    ADD CONSTRAINT companies_pkey PRIMARY KEY (id);

--
-- Name: company_accounts company_accounts_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.company_accounts
    ADD CONSTRAINT company_accounts_pkey PRIMARY KEY (id);

--
-- Name: credit_list_findings credit_list_findings_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_list_findings
    ADD CONSTRAINT credit_list_findings_pk PRIMARY KEY (list_id, line);

--
-- Name: credit_list_parts credit_list_parts_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_list_parts
    ADD CONSTRAINT credit_list_parts_pk PRIMARY KEY (list_id, part);

--
-- Name: credit_lists credit_lists_once; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_lists
    ADD CONSTRAINT credit_lists_once UNIQUE (name);

--
-- Name: credit_lists credit_lists_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_lists
    ADD CONSTRAINT credit_lists_pkey PRIMARY KEY (id);

--
-- Name: credit_refusals credit_refusals_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_refusals
    ADD CONSTRAINT credit_refusals_pk PRIMARY KEY (list_id, line);

--
-- Name: debit_accounts debit_accounts_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.debit_accounts
    ADD CONSTRAINT debit_accounts_pkey PRIMARY KEY (id);

--
-- Name: grant_programmes grant_programmes_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.grant_programmes
    ADD CONSTRAINT grant_programmes_pkey PRIMARY KEY (id);

--
-- Name: handovers handovers_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.handovers
    ADD CONSTRAINT handovers_pkey PRIMARY KEY (id);

--
-- Name: lanes lanes_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.lanes
    ADD CONSTRAINT lanes_pkey PRIMARY KEY (name);

--
-- Name: logins logins_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.logins
    ADD CONSTRAINT logins_pkey PRIMARY KEY (login);

--
-- Name: markets markets_code; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.markets
    ADD CONSTRAINT markets_code UNIQUE (code);

--
-- Name: markets markets_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.markets
    ADD CONSTRAINT markets_pkey PRIMARY KEY (id);

--
-- Name: matches matches_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.matches
    ADD CONSTRAINT matches_pkey PRIMARY KEY (line_id);

--
-- Name: migration_rows migration_rows_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migration_rows
    ADD CONSTRAINT migration_rows_pk PRIMARY KEY (migration_id, line);

--
-- Name: migrations migrations_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (id);

--
-- Name: opening_gate opening_gate_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.opening_gate
    ADD CONSTRAINT opening_gate_pk PRIMARY KEY (one);

--
-- Name: payouts payouts_bank_tran_id; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.payouts
    ADD CONSTRAINT payouts_bank_tran_id UNIQUE (bank_tran_id);

--
-- Name: payouts payouts_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.payouts
    ADD CONSTRAINT payouts_pkey PRIMARY KEY (id);

--
-- Name: people people_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);

--
-- Name: policies policies_no_overlap; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policies
    ADD CONSTRAINT policies_no_overlap EXCLUDE USING gist (tstzrange(valid_from, valid_to) WITH &&);

--
-- Name: policies policies_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (id);

--
-- Name: policy_budgets policy_budgets_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_budgets
    ADD CONSTRAINT policy_budgets_pk PRIMARY KEY (policy_id, lane);

--
-- Name: policy_proposals policy_proposals_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_proposals
    ADD CONSTRAINT policy_proposals_pkey PRIMARY KEY (id);

--
-- Name: public_keys public_keys_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.public_keys
    ADD CONSTRAINT public_keys_pkey PRIMARY KEY (key_id);

--
-- Name: role_changes role_changes_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.role_changes
    ADD CONSTRAINT role_changes_pkey PRIMARY KEY (id);

--
-- Name: roles roles_once; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.roles
    ADD CONSTRAINT roles_once UNIQUE NULLS NOT DISTINCT (person_id, role, scope_id);

--
-- Name: shop_accounts shop_accounts_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shop_accounts
    ADD CONSTRAINT shop_accounts_pkey PRIMARY KEY (id);

--
-- Name: shop_statuses shop_statuses_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shop_statuses
    ADD CONSTRAINT shop_statuses_pkey PRIMARY KEY (id);

--
-- Name: shops shops_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shops
    ADD CONSTRAINT shops_pkey PRIMARY KEY (id);

--
-- Name: shops shops_stall_number; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shops
    ADD CONSTRAINT shops_stall_number UNIQUE (stall_number);

--
-- Name: sign_in_failures sign_in_failures_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.sign_in_failures
    ADD CONSTRAINT sign_in_failures_pkey PRIMARY KEY (id);

--
-- Name: statement_files statement_files_content; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.statement_files
    ADD CONSTRAINT statement_files_content UNIQUE (sha256);

--
-- Name: statement_files statement_files_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.statement_files
    ADD CONSTRAINT statement_files_pkey PRIMARY KEY (file_id);

--
-- Name: statement_lines statement_lines_once; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.statement_lines
    ADD CONSTRAINT statement_lines_once UNIQUE (file_id, line_ref);

--
-- Name: statement_lines statement_lines_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.statement_lines
    ADD CONSTRAINT statement_lines_pkey PRIMARY KEY (id);

--
-- Name: sticker_aliases sticker_aliases_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.sticker_aliases
    ADD CONSTRAINT sticker_aliases_pkey PRIMARY KEY (old_id);

--
-- Name: stickers stickers_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.stickers
    ADD CONSTRAINT stickers_pkey PRIMARY KEY (id);

--
-- Name: tax_consents tax_consents_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_consents
    ADD CONSTRAINT tax_consents_pkey PRIMARY KEY (id);

--
-- Name: tax_files tax_files_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_files
    ADD CONSTRAINT tax_files_pk PRIMARY KEY (year, issue);

--
-- Name: tax_registration_ends tax_registration_ends_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registration_ends
    ADD CONSTRAINT tax_registration_ends_pk PRIMARY KEY (registration_id, number);

--
-- Name: tax_registrations tax_registrations_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registrations
    ADD CONSTRAINT tax_registrations_pkey PRIMARY KEY (id);

--
-- Name: test_clock test_clock_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.test_clock
    ADD CONSTRAINT test_clock_pkey PRIMARY KEY (one);

--
-- Name: tokens tokens_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (token_hash);

--
-- Name: transfer_codes transfer_codes_pk; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.transfer_codes
    ADD CONSTRAINT transfer_codes_pk PRIMARY KEY (code, debit_kind, credit_kind);

--
-- Name: wallets wallets_pkey; Type: CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.wallets
    ADD CONSTRAINT wallets_pkey PRIMARY KEY (id);

--
-- Name: access_log access_log_pkey; Type: CONSTRAINT; Schema: vault; Owner: onnuri_owner
--

ALTER TABLE ONLY vault.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (id);

--
-- Name: births births_pkey; Type: CONSTRAINT; Schema: vault; Owner: onnuri_owner
--

ALTER TABLE ONLY vault.births
    ADD CONSTRAINT births_pkey PRIMARY KEY (person_id);

--
-- Name: persons persons_pkey; Type: CONSTRAINT; Schema: vault; Owner: onnuri_owner
--

ALTER TABLE ONLY vault.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (person_id);

--
-- Name: accounts_owing; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX accounts_owing ON lane_00.accounts USING btree (id) WHERE (kind = 'merchant_receivable'::text);

--
-- Name: auto_charges_one_of_a_kind; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE UNIQUE INDEX auto_charges_one_of_a_kind ON lane_00.auto_charges USING btree (wallet_id, kind) WHERE (revoked_at IS NULL);

--
-- Name: cancels_by_day; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX cancels_by_day ON lane_00.cancels USING btree (business_date, shop_id);

--
-- Name: cancels_by_payment; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX cancels_by_payment ON lane_00.cancels USING btree (payment_id);

--
-- Name: cancels_by_shop; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX cancels_by_shop ON lane_00.cancels USING btree (shop_id, id);

--
-- Name: chain_by_seq; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX chain_by_seq ON lane_00.chain USING btree (seq_hi);

--
-- Name: chain_by_time; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX chain_by_time ON lane_00.chain USING btree (recorded_at);

--
-- Name: charges_by_date; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX charges_by_date ON lane_00.charges USING btree (requested_on);

--
-- Name: charges_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX charges_by_wallet ON lane_00.charges USING btree (wallet_id, id);

--
-- Name: charges_open; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX charges_open ON lane_00.charges USING btree (id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text]));

--
-- Name: claw_back_repayments_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX claw_back_repayments_by_wallet ON lane_00.claw_back_repayments USING btree (wallet_id, id);

--
-- Name: claw_backs_by_lot; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX claw_backs_by_lot ON lane_00.claw_backs USING btree (lot_id);

--
-- Name: claw_backs_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX claw_backs_by_wallet ON lane_00.claw_backs USING btree (wallet_id, id);

--
-- Name: company_purchases_by_company; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX company_purchases_by_company ON lane_00.company_purchases USING btree (company_id, id);

--
-- Name: company_purchases_by_date; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX company_purchases_by_date ON lane_00.company_purchases USING btree (requested_on);

--
-- Name: company_purchases_open; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX company_purchases_open ON lane_00.company_purchases USING btree (id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text]));

--
-- Name: entries_adjusting; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX entries_adjusting ON lane_00.entries USING btree (effective_on) WHERE adjusts;

--
-- Name: entries_reversed_once; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE UNIQUE INDEX entries_reversed_once ON lane_00.entries USING btree (reverses) WHERE (reverses IS NOT NULL);

--
-- Name: expirations_by_posting; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX expirations_by_posting ON lane_00.expirations USING btree (posted_at, lot_id);

--
-- Name: gift_lots_by_gift; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX gift_lots_by_gift ON lane_00.gift_lots USING btree (gift_id);

--
-- Name: gifts_boxed; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX gifts_boxed ON lane_00.gifts USING btree (deadline, id) WHERE (status = 'BOXED'::text);

--
-- Name: gifts_by_sender; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX gifts_by_sender ON lane_00.gifts USING btree (from_wallet, id);

--
-- Name: gifts_received_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX gifts_received_by_wallet ON lane_00.gifts_received USING btree (to_wallet, gift_id);

--
-- Name: holds_by_debit; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX holds_by_debit ON lane_00.holds USING btree (debit_account);

--
-- Name: holds_by_expiry; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX holds_by_expiry ON lane_00.holds USING btree (expires_at);

--
-- Name: lot_graces_by_end; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lot_graces_by_end ON lane_00.lot_graces USING btree (until, lot_id);

--
-- Name: lot_graces_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lot_graces_by_wallet ON lane_00.lot_graces USING btree (wallet_id, until);

--
-- Name: lot_origins_by_charge; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lot_origins_by_charge ON lane_00.lot_origins USING btree (charge_id) WHERE (charge_id IS NOT NULL);

--
-- Name: lot_origins_by_moved_lot; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lot_origins_by_moved_lot ON lane_00.lot_origins USING btree (moved_lot) WHERE (moved_lot IS NOT NULL);

--
-- Name: lots_by_expiry; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lots_by_expiry ON lane_00.lots USING btree (expires_at, id);

--
-- Name: lots_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX lots_by_wallet ON lane_00.lots USING btree (wallet_id, expires_at);

--
-- Name: outcomes_refusal_number; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE UNIQUE INDEX outcomes_refusal_number ON lane_00.outcomes USING btree (refusal_number) WHERE (refusal_number IS NOT NULL);

--
-- Name: payments_by_day; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX payments_by_day ON lane_00.payments USING btree (business_date, shop_id);

--
-- Name: payments_by_shop; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX payments_by_shop ON lane_00.payments USING btree (shop_id, id);

--
-- Name: payments_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX payments_by_wallet ON lane_00.payments USING btree (wallet_id, id);

--
-- Name: refunds_by_charge; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX refunds_by_charge ON lane_00.refunds USING btree (charge_id);

--
-- Name: refunds_by_date; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX refunds_by_date ON lane_00.refunds USING btree (requested_on);

--
-- Name: refunds_by_moved_lot; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX refunds_by_moved_lot ON lane_00.refunds USING btree (moved_lot) WHERE (moved_lot IS NOT NULL);

--
-- Name: refunds_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX refunds_by_wallet ON lane_00.refunds USING btree (wallet_id, id);

--
-- Name: refunds_open; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX refunds_open ON lane_00.refunds USING btree (wallet_id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text]));

--
-- Name: settlement_lines_by_market; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX settlement_lines_by_market ON lane_00.settlement_lines USING btree (day, market_id, shop_id);

--
-- Name: settlement_lines_by_payout; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX settlement_lines_by_payout ON lane_00.settlement_lines USING btree (payout_id) WHERE (payout_id IS NOT NULL);

--
-- Name: settlement_lines_by_shop; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX settlement_lines_by_shop ON lane_00.settlement_lines USING btree (shop_id, day);

--
-- Name: settlement_lines_unpaid; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX settlement_lines_unpaid ON lane_00.settlement_lines USING btree (due_on, shop_id) WHERE ((payout_id IS NULL) AND (payable > 0));

--
-- Name: tax_lines_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX tax_lines_by_wallet ON lane_00.tax_lines USING btree (wallet_id, year);

--
-- Name: transfers_by_credit; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_by_credit ON ONLY lane_00.transfers USING btree (credit_account, seq) INCLUDE (amount);

--
-- Name: transfers_000000000001_credit_account_seq_amount_idx; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_000000000001_credit_account_seq_amount_idx ON lane_00.transfers_000000000001 USING btree (credit_account, seq) INCLUDE (amount);

--
-- Name: transfers_by_debit; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_by_debit ON ONLY lane_00.transfers USING btree (debit_account, seq) INCLUDE (amount);

--
-- Name: transfers_000000000001_debit_account_seq_amount_idx; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_000000000001_debit_account_seq_amount_idx ON lane_00.transfers_000000000001 USING btree (debit_account, seq) INCLUDE (amount);

--
-- Name: transfers_by_date; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_by_date ON ONLY lane_00.transfers USING brin (effective_on) WITH (pages_per_range='32');

--
-- Name: transfers_000000000001_effective_on_idx; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_000000000001_effective_on_idx ON lane_00.transfers_000000000001 USING brin (effective_on) WITH (pages_per_range='32');

--
-- Name: transfers_by_entry; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_by_entry ON ONLY lane_00.transfers USING btree (entry_id);

--
-- Name: transfers_000000000001_entry_id_idx; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX transfers_000000000001_entry_id_idx ON lane_00.transfers_000000000001 USING btree (entry_id);

--
-- Name: wallet_blocks_by_wallet; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX wallet_blocks_by_wallet ON lane_00.wallet_blocks USING btree (wallet_id, id);

--
-- Name: wallet_blocks_one_open; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE UNIQUE INDEX wallet_blocks_one_open ON lane_00.wallet_blocks USING btree (wallet_id, kind) WHERE (lifted_at IS NULL);

--
-- Name: wallets_migrating; Type: INDEX; Schema: lane_00; Owner: onnuri_owner
--

CREATE INDEX wallets_migrating ON lane_00.wallets USING btree (id) WHERE (status = 'MIGRATING'::text);

--
-- Name: breaks_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX breaks_open ON shared.breaks USING btree (opened_on) WHERE (resolved_at IS NULL);

--
-- Name: claw_back_orders_by_wallet; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX claw_back_orders_by_wallet ON shared.claw_back_orders USING btree (wallet_id, id);

--
-- Name: claw_back_orders_one_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX claw_back_orders_one_open ON shared.claw_back_orders USING btree (lot_id) WHERE (status = 'PROPOSED'::text);

--
-- Name: company_accounts_one_active; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX company_accounts_one_active ON shared.company_accounts USING btree (company_id) WHERE (revoked_at IS NULL);

--
-- Name: credit_lists_by_source; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX credit_lists_by_source ON shared.credit_lists USING btree (kind, source_id, id);

--
-- Name: credit_lists_to_run; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX credit_lists_to_run ON shared.credit_lists USING btree (id) WHERE (status = 'APPROVED'::text);

--
-- Name: debit_accounts_one_active; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX debit_accounts_one_active ON shared.debit_accounts USING btree (holder_id) WHERE (revoked_at IS NULL);

--
-- Name: handovers_one_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX handovers_one_open ON shared.handovers USING btree (from_wallet) WHERE (status = 'PROPOSED'::text);

--
-- Name: markets_by_name; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX markets_by_name ON shared.markets USING btree (sido, join_name);

--
-- Name: matches_by_subject; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX matches_by_subject ON shared.matches USING btree (subject_id);

--
-- Name: migration_rows_by_holder; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX migration_rows_by_holder ON shared.migration_rows USING btree (migration_id, lane, holder_id);

--
-- Name: migration_rows_by_person; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX migration_rows_by_person ON shared.migration_rows USING btree (holder_id);

--
-- Name: migration_rows_by_reference; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX migration_rows_by_reference ON shared.migration_rows USING btree (reference);

--
-- Name: migration_rows_lot_once; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX migration_rows_lot_once ON shared.migration_rows USING btree (taken_from, reference) WHERE (taken_from IS NOT NULL);

--
-- Name: migrations_once; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX migrations_once ON shared.migrations USING btree (sha256) WHERE (status <> 'REJECTED'::text);

--
-- Name: payouts_by_bank_date; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX payouts_by_bank_date ON shared.payouts USING btree (bank_date);

--
-- Name: payouts_by_due; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX payouts_by_due ON shared.payouts USING btree (due_on, shop_id);

--
-- Name: payouts_by_shop; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX payouts_by_shop ON shared.payouts USING btree (shop_id, id);

--
-- Name: payouts_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX payouts_open ON shared.payouts USING btree (id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'UNKNOWN'::text]));

--
-- Name: policy_proposals_one_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX policy_proposals_one_open ON shared.policy_proposals USING btree (policy_id) WHERE (status <> 'REJECTED'::text);

--
-- Name: role_changes_by_person; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX role_changes_by_person ON shared.role_changes USING btree (person_id, id);

--
-- Name: shop_accounts_one_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX shop_accounts_one_open ON shared.shop_accounts USING btree (shop_id) WHERE (closed_at IS NULL);

--
-- Name: shop_statuses_by_shop; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX shop_statuses_by_shop ON shared.shop_statuses USING btree (shop_id, since);

--
-- Name: shops_by_market; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX shops_by_market ON shared.shops USING btree (market_id, id);

--
-- Name: sign_in_failures_by_login; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX sign_in_failures_by_login ON shared.sign_in_failures USING btree (login_hash, failed_at);

--
-- Name: statement_files_by_day; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX statement_files_by_day ON shared.statement_files USING btree (account, booked_on, file_id);

--
-- Name: statement_lines_by_reference; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX statement_lines_by_reference ON shared.statement_lines USING btree (end_to_end_id);

--
-- Name: statement_lines_paid_in; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX statement_lines_paid_in ON shared.statement_lines USING btree (upper(line_ref)) WHERE ((direction = 'in'::text) AND (end_to_end_id = ''::text));

--
-- Name: stickers_by_shop; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX stickers_by_shop ON shared.stickers USING btree (shop_id);

--
-- Name: tax_consents_by_person; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX tax_consents_by_person ON shared.tax_consents USING btree (person_id, consented_at);

--
-- Name: tax_consents_one_active; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX tax_consents_one_active ON shared.tax_consents USING btree (person_id) WHERE (revoked_at IS NULL);

--
-- Name: tax_registrations_by_market; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX tax_registrations_by_market ON shared.tax_registrations USING btree (market_id, valid_from);

--
-- Name: tax_registrations_one_open; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX tax_registrations_one_open ON shared.tax_registrations USING btree (market_id) WHERE (valid_to IS NULL);

--
-- Name: wallets_by_holder; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE INDEX wallets_by_holder ON shared.wallets USING btree (holder_id);

--
-- Name: wallets_one_per_holder; Type: INDEX; Schema: shared; Owner: onnuri_owner
--

CREATE UNIQUE INDEX wallets_one_per_holder ON shared.wallets USING btree (holder_id) WHERE (state <> 'CLOSED'::text);

--
-- Name: access_log_by_reader; Type: INDEX; Schema: vault; Owner: onnuri_owner
--

CREATE INDEX access_log_by_reader ON vault.access_log USING btree (reader, read_at);

--
-- Name: transfers_000000000001_credit_account_seq_amount_idx; Type: INDEX ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER INDEX lane_00.transfers_by_credit ATTACH PARTITION lane_00.transfers_000000000001_credit_account_seq_amount_idx;

--
-- Name: transfers_000000000001_debit_account_seq_amount_idx; Type: INDEX ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER INDEX lane_00.transfers_by_debit ATTACH PARTITION lane_00.transfers_000000000001_debit_account_seq_amount_idx;

--
-- Name: transfers_000000000001_effective_on_idx; Type: INDEX ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER INDEX lane_00.transfers_by_date ATTACH PARTITION lane_00.transfers_000000000001_effective_on_idx;

--
-- Name: transfers_000000000001_entry_id_idx; Type: INDEX ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER INDEX lane_00.transfers_by_entry ATTACH PARTITION lane_00.transfers_000000000001_entry_id_idx;

--
-- Name: transfers_000000000001_pkey; Type: INDEX ATTACH; Schema: lane_00; Owner: onnuri_owner
--

ALTER INDEX lane_00.transfers_pk ATTACH PARTITION lane_00.transfers_000000000001_pkey;

--
-- Name: accounts accounts_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER accounts_append_only BEFORE DELETE OR UPDATE ON lane_00.accounts FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: accounts accounts_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER accounts_no_truncate BEFORE TRUNCATE ON lane_00.accounts FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: balances balances_kept; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER balances_kept BEFORE DELETE ON lane_00.balances FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: balances balances_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER balances_no_truncate BEFORE TRUNCATE ON lane_00.balances FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: chain chain_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER chain_append_only BEFORE DELETE OR UPDATE ON lane_00.chain FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: chain chain_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER chain_no_truncate BEFORE TRUNCATE ON lane_00.chain FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: credit_units credit_units_approved; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER credit_units_approved BEFORE INSERT ON lane_00.credit_units FOR EACH ROW EXECUTE FUNCTION shared.refuse_unapproved();

--
-- Name: date_starts date_starts_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER date_starts_append_only BEFORE DELETE OR UPDATE ON lane_00.date_starts FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: date_starts date_starts_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER date_starts_no_truncate BEFORE TRUNCATE ON lane_00.date_starts FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_balances day_balances_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_balances_append_only BEFORE DELETE OR UPDATE ON lane_00.day_balances FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_balances day_balances_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_balances_no_truncate BEFORE TRUNCATE ON lane_00.day_balances FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_snapshots day_snapshots_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_snapshots_append_only BEFORE DELETE OR UPDATE ON lane_00.day_snapshots FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_snapshots day_snapshots_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_snapshots_no_truncate BEFORE TRUNCATE ON lane_00.day_snapshots FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_totals day_totals_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_totals_append_only BEFORE DELETE OR UPDATE ON lane_00.day_totals FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: day_totals day_totals_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER day_totals_no_truncate BEFORE TRUNCATE ON lane_00.day_totals FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: days days_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER days_append_only BEFORE DELETE OR UPDATE ON lane_00.days FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: days days_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER days_no_truncate BEFORE TRUNCATE ON lane_00.days FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: entries entries_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER entries_append_only BEFORE DELETE OR UPDATE ON lane_00.entries FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: entries entries_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER entries_no_truncate BEFORE TRUNCATE ON lane_00.entries FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: expirations expirations_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER expirations_append_only BEFORE DELETE OR UPDATE ON lane_00.expirations FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: expiry_notices expiry_notices_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER expiry_notices_append_only BEFORE DELETE OR UPDATE ON lane_00.expiry_notices FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: hold_ends hold_ends_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER hold_ends_append_only BEFORE DELETE OR UPDATE ON lane_00.hold_ends FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: hold_ends hold_ends_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER hold_ends_no_truncate BEFORE TRUNCATE ON lane_00.hold_ends FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: holds holds_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER holds_append_only BEFORE DELETE OR UPDATE ON lane_00.holds FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: holds holds_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER holds_no_truncate BEFORE TRUNCATE ON lane_00.holds FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: lot_graces lot_graces_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER lot_graces_append_only BEFORE DELETE OR UPDATE ON lane_00.lot_graces FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: lot_origins lot_origins_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER lot_origins_append_only BEFORE DELETE OR UPDATE ON lane_00.lot_origins FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: marks marks_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER marks_append_only BEFORE DELETE OR UPDATE ON lane_00.marks FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: marks marks_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER marks_no_truncate BEFORE TRUNCATE ON lane_00.marks FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: outbox outbox_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER outbox_append_only BEFORE DELETE OR UPDATE ON lane_00.outbox FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: outbox outbox_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER outbox_no_truncate BEFORE TRUNCATE ON lane_00.outbox FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: outcomes outcomes_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER outcomes_append_only BEFORE DELETE OR UPDATE ON lane_00.outcomes FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: outcomes outcomes_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER outcomes_no_truncate BEFORE TRUNCATE ON lane_00.outcomes FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: seal_tiles seal_tiles_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER seal_tiles_append_only BEFORE DELETE OR UPDATE ON lane_00.seal_tiles FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: seal_tiles seal_tiles_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER seal_tiles_no_truncate BEFORE TRUNCATE ON lane_00.seal_tiles FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: seals seals_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER seals_append_only BEFORE DELETE OR UPDATE ON lane_00.seals FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: seals seals_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON lane_00.seals FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: tax_lines tax_lines_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER tax_lines_append_only BEFORE DELETE OR UPDATE ON lane_00.tax_lines FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: transfers_000000000001 transfers_000000000001_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER transfers_000000000001_no_truncate BEFORE TRUNCATE ON lane_00.transfers_000000000001 FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: transfers transfers_append_only; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER transfers_append_only BEFORE DELETE OR UPDATE ON lane_00.transfers FOR EACH ROW EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: transfers transfers_no_truncate; Type: TRIGGER; Schema: lane_00; Owner: onnuri_owner
--

CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON lane_00.transfers FOR EACH STATEMENT EXECUTE FUNCTION lane_00.refuse_change();

--
-- Name: credit_lists credit_lists_found_once; Type: TRIGGER; Schema: shared; Owner: onnuri_owner
--

CREATE TRIGGER credit_lists_found_once BEFORE UPDATE OF id, name, kind, source_id, sha256, parts, good_lines, total, bad_lines ON shared.credit_lists FOR EACH ROW WHEN (((old.parts > 0) OR (old.status <> 'CHECKED'::text))) EXECUTE FUNCTION shared.refuse_change();

--
-- Name: tax_registration_ends tax_registration_ends_append_only; Type: TRIGGER; Schema: shared; Owner: onnuri_owner
--

CREATE TRIGGER tax_registration_ends_append_only BEFORE DELETE OR UPDATE ON shared.tax_registration_ends FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();

--
-- Name: tax_registration_ends tax_registration_ends_keep; Type: TRIGGER; Schema: shared; Owner: onnuri_owner
--

CREATE TRIGGER tax_registration_ends_keep AFTER INSERT ON shared.tax_registration_ends FOR EACH ROW EXECUTE FUNCTION shared.keep_tax_end();

--
-- Name: tax_registrations tax_registrations_append_only; Type: TRIGGER; Schema: shared; Owner: onnuri_owner
--

CREATE TRIGGER tax_registrations_append_only BEFORE DELETE OR UPDATE OF id, market_id, valid_from, recorded_by, recorded_at ON shared.tax_registrations FOR EACH ROW EXECUTE FUNCTION shared.refuse_change();

--
-- Name: accounts accounts_kind; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.accounts
    ADD CONSTRAINT accounts_kind FOREIGN KEY (kind) REFERENCES shared.account_kinds(kind);

--
-- Name: auto_charges auto_charges_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.auto_charges
    ADD CONSTRAINT auto_charges_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: balances balances_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.balances
    ADD CONSTRAINT balances_account FOREIGN KEY (account_id) REFERENCES lane_00.accounts(id);

--
-- Name: budget_use budget_use_policy; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.budget_use
    ADD CONSTRAINT budget_use_policy FOREIGN KEY (policy_id) REFERENCES shared.policies(id);

--
-- Name: cancels cancels_payment; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.cancels
    ADD CONSTRAINT cancels_payment FOREIGN KEY (payment_id) REFERENCES lane_00.payments(id);

--
-- Name: cancels cancels_shop; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.cancels
    ADD CONSTRAINT cancels_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: charges charges_debit_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_debit_account FOREIGN KEY (debit_account_id) REFERENCES shared.debit_accounts(id);

--
-- Name: charges charges_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: charges charges_policy; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_policy FOREIGN KEY (policy_id) REFERENCES shared.policies(id);

--
-- Name: charges charges_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.charges
    ADD CONSTRAINT charges_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: claw_back_repayments claw_back_repayments_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_back_repayments
    ADD CONSTRAINT claw_back_repayments_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: claw_back_repayments claw_back_repayments_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_back_repayments
    ADD CONSTRAINT claw_back_repayments_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: claw_backs claw_backs_approved_by; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_approved_by FOREIGN KEY (approved_by) REFERENCES shared.people(id);

--
-- Name: claw_backs claw_backs_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: claw_backs claw_backs_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: claw_backs claw_backs_ordered_by; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_ordered_by FOREIGN KEY (ordered_by) REFERENCES shared.people(id);

--
-- Name: claw_backs claw_backs_programme; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_programme FOREIGN KEY (programme) REFERENCES shared.grant_programmes(id);

--
-- Name: claw_backs claw_backs_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.claw_backs
    ADD CONSTRAINT claw_backs_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: company_purchases company_purchases_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_account FOREIGN KEY (account_id) REFERENCES shared.company_accounts(id);

--
-- Name: company_purchases company_purchases_company; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_company FOREIGN KEY (company_id) REFERENCES shared.companies(id);

--
-- Name: company_purchases company_purchases_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.company_purchases
    ADD CONSTRAINT company_purchases_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: credit_units credit_units_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.credit_units
    ADD CONSTRAINT credit_units_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: day_balances day_balances_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_balances
    ADD CONSTRAINT day_balances_account FOREIGN KEY (account_id) REFERENCES lane_00.accounts(id);

--
-- Name: day_sheets day_sheets_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_sheets
    ADD CONSTRAINT day_sheets_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: day_snapshots day_snapshots_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_snapshots
    ADD CONSTRAINT day_snapshots_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: day_totals day_totals_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_totals
    ADD CONSTRAINT day_totals_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: day_totals day_totals_kind; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.day_totals
    ADD CONSTRAINT day_totals_kind FOREIGN KEY (kind) REFERENCES shared.account_kinds(kind);

--
-- Name: entries entries_reverses; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.entries
    ADD CONSTRAINT entries_reverses FOREIGN KEY (reverses) REFERENCES lane_00.entries(id);

--
-- Name: expirations expirations_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expirations
    ADD CONSTRAINT expirations_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: expirations expirations_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expirations
    ADD CONSTRAINT expirations_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: expiry_notices expiry_notices_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.expiry_notices
    ADD CONSTRAINT expiry_notices_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: gift_lots gift_lots_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_lots
    ADD CONSTRAINT gift_lots_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: gift_lots gift_lots_gift; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_lots
    ADD CONSTRAINT gift_lots_gift FOREIGN KEY (gift_id) REFERENCES lane_00.gifts_received(gift_id);

--
-- Name: gift_lots gift_lots_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_lots
    ADD CONSTRAINT gift_lots_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: gift_parts gift_parts_gift; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_parts
    ADD CONSTRAINT gift_parts_gift FOREIGN KEY (gift_id) REFERENCES lane_00.gifts(id);

--
-- Name: gift_parts gift_parts_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gift_parts
    ADD CONSTRAINT gift_parts_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: gifts gifts_end_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_end_entry FOREIGN KEY (end_entry) REFERENCES lane_00.entries(id);

--
-- Name: gifts gifts_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: gifts gifts_from; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_from FOREIGN KEY (from_wallet) REFERENCES lane_00.wallets(id);

--
-- Name: gifts_received gifts_received_lane; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts_received
    ADD CONSTRAINT gifts_received_lane FOREIGN KEY (from_lane) REFERENCES shared.lanes(name);

--
-- Name: gifts_received gifts_received_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts_received
    ADD CONSTRAINT gifts_received_wallet FOREIGN KEY (to_wallet) REFERENCES lane_00.wallets(id);

--
-- Name: gifts gifts_to; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_to FOREIGN KEY (to_wallet) REFERENCES shared.wallets(id);

--
-- Name: gifts gifts_to_lane; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.gifts
    ADD CONSTRAINT gifts_to_lane FOREIGN KEY (to_lane) REFERENCES shared.lanes(name);

--
-- Name: hold_ends hold_ends_hold; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.hold_ends
    ADD CONSTRAINT hold_ends_hold FOREIGN KEY (hold_id) REFERENCES lane_00.holds(id);

--
-- Name: holds holds_credit; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.holds
    ADD CONSTRAINT holds_credit FOREIGN KEY (credit_account) REFERENCES lane_00.accounts(id);

--
-- Name: holds holds_debit; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.holds
    ADD CONSTRAINT holds_debit FOREIGN KEY (debit_account) REFERENCES lane_00.accounts(id);

--
-- Name: lot_graces lot_graces_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_graces
    ADD CONSTRAINT lot_graces_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: lot_graces lot_graces_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_graces
    ADD CONSTRAINT lot_graces_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: lot_origins lot_origins_charge; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_charge FOREIGN KEY (charge_id) REFERENCES lane_00.charges(id);

--
-- Name: lot_origins lot_origins_company; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_company FOREIGN KEY (company_id) REFERENCES shared.companies(id);

--
-- Name: lot_origins lot_origins_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: lot_origins lot_origins_from; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_from FOREIGN KEY (from_lot) REFERENCES lane_00.lots(id);

--
-- Name: lot_origins lot_origins_handover; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_handover FOREIGN KEY (handover_id) REFERENCES shared.handovers(id);

--
-- Name: lot_origins lot_origins_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: lot_origins lot_origins_migration; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_migration FOREIGN KEY (migration_id) REFERENCES shared.migrations(id);

--
-- Name: lot_origins lot_origins_moved_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_moved_lot FOREIGN KEY (moved_lot) REFERENCES lane_00.lots(id);

--
-- Name: lot_origins lot_origins_policy; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_policy FOREIGN KEY (policy_id) REFERENCES shared.policies(id);

--
-- Name: lot_origins lot_origins_programme; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lot_origins
    ADD CONSTRAINT lot_origins_programme FOREIGN KEY (programme) REFERENCES shared.grant_programmes(id);

--
-- Name: lots lots_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_account FOREIGN KEY (account_id) REFERENCES lane_00.accounts(id);

--
-- Name: lots lots_charge; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_charge FOREIGN KEY (charge_id) REFERENCES lane_00.charges(id);

--
-- Name: lots lots_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.lots
    ADD CONSTRAINT lots_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: marks marks_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.marks
    ADD CONSTRAINT marks_account FOREIGN KEY (account_id) REFERENCES lane_00.accounts(id);

--
-- Name: payments payments_market; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payments
    ADD CONSTRAINT payments_market FOREIGN KEY (market_id) REFERENCES shared.markets(id);

--
-- Name: payments payments_shop; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payments
    ADD CONSTRAINT payments_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: payments payments_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payments
    ADD CONSTRAINT payments_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: payout_entries payout_entries_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payout_entries
    ADD CONSTRAINT payout_entries_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: payout_entries payout_entries_payout; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.payout_entries
    ADD CONSTRAINT payout_entries_payout FOREIGN KEY (payout_id) REFERENCES shared.payouts(id);

--
-- Name: refunds refunds_charge; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_charge FOREIGN KEY (charge_id) REFERENCES lane_00.charges(id);

--
-- Name: refunds refunds_debit_account; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_debit_account FOREIGN KEY (debit_account_id) REFERENCES shared.debit_accounts(id);

--
-- Name: refunds refunds_end_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_end_entry FOREIGN KEY (end_entry_id) REFERENCES lane_00.entries(id);

--
-- Name: refunds refunds_entry; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_entry FOREIGN KEY (entry_id) REFERENCES lane_00.entries(id);

--
-- Name: refunds refunds_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_lot FOREIGN KEY (lot_id) REFERENCES lane_00.lots(id);

--
-- Name: refunds refunds_moved_lot; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_moved_lot FOREIGN KEY (moved_lot) REFERENCES lane_00.lots(id);

--
-- Name: refunds refunds_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.refunds
    ADD CONSTRAINT refunds_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: seal_tiles seal_tiles_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seal_tiles
    ADD CONSTRAINT seal_tiles_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: seals seals_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seals
    ADD CONSTRAINT seals_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: seals seals_key; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.seals
    ADD CONSTRAINT seals_key FOREIGN KEY (key_id) REFERENCES shared.public_keys(key_id);

--
-- Name: settlement_lines settlement_lines_day; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.settlement_lines
    ADD CONSTRAINT settlement_lines_day FOREIGN KEY (day) REFERENCES lane_00.days(day);

--
-- Name: settlement_lines settlement_lines_market; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.settlement_lines
    ADD CONSTRAINT settlement_lines_market FOREIGN KEY (market_id) REFERENCES shared.markets(id);

--
-- Name: settlement_lines settlement_lines_payout; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.settlement_lines
    ADD CONSTRAINT settlement_lines_payout FOREIGN KEY (payout_id) REFERENCES shared.payouts(id);

--
-- Name: settlement_lines settlement_lines_shop; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.settlement_lines
    ADD CONSTRAINT settlement_lines_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: tax_lines tax_lines_file; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.tax_lines
    ADD CONSTRAINT tax_lines_file FOREIGN KEY (year, issue) REFERENCES shared.tax_files(year, issue);

--
-- Name: tax_lines tax_lines_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.tax_lines
    ADD CONSTRAINT tax_lines_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: wallet_blocks wallet_blocks_by; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallet_blocks
    ADD CONSTRAINT wallet_blocks_by FOREIGN KEY (blocked_by) REFERENCES shared.people(id);

--
-- Name: wallet_blocks wallet_blocks_lifted_by; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallet_blocks
    ADD CONSTRAINT wallet_blocks_lifted_by FOREIGN KEY (lifted_by) REFERENCES shared.people(id);

--
-- Name: wallet_blocks wallet_blocks_wallet; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallet_blocks
    ADD CONSTRAINT wallet_blocks_wallet FOREIGN KEY (wallet_id) REFERENCES lane_00.wallets(id);

--
-- Name: wallets wallets_directory; Type: FK CONSTRAINT; Schema: lane_00; Owner: onnuri_owner
--

ALTER TABLE ONLY lane_00.wallets
    ADD CONSTRAINT wallets_directory FOREIGN KEY (id) REFERENCES shared.wallets(id);

--
-- Name: age_checks age_checks_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.age_checks
    ADD CONSTRAINT age_checks_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: claw_back_orders claw_back_orders_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.claw_back_orders
    ADD CONSTRAINT claw_back_orders_checker FOREIGN KEY (decided_by) REFERENCES shared.people(id);

--
-- Name: claw_back_orders claw_back_orders_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.claw_back_orders
    ADD CONSTRAINT claw_back_orders_maker FOREIGN KEY (ordered_by) REFERENCES shared.people(id);

--
-- Name: claw_back_orders claw_back_orders_wallet; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.claw_back_orders
    ADD CONSTRAINT claw_back_orders_wallet FOREIGN KEY (wallet_id) REFERENCES shared.wallets(id);

--
-- Name: company_accounts company_accounts_company; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.company_accounts
    ADD CONSTRAINT company_accounts_company FOREIGN KEY (company_id) REFERENCES shared.companies(id);

--
-- Name: company_accounts company_accounts_recorded_by; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.company_accounts
    ADD CONSTRAINT company_accounts_recorded_by FOREIGN KEY (recorded_by) REFERENCES shared.people(id);

--
-- Name: company_accounts company_accounts_revoked_by; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.company_accounts
    ADD CONSTRAINT company_accounts_revoked_by FOREIGN KEY (revoked_by) REFERENCES shared.people(id);

--
-- Name: credit_list_findings credit_list_findings_list; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_list_findings
    ADD CONSTRAINT credit_list_findings_list FOREIGN KEY (list_id) REFERENCES shared.credit_lists(id);

--
-- Name: credit_list_parts credit_list_parts_list; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_list_parts
    ADD CONSTRAINT credit_list_parts_list FOREIGN KEY (list_id) REFERENCES shared.credit_lists(id);

--
-- Name: credit_lists credit_lists_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_lists
    ADD CONSTRAINT credit_lists_checker FOREIGN KEY (decided_by) REFERENCES shared.people(id);

--
-- Name: credit_lists credit_lists_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.credit_lists
    ADD CONSTRAINT credit_lists_maker FOREIGN KEY (uploaded_by) REFERENCES shared.people(id);

--
-- Name: debit_accounts debit_accounts_holder; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.debit_accounts
    ADD CONSTRAINT debit_accounts_holder FOREIGN KEY (holder_id) REFERENCES shared.people(id);

--
-- Name: grant_programmes grant_programmes_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.grant_programmes
    ADD CONSTRAINT grant_programmes_checker FOREIGN KEY (decided_by) REFERENCES shared.people(id);

--
-- Name: grant_programmes grant_programmes_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.grant_programmes
    ADD CONSTRAINT grant_programmes_maker FOREIGN KEY (proposed_by) REFERENCES shared.people(id);

--
-- Name: handovers handovers_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.handovers
    ADD CONSTRAINT handovers_checker FOREIGN KEY (decided_by) REFERENCES shared.people(id);

--
-- Name: handovers handovers_from; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.handovers
    ADD CONSTRAINT handovers_from FOREIGN KEY (from_wallet) REFERENCES shared.wallets(id);

--
-- Name: handovers handovers_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.handovers
    ADD CONSTRAINT handovers_maker FOREIGN KEY (proposed_by) REFERENCES shared.people(id);

--
-- Name: handovers handovers_to; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.handovers
    ADD CONSTRAINT handovers_to FOREIGN KEY (to_wallet) REFERENCES shared.wallets(id);

--
-- Name: logins logins_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.logins
    ADD CONSTRAINT logins_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: matches matches_line; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.matches
    ADD CONSTRAINT matches_line FOREIGN KEY (line_id) REFERENCES shared.statement_lines(id);

--
-- Name: migration_rows migration_rows_migration; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migration_rows
    ADD CONSTRAINT migration_rows_migration FOREIGN KEY (migration_id) REFERENCES shared.migrations(id);

--
-- Name: migrations migrations_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migrations
    ADD CONSTRAINT migrations_checker FOREIGN KEY (approved_by) REFERENCES shared.people(id);

--
-- Name: migrations migrations_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migrations
    ADD CONSTRAINT migrations_maker FOREIGN KEY (staged_by) REFERENCES shared.people(id);

--
-- Name: migrations migrations_paid_recorder; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migrations
    ADD CONSTRAINT migrations_paid_recorder FOREIGN KEY (paid_by) REFERENCES shared.people(id);

--
-- Name: migrations migrations_rejecter; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.migrations
    ADD CONSTRAINT migrations_rejecter FOREIGN KEY (rejected_by) REFERENCES shared.people(id);

--
-- Name: payouts payouts_account; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.payouts
    ADD CONSTRAINT payouts_account FOREIGN KEY (shop_account_id) REFERENCES shared.shop_accounts(id);

--
-- Name: payouts payouts_shop; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.payouts
    ADD CONSTRAINT payouts_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: policy_budgets policy_budgets_lane; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_budgets
    ADD CONSTRAINT policy_budgets_lane FOREIGN KEY (lane) REFERENCES shared.lanes(name);

--
-- Name: policy_budgets policy_budgets_policy; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_budgets
    ADD CONSTRAINT policy_budgets_policy FOREIGN KEY (policy_id) REFERENCES shared.policies(id);

--
-- Name: policy_proposals policy_proposals_based_on; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_proposals
    ADD CONSTRAINT policy_proposals_based_on FOREIGN KEY (based_on) REFERENCES shared.policies(id);

--
-- Name: policy_proposals policy_proposals_checker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_proposals
    ADD CONSTRAINT policy_proposals_checker FOREIGN KEY (decided_by) REFERENCES shared.people(id);

--
-- Name: policy_proposals policy_proposals_maker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.policy_proposals
    ADD CONSTRAINT policy_proposals_maker FOREIGN KEY (proposed_by) REFERENCES shared.people(id);

--
-- Name: role_changes role_changes_changer; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.role_changes
    ADD CONSTRAINT role_changes_changer FOREIGN KEY (changed_by) REFERENCES shared.people(id);

--
-- Name: role_changes role_changes_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.role_changes
    ADD CONSTRAINT role_changes_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: roles roles_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.roles
    ADD CONSTRAINT roles_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: shop_accounts shop_accounts_shop; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shop_accounts
    ADD CONSTRAINT shop_accounts_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: shop_statuses shop_statuses_shop; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shop_statuses
    ADD CONSTRAINT shop_statuses_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: shops shops_market; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.shops
    ADD CONSTRAINT shops_market FOREIGN KEY (market_id) REFERENCES shared.markets(id);

--
-- Name: statement_lines statement_lines_file; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.statement_lines
    ADD CONSTRAINT statement_lines_file FOREIGN KEY (file_id) REFERENCES shared.statement_files(file_id);

--
-- Name: sticker_aliases sticker_aliases_sticker; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.sticker_aliases
    ADD CONSTRAINT sticker_aliases_sticker FOREIGN KEY (sticker_id) REFERENCES shared.stickers(id);

--
-- Name: stickers stickers_shop; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.stickers
    ADD CONSTRAINT stickers_shop FOREIGN KEY (shop_id) REFERENCES shared.shops(id);

--
-- Name: tax_consents tax_consents_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_consents
    ADD CONSTRAINT tax_consents_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: tax_registration_ends tax_registration_ends_recorder; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registration_ends
    ADD CONSTRAINT tax_registration_ends_recorder FOREIGN KEY (recorded_by) REFERENCES shared.people(id);

--
-- Name: tax_registration_ends tax_registration_ends_registration; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registration_ends
    ADD CONSTRAINT tax_registration_ends_registration FOREIGN KEY (registration_id) REFERENCES shared.tax_registrations(id);

--
-- Name: tax_registrations tax_registrations_market; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registrations
    ADD CONSTRAINT tax_registrations_market FOREIGN KEY (market_id) REFERENCES shared.markets(id);

--
-- Name: tax_registrations tax_registrations_recorder; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tax_registrations
    ADD CONSTRAINT tax_registrations_recorder FOREIGN KEY (recorded_by) REFERENCES shared.people(id);

--
-- Name: tokens tokens_person; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.tokens
    ADD CONSTRAINT tokens_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: transfer_codes transfer_codes_credit_kind; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.transfer_codes
    ADD CONSTRAINT transfer_codes_credit_kind FOREIGN KEY (credit_kind) REFERENCES shared.account_kinds(kind);

--
-- Name: transfer_codes transfer_codes_debit_kind; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.transfer_codes
    ADD CONSTRAINT transfer_codes_debit_kind FOREIGN KEY (debit_kind) REFERENCES shared.account_kinds(kind);

--
-- Name: wallets wallets_holder; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.wallets
    ADD CONSTRAINT wallets_holder FOREIGN KEY (holder_id) REFERENCES shared.people(id);

--
-- Name: wallets wallets_lane; Type: FK CONSTRAINT; Schema: shared; Owner: onnuri_owner
--

ALTER TABLE ONLY shared.wallets
    ADD CONSTRAINT wallets_lane FOREIGN KEY (lane) REFERENCES shared.lanes(name);

--
-- Name: births births_person; Type: FK CONSTRAINT; Schema: vault; Owner: onnuri_owner
--

ALTER TABLE ONLY vault.births
    ADD CONSTRAINT births_person FOREIGN KEY (person_id) REFERENCES shared.people(id);

--
-- Name: SCHEMA lane_00; Type: ACL; Schema: -; Owner: onnuri_owner
--

GRANT USAGE ON SCHEMA lane_00 TO onnuri_app;
GRANT USAGE ON SCHEMA lane_00 TO onnuri_reader;
GRANT USAGE ON SCHEMA lane_00 TO onnuri_auditor;

--
-- Name: SCHEMA shared; Type: ACL; Schema: -; Owner: onnuri_owner
--

GRANT USAGE ON SCHEMA shared TO onnuri_app;
GRANT USAGE ON SCHEMA shared TO onnuri_reader;
GRANT USAGE ON SCHEMA shared TO onnuri_auditor;

--
-- Name: SCHEMA vault; Type: ACL; Schema: -; Owner: onnuri_owner
--

GRANT USAGE ON SCHEMA vault TO onnuri_app;

--
-- Name: FUNCTION add_partition(); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.add_partition() FROM PUBLIC;

--
-- Name: FUNCTION answer_keys(p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.answer_keys(p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.answer_keys(p_caller text[], p_key text[], p_body_hash bytea[], p_kind text[], p_subject uuid[], p_refusal jsonb[], p_recorded_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION answer_mark(p_caller text, p_key text, p_body_hash bytea, p_kind text, p_subject uuid, p_refusal jsonb, p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.answer_mark(p_caller text, p_key text, p_body_hash bytea, p_kind text, p_subject uuid, p_refusal jsonb, p_recorded_at timestamp with time zone) FROM PUBLIC;

--
-- Name: FUNCTION close_day(p_day date, p_closed_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.close_day(p_day date, p_closed_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.close_day(p_day date, p_closed_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.end_holds(p_id uuid[], p_how text[], p_captured bigint[], p_entry uuid[], p_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) TO onnuri_app;
GRANT ALL ON FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) TO onnuri_reader;
GRANT ALL ON FUNCTION lane_00.leaf(p_seq bigint, p_entry uuid, p_kind text, p_code text, p_debit text, p_credit text, p_amount bigint, p_effective_on date, p_recorded_at timestamp with time zone) TO onnuri_auditor;

--
-- Name: FUNCTION make_partition(p_lo bigint, p_hi bigint); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.make_partition(p_lo bigint, p_hi bigint) FROM PUBLIC;

--
-- Name: FUNCTION move_pending(p_id uuid[], p_sign integer); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.move_pending(p_id uuid[], p_sign integer) FROM PUBLIC;

--
-- Name: FUNCTION open_accounts(p_paths text[], p_opened_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.open_accounts(p_paths text[], p_opened_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.open_accounts(p_paths text[], p_opened_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION place_holds(p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamp with time zone[], p_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.place_holds(p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamp with time zone[], p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.place_holds(p_id uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_expires_at timestamp with time zone[], p_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION post_document(p_entries json, p_transfers json, p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.post_document(p_entries json, p_transfers json, p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.post_document(p_entries json, p_transfers json, p_recorded_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION post_entries(p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[], p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.post_entries(p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[], p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.post_entries(p_entry uuid[], p_kind text[], p_effective_on date[], p_reverses uuid[], p_reason text[], p_adjusts boolean[], p_of integer[], p_debit bigint[], p_credit bigint[], p_amount bigint[], p_code text[], p_recorded_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION post_openings(p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text, p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.post_openings(p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text, p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.post_openings(p_entry uuid[], p_kind text, p_effective_on date, p_giver bigint, p_code text, p_of integer[], p_path text[], p_amount bigint[], p_recorded_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION prefixed(p_text text); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.prefixed(p_text text) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.prefixed(p_text text) TO onnuri_app;
GRANT ALL ON FUNCTION lane_00.prefixed(p_text text) TO onnuri_reader;
GRANT ALL ON FUNCTION lane_00.prefixed(p_text text) TO onnuri_auditor;

--
-- Name: FUNCTION publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.publish(p_topic text[], p_subject uuid[], p_payload jsonb[], p_recorded_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) TO onnuri_app;
GRANT ALL ON FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) TO onnuri_reader;
GRANT ALL ON FUNCTION lane_00.refusal_leaf(p_number bigint, p_caller text, p_key text, p_body_hash bytea, p_kind text, p_refusal jsonb, p_recorded_at timestamp with time zone) TO onnuri_auditor;

--
-- Name: FUNCTION refuse_change(); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.refuse_change() FROM PUBLIC;

--
-- Name: FUNCTION snapshot_day(p_day date, p_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.snapshot_day(p_day date, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.snapshot_day(p_day date, p_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.take_lane(OUT last_seq bigint, OUT last_event bigint, OUT last_day date) TO onnuri_app;

--
-- Name: FUNCTION write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamp with time zone); Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION lane_00.write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION lane_00.write_batch(p_entries json, p_transfers json, p_payments json, p_cancels json, p_outcomes json, p_at timestamp with time zone) TO onnuri_app;

--
-- Name: FUNCTION keep_tax_end(); Type: ACL; Schema: shared; Owner: onnuri_owner
--

REVOKE ALL ON FUNCTION shared.keep_tax_end() FROM PUBLIC;

--
-- Name: TABLE accounts; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.accounts TO onnuri_app;
GRANT SELECT ON TABLE lane_00.accounts TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.accounts TO onnuri_auditor;

--
-- Name: TABLE archives; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.archives TO onnuri_app;
GRANT SELECT ON TABLE lane_00.archives TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.archives TO onnuri_auditor;

--
-- Name: TABLE auto_charges; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.auto_charges TO onnuri_app;
GRANT SELECT ON TABLE lane_00.auto_charges TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.auto_charges TO onnuri_auditor;

--
-- Name: COLUMN auto_charges.revoked_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE lane_00.auto_charges TO onnuri_app;

--
-- Name: TABLE balances; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.balances TO onnuri_app;
GRANT SELECT ON TABLE lane_00.balances TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.balances TO onnuri_auditor;

--
-- Name: TABLE budget_use; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.budget_use TO onnuri_app;
GRANT SELECT ON TABLE lane_00.budget_use TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.budget_use TO onnuri_auditor;

--
-- Name: COLUMN budget_use.granted; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(granted) ON TABLE lane_00.budget_use TO onnuri_app;

--
-- Name: COLUMN budget_use.came_back; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(came_back) ON TABLE lane_00.budget_use TO onnuri_app;

--
-- Name: TABLE cancels; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.cancels TO onnuri_app;
GRANT SELECT ON TABLE lane_00.cancels TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.cancels TO onnuri_auditor;

--
-- Name: TABLE chain; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.chain TO onnuri_app;
GRANT SELECT ON TABLE lane_00.chain TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.chain TO onnuri_auditor;

--
-- Name: TABLE charges; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.charges TO onnuri_app;
GRANT SELECT ON TABLE lane_00.charges TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.charges TO onnuri_auditor;

--
-- Name: COLUMN charges.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: COLUMN charges.answered_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(answered_at) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: COLUMN charges.bank_code_given; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_code_given) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: COLUMN charges.bank_message; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_message) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: COLUMN charges.entry_id; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(entry_id) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: COLUMN charges.inquiries; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(inquiries) ON TABLE lane_00.charges TO onnuri_app;

--
-- Name: TABLE claw_back_repayments; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.claw_back_repayments TO onnuri_app;
GRANT SELECT ON TABLE lane_00.claw_back_repayments TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.claw_back_repayments TO onnuri_auditor;

--
-- Name: TABLE claw_backs; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.claw_backs TO onnuri_app;
GRANT SELECT ON TABLE lane_00.claw_backs TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.claw_backs TO onnuri_auditor;

--
-- Name: TABLE company_purchases; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.company_purchases TO onnuri_app;
GRANT SELECT ON TABLE lane_00.company_purchases TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.company_purchases TO onnuri_auditor;

--
-- Name: COLUMN company_purchases.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: COLUMN company_purchases.answered_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(answered_at) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: COLUMN company_purchases.bank_code_given; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_code_given) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: COLUMN company_purchases.bank_message; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_message) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: COLUMN company_purchases.inquiries; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(inquiries) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: COLUMN company_purchases.entry_id; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(entry_id) ON TABLE lane_00.company_purchases TO onnuri_app;

--
-- Name: TABLE credit_units; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.credit_units TO onnuri_app;
GRANT SELECT ON TABLE lane_00.credit_units TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.credit_units TO onnuri_auditor;

--
-- Name: TABLE credits; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.credits TO onnuri_app;
GRANT SELECT ON TABLE lane_00.credits TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.credits TO onnuri_auditor;

--
-- Name: TABLE date_starts; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.date_starts TO onnuri_app;
GRANT SELECT ON TABLE lane_00.date_starts TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.date_starts TO onnuri_auditor;

--
-- Name: TABLE day_balances; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.day_balances TO onnuri_app;
GRANT SELECT ON TABLE lane_00.day_balances TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.day_balances TO onnuri_auditor;

--
-- Name: TABLE day_sheets; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.day_sheets TO onnuri_app;
GRANT SELECT ON TABLE lane_00.day_sheets TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.day_sheets TO onnuri_auditor;

--
-- Name: TABLE day_snapshots; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.day_snapshots TO onnuri_app;
GRANT SELECT ON TABLE lane_00.day_snapshots TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.day_snapshots TO onnuri_auditor;

--
-- Name: TABLE day_totals; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.day_totals TO onnuri_app;
GRANT SELECT ON TABLE lane_00.day_totals TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.day_totals TO onnuri_auditor;

--
-- Name: TABLE days; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.days TO onnuri_app;
GRANT SELECT ON TABLE lane_00.days TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.days TO onnuri_auditor;

--
-- Name: TABLE entries; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.entries TO onnuri_app;
GRANT SELECT ON TABLE lane_00.entries TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.entries TO onnuri_auditor;

--
-- Name: TABLE expirations; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.expirations TO onnuri_app;
GRANT SELECT ON TABLE lane_00.expirations TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.expirations TO onnuri_auditor;

--
-- Name: TABLE expiry_cursors; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.expiry_cursors TO onnuri_app;
GRANT SELECT ON TABLE lane_00.expiry_cursors TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.expiry_cursors TO onnuri_auditor;

--
-- Name: COLUMN expiry_cursors.expires_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(expires_at) ON TABLE lane_00.expiry_cursors TO onnuri_app;

--
-- Name: COLUMN expiry_cursors.lot_id; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(lot_id) ON TABLE lane_00.expiry_cursors TO onnuri_app;

--
-- Name: TABLE expiry_notices; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.expiry_notices TO onnuri_app;
GRANT SELECT ON TABLE lane_00.expiry_notices TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.expiry_notices TO onnuri_auditor;

--
-- Name: TABLE gift_lots; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.gift_lots TO onnuri_app;
GRANT SELECT ON TABLE lane_00.gift_lots TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.gift_lots TO onnuri_auditor;

--
-- Name: TABLE gift_parts; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.gift_parts TO onnuri_app;
GRANT SELECT ON TABLE lane_00.gift_parts TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.gift_parts TO onnuri_auditor;

--
-- Name: TABLE gifts; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.gifts TO onnuri_app;
GRANT SELECT ON TABLE lane_00.gifts TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.gifts TO onnuri_auditor;

--
-- Name: COLUMN gifts.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.gifts TO onnuri_app;

--
-- Name: COLUMN gifts.ended_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(ended_at) ON TABLE lane_00.gifts TO onnuri_app;

--
-- Name: COLUMN gifts.end_entry; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(end_entry) ON TABLE lane_00.gifts TO onnuri_app;

--
-- Name: COLUMN gifts.end_reason; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(end_reason) ON TABLE lane_00.gifts TO onnuri_app;

--
-- Name: TABLE gifts_received; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.gifts_received TO onnuri_app;
GRANT SELECT ON TABLE lane_00.gifts_received TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.gifts_received TO onnuri_auditor;

--
-- Name: COLUMN gifts_received.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.gifts_received TO onnuri_app;

--
-- Name: COLUMN gifts_received.ended_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(ended_at) ON TABLE lane_00.gifts_received TO onnuri_app;

--
-- Name: TABLE hold_ends; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.hold_ends TO onnuri_app;
GRANT SELECT ON TABLE lane_00.hold_ends TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.hold_ends TO onnuri_auditor;

--
-- Name: TABLE holds; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.holds TO onnuri_app;
GRANT SELECT ON TABLE lane_00.holds TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.holds TO onnuri_auditor;

--
-- Name: TABLE lane; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.lane TO onnuri_app;
GRANT SELECT ON TABLE lane_00.lane TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.lane TO onnuri_auditor;

--
-- Name: TABLE late_words; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.late_words TO onnuri_app;
GRANT SELECT ON TABLE lane_00.late_words TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.late_words TO onnuri_auditor;

--
-- Name: TABLE lot_graces; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.lot_graces TO onnuri_app;
GRANT SELECT ON TABLE lane_00.lot_graces TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.lot_graces TO onnuri_auditor;

--
-- Name: TABLE lot_origins; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.lot_origins TO onnuri_app;
GRANT SELECT ON TABLE lane_00.lot_origins TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.lot_origins TO onnuri_auditor;

--
-- Name: TABLE lots; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.lots TO onnuri_app;
GRANT SELECT ON TABLE lane_00.lots TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.lots TO onnuri_auditor;

--
-- Name: TABLE marks; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.marks TO onnuri_app;
GRANT SELECT ON TABLE lane_00.marks TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.marks TO onnuri_auditor;

--
-- Name: TABLE outbox; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.outbox TO onnuri_app;
GRANT SELECT ON TABLE lane_00.outbox TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.outbox TO onnuri_auditor;

--
-- Name: TABLE outcomes; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.outcomes TO onnuri_app;
GRANT SELECT ON TABLE lane_00.outcomes TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.outcomes TO onnuri_auditor;

--
-- Name: TABLE payments; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.payments TO onnuri_app;
GRANT SELECT ON TABLE lane_00.payments TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.payments TO onnuri_auditor;

--
-- Name: TABLE payout_entries; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.payout_entries TO onnuri_app;
GRANT SELECT ON TABLE lane_00.payout_entries TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.payout_entries TO onnuri_auditor;

--
-- Name: TABLE refunds; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.refunds TO onnuri_app;
GRANT SELECT ON TABLE lane_00.refunds TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.refunds TO onnuri_auditor;

--
-- Name: COLUMN refunds.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: COLUMN refunds.answered_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(answered_at) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: COLUMN refunds.bank_code_given; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_code_given) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: COLUMN refunds.bank_message; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(bank_message) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: COLUMN refunds.end_entry_id; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(end_entry_id) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: COLUMN refunds.inquiries; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(inquiries) ON TABLE lane_00.refunds TO onnuri_app;

--
-- Name: TABLE seal_tiles; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.seal_tiles TO onnuri_app;
GRANT SELECT ON TABLE lane_00.seal_tiles TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.seal_tiles TO onnuri_auditor;

--
-- Name: TABLE seals; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.seals TO onnuri_app;
GRANT SELECT ON TABLE lane_00.seals TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.seals TO onnuri_auditor;

--
-- Name: TABLE settlement_lines; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.settlement_lines TO onnuri_app;
GRANT SELECT ON TABLE lane_00.settlement_lines TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.settlement_lines TO onnuri_auditor;

--
-- Name: COLUMN settlement_lines.payout_id; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(payout_id) ON TABLE lane_00.settlement_lines TO onnuri_app;

--
-- Name: TABLE tax_lines; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.tax_lines TO onnuri_app;
GRANT SELECT ON TABLE lane_00.tax_lines TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.tax_lines TO onnuri_auditor;

--
-- Name: TABLE transfers; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.transfers TO onnuri_app;
GRANT SELECT ON TABLE lane_00.transfers TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.transfers TO onnuri_auditor;

--
-- Name: TABLE transfers_000000000001; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT ON TABLE lane_00.transfers_000000000001 TO onnuri_app;
GRANT SELECT ON TABLE lane_00.transfers_000000000001 TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.transfers_000000000001 TO onnuri_auditor;

--
-- Name: TABLE wallet_blocks; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.wallet_blocks TO onnuri_app;
GRANT SELECT ON TABLE lane_00.wallet_blocks TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.wallet_blocks TO onnuri_auditor;

--
-- Name: COLUMN wallet_blocks.lifted_by; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(lifted_by) ON TABLE lane_00.wallet_blocks TO onnuri_app;

--
-- Name: COLUMN wallet_blocks.lifted_at; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(lifted_at) ON TABLE lane_00.wallet_blocks TO onnuri_app;

--
-- Name: COLUMN wallet_blocks.lift_reason; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(lift_reason) ON TABLE lane_00.wallet_blocks TO onnuri_app;

--
-- Name: COLUMN wallet_blocks.lift_seq; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(lift_seq) ON TABLE lane_00.wallet_blocks TO onnuri_app;

--
-- Name: TABLE wallets; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE lane_00.wallets TO onnuri_app;
GRANT SELECT ON TABLE lane_00.wallets TO onnuri_reader;
GRANT SELECT ON TABLE lane_00.wallets TO onnuri_auditor;

--
-- Name: COLUMN wallets.status; Type: ACL; Schema: lane_00; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE lane_00.wallets TO onnuri_app;

--
-- Name: TABLE account_kinds; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.account_kinds TO onnuri_app;
GRANT SELECT ON TABLE shared.account_kinds TO onnuri_reader;
GRANT SELECT ON TABLE shared.account_kinds TO onnuri_auditor;

--
-- Name: TABLE age_checks; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.age_checks TO onnuri_app;
GRANT SELECT ON TABLE shared.age_checks TO onnuri_reader;
GRANT SELECT ON TABLE shared.age_checks TO onnuri_auditor;

--
-- Name: TABLE alembic_version; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.alembic_version TO onnuri_app;
GRANT SELECT ON TABLE shared.alembic_version TO onnuri_reader;
GRANT SELECT ON TABLE shared.alembic_version TO onnuri_auditor;

--
-- Name: TABLE bank_receipts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.bank_receipts TO onnuri_app;
GRANT SELECT ON TABLE shared.bank_receipts TO onnuri_reader;
GRANT SELECT ON TABLE shared.bank_receipts TO onnuri_auditor;

--
-- Name: SEQUENCE bank_tran_numbers; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT USAGE ON SEQUENCE shared.bank_tran_numbers TO onnuri_app;

--
-- Name: TABLE breaks; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.breaks TO onnuri_app;
GRANT SELECT ON TABLE shared.breaks TO onnuri_reader;
GRANT SELECT ON TABLE shared.breaks TO onnuri_auditor;

--
-- Name: COLUMN breaks.owner; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(owner) ON TABLE shared.breaks TO onnuri_app;

--
-- Name: COLUMN breaks.resolved_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(resolved_at) ON TABLE shared.breaks TO onnuri_app;

--
-- Name: COLUMN breaks.resolution; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(resolution) ON TABLE shared.breaks TO onnuri_app;

--
-- Name: COLUMN breaks.resolved_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(resolved_by) ON TABLE shared.breaks TO onnuri_app;

--
-- Name: TABLE calendar_overrides; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.calendar_overrides TO onnuri_app;
GRANT SELECT ON TABLE shared.calendar_overrides TO onnuri_reader;
GRANT SELECT ON TABLE shared.calendar_overrides TO onnuri_auditor;

--
-- Name: TABLE claw_back_orders; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.claw_back_orders TO onnuri_app;
GRANT SELECT ON TABLE shared.claw_back_orders TO onnuri_reader;
GRANT SELECT ON TABLE shared.claw_back_orders TO onnuri_auditor;

--
-- Name: COLUMN claw_back_orders.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.claw_back_orders TO onnuri_app;

--
-- Name: COLUMN claw_back_orders.decided_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_by) ON TABLE shared.claw_back_orders TO onnuri_app;

--
-- Name: COLUMN claw_back_orders.decided_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_at) ON TABLE shared.claw_back_orders TO onnuri_app;

--
-- Name: TABLE companies; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.companies TO onnuri_app;
GRANT SELECT ON TABLE shared.companies TO onnuri_reader;
GRANT SELECT ON TABLE shared.companies TO onnuri_auditor;

--
-- Name: TABLE company_accounts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.company_accounts TO onnuri_app;
GRANT SELECT ON TABLE shared.company_accounts TO onnuri_reader;
GRANT SELECT ON TABLE shared.company_accounts TO onnuri_auditor;

--
-- Name: COLUMN company_accounts.revoked_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE shared.company_accounts TO onnuri_app;

--
-- Name: COLUMN company_accounts.revoked_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_by) ON TABLE shared.company_accounts TO onnuri_app;

--
-- Name: TABLE credit_list_findings; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.credit_list_findings TO onnuri_app;
GRANT SELECT ON TABLE shared.credit_list_findings TO onnuri_reader;
GRANT SELECT ON TABLE shared.credit_list_findings TO onnuri_auditor;

--
-- Name: TABLE credit_list_parts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.credit_list_parts TO onnuri_app;
GRANT SELECT ON TABLE shared.credit_list_parts TO onnuri_reader;
GRANT SELECT ON TABLE shared.credit_list_parts TO onnuri_auditor;

--
-- Name: TABLE credit_lists; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.credit_lists TO onnuri_app;
GRANT SELECT ON TABLE shared.credit_lists TO onnuri_reader;
GRANT SELECT ON TABLE shared.credit_lists TO onnuri_auditor;

--
-- Name: COLUMN credit_lists.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.parts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(parts) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.good_lines; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(good_lines) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.total; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(total) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.bad_lines; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(bad_lines) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.decided_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_by) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.decided_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_at) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.parts_done; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(parts_done) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.stopped_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(stopped_by) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: COLUMN credit_lists.finished_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(finished_at) ON TABLE shared.credit_lists TO onnuri_app;

--
-- Name: TABLE credit_refusals; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.credit_refusals TO onnuri_app;
GRANT SELECT ON TABLE shared.credit_refusals TO onnuri_reader;
GRANT SELECT ON TABLE shared.credit_refusals TO onnuri_auditor;

--
-- Name: TABLE debit_accounts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.debit_accounts TO onnuri_app;
GRANT SELECT ON TABLE shared.debit_accounts TO onnuri_reader;
GRANT SELECT ON TABLE shared.debit_accounts TO onnuri_auditor;

--
-- Name: COLUMN debit_accounts.revoked_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE shared.debit_accounts TO onnuri_app;

--
-- Name: TABLE grant_programmes; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.grant_programmes TO onnuri_app;
GRANT SELECT ON TABLE shared.grant_programmes TO onnuri_reader;
GRANT SELECT ON TABLE shared.grant_programmes TO onnuri_auditor;

--
-- Name: COLUMN grant_programmes.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.grant_programmes TO onnuri_app;

--
-- Name: COLUMN grant_programmes.decided_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_by) ON TABLE shared.grant_programmes TO onnuri_app;

--
-- Name: COLUMN grant_programmes.decided_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_at) ON TABLE shared.grant_programmes TO onnuri_app;

--
-- Name: TABLE handovers; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.handovers TO onnuri_app;
GRANT SELECT ON TABLE shared.handovers TO onnuri_reader;
GRANT SELECT ON TABLE shared.handovers TO onnuri_auditor;

--
-- Name: COLUMN handovers.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: COLUMN handovers.decided_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_by) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: COLUMN handovers.decided_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_at) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: COLUMN handovers.amount; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(amount) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: COLUMN handovers.entry_id; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(entry_id) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: COLUMN handovers.in_entry_id; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(in_entry_id) ON TABLE shared.handovers TO onnuri_app;

--
-- Name: TABLE lanes; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.lanes TO onnuri_app;
GRANT SELECT ON TABLE shared.lanes TO onnuri_reader;
GRANT SELECT ON TABLE shared.lanes TO onnuri_auditor;

--
-- Name: TABLE logins; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.logins TO onnuri_app;

--
-- Name: COLUMN logins.password_hash; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(password_hash) ON TABLE shared.logins TO onnuri_app;

--
-- Name: TABLE markets; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT,UPDATE ON TABLE shared.markets TO onnuri_app;
GRANT SELECT ON TABLE shared.markets TO onnuri_reader;
GRANT SELECT ON TABLE shared.markets TO onnuri_auditor;

--
-- Name: TABLE matches; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.matches TO onnuri_app;
GRANT SELECT ON TABLE shared.matches TO onnuri_reader;
GRANT SELECT ON TABLE shared.matches TO onnuri_auditor;

--
-- Name: TABLE migration_rows; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.migration_rows TO onnuri_app;
GRANT SELECT ON TABLE shared.migration_rows TO onnuri_reader;
GRANT SELECT ON TABLE shared.migration_rows TO onnuri_auditor;

--
-- Name: COLUMN migration_rows.taken_from; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(taken_from) ON TABLE shared.migration_rows TO onnuri_app;

--
-- Name: TABLE migrations; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.migrations TO onnuri_app;
GRANT SELECT ON TABLE shared.migrations TO onnuri_reader;
GRANT SELECT ON TABLE shared.migrations TO onnuri_auditor;

--
-- Name: COLUMN migrations.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.approved_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(approved_by) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.approved_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(approved_at) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.live_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(live_at) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.opened_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(opened_at) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.rejected_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(rejected_by) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.rejected_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(rejected_at) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.paid_reference; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(paid_reference) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.paid_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(paid_at) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: COLUMN migrations.paid_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(paid_by) ON TABLE shared.migrations TO onnuri_app;

--
-- Name: TABLE opening_gate; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.opening_gate TO onnuri_app;
GRANT SELECT ON TABLE shared.opening_gate TO onnuri_reader;
GRANT SELECT ON TABLE shared.opening_gate TO onnuri_auditor;

--
-- Name: COLUMN opening_gate.one; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(one) ON TABLE shared.opening_gate TO onnuri_app;

--
-- Name: TABLE payouts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.payouts TO onnuri_app;
GRANT SELECT ON TABLE shared.payouts TO onnuri_reader;
GRANT SELECT ON TABLE shared.payouts TO onnuri_auditor;

--
-- Name: COLUMN payouts.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.bank_date; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(bank_date) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.bank_code_given; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(bank_code_given) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.bank_message; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(bank_message) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.answered_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(answered_at) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.inquiries; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(inquiries) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.sent_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(sent_at) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.sends; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(sends) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.inquired_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(inquired_at) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.not_found; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(not_found) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: COLUMN payouts.booked_on; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(booked_on) ON TABLE shared.payouts TO onnuri_app;

--
-- Name: TABLE people; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.people TO onnuri_app;
GRANT SELECT ON TABLE shared.people TO onnuri_reader;
GRANT SELECT ON TABLE shared.people TO onnuri_auditor;

--
-- Name: TABLE policies; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.policies TO onnuri_app;
GRANT SELECT ON TABLE shared.policies TO onnuri_reader;
GRANT SELECT ON TABLE shared.policies TO onnuri_auditor;

--
-- Name: COLUMN policies.valid_to; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(valid_to) ON TABLE shared.policies TO onnuri_app;

--
-- Name: TABLE policy_budgets; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.policy_budgets TO onnuri_app;
GRANT SELECT ON TABLE shared.policy_budgets TO onnuri_reader;
GRANT SELECT ON TABLE shared.policy_budgets TO onnuri_auditor;

--
-- Name: TABLE policy_proposals; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.policy_proposals TO onnuri_app;
GRANT SELECT ON TABLE shared.policy_proposals TO onnuri_reader;
GRANT SELECT ON TABLE shared.policy_proposals TO onnuri_auditor;

--
-- Name: COLUMN policy_proposals.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.policy_proposals TO onnuri_app;

--
-- Name: COLUMN policy_proposals.decided_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_by) ON TABLE shared.policy_proposals TO onnuri_app;

--
-- Name: COLUMN policy_proposals.decided_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(decided_at) ON TABLE shared.policy_proposals TO onnuri_app;

--
-- Name: TABLE public_keys; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.public_keys TO onnuri_app;
GRANT SELECT ON TABLE shared.public_keys TO onnuri_reader;
GRANT SELECT ON TABLE shared.public_keys TO onnuri_auditor;

--
-- Name: COLUMN public_keys.retired_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(retired_at) ON TABLE shared.public_keys TO onnuri_app;

--
-- Name: TABLE role_changes; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.role_changes TO onnuri_app;
GRANT SELECT ON TABLE shared.role_changes TO onnuri_reader;
GRANT SELECT ON TABLE shared.role_changes TO onnuri_auditor;

--
-- Name: TABLE roles; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT,DELETE ON TABLE shared.roles TO onnuri_app;
GRANT SELECT ON TABLE shared.roles TO onnuri_reader;
GRANT SELECT ON TABLE shared.roles TO onnuri_auditor;

--
-- Name: TABLE shop_accounts; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.shop_accounts TO onnuri_app;
GRANT SELECT ON TABLE shared.shop_accounts TO onnuri_reader;
GRANT SELECT ON TABLE shared.shop_accounts TO onnuri_auditor;

--
-- Name: COLUMN shop_accounts.closed_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(closed_at) ON TABLE shared.shop_accounts TO onnuri_app;

--
-- Name: COLUMN shop_accounts.closed_reason; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(closed_reason) ON TABLE shared.shop_accounts TO onnuri_app;

--
-- Name: TABLE shop_statuses; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.shop_statuses TO onnuri_app;
GRANT SELECT ON TABLE shared.shop_statuses TO onnuri_reader;
GRANT SELECT ON TABLE shared.shop_statuses TO onnuri_auditor;

--
-- Name: TABLE shops; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.shops TO onnuri_app;
GRANT SELECT ON TABLE shared.shops TO onnuri_reader;
GRANT SELECT ON TABLE shared.shops TO onnuri_auditor;

--
-- Name: COLUMN shops.market_id; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(market_id) ON TABLE shared.shops TO onnuri_app;

--
-- Name: COLUMN shops.name; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(name) ON TABLE shared.shops TO onnuri_app;

--
-- Name: COLUMN shops.business_number; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(business_number) ON TABLE shared.shops TO onnuri_app;

--
-- Name: COLUMN shops.status; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(status) ON TABLE shared.shops TO onnuri_app;

--
-- Name: COLUMN shops.valid_until; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(valid_until) ON TABLE shared.shops TO onnuri_app;

--
-- Name: COLUMN shops.goods; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(goods) ON TABLE shared.shops TO onnuri_app;

--
-- Name: TABLE sign_in_failures; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.sign_in_failures TO onnuri_app;

--
-- Name: TABLE statement_files; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.statement_files TO onnuri_app;
GRANT SELECT ON TABLE shared.statement_files TO onnuri_reader;
GRANT SELECT ON TABLE shared.statement_files TO onnuri_auditor;

--
-- Name: COLUMN statement_files.matched_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(matched_at) ON TABLE shared.statement_files TO onnuri_app;

--
-- Name: TABLE statement_lines; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.statement_lines TO onnuri_app;
GRANT SELECT ON TABLE shared.statement_lines TO onnuri_reader;
GRANT SELECT ON TABLE shared.statement_lines TO onnuri_auditor;

--
-- Name: TABLE sticker_aliases; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.sticker_aliases TO onnuri_app;
GRANT SELECT ON TABLE shared.sticker_aliases TO onnuri_reader;
GRANT SELECT ON TABLE shared.sticker_aliases TO onnuri_auditor;

--
-- Name: TABLE stickers; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.stickers TO onnuri_app;
GRANT SELECT ON TABLE shared.stickers TO onnuri_reader;
GRANT SELECT ON TABLE shared.stickers TO onnuri_auditor;

--
-- Name: COLUMN stickers.expires_on; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(expires_on) ON TABLE shared.stickers TO onnuri_app;

--
-- Name: COLUMN stickers.revoked_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE shared.stickers TO onnuri_app;

--
-- Name: TABLE tax_consents; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.tax_consents TO onnuri_app;
GRANT SELECT ON TABLE shared.tax_consents TO onnuri_reader;
GRANT SELECT ON TABLE shared.tax_consents TO onnuri_auditor;

--
-- Name: COLUMN tax_consents.revoked_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE shared.tax_consents TO onnuri_app;

--
-- Name: TABLE tax_files; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.tax_files TO onnuri_app;
GRANT SELECT ON TABLE shared.tax_files TO onnuri_reader;
GRANT SELECT ON TABLE shared.tax_files TO onnuri_auditor;

--
-- Name: TABLE tax_registration_ends; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.tax_registration_ends TO onnuri_app;
GRANT SELECT ON TABLE shared.tax_registration_ends TO onnuri_reader;
GRANT SELECT ON TABLE shared.tax_registration_ends TO onnuri_auditor;

--
-- Name: TABLE tax_registrations; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.tax_registrations TO onnuri_app;
GRANT SELECT ON TABLE shared.tax_registrations TO onnuri_reader;
GRANT SELECT ON TABLE shared.tax_registrations TO onnuri_auditor;

--
-- Name: COLUMN tax_registrations.id; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT INSERT(id) ON TABLE shared.tax_registrations TO onnuri_app;

--
-- Name: COLUMN tax_registrations.market_id; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT INSERT(market_id) ON TABLE shared.tax_registrations TO onnuri_app;

--
-- Name: COLUMN tax_registrations.valid_from; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT INSERT(valid_from) ON TABLE shared.tax_registrations TO onnuri_app;

--
-- Name: COLUMN tax_registrations.recorded_by; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT INSERT(recorded_by) ON TABLE shared.tax_registrations TO onnuri_app;

--
-- Name: COLUMN tax_registrations.recorded_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT INSERT(recorded_at) ON TABLE shared.tax_registrations TO onnuri_app;

--
-- Name: TABLE test_clock; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.test_clock TO onnuri_app;
GRANT SELECT ON TABLE shared.test_clock TO onnuri_reader;
GRANT SELECT ON TABLE shared.test_clock TO onnuri_auditor;

--
-- Name: COLUMN test_clock.ahead_seconds; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(ahead_seconds) ON TABLE shared.test_clock TO onnuri_app;

--
-- Name: TABLE tokens; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.tokens TO onnuri_app;

--
-- Name: COLUMN tokens.revoked_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(revoked_at) ON TABLE shared.tokens TO onnuri_app;

--
-- Name: TABLE transfer_codes; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT ON TABLE shared.transfer_codes TO onnuri_app;
GRANT SELECT ON TABLE shared.transfer_codes TO onnuri_reader;
GRANT SELECT ON TABLE shared.transfer_codes TO onnuri_auditor;

--
-- Name: TABLE wallets; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE shared.wallets TO onnuri_app;
GRANT SELECT ON TABLE shared.wallets TO onnuri_reader;
GRANT SELECT ON TABLE shared.wallets TO onnuri_auditor;

--
-- Name: COLUMN wallets.state; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(state) ON TABLE shared.wallets TO onnuri_app;

--
-- Name: COLUMN wallets.closed_at; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(closed_at) ON TABLE shared.wallets TO onnuri_app;

--
-- Name: COLUMN wallets.rejoin_from; Type: ACL; Schema: shared; Owner: onnuri_owner
--

GRANT UPDATE(rejoin_from) ON TABLE shared.wallets TO onnuri_app;

--
-- Name: TABLE access_log; Type: ACL; Schema: vault; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE vault.access_log TO onnuri_app;

--
-- Name: TABLE births; Type: ACL; Schema: vault; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE vault.births TO onnuri_app;

--
-- Name: TABLE persons; Type: ACL; Schema: vault; Owner: onnuri_owner
--

GRANT SELECT,INSERT ON TABLE vault.persons TO onnuri_app;

--
-- PostgreSQL database dump complete
--
