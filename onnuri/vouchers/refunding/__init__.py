"""Money goes back: what a charge gives back and why, refunds, what expired and is paid out."""
