"""Tables of the rows of queries, with their columns read from the SQL."""
