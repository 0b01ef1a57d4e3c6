"""Subjects of a sentence and of its numbers: entries, times, measures and aggregates."""
