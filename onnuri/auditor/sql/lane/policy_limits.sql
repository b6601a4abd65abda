-- Truth: the limits of the policy stamped on each charge and payment were kept: unit and minimum, what a person charged in
-- a calendar month of Seoul, what the wallet held when a charge arrived, what one payment moved. Taken from the books.
WITH charged AS (
    -- charges that reached the books, with what they moved
    SELECT c.id, c.wallet_id, c.entry_id, c.requested_at, c.policy_id, c.face, sum(t.amount)::bigint AS won, max(t.seq) AS seq
    FROM charges c JOIN transfers t ON t.entry_id = c.entry_id GROUP BY c.id
), monthly AS (
    SELECT c.*, sum(c.won) OVER (PARTITION BY c.wallet_id, date_trunc('month', c.requested_at AT TIME ZONE 'Asia/Seoul')
                                 ORDER BY c.requested_at, c.id) AS month_won
    FROM charged c
), held AS (
    -- what the wallet held once the charge was in the books, in lots alive when it was asked, less whatever else came in
    -- since it was asked: a cancel or a grant may lift a wallet above the cap, and other charges are judged by themselves
    SELECT c.id, coalesce(sum(CASE WHEN t.debit_account = l.account_id THEN -t.amount
                                   WHEN t.entry_id <> c.entry_id AND e.recorded_at >= c.requested_at THEN 0 ELSE t.amount END), 0)::bigint AS won
    FROM charged c JOIN lots l ON l.wallet_id = c.wallet_id AND l.expires_at > c.requested_at
    JOIN transfers t ON (t.credit_account = l.account_id OR t.debit_account = l.account_id) AND t.seq <= c.seq
    JOIN entries e ON e.id = t.entry_id GROUP BY c.id
)
SELECT format('charge %s', m.id), format('brought its month to %s of %s', m.month_won, p.charge_month_max),
       (m.month_won - p.charge_month_max)::bigint, 'state'
FROM monthly m JOIN shared.policies p ON p.id = m.policy_id WHERE m.month_won > p.charge_month_max
UNION ALL
SELECT format('charge %s', c.id), format('brought the wallet to %s of %s', h.won, p.holding_max), h.won - p.holding_max, 'state'
FROM held h JOIN charged c ON c.id = h.id JOIN shared.policies p ON p.id = c.policy_id WHERE h.won > p.holding_max
UNION ALL
SELECT format('charge %s', c.id), format('face %s; minimum %s, unit %s', c.face, p.charge_min, p.charge_unit), c.face, 'state'
FROM charges c JOIN shared.policies p ON p.id = c.policy_id WHERE c.face < p.charge_min OR c.face % p.charge_unit <> 0
UNION ALL
SELECT format('payment %s', x.id), format('moved %s of at most %s, or its policy was not in force', sum(t.amount), p.payment_max),
       greatest(sum(t.amount) - p.payment_max, 0)::bigint, 'holder'
FROM payments x JOIN transfers t ON t.entry_id = x.entry_id LEFT JOIN shared.policies p ON p.id = x.policy_id
GROUP BY x.id, x.paid_at, p.id, p.payment_max, p.valid_from
HAVING sum(t.amount) > p.payment_max OR p.id IS NULL OR x.paid_at < p.valid_from
   OR EXISTS (SELECT 1 FROM shared.policies z WHERE z.valid_from > p.valid_from AND z.valid_from <= x.paid_at)
