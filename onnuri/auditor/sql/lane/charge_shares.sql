-- Truth: what a charge posted is its face in two shares, at the rate of the policy in force when it was asked; the
-- subsidy is rounded down and the holder bears the remainder. Every charge entry is one charge's.
WITH posted AS (
    SELECT c.id,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'charge_paid' AND d.path = 'bank:trust' AND t.credit_account = l.account_id), 0)::bigint AS paid,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'charge_subsidy' AND d.kind = 'subsidy_receivable' AND t.credit_account = l.account_id), 0)::bigint AS subsidy,
           coalesce(sum(t.amount), 0)::bigint AS moved, count(DISTINCT l.id) AS lots
    FROM charges c
    LEFT JOIN lots l ON l.charge_id = c.id
    LEFT JOIN transfers t ON t.entry_id = c.entry_id
    LEFT JOIN accounts d ON d.id = t.debit_account
    WHERE c.status = 'SUCCEEDED' GROUP BY c.id
)
SELECT format('charge %s', c.id), format('face %s, paid %s, subsidy %s; posted %s, %s, in all %s, into %s lots', c.face, c.paid,
              c.subsidy, p.paid, p.subsidy, p.moved, p.lots),
       greatest(abs(c.face - p.moved), abs(c.paid - p.paid), abs(c.subsidy - p.subsidy)), 'pool'
FROM posted p JOIN charges c ON c.id = p.id
WHERE (c.paid, c.subsidy, c.face, 1) <> (p.paid, p.subsidy, p.moved, p.lots) OR c.paid + c.subsidy <> c.face
UNION ALL
SELECT format('charge %s', c.id), format('subsidy %s of %s; the rate of %s is %s basis points', c.subsidy, c.face, c.policy_id, p.rate_bps),
       abs(c.subsidy - div(c.face::numeric * p.rate_bps, 10000)::bigint),
       CASE WHEN c.subsidy > div(c.face::numeric * p.rate_bps, 10000) THEN 'state' ELSE 'holder' END
FROM charges c JOIN shared.policies p ON p.id = c.policy_id
WHERE c.subsidy <> div(c.face::numeric * p.rate_bps, 10000)
UNION ALL
SELECT format('charge %s', c.id), format('was asked at %s, when %s was not in force', c.requested_at, c.policy_id), c.subsidy, 'state'
FROM charges c LEFT JOIN shared.policies p ON p.id = c.policy_id
WHERE p.id IS NULL OR c.requested_at < p.valid_from OR c.requested_at >= p.valid_to
UNION ALL
SELECT format('charge %s', c.id), format('is %s and has made a lot or an entry', c.status), c.face, 'pool'
FROM charges c LEFT JOIN lots l ON l.charge_id = c.id
WHERE c.status <> 'SUCCEEDED' AND (l.id IS NOT NULL OR c.entry_id IS NOT NULL)
UNION ALL
SELECT format('entry %s', e.id), format('is a charge in the books of %s charges', count(c.id)),
       (SELECT sum(t.amount)::bigint FROM transfers t WHERE t.entry_id = e.id), 'pool'
FROM entries e LEFT JOIN charges c ON c.entry_id = e.id
WHERE e.reverses IS NULL AND EXISTS (
    SELECT 1 FROM transfers t WHERE t.entry_id = e.id AND t.code IN ('charge_paid', 'charge_subsidy'))
GROUP BY e.id HAVING count(c.id) <> 1
