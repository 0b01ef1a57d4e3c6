"""Phrases that name a measure or a time by more than a word: `how deep`, `when … peak`, `requires the most`."""
