-- Part of lot_order: what went into and out of each wallet's lots, in the order of the books, with what decides their order.
WITH graces AS (
    SELECT lot_id, array_agg(granted_at ORDER BY granted_at) AS granted, array_agg(until ORDER BY granted_at) AS until FROM lot_graces GROUP BY lot_id
), held AS (
    SELECT DISTINCT debit_account AS account FROM holds
), legs AS (
    SELECT credit_account AS account, seq, amount AS delta, code, entry_id FROM transfers
    UNION ALL
    SELECT debit_account, seq, -amount, code, entry_id FROM transfers
)
SELECT l.wallet_id, x.seq, l.id, x.delta, CASE WHEN e.reverses IS NULL THEN x.code ELSE 'reversal' END, coalesce(p.paid_at, e.recorded_at), l.created_at,
       l.expires_at, l.source, g.granted, g.until, h.account IS NOT NULL
FROM lots l JOIN legs x ON x.account = l.account_id JOIN entries e ON e.id = x.entry_id
LEFT JOIN payments p ON p.entry_id = x.entry_id AND x.code = 'payment' AND x.delta < 0
LEFT JOIN graces g ON g.lot_id = l.id LEFT JOIN held h ON h.account = l.account_id
ORDER BY l.wallet_id, x.seq
