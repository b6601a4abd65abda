"""Money comes in: charges over the bank, auto-charge, the shortfall of a payment."""
