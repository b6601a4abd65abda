-- Truth: safeguarded cash + what the state and others owe = what holders own + what shops are owed + money in flight; and each
-- item is what charges, payments, cancels, lines and payouts say it must be, whatever the books say.
WITH booked AS (
    SELECT k.kind, k.side, coalesce(sum(CASE WHEN k.side = 'debit' THEN b.debits - b.credits ELSE b.credits - b.debits END), 0)::bigint AS won
    FROM shared.account_kinds k JOIN accounts a ON a.kind = k.kind JOIN balances b ON b.account_id = a.id GROUP BY k.kind, k.side
), sides AS (
    SELECT coalesce(sum(won) FILTER (WHERE side = 'debit'), 0)::bigint AS covered,
           coalesce(sum(won) FILTER (WHERE side = 'credit'), 0)::bigint AS owed FROM booked
), steps AS (
    SELECT coalesce(sum(amount) FILTER (WHERE step = 'requested'), 0)::bigint AS requested,
           coalesce(sum(amount) FILTER (WHERE step = 'paid'), 0)::bigint AS paid,
           coalesce(sum(amount) FILTER (WHERE step = 'failed'), 0)::bigint AS failed,
           coalesce(sum(amount) FILTER (WHERE step = 'returned'), 0)::bigint AS returned FROM payout_entries
), facts AS (
    SELECT c.face, c.paid, c.subsidy, p.won AS payments, x.won AS cancels, l.debts, l.repaid
    FROM (SELECT coalesce(sum(face), 0)::bigint AS face, coalesce(sum(paid), 0)::bigint AS paid, coalesce(sum(subsidy), 0)::bigint AS subsidy
          FROM charges WHERE status = 'SUCCEEDED') AS c,
         (SELECT coalesce(sum(amount), 0)::bigint AS won FROM payments) AS p,
         (SELECT coalesce(sum(amount), 0)::bigint AS won FROM cancels) AS x,
         (SELECT coalesce(sum(greatest(-(net - fee - held - debt_repaid), 0)), 0)::bigint AS debts,
                 coalesce(sum(debt_repaid), 0)::bigint AS repaid FROM settlement_lines) AS l
), other AS (
    -- acts with no table of their own yet, and reversals, count as the books have them
    SELECT a.kind, sum(CASE WHEN (k.side = 'debit') = (t.debit_account = a.id) THEN t.amount ELSE -t.amount END)::bigint AS won
    FROM transfers t JOIN entries e ON e.id = t.entry_id
    JOIN accounts a ON a.id IN (t.debit_account, t.credit_account) JOIN shared.account_kinds k ON k.kind = a.kind
    WHERE e.reverses IS NOT NULL OR t.code NOT IN ('charge_paid', 'charge_subsidy', 'payment', 'cancel', 'debt', 'debt_repaid',
                                                   'payout', 'payout_paid', 'payout_failed', 'payout_returned')
    GROUP BY a.kind
), expected AS (
    SELECT 'bank' AS kind, f.paid - s.paid + s.returned AS won FROM facts f, steps s
    UNION ALL SELECT 'subsidy_receivable', f.subsidy FROM facts f
    UNION ALL SELECT 'lot', f.face - f.payments + f.cancels FROM facts f
    UNION ALL SELECT 'merchant', f.payments - f.cancels + f.debts - f.repaid - s.requested + s.failed + s.returned FROM facts f, steps s
    UNION ALL SELECT 'merchant_receivable', f.debts - f.repaid FROM facts f
    UNION ALL SELECT 'payout_in_flight', s.requested - s.paid - s.failed FROM steps s
), compared AS (
    SELECT kind, coalesce(b.won, 0) AS booked, coalesce(e.won, 0) + coalesce(o.won, 0) AS expected
    FROM booked b FULL JOIN expected e USING (kind) FULL JOIN other o USING (kind)
)
SELECT 'equation' AS subject, format('covered by %s, owed %s', covered, owed) AS detail, abs(covered - owed) AS loss, 'pool' AS loses
FROM sides WHERE covered <> owed
UNION ALL
SELECT kind, format('the books say %s; charges, payments, cancels, lines and payouts say %s', booked, expected), abs(booked - expected),
       CASE WHEN kind = 'lot' AND booked < expected THEN 'holder' WHEN kind = 'merchant' AND booked < expected THEN 'shop' ELSE 'pool' END
FROM compared WHERE booked <> expected
