"""Private mode: figures over groups of rows and tokens for categories instead of the values of a table."""
