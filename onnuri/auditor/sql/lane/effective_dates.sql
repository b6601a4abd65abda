-- Truth: a transfer has the date of its entry; days close in order, none is left out; nothing recorded after the close of a
-- day is dated into it.
SELECT format('transfer %s', t.seq), format('dated %s, its entry %s', t.effective_on, e.effective_on), t.amount, 'shop'
FROM transfers t JOIN entries e ON e.id = t.entry_id WHERE t.effective_on <> e.effective_on
UNION ALL
SELECT format('transfer %s', t.seq), format('dated %s, recorded after that day closed at %s', t.effective_on, d.seq_hi), t.amount, 'shop'
FROM transfers t JOIN days d ON d.day = t.effective_on WHERE t.seq > d.seq_hi
UNION ALL
SELECT format('day %s', day), format('closed at %s after %s at %s', seq_hi, before, seq_hi_before), 0, 'nobody'
FROM (SELECT day, seq_hi, closed_at, lag(day) OVER w AS before, lag(seq_hi) OVER w AS seq_hi_before, lag(closed_at) OVER w AS closed_before
      FROM days WINDOW w AS (ORDER BY day)) AS d
WHERE seq_hi < seq_hi_before OR closed_at < closed_before OR day <> before + 1
UNION ALL
SELECT 'lane', format('last closed day %s, the last row %s', l.last_day, d.last), 0, 'nobody'
FROM lane l, (SELECT max(day) AS last, max(seq_hi) AS seq_hi FROM days) AS d
WHERE l.last_day IS DISTINCT FROM d.last OR d.seq_hi > l.last_seq
UNION ALL
SELECT format('transfer %s', t.seq), format('dated %s, a day before the first one that closed, and recorded later', t.effective_on), t.amount, 'shop'
FROM transfers t, (SELECT min(day) AS day, (array_agg(seq_hi ORDER BY day))[1] AS seq_hi FROM days) AS f
WHERE t.effective_on < f.day AND t.seq > f.seq_hi
