-- The same for the shared tables: what banks and people wrote about money.
SELECT * FROM (
    SELECT format('payout %s', id), bank_message FROM shared.payouts
    UNION ALL SELECT format('break %s', id), explanation FROM shared.breaks
    UNION ALL SELECT format('break %s', id), resolution FROM shared.breaks
    UNION ALL SELECT format('statement line %s', id), remitter_text FROM shared.statement_lines
    UNION ALL SELECT format('shop status %s', id), reason FROM shared.shop_statuses
    UNION ALL SELECT format('handover %s', id), reason FROM shared.handovers
    UNION ALL SELECT format('claw-back order %s', id), reason FROM shared.claw_back_orders
    UNION ALL SELECT format('end of tax registration %s', registration_id), reason FROM shared.tax_registration_ends
    UNION ALL SELECT format('shop account %s', id), closed_reason FROM shared.shop_accounts
) AS texts (subject, words) WHERE words IS NOT NULL
