-- Truth: counters marked in between are the fold of the transfers up to the end of a batch. Each business date begins where
-- the books say it does.
WITH legs AS (
    SELECT debit_account AS account, seq, amount AS debit, 0::bigint AS credit, false AS marked, 0::bigint AS w_debits, 0::bigint AS w_credits FROM transfers
    UNION ALL
    SELECT credit_account, seq, 0, amount, false, 0, 0 FROM transfers
    UNION ALL
    SELECT account_id, seq, 0, 0, true, debits, credits FROM marks
), folded AS (
    SELECT account, seq, marked, w_debits, w_credits, sum(debit) OVER w AS debits, sum(credit) OVER w AS credits
    FROM legs WHERE account IN (SELECT account_id FROM marks) WINDOW w AS (PARTITION BY account ORDER BY seq)
), dates AS (
    SELECT c.seq_lo AS seq, max(t.effective_on) AS day FROM transfers t JOIN chain c ON t.seq BETWEEN c.seq_lo AND c.seq_hi GROUP BY c.seq_lo
), starts AS (
    SELECT day, seq FROM (SELECT seq, day, max(day) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM dates) AS d
    WHERE before IS NULL OR day > before
)
SELECT format('account %s after %s', f.account, f.seq) AS subject,
       format('marked %s, %s; its transfers say %s, %s', f.w_debits, f.w_credits, f.debits, f.credits) AS detail,
       greatest(abs(f.w_debits - f.debits), abs(f.w_credits - f.credits))::bigint AS loss, 'pool' AS loses
FROM folded f WHERE f.marked AND (f.w_debits, f.w_credits) <> (f.debits, f.credits)
UNION ALL
SELECT format('account %s after %s', m.account_id, m.seq), 'is marked where no batch ends, or for no account', 0, 'nobody'
FROM marks m WHERE NOT EXISTS (SELECT 1 FROM chain c WHERE c.seq_hi = m.seq) OR NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = m.account_id)
UNION ALL
SELECT format('date %s', coalesce(n.day, s.day)), format('begins at %s; its transfers begin at %s', n.seq, s.seq), 0, 'nobody'
FROM date_starts n FULL JOIN starts s ON s.day = n.day WHERE n.seq IS DISTINCT FROM s.seq
UNION ALL
SELECT 'lane', format('says its latest date is %s', l.latest_on), 0, 'nobody'
FROM lane l WHERE l.latest_on <> coalesce((SELECT max(day) FROM date_starts), '-infinity')
