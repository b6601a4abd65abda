-- What shops earned on a day, for those shops only whose debts move: a channel ended below zero, or something is owed.
-- Only shops that owe or cancelled are looked at: this runs while the lane is held.
WITH owing AS (
    -- what shops owe from days before
    SELECT CAST(split_part(a.path, ':', 2) AS uuid) AS shop_id, b.debits - b.credits AS owed
    FROM accounts a JOIN balances b ON b.account_id = a.id
    WHERE a.kind = 'merchant_receivable' AND b.debits > b.credits
), concerned AS MATERIALIZED (
    SELECT shop_id FROM owing UNION SELECT shop_id FROM cancels WHERE business_date = :day
), taken AS (
    -- their payments of the day
    SELECT p.shop_id, p.channel, sum(p.amount)::bigint AS amount
    FROM concerned JOIN payments p USING (shop_id) WHERE p.business_date = :day
    GROUP BY p.shop_id, p.channel
), given_back AS (
    -- cancels of the day, of payments of any day
    SELECT c.shop_id, p.channel, sum(c.amount)::bigint AS amount
    FROM cancels c JOIN payments p ON p.id = c.payment_id
    WHERE c.business_date = :day
    GROUP BY c.shop_id, p.channel
), nets AS (
    SELECT shop_id, channel, coalesce(t.amount, 0) - coalesce(g.amount, 0) AS net
    FROM taken t FULL JOIN given_back g USING (shop_id, channel)
)
SELECT n.shop_id, n.channel, n.net, coalesce(o.owed, 0)::bigint AS owed
FROM nets n LEFT JOIN owing o USING (shop_id)
WHERE o.owed > 0 OR n.shop_id IN (SELECT shop_id FROM nets WHERE net < 0)
ORDER BY n.shop_id, n.channel
