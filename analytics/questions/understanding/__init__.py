"""A question read: which of its words name columns, values, times, bounds and kinds of numbers."""
