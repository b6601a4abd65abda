-- What shops earned on a day, for those shops only whose debts move: a channel ended below zero, or something is owed.
WITH taken AS (
    -- payments of the day
    SELECT shop_id, channel, sum(amount)::bigint AS amount
    FROM payments WHERE business_date = :day
    GROUP BY shop_id, channel
), given_back AS (
    -- cancels of the day, of payments of any day
    SELECT c.shop_id, p.channel, sum(c.amount)::bigint AS amount
    FROM cancels c JOIN payments p ON p.id = c.payment_id
    WHERE c.business_date = :day
    GROUP BY c.shop_id, p.channel
), nets AS (
    SELECT shop_id, channel, coalesce(t.amount, 0) - coalesce(g.amount, 0) AS net
    FROM taken t FULL JOIN given_back g USING (shop_id, channel)
), owing AS (
    -- what these shops still owe from days before
    SELECT n.shop_id, b.debits - b.credits AS owed
    FROM (SELECT DISTINCT shop_id FROM nets) n
    JOIN accounts a ON a.path = 'merchant_receivable:' || replace(n.shop_id::text, '-', '')
    JOIN balances b ON b.account_id = a.id
    WHERE b.debits > b.credits
), concerned AS (
    SELECT shop_id FROM owing UNION SELECT shop_id FROM nets WHERE net < 0
)
SELECT n.shop_id, n.channel, n.net, coalesce(o.owed, 0)::bigint AS owed
FROM nets n JOIN concerned USING (shop_id) LEFT JOIN owing o USING (shop_id)
ORDER BY n.shop_id, n.channel
