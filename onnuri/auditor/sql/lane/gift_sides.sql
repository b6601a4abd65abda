-- Part of lanes_agree: each gift as the sender's lane has it, and as the receiver's lane has it, with the lots that went along.
WITH parts AS (
    SELECT gift_id, string_agg(concat_ws(' ', paid, subsidy, extract(epoch FROM expires_at)::bigint), ' + ' ORDER BY expires_at, paid, subsidy) AS lots
    FROM gift_parts GROUP BY gift_id
), made AS (
    SELECT x.gift_id, string_agg(concat_ws(' ', l.paid, l.subsidy, extract(epoch FROM l.expires_at)::bigint), ' + ' ORDER BY l.expires_at, l.paid, l.subsidy) AS lots
    FROM gift_lots x JOIN lots l ON l.id = x.lot_id GROUP BY x.gift_id
)
SELECT id, 'sent' AS side, amount, status, to_wallet, current_schema()::text AS from_lane, to_lane, sent_at, deadline, ended_at,
       CASE WHEN status = 'ACCEPTED' THEN p.lots END AS lots
FROM gifts g LEFT JOIN parts p ON p.gift_id = g.id
UNION ALL
SELECT r.gift_id, 'received', amount, status, to_wallet, from_lane, current_schema()::text, sent_at, deadline, ended_at, m.lots
FROM gifts_received r LEFT JOIN made m ON m.gift_id = r.gift_id
ORDER BY 1
