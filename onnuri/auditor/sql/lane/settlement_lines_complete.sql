-- Truth: every payment and cancel of a closed day whose lines are written is in exactly one line: each line says again what the payments and
-- cancels of its day, shop and channel say; net and payable follow from them; what a day ended below zero is a debt.
WITH acts AS (
    SELECT business_date AS day, shop_id, channel, 1 AS payments, amount AS gross, 0 AS cancels, 0 AS same_day, 0 AS earlier
    FROM payments WHERE business_date IN (SELECT day FROM days)
    UNION ALL
    SELECT c.business_date, c.shop_id, p.channel, 0, 0, 1, CASE WHEN c.same_day THEN c.amount ELSE 0 END,
           CASE WHEN c.same_day THEN 0 ELSE c.amount END
    FROM cancels c JOIN payments p ON p.id = c.payment_id WHERE c.business_date IN (SELECT day FROM days)
), expected AS (
    SELECT day, shop_id, channel, sum(payments)::bigint AS payments, sum(gross)::bigint AS gross, sum(cancels)::bigint AS cancels,
           sum(same_day)::bigint AS same_day, sum(earlier)::bigint AS earlier
    FROM acts GROUP BY day, shop_id, channel
)
SELECT format('line %s %s %s', coalesce(e.day, l.day), coalesce(e.shop_id, l.shop_id), coalesce(e.channel, l.channel)),
       format('says %s payments %s, cancels %s of %s and %s; there are %s of %s, cancels %s of %s and %s', l.payments, l.gross, l.cancels,
              l.cancelled_same_day, l.cancelled_earlier, e.payments, e.gross, e.cancels, e.same_day, e.earlier),
       abs(coalesce(e.gross - e.same_day - e.earlier, 0) - coalesce(l.gross - l.cancelled_same_day - l.cancelled_earlier, 0)),
       CASE WHEN coalesce(e.gross - e.same_day - e.earlier, 0) > coalesce(l.gross - l.cancelled_same_day - l.cancelled_earlier, 0)
            THEN 'shop' ELSE 'pool' END
FROM expected e FULL JOIN settlement_lines l ON l.day = e.day AND l.shop_id = e.shop_id AND l.channel = e.channel
WHERE (l.payments, l.gross, l.cancels, l.cancelled_same_day, l.cancelled_earlier)
      IS DISTINCT FROM (e.payments, e.gross, e.cancels, e.same_day, e.earlier)
  -- lines of a day that was closed just now may be on their way; the first ones are those that moved a debt
  AND (l.day IS NOT NULL OR e.day IN (SELECT day FROM day_sheets))
UNION ALL
SELECT format('day %s', d.day), 'has no lines, a later day has', 0, 'nobody'
FROM days d WHERE d.day < (SELECT max(day) FROM day_sheets) AND NOT EXISTS (SELECT 1 FROM day_sheets s WHERE s.day = d.day)
UNION ALL
SELECT format('line %s %s %s', day, shop_id, channel), format('gross %s less cancels is %s, not %s; payable %s', gross,
              gross - cancelled_same_day - cancelled_earlier, net, payable),
       greatest(abs(gross - cancelled_same_day - cancelled_earlier - net), abs(payable - greatest(net - fee - held - debt_repaid, 0))),
       CASE WHEN payable < net - fee - held - debt_repaid THEN 'shop' ELSE 'pool' END
FROM settlement_lines
WHERE net <> gross - cancelled_same_day - cancelled_earlier OR payable <> greatest(net - fee - held - debt_repaid, 0)
   OR fee < 0 OR held < 0 OR debt_repaid < 0 OR debt_repaid > greatest(net - fee - held, 0)
UNION ALL
SELECT format('day %s', s.day), format('sums up %s lines, gross %s, net %s, payable %s; they are %s, %s, %s, %s', s.lines, s.gross, s.net, s.payable,
              count(l.day), coalesce(sum(l.gross), 0), coalesce(sum(l.net), 0), coalesce(sum(l.payable), 0)), 0, 'nobody'
FROM day_sheets s LEFT JOIN settlement_lines l ON l.day = s.day GROUP BY s.day
HAVING (s.lines, s.gross, s.net, s.payable) <> (count(l.day), coalesce(sum(l.gross), 0), coalesce(sum(l.net), 0), coalesce(sum(l.payable), 0))
