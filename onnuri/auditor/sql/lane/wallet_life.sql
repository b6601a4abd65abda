-- Truth: while a wallet is blocked none of its payments gets into the books; who left comes back only after the days the rules say and
-- takes every standing order along; a standing order charges what its holder agreed to, while it held.
WITH seqs AS (
    -- payments beside the transfers that blocks name, and where the feed of events, which is in the order of the books, tells them
    SELECT t.seq, o.position FROM transfers t JOIN payments p ON p.entry_id = t.entry_id JOIN outbox o ON o.topic = 'payment.made' AND o.subject_id = p.id
    WHERE t.seq IN (SELECT unnest(ARRAY[after_seq, after_seq + 1, lift_seq, lift_seq + 1]) FROM wallet_blocks)
), places AS (
    SELECT b.id, x.seq, o.position, was.position AS before, next.position AS after
    FROM wallet_blocks b
    CROSS JOIN LATERAL (VALUES (b.after_seq, b.blocked_at, 'wallet.' || b.kind), (b.lift_seq, b.lifted_at, 'wallet.opened')) AS x (seq, at, topic)
    JOIN outbox o ON (o.topic, o.subject_id, o.recorded_at) = (x.topic, b.wallet_id, x.at)
    LEFT JOIN seqs was ON was.seq = x.seq LEFT JOIN seqs next ON next.seq = x.seq + 1
), ordered AS (
    -- charges of standing orders: the key names the order
    SELECT c.*, substr(o.key, 1, 32) AS rule FROM outcomes o JOIN charges c ON c.id = o.subject_id WHERE o.caller = 'auto_charge' AND o.kind = 'charge'
)
SELECT format('wallet %s', b.wallet_id) AS subject, format('was blocked after transfer %s; transfer %s pays from it', b.after_seq, t.seq) AS detail,
       t.amount AS loss, 'holder' AS loses
FROM wallet_blocks b JOIN payments p ON p.wallet_id = b.wallet_id JOIN transfers t ON t.entry_id = p.entry_id
WHERE t.seq > b.after_seq AND (b.lift_seq IS NULL OR t.seq <= b.lift_seq)
UNION ALL
SELECT format('block %s', p.id), format('is event %s and was noted after transfer %s, told by %s; the next is told by %s', p.position, p.seq, p.before, p.after), 0, 'holder'
FROM places p WHERE p.before > p.position OR p.after < p.position OR p.seq > (SELECT last_seq FROM lane) OR p.seq < 0
UNION ALL
SELECT format('block %s', b.id), format('of %s by %s, lifted by %s at %s', b.blocked_at, b.blocked_by, b.lifted_by, b.lifted_at), 0, 'holder'
FROM wallet_blocks b
WHERE NOT EXISTS (SELECT 1 FROM wallets w WHERE w.id = b.wallet_id) OR NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = b.blocked_by)
   OR num_nulls(b.lifted_at, b.lifted_by, b.lift_reason, b.lift_seq) NOT IN (0, 4) OR b.lifted_at < b.blocked_at OR b.lift_seq < b.after_seq
   OR (b.lifted_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = b.lifted_by))
UNION ALL
SELECT format('wallet %s', w.id), format('%s, left %s, may come back from %s', w.state, w.closed_at, w.rejoin_from), 0, 'nobody'
FROM shared.wallets w LEFT JOIN shared.policies y ON w.closed_at >= y.valid_from AND NOT EXISTS (SELECT 1 FROM shared.policies z WHERE z.valid_from > y.valid_from AND z.valid_from <= w.closed_at)
WHERE w.lane = current_schema() AND ((w.state = 'CLOSED') <> (w.closed_at IS NOT NULL) OR w.closed_at < w.opened_at
   OR w.rejoin_from IS DISTINCT FROM ((w.closed_at AT TIME ZONE 'Asia/Seoul')::date + y.rejoin_days + 1)::timestamp AT TIME ZONE 'Asia/Seoul')
UNION ALL
SELECT format('wallet %s', n.id), format('was opened %s; its holder had left and could come back from %s', n.opened_at, w.rejoin_from), 0, 'nobody'
FROM shared.wallets w JOIN shared.wallets n ON n.holder_id = w.holder_id AND n.id <> w.id AND n.opened_at >= w.closed_at
WHERE n.lane = current_schema() AND n.opened_at < w.rejoin_from
UNION ALL
SELECT format('wallet %s', w.id), format('was opened on a day on which its holder was not old enough: %s years', a.age_min), 0, 'nobody'
FROM shared.wallets w JOIN shared.age_checks a ON a.person_id = w.holder_id AND a.checked_on = (w.opened_at AT TIME ZONE 'Asia/Seoul')::date
WHERE w.lane = current_schema() AND NOT a.old_enough
UNION ALL
SELECT format('standing order %s', r.id), format('%s: day %s, below %s, of %s, agreed %s, withdrawn %s', r.kind, r.day_of_month, r.below, r.face, r.consented_at, r.revoked_at),
       coalesce(r.face, 0), 'holder'
FROM auto_charges r LEFT JOIN wallets w ON w.id = r.wallet_id LEFT JOIN shared.wallets d ON d.id = r.wallet_id
WHERE w.id IS NULL OR r.revoked_at < r.consented_at OR (w.status = 'CLOSED' AND r.revoked_at IS DISTINCT FROM least(r.revoked_at, d.closed_at))
   OR (r.kind = 'date') <> (r.day_of_month IS NOT NULL) OR (r.kind = 'balance') <> (r.below IS NOT NULL) OR (r.kind = 'shortfall') <> (r.face IS NULL)
UNION ALL
SELECT format('charge %s', c.id), format('of %s by the standing order %s of %s, agreed %s, withdrawn %s', c.face, c.rule, r.face, r.consented_at, r.revoked_at), c.face, 'holder'
FROM ordered c LEFT JOIN auto_charges r ON replace(r.id::text, '-', '') = c.rule
WHERE (r.wallet_id, r.face) IS DISTINCT FROM (c.wallet_id, c.face) OR c.requested_at < r.consented_at OR c.requested_at > r.revoked_at
UNION ALL
SELECT format('wallet %s', wallet_id), format('has %s standing orders of the kind %s at once', count(*), kind), 0, 'holder'
FROM auto_charges WHERE revoked_at IS NULL GROUP BY wallet_id, kind HAVING count(*) > 1
