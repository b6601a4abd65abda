-- What some shops earned on a day, by channel; without `every`, only channels that ended below zero.
-- This runs while the lane is held, so only shops that cancelled, or those given, are looked at.
WITH concerned AS MATERIALIZED (
    SELECT DISTINCT shop_id FROM cancels WHERE business_date = :day AND NOT :every
    UNION
    SELECT g.shop_id FROM unnest(CAST(:shops AS uuid[])) AS g (shop_id)
), taken AS (
    -- their payments of the day
    SELECT p.shop_id, p.channel, sum(p.amount)::bigint AS amount
    FROM concerned JOIN payments p USING (shop_id) WHERE p.business_date = :day
    GROUP BY p.shop_id, p.channel
), given_back AS (
    -- their cancels of the day, of payments of any day
    SELECT c.shop_id, p.channel, sum(c.amount)::bigint AS amount
    FROM concerned JOIN cancels c USING (shop_id) JOIN payments p ON p.id = c.payment_id
    WHERE c.business_date = :day
    GROUP BY c.shop_id, p.channel
), nets AS (
    SELECT shop_id, channel, coalesce(t.amount, 0) - coalesce(g.amount, 0) AS net
    FROM taken t FULL JOIN given_back g USING (shop_id, channel)
)
SELECT shop_id, channel, net FROM nets WHERE :every OR net < 0 ORDER BY shop_id, channel
