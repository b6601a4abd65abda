-- Truth: every line the bank booked is matched or in a break; files are whole; what is matched to a payout is its amount.
WITH explained AS MATERIALIZED (
    -- lines in a break that is open, or that a person resolved: what matching resolved must be matched
    SELECT l.id, l.end_to_end_id, b.kind FROM shared.breaks b JOIN shared.statement_lines l ON l.id = substr(b.reference, 6)::bigint
    WHERE b.reference ~ '^line:[0-9]+$' AND (b.resolved_at IS NULL OR b.resolved_by <> 'matching')
)
SELECT format('line %s', l.id) AS subject, format('%s %s on %s (%s) is neither matched nor in a break', l.direction, l.amount, l.booked_on, l.line_ref) AS detail,
       l.amount AS loss, 'pool' AS loses
FROM shared.statement_lines l
WHERE NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.line_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM explained x WHERE x.id = l.id)
  -- lines that carry one id and together are another amount are one break
  AND NOT EXISTS (SELECT 1 FROM explained x WHERE x.kind = 'amount_differs' AND x.end_to_end_id = l.end_to_end_id AND l.end_to_end_id <> '')
UNION ALL
SELECT format('file %s', f.file_id), format('says %s lines from %s to %s; it has %s that move %s', f.line_count, f.opening, f.closing,
              count(l.id), coalesce(sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END), 0)),
       abs(f.closing - f.opening - coalesce(sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END), 0))::bigint, 'pool'
FROM shared.statement_files f LEFT JOIN shared.statement_lines l ON l.file_id = f.file_id
GROUP BY f.file_id HAVING f.line_count <> count(l.id)
    OR f.closing - f.opening <> coalesce(sum(CASE WHEN l.direction = 'in' THEN l.amount ELSE -l.amount END), 0)
UNION ALL
SELECT format('payout %s', m.subject_id), format('%s: %s of it were matched, its amount is %s', m.matched_kind, m.won, p.amount),
       abs(coalesce(p.amount, 0) - m.won), 'pool'
FROM (SELECT x.matched_kind, x.subject_id, sum(l.amount)::bigint AS won, count(DISTINCT l.direction) AS directions, min(l.direction) AS direction
      FROM shared.matches x JOIN shared.statement_lines l ON l.id = x.line_id
      WHERE x.matched_kind IN ('payout', 'payout_return') GROUP BY x.matched_kind, x.subject_id) AS m
LEFT JOIN shared.payouts p ON p.id = m.subject_id
WHERE m.won IS DISTINCT FROM p.amount OR p.status NOT IN ('PAID', 'RETURNED') OR (m.matched_kind = 'payout_return') > (p.status = 'RETURNED')
   OR m.directions <> 1 OR m.direction <> CASE WHEN m.matched_kind = 'payout' THEN 'out' ELSE 'in' END
UNION ALL
-- a receipt is the one line that came in under its reference, with its amount
SELECT format('receipt of %s', m.subject_id), format('%s of %s, as %s, by %s line; it is %s of %s', coalesce(min(l.direction), 'nothing'), sum(l.amount), min(l.line_ref), count(l.id),
              r.amount, r.reference), greatest(coalesce(r.amount, 0), coalesce(sum(l.amount), 0))::bigint, 'pool'
FROM shared.matches m LEFT JOIN shared.statement_lines l ON l.id = m.line_id LEFT JOIN shared.bank_receipts r ON r.subject_id = m.subject_id
WHERE m.matched_kind = 'receipt' GROUP BY m.subject_id, r.amount, r.reference
HAVING count(l.id) <> 1 OR (count(*), min(l.direction), sum(l.amount), upper(min(l.line_ref)), min(l.end_to_end_id)) IS DISTINCT FROM (1, 'in', r.amount, r.reference, '')
