-- Part of bank_lines_explained: the lines matched to each charge, refund and purchase of this lane sum to what was paid or got.
WITH orders AS (
    SELECT 'charge' AS kind, id, status, paid AS won FROM charges
    UNION ALL SELECT 'refund', id, status, -paid FROM refunds
    UNION ALL SELECT 'purchase', id, status, amount FROM company_purchases WHERE how = 'withdrawal'
), matched AS (
    SELECT m.matched_kind AS kind, m.subject_id, count(*) AS lines, sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END)::bigint AS won
    FROM shared.matches m JOIN shared.statement_lines l ON l.id = m.line_id
    WHERE m.matched_kind IN ('charge', 'refund', 'purchase') GROUP BY m.matched_kind, m.subject_id
)
SELECT format('%s %s', o.kind, o.id) AS subject,
       CASE WHEN o.status <> 'SUCCEEDED' OR m.won <> o.won THEN format('is %s of %s; lines of %s are matched to it', o.status, o.won, m.won) END AS detail,
       abs(o.won - m.won) AS loss, m.lines AS matched
FROM orders o JOIN matched m ON m.kind = o.kind AND m.subject_id = o.id
