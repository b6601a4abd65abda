-- Truth: what the bank showed as paid in counts once, in whichever lane, for a company's purchase, for a debt, or for
-- what moved in from another operator: exactly what holders had paid for that.
WITH counted AS (
    SELECT upper(bank_reference) AS reference, 'purchase' AS kind, id, amount, answered_at AS at FROM company_purchases WHERE how = 'receipt'
    UNION ALL SELECT upper(bank_reference), 'repayment', id, amount, repaid_at FROM claw_back_repayments WHERE how = 'bank'
    UNION ALL SELECT m.paid_reference, 'migration', m.id, (SELECT coalesce(sum(r.left_paid), 0)::bigint FROM shared.migration_rows r
        WHERE r.migration_id = m.id AND r.problem IS NULL AND NOT r.in_transit AND r.source <> 'grant'), m.paid_at
    FROM shared.migrations m WHERE m.paid_reference IS NOT NULL AND current_schema() = (SELECT min(name) FROM shared.lanes)
), kept AS (
    SELECT reference, kind, subject_id AS id, amount, counted_at AS at FROM shared.bank_receipts WHERE lane = current_schema()
)
SELECT format('receipt %s', coalesce(k.reference, c.reference)) AS subject,
       format('is kept as %s of a %s at %s; it paid the %s %s with %s, %s, at %s', k.amount, k.kind, k.at, c.kind, c.id, c.reference, c.amount, c.at) AS detail,
       coalesce(c.amount, k.amount) AS loss, 'pool' AS loses
FROM counted c FULL JOIN kept k ON k.id = c.id
WHERE (k.reference, k.kind, k.amount, k.at) IS DISTINCT FROM (c.reference, c.kind, c.amount, c.at)
UNION ALL
SELECT format('receipt %s', min(r.reference)), format('is kept %s times, for no lane there is, or under a name no bank gives', count(*)), max(r.amount), 'pool'
FROM shared.bank_receipts r LEFT JOIN shared.lanes l ON l.name = r.lane
GROUP BY upper(r.reference) HAVING count(*) <> 1 OR bool_or(l.name IS NULL OR r.reference !~ '^[0-9A-Z]+(-[0-9A-Z]+)*$' OR length(r.reference) > 35)
UNION ALL
SELECT format('migration %s', m.id), format('was counted as paid with %s by %s, whom nobody knows', m.paid_reference, m.paid_by), 0, 'pool'
FROM shared.migrations m
WHERE m.paid_reference IS NOT NULL AND current_schema() = (SELECT min(name) FROM shared.lanes) AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = m.paid_by)
