-- Truth: every balance is the fold of its transfers, and nothing is held that no transfer holds.
WITH folded AS (
    SELECT account, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits
    FROM (SELECT debit_account AS account, amount AS debit, 0 AS credit FROM transfers
          UNION ALL
          SELECT credit_account, 0, amount FROM transfers) AS legs
    GROUP BY account
), compared AS (
    SELECT b.account_id, b.debits, b.credits, b.debits_pending, b.credits_pending,
           coalesce(f.debits, 0) AS folded_debits, coalesce(f.credits, 0) AS folded_credits
    FROM balances b LEFT JOIN folded f ON f.account = b.account_id
)
SELECT coalesce(a.path, format('account %s', c.account_id)),
       format('debits %s, credits %s; its transfers say %s, %s; held %s, %s', c.debits, c.credits, c.folded_debits,
              c.folded_credits, c.debits_pending, c.credits_pending),
       greatest(abs(c.debits - c.folded_debits), abs(c.credits - c.folded_credits), c.debits_pending, c.credits_pending),
       CASE WHEN a.kind = 'lot' THEN 'holder' WHEN a.kind LIKE 'merchant%' THEN 'shop' ELSE 'pool' END
FROM compared c LEFT JOIN accounts a ON a.id = c.account_id
WHERE (c.debits, c.credits, c.debits_pending, c.credits_pending) <> (c.folded_debits, c.folded_credits, 0, 0)
