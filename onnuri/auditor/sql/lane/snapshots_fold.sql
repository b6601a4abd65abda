-- Truth: the written-down balances of each closed day are the fold of the transfers recorded up to its close (and, of those,
-- of what is dated up to the day); totals of each kind are their sums. Days are written down in order, none left out.
WITH legs AS (
    SELECT debit_account AS account, amount AS debit, 0::bigint AS credit, seq, effective_on FROM transfers
    UNION ALL
    SELECT credit_account, 0, amount, seq, effective_on FROM transfers
), bounds AS (
    SELECT d.day, d.seq_hi, lag(d.seq_hi, 1, 0::bigint) OVER (ORDER BY d.day) AS seq_before FROM days d
), recorded AS (
    -- what each day added, and the running sum of it
    SELECT l.account, b.day, sum(l.debit)::bigint AS debits, sum(l.credit)::bigint AS credits
    FROM legs l JOIN bounds b ON l.seq > b.seq_before AND l.seq <= b.seq_hi GROUP BY l.account, b.day
), dated AS (
    -- a transfer counts as dated from the later of its date and the day that recorded it
    SELECT l.account, greatest(b.day, l.effective_on) AS day, sum(l.debit)::bigint AS debits, sum(l.credit)::bigint AS credits
    FROM legs l JOIN bounds b ON l.seq > b.seq_before AND l.seq <= b.seq_hi GROUP BY l.account, greatest(b.day, l.effective_on)
), marks AS (
    SELECT account, day, debits, credits, 0::bigint AS debits_dated, 0::bigint AS credits_dated, false AS written,
           0::bigint AS w_debits, 0::bigint AS w_credits, 0::bigint AS w_debits_dated, 0::bigint AS w_credits_dated FROM recorded
    UNION ALL
    SELECT account, day, 0, 0, debits, credits, false, 0, 0, 0, 0 FROM dated
    UNION ALL
    SELECT account_id, day, 0, 0, 0, 0, true, debits, credits, debits_dated, credits_dated FROM day_balances
), joined AS (
    SELECT account, day, bool_or(written) AS written, sum(debits) AS debits, sum(credits) AS credits, sum(debits_dated) AS debits_dated,
           sum(credits_dated) AS credits_dated, sum(w_debits) AS w_debits, sum(w_credits) AS w_credits,
           sum(w_debits_dated) AS w_debits_dated, sum(w_credits_dated) AS w_credits_dated
    FROM marks GROUP BY account, day
), folded AS (
    SELECT account, day, written, w_debits, w_credits, w_debits_dated, w_credits_dated, sum(debits) OVER w AS debits, sum(credits) OVER w AS credits,
           sum(debits_dated) OVER w AS debits_dated, sum(credits_dated) OVER w AS credits_dated
    FROM joined WINDOW w AS (PARTITION BY account ORDER BY day)
), totals AS (
    SELECT s.day, a.kind, sum(r.debits)::bigint AS debits, sum(r.credits)::bigint AS credits
    FROM day_snapshots s JOIN recorded r ON r.day <= s.day JOIN accounts a ON a.id = r.account GROUP BY s.day, a.kind
)
SELECT format('account %s on %s', f.account, f.day) AS subject,
       CASE WHEN f.written THEN format('written down %s, %s (dated %s, %s); its transfers say %s, %s (%s, %s)', f.w_debits, f.w_credits,
                                       f.w_debits_dated, f.w_credits_dated, f.debits, f.credits, f.debits_dated, f.credits_dated)
            ELSE 'moved and was not written down' END AS detail,
       greatest(abs(f.debits - f.w_debits), abs(f.credits - f.w_credits), abs(f.debits_dated - f.w_debits_dated),
                abs(f.credits_dated - f.w_credits_dated))::bigint AS loss, 'pool' AS loses
FROM folded f JOIN day_snapshots s ON s.day = f.day
WHERE NOT f.written OR (f.debits, f.credits, f.debits_dated, f.credits_dated) <> (f.w_debits, f.w_credits, f.w_debits_dated, f.w_credits_dated)
UNION ALL
SELECT format('account %s on %s', b.account_id, b.day), 'written down for a day that was not', b.credits, 'nobody'
FROM day_balances b WHERE NOT EXISTS (SELECT 1 FROM day_snapshots s WHERE s.day = b.day)
UNION ALL
SELECT format('%s on %s', coalesce(d.kind, t.kind), coalesce(d.day, t.day)), format('total %s, %s; its transfers say %s, %s', d.debits, d.credits, t.debits, t.credits),
       greatest(abs(coalesce(d.debits, 0) - coalesce(t.debits, 0)), abs(coalesce(d.credits, 0) - coalesce(t.credits, 0))), 'pool'
FROM day_totals d FULL JOIN totals t ON t.day = d.day AND t.kind = d.kind
WHERE (coalesce(d.debits, 0), coalesce(d.credits, 0)) <> (coalesce(t.debits, 0), coalesce(t.credits, 0))
UNION ALL
SELECT format('day %s', d.day), 'was not written down, a later one was', 0, 'nobody'
FROM days d WHERE d.day < (SELECT max(day) FROM day_snapshots) AND NOT EXISTS (SELECT 1 FROM day_snapshots s WHERE s.day = d.day)
