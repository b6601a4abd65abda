-- Truth: no secret and no personal data outside the vault. Every free text and document of a lane; the reference of a receipt of the
-- bank that was counted is no account, whatever its digits.
SELECT * FROM (
    SELECT format('event %s', position), payload::text FROM outbox
    UNION ALL SELECT format('key %s of %s', key, caller), (CASE WHEN refusal->>'code' = 'bank_receipt_used' AND EXISTS (
            SELECT 1 FROM shared.bank_receipts r WHERE r.reference = upper(refusal->'facts'->>'reference')) THEN refusal #- '{facts,reference}'
        ELSE refusal END)::text FROM outcomes
    UNION ALL SELECT format('entry %s', id), reason FROM entries
    UNION ALL SELECT format('cancel %s', id), reason FROM cancels
    UNION ALL SELECT format('charge %s', id), bank_message FROM charges
    UNION ALL SELECT format('refund %s', id), bank_message FROM refunds
    UNION ALL SELECT format('claw-back %s', id), reason FROM claw_backs
    UNION ALL SELECT format('purchase %s', id), bank_message FROM company_purchases
    UNION ALL SELECT format('wallet block %s', id), concat_ws(' ', reason, lift_reason) FROM wallet_blocks
    UNION ALL SELECT format('account %s', id), path FROM accounts
) AS texts (subject, words) WHERE words IS NOT NULL
