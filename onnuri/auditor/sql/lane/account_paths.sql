-- Truth: every account is somebody's or something's that is there: its path names a lot, gift, shop, wallet, company, programme or lane.
WITH named AS (
    SELECT a.id, a.path, a.kind, substr(a.path, length(a.kind) + 2) AS of FROM accounts a
)
SELECT n.path AS subject, 'is an account of nothing that is there' AS detail, coalesce(abs(b.credits - b.debits), 0) AS loss, 'pool' AS loses
FROM named n LEFT JOIN balances b ON b.account_id = n.id
WHERE NOT CASE
    WHEN n.kind IN ('merchant', 'merchant_held', 'merchant_receivable') THEN EXISTS (SELECT 1 FROM shared.shops s WHERE replace(s.id::text, '-', '') = n.of)
    WHEN n.kind IN ('holder_receivable', 'unclaimed') THEN EXISTS (SELECT 1 FROM wallets w WHERE replace(w.id::text, '-', '') = n.of)
    WHEN n.kind = 'gift_box' THEN EXISTS (SELECT 1 FROM gifts g WHERE replace(g.id::text, '-', '') = n.of)
    WHEN n.kind = 'purchase' THEN EXISTS (SELECT 1 FROM shared.companies c WHERE replace(c.id::text, '-', '') = n.of)
    WHEN n.kind = 'handover' THEN EXISTS (SELECT 1 FROM shared.handovers h WHERE replace(h.id::text, '-', '') = n.of)
    WHEN n.kind = 'grant_receivable' THEN EXISTS (SELECT 1 FROM shared.grant_programmes p WHERE p.id = n.of)
    WHEN n.kind = 'subsidy_receivable' THEN EXISTS (SELECT 1 FROM shared.policies p WHERE p.product = n.of)
    WHEN n.kind = 'lane_clearing' THEN n.of <> current_schema() AND EXISTS (SELECT 1 FROM shared.lanes l WHERE l.name = n.of)
    WHEN n.kind = 'bank' THEN n.of = 'trust'
    WHEN n.kind = 'suspense' THEN n.of = 'bank'
    WHEN n.kind = 'lot' THEN n.of ~ '^[0-9a-f]{32}$'
    WHEN n.kind = 'card_issuer' THEN n.of <> ''
    ELSE true END
UNION ALL
SELECT format('hold %s', h.id), format('placed %s, ends %s: never, or at no time', h.placed_at, h.expires_at), h.amount, 'holder'
FROM holds h WHERE NOT isfinite(h.expires_at) OR NOT isfinite(h.placed_at) OR h.expires_at <= h.placed_at
