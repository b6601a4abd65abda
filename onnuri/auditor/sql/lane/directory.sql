-- Truth: the directory of wallets and the wallets of this lane are the same; a wallet is frozen where a block stands.
SELECT format('wallet %s', coalesce(w.id, d.id)) AS subject,
       CASE WHEN d.id IS NULL THEN 'is not in the directory' WHEN w.id IS NULL THEN 'is in the directory and not here'
            ELSE format('is %s here and %s there; opened %s and %s', w.status, d.state, w.opened_at, d.opened_at) END AS detail,
       0::bigint AS loss, 'holder' AS loses
FROM wallets w FULL JOIN (SELECT * FROM shared.wallets WHERE lane = current_schema()) AS d ON d.id = w.id
WHERE w.id IS NULL OR d.id IS NULL OR w.opened_at <> d.opened_at
   OR d.state <> CASE WHEN w.status IN ('CLOSED', 'MIGRATING') THEN w.status ELSE 'LIVE' END
UNION ALL
SELECT format('wallet %s', w.id), format('is %s; %s blocks stand', w.status, b.standing), 0, 'holder'
FROM wallets w CROSS JOIN LATERAL (SELECT count(*) AS standing FROM wallet_blocks b WHERE b.wallet_id = w.id AND b.lifted_at IS NULL) AS b
WHERE w.status IN ('OPEN', 'FROZEN') AND (w.status = 'FROZEN') <> (b.standing > 0)
UNION ALL
SELECT format('wallet %s', w.id), 'belongs to nobody who is known', 0, 'holder'
FROM shared.wallets w WHERE w.lane = current_schema() AND NOT EXISTS (SELECT 1 FROM shared.people p WHERE p.id = w.holder_id)
UNION ALL
SELECT format('lane %s', current_schema()), 'is not in the list of lanes', 0, 'pool'
WHERE NOT EXISTS (SELECT 1 FROM shared.lanes WHERE name = current_schema())
