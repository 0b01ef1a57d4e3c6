"""Hints: facts about a table that people know and its values do not show."""
