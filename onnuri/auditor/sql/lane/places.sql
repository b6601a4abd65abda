-- Truth: what the lane notes to find its way is what is there: partitions, where a snapshot begins, totals of closed days,
-- how holds ended, accounts that were open before they moved, sheets of days that were paid out.
WITH parts AS (
    SELECT max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''?([0-9]+)''?\)'))[1]::bigint) AS hi
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'transfers'::regclass
), days_written AS (
    SELECT s.day, s.later_from, d.seq_hi FROM day_snapshots s JOIN days d ON d.day = s.day
)
SELECT 'lane' AS subject, format('says partitions end at %s of %s rows, they end at %s', l.partition_hi, l.partition_rows, p.hi) AS detail,
       0::bigint AS loss, 'nobody' AS loses
FROM lane l, parts p WHERE l.partition_hi <> p.hi OR l.last_seq >= p.hi
UNION ALL
SELECT 'lane', 'is not marked as the one', 0, 'nobody' FROM lane WHERE NOT one
UNION ALL
SELECT format('day %s', w.day), format('says transfers dated later begin at %s, they begin at %s', w.later_from, x.first), 0, 'nobody'
FROM days_written w CROSS JOIN LATERAL (
    SELECT coalesce((SELECT min(t.seq) FROM transfers t WHERE t.seq <= w.seq_hi AND t.effective_on > w.day), w.seq_hi + 1) AS first) AS x
WHERE w.later_from <> x.first
UNION ALL
SELECT format('%s on %s', t.kind, t.day), 'is a total of no kind or of no written day', t.credits, 'nobody'
FROM day_totals t WHERE NOT EXISTS (SELECT 1 FROM shared.account_kinds k WHERE k.kind = t.kind)
   OR NOT EXISTS (SELECT 1 FROM day_snapshots s WHERE s.day = t.day)
UNION ALL
SELECT format('%s on %s', t.kind, s.day), 'has no total, an earlier day has', 0, 'nobody'
FROM (SELECT kind, min(day) AS day FROM day_totals GROUP BY kind) AS t JOIN day_snapshots s ON s.day > t.day
WHERE NOT EXISTS (SELECT 1 FROM day_totals x WHERE x.kind = t.kind AND x.day = s.day)
UNION ALL
SELECT format('hold %s', hold_id), format('%s with %s captured by %s', how, captured, entry_id), abs(captured), 'holder'
FROM hold_ends WHERE captured < 0 OR (how = 'captured') <> (captured > 0) OR (how = 'captured') <> (entry_id IS NOT NULL)
UNION ALL
SELECT a.path, format('was opened %s and moved %s', a.opened_at, m.first_at), 0, 'nobody'
FROM accounts a JOIN (
    SELECT x.account, min(e.recorded_at) AS first_at
    FROM (SELECT debit_account AS account, entry_id FROM transfers UNION ALL SELECT credit_account, entry_id FROM transfers) AS x
    JOIN entries e ON e.id = x.entry_id GROUP BY x.account) AS m ON m.account = a.id
WHERE a.opened_at > m.first_at
UNION ALL
SELECT format('day %s', l.day), 'was paid out and has no sheet', sum(l.payable)::bigint, 'shop'
FROM settlement_lines l WHERE l.payout_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM day_sheets s WHERE s.day = l.day) GROUP BY l.day
UNION ALL
SELECT format('lines of %s', day), format('are due on %s dates', count(DISTINCT due_on)), 0, 'shop'
FROM settlement_lines GROUP BY day, channel HAVING count(DISTINCT due_on) > 1 OR min(due_on) <= day OR max(due_on) > day + 31
UNION ALL
SELECT format('line %s %s %s', l.day, l.shop_id, l.channel), 'is of a market that is not its shop''s', l.payable, 'shop'
FROM settlement_lines l JOIN shared.shops s ON s.id = l.shop_id
WHERE l.market_id <> s.market_id AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.shop_id = l.shop_id AND p.market_id = l.market_id)
UNION ALL
SELECT 'expiry', format('goes on at %s places', count(*)), 0, 'nobody' FROM expiry_cursors
HAVING count(*) <> 3 OR count(*) FILTER (WHERE what IN ('lots', 'graces', 'owed')) <> 3
UNION ALL
SELECT format('payout %s', p.id), format('is due %s, its lines %s', p.due_on, max(l.due_on)), p.amount, 'shop'
FROM settlement_lines l JOIN shared.payouts p ON p.id = l.payout_id GROUP BY p.id, p.due_on, p.amount HAVING max(l.due_on) > p.due_on
