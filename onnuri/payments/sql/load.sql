-- The working set of one batch, in one document. `asked` holds what the items name; the lane is held.
WITH asked AS (
    SELECT CAST(:asked AS jsonb) AS names
), keys AS (
    SELECT k.caller, k.key FROM asked, jsonb_to_recordset(names -> 'keys') AS k (caller text, key text)
), payees AS (
    SELECT p.kind, p.value FROM asked, jsonb_to_recordset(names -> 'payees') AS p (kind text, value text)
), cancelled AS (
    -- payments that the cancels name, with what was taken from where and what came back already
    SELECT p.id, p.shop_id, p.wallet_id, p.amount, p.paid_at, p.business_date, y.cancel_days, y.grace_days,
           (SELECT coalesce(sum(c.amount), 0) FROM cancels c WHERE c.payment_id = p.id) AS cancelled,
           (SELECT json_agg(json_build_array(l.id, l.account_id, t.amount) ORDER BY t.seq)
            FROM transfers t JOIN lots l ON l.account_id = t.debit_account WHERE t.entry_id = p.entry_id) AS taken,
           (SELECT t.credit_account FROM transfers t WHERE t.entry_id = p.entry_id LIMIT 1) AS shop_account_id
    FROM asked, jsonb_array_elements_text(names -> 'payments') AS n (id)
    JOIN payments p ON p.id = CAST(n.id AS uuid)
    JOIN shared.policies y ON y.id = p.policy_id
), wallet_ids AS (
    SELECT CAST(n.id AS uuid) AS id FROM asked, jsonb_array_elements_text(names -> 'wallets') AS n (id)
    UNION
    SELECT wallet_id FROM cancelled
), alive AS (
    -- lots that can be spent, by their own expiry or by a grace; and expired ones that a cancel of this batch may revive
    SELECT l.id, l.expires_at AS until FROM wallet_ids i JOIN lots l ON l.wallet_id = i.id AND l.expires_at > :at
    UNION ALL
    SELECT l.id, max(g.until) FROM wallet_ids i JOIN lot_graces g ON g.wallet_id = i.id AND g.until > :at
    JOIN lots l ON l.id = g.lot_id AND l.expires_at <= :at GROUP BY l.id
    UNION ALL
    SELECT l.id, l.expires_at FROM (SELECT DISTINCT wallet_id FROM cancelled) AS c
    JOIN lots l ON l.wallet_id = c.wallet_id AND l.expires_at <= :at
    WHERE NOT EXISTS (SELECT 1 FROM lot_graces g WHERE g.lot_id = l.id AND g.until > :at)
), shops AS (
    -- by sticker, also by the id of an earlier operator's; or by the stall number that was typed
    SELECT p.kind, p.value, k.shop_id, k.id AS sticker_id, k.revoked_at IS NOT NULL AS revoked, k.expires_on
    FROM payees p
    LEFT JOIN shared.sticker_aliases a ON a.old_id = p.value
    JOIN shared.stickers k ON k.id = coalesce(a.sticker_id, p.value)
    WHERE p.kind = 'sticker'
    UNION ALL
    SELECT p.kind, p.value, s.id, NULL, false, NULL
    FROM payees p JOIN shared.shops s ON s.stall_number = p.value
    WHERE p.kind = 'stall'
)
SELECT json_build_object(
    'policy', (SELECT row_to_json(y) FROM shared.policies y WHERE y.valid_from <= :at ORDER BY y.valid_from DESC LIMIT 1),
    'outcomes', (SELECT coalesce(json_agg(json_build_array(o.caller, o.key, encode(o.body_hash, 'hex'), o.kind,
                                                           o.subject_id, o.refusal)), '[]')
                 FROM keys k JOIN outcomes o ON (o.caller, o.key) = (k.caller, k.key)),
    'wallets', (SELECT coalesce(json_agg(json_build_array(w.id, d.holder_id, w.status)), '[]')
                FROM wallet_ids i JOIN wallets w ON w.id = i.id JOIN shared.wallets d ON d.id = w.id),
    -- with cancels in the batch also the empty lots: a cancel may fill them for a later payment
    'lots', (SELECT coalesce(json_agg(json_build_array(l.id, l.wallet_id, l.account_id, l.source, l.charge_id, l.face,
                                                       l.paid, l.subsidy, l.created_at, i.until,
                                                       b.credits - b.debits - b.debits_pending)), '[]')
             FROM alive i JOIN lots l ON l.id = i.id
             JOIN balances b ON b.account_id = l.account_id
             WHERE b.credits > b.debits + b.debits_pending OR EXISTS (SELECT 1 FROM cancelled)),
    'shops', (SELECT coalesce(json_agg(json_build_array(n.kind, n.value, s.id, s.stall_number, s.name, s.market_id,
                                                        EXISTS (SELECT 1 FROM shared.tax_registrations r
                                                                WHERE r.market_id = s.market_id AND r.valid_from <= :at
                                                                  AND (r.valid_to IS NULL OR :at < r.valid_to)), s.status, s.valid_until, n.sticker_id,
                                                        n.revoked, n.expires_on, a.id)), '[]')
              FROM shops n JOIN shared.shops s ON s.id = n.shop_id
              LEFT JOIN accounts a ON a.path = 'merchant:' || replace(CAST(s.id AS text), '-', '')),
    'references', (SELECT coalesce(json_agg(p.client_reference), '[]')
                   FROM asked, jsonb_array_elements_text(names -> 'references') AS n (reference)
                   JOIN payments p ON p.client_reference = n.reference),
    'payments', (SELECT coalesce(json_agg(row_to_json(c)), '[]') FROM cancelled c)
) AS book
