-- Part of lanes_agree: each lot that was handed over to another lane, as its own lane gave it and as the other one took it.
WITH gave AS (
    SELECT f.*, coalesce(o.face, f.face) AS first_face, coalesce(o.paid, f.paid) AS first_paid, coalesce(o.charged_at, f.created_at) AS charged_at,
           CASE WHEN coalesce(f.charge_id, o.charge_id, o.moved_lot) IS NOT NULL THEN coalesce(c.policy_id, o.policy_id) END AS policy_id,
           CASE WHEN f.source = 'grant' THEN coalesce(o.programme, (SELECT substr(a.path, 18) FROM transfers t JOIN accounts a ON a.id = t.debit_account WHERE t.credit_account = f.account_id AND a.kind = 'grant_receivable' ORDER BY t.seq LIMIT 1)) END AS programme,
           CASE WHEN f.source = 'gift' THEN coalesce(o.company_id, (SELECT substr(a.path, 10)::uuid FROM transfers t JOIN accounts a ON a.id = t.debit_account WHERE t.credit_account = f.account_id AND a.kind = 'purchase' ORDER BY t.seq LIMIT 1)) END AS company_id,
           coalesce(o.used, 0) AS used_before, x.won, x.paid_won, x.subsidy_won, x.seq
    FROM shared.handovers h JOIN wallets w ON w.id = h.from_wallet JOIN shared.wallets r ON r.id = h.to_wallet AND r.lane <> current_schema()
    JOIN lots f ON f.wallet_id = h.from_wallet LEFT JOIN lot_origins o ON o.lot_id = f.id LEFT JOIN charges c ON c.id = coalesce(f.charge_id, o.charge_id)
    JOIN LATERAL (SELECT sum(t.amount)::bigint AS won, coalesce(sum(t.amount) FILTER (WHERE t.code = 'handover_paid'), 0)::bigint AS paid_won,
                         coalesce(sum(t.amount) FILTER (WHERE t.code = 'handover_subsidy'), 0)::bigint AS subsidy_won, min(t.seq) AS seq
                  FROM transfers t WHERE t.entry_id = h.entry_id AND t.debit_account = f.account_id AND t.code <> 'handover_owed') AS x ON x.won > 0
)
SELECT g.id, 'gave' AS side, g.source, g.giftable, g.refundable, g.won, g.paid_won, g.subsidy_won, g.first_face, g.first_paid,
       extract(epoch FROM greatest(g.expires_at, (SELECT max(r.until) FROM lot_graces r WHERE r.lot_id = g.id)))::bigint,
       extract(epoch FROM g.charged_at)::bigint, g.policy_id, g.programme, g.company_id,
       (g.used_before + coalesce((SELECT sum(CASE WHEN t.debit_account = g.account_id THEN t.amount ELSE -t.amount END) FROM transfers t
            JOIN accounts a ON a.id = CASE WHEN t.debit_account = g.account_id THEN t.credit_account ELSE t.debit_account END
            WHERE g.account_id IN (t.debit_account, t.credit_account) AND a.kind IN ('merchant', 'merchant_held', 'card_issuer') AND t.seq < g.seq), 0))::bigint
FROM gave g
UNION ALL
SELECT o.other_lot, 'took', l.source, l.giftable, l.refundable, l.face, l.paid, l.subsidy, o.face, o.paid, extract(epoch FROM l.expires_at)::bigint,
       extract(epoch FROM o.charged_at)::bigint, o.policy_id, o.programme, o.company_id, o.used
FROM lot_origins o JOIN lots l ON l.id = o.lot_id WHERE o.other_lot IS NOT NULL
ORDER BY 1
