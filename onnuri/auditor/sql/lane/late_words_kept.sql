-- Truth: what the bank said after an order had ended as failed is of such an order, once; a break that says so has that word behind it.
WITH said AS (
    SELECT id, split_part(reference, ':', 1) AS kind, reference,
           CASE WHEN reference ~ '^(charge|refund|purchase):[0-9a-f]{32}$' THEN split_part(reference, ':', 2)::uuid END AS order_id
    FROM shared.breaks WHERE kind = 'paid_after_failed'
), named AS MATERIALIZED (
    SELECT order_id FROM late_words UNION SELECT order_id FROM said
), orders AS (
    SELECT 'charge' AS kind, id, status, answered_at, paid AS won FROM charges WHERE id IN (SELECT order_id FROM named)
    UNION ALL SELECT 'refund', id, status, answered_at, paid FROM refunds WHERE id IN (SELECT order_id FROM named)
    UNION ALL SELECT 'purchase', id, status, answered_at, amount FROM company_purchases WHERE id IN (SELECT order_id FROM named)
)
SELECT format('%s %s', w.kind, w.order_id) AS subject, format('was told %s times as done after it had failed, at %s; it is %s since %s', w.times, w.heard_at, o.status, o.answered_at)
       AS detail, coalesce(o.won, 0) AS loss, 'pool' AS loses
FROM (SELECT kind, order_id, count(*) AS times, min(heard_at) AS heard_at FROM late_words GROUP BY kind, order_id) AS w
LEFT JOIN orders o ON o.kind = w.kind AND o.id = w.order_id
WHERE w.times > 1 OR o.status IS DISTINCT FROM 'FAILED' OR w.heard_at < o.answered_at
UNION ALL
SELECT format('break %s', s.id), format('says that the bank did %s after it had failed; nothing of the kind was heard', s.reference), o.won, 'pool'
FROM said s JOIN orders o ON o.kind = s.kind AND o.id = s.order_id
WHERE NOT EXISTS (SELECT 1 FROM late_words w WHERE w.kind = s.kind AND w.order_id = s.order_id)
