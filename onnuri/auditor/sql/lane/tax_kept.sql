-- Truth: what all issues of a year's file say of a wallet is what it paid in registered markets while its holder agreed, less what was
-- cancelled of it before the last issue was made; each issue goes on from the one before.
WITH files AS (
    SELECT f.*, make_timestamptz(f.year, 1, 1, 0, 0, 0, 'Asia/Seoul') AS first, make_timestamptz(f.year + 1, 1, 1, 0, 0, 0, 'Asia/Seoul') AS after
    FROM shared.tax_files f WHERE f.issue = (SELECT max(x.issue) FROM shared.tax_files x WHERE x.year = f.year)
), due AS (
    SELECT f.year, f.issue, p.wallet_id, sum(p.amount - (SELECT coalesce(sum(c.amount), 0) FROM cancels c WHERE c.payment_id = p.id AND c.cancelled_at < f.made_at))::bigint AS won
    FROM files f JOIN payments p ON p.paid_at >= f.first AND p.paid_at < f.after AND p.tax_registered JOIN shared.wallets w ON w.id = p.wallet_id
    WHERE EXISTS (SELECT 1 FROM shared.tax_consents t WHERE t.person_id = w.holder_id AND t.consented_at <= p.paid_at AND (t.revoked_at IS NULL OR p.paid_at < t.revoked_at))
    GROUP BY f.year, f.issue, p.wallet_id
), told AS (
    SELECT f.year, f.issue, l.wallet_id, sum(l.after_won - l.before_won)::bigint AS won
    FROM files f JOIN tax_lines l ON l.year = f.year AND l.issue <= f.issue GROUP BY f.year, f.issue, l.wallet_id
)
SELECT format('wallet %s in %s', coalesce(t.wallet_id, d.wallet_id), coalesce(t.year, d.year)) AS subject,
       format('by issue %s %s won were told, %s are to tell', coalesce(t.issue, d.issue), coalesce(t.won, 0), coalesce(d.won, 0)) AS detail,
       abs(coalesce(t.won, 0) - coalesce(d.won, 0)) AS loss, 'state' AS loses
FROM told t FULL JOIN due d ON (d.year, d.issue, d.wallet_id) = (t.year, t.issue, t.wallet_id) WHERE coalesce(t.won, 0) <> coalesce(d.won, 0)
UNION ALL
SELECT format('wallet %s in %s', l.wallet_id, l.year), format('issue %s says %s before; %s were told', l.issue, l.before_won, coalesce(x.after_won, 0)), abs(l.before_won - coalesce(x.after_won, 0)), 'state'
FROM tax_lines l LEFT JOIN LATERAL (
    SELECT p.after_won FROM tax_lines p WHERE (p.year, p.wallet_id) = (l.year, l.wallet_id) AND p.issue < l.issue ORDER BY p.issue DESC LIMIT 1) AS x ON true
WHERE l.before_won <> coalesce(x.after_won, 0) OR NOT EXISTS (SELECT 1 FROM shared.tax_files f WHERE (f.year, f.issue) = (l.year, l.issue))
