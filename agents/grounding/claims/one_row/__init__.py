"""Names, times and numbers that have to stand in one row."""
