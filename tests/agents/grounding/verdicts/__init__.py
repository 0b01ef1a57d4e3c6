"""Claims without a number of their own."""
