"""Sentences of our own reports, which the check has to pass."""
