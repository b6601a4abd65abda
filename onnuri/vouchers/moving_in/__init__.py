"""Wallets that come from another operator, with a proof that the totals agree."""
