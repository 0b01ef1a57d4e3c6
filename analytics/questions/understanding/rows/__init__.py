"""Words of a question for the rows of the table, and names that play no part in its query."""
