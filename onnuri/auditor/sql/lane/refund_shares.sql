-- Truth: a refund takes its two shares from the lot of its charge, pays the holder's out or brings both back, once; what came
-- back of a charge never exceeds what was paid for it, share by share. What is owed since an expiry goes out the same way, once.
WITH posted AS (
    SELECT r.id,
           coalesce(sum(t.amount) FILTER (WHERE t.entry_id = r.entry_id AND (t.code, t.debit_account) IN (('refund_paid', l.account_id), ('unclaimed_paid', u.id))), 0)::bigint AS paid,
           coalesce(sum(t.amount) FILTER (WHERE t.entry_id = r.entry_id AND t.code = 'refund_subsidy' AND t.debit_account = l.account_id), 0)::bigint AS subsidy,
           coalesce(sum(t.amount) FILTER (WHERE t.entry_id = r.entry_id), 0)::bigint AS taken,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'refund_done'), 0)::bigint AS done,
           coalesce(sum(t.amount) FILTER (WHERE (t.code, t.credit_account) IN (('refund_back_paid', l.account_id), ('unclaimed_back', u.id))), 0)::bigint AS back_paid,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'refund_back_subsidy' AND t.credit_account = l.account_id), 0)::bigint AS back_subsidy
    FROM refunds r LEFT JOIN lots l ON l.id = r.lot_id
    LEFT JOIN accounts u ON r.kind = 'unclaimed' AND u.path = 'unclaimed:' || replace(r.wallet_id::text, '-', '')
    LEFT JOIN transfers t ON t.entry_id IN (r.entry_id, r.end_entry_id)
    GROUP BY r.id
), came_back AS (
    SELECT coalesce(charge_id, moved_lot) AS charge_id, sum(paid)::bigint AS paid, sum(subsidy)::bigint AS subsidy
    FROM refunds WHERE status <> 'FAILED' GROUP BY coalesce(charge_id, moved_lot)
), charged AS (
    -- of a charge made in other books, what came here of it
    SELECT id, paid, subsidy FROM charges
    UNION ALL
    SELECT DISTINCT l.id, l.paid, l.subsidy FROM lot_origins o JOIN lots l ON l.id = o.moved_lot
)
SELECT format('refund %s', r.id) AS subject,
       format('%s: says %s and %s; taken %s and %s, paid out %s, brought back %s and %s', r.status, r.paid, r.subsidy, p.paid, p.subsidy, p.done,
              p.back_paid, p.back_subsidy) AS detail,
       greatest(abs(r.paid - p.paid), abs(r.subsidy - p.subsidy), abs(p.paid - p.done)) AS loss, 'pool' AS loses
FROM refunds r JOIN posted p ON p.id = r.id
WHERE (p.paid, p.subsidy, p.taken) <> (r.paid, r.subsidy, r.amount)
   OR p.done <> CASE WHEN r.status = 'SUCCEEDED' THEN r.paid ELSE 0 END
   OR (p.back_paid, p.back_subsidy) <> (CASE WHEN r.status = 'FAILED' THEN r.paid ELSE 0 END, CASE WHEN r.status = 'FAILED' THEN r.subsidy ELSE 0 END)
UNION ALL
SELECT format('charge %s', c.id), format('paid %s, subsidy %s; came back %s, %s', c.paid, c.subsidy, b.paid, b.subsidy),
       greatest(b.paid - c.paid, b.subsidy - c.subsidy), 'pool'
FROM came_back b JOIN charged c ON c.id = b.charge_id WHERE b.paid > c.paid OR b.subsidy > c.subsidy
UNION ALL
SELECT format('refund %s', r.id), 'is of another wallet, charge or lot', r.amount, 'holder'
FROM refunds r LEFT JOIN lots l ON l.id = r.lot_id LEFT JOIN lot_origins o ON o.lot_id = l.id
WHERE r.kind <> 'unclaimed' AND (r.wallet_id, r.charge_id, r.moved_lot) IS DISTINCT FROM (l.wallet_id, coalesce(l.charge_id, o.charge_id), o.moved_lot)
UNION ALL
SELECT a.path, 'was paid out more than was owed', b.debits - b.credits, 'pool'
FROM accounts a JOIN balances b ON b.account_id = a.id WHERE a.kind = 'unclaimed' AND b.debits > b.credits
UNION ALL
SELECT format('entry %s', t.entry_id), 'moves a refund that nobody asked for', sum(t.amount)::bigint, 'holder'
FROM transfers t JOIN entries e ON e.id = t.entry_id
WHERE (t.code LIKE 'refund\_%' OR t.code LIKE 'unclaimed\_%') AND e.reverses IS NULL
  AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.entry_id = t.entry_id)
  AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.end_entry_id = t.entry_id)
GROUP BY t.entry_id
