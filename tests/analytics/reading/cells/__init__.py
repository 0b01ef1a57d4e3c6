"""Cells of text as numbers, times and missing values."""
