-- Truth: what a company bought is in the books once, for its amount, and only where it was paid; dates follow from instants.
SELECT format('purchase %s', p.id) AS subject, format('is %s of %s by %s; the books have %s of it', p.status, p.amount, p.how, t.won) AS detail,
       greatest(abs(p.amount - t.won), 0) AS loss, 'pool' AS loses
FROM company_purchases p CROSS JOIN LATERAL (
    SELECT coalesce(sum(t.amount), 0)::bigint AS won FROM transfers t
    JOIN accounts d ON d.id = t.debit_account JOIN accounts c ON c.id = t.credit_account
    WHERE t.entry_id = p.entry_id AND t.code = 'company_bought' AND d.path = 'bank:trust'
      AND c.path = 'purchase:' || replace(p.company_id::text, '-', '')) AS t
WHERE t.won <> CASE WHEN p.status = 'SUCCEEDED' THEN p.amount ELSE 0 END
UNION ALL
SELECT format('entry %s', t.entry_id), format('buys for a company, of %s purchases', count(p.id)), sum(t.amount)::bigint, 'pool'
FROM transfers t JOIN entries e ON e.id = t.entry_id LEFT JOIN company_purchases p ON p.entry_id = t.entry_id
WHERE t.code = 'company_bought' AND e.reverses IS NULL GROUP BY t.entry_id HAVING count(p.id) <> 1
UNION ALL
SELECT format('purchase %s', p.id), format('is %s, asked %s on %s, answered %s', p.status, p.requested_at, p.requested_on, p.answered_at), p.amount, 'nobody'
FROM company_purchases p
WHERE p.answered_at < p.requested_at OR p.inquiries < 0 OR p.requested_on <> (p.requested_at AT TIME ZONE 'Asia/Seoul')::date
   OR (p.how = 'withdrawal' AND p.bank_tran_id !~ '^[A-Z][0-9]{9}U[0-9A-Z]{9}$')
UNION ALL
SELECT format('purchase %s', p.id), 'is with a bank account that is not its company''s', p.amount, 'pool'
FROM company_purchases p LEFT JOIN shared.company_accounts a ON a.id = p.account_id
WHERE p.how = 'withdrawal' AND a.company_id IS DISTINCT FROM p.company_id
UNION ALL
SELECT format('purchase %s', p.id), format('came through %s keys', count(o.key)), p.amount, 'nobody'
FROM company_purchases p LEFT JOIN outcomes o ON o.kind = 'company_purchase' AND o.subject_id = p.id
GROUP BY p.id, p.amount HAVING count(o.key) <> 1
UNION ALL
SELECT format('purchase %s', p.id), 'no event tells it as it is', p.amount, 'nobody'
FROM company_purchases p
WHERE p.status IN ('SUCCEEDED', 'FAILED') AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.subject_id = p.id AND o.topic = CASE WHEN p.status = 'SUCCEEDED' THEN 'company.bought' ELSE 'company.purchase_failed' END
      AND o.payload ->> 'company_id' = replace(p.company_id::text, '-', '') AND o.payload ->> 'amount' = p.amount::text AND o.recorded_at = p.answered_at)
