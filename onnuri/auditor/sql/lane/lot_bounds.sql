-- Truth: at no time a lot below 0 or above its face; its face and shares are what made it; no lot without books.
WITH legs AS (
    SELECT l.id AS lot_id, t.seq, t.amount AS signed FROM lots l JOIN transfers t ON t.credit_account = l.account_id
    UNION ALL
    SELECT l.id, t.seq, -t.amount FROM lots l JOIN transfers t ON t.debit_account = l.account_id
), running AS (
    SELECT lot_id, seq, sum(signed) OVER (PARTITION BY lot_id ORDER BY seq) AS held FROM legs
), extremes AS (
    SELECT lot_id, min(held) AS lowest, max(held) AS highest FROM running GROUP BY lot_id
), born AS (
    -- what made the lot: a charge, an accepted gift, a grant, a company's credit, a handover, a migration; each says whose share it was
    SELECT l.id AS lot_id, coalesce(sum(t.amount), 0)::bigint AS face,
           coalesce(sum(t.amount) FILTER (WHERE t.code IN ('charge_paid', 'gift_accept_paid', 'company_credit', 'handover_in_paid',
                                                                'migration_paid')), 0)::bigint AS paid,
           coalesce(sum(t.amount) FILTER (WHERE t.code IN ('charge_subsidy', 'gift_accept_subsidy', 'handover_in_subsidy', 'migration_subsidy')), 0)::bigint AS subsidy
    FROM lots l LEFT JOIN transfers t ON t.credit_account = l.account_id
        AND t.code IN ('charge_paid', 'charge_subsidy', 'gift_accept_paid', 'gift_accept_subsidy', 'grant', 'company_credit',
                   'handover_in_paid', 'handover_in_subsidy', 'handover_in_face', 'migration_paid', 'migration_subsidy', 'migration_grant')
    GROUP BY l.id
)
SELECT format('lot %s', l.id), format('held between %s and %s of a face of %s', x.lowest, x.highest, l.face),
       greatest(-x.lowest, x.highest - l.face)::bigint, CASE WHEN x.lowest < 0 THEN 'shop' ELSE 'pool' END
FROM extremes x JOIN lots l ON l.id = x.lot_id WHERE x.lowest < 0 OR x.highest > l.face
UNION ALL
SELECT format('lot %s', l.id), format('says face %s, paid %s, subsidy %s; the books moved %s, %s, %s', l.face, l.paid, l.subsidy, b.face, b.paid, b.subsidy),
       greatest(abs(l.face - b.face), abs(l.paid - b.paid), abs(l.subsidy - b.subsidy)), 'state'
FROM born b JOIN lots l ON l.id = b.lot_id WHERE (l.face, l.paid, l.subsidy) <> (b.face, b.paid, b.subsidy)
UNION ALL
SELECT format('lot %s', l.id), 'differs from its charge in wallet, face or shares',
       greatest(abs(l.face - c.face), abs(l.paid - c.paid), abs(l.subsidy - c.subsidy)), 'holder'
FROM lots l LEFT JOIN charges c ON c.id = l.charge_id
WHERE l.charge_id IS NOT NULL AND (l.wallet_id, l.face, l.paid, l.subsidy) IS DISTINCT FROM (c.wallet_id, c.face, c.paid, c.subsidy)
UNION ALL
SELECT format('lot %s', l.id), format('is kept in the account %s', a.path), l.face, 'holder'
FROM lots l LEFT JOIN accounts a ON a.id = l.account_id
WHERE a.path IS DISTINCT FROM 'lot:' || replace(l.id::text, '-', '')
UNION ALL
SELECT a.path, 'is a lot in the books that nobody owns', coalesce(abs(b.credits - b.debits), 0), 'pool'
FROM accounts a LEFT JOIN balances b ON b.account_id = a.id
WHERE a.kind = 'lot' AND NOT EXISTS (SELECT 1 FROM lots l WHERE l.account_id = a.id)
