"""The books: accounts, transfers, balances and the one lane that writes them. Knows nothing of vouchers or shops."""
