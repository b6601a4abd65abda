"""A market day played out for real: shops, holders, charges, payments, cancels, the close, the payouts, the match."""
