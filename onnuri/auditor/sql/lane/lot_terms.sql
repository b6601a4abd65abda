-- Truth: a lot has the terms of what made it: where it came from, whether it may be given away or paid back, how long it lives.
WITH made AS (
    SELECT l.id AS lot_id,
           bool_or(t.code IN ('charge_paid', 'charge_subsidy')) AS bought, bool_or(t.code IN ('gift_accept_paid', 'gift_accept_subsidy', 'company_credit')) AS gift,
           bool_or(t.code IN ('grant', 'migration_grant')) AS granted, min(e.recorded_at) AS first_at
    FROM lots l JOIN transfers t ON t.credit_account = l.account_id JOIN entries e ON e.id = t.entry_id GROUP BY l.id
)
SELECT format('lot %s', l.id) AS subject, format('is %s, made by something else', l.source) AS detail, l.face AS loss, 'state' AS loses
FROM lots l JOIN made m ON m.lot_id = l.id
WHERE (m.bought AND l.source <> 'bought') OR (m.gift AND l.source <> 'gift') OR (m.granted AND l.source <> 'grant') OR (m.bought AND l.charge_id IS NULL)
UNION ALL
SELECT format('lot %s', l.id), format('may be given away %s, paid back %s', l.giftable, l.refundable), l.face, 'pool'
FROM lots l JOIN made m ON m.lot_id = l.id
WHERE (m.bought AND NOT (l.giftable AND l.refundable)) OR (l.source <> 'bought' AND (l.giftable OR l.refundable))
UNION ALL
-- 29 February becomes 1 March where there is none
SELECT format('lot %s', l.id), format('made %s, lives until %s; its charge was answered %s', l.created_at, l.expires_at, c.answered_at), l.face, 'holder'
FROM lots l JOIN charges c ON c.id = l.charge_id JOIN shared.policies p ON p.id = c.policy_id
WHERE l.created_at <> c.answered_at
   OR (l.expires_at AT TIME ZONE 'Asia/Seoul') <> (c.requested_on + make_interval(years => p.validity_years)
       + CASE WHEN to_char(c.requested_on, 'MMDD') = '0229' AND to_char(c.requested_on + make_interval(years => p.validity_years), 'MMDD') = '0228'
              THEN interval '1 day' ELSE interval '0' END)
UNION ALL
SELECT format('lot %s', l.id), format('made %s, in the books since %s', l.created_at, m.first_at), l.face, 'holder'
FROM lots l JOIN made m ON m.lot_id = l.id WHERE l.created_at > m.first_at
