-- Truth: a payment's transfers sum to its amount; all come from lots of its wallet that had not
-- expired or were in grace, all go to its
-- shop, on its business date. Every payment entry is one payment's.
WITH posted AS (
    SELECT p.id, coalesce(sum(t.amount), 0)::bigint AS moved,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'payment' AND l.wallet_id = p.wallet_id
               AND (l.expires_at > p.paid_at OR EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id AND g.until > p.paid_at))
               AND s.path = 'merchant:' || replace(p.shop_id::text, '-', '') AND t.effective_on = p.business_date), 0)::bigint AS proper
    FROM payments p
    LEFT JOIN transfers t ON t.entry_id = p.entry_id
    LEFT JOIN lots l ON l.account_id = t.debit_account
    LEFT JOIN accounts s ON s.id = t.credit_account
    GROUP BY p.id
)
SELECT format('payment %s', p.id), format('amount %s; its entry moved %s, of which %s from its wallet to its shop on its day',
              p.amount, x.moved, x.proper),
       greatest(abs(p.amount - x.moved), abs(p.amount - x.proper)),
       CASE WHEN p.amount > x.proper THEN 'shop' ELSE 'holder' END
FROM posted x JOIN payments p ON p.id = x.id WHERE (p.amount, p.amount) <> (x.moved, x.proper)
UNION ALL
SELECT format('entry %s', e.id), format('is a payment in the books of %s payments', count(p.id)),
       (SELECT sum(t.amount)::bigint FROM transfers t WHERE t.entry_id = e.id), 'holder'
FROM entries e LEFT JOIN payments p ON p.entry_id = e.id
WHERE e.reverses IS NULL AND EXISTS (SELECT 1 FROM transfers t WHERE t.entry_id = e.id AND t.code = 'payment')
GROUP BY e.id HAVING count(p.id) <> 1
