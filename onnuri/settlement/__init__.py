"""From the evening of a market day to the bank: days, statements, payouts, matching, breaks."""
