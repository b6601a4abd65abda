-- Truth: every version of the rules is the published history or what two people decided: its base with the proposed terms,
-- and after a version with an end, where nothing else begins there, its base again.
WITH history (id, valid_to, terms) AS (
    SELECT v.id, v.valid_to::timestamptz, b.terms || jsonb_build_object('id', v.id, 'valid_from', v.valid_from::timestamptz, 'rate_bps', v.rate_bps, 'source', v.source)
    FROM (VALUES ('2025-01-10', '2025-01-10 00:00+09', '2025-02-11 00:00+09', 1500, 'Seollal promotion 2025-01-10 to 2025-02-10'),
                 ('2025-03-01', '2025-03-01 00:00+09', '2026-03-01 00:00+09', 1000, 'Digital Onnuri, 10 percent'),
                 ('2026-03-01', '2026-03-01 00:00+09', NULL, 700, 'Digital Onnuri, 7 percent since 2026-03-01')) AS v (id, valid_from, valid_to, rate_bps, source),
         (VALUES ('{"budget": null, "age_min": 14, "product": "digital", "gift_days": 30, "charge_min": 10000, "grace_days": 30,
                    "approved_by": "ministry", "cancel_days": 7, "charge_unit": 1000, "holding_max": 2000000, "notice_days": [30, 14, 10, 5, 1],
                    "payment_max": 2000000, "rejoin_days": 30, "announced_at": null, "bank_opens_at": "00:30:00", "notice_months": 1,
                    "bank_closes_at": "23:30:00", "validity_years": 5, "refund_used_bps": 6000, "charge_month_max": 2000000,
                    "refund_small_max": 10000, "charge_cancel_days": 7, "refund_small_used_bps": 8000, "settle_after_bank_days": 2}'::jsonb)) AS b (terms)
), decided AS (
    SELECT p.policy_id AS id, p.valid_to, to_jsonb(b) - 'valid_to' || '{"budget": null}' || p.terms
           || jsonb_build_object('id', p.policy_id, 'valid_from', p.valid_from, 'source', p.reason,
                                 'approved_by', 'person:' || replace(p.decided_by::text, '-', ''), 'announced_at', p.decided_at) AS terms
    FROM shared.policy_proposals p JOIN shared.policies b ON b.id = p.based_on WHERE p.status = 'APPROVED'
), again AS (
    SELECT DISTINCT ON (p.valid_to) p.policy_id || '.after' AS id, NULL::timestamptz AS valid_to, to_jsonb(b) - 'valid_to'
           || jsonb_build_object('id', p.policy_id || '.after', 'valid_from', p.valid_to, 'source', p.reason,
                                 'approved_by', 'person:' || replace(p.decided_by::text, '-', ''), 'announced_at', p.decided_at) AS terms
    FROM shared.policy_proposals p JOIN shared.policies b ON b.id = p.based_on
    WHERE p.status = 'APPROVED' AND p.valid_to IS NOT NULL AND NOT EXISTS (SELECT 1 FROM shared.policy_proposals q WHERE q.status = 'APPROVED' AND q.valid_from = p.valid_to)
      AND NOT EXISTS (SELECT 1 FROM history h WHERE (h.terms ->> 'valid_from')::timestamptz = p.valid_to)
    ORDER BY p.valid_to, p.decided_at, p.id
), known AS (
    SELECT * FROM history UNION ALL SELECT * FROM decided UNION ALL SELECT * FROM again
), versions AS (
    SELECT p.id, p.valid_from, p.valid_to, to_jsonb(p) - 'valid_to' AS terms, lead(p.valid_from) OVER (ORDER BY p.valid_from) AS next_from FROM shared.policies p
)
SELECT format('rules of %s', coalesce(v.id, k.id)) AS subject,
       CASE WHEN v.id IS NULL THEN 'are gone' WHEN k.id IS NULL THEN 'were decided by nobody'
            ELSE format('differ from what was decided: %s', (SELECT string_agg(key, ', ' ORDER BY key) FROM jsonb_each(v.terms) AS e WHERE e.value IS DISTINCT FROM k.terms -> e.key)) END AS detail,
       0::bigint AS loss, 'state' AS loses
FROM versions v FULL JOIN known k ON k.id = v.id WHERE v.terms IS DISTINCT FROM k.terms
UNION ALL
SELECT format('rules of %s', v.id), format('end %s; decided was %s, the next begin %s', v.valid_to, k.valid_to, v.next_from), 0, 'state'
FROM versions v JOIN known k ON k.id = v.id
WHERE v.valid_to IS DISTINCT FROM k.valid_to AND v.valid_to IS DISTINCT FROM v.next_from
UNION ALL
SELECT format('proposal %s', id), 'was decided by who proposed it', 0, 'state' FROM shared.policy_proposals WHERE decided_by = proposed_by
UNION ALL
SELECT format('proposal %s', id), format('is based on %s, which no version is', based_on), 0, 'state'
FROM shared.policy_proposals p WHERE NOT EXISTS (SELECT 1 FROM shared.policies b WHERE b.id = p.based_on)
