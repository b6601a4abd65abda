-- Part of chain_unbroken: the transfers in the order of the books, with what their leaves are made of.
SELECT t.seq, t.entry_id, e.kind, t.code, d.path, c.path, t.amount, t.effective_on, e.recorded_at
FROM transfers t
LEFT JOIN entries e ON e.id = t.entry_id
LEFT JOIN accounts d ON d.id = t.debit_account
LEFT JOIN accounts c ON c.id = t.credit_account
ORDER BY t.seq
