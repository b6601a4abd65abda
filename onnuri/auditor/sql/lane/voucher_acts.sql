-- Truth: what happened to gifts, credits, claw-backs, purchases, expiries and wallets is told by its event, once and as it was, and came
-- through its key; no event tells what did not happen.
WITH acts AS (
    -- each act: what its key says it was, and the event that must tell it
    SELECT 'gift' AS kind, g.id, g.amount AS won, g.sent_at AS at, 'gift.sent' AS topic, g.id AS subject_id,
           jsonb_build_object('wallet_id', replace(g.from_wallet::text, '-', ''), 'amount', g.amount) AS facts FROM gifts g
    UNION ALL
    SELECT NULL, r.gift_id, r.amount, r.sent_at, 'gift.received', r.gift_id, jsonb_build_object('wallet_id', replace(r.to_wallet::text, '-', ''), 'amount', r.amount)
    FROM gifts_received r
    UNION ALL
    SELECT NULL, g.id, g.amount, g.ended_at, CASE g.status WHEN 'ACCEPTED' THEN 'gift.accepted' ELSE 'gift.returned' END, g.id,
           jsonb_build_object('wallet_id', replace(g.from_wallet::text, '-', ''), 'amount', g.amount, 'reason', g.end_reason) FROM gifts g WHERE g.status <> 'BOXED'
    UNION ALL
    SELECT NULL, r.gift_id, r.amount, r.ended_at, CASE r.status WHEN 'ACCEPTED' THEN 'gift.accepted' ELSE 'gift.returned' END, r.gift_id,
           jsonb_build_object('wallet_id', replace(r.to_wallet::text, '-', ''), 'amount', r.amount) FROM gifts_received r WHERE r.status <> 'BOXED'
    UNION ALL
    SELECT 'credit_unit', u.id, u.total, u.recorded_at, CASE WHEN u.credited > 0 THEN 'credits.made' END, u.id,
           jsonb_build_object('source', u.source_id, 'lines', u.credited, 'total', u.total, 'name', CASE u.kind
               WHEN 'grant' THEN (SELECT g.name FROM shared.grant_programmes g WHERE g.id = u.source_id)
               ELSE (SELECT c.name FROM shared.companies c WHERE replace(c.id::text, '-', '') = u.source_id) END) FROM credit_units u
    UNION ALL
    SELECT 'claw_back', c.id, c.amount, c.clawed_at, 'grant.clawed_back', c.id, jsonb_build_object('wallet_id', replace(c.wallet_id::text, '-', ''), 'from_lot', c.from_lot,
           'owed', c.owed, 'reason', c.reason) FROM claw_backs c
    UNION ALL
    SELECT CASE WHEN r.how <> 'refilled' THEN 'repayment' END, r.id, r.amount, r.repaid_at, 'claw_back.repaid', r.id,
           jsonb_build_object('wallet_id', replace(r.wallet_id::text, '-', ''), 'amount', r.amount, 'how', r.how) FROM claw_back_repayments r
    UNION ALL
    SELECT 'company_purchase', p.id, p.amount, p.requested_at, NULL, p.id, NULL FROM company_purchases p
    UNION ALL
    SELECT NULL, p.id, p.amount, p.answered_at, CASE p.status WHEN 'SUCCEEDED' THEN 'company.bought' WHEN 'FAILED' THEN 'company.purchase_failed' END, p.id,
           jsonb_build_object('company_id', replace(p.company_id::text, '-', ''), 'amount', p.amount) FROM company_purchases p
    UNION ALL
    SELECT NULL, e.lot_id, e.amount, e.posted_at, 'lot.expired', e.lot_id, jsonb_build_object('wallet_id', replace(l.wallet_id::text, '-', ''), 'amount', e.amount, 'owed', e.paid)
    FROM expirations e LEFT JOIN lots l ON l.id = e.lot_id
    UNION ALL
    SELECT NULL, n.lot_id, 0, n.noticed_at, 'lot.expiring', n.lot_id, jsonb_build_object('wallet_id', replace(l.wallet_id::text, '-', ''), 'days_before', n.days_before,
           'until_on', to_char((n.expires_at - interval '1 microsecond') AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD')) FROM expiry_notices n LEFT JOIN lots l ON l.id = n.lot_id
    UNION ALL
    SELECT NULL, b.id, 0, b.blocked_at, 'wallet.' || b.kind, b.wallet_id, '{}' FROM wallet_blocks b
    UNION ALL
    SELECT NULL, b.id, 0, b.lifted_at, CASE WHEN NOT EXISTS (SELECT 1 FROM wallet_blocks o WHERE o.wallet_id = b.wallet_id AND o.id <> b.id AND o.blocked_at <= b.lifted_at
           AND (o.lifted_at IS NULL OR o.lifted_at > b.lifted_at)) THEN 'wallet.opened' END, b.wallet_id, '{}' FROM wallet_blocks b WHERE b.lifted_at IS NOT NULL
    UNION ALL
    SELECT NULL, w.id, 0, w.closed_at, 'wallet.closed', w.id, jsonb_build_object('rejoin_on', to_char(w.rejoin_from AT TIME ZONE 'Asia/Seoul', 'YYYY-MM-DD'))
    FROM shared.wallets w WHERE w.lane = current_schema() AND w.state = 'CLOSED'
    UNION ALL
    SELECT NULL, h.id, h.amount, h.decided_at, x.topic, x.wallet_id, jsonb_build_object('amount', h.amount, 'handover_id', replace(h.id::text, '-', ''))
    FROM shared.handovers h CROSS JOIN LATERAL (VALUES ('wallet.handed_over', h.from_wallet), ('wallet.took_over', h.to_wallet)) AS x (topic, wallet_id)
    JOIN wallets w ON w.id = x.wallet_id WHERE h.status = 'APPROVED'
    UNION ALL
    SELECT NULL, m.id, 0, m.live_at, 'migration.live', m.id, jsonb_build_object('wallets', x.wallets)
    FROM shared.migrations m JOIN LATERAL (SELECT count(DISTINCT l.wallet_id) AS wallets FROM lot_origins o JOIN lots l ON l.id = o.lot_id WHERE o.migration_id = m.id) AS x
        ON x.wallets > 0 WHERE m.status = 'LIVE'
), events AS (
    SELECT o.position, o.topic, o.subject_id, o.recorded_at, CASE WHEN topic = 'lot.expiring' THEN payload - 'amount' WHEN topic IN ('wallet.lost', 'wallet.frozen') THEN payload - 'blocked_at'
                WHEN topic = 'company.purchase_failed' THEN payload - 'code' ELSE payload END AS facts
    FROM outbox o WHERE topic LIKE 'gift.%' OR topic LIKE 'wallet.%' OR topic LIKE 'lot.%' OR topic LIKE 'company.%'
        OR topic IN ('credits.made', 'grant.clawed_back', 'claw_back.repaid', 'migration.live')
), answered AS (
    SELECT kind, subject_id, count(*) AS keys, min(recorded_at) AS at FROM outcomes WHERE subject_id IS NOT NULL GROUP BY kind, subject_id
), ended AS (
    -- gifts that somebody of this lane accepted, declined or withdrew, under one key; what timed out or was in the way of a leaving had none
    SELECT id, ended_at FROM gifts WHERE end_reason = 'withdrawn' OR (end_reason <> 'timed_out' AND to_lane = current_schema())
    UNION SELECT gift_id, ended_at FROM gifts_received r WHERE status = 'ACCEPTED'
)
SELECT coalesce(a.kind, a.topic) || ' ' || a.id AS subject, format('no event %s tells it as it was at %s', a.topic, a.at) AS detail, a.won AS loss, 'nobody' AS loses
FROM acts a WHERE a.topic IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM events e WHERE e.topic = a.topic AND e.subject_id = a.subject_id AND e.recorded_at = a.at AND e.facts @> a.facts)
UNION ALL
SELECT format('event %s', e.position), format('tells %s of %s, which was not so', e.topic, e.subject_id), 0, 'nobody'
FROM events e WHERE NOT EXISTS (
    SELECT 1 FROM acts a WHERE a.topic = e.topic AND a.subject_id = e.subject_id AND e.recorded_at = a.at AND (e.facts @> a.facts)
      AND (a.facts @> (e.facts - 'reason') OR a.topic IN ('wallet.lost', 'wallet.frozen', 'wallet.opened')))
UNION ALL
SELECT format('%s %s', a.kind, a.id), format('came through %s keys, at %s; it says %s', coalesce(k.keys, 0), k.at, a.at), a.won, 'nobody'
FROM acts a LEFT JOIN answered k ON k.kind = a.kind AND k.subject_id = a.id WHERE a.kind IS NOT NULL AND (k.keys IS DISTINCT FROM 1 OR k.at <> a.at)
UNION ALL
SELECT format('key of %s %s', k.kind, k.subject_id), 'was answered with what does not exist', 0, 'nobody'
FROM answered k WHERE (k.kind IN ('gift', 'credit_unit', 'claw_back', 'repayment', 'company_purchase') AND NOT EXISTS (SELECT 1 FROM acts a WHERE a.kind = k.kind AND a.id = k.subject_id))
   OR (k.kind = 'wallet_close' AND NOT EXISTS (SELECT 1 FROM shared.wallets w WHERE w.id = k.subject_id AND w.state = 'CLOSED' AND w.closed_at = k.at))
   OR (k.kind = 'gift_end' AND NOT EXISTS (SELECT 1 FROM gifts g WHERE g.id = k.subject_id AND g.ended_at = k.at)
                          AND NOT EXISTS (SELECT 1 FROM gifts_received r WHERE r.gift_id = k.subject_id AND r.ended_at = k.at))
   OR k.kind NOT IN ('charge', 'payment', 'cancel', 'refund', 'gift', 'gift_end', 'credit_unit', 'claw_back', 'repayment', 'company_purchase', 'wallet_close')
UNION ALL
SELECT format('key %s of %s', key, caller), format('was refused a %s, which nobody can ask for', kind), 0, 'nobody'
FROM outcomes WHERE subject_id IS NULL AND kind NOT IN ('charge', 'payment', 'cancel', 'refund', 'gift', 'gift_end', 'credit_unit', 'claw_back', 'repayment', 'company_purchase', 'wallet_close')
UNION ALL
SELECT format('gift %s', e.id), format('was ended by %s keys', count(k.kind)), 0, 'nobody'
FROM ended e LEFT JOIN answered k ON k.kind = 'gift_end' AND k.subject_id = e.id GROUP BY e.id HAVING sum(k.keys) > 1
