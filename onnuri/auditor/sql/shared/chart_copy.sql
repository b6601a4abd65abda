-- Truth: the chart of accounts and the allow-list of transfers are the published ones. This is the auditor's own copy: whoever
-- lets a new transfer run says so here too.
WITH kinds (kind, side, floored) AS (
    VALUES
    ('bank', 'debit', false), ('breakage', 'credit', false), ('card_issuer', 'credit', false), ('fee_income', 'credit', false),
    ('gift_box', 'credit', true), ('grant_receivable', 'debit', false), ('handover', 'credit', true),
    ('holder_receivable', 'debit', false), ('lane_clearing', 'credit', false), ('loss', 'debit', false), ('lot', 'credit', true),
    ('merchant', 'credit', false), ('merchant_held', 'credit', true), ('merchant_receivable', 'debit', false),
    ('payout_in_flight', 'credit', true), ('purchase', 'credit', true), ('refund_in_flight', 'credit', true),
    ('subsidy_receivable', 'debit', false), ('suspense', 'credit', false), ('unclaimed', 'credit', false)
), codes (code, debit_kind, credit_kind, share) AS (
    VALUES
    ('cancel', 'merchant', 'lot', NULL), ('charge_paid', 'bank', 'lot', NULL), ('charge_subsidy', 'subsidy_receivable', 'lot', NULL),
    ('claw_back', 'lot', 'grant_receivable', NULL), ('claw_back_repaid', 'bank', 'holder_receivable', NULL),
    ('claw_back_repaid_face', 'lot', 'holder_receivable', NULL), ('claw_back_repaid_paid', 'lot', 'holder_receivable', 'paid'),
    ('claw_back_repaid_subsidy', 'lot', 'holder_receivable', 'subsidy'),
    ('claw_back_spent', 'holder_receivable', 'grant_receivable', NULL), ('company_bought', 'bank', 'purchase', NULL),
    ('company_credit', 'purchase', 'lot', NULL),
    ('company_moved', 'lane_clearing', 'purchase', NULL), ('company_moved', 'purchase', 'lane_clearing', NULL), ('debt', 'merchant_receivable', 'merchant', NULL),
    ('debt_repaid', 'merchant', 'merchant_receivable', NULL), ('expiry_grant', 'lot', 'grant_receivable', NULL),
    ('expiry_repaid', 'lot', 'unclaimed', NULL),
    ('expiry_paid', 'lot', 'unclaimed', 'paid'), ('expiry_subsidy', 'lot', 'subsidy_receivable', 'subsidy'),
    ('gift_accept_paid', 'gift_box', 'lane_clearing', NULL), ('gift_accept_paid', 'gift_box', 'lot', NULL),
    ('gift_accept_paid', 'lane_clearing', 'lot', NULL), ('gift_accept_subsidy', 'gift_box', 'lane_clearing', NULL),
    ('gift_accept_subsidy', 'gift_box', 'lot', NULL), ('gift_accept_subsidy', 'lane_clearing', 'lot', NULL),
    ('gift_paid', 'lot', 'gift_box', 'paid'), ('gift_return_paid', 'gift_box', 'lot', 'paid'),
    ('gift_return_subsidy', 'gift_box', 'lot', 'subsidy'), ('gift_subsidy', 'lot', 'gift_box', 'subsidy'),
    ('grant', 'grant_receivable', 'lot', NULL), ('grant_received', 'bank', 'grant_receivable', NULL),
    ('handover_face', 'lot', 'handover', NULL), ('handover_in_face', 'handover', 'lot', NULL),
    ('handover_in_paid', 'handover', 'lot', NULL), ('handover_in_subsidy', 'handover', 'lot', NULL),
    ('handover_in_face', 'handover', 'lane_clearing', NULL), ('handover_in_face', 'lane_clearing', 'lot', NULL),
    ('handover_in_paid', 'handover', 'lane_clearing', NULL), ('handover_in_paid', 'lane_clearing', 'lot', NULL),
    ('handover_in_subsidy', 'handover', 'lane_clearing', NULL), ('handover_in_subsidy', 'lane_clearing', 'lot', NULL),
    ('handover_owed', 'lot', 'handover', NULL), ('handover_owed', 'unclaimed', 'handover', NULL),
    ('handover_in_owed', 'handover', 'unclaimed', NULL), ('handover_in_owed', 'handover', 'lane_clearing', NULL),
    ('handover_in_owed', 'lane_clearing', 'unclaimed', NULL),
    ('handover_paid', 'lot', 'handover', 'paid'), ('handover_subsidy', 'lot', 'handover', 'subsidy'),
    ('migration_grant', 'grant_receivable', 'lot', NULL), ('migration_paid', 'bank', 'lot', NULL),
    ('migration_subsidy', 'subsidy_receivable', 'lot', NULL), ('payment', 'lot', 'merchant', NULL),
    ('payout', 'merchant', 'payout_in_flight', NULL), ('payout_failed', 'payout_in_flight', 'merchant', NULL),
    ('payout_paid', 'payout_in_flight', 'bank', NULL), ('payout_returned', 'bank', 'merchant', NULL),
    ('refund_back_paid', 'refund_in_flight', 'lot', 'paid'), ('refund_back_subsidy', 'subsidy_receivable', 'lot', 'subsidy'),
    ('refund_done', 'refund_in_flight', 'bank', NULL), ('refund_paid', 'lot', 'refund_in_flight', 'paid'),
    ('refund_subsidy', 'lot', 'subsidy_receivable', 'subsidy'), ('subsidy_received', 'bank', 'subsidy_receivable', NULL),
    ('unclaimed_back', 'refund_in_flight', 'unclaimed', NULL), ('unclaimed_paid', 'unclaimed', 'refund_in_flight', NULL)
)
SELECT format('kind %s', coalesce(k.kind, a.kind)) AS subject,
       CASE WHEN k.kind IS NULL THEN 'is not in the published chart' WHEN a.kind IS NULL THEN 'is gone' ELSE 'is another than published' END AS detail,
       0::bigint AS loss, 'pool' AS loses
FROM kinds k FULL JOIN shared.account_kinds a ON a.kind = k.kind WHERE (k.side, k.floored) IS DISTINCT FROM (a.side, a.floored)
UNION ALL
SELECT format('%s from %s to %s', coalesce(c.code, t.code), coalesce(c.debit_kind, t.debit_kind), coalesce(c.credit_kind, t.credit_kind)),
       CASE WHEN c.code IS NULL THEN 'is not on the published allow-list' WHEN t.code IS NULL THEN 'is gone' ELSE 'takes another share than published' END, 0, 'pool'
FROM codes c FULL JOIN shared.transfer_codes t ON (t.code, t.debit_kind, t.credit_kind) = (c.code, c.debit_kind, c.credit_kind)
WHERE c.code IS NULL OR t.code IS NULL OR c.share IS DISTINCT FROM t.share
