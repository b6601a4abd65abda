-- Truth: a gift leaves bought lots of its sender by both shares into a box of its own, and the same shares leave the box, once:
-- back to the same lots, or on to the receiver. What is in a box is what its gift says; a gift has the time that the rules give it.
WITH boxes AS (
    SELECT g.*, a.id AS box FROM gifts g LEFT JOIN accounts a ON a.path = 'gift_box:' || replace(g.id::text, '-', '')
), told AS (
    SELECT p.gift_id, l.account_id AS lot, x.share, x.won FROM gift_parts p LEFT JOIN lots l ON l.id = p.lot_id
    CROSS JOIN LATERAL (VALUES ('paid', p.paid), ('subsidy', p.subsidy)) AS x (share, won) WHERE x.won <> 0
), boxed AS (
    SELECT g.id AS gift_id, t.debit_account AS lot, substr(t.code, 6) AS share, sum(t.amount)::bigint AS won
    FROM boxes g JOIN transfers t ON t.entry_id = g.entry_id
    WHERE t.code IN ('gift_paid', 'gift_subsidy') AND t.credit_account = g.box GROUP BY g.id, t.debit_account, t.code
), returned AS (
    SELECT g.id AS gift_id, t.credit_account AS lot, substr(t.code, 13) AS share, sum(t.amount)::bigint AS won
    FROM boxes g JOIN transfers t ON t.entry_id = g.end_entry
    WHERE t.code IN ('gift_return_paid', 'gift_return_subsidy') AND t.debit_account = g.box GROUP BY g.id, t.credit_account, t.code
), accepted AS (
    SELECT g.id AS gift_id, substr(t.code, 13) AS share, sum(t.amount)::bigint AS won
    FROM boxes g JOIN transfers t ON t.entry_id = g.end_entry JOIN accounts c ON c.id = t.credit_account
    WHERE t.code IN ('gift_accept_paid', 'gift_accept_subsidy') AND t.debit_account = g.box
      AND CASE WHEN g.to_lane = current_schema() THEN c.kind = 'lot' ELSE c.path = 'lane_clearing:' || g.to_lane END
    GROUP BY g.id, t.code
), parts AS (
    SELECT gift_id, sum(paid + subsidy)::bigint AS won, count(*) AS lots, min(place) AS first, max(place) AS last, min(expires_at) AS expires_at
    FROM gift_parts GROUP BY gift_id
)
SELECT format('gift %s', coalesce(t.gift_id, b.gift_id)) AS subject,
       format('says %s won of a %s share of lot account %s, its entry took %s', t.won, coalesce(t.share, b.share), coalesce(t.lot, b.lot), b.won) AS detail,
       abs(coalesce(t.won, 0) - coalesce(b.won, 0)) AS loss, 'holder' AS loses
FROM told t FULL JOIN boxed b ON (b.gift_id, b.lot, b.share) = (t.gift_id, t.lot, t.share) WHERE t.won IS DISTINCT FROM b.won
UNION ALL
SELECT format('gift %s', coalesce(t.gift_id, b.gift_id)), format('took %s won of a %s share from lot account %s and gave back %s', t.won, coalesce(t.share, b.share),
              coalesce(t.lot, b.lot), b.won), abs(coalesce(t.won, 0) - coalesce(b.won, 0)), 'holder'
FROM (SELECT t.* FROM told t JOIN gifts g ON g.id = t.gift_id WHERE g.status = 'RETURNED') AS t
FULL JOIN returned b ON (b.gift_id, b.lot, b.share) = (t.gift_id, t.lot, t.share) WHERE t.won IS DISTINCT FROM b.won
UNION ALL
SELECT format('gift %s', coalesce(t.gift_id, b.gift_id)), format('took %s won of the %s share and passed on %s', t.won, coalesce(t.share, b.share), b.won),
       abs(coalesce(t.won, 0) - coalesce(b.won, 0)), 'holder'
FROM (SELECT t.gift_id, t.share, sum(t.won)::bigint AS won FROM told t JOIN gifts g ON g.id = t.gift_id WHERE g.status = 'ACCEPTED' GROUP BY t.gift_id, t.share) AS t
FULL JOIN accepted b ON (b.gift_id, b.share) = (t.gift_id, t.share) WHERE t.won IS DISTINCT FROM b.won
UNION ALL
SELECT format('gift %s', g.id), format('%s of %s; its parts are %s, its box holds %s', g.status, g.amount, p.won, b.credits - b.debits), g.amount, 'holder'
FROM boxes g LEFT JOIN parts p ON p.gift_id = g.id LEFT JOIN balances b ON b.account_id = g.box
WHERE p.won IS DISTINCT FROM g.amount OR b.credits - b.debits IS DISTINCT FROM CASE WHEN g.status = 'BOXED' THEN g.amount ELSE 0 END
   OR (p.first, p.last) <> (0, p.lots - 1)
   OR (SELECT sum(t.amount) FROM transfers t WHERE t.entry_id = g.entry_id) <> g.amount
   OR (SELECT sum(t.amount) FROM transfers t WHERE t.entry_id = g.end_entry) <> g.amount
UNION ALL
SELECT format('gift %s', g.id), format('takes from the lot %s, which is not its sender''s, can''t be given, or lives until %s', p.lot_id, l.expires_at), p.paid + p.subsidy, 'holder'
FROM gift_parts p LEFT JOIN gifts g ON g.id = p.gift_id LEFT JOIN lots l ON l.id = p.lot_id
WHERE g.id IS NULL OR l.wallet_id IS DISTINCT FROM g.from_wallet OR NOT l.giftable OR l.expires_at <> p.expires_at
UNION ALL
SELECT format('gift %s', g.id), format('%s (%s), sent %s, until %s, ended %s by %s', g.status, g.end_reason, g.sent_at, g.deadline, g.ended_at, g.end_entry), g.amount, 'holder'
FROM gifts g LEFT JOIN parts p ON p.gift_id = g.id
LEFT JOIN shared.policies y ON g.sent_at >= y.valid_from AND NOT EXISTS (SELECT 1 FROM shared.policies z WHERE z.valid_from > y.valid_from AND z.valid_from <= g.sent_at)
WHERE num_nulls(g.ended_at, g.end_entry, g.end_reason) <> CASE WHEN g.status = 'BOXED' THEN 3 ELSE 0 END
   OR (g.status = 'ACCEPTED') <> coalesce(g.end_reason = 'accepted', false) OR g.ended_at < g.sent_at
   OR (g.ended_at >= g.deadline AND g.end_reason = 'accepted') OR (g.ended_at < g.deadline AND g.end_reason = 'timed_out') OR g.from_wallet = g.to_wallet
   OR g.deadline IS DISTINCT FROM least(((g.sent_at AT TIME ZONE 'Asia/Seoul')::date + y.gift_days + 1)::timestamp AT TIME ZONE 'Asia/Seoul', p.expires_at)
UNION ALL
SELECT a.path, 'is a box without a gift', abs(b.credits - b.debits), 'holder'
FROM accounts a JOIN balances b ON b.account_id = a.id
WHERE a.kind = 'gift_box' AND NOT EXISTS (SELECT 1 FROM gifts g WHERE a.path = 'gift_box:' || replace(g.id::text, '-', ''))
UNION ALL
SELECT format('lot %s', l.lot_id), format('came of the gift %s of %s: another wallet, another time, or by an entry that did not make it', l.gift_id, r.status), n.face, 'holder'
FROM gift_lots l LEFT JOIN gifts_received r ON r.gift_id = l.gift_id LEFT JOIN lots n ON n.id = l.lot_id
WHERE r.gift_id IS NULL OR r.status <> 'ACCEPTED' OR n.id IS NULL OR (n.wallet_id, n.created_at) <> (r.to_wallet, r.ended_at)
   OR n.face <> (SELECT coalesce(sum(t.amount), 0) FROM transfers t WHERE t.entry_id = l.entry_id AND t.credit_account = n.account_id
                 AND t.code IN ('gift_accept_paid', 'gift_accept_subsidy'))
UNION ALL
SELECT format('gift %s', r.gift_id), format('%s of %s, its lots hold %s', r.status, r.amount, l.won), r.amount, 'holder'
FROM gifts_received r LEFT JOIN (
    SELECT x.gift_id, sum(n.face)::bigint AS won FROM gift_lots x JOIN lots n ON n.id = x.lot_id GROUP BY x.gift_id) AS l ON l.gift_id = r.gift_id
WHERE coalesce(l.won, 0) <> CASE WHEN r.status = 'ACCEPTED' THEN r.amount ELSE 0 END
UNION ALL
SELECT format('entry %s', t.entry_id), 'moves a gift that nobody sent or got', sum(t.amount)::bigint, 'holder'
FROM transfers t JOIN entries e ON e.id = t.entry_id
WHERE t.code LIKE 'gift\_%' AND e.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM gifts g WHERE g.entry_id = t.entry_id)
  AND NOT EXISTS (SELECT 1 FROM gifts g WHERE g.end_entry = t.entry_id) AND NOT EXISTS (SELECT 1 FROM gift_lots l WHERE l.entry_id = t.entry_id)
GROUP BY t.entry_id
