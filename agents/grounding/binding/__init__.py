"""What a sentence and its numbers are about: entries, times, measures and aggregates."""
