-- Truth: every key has one effect. What a key was answered exists and answers no other key; every charge, payment,
-- cancel and refund came through a key.
WITH subjects AS (
    SELECT 'charge' AS kind, id, face AS won FROM charges
    UNION ALL SELECT 'payment', id, amount FROM payments
    UNION ALL SELECT 'cancel', id, amount FROM cancels
    UNION ALL SELECT 'refund', id, amount FROM refunds
), answered AS (
    SELECT kind, subject_id, count(*) AS keys FROM outcomes
    WHERE subject_id IS NOT NULL AND kind IN ('charge', 'payment', 'cancel', 'refund') GROUP BY kind, subject_id
)
SELECT format('%s %s', coalesce(s.kind, a.kind), coalesce(s.id, a.subject_id)),
       CASE WHEN s.id IS NULL THEN 'a key was answered with it and it does not exist'
            WHEN a.keys IS NULL THEN 'came through no key' ELSE format('is the effect of %s keys', a.keys) END,
       coalesce(s.won, 0), CASE WHEN s.id IS NULL THEN 'nobody' ELSE 'holder' END
FROM subjects s FULL JOIN answered a ON a.kind = s.kind AND a.subject_id = s.id
WHERE s.id IS NULL OR a.keys IS DISTINCT FROM 1
UNION ALL
SELECT format('key %s of %s', key, caller), 'was both done and refused, or neither', 0, 'nobody'
FROM outcomes WHERE (subject_id IS NULL) = (refusal IS NULL)
