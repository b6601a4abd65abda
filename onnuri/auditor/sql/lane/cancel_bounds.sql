-- Truth: cancels never exceed their payment; each cancel's transfers sum to its amount and run from the shop back to lots
-- which paid, never more to a lot than it gave; a cancel is the payment's shop's and in time. Every cancel entry is one cancel's.
WITH posted AS (
    SELECT c.id, coalesce(sum(t.amount), 0)::bigint AS moved,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'cancel' AND t.effective_on = c.business_date
               AND s.path = 'merchant:' || replace(c.shop_id::text, '-', '')), 0)::bigint AS proper
    FROM cancels c
    LEFT JOIN transfers t ON t.entry_id = c.entry_id
    LEFT JOIN accounts s ON s.id = t.debit_account
    GROUP BY c.id
), given AS (
    SELECT p.id AS payment_id, t.debit_account AS lot, sum(t.amount)::bigint AS won
    FROM (SELECT DISTINCT payment_id FROM cancels) AS c
    JOIN payments p ON p.id = c.payment_id JOIN transfers t ON t.entry_id = p.entry_id
    GROUP BY p.id, t.debit_account
), back AS (
    SELECT c.payment_id, t.credit_account AS lot, sum(t.amount)::bigint AS won
    FROM cancels c JOIN transfers t ON t.entry_id = c.entry_id GROUP BY c.payment_id, t.credit_account
)
SELECT format('cancel %s', c.id), format('amount %s; its entry moved %s, of which %s from its shop on its day', c.amount, x.moved, x.proper),
       greatest(abs(c.amount - x.moved), abs(c.amount - x.proper)),
       CASE WHEN c.amount > x.proper THEN 'holder' ELSE 'shop' END
FROM posted x JOIN cancels c ON c.id = x.id WHERE (c.amount, c.amount) <> (x.moved, x.proper)
UNION ALL
SELECT format('payment %s', p.id), format('of %s, cancelled %s', p.amount, sum(c.amount)), (sum(c.amount) - p.amount)::bigint, 'shop'
FROM payments p JOIN cancels c ON c.payment_id = p.id GROUP BY p.id, p.amount HAVING sum(c.amount) > p.amount
UNION ALL
SELECT format('payment %s', b.payment_id), format('gave %s from %s and got %s back', coalesce(g.won, 0), coalesce(a.path, '?'), b.won),
       b.won - coalesce(g.won, 0), 'pool'
FROM back b LEFT JOIN given g ON g.payment_id = b.payment_id AND g.lot = b.lot LEFT JOIN accounts a ON a.id = b.lot
WHERE b.won > coalesce(g.won, 0)
UNION ALL
SELECT format('cancel %s', c.id), 'is of another shop, too late, or wrong about its day', c.amount, 'shop'
FROM cancels c LEFT JOIN payments p ON p.id = c.payment_id LEFT JOIN shared.policies y ON y.id = p.policy_id
WHERE p.id IS NULL OR c.shop_id <> p.shop_id OR c.same_day <> (c.business_date = p.business_date)
   OR c.cancelled_at > p.paid_at + y.cancel_days * interval '24 hours'
UNION ALL
SELECT format('entry %s', e.id), format('is a cancel in the books of %s cancels', count(c.id)),
       (SELECT sum(t.amount)::bigint FROM transfers t WHERE t.entry_id = e.id), 'shop'
FROM entries e LEFT JOIN cancels c ON c.entry_id = e.id
WHERE e.reverses IS NULL AND EXISTS (SELECT 1 FROM transfers t WHERE t.entry_id = e.id AND t.code = 'cancel')
GROUP BY e.id HAVING count(c.id) <> 1
