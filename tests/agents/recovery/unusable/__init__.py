"""Answers that are too large, malformed or empty."""
