-- Truth: transfers that are away in an archive are the oldest, of days that are sealed and written down; what they left
-- behind is the snapshot of such a day: every balance is that snapshot and the transfers since. What came back is whole.
WITH away AS (
    SELECT coalesce(max(seq_hi) - 1, 0) AS seq, coalesce(sum(seq_hi - seq_lo), 0)::bigint AS transfers FROM archives WHERE returned_at IS NULL
), base AS (
    SELECT d.day, d.seq_hi FROM days d JOIN day_snapshots s ON s.day = d.day JOIN seals x ON x.day = d.day, away
    WHERE d.seq_hi >= away.seq ORDER BY d.day LIMIT 1
), tail AS (
    SELECT x.account, sum(x.debit)::bigint AS debits, sum(x.credit)::bigint AS credits
    FROM (SELECT debit_account AS account, amount AS debit, 0::bigint AS credit, seq FROM transfers
          UNION ALL SELECT credit_account, 0, amount, seq FROM transfers) AS x, base WHERE x.seq > base.seq_hi GROUP BY x.account
), folded AS (
    SELECT b.account_id, b.debits, b.credits, coalesce(k.debits, 0) + coalesce(t.debits, 0) AS f_debits, coalesce(k.credits, 0) + coalesce(t.credits, 0) AS f_credits
    FROM balances b LEFT JOIN tail t ON t.account = b.account_id
    LEFT JOIN LATERAL (SELECT n.debits, n.credits FROM day_balances n, base WHERE n.account_id = b.account_id AND n.day <= base.day ORDER BY n.day DESC LIMIT 1) AS k ON true
)
SELECT 'archives' AS subject, format('hold %s transfers up to %s: they are not the oldest ones, or not all of them', transfers, seq) AS detail,
       0::bigint AS loss, 'pool' AS loses
FROM away WHERE transfers <> seq
UNION ALL
SELECT format('archive %s to %s', a.seq_lo, a.seq_hi - 1), 'holds transfers of a day that is not sealed and written down', 0, 'pool'
FROM archives a WHERE a.returned_at IS NULL AND NOT EXISTS (SELECT 1 FROM base)
UNION ALL
SELECT format('archive %s to %s', a.seq_lo, a.seq_hi - 1), 'is not written down as an archive is: its hash, its range or its time', 0, 'pool'
FROM archives a WHERE length(a.rows_sha256) <> 32 OR a.seq_hi <= a.seq_lo OR a.returned_at < a.archived_at
UNION ALL
SELECT format('archive %s to %s', a.seq_lo, a.seq_hi - 1), format('%s of its transfers are here', count(t.seq)), 0, 'pool'
FROM archives a LEFT JOIN transfers t ON t.seq >= a.seq_lo AND t.seq < a.seq_hi
GROUP BY a.seq_lo, a.seq_hi, a.returned_at
HAVING count(t.seq) <> CASE WHEN a.returned_at IS NULL THEN 0 ELSE a.seq_hi - a.seq_lo END
UNION ALL
SELECT coalesce(a.path, format('account %s', f.account_id)), format('debits %s, credits %s; the snapshot and the transfers since say %s, %s', f.debits, f.credits,
              f.f_debits, f.f_credits), greatest(abs(f.debits - f.f_debits), abs(f.credits - f.f_credits))::bigint, 'pool'
FROM folded f LEFT JOIN accounts a ON a.id = f.account_id
WHERE (SELECT seq FROM away) > 0 AND (f.debits, f.credits) <> (f.f_debits, f.f_credits)
