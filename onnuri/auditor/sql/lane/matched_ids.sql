-- Truth: a bank line that is matched to a charge, refund or purchase carries its id on the rail.
SELECT format('%s %s', o.kind, o.id) AS subject, format('its id on the rail is %s, the line %s carries %s', o.bank_tran_id, l.id, l.end_to_end_id) AS detail,
       l.amount AS loss, 'pool' AS loses
FROM (SELECT 'charge' AS kind, id, bank_tran_id FROM charges UNION ALL SELECT 'refund', id, bank_tran_id FROM refunds
      UNION ALL SELECT 'purchase', id, bank_tran_id FROM company_purchases WHERE how = 'withdrawal') AS o
JOIN shared.matches m ON m.matched_kind = o.kind AND m.subject_id = o.id JOIN shared.statement_lines l ON l.id = m.line_id
WHERE l.end_to_end_id <> o.bank_tran_id
