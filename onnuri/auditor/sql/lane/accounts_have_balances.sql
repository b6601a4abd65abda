-- Truth: every account has exactly one balance row with the floor of its kind, and a path that begins with its kind.
SELECT a.path, 'has no balance',
       coalesce((SELECT sum(t.amount)::bigint FROM transfers t WHERE t.debit_account = a.id OR t.credit_account = a.id), 0), 'pool'
FROM accounts a
WHERE NOT EXISTS (SELECT 1 FROM balances b WHERE b.account_id = a.id)
UNION ALL
SELECT format('account %s', b.account_id), 'balance without an account', abs(b.credits - b.debits), 'pool'
FROM balances b WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = b.account_id)
UNION ALL
SELECT a.path, format('floor is %s, its kind says %s', b.floored, k.floored), abs(b.credits - b.debits), 'pool'
FROM accounts a JOIN balances b ON b.account_id = a.id LEFT JOIN shared.account_kinds k ON k.kind = a.kind
WHERE b.floored IS DISTINCT FROM k.floored
UNION ALL
SELECT a.path, format('its kind is %s', a.kind), 0, 'nobody' FROM accounts a WHERE split_part(a.path, ':', 1) <> a.kind
