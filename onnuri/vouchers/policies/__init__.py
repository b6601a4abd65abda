"""What the programme sells: versions of its policy, proposals in four eyes, the budget."""
