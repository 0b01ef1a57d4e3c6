"""Cells of dates and times, as text and as numbers."""
