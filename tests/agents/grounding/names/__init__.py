"""Names of entries and columns, found in sentences."""
