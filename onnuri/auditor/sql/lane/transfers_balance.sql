-- Truth: the sum of debits is the sum of credits, over all accounts and within every entry; each entry moves something.
WITH totals AS (
    SELECT coalesce(sum(debits), 0)::bigint AS debits, coalesce(sum(credits), 0)::bigint AS credits FROM balances
), moved AS (
    SELECT coalesce(sum(amount), 0)::bigint AS won FROM transfers
)
SELECT 'balances' AS subject, format('debits %s, credits %s', debits, credits) AS detail,
       abs(debits - credits) AS loss, 'pool' AS loses
FROM totals WHERE debits <> credits
UNION ALL
SELECT 'balances', format('debits %s, transfers %s', debits, won), abs(debits - won), 'pool'
FROM totals, moved WHERE debits <> won
UNION ALL
-- the two sides of each entry, from the accounts that really exist: a leg into nowhere unbalances it
SELECT format('entry %s', t.entry_id), format('debits %s, credits %s', sum(t.amount) FILTER (WHERE d.id IS NOT NULL),
              sum(t.amount) FILTER (WHERE c.id IS NOT NULL)),
       abs(coalesce(sum(t.amount) FILTER (WHERE d.id IS NOT NULL), 0) - coalesce(sum(t.amount) FILTER (WHERE c.id IS NOT NULL), 0))::bigint,
       'pool'
FROM transfers t LEFT JOIN accounts d ON d.id = t.debit_account LEFT JOIN accounts c ON c.id = t.credit_account
GROUP BY t.entry_id HAVING count(d.id) <> count(*) OR count(c.id) <> count(*)
UNION ALL
SELECT format('transfer %s', seq), format('amount %s', amount), abs(amount), 'pool' FROM transfers WHERE amount <= 0
UNION ALL
SELECT format('entry %s', e.id), 'has no transfers', 0, 'nobody'
FROM entries e WHERE NOT EXISTS (SELECT 1 FROM transfers t WHERE t.entry_id = e.id)
