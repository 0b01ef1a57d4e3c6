"""Names of entries in a text: as they are spelled, other forms of them, and numbers that are names."""
