"""What a holder owns: programme policy, wallets, lots and the charges that made them."""
