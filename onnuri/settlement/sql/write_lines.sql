-- One line per shop and channel of a closed day: of the shops given, or of every shop that has none yet.
-- The arrays say which lines repay how much debt.
WITH taken AS (
    SELECT shop_id, channel, count(*) AS payments, sum(amount)::bigint AS gross
    FROM payments WHERE business_date = :day AND (:every OR shop_id = ANY(CAST(:shops AS uuid[])))
    GROUP BY shop_id, channel
), given_back AS (
    SELECT c.shop_id, p.channel, count(*) AS cancels,
           coalesce(sum(c.amount) FILTER (WHERE c.same_day), 0)::bigint AS same_day,
           coalesce(sum(c.amount) FILTER (WHERE NOT c.same_day), 0)::bigint AS earlier
    FROM cancels c JOIN payments p ON p.id = c.payment_id
    WHERE c.business_date = :day AND (:every OR c.shop_id = ANY(CAST(:shops AS uuid[])))
    GROUP BY c.shop_id, p.channel
), lines AS (
    SELECT shop_id, channel, coalesce(t.payments, 0) AS payments, coalesce(t.gross, 0) AS gross,
           coalesce(g.cancels, 0) AS cancels, coalesce(g.same_day, 0) AS same_day, coalesce(g.earlier, 0) AS earlier
    FROM taken t FULL JOIN given_back g USING (shop_id, channel)
), repaid AS (
    SELECT r.shop_id, r.channel, r.amount
    FROM unnest(CAST(:repaying_shop AS uuid[]), CAST(:repaying_channel AS text[]), CAST(:repaid AS bigint[]))
        AS r (shop_id, channel, amount)
)
INSERT INTO settlement_lines (day, shop_id, market_id, channel, payments, gross, cancels, cancelled_same_day,
                              cancelled_earlier, net, fee, held, debt_repaid, payable, due_on)
SELECT :day, l.shop_id, s.market_id, l.channel, l.payments, l.gross, l.cancels, l.same_day, l.earlier,
       l.gross - l.same_day - l.earlier, 0, 0, coalesce(r.amount, 0),
       greatest(l.gross - l.same_day - l.earlier, 0) - coalesce(r.amount, 0), :due_on
FROM lines l JOIN shared.shops s ON s.id = l.shop_id LEFT JOIN repaid r USING (shop_id, channel)
ON CONFLICT (day, shop_id, channel) DO NOTHING
