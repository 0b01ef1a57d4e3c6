"""Scores of values, and the number of values as far out that chance would bring."""
