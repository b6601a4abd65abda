-- Truth: a lot that goes on for another, handed over in four eyes or moved in from another operator, is that lot: its value, shares,
-- terms and history; all that was handed over went from the one wallet to the other; every line of an approved file is in the books once.
WITH born AS (
    SELECT l.id AS lot_id, t.entry_id, sum(t.amount)::bigint AS won, bool_and(t.code LIKE 'handover\_in\_%') AS handed,
           min(d.path) FILTER (WHERE d.kind NOT IN ('bank', 'subsidy_receivable')) AS giver
    FROM lots l JOIN transfers t ON t.credit_account = l.account_id JOIN accounts d ON d.id = t.debit_account
    WHERE t.code LIKE 'handover\_in\_%' OR t.code LIKE 'migration\_%' GROUP BY l.id, t.entry_id
), handed AS (
    -- what goes to a wallet of another lane leaves by the clearing account
    SELECT h.*, 'handover:' || replace(h.id::text, '-', '') AS path, CASE WHEN r.lane <> current_schema() THEN 'lane_clearing:' || r.lane END AS clearing,
           'unclaimed:' || replace(h.from_wallet::text, '-', '') AS owed_from, 'unclaimed:' || replace(h.to_wallet::text, '-', '') AS owed_to
    FROM shared.handovers h JOIN wallets w ON w.id = h.from_wallet LEFT JOIN shared.wallets r ON r.id = h.to_wallet
), came AS (
    SELECT h.*, coalesce((SELECT sum(t.amount) FROM transfers t JOIN accounts d ON d.id = t.debit_account JOIN accounts k ON k.id = t.credit_account LEFT JOIN lots n ON n.account_id = k.id
                          WHERE t.entry_id = h.in_entry_id AND d.path = 'lane_clearing:' || g.lane
                            AND (n.wallet_id = h.to_wallet OR k.path = 'unclaimed:' || replace(h.to_wallet::text, '-', ''))), 0)::bigint AS won
    FROM shared.handovers h JOIN wallets w ON w.id = h.to_wallet JOIN shared.wallets g ON g.id = h.from_wallet WHERE g.lane <> current_schema()
), passed AS (
    SELECT h.id, coalesce(sum(t.amount) FILTER (WHERE c.path = h.path AND (l.wallet_id = h.from_wallet OR d.path = h.owed_from)), 0)::bigint AS taken,
           coalesce(sum(t.amount) FILTER (WHERE d.path = h.path AND (n.wallet_id = h.to_wallet OR c.path IN (h.clearing, h.owed_to))), 0)::bigint AS given, coalesce(sum(t.amount), 0)::bigint AS moved,
           min(e.recorded_at) AS recorded_at, min(e.reason) AS reason
    FROM handed h LEFT JOIN transfers t ON t.entry_id = h.entry_id LEFT JOIN entries e ON e.id = t.entry_id
    LEFT JOIN accounts d ON d.id = t.debit_account LEFT JOIN accounts c ON c.id = t.credit_account
    LEFT JOIN lots l ON l.account_id = t.debit_account LEFT JOIN lots n ON n.account_id = t.credit_account GROUP BY h.id
), first_lots AS (
    -- of each lot that was handed over: what it was, what was taken of it, what it had been used for by then
    SELECT o.lot_id, h.id AS handover_id, f.wallet_id, f.source, f.giftable, f.refundable, greatest(f.expires_at, (SELECT max(g.until) FROM lot_graces g WHERE g.lot_id = f.id)) AS expires_at,
           coalesce(f.charge_id, p.charge_id) AS charge_id,
           p.moved_lot, p.policy_id, coalesce(p.paid, f.paid) AS first_paid, coalesce(p.face, f.face) AS face, coalesce(p.charged_at, f.created_at) AS charged_at, h.from_wallet, h.to_wallet, h.entry_id, h.decided_at,
           coalesce(x.won, 0) AS won, coalesce(x.paid, 0) AS paid, coalesce(x.subsidy, 0) AS subsidy, coalesce(p.used, 0) + coalesce(u.used, 0) AS used,
           CASE WHEN f.source = 'grant' THEN coalesce(p.programme, (SELECT substr(a.path, 18) FROM transfers t JOIN accounts a ON a.id = t.debit_account WHERE t.credit_account = f.account_id AND a.kind = 'grant_receivable' ORDER BY t.seq LIMIT 1)) END AS programme,
           CASE WHEN f.source = 'gift' THEN coalesce(p.company_id, (SELECT substr(a.path, 10)::uuid FROM transfers t JOIN accounts a ON a.id = t.debit_account WHERE t.credit_account = f.account_id AND a.kind = 'purchase' ORDER BY t.seq LIMIT 1)) END AS company_id
    FROM lot_origins o LEFT JOIN lots f ON f.id = o.from_lot LEFT JOIN lot_origins p ON p.lot_id = o.from_lot LEFT JOIN handed h ON h.id = o.handover_id
    LEFT JOIN LATERAL (SELECT sum(t.amount)::bigint AS won, sum(t.amount) FILTER (WHERE t.code = 'handover_paid') AS paid, min(t.seq) AS seq,
                              sum(t.amount) FILTER (WHERE t.code = 'handover_subsidy') AS subsidy
                       FROM transfers t WHERE t.entry_id = h.entry_id AND t.debit_account = f.account_id AND t.code <> 'handover_owed') AS x ON true
    LEFT JOIN LATERAL (SELECT sum(CASE WHEN t.debit_account = f.account_id THEN t.amount ELSE -t.amount END)::bigint AS used FROM transfers t
                       JOIN accounts a ON a.id = CASE WHEN t.debit_account = f.account_id THEN t.credit_account ELSE t.debit_account END
                       WHERE f.account_id IN (t.debit_account, t.credit_account) AND a.kind IN ('merchant', 'merchant_held', 'card_issuer') AND t.seq < x.seq) AS u ON true
    WHERE o.kind = 'handover' AND o.other_lot IS NULL
), moved AS (
    SELECT o.lot_id, r.*, m.status, w.lane AS wallet_lane, w.holder_id AS wallet_holder, b.giver,
           -- the rules of the day of the charge: those that had begun last by then, or the first of all
           (SELECT y.id FROM shared.policies y ORDER BY y.valid_from <= r.charged_at DESC,
                CASE WHEN y.valid_from <= r.charged_at THEN -extract(epoch FROM y.valid_from) ELSE extract(epoch FROM y.valid_from) END LIMIT 1) AS rules
    FROM lot_origins o LEFT JOIN shared.migration_rows r ON (r.migration_id, r.line) = (o.migration_id, o.line) LEFT JOIN shared.migrations m ON m.id = o.migration_id
    LEFT JOIN lots l ON l.id = o.lot_id LEFT JOIN shared.wallets w ON w.id = l.wallet_id LEFT JOIN born b ON b.lot_id = o.lot_id WHERE o.kind = 'migration'
)
SELECT format('handover %s', h.id) AS subject, format('%s of %s; its entry took %s and gave %s', h.status, h.amount, p.taken, p.given) AS detail,
       coalesce(h.amount, p.moved) AS loss, 'holder' AS loses
FROM handed h JOIN passed p ON p.id = h.id
WHERE (p.taken, p.given, p.moved) <> (coalesce(h.amount, 0), coalesce(h.amount, 0), 2 * coalesce(h.amount, 0))
   OR (h.status = 'APPROVED' AND (p.reason IS DISTINCT FROM h.reason OR p.recorded_at < h.decided_at))
UNION ALL
SELECT format('entry %s', e.id), 'hands over what nobody decided to', 0, 'holder'
FROM entries e WHERE e.kind = 'handover' AND NOT EXISTS (SELECT 1 FROM handed h WHERE h.entry_id = e.id AND h.status = 'APPROVED')
  AND NOT EXISTS (SELECT 1 FROM came h WHERE h.in_entry_id = e.id AND h.status = 'APPROVED')
UNION ALL
SELECT format('handover %s', h.id), format('%s of %s came here, by the entry %s', h.won, h.amount, h.in_entry_id), abs(coalesce(h.amount, 0) - h.won), 'holder'
FROM came h WHERE h.won <> coalesce(h.amount, 0) OR (h.status = 'APPROVED') <> (h.in_entry_id IS NOT NULL)
UNION ALL
SELECT format('handover %s', h.id), 'names an entry of another lane, and stayed in its own', h.amount, 'nobody'
FROM handed h WHERE h.in_entry_id IS NOT NULL AND h.clearing IS NULL
UNION ALL
SELECT format('lot %s', o.lot_id), format('came from another lane for %s, by a handover that says something else', o.other_lot), l.face, 'holder'
FROM lot_origins o LEFT JOIN lots l ON l.id = o.lot_id LEFT JOIN came h ON h.id = o.handover_id
WHERE o.other_lot IS NOT NULL AND ((l.wallet_id, l.created_at, o.entry_id) IS DISTINCT FROM (h.to_wallet, h.decided_at, h.in_entry_id)
   OR o.charge_id IS NOT NULL OR o.moved_lot IS DISTINCT FROM CASE WHEN l.source = 'bought' THEN l.id END)
UNION ALL
SELECT format('lot %s', coalesce(o.lot_id, b.lot_id)), format('comes from a %s by the entry %s; the books say %s', o.kind, o.entry_id, b.entry_id), coalesce(b.won, 0), 'holder'
FROM lot_origins o FULL JOIN born b ON b.lot_id = o.lot_id
WHERE o.lot_id IS NULL OR b.lot_id IS NULL OR o.entry_id <> b.entry_id OR (o.kind = 'handover') <> b.handed
UNION ALL
SELECT format('lot %s', o.lot_id), format('goes on for %s, of which it is not the rest', o.from_lot), l.face, 'holder'
FROM lot_origins o JOIN first_lots f ON f.lot_id = o.lot_id LEFT JOIN lots l ON l.id = o.lot_id
WHERE (l.wallet_id, l.source, l.giftable, l.refundable, l.expires_at, l.face, l.paid, l.subsidy, l.created_at)
          IS DISTINCT FROM (f.to_wallet, f.source, f.giftable, f.refundable, f.expires_at, f.won, f.paid, f.subsidy, f.decided_at)
   OR (o.face, o.paid, o.charged_at, o.charge_id, o.moved_lot, o.policy_id, o.used, o.entry_id, o.programme, o.company_id, f.wallet_id)
      IS DISTINCT FROM (f.face, f.first_paid, f.charged_at, f.charge_id, f.moved_lot, f.policy_id, f.used, f.entry_id, f.programme, f.company_id, f.from_wallet)
UNION ALL
SELECT format('lot %s', o.lot_id), format('is of line %s of the file %s, which says something else', o.line, o.migration_id), l.face, 'holder'
FROM lot_origins o JOIN moved m ON m.lot_id = o.lot_id LEFT JOIN lots l ON l.id = o.lot_id
WHERE m.status IS NULL OR m.status IN ('STAGED', 'REJECTED') OR m.problem IS NOT NULL OR m.in_transit
   OR (l.face, l.paid, l.source, l.expires_at, o.face, o.paid, o.used, o.charged_at, m.wallet_holder, m.wallet_lane, l.created_at)
      IS DISTINCT FROM (m.left_won, m.left_paid, m.source, m.expires_at, m.face, m.paid, m.used_won, m.charged_at, m.holder_id, m.lane, m.charged_at)
   OR (l.giftable, l.refundable) <> (m.source = 'bought', m.source = 'bought')
   OR (o.moved_lot, o.policy_id, o.company_id, o.programme) IS DISTINCT FROM
      (CASE WHEN m.source = 'bought' THEN l.id END, CASE WHEN m.source = 'bought' THEN m.rules END, NULL, CASE WHEN m.source = 'grant' THEN m.programme END)
   OR m.lane <> current_schema() OR m.giver IS DISTINCT FROM CASE WHEN m.source = 'grant' THEN 'grant_receivable:' || m.programme END
UNION ALL
SELECT format('line %s of %s', r.line, r.migration_id), 'is of a file that everybody sees, and is not in the books', r.left_won, 'holder'
FROM shared.migration_rows r JOIN shared.migrations m ON m.id = r.migration_id
WHERE m.status = 'LIVE' AND r.lane = current_schema() AND r.problem IS NULL AND NOT r.in_transit
  AND NOT EXISTS (SELECT 1 FROM lot_origins o WHERE (o.migration_id, o.line) = (r.migration_id, r.line))
