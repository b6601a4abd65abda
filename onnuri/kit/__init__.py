"""What every room needs and what knows no business noun: configuration, clock, ids, database, refusals."""
