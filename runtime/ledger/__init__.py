"""The ledger: what may be spent and what was, by run, day, month and label."""
