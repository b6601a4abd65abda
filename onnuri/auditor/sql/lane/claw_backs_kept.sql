-- Truth: what is taken back of a grant is what was left of its lot and a debt of its holder, together no more than was granted; two
-- people stand for it; what a holder owes is what was claimed as spent less what was repaid, and never less than nothing.
WITH granted AS (
    SELECT DISTINCT ON (l.id) l.id AS lot_id, a.path FROM lots l JOIN transfers t ON t.credit_account = l.account_id JOIN accounts a ON a.id = t.debit_account
    WHERE l.source = 'grant' AND a.kind = 'grant_receivable' ORDER BY l.id, t.seq
), granting AS (
    -- whoever holds it now: the programme that gave it
    SELECT lot_id, path FROM granted UNION ALL
    SELECT o.lot_id, 'grant_receivable:' || o.programme FROM lot_origins o WHERE o.kind = 'handover' AND o.programme IS NOT NULL
), posted AS (
    SELECT c.id, coalesce(sum(t.amount), 0)::bigint AS moved,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'claw_back' AND t.debit_account = l.account_id), 0)::bigint AS taken,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'claw_back_spent' AND d.path = 'holder_receivable:' || replace(c.wallet_id::text, '-', '')), 0)::bigint AS owed,
           bool_and(g.path = 'grant_receivable:' || c.programme) AS own
    FROM claw_backs c LEFT JOIN lots l ON l.id = c.lot_id LEFT JOIN transfers t ON t.entry_id = c.entry_id
    LEFT JOIN accounts d ON d.id = t.debit_account LEFT JOIN accounts g ON g.id = t.credit_account GROUP BY c.id
), repaid AS (
    SELECT r.id, coalesce(sum(t.amount), 0)::bigint AS moved,
           coalesce(sum(t.amount) FILTER (WHERE c.path = 'holder_receivable:' || replace(r.wallet_id::text, '-', '')
               AND CASE r.how WHEN 'bank' THEN t.code = 'claw_back_repaid' AND d.path = 'bank:trust'
                              ELSE t.code LIKE 'claw\_back\_repaid\_%' AND l.wallet_id = r.wallet_id END
               AND (r.how <> 'refilled' OR EXISTS (SELECT 1 FROM claw_backs x WHERE x.lot_id = l.id AND x.owed > 0))), 0)::bigint AS proper
    FROM claw_back_repayments r LEFT JOIN transfers t ON t.entry_id = r.entry_id LEFT JOIN accounts d ON d.id = t.debit_account
    LEFT JOIN accounts c ON c.id = t.credit_account LEFT JOIN lots l ON l.account_id = t.debit_account GROUP BY r.id
)
SELECT format('claw-back %s', c.id) AS subject, format('of %s: %s of the lot, %s owed; its entry moved %s, %s and %s', c.amount, c.from_lot, c.owed, p.moved, p.taken, p.owed) AS detail,
       greatest(abs(c.amount - p.moved), abs(c.from_lot - p.taken), abs(c.owed - p.owed)) AS loss, 'holder' AS loses
FROM claw_backs c JOIN posted p ON p.id = c.id
WHERE (c.amount, c.from_lot, c.owed) <> (p.moved, p.taken, p.owed) OR c.from_lot + c.owed <> c.amount OR NOT coalesce(p.own, false)
UNION ALL
SELECT format('claw-back %s', c.id), format('is of the programme %s, of another wallet, or for a reason its entry does not give', c.programme), c.amount, 'holder'
FROM claw_backs c LEFT JOIN lots l ON l.id = c.lot_id LEFT JOIN granting g ON g.lot_id = c.lot_id LEFT JOIN entries e ON e.id = c.entry_id
WHERE (l.wallet_id, g.path, e.reason) IS DISTINCT FROM (c.wallet_id, 'grant_receivable:' || c.programme, c.reason)
   OR e.recorded_at < c.clawed_at
UNION ALL
SELECT format('claw-back %s', c.id), 'was ordered and approved by the same person, or by nobody who is known', c.amount, 'holder'
FROM claw_backs c
WHERE c.ordered_by = c.approved_by OR (SELECT count(*) FROM shared.people p WHERE p.id IN (c.ordered_by, c.approved_by)) <> 2
UNION ALL
SELECT format('lot %s', l.id), format('of %s: %s were taken back, %s expired, %s were handed over', l.face, c.won, x.won, h.won), c.won + coalesce(x.won, 0) + coalesce(h.won, 0) - l.face, 'holder'
FROM lots l JOIN (SELECT lot_id, sum(amount)::bigint AS won FROM claw_backs GROUP BY lot_id) AS c ON c.lot_id = l.id
LEFT JOIN (SELECT lot_id, sum(amount - paid)::bigint AS won FROM expirations GROUP BY lot_id) AS x ON x.lot_id = l.id
LEFT JOIN LATERAL (SELECT sum(t.amount)::bigint AS won FROM transfers t WHERE t.debit_account = l.account_id AND t.code = 'handover_face') AS h ON true
WHERE c.won + coalesce(x.won, 0) + coalesce(h.won, 0) > l.face
UNION ALL
SELECT format('lot %s', l.id), format('of %s: %s went to its holder as repaid; its programme has had %s', l.face, o.won, g.won), least(o.won, l.face - g.won), 'state'
FROM lots l JOIN (
    -- what is the holder's own of a grant: more was in the lot than its programme could still claim
    SELECT t.debit_account, sum(t.amount)::bigint AS won FROM transfers t JOIN accounts a ON a.id = t.debit_account
    WHERE a.kind = 'lot' AND t.code IN ('expiry_repaid', 'handover_owed') GROUP BY t.debit_account) AS o ON o.debit_account = l.account_id
CROSS JOIN LATERAL (SELECT coalesce((SELECT sum(c.amount) FROM claw_backs c WHERE c.lot_id = l.id), 0) + coalesce((SELECT sum(t.amount) FROM transfers t
    WHERE t.debit_account = l.account_id AND t.code IN ('expiry_grant', 'handover_face')), 0) AS won) AS g
WHERE l.source <> 'grant' OR g.won <> l.face OR o.won > coalesce((SELECT sum(c.owed) FROM claw_backs c WHERE c.lot_id = l.id), 0)
UNION ALL
SELECT format('repayment %s', r.id), format('%s of %s; its entry moved %s, of which %s for it', r.how, r.amount, p.moved, p.proper), greatest(abs(r.amount - p.moved), abs(r.amount - p.proper)), 'holder'
FROM claw_back_repayments r JOIN repaid p ON p.id = r.id LEFT JOIN entries e ON e.id = r.entry_id
WHERE (r.amount, r.amount) <> (p.moved, p.proper) OR r.consented_at > r.repaid_at OR (r.how = 'consent') <> (r.consented_at IS NOT NULL)
   OR (r.how = 'bank') <> (r.bank_reference IS NOT NULL) OR e.recorded_at < r.repaid_at
UNION ALL
SELECT a.path, format('owes %s; %s were spent of what was taken back, %s repaid', b.debits - b.credits, coalesce(c.won, 0), coalesce(r.won, 0)),
       abs(b.debits - b.credits - coalesce(c.won, 0) + coalesce(r.won, 0))::bigint, 'state'
FROM accounts a JOIN balances b ON b.account_id = a.id
LEFT JOIN (SELECT replace(wallet_id::text, '-', '') AS wallet, sum(owed)::bigint AS won FROM claw_backs GROUP BY wallet_id) AS c ON a.path = 'holder_receivable:' || c.wallet
LEFT JOIN (SELECT replace(wallet_id::text, '-', '') AS wallet, sum(amount)::bigint AS won FROM claw_back_repayments GROUP BY wallet_id) AS r ON a.path = 'holder_receivable:' || r.wallet
WHERE a.kind = 'holder_receivable' AND (b.debits - b.credits <> coalesce(c.won, 0) - coalesce(r.won, 0) OR b.debits < b.credits)
UNION ALL
SELECT format('entry %s', e.id), format('is a %s in the books of %s of them', e.kind, count(c.id) + count(r.id)), 0, 'holder'
FROM entries e LEFT JOIN claw_backs c ON c.entry_id = e.id LEFT JOIN claw_back_repayments r ON r.entry_id = e.id
WHERE e.kind IN ('claw_back', 'repayment') GROUP BY e.id, e.kind HAVING count(c.id) + count(r.id) <> 1
UNION ALL
SELECT format('order %s', o.id), format('is %s: %s of the lot %s, decided %s by %s; taken back were %s at %s', o.status, o.amount, o.lot_id, o.decided_at, o.decided_by,
              c.amount, c.clawed_at), coalesce(o.amount, c.amount, 0), 'holder'
FROM shared.claw_back_orders o LEFT JOIN claw_backs c ON c.id = o.id LEFT JOIN lots l ON l.id = o.lot_id JOIN shared.wallets w ON w.id = o.wallet_id
WHERE w.lane = current_schema() AND ((o.status = 'APPROVED') <> (c.id IS NOT NULL) OR l.source IS DISTINCT FROM 'grant' OR l.wallet_id <> o.wallet_id
   OR (c.id IS NOT NULL AND (c.lot_id, c.reason, c.ordered_by, c.approved_by, c.clawed_at, c.amount) <> (o.lot_id, o.reason, o.ordered_by, o.decided_by, o.decided_at, coalesce(o.amount, c.amount)))
   OR o.amount > l.face)
UNION ALL
SELECT format('order %s', o.id), 'is of a wallet that is not there', coalesce(o.amount, 0), 'holder'
FROM shared.claw_back_orders o WHERE NOT EXISTS (SELECT 1 FROM shared.wallets w WHERE w.id = o.wallet_id)
