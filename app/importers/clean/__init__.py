"""What the cells of a ledger mean: columns, statuses, dates, places, money, each with what is to be said of it."""
