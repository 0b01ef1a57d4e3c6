"""Claims without a number of their own, held against the rows: more, rose, highest, since."""
