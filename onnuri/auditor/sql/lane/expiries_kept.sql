-- Truth: only what has expired is posted as expired, once for each expiry, by the shares its source has, to whom it belongs; a grace
-- and a notice are as the rules give them, and money that came back to an expired lot has its grace, which gives life to nothing else.
WITH granted AS (
    SELECT DISTINCT ON (l.id) l.id AS lot_id, a.path FROM lots l JOIN transfers t ON t.credit_account = l.account_id JOIN accounts a ON a.id = t.debit_account
    WHERE l.source = 'grant' AND a.kind = 'grant_receivable' ORDER BY l.id, t.seq
), granting AS (
    -- whoever holds it now: the programme that gave it
    SELECT lot_id, path FROM granted UNION ALL
    SELECT o.lot_id, 'grant_receivable:' || o.programme FROM lot_origins o WHERE o.kind = 'handover' AND o.programme IS NOT NULL
), ends AS (
    SELECT id AS lot_id, expires_at AS at FROM lots UNION SELECT lot_id, until FROM lot_graces
), posted AS (
    SELECT e.id, coalesce(sum(t.amount), 0)::bigint AS moved,
           coalesce(sum(t.amount) FILTER (WHERE t.code = CASE WHEN l.source = 'grant' THEN 'expiry_repaid' ELSE 'expiry_paid' END AND c.path = 'unclaimed:' || replace(l.wallet_id::text, '-', '')), 0)::bigint AS paid,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'expiry_subsidy' AND c.kind = 'subsidy_receivable'), 0)::bigint AS subsidy,
           coalesce(sum(t.amount) FILTER (WHERE t.code = 'expiry_grant' AND c.path = g.path), 0)::bigint AS granted,
           bool_and(t.debit_account = l.account_id) AS own, min(r.recorded_at) AS recorded_at
    FROM expirations e LEFT JOIN lots l ON l.id = e.lot_id LEFT JOIN granting g ON g.lot_id = e.lot_id LEFT JOIN transfers t ON t.entry_id = e.entry_id
    LEFT JOIN accounts c ON c.id = t.credit_account LEFT JOIN entries r ON r.id = e.entry_id GROUP BY e.id
), returned AS (
    -- what came back to lots, and when
    SELECT c.entry_id, c.cancelled_at AS at, p.policy_id FROM cancels c JOIN payments p ON p.id = c.payment_id
    UNION ALL SELECT end_entry, ended_at, NULL FROM gifts WHERE status = 'RETURNED'
    UNION ALL SELECT end_entry_id, answered_at, NULL FROM refunds WHERE status = 'FAILED'
), revived AS (
    -- a cancel gives the grace of its payment's rules, anything else that of the rules in force
    SELECT l.id AS lot_id, r.at, y.grace_days, min(t.seq) AS seq, sum(t.amount)::bigint AS won FROM returned r JOIN transfers t ON t.entry_id = r.entry_id
    JOIN lots l ON l.account_id = t.credit_account JOIN shared.policies y
        ON y.id = coalesce(r.policy_id, (SELECT i.id FROM shared.policies i WHERE i.valid_from <= r.at ORDER BY i.valid_from DESC LIMIT 1))
    WHERE l.expires_at <= r.at GROUP BY l.id, r.at, y.grace_days
), given AS (
    -- each grace, and where in the books it was given: two who act at once may have read the clock the other way round
    SELECT g.lot_id, g.until, (SELECT min(r.seq) FROM revived r WHERE (r.lot_id, r.at) = (g.lot_id, g.granted_at)) AS seq FROM lot_graces g
), kept AS (
    -- what a lot still held when money came back to it for which it was given a grace
    SELECT g.lot_id, g.granted_at, (SELECT coalesce(sum(i.amount), 0) FROM transfers i WHERE i.credit_account = l.account_id AND i.seq < f.seq)
           - (SELECT coalesce(sum(o.amount), 0) FROM transfers o WHERE o.debit_account = l.account_id AND o.seq < f.seq) AS won
    FROM lot_graces g JOIN lots l ON l.id = g.lot_id
    CROSS JOIN LATERAL (SELECT min(t.seq) AS seq FROM returned r JOIN transfers t ON t.entry_id = r.entry_id WHERE r.at = g.granted_at AND t.credit_account = l.account_id) AS f
    WHERE NOT EXISTS (SELECT 1 FROM holds h WHERE h.debit_account = l.account_id)
)
SELECT format('lot %s', e.lot_id) AS subject,
       format('posted as expired %s: %s, paid %s, subsidy %s; its entry moved %s, %s, %s, granted %s', e.expired_at, e.amount, e.paid, e.subsidy, p.moved, p.paid,
              p.subsidy, p.granted) AS detail,
       greatest(abs(e.amount - p.moved), abs(e.paid - p.paid), abs(e.subsidy - p.subsidy)) AS loss, 'holder' AS loses
FROM expirations e JOIN posted p ON p.id = e.id LEFT JOIN lots l ON l.id = e.lot_id
WHERE (e.amount, e.paid, e.subsidy, CASE WHEN l.source = 'grant' THEN e.amount - e.paid ELSE 0 END) <> (p.moved, p.paid, p.subsidy, p.granted)
   OR l.id IS NULL OR NOT coalesce(p.own, false) OR p.recorded_at < e.posted_at
UNION ALL
SELECT format('lot %s', e.lot_id), format('posted as expired %s on %s, when it had not', e.expired_at, e.posted_at), e.amount, 'holder'
FROM expirations e WHERE e.posted_at < e.expired_at OR NOT EXISTS (SELECT 1 FROM ends x WHERE (x.lot_id, x.at) = (e.lot_id, e.expired_at))
UNION ALL
SELECT format('entry %s', e.id), format('is an expiry in the books of %s expirations', count(x.id)), 0, 'holder'
FROM entries e LEFT JOIN expirations x ON x.entry_id = e.id WHERE e.kind = 'expiry' GROUP BY e.id HAVING count(x.id) <> 1
UNION ALL
SELECT format('lot %s', g.lot_id), format('has a grace from %s to %s that nothing gave', g.granted_at, g.until), 0, 'holder'
FROM lot_graces g LEFT JOIN lots l ON l.id = g.lot_id
WHERE l.wallet_id IS DISTINCT FROM g.wallet_id OR l.expires_at > g.granted_at
   OR NOT EXISTS (SELECT 1 FROM revived r WHERE (r.lot_id, r.at) = (g.lot_id, g.granted_at)
                  AND g.until = ((r.at AT TIME ZONE 'Asia/Seoul')::date + r.grace_days + 1)::timestamp AT TIME ZONE 'Asia/Seoul')
UNION ALL
SELECT format('lot %s', r.lot_id), format('got %s back at %s after it had expired, and has no grace', r.won, r.at), r.won, 'holder'
FROM revived r
WHERE NOT EXISTS (SELECT 1 FROM given g WHERE g.lot_id = r.lot_id AND g.until > r.at AND g.seq <= r.seq)
UNION ALL
SELECT format('lot %s', k.lot_id), format('had expired with %s in it, and was given a grace for that too at %s', k.won, k.granted_at), k.won::bigint, 'state' FROM kept k WHERE k.won > 0
UNION ALL
SELECT format('lot %s', n.lot_id), format('was told on %s that it ends on %s, %s days before; it ends on %s', n.noticed_at, n.expires_at, n.days_before, l.expires_at), 0, 'holder'
FROM expiry_notices n LEFT JOIN lots l ON l.id = n.lot_id
LEFT JOIN shared.policies y ON n.noticed_at >= y.valid_from AND NOT EXISTS (SELECT 1 FROM shared.policies z WHERE z.valid_from > y.valid_from AND z.valid_from <= n.noticed_at)
WHERE n.expires_at IS DISTINCT FROM l.expires_at OR n.noticed_at >= n.expires_at OR NOT n.days_before = ANY (y.notice_days)
   OR (n.expires_at AT TIME ZONE 'Asia/Seoul')::date - (n.noticed_at AT TIME ZONE 'Asia/Seoul')::date > n.days_before
UNION ALL
SELECT format('lot %s', l.id), format('still holds %s; it ended on %s, and the expiries have gone on to %s', b.credits - b.debits, l.expires_at, c.expires_at), b.credits - b.debits, 'holder'
FROM expiry_cursors c JOIN lots l ON (l.expires_at, l.id) <= (c.expires_at, c.lot_id) JOIN balances b ON b.account_id = l.account_id AND b.credits > b.debits + b.debits_pending
WHERE c.what = 'lots' AND NOT EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id) AND NOT EXISTS (SELECT 1 FROM revived r WHERE r.lot_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.debit_account = l.account_id)
UNION ALL
SELECT format('lot %s', l.id), format('still holds %s; its last grace ended on %s, and the ends of graces have gone on to %s', b.credits - b.debits, g.until, c.expires_at), b.credits - b.debits, 'holder'
FROM expiry_cursors c JOIN lot_graces g ON (g.until, g.lot_id) <= (c.expires_at, c.lot_id) JOIN lots l ON l.id = g.lot_id
JOIN balances b ON b.account_id = l.account_id AND b.credits > b.debits + b.debits_pending
WHERE c.what = 'graces' AND NOT EXISTS (SELECT 1 FROM lot_graces o WHERE o.lot_id = g.lot_id AND o.until > g.until)
  AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.debit_account = l.account_id)
