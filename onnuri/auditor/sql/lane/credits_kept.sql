-- Truth: what was credited by list is one lot for each reference, from the giver the list names, with its terms; a unit of a list is
-- one entry and what it says; what was refused is a line of a list that somebody gave.
WITH born AS (
    SELECT l.id AS lot_id, l.wallet_id, l.source, l.face, l.created_at, l.expires_at, t.entry_id, t.code, a.path AS giver
    FROM lots l JOIN transfers t ON t.credit_account = l.account_id AND t.code IN ('grant', 'company_credit') JOIN accounts a ON a.id = t.debit_account
), moved AS (
    SELECT entry_id, count(*) AS lots, sum(face)::bigint AS won, min(giver) AS giver, max(giver) AS other, min(code) AS code,
           min(created_at) AS created_at, max(created_at) AS created_last FROM born GROUP BY entry_id
), givers AS (
    SELECT 'grant' AS kind, id AS source_id, 'grant_receivable:' || id AS path, 'grant' AS code, CASE WHEN status = 'APPROVED' THEN greatest(opens_at, decided_at) ELSE 'infinity' END AS opens_at, closes_at, expires_at
    FROM shared.grant_programmes
    UNION ALL
    SELECT 'company', replace(id::text, '-', ''), 'purchase:' || replace(id::text, '-', ''), 'company_credit', verified_at, NULL, NULL FROM shared.companies
)
SELECT format('lot %s', coalesce(b.lot_id, c.lot_id)) AS subject,
       CASE WHEN b.lot_id IS NULL THEN format('is what %s credited as %s, and was not', c.source_id, c.reference)
            WHEN c.lot_id IS NULL THEN format('was credited by %s in no list', b.giver)
            ELSE format('was credited by %s, the list says %s, or lives until %s', b.giver, c.source_id, b.expires_at) END AS detail,
       coalesce(b.face, 0) AS loss, 'state' AS loses
FROM born b FULL JOIN credits c ON c.lot_id = b.lot_id LEFT JOIN givers g ON g.source_id = c.source_id
WHERE b.lot_id IS NULL OR c.lot_id IS NULL OR g.path IS DISTINCT FROM b.giver OR g.code <> b.code OR g.expires_at <> b.expires_at
UNION ALL
SELECT format('lot %s', lot_id), format('was credited %s times', count(*)), 0, 'state' FROM credits GROUP BY lot_id HAVING count(*) > 1
UNION ALL
SELECT format('unit %s of %s', u.unit, u.list_id), format('says %s lots, %s won from %s; its entry %s moved %s, %s from %s', u.credited, u.total, u.source_id, u.entry_id,
              m.lots, m.won, m.giver), abs(u.total - coalesce(m.won, 0)), 'state'
FROM credit_units u LEFT JOIN moved m ON m.entry_id = u.entry_id LEFT JOIN givers g ON (g.kind, g.source_id) = (u.kind, u.source_id)
WHERE (u.credited, u.total) <> (coalesce(m.lots, 0), coalesce(m.won, 0)) OR g.path IS NULL OR (u.entry_id IS NOT NULL AND m.entry_id IS NULL)
   OR (m.entry_id IS NOT NULL AND ((m.giver, m.other, m.code) <> (g.path, g.path, g.code) OR (m.created_at, m.created_last) <> (u.recorded_at, u.recorded_at)))
   OR u.recorded_at < g.opens_at OR u.recorded_at >= g.closes_at + interval '1 day' OR u.unit < 0
   OR u.list_id !~ ('^' || u.kind || ':' || u.source_id || ':[0-9a-f]{64}$')
UNION ALL
SELECT format('entry %s', m.entry_id), format('credits %s won in %s units', m.won, count(u.id)), m.won, 'state'
FROM moved m LEFT JOIN credit_units u ON u.entry_id = m.entry_id GROUP BY m.entry_id, m.won HAVING count(u.id) <> 1
UNION ALL
SELECT format('unit %s of %s', u.unit, u.list_id), 'was not answered under the key of its list', u.total, 'state'
FROM credit_units u LEFT JOIN outcomes o ON o.kind = 'credit_unit' AND o.subject_id = u.id
WHERE (o.caller, o.key) IS DISTINCT FROM (u.kind || ':' || u.source_id, split_part(u.list_id, ':', 3) || ':' || u.unit)
UNION ALL
SELECT format('line %s of %s', r.line, r.list_id), format('was refused with %s; of no list or giver', r.code), 0, 'nobody'
FROM shared.credit_refusals r
WHERE NOT EXISTS (SELECT 1 FROM givers g WHERE (g.kind, g.source_id) = (split_part(r.list_id, ':', 1), split_part(r.list_id, ':', 2)))
   OR r.list_id !~ ':[0-9a-f]{64}$' OR r.line < 2 OR r.code !~ '^[a-z_]+$'
UNION ALL
-- what a company paid in is what was credited of it, what went to other lanes, and what is left
SELECT a.path, format('holds %s; %s were paid in, %s credited, %s came from other lanes', b.credits - b.debits, p.won, u.won, x.won),
       abs(b.credits - b.debits - coalesce(p.won, 0) + coalesce(u.won, 0) - coalesce(x.won, 0))::bigint, 'holder'
FROM accounts a JOIN balances b ON b.account_id = a.id
LEFT JOIN (SELECT replace(company_id::text, '-', '') AS id, sum(amount)::bigint AS won FROM company_purchases WHERE entry_id IS NOT NULL GROUP BY company_id) AS p
    ON a.path = 'purchase:' || p.id
LEFT JOIN (SELECT source_id, sum(total)::bigint AS won FROM credit_units WHERE kind = 'company' GROUP BY source_id) AS u ON a.path = 'purchase:' || u.source_id
LEFT JOIN LATERAL (SELECT sum(CASE WHEN t.credit_account = a.id THEN t.amount ELSE -t.amount END)::bigint AS won
                   FROM transfers t WHERE a.id IN (t.debit_account, t.credit_account) AND t.code = 'company_moved') AS x ON true
WHERE a.kind = 'purchase' AND b.credits - b.debits <> coalesce(p.won, 0) - coalesce(u.won, 0) + coalesce(x.won, 0)
