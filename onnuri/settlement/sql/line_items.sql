-- The payments and cancels of a shop's business day, in order of time.
WITH sold AS (
    SELECT id, 'payment' AS kind, id AS payment_id, channel, amount, paid_at AS at, true AS same_day, entry_id
    FROM payments WHERE business_date = :day AND shop_id = :shop
), taken_back AS (
    SELECT c.id, 'cancel' AS kind, c.payment_id, p.channel, c.amount, c.cancelled_at AS at, c.same_day, c.entry_id
    FROM cancels c JOIN payments p ON p.id = c.payment_id
    WHERE c.business_date = :day AND c.shop_id = :shop
)
SELECT * FROM (SELECT * FROM sold UNION ALL SELECT * FROM taken_back) items
WHERE CAST(:after AS uuid) IS NULL OR id > :after
ORDER BY id LIMIT :limit
