-- Truth: a transfer has the date of its entry; days close in order, none is left out; the books never go back in time;
-- nothing recorded after the close of a day is dated into it, but an adjustment that says so and why.
WITH first_day AS (
    SELECT min(day) AS day FROM days
)
SELECT format('transfer %s', t.seq) AS subject, format('dated %s, its entry %s', t.effective_on, e.effective_on) AS detail,
       t.amount AS loss, 'shop' AS loses
FROM transfers t JOIN entries e ON e.id = t.entry_id WHERE t.effective_on <> e.effective_on
UNION ALL
-- a day before the first closed one counts as closed with it
SELECT format('transfer %s', t.seq), format('dated %s, recorded after that day closed at %s', t.effective_on, d.seq_hi), t.amount, 'shop'
FROM transfers t CROSS JOIN first_day f JOIN days d ON d.day = greatest(t.effective_on, f.day) JOIN entries e ON e.id = t.entry_id
WHERE t.seq > d.seq_hi AND (NOT e.adjusts OR e.reason IS NULL)
UNION ALL
SELECT format('entry %s', e.id), format('adjusts %s, which was open', e.effective_on), sum(t.amount)::bigint, 'shop'
FROM entries e JOIN transfers t ON t.entry_id = e.id CROSS JOIN first_day f
LEFT JOIN days d ON d.day = greatest(e.effective_on, f.day)
WHERE e.adjusts AND (d.seq_hi IS NULL OR t.seq <= d.seq_hi) GROUP BY e.id, e.effective_on
UNION ALL
SELECT format('day %s', day), format('closed at transfer %s and refusal %s after %s at %s and %s', seq_hi, refusal_hi, before, seq_before, refusal_before),
       0, 'nobody'
FROM (SELECT day, seq_hi, refusal_hi, closed_at, lag(day) OVER w AS before, lag(seq_hi) OVER w AS seq_before,
             lag(refusal_hi) OVER w AS refusal_before, lag(closed_at) OVER w AS closed_before
      FROM days WINDOW w AS (ORDER BY day)) AS d
WHERE seq_hi < seq_before OR refusal_hi < refusal_before OR closed_at < closed_before OR day <> before + 1
UNION ALL
SELECT 'lane', format('last closed day %s, the last row %s', l.last_day, d.last), 0, 'nobody'
FROM lane l, (SELECT max(day) AS last, max(seq_hi) AS seq_hi, max(refusal_hi) AS refusal_hi FROM days) AS d
WHERE l.last_day IS DISTINCT FROM d.last OR d.seq_hi > l.last_seq OR d.refusal_hi > l.last_refusal
UNION ALL
SELECT format('batch %s', batch), format('recorded at %s, before the batch before it', recorded_at), 0, 'nobody'
FROM (SELECT batch, recorded_at, lag(recorded_at) OVER (ORDER BY batch) AS before FROM chain) AS c WHERE recorded_at < before
UNION ALL
SELECT 'lane', format('says its last batch is of %s', l.recorded_at), 0, 'nobody'
FROM lane l JOIN chain c ON c.batch = l.last_batch WHERE l.recorded_at <> c.recorded_at
