-- Part of payouts_agree: what a lane posted for a payout is what its steps say, with the payout's shop, and no payout money
-- moves without a step.
WITH steps AS (
    SELECT entry_id, CASE step WHEN 'requested' THEN 'payout' ELSE 'payout_' || step END AS code, sum(amount)::bigint AS won
    FROM payout_entries GROUP BY entry_id, step
), posted AS (
    SELECT t.entry_id, t.code, sum(t.amount)::bigint AS won
    FROM transfers t JOIN entries e ON e.id = t.entry_id
    WHERE t.code IN ('payout', 'payout_paid', 'payout_failed', 'payout_returned') AND e.reverses IS NULL GROUP BY t.entry_id, t.code
)
SELECT format('entry %s', coalesce(s.entry_id, p.entry_id)) AS subject,
       format('%s: the step says %s, the books moved %s', coalesce(s.code, p.code), s.won, p.won) AS detail,
       abs(coalesce(s.won, 0) - coalesce(p.won, 0)) AS loss, 'pool' AS loses
FROM steps s FULL JOIN posted p ON p.entry_id = s.entry_id AND p.code = s.code WHERE s.won IS DISTINCT FROM p.won
UNION ALL
SELECT format('payout %s', s.payout_id), format('its step %s moved nothing of %s with its shop', s.step, s.amount), s.amount, 'shop'
FROM payout_entries s JOIN shared.payouts p ON p.id = s.payout_id
WHERE s.step <> 'paid' AND NOT EXISTS (
    SELECT 1 FROM transfers t JOIN accounts a ON a.id = CASE WHEN s.step = 'requested' THEN t.debit_account ELSE t.credit_account END
    WHERE t.entry_id = s.entry_id AND t.amount = s.amount AND a.path = 'merchant:' || replace(p.shop_id::text, '-', ''))
UNION ALL
SELECT format('line %s %s %s', l.day, l.shop_id, l.channel), format('is carried by the payout %s of another shop', l.payout_id), l.payable, 'shop'
FROM settlement_lines l JOIN shared.payouts p ON p.id = l.payout_id WHERE p.shop_id <> l.shop_id
