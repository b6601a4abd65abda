-- Truth: what an act says of itself it says the same wherever it is written: its key's answer, its event, its entry, its lot;
-- its dates follow from its instants; whoever it names exists.
WITH told AS (
    -- each act, its instant, and the event that must tell it, once
    SELECT 'payment' AS kind, p.id, p.amount AS won, p.paid_at AS at, 'payment.made' AS topic, p.id AS subject_id, p.paid_at AS told_at,
           jsonb_build_object('shop_id', replace(p.shop_id::text, '-', ''), 'wallet_id', replace(p.wallet_id::text, '-', ''), 'amount', p.amount) AS facts
    FROM payments p
    UNION ALL
    SELECT 'cancel', c.id, c.amount, c.cancelled_at, 'payment.cancelled', c.payment_id, c.cancelled_at,
           jsonb_build_object('shop_id', replace(c.shop_id::text, '-', ''), 'cancel_id', replace(c.id::text, '-', ''), 'amount', c.amount)
    FROM cancels c
    UNION ALL
    SELECT 'charge', c.id, c.face, c.requested_at, CASE WHEN c.status = 'SUCCEEDED' THEN 'charge.succeeded' WHEN c.status = 'FAILED' THEN 'charge.failed' END,
           c.id, c.answered_at, CASE WHEN c.status = 'SUCCEEDED' THEN jsonb_build_object('wallet_id', replace(c.wallet_id::text, '-', ''), 'face', c.face)
                                     ELSE jsonb_build_object('wallet_id', replace(c.wallet_id::text, '-', '')) END
    FROM charges c
    UNION ALL
    SELECT 'refund', r.id, r.amount, r.requested_at, CASE r.kind WHEN 'unclaimed' THEN 'unclaimed' ELSE 'refund' END || '.requested', r.id, r.requested_at,
           CASE r.kind WHEN 'unclaimed' THEN jsonb_build_object('wallet_id', replace(r.wallet_id::text, '-', ''), 'amount', r.paid)
           ELSE jsonb_build_object('wallet_id', replace(r.wallet_id::text, '-', ''), 'charge_id', replace(coalesce(r.charge_id, r.moved_lot)::text, '-', ''),
                                   'paid', r.paid, 'subsidy', r.subsidy) END FROM refunds r
    UNION ALL
    SELECT 'refund', r.id, r.amount, r.requested_at, CASE r.kind WHEN 'unclaimed' THEN 'unclaimed' ELSE 'refund' END || '.' || lower(r.status), r.id, r.answered_at,
           CASE r.kind WHEN 'unclaimed' THEN jsonb_build_object('wallet_id', replace(r.wallet_id::text, '-', ''), 'amount', r.paid)
           ELSE jsonb_build_object('wallet_id', replace(r.wallet_id::text, '-', ''), 'charge_id', replace(coalesce(r.charge_id, r.moved_lot)::text, '-', ''),
                                   'paid', r.paid) END
    FROM refunds r WHERE r.status IN ('SUCCEEDED', 'FAILED')
), events AS (
    SELECT o.*, CASE WHEN topic LIKE 'payment.%' THEN payload - 'confirmation' WHEN topic = 'charge.failed' THEN payload - 'code'
                     WHEN topic = 'refund.succeeded' THEN payload - 'subsidy' ELSE payload END AS facts
    FROM outbox o WHERE topic IN ('payment.made', 'payment.cancelled', 'charge.succeeded', 'charge.failed', 'refund.requested', 'refund.succeeded', 'refund.failed',
                                      'unclaimed.requested', 'unclaimed.succeeded', 'unclaimed.failed')
), orders AS (
    SELECT 'charge' AS kind, id, wallet_id, debit_account_id, bank_tran_id, status, requested_at, requested_on, answered_at, face AS won, inquiries FROM charges
    UNION ALL
    SELECT 'refund', id, wallet_id, debit_account_id, bank_tran_id, status, requested_at, requested_on, answered_at, amount, inquiries FROM refunds
)
SELECT format('%s %s', t.kind, t.id) AS subject, format('no event %s tells it as it is', t.topic) AS detail, t.won AS loss, 'nobody' AS loses
FROM told t
WHERE t.topic IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM events e WHERE e.topic = t.topic AND e.subject_id = t.subject_id AND e.facts @> t.facts AND t.facts @> e.facts AND e.recorded_at = t.told_at)
UNION ALL
SELECT format('event %s', e.position), format('tells %s of %s, which is not so', e.topic, e.subject_id), 0, 'nobody'
FROM events e WHERE NOT EXISTS (
    SELECT 1 FROM told t WHERE t.topic = e.topic AND t.subject_id = e.subject_id AND e.facts @> t.facts AND t.facts @> e.facts AND e.recorded_at = t.told_at)
UNION ALL
SELECT format('event %s', position), 'shows other digits than its payment has', 0, 'holder'
FROM outbox WHERE topic = 'payment.made'
  -- the last four digits of the identity as a number, from its four quarters
  AND payload ->> 'confirmation' IS DISTINCT FROM (
      SELECT lpad((sum(('x' || substr(replace(subject_id::text, '-', ''), n, 8))::bit(32)::bigint * weight) % 10000)::bigint::text, 4, '0')
      FROM (VALUES (1, 336), (9, 1616), (17, 7296), (25, 1)) AS q (n, weight))
UNION ALL
SELECT format('event %s', o.position), 'tells of a closed day that is not, or not then', 0, 'nobody'
FROM outbox o LEFT JOIN days d ON d.day::text = o.payload ->> 'day'
WHERE o.topic = 'day.closed' AND (d.day IS NULL OR d.closed_at <> o.recorded_at OR o.payload - 'day' <> '{}')
UNION ALL
SELECT format('%s %s', t.kind, t.id), format('says %s, its key was answered at %s', t.at, o.recorded_at), t.won, 'nobody'
FROM told t JOIN outcomes o ON o.kind = t.kind AND o.subject_id = t.id WHERE o.recorded_at <> t.at
UNION ALL
SELECT format('%s %s', o.kind, o.id), format('is %s, asked %s on %s, answered %s', o.status, o.requested_at, o.requested_on, o.answered_at), o.won, 'nobody'
FROM orders o
WHERE (o.status IN ('SUCCEEDED', 'FAILED')) <> (o.answered_at IS NOT NULL) OR o.answered_at < o.requested_at OR o.inquiries < 0
   OR o.requested_on <> (o.requested_at AT TIME ZONE 'Asia/Seoul')::date OR o.bank_tran_id !~ '^[A-Z][0-9]{9}U[0-9A-Z]{9}$'
UNION ALL
SELECT format('%s %s', o.kind, o.id), 'is with a bank account that is not its holder''s', o.won, 'holder'
FROM orders o LEFT JOIN shared.wallets w ON w.id = o.wallet_id LEFT JOIN shared.debit_accounts d ON d.id = o.debit_account_id
WHERE d.holder_id IS DISTINCT FROM w.holder_id OR d.id IS NULL
UNION ALL
SELECT format('charge %s', c.id), format('was never answered in the books: %s', c.entry_id), c.face, 'nobody'
FROM charges c LEFT JOIN entries e ON e.id = c.entry_id WHERE c.status = 'SUCCEEDED' AND (e.id IS NULL OR e.recorded_at < c.answered_at)
UNION ALL
SELECT format('refund %s', r.id), format('a %s of %s where %s was used', r.kind, r.amount, r.used), r.amount, 'pool'
FROM refunds r WHERE (r.kind = 'residual') <> (r.used > 0) OR r.used < 0
UNION ALL
SELECT format('payment %s', p.id), format('of a shop that was %s, in the market %s, by the code %s', p.shop_status, p.market_id, p.sticker_id), p.amount, 'shop'
FROM payments p LEFT JOIN shared.stickers k ON k.id = p.sticker_id
WHERE p.shop_status <> 'ACTIVE' OR p.tender <> 'wallet'
   OR (p.channel = 'card') <> EXISTS (SELECT 1 FROM transfers t JOIN accounts a ON a.id = t.credit_account WHERE t.entry_id = p.entry_id AND a.kind = 'card_issuer') OR NOT EXISTS (SELECT 1 FROM shared.markets m WHERE m.id = p.market_id)
   OR (p.sticker_id IS NOT NULL AND k.shop_id IS DISTINCT FROM p.shop_id)
UNION ALL
SELECT format('payment %s', p.id), format('says its market was registered at the tax service: %s; what was recorded of that moment says %s',
              p.tax_registered, r.registered), 0, 'state'
FROM payments p CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS registered FROM shared.tax_registrations t
    WHERE t.market_id = p.market_id AND t.valid_from <= p.paid_at AND (t.valid_to IS NULL OR p.paid_at < t.valid_to)) AS r
WHERE r.registered <> p.tax_registered
