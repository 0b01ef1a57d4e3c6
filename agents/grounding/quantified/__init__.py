"""Claims about all, none, only some or the first of the rows, and what a claim is."""
