-- Truth: every line the bank booked is matched or in a break; files are whole; what is matched to a payout is its amount.
SELECT format('line %s', l.id) AS subject, format('%s %s on %s (%s) is neither matched nor in a break', l.direction, l.amount, l.booked_on, l.line_ref) AS detail,
       l.amount AS loss, 'pool' AS loses
FROM shared.statement_lines l
WHERE NOT EXISTS (SELECT 1 FROM shared.matches m WHERE m.line_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM shared.breaks b WHERE b.reference IN (l.id::text, l.line_ref, l.file_id || '/' || l.line_ref, l.end_to_end_id))
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
WHERE m.won IS DISTINCT FROM p.amount OR m.directions <> 1 OR m.direction <> CASE WHEN m.matched_kind = 'payout' THEN 'out' ELSE 'in' END
