"""Cells of text read as numbers, times and flags; rows and values that are no data."""
