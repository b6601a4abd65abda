-- Truth: every balance is the fold of its transfers, counted; what is pending on it is the fold of the holds that are open.
WITH moved AS (
    SELECT debit_account AS account, amount AS debit, 0::bigint AS credit, 0::bigint AS debit_held, 0::bigint AS credit_held, 1 AS leg FROM transfers
    UNION ALL
    SELECT credit_account, 0, amount, 0, 0, 1 FROM transfers
    UNION ALL
    SELECT debit_account, 0, 0, amount, 0, 0 FROM holds h WHERE NOT EXISTS (SELECT 1 FROM hold_ends e WHERE e.hold_id = h.id)
    UNION ALL
    SELECT credit_account, 0, 0, 0, amount, 0 FROM holds h WHERE NOT EXISTS (SELECT 1 FROM hold_ends e WHERE e.hold_id = h.id)
), folded AS (
    SELECT account, sum(debit)::bigint AS debits, sum(credit)::bigint AS credits, sum(debit_held)::bigint AS debits_held,
           sum(credit_held)::bigint AS credits_held, sum(leg) AS legs
    FROM moved GROUP BY account
), compared AS (
    SELECT b.*, coalesce(f.debits, 0) AS folded_debits, coalesce(f.credits, 0) AS folded_credits,
           coalesce(f.debits_held, 0) AS debits_held, coalesce(f.credits_held, 0) AS credits_held,
           coalesce(f.legs, 0) AS folded_legs
    FROM balances b LEFT JOIN folded f ON f.account = b.account_id
)
SELECT coalesce(a.path, format('account %s', c.account_id)) AS subject,
       format('debits %s, credits %s, pending %s, %s, %s legs; its transfers and holds say %s, %s, %s, %s, %s', c.debits, c.credits,
              c.debits_pending, c.credits_pending, c.legs, c.folded_debits, c.folded_credits, c.debits_held, c.credits_held, c.folded_legs) AS detail,
       greatest(abs(c.debits - c.folded_debits), abs(c.credits - c.folded_credits), abs(c.debits_pending - c.debits_held),
                abs(c.credits_pending - c.credits_held)) AS loss,
       CASE WHEN a.kind = 'lot' THEN 'holder' WHEN a.kind LIKE 'merchant%' THEN 'shop' ELSE 'pool' END AS loses
FROM compared c LEFT JOIN accounts a ON a.id = c.account_id
WHERE (c.debits, c.credits, c.debits_pending, c.credits_pending, c.legs)
   <> (c.folded_debits, c.folded_credits, c.debits_held, c.credits_held, c.folded_legs)
