-- Truth: a reversal is the exact mirror of an entry of this lane that came before it, and each is reversed at most once.
WITH legs AS (
    SELECT e.id, array_agg(ROW(t.debit_account, t.credit_account, t.amount, t.code)::text
                           ORDER BY t.debit_account, t.credit_account, t.amount, t.code) AS straight,
           array_agg(ROW(t.credit_account, t.debit_account, t.amount, t.code)::text
                     ORDER BY t.credit_account, t.debit_account, t.amount, t.code) AS mirrored,
           sum(t.amount)::bigint AS won, min(t.seq) AS first_seq
    FROM entries e JOIN transfers t ON t.entry_id = e.id
    WHERE e.reverses IS NOT NULL OR e.id IN (SELECT r.reverses FROM entries r WHERE r.reverses IS NOT NULL)
    GROUP BY e.id
)
SELECT format('entry %s', r.id), format('reverses %s but is not its mirror', r.reverses), abs(coalesce(m.won, 0) - coalesce(o.won, 0)), 'pool'
FROM entries r LEFT JOIN legs m ON m.id = r.id LEFT JOIN legs o ON o.id = r.reverses
WHERE r.reverses IS NOT NULL AND (m.mirrored IS DISTINCT FROM o.straight OR m.first_seq <= o.first_seq)
UNION ALL
SELECT format('entry %s', r.reverses), format('was reversed %s times', count(*)), max(m.won), 'pool'
FROM entries r LEFT JOIN legs m ON m.id = r.id WHERE r.reverses IS NOT NULL GROUP BY r.reverses HAVING count(*) > 1
UNION ALL
SELECT format('entry %s', r.id), format('is a %s that reverses %s', r.kind, coalesce(r.reverses::text, 'nothing')), 0, 'nobody'
FROM entries r LEFT JOIN entries o ON o.id = r.reverses
WHERE (r.kind = 'reversal') <> (r.reverses IS NOT NULL) OR o.reverses IS NOT NULL
UNION ALL
SELECT format('entry %s', r.id), 'reverses or adjusts without saying why', 0, 'nobody'
FROM entries r WHERE (r.reverses IS NOT NULL OR r.adjusts) AND coalesce(r.reason, '') = ''
