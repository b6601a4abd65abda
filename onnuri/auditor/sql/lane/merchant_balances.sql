-- Truth: what the books owe a shop is what its lines still have to pay and what no line holds yet; what a shop owes is
-- what its lines ended below zero, less what later lines kept. Reversals count as they are in the books.
WITH sides AS (
    SELECT shop_id, payable AS owed, greatest(-(net - fee - held - debt_repaid), 0) - debt_repaid AS owes
    FROM settlement_lines WHERE payout_id IS NULL
    UNION ALL
    SELECT shop_id, 0, greatest(-(net - fee - held - debt_repaid), 0) - debt_repaid FROM settlement_lines WHERE payout_id IS NOT NULL
    UNION ALL
    SELECT p.shop_id, p.amount, 0 FROM payments p
    WHERE NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE (l.day, l.shop_id, l.channel) = (p.business_date, p.shop_id, p.channel))
    UNION ALL
    SELECT c.shop_id, -c.amount, 0 FROM cancels c JOIN payments p ON p.id = c.payment_id
    WHERE NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE (l.day, l.shop_id, l.channel) = (c.business_date, c.shop_id, p.channel))
    UNION ALL
    SELECT substr(a.path, length(a.kind) + 2)::uuid, CASE WHEN a.kind = 'merchant' THEN x.won ELSE 0 END,
           CASE WHEN a.kind = 'merchant_receivable' THEN -x.won ELSE 0 END
    FROM (SELECT t.credit_account AS account, t.amount AS won FROM transfers t JOIN entries e ON e.id = t.entry_id WHERE e.reverses IS NOT NULL
          UNION ALL
          SELECT t.debit_account, -t.amount FROM transfers t JOIN entries e ON e.id = t.entry_id WHERE e.reverses IS NOT NULL) AS x
    JOIN accounts a ON a.id = x.account WHERE a.kind IN ('merchant', 'merchant_receivable')
), expected AS (
    SELECT replace(shop_id::text, '-', '') AS shop, sum(owed)::bigint AS owed, sum(owes)::bigint AS owes FROM sides GROUP BY shop_id
), booked AS (
    SELECT split_part(a.path, ':', 2) AS shop,
           coalesce(sum(b.credits - b.debits) FILTER (WHERE a.kind = 'merchant'), 0)::bigint AS owed,
           coalesce(sum(b.debits - b.credits) FILTER (WHERE a.kind = 'merchant_receivable'), 0)::bigint AS owes
    FROM accounts a JOIN balances b ON b.account_id = a.id WHERE a.kind IN ('merchant', 'merchant_receivable') GROUP BY 1
)
SELECT format('shop %s', coalesce(b.shop, e.shop)), format('the books owe it %s and it owes %s; its lines and open days say %s and %s',
              coalesce(b.owed, 0), coalesce(b.owes, 0), coalesce(e.owed, 0), coalesce(e.owes, 0)),
       greatest(abs(coalesce(b.owed, 0) - coalesce(e.owed, 0)), abs(coalesce(b.owes, 0) - coalesce(e.owes, 0))),
       CASE WHEN coalesce(b.owed, 0) < coalesce(e.owed, 0) THEN 'shop' ELSE 'pool' END
FROM expected e FULL JOIN booked b ON b.shop = e.shop
WHERE (coalesce(b.owed, 0), coalesce(b.owes, 0)) <> (coalesce(e.owed, 0), coalesce(e.owes, 0))
