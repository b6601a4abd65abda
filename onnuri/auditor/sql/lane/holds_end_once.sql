-- Truth: a hold ends once, for no more than it set aside; captured before its time was over, timed out after it; what was
-- captured is what its entry moved between the same two accounts.
SELECT format('hold %s', coalesce(h.id, e.hold_id)) AS subject,
       format('%s of %s: %s at %s, its time ends at %s', coalesce(e.captured, 0), h.amount, e.how, e.ended_at, h.expires_at) AS detail,
       greatest(coalesce(e.captured, 0) - coalesce(h.amount, 0), 0) AS loss, 'holder' AS loses
FROM hold_ends e LEFT JOIN holds h ON h.id = e.hold_id
WHERE h.id IS NULL OR e.captured > h.amount OR (e.how = 'timed_out') <> (e.ended_at >= h.expires_at) OR e.ended_at < h.placed_at
UNION ALL
SELECT format('hold %s', h.id), format('captured %s, its entry moved %s', e.captured, coalesce(x.won, 0)), abs(e.captured - coalesce(x.won, 0)), 'holder'
FROM hold_ends e JOIN holds h ON h.id = e.hold_id
LEFT JOIN LATERAL (SELECT sum(t.amount)::bigint AS won FROM transfers t WHERE t.entry_id = e.entry_id AND t.code = h.code
                   AND (t.debit_account, t.credit_account) = (h.debit_account, h.credit_account)) AS x ON true
WHERE e.how = 'captured' AND e.captured > coalesce(x.won, 0)
UNION ALL
SELECT format('hold %s', h.id), format('%s from %s to %s is not on the allow-list', h.code, d.kind, c.kind), h.amount, 'holder'
FROM holds h LEFT JOIN accounts d ON d.id = h.debit_account LEFT JOIN accounts c ON c.id = h.credit_account
WHERE NOT EXISTS (SELECT 1 FROM shared.transfer_codes k WHERE (k.code, k.debit_kind, k.credit_kind) = (h.code, d.kind, c.kind))
