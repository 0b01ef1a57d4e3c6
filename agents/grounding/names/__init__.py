"""Names, times and measures of results, found in sentences."""
