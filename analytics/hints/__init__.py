"""Hints: what people know of a table and its values do not say."""
