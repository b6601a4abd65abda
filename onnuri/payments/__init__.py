"""How money reaches a stall: codes, payments, cancels, receipts, and the till that runs them in batches."""
