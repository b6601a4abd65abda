-- Truth: every transfer belongs to an entry, runs between two accounts that exist, and its code allows their kinds (the
-- other way round in a reversal); one entry never mixes the acts of two codes that do not belong together.
SELECT format('transfer %s', t.seq), format('%s from %s to %s in %s', t.code, coalesce(d.path, 'nowhere'), coalesce(c.path, 'nowhere'),
              coalesce(e.kind, 'no entry')),
       t.amount, 'pool'
FROM transfers t
LEFT JOIN entries e ON e.id = t.entry_id
LEFT JOIN accounts d ON d.id = t.debit_account
LEFT JOIN accounts c ON c.id = t.credit_account
WHERE e.id IS NULL OR d.id IS NULL OR c.id IS NULL OR NOT EXISTS (
    SELECT 1 FROM shared.transfer_codes k
    WHERE k.code = t.code AND (k.debit_kind, k.credit_kind)
        = (CASE WHEN e.reverses IS NULL THEN d.kind ELSE c.kind END, CASE WHEN e.reverses IS NULL THEN c.kind ELSE d.kind END))
UNION ALL
SELECT format('entry %s', t.entry_id), format('mixes %s', string_agg(DISTINCT split_part(t.code, '_', 1), ', ')), sum(t.amount)::bigint, 'pool'
FROM transfers t GROUP BY t.entry_id HAVING count(DISTINCT split_part(t.code, '_', 1)) > 1
