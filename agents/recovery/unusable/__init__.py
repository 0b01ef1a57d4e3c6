"""Answers that cannot be used: too large, malformed, calls written as text."""
