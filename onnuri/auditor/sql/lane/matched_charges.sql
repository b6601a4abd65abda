-- Part of bank_lines_explained: the lines matched to each charge of this lane sum to what its holder paid.
SELECT format('charge %s', c.id) AS subject,
       CASE WHEN c.status <> 'SUCCEEDED' OR sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END) <> c.paid
            THEN format('is %s, paid %s; lines of %s are matched to it', c.status, c.paid,
                        sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END)) END AS detail,
       abs(c.paid - sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END))::bigint AS loss, count(*) AS matched
FROM charges c JOIN shared.matches m ON m.matched_kind = 'charge' AND m.subject_id = c.id JOIN shared.statement_lines l ON l.id = m.line_id
GROUP BY c.id
