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
UNION ALL
-- every answer leaves its mark on the lane: SHA-256 over caller, key, body, kind, what came of it and when, added bit by bit
SELECT 'lane', 'the answered keys are not those that were answered: one was changed, added or taken out', 0, 'holder'
FROM lane l, (
    SELECT bit_xor(('x' || encode(sha256(
        int4send(octet_length(caller)) || convert_to(caller, 'UTF8') || int4send(octet_length(key)) || convert_to(key, 'UTF8') || body_hash
        || int4send(octet_length(kind)) || convert_to(kind, 'UTF8')
        || coalesce(uuid_send(subject_id), int4send(octet_length(refusal::text)) || convert_to(refusal::text, 'UTF8'))
        || int8send((extract(epoch FROM recorded_at) * 1000000)::bigint)), 'hex'))::bit(256)) AS answers FROM outcomes) AS o
WHERE l.answers <> coalesce(o.answers, repeat('0', 256)::bit(256))
